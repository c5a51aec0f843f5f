/**
 * What the studio's requests come to: documents read and drawn, runs made, forked and opened. It runs in the threads of
 * the pool, so that no document and no run, however large, keeps anybody else waiting.
 */
import type { z } from "zod";
import type { RunEvent } from "../engine/event.ts";
import { type Chart, layoutChart } from "../export/chart.ts";
import { extendChain } from "../log/chain.ts";
import { platformHash } from "../log/logFile.ts";
import { LogText, printLines } from "../log/logText.ts";
import { compareRuns } from "../log/runDifference.ts";
import { startOf } from "../log/runStart.ts";
import { runEventForm } from "../log/schema.ts";
import { Mistake } from "../scenario/mistake.ts";
import { type DocumentText, readScenario, type Scenario } from "../scenario/scenario.ts";
import { describeScenario } from "../studio/description.ts";
import { openingsAt } from "../studio/openings.ts";
import type { LoadedRun, NewRun, RunStore } from "../studio/runStore.ts";
import { entryOf, type Library, wordedIn } from "./library.ts";
import { Missing } from "./refusal.ts";
import type { forms } from "./studioForms.ts";

/** What is asked, as plain data. `language` is that of texts, null for the document's own. */
export type StudioAsk =
  | { readonly kind: "entry"; readonly id: string; readonly language: string | null }
  | { readonly kind: "prepare"; readonly id: string; readonly language: string | null }
  | { readonly kind: "scenario"; readonly id: string; readonly language: string | null }
  | { readonly kind: "diagnostics"; readonly id: string }
  | { readonly kind: "read"; readonly id: string; readonly text: string; readonly overlay: DocumentText | null }
  | { readonly kind: "runs" }
  | { readonly kind: "begin"; readonly run: NewRun }
  | { readonly kind: "upload"; readonly bytes: Uint8Array }
  | { readonly kind: "add"; readonly events: readonly RunEvent[] }
  | { readonly kind: "run"; readonly run: string }
  | { readonly kind: "run scenario"; readonly run: string; readonly language: string | null }
  | { readonly kind: "openings"; readonly run: string; readonly position: number }
  | { readonly kind: "go on"; readonly run: string; readonly wanted: z.output<typeof forms.goOn> }
  | { readonly kind: "fork"; readonly run: string; readonly wanted: z.output<typeof forms.fork> }
  | { readonly kind: "log"; readonly run: string }
  | { readonly kind: "difference"; readonly left: string; readonly right: string };

/** What the work reads and writes. */
export interface StudioStores {
  readonly library: Library;
  readonly runStore: RunStore;
}

/** Does what is asked; a string is answered as it is, anything else as JSON. */
export async function studioWork(ask: StudioAsk, { library, runStore }: StudioStores): Promise<unknown> {
  switch (ask.kind) {
    case "entry":
      return listed(library, ask.id, ask.language);
    case "prepare":
      return prepared(library, ask.id, ask.language);
    case "scenario":
      return scenarioPage(library, ask.id, ask.language);
    case "diagnostics":
      return { diagnostics: foundScenario(library, ask.id, null).reading.diagnostics };
    case "read":
      return readDocument(ask);
    case "runs":
      return { runs: await runStore.list() };
    case "begin":
      return runOf(await runStore.begin(ask.run));
    case "upload":
      return runOf(await runStore.add(uploaded(ask.bytes)));
    case "add":
      return runOf(await runStore.add(extendChain(undefined, ask.events)));
    case "run":
      return runOf(await opened(runStore, ask.run));
    case "run scenario":
      return runScenario(library, await opened(runStore, ask.run), ask.language);
    case "openings": {
      const { execution, states } = await opened(runStore, ask.run);
      return openingsAt(execution, states, ask.position);
    }
    case "go on": {
      await opened(runStore, ask.run);
      const { position, reach, choice } = ask.wanted;
      return runOf(await runStore.goOn(ask.run, position, reach, choice));
    }
    case "fork": {
      await opened(runStore, ask.run);
      const { position, ...other } = ask.wanted;
      return runOf(await runStore.fork(ask.run, position, other));
    }
    case "log":
      return printLines((await opened(runStore, ask.run)).execution.log.recorded, {});
    case "difference": {
      const [one, other] = [await opened(runStore, ask.left), await opened(runStore, ask.right)];
      const { equal, position, settings, final } = compareRuns(eventsOf(one), eventsOf(other));
      return { equal, position, settings, final };
    }
    default:
      return ask satisfies never;
  }
}

/** A scenario with its texts, read, as a room is opened with it. What stands where in the document is left out. */
export interface ScenarioForRoom {
  readonly text: string;
  readonly overlay: string | null;
  /** Null where it has errors. */
  readonly scenario: Omit<Scenario, "locate"> | null;
}

