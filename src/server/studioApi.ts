/**
 * The studio's requests, under `/api/studio`; whoever asks came by the teacher's link.
 *
 * What a request asks is held to its form; what it means is done elsewhere, short work in threads (`studioWork.ts`) and
 * long work in processes. A mistake is answered in one sentence. Runs lie as logs in the data folder, so they outlive
 * the server.
 */
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { Mistake } from "../scenario/mistake.ts";
import type { DocumentText } from "../scenario/scenario.ts";
import { scenarioSchema } from "../scenario/schema.ts";
import type { Task } from "../studio/task.ts";
import { TaskRunner, type TaskStatus } from "../studio/taskRunner.ts";
import { attachment } from "./attachment.ts";
import type { ServerContext, WorkingContext } from "./context.ts";
import { draftOf, dropDraft, keepDraft, saveDocument, versionOf } from "./documents.ts";
import { makePrivateFolder } from "./privateFiles.ts";
import { Missing, RefusedRequest } from "./refusal.ts";
import { forms } from "./studioForms.ts";
import type { StudioAsk } from "./studioWork.ts";

type Params = { readonly id: string };

/** Answers what threads make of a request, which is JSON already. */
type Work = (ask: StudioAsk, reply: FastifyReply) => Promise<FastifyReply>;

/** Adds the studio's routes to an instance whose prefix is `/api/studio`. */
export function registerStudio(app: FastifyInstance, context: WorkingContext): void {
  makePrivateFolder(join(context.data, "runs"));
  const taskRunner = new TaskRunner();
  app.addHook("onClose", async () => taskRunner.close());
  app.setErrorHandler(answerError);
  app.addContentTypeParser(
    ["application/x-ndjson", "text/plain"],
    { parseAs: "buffer" },
    (_asked: FastifyRequest, body: Buffer, done: (error: Error | null, body?: Buffer) => void) => done(null, body),
  );
  const work: Work = async (ask, reply) =>
    reply.type("application/json; charset=utf-8").send(await context.work.studio(ask));
  addScenarios(app, context, work);
  addRuns(app, context, work);
  addTasks(app, context, { work, taskRunner });
}

