/**
 * The studio's requests, under `/api/studio`; whoever asks came by the teacher's link.
 *
 * What a request asks is held to its form, what it means is the studio's business; a mistake is answered in one
 * sentence. Runs lie as logs in the data folder, so they outlive the server.
 */
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { RunEvent } from "../engine/event.ts";
import { type Chart, layoutChart } from "../export/chart.ts";
import { extendChain } from "../log/chain.ts";
import { compareRuns } from "../log/difference.ts";
import { fileStore } from "../log/fileStore.ts";
import { platformHash } from "../log/logFile.ts";
import { LogText, printLines } from "../log/logText.ts";
import { startOf } from "../log/runStart.ts";
import { runEventForm } from "../log/schema.ts";
import { Mistake } from "../scenario/mistake.ts";
import { type DocumentText, readScenario, type Scenario } from "../scenario/scenario.ts";
import { scenarioSchema } from "../scenario/schema.ts";
import { describeScenario } from "../studio/description.ts";
import { openingsAt } from "../studio/openings.ts";
import { type Opened, Shelf } from "../studio/shelf.ts";
import type { Task } from "../studio/task.ts";
import { type TaskStand, Workshop } from "../studio/workshop.ts";
import { attachment } from "./attachment.ts";
import type { ServerContext } from "./context.ts";
import { draftOf, dropDraft, keepDraft, saveDocument, versionOf } from "./documents.ts";
import { makePrivateFolder } from "./privateFiles.ts";
import { forms } from "./studioForms.ts";

/** Something that a request names and that is not there. */
class Missing extends Mistake {}

type Params = { readonly id: string };

/** Adds the studio's routes to an instance whose prefix is `/api/studio`. */
export function registerStudio(app: FastifyInstance, context: ServerContext): void {
  const folder = join(context.data, "runs");
  makePrivateFolder(folder);
  const shelf = new Shelf(fileStore(folder, runEventForm, { isPrivate: true }));
  const workshop = new Workshop();
  app.addHook("onClose", async () => workshop.close());
  app.setErrorHandler(answerError);
  app.addContentTypeParser(
    ["application/x-ndjson", "text/plain"],
    { parseAs: "buffer" },
    (_asked: FastifyRequest, body: Buffer, done: (error: Error | null, body?: Buffer) => void) => done(null, body),
  );
  addScenarios(app, context);
  addRuns(app, context, shelf);
  addTasks(app, context, { shelf, workshop });
}

/** A mistake is the asker's: one sentence. Anything else is ours. */
function answerError(error: unknown, _asked: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Mistake) {
    return reply.code(error instanceof Missing ? 404 : 400).send({ error: error.message, hint: error.hint });
  }
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  const message = status < 500 && error instanceof Error ? error.message : "something went wrong in Demarche itself";
  return reply.code(status).send({ error: message, hint: null });
}