function prepared(library: Library, id: string, language: string | null): ScenarioForRoom | null {
  const found = library.read(id, language);
  if (found === null) return null;
  const { source, overlay, reading } = found;
  if (reading.scenario === null) return { text: source.text, overlay: overlay?.text ?? null, scenario: null };
  const { locate: _locate, ...scenario } = reading.scenario;
  return { text: source.text, overlay: overlay?.text ?? null, scenario };
}

/** A scenario as the library's page lists it. */
function listed(library: Library, id: string, language: string | null) {
  const found = foundScenario(library, id, null);
  const own = found.reading;
  const languages = library.names().find((name) => name.id === id)?.languages ?? [];
  const texts = foundScenario(library, id, language).reading.scenario?.texts ?? own.scenario?.texts;
  const model = own.scenario?.model;
  const entry = entryOf(id, found, wordedIn(id, languages, library.read));
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
    outcomes: (model?.outcomes ?? []).map((outcome) => ({
      id: outcome.id,
      name: texts?.names[`outcomes.${outcome.id}`] ?? outcome.id,
    })),
    variants: (model?.variants ?? []).map((variant) => ({
      id: variant.id,
      name: texts?.names[`variants.${variant.id}`] ?? variant.id,
    })),
  };
}

/** What is listed of a scenario. */
export type ListedEntry = ReturnType<typeof listed>;

async function scenarioPage(library: Library, id: string, language: string | null) {
  const { scenario, diagnostics } = foundScenario(library, id, language).reading;
  return { diagnostics, ...(await drawn(scenario)) };
}

async function readDocument({ id, text, overlay }: Extract<StudioAsk, { kind: "read" }>) {
  const reading = readScenario({ file: `${id}.yaml`, text, ...(overlay === null ? {} : { overlay }) });
  const own = reading.diagnostics.filter(({ span }) => span.file === `${id}.yaml`);
  return { diagnostics: own, ...(await drawn(reading.scenario)) };
}

/** Charts are laid out once for each reading of a scenario. */
const charts = new WeakMap<Scenario, Promise<Chart>>();

async function drawn(scenario: Scenario | null) {
  if (scenario === null) return { description: null, chart: null };
  const chart = charts.get(scenario) ?? layoutChart(scenario);
  charts.set(scenario, chart);
  return { description: describeScenario(scenario), chart: await chart };
}

/** A scenario of the library, in a language where it has texts in it. */
function foundScenario(library: Library, id: string, language: string | null) {
  // Texts in another language that cannot be read are no reason not to show the scenario.
  const worded = language === null ? null : library.read(id, language);
  const found = worded === null || worded.reading.scenario === null ? library.read(id) : worded;
  if (found === null) throw new Missing(`there is no scenario ${id}`);
  return found;
}

async function opened(runStore: RunStore, id: string): Promise<LoadedRun> {
  const found = await runStore.find(id);
  if (found === null) throw new Missing(`there is no run ${id}`);
  return found;
}

function uploaded(bytes: Uint8Array) {
  const text = new LogText({ file: "the log", form: runEventForm, hash: platformHash });
  text.read(bytes);
  if (text.recorded.length === 0) throw new Mistake("there is no run in this file");
  return text.recorded;
}

const eventsOf = ({ execution }: LoadedRun): readonly RunEvent[] => execution.log.recorded.map(({ event }) => event);

/** A run as a page gets it; the document inside is asked for where it is needed. */
function runOf(run: LoadedRun) {
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

/** The scenario of a run as it was then, in another language where the library has an overlay that fits. */
async function runScenario(library: Library, run: LoadedRun, language: string | null) {
  const scenario = worded(library, run, language);
  const present = library.read(scenario.model.id)?.reading.scenario?.hash ?? null;
  /** `present`: whether the library still has this very model. */
  return { ...(await drawn(scenario)), present: present === scenario.hash };
}

/** Scenarios of runs in another language, by the overlay's text; remembered for a while. */
const wordings = new WeakMap<Scenario, Map<string, Scenario>>();

function worded(library: Library, { execution }: LoadedRun, language: string | null): Scenario {
  const { scenario, log } = execution;
  const overlay = language === null ? null : (library.source(scenario.model.id, language)?.overlay ?? null);
  if (overlay === null || language === null) return scenario;
  const mine = wordings.get(scenario) ?? new Map<string, Scenario>();
  wordings.set(scenario, mine);
  const { document } = startOf(log.recorded.map(({ event }) => event));
  const key = `${language} ${overlay.text}`;
  const found =
    mine.get(key) ?? readScenario({ file: `${document.id}.yaml`, text: document.text, overlay }).scenario ?? scenario;
  mine.set(key, found);
  return found;
}