/** A mistake is the asker's: one sentence. Anything else is ours. */
function answerError(error: unknown, _asked: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Mistake) {
    const status = error instanceof RefusedRequest ? error.status : 400;
    return reply.code(status).send({ error: error.message, hint: error.hint });
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

const languageOf = (asked: FastifyRequest): string | null => held(forms.language, asked.query).texts ?? null;

function addScenarios(
  app: FastifyInstance,
  { library, listing, scenarios, data, work: threads }: WorkingContext,
  work: Work,
): void {
  const drafts = join(data, "drafts");
  app.get("/library", async (asked) => ({ scenarios: await listing.list(languageOf(asked)) }));
  app.get("/schema", () => scenarioSchema());
  app.get<{ Params: Params }>("/scenarios/:id", (asked, reply) =>
    work({ kind: "scenario", id: asked.params.id, language: languageOf(asked) }, reply),
  );
  app.get<{ Params: Params }>("/scenarios/:id/document", async (asked) => {
    const { id } = asked.params;
    const { source } = foundSource(library, id);
    const draft = draftOf(drafts, id);
    const read = await threads.studio({ kind: "diagnostics", id }).catch((error: unknown) => {
      // A document that cannot be read in its time is to be opened all the more, to be mended.
      if (error instanceof RefusedRequest && error.status === 422) return `{"diagnostics":[]}`;
      throw error;
    });
    return { text: source.text, version: versionOf(source.text), ...(JSON.parse(read) as object), draft };
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
    const present = library.source(id)?.source.text ?? null;
    const saved = saveDocument(scenarios, id, { text, base, library: present });
    if ("text" in saved) return reply.code(409).send({ error: "conflict", ...saved });
    dropDraft(drafts, id);
    return saved;
  });
  app.post("/read", (asked, reply) => {
    const { id, text, language } = held(forms.read, asked.body);
    const overlay = language === null ? null : (library.source(id, language)?.overlay ?? null);
    return work({ kind: "read", id, text, overlay }, reply);
  });
}

function foundSource(library: ServerContext["library"], id: string) {
  const found = library.source(id);
  if (found === null) throw new Missing(`there is no scenario ${id}`);
  return found;
}

/** A scenario's text and overlay as a request means them. */
function sourceOf(
  library: ServerContext["library"],
  { scenario, draft, language }: { scenario: string; draft: string | null; language: string | null },
): { readonly source: DocumentText; readonly overlay: DocumentText | null } {
  const overlay = language === null ? null : (library.source(scenario, language)?.overlay ?? null);
  if (draft !== null) return { source: { file: `${scenario}.yaml`, text: draft }, overlay };
  return { source: foundSource(library, scenario).source, overlay };
}

function addRuns(app: FastifyInstance, { library, work: threads }: WorkingContext, work: Work): void {
  app.get("/runs", (_asked, reply) => work({ kind: "runs" }, reply));
  app.post("/runs", (asked, reply) => {
    const wanted = held(forms.run, asked.body);
    const { variant, assume, policies, rounds, seed, replication, finish } = wanted;
    const request = {
      ...(variant === null ? {} : { variant }),
      ...(rounds === null ? {} : { rounds }),
      assume,
      policies,
    };
    const { source } = sourceOf(library, wanted);
    return work({ kind: "begin", run: { source, request, seed, replication, finish } }, reply);
  });
  app.post("/logs", (asked, reply) => {
    if (!Buffer.isBuffer(asked.body)) throw new Mistake("a log is sent as JSON lines");
    return work({ kind: "upload", bytes: asked.body }, reply);
  });
  app.get<{ Params: Params }>("/runs/:id", (asked, reply) => work({ kind: "run", run: asked.params.id }, reply));
  app.get<{ Params: Params }>("/runs/:id/scenario", (asked, reply) =>
    work({ kind: "run scenario", run: asked.params.id, language: languageOf(asked) }, reply),
  );
  app.get<{ Params: Params & { position: string } }>("/runs/:id/openings/:position", (asked, reply) =>
    work({ kind: "openings", run: asked.params.id, position: Number(asked.params.position) }, reply),
  );
  app.post<{ Params: Params }>("/runs/:id/on", (asked, reply) =>
    work({ kind: "go on", run: asked.params.id, wanted: held(forms.goOn, asked.body) }, reply),
  );
  app.post<{ Params: Params }>("/runs/:id/fork", (asked, reply) =>
    work({ kind: "fork", run: asked.params.id, wanted: held(forms.fork, asked.body) }, reply),
  );
  app.get<{ Params: Params }>("/runs/:id/log.jsonl", async (asked, reply) => {
    const { id } = asked.params;
    const log = await threads.studio({ kind: "log", run: id });
    return reply
      .header("content-type", "application/x-ndjson; charset=utf-8")
      .header("content-disposition", attachment(`${id}.jsonl`))
      .send(log);
  });
  app.get("/difference", (asked, reply) => work({ kind: "difference", ...held(forms.pair, asked.query) }, reply));
}

/** A place in a task's result that holds a way. */
const wayPlace = /^(?:property:(.+)|fault:(\d+)|deadlock)$/;

function addTasks(
  app: FastifyInstance,
  { library }: ServerContext,
  { work, taskRunner }: { readonly work: Work; readonly taskRunner: TaskRunner },
): void {
  const stand = (id: string): TaskStatus => {
    const found = taskRunner.stand(id);
    if (found === null) throw new Missing(`there is no task ${id}`);
    return found;
  };
  app.get("/tasks", () => ({ tasks: taskRunner.list() }));
  app.post("/tasks", (asked) => {
    const { scenario, draft, language, ...wanted } = held(forms.task, asked.body);
    const task: Task = { ...sourceOf(library, { scenario, draft, language }), ...wanted };
    return taskRunner.begin(task);
  });
  app.get<{ Params: Params }>("/tasks/:id", (asked) => {
    const { id } = asked.params;
    const result = taskRunner.result(id);
    const task = taskRunner.task(id);
    const request = task === null ? null : { ...task, source: { file: task.source.file, text: "" }, overlay: null };
    return { stand: stand(id), request, result: result === null ? null : withoutFile(result) };
  });
  app.delete<{ Params: Params }>("/tasks/:id", async (asked) => {
    stand(asked.params.id);
    await taskRunner.cancel(asked.params.id);
    return stand(asked.params.id);
  });
  app.get<{ Params: Params }>("/tasks/:id/progress", (asked, reply) => {
    const { id } = stand(asked.params.id);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", connection: "keep-alive" });
    const stop = taskRunner.listen(id, (told) => {
      raw.write(`data: ${JSON.stringify(told)}\n\n`);
      if (told.state !== "running") raw.end();
    });
    raw.on("close", stop);
  });
  app.get<{ Params: Params }>("/tasks/:id/report.html", (asked, reply) => {
    const result = taskRunner.result(asked.params.id);
    if (result?.kind !== "compare") throw new Missing("there is no report of this task");
    return reply
      .header("content-type", "text/html; charset=utf-8")
      .header("content-disposition", attachment(`${stand(asked.params.id).scenario}-report.html`))
      .send(result.html);
  });
  app.post<{ Params: Params }>("/tasks/:id/runs", (asked, reply) => {
    const { variant, replication } = held(forms.replication, asked.body);
    const task = taskRunner.task(asked.params.id);
    if (task?.kind !== "compare") throw new Missing("there is no comparison of this name");
    const { source, assume, policies, rounds, seed } = task;
    const request = { variant, assume, policies, ...(rounds === null ? {} : { rounds }) };
    return work({ kind: "begin", run: { source, request, seed, replication, finish: true } }, reply);
  });
  app.post<{ Params: Params & { place: string } }>("/tasks/:id/ways/:place", (asked, reply) => {
    const result = taskRunner.result(asked.params.id);
    const [, property, fault] = wayPlace.exec(asked.params.place) ?? [];
    if (result?.kind !== "check") throw new Missing("there is no check of this name");
    const way =
      property !== undefined
        ? result.properties.find(({ id }) => id === property)?.way
        : fault !== undefined
          ? result.faults[Number(fault)]?.way
          : result.deadlock;
    if (way === undefined || way === null) throw new Missing("there is no way to open there");
    return work({ kind: "add", events: way.events }, reply);
  });
}

/** A result without what is fetched by itself. */
function withoutFile(result: NonNullable<ReturnType<TaskRunner["result"]>>) {
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