/** Holds what was sent to its form. */
function held<F extends z.ZodType>(form: F, sent: unknown): z.output<F> {
  const read = form.safeParse(sent);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Mistake(`the request is not as it should be: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

/** Charts are laid out once for each reading of a scenario. */
const charts = new WeakMap<Scenario, Promise<Chart>>();

function chartOf(scenario: Scenario): Promise<Chart> {
  const known = charts.get(scenario) ?? layoutChart(scenario);
  charts.set(scenario, known);
  return known;
}

const languageOf = (asked: FastifyRequest): string | null => held(forms.language, asked.query).texts ?? null;

function addScenarios(app: FastifyInstance, { library, scenarios, data }: ServerContext): void {
  const drafts = join(data, "drafts");
  app.get("/library", (asked) => {
    const language = languageOf(asked);
    const entries = library.list().map((entry) => {
      const told = language !== null && entry.languages.includes(language) ? library.read(entry.id, language) : null;
      const texts = told?.reading.scenario?.texts ?? library.read(entry.id)?.reading.scenario?.texts;
      const model = library.read(entry.id)?.reading.scenario?.model;
      return {
        ...entry,
        title: texts?.title ?? entry.title,
        description: texts?.description ?? entry.description,
        counts: {
          actors: model?.actors.length ?? 0,
          tracks: model?.tracks.length ?? 0,
          moves: model?.moves.length ?? 0,
          variants: model?.variants.length ?? 0,
          properties: model?.properties.length ?? 0,
        },
        outcomes: (model?.outcomes ?? []).map(({ id }) => ({ id, name: texts?.names[`outcomes.${id}`] ?? id })),
        variants: (model?.variants ?? []).map(({ id }) => ({ id, name: texts?.names[`variants.${id}`] ?? id })),
      };
    });
    return { scenarios: entries };
  });
  app.get("/schema", () => scenarioSchema());
  app.get<{ Params: Params }>("/scenarios/:id", async (asked) => {
    const { reading, source } = foundScenario(library, asked.params.id, languageOf(asked));
    const { scenario, diagnostics } = reading;
    return {
      diagnostics,
      version: versionOf(source.text),
      description: scenario === null ? null : describeScenario(scenario),
      chart: scenario === null ? null : await chartOf(scenario),
    };
  });
  app.get<{ Params: Params }>("/scenarios/:id/document", (asked) => {
    const { source, reading } = foundScenario(library, asked.params.id, null);
    const draft = draftOf(drafts, asked.params.id);
    return { text: source.text, version: versionOf(source.text), diagnostics: reading.diagnostics, draft };
  });
  app.put<{ Params: Params }>("/scenarios/:id/draft", (asked) => {
    keepDraft(drafts, asked.params.id, held(forms.save, asked.body));
    return { kept: true };
  });
  app.delete<{ Params: Params }>("/scenarios/:id/draft", (asked) => {
    dropDraft(drafts, asked.params.id);
    return { kept: false };
  });
  app.put<{ Params: Params }>("/scenarios/:id/document", (asked, reply) => {
    const { id } = asked.params;
    const { text, base } = held(forms.save, asked.body);
    const present = library.read(id)?.source.text ?? null;
    const saved = saveDocument(scenarios, id, { text, base, library: present });
    if ("text" in saved) return reply.code(409).send({ error: "conflict", ...saved });
    dropDraft(drafts, id);
    return saved;
  });
  app.post("/read", async (asked) => {
    const { id, text, language } = held(forms.read, asked.body);
    const overlay = language === null ? null : (library.read(id, language)?.overlay ?? null);
    const reading = readScenario({ file: `${id}.yaml`, text, ...(overlay === null ? {} : { overlay }) });
    const { scenario, diagnostics } = reading;
    return {
      diagnostics: diagnostics.filter(({ span }) => span.file === `${id}.yaml`),
      chart: scenario === null ? null : await layoutChart(scenario),
      description: scenario === null ? null : describeScenario(scenario),
    };
  });
}

function foundScenario(library: ServerContext["library"], id: string, language: string | null) {
  // Texts in another language that cannot be read are no reason not to show the scenario.
  const worded = language === null ? null : library.read(id, language);
  const found = worded === null || worded.reading.scenario === null ? library.read(id) : worded;
  if (found === null) throw new Missing(`there is no scenario ${id}`);
  return found;
}

/** A scenario's text and overlay as a request means them. */
function sourceOf(
  library: ServerContext["library"],
  { scenario, draft, language }: { scenario: string; draft: string | null; language: string | null },
): { readonly source: DocumentText; readonly overlay: DocumentText | null } {
  const overlay = language === null ? null : (library.read(scenario, language)?.overlay ?? null);
  if (draft !== null) return { source: { file: `${scenario}.yaml`, text: draft }, overlay };
  return { source: foundScenario(library, scenario, null).source, overlay };
}

function addRuns(app: FastifyInstance, { library }: ServerContext, shelf: Shelf): void {
  const inWords = wordedScenarios(library);
  app.get("/runs", async () => ({ runs: await shelf.list() }));
  app.post("/runs", async (asked) => {
    const wanted = held(forms.run, asked.body);
    const { variant, assume, policies, rounds, seed, replication, finish } = wanted;
    const request = {
      ...(variant === null ? {} : { variant }),
      ...(rounds === null ? {} : { rounds }),
      assume,
      policies,
    };
    const { source } = sourceOf(library, wanted);
    return runOf(await shelf.begin({ source, request, seed, replication, finish }));
  });
  app.post("/logs", async (asked) => {
    if (!Buffer.isBuffer(asked.body)) throw new Mistake("a log is sent as JSON lines");
    const text = new LogText({ file: "the log", form: runEventForm, hash: platformHash });
    text.read(asked.body);
    if (text.recorded.length === 0) throw new Mistake("there is no run in this file");
    return runOf(await shelf.add(text.recorded));
  });
  app.get<{ Params: Params }>("/runs/:id", async (asked) => runOf(await opened(shelf, asked.params.id)));
  app.get<{ Params: Params }>("/runs/:id/scenario", async (asked) => {
    const scenario = inWords(await opened(shelf, asked.params.id), languageOf(asked));
    const id = scenario.model.id;
    const present = library.read(id)?.reading.scenario?.hash ?? null;
    return {
      description: describeScenario(scenario),
      chart: await chartOf(scenario),
      /** Whether the library still has this very model. */
      present: present === scenario.hash,
    };
  });
  app.get<{ Params: Params & { position: string } }>("/runs/:id/openings/:position", async (asked) => {
    const { execution, states } = await opened(shelf, asked.params.id);
    return openingsAt(execution, states, Number(asked.params.position));
  });
  app.post<{ Params: Params }>("/runs/:id/on", async (asked) => {
    const { position, reach, choice } = held(forms.goOn, asked.body);
    await opened(shelf, asked.params.id);
    return runOf(await shelf.goOn(asked.params.id, position, reach, choice));
  });
  app.post<{ Params: Params }>("/runs/:id/fork", async (asked) => {
    const { position, choice, seed, finish } = held(forms.fork, asked.body);
    await opened(shelf, asked.params.id);
    return runOf(await shelf.fork(asked.params.id, position, { choice, seed, finish }));
  });
  app.get<{ Params: Params }>("/runs/:id/log.jsonl", async (asked, reply) => {
    const { id, execution } = await opened(shelf, asked.params.id);
    return reply
      .header("content-type", "application/x-ndjson; charset=utf-8")
      .header("content-disposition", attachment(`${id}.jsonl`))
      .send(printLines(execution.log.recorded, {}));
  });
  app.get("/difference", async (asked) => {
    const { left, right } = held(forms.pair, asked.query);
    const [one, other] = [await opened(shelf, left), await opened(shelf, right)];
    const { equal, position, settings, final } = compareRuns(eventsOf(one), eventsOf(other));
    return { equal, position, settings, final };
  });
}

async function opened(shelf: Shelf, id: string): Promise<Opened> {
  const found = await shelf.find(id);
  if (found === null) throw new Missing(`there is no run ${id}`);
  return found;
}

const eventsOf = ({ execution }: Opened): readonly RunEvent[] => execution.log.recorded.map(({ event }) => event);

/** A run as a page gets it; the document inside is asked for where it is needed. */
function runOf(run: Opened) {
  const events = eventsOf(run);
  const { observer, log } = run.execution;
  const started = startOf(events);
  const bare = { ...started, document: { ...started.document, text: "" } };
  return {
    id: run.id,
    events: [bare, ...events.slice(1)],
    digest: log.recorded.at(-1)?.digest ?? "",
    result: observer.result(),
  };
}

/** Scenarios of runs in another language, where the library has an overlay that fits; remembered for a while. */
function wordedScenarios(library: ServerContext["library"]) {
  const known = new WeakMap<Scenario, Map<string, Scenario>>();
  return ({ execution }: Opened, language: string | null): Scenario => {
    const { scenario, log } = execution;
    const overlay = language === null ? null : (library.read(scenario.model.id, language)?.overlay ?? null);
    if (overlay === null || language === null) return scenario;
    const mine = known.get(scenario) ?? new Map<string, Scenario>();
    known.set(scenario, mine);
    const { document } = startOf(log.recorded.map(({ event }) => event));
    const key = `${language} ${overlay.text}`;
    const worded =
      mine.get(key) ?? readScenario({ file: `${document.id}.yaml`, text: document.text, overlay }).scenario ?? scenario;
    mine.set(key, worded);
    return worded;
  };
}

/** A place in a task's result that holds a way. */
const wayPlace = /^(?:property:(.+)|fault:(\d+)|deadlock)$/;

function addTasks(
  app: FastifyInstance,
  { library }: ServerContext,
  { shelf, workshop }: { readonly shelf: Shelf; readonly workshop: Workshop },
): void {
  const stand = (id: string): TaskStand => {
    const found = workshop.stand(id);
    if (found === null) throw new Missing(`there is no task ${id}`);
    return found;
  };
  app.get("/tasks", () => ({ tasks: workshop.list() }));
  app.post("/tasks", (asked) => {
    const { scenario, draft, language, ...wanted } = held(forms.task, asked.body);
    const task: Task = { ...sourceOf(library, { scenario, draft, language }), ...wanted };
    return workshop.begin(task);
  });
  app.get<{ Params: Params }>("/tasks/:id", (asked) => {
    const { id } = asked.params;
    const result = workshop.result(id);
    const task = workshop.task(id);
    const request = task === null ? null : { ...task, source: { file: task.source.file, text: "" }, overlay: null };
    return { stand: stand(id), request, result: result === null ? null : withoutFile(result) };
  });
  app.delete<{ Params: Params }>("/tasks/:id", async (asked) => {
    stand(asked.params.id);
    await workshop.cancel(asked.params.id);
    return stand(asked.params.id);
  });
  app.get<{ Params: Params }>("/tasks/:id/progress", (asked, reply) => {
    const { id } = stand(asked.params.id);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", connection: "keep-alive" });
    const stop = workshop.listen(id, (told) => {
      raw.write(`data: ${JSON.stringify(told)}\n\n`);
      if (told.state !== "running") raw.end();
    });
    raw.on("close", stop);
  });
  app.get<{ Params: Params }>("/tasks/:id/report.html", (asked, reply) => {
    const result = workshop.result(asked.params.id);
    if (result?.kind !== "compare") throw new Missing("there is no report of this task");
    return reply
      .header("content-type", "text/html; charset=utf-8")
      .header("content-disposition", attachment(`${stand(asked.params.id).scenario}-report.html`))
      .send(result.html);
  });
  app.post<{ Params: Params }>("/tasks/:id/runs", async (asked) => {
    const { variant, replication } = held(forms.replication, asked.body);
    const task = workshop.task(asked.params.id);
    if (task?.kind !== "compare") throw new Missing("there is no comparison of this name");
    const { source, assume, policies, rounds, seed } = task;
    const request = { variant, assume, policies, ...(rounds === null ? {} : { rounds }) };
    return runOf(await shelf.begin({ source, request, seed, replication, finish: true }));
  });
  app.post<{ Params: Params & { place: string } }>("/tasks/:id/ways/:place", async (asked) => {
    const result = workshop.result(asked.params.id);
    const [, property, fault] = wayPlace.exec(asked.params.place) ?? [];
    if (result?.kind !== "check") throw new Missing("there is no check of this name");
    const way =
      property !== undefined
        ? result.properties.find(({ id }) => id === property)?.way
        : fault !== undefined
          ? result.faults[Number(fault)]?.way
          : result.deadlock;
    if (way === undefined || way === null) throw new Missing("there is no way to open there");
    return runOf(await shelf.add(extendChain(undefined, way.events)));
  });
}

/** A result without what is fetched by itself. */
function withoutFile(result: NonNullable<ReturnType<Workshop["result"]>>) {
  if (result.kind === "compare") {
    const { html: _html, ...rest } = result;
    return rest;
  }
  const bare = <W extends { readonly steps: number } | null>(way: W) => (way === null ? null : { steps: way.steps });
  return {
    ...result,
    properties: result.properties.map((property) => ({ ...property, way: bare(property.way) })),
    faults: result.faults.map((fault) => ({ ...fault, way: bare(fault.way) })),
    deadlock: bare(result.deadlock),
  };
}
