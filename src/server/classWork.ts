/**
 * What a debrief's requests come to: what each knew, courses to try, and what a teacher keeps of a class. It runs in the
 * threads of the pool.
 *
 * A run is sent once and then known by its key, as is what was prepared for it; a thread that does not have it says so.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { actionsOf, actionTable } from "../classroom/actions.ts";
import { knowledgeOf, tryCourse } from "../classroom/debrief.ts";
import type { RoomEvent } from "../classroom/event.ts";
import { type KeepsakeParts, keepsakePage, keptOf } from "../classroom/keepsake.ts";
import { type LessonRun, runOf } from "../classroom/run.ts";
import type { ScreenSource } from "../classroom/screen.ts";
import type { OtherClass, Trial } from "../classroom/screenSections.ts";
import type { Recorded } from "../log/chain.ts";
import { startOf } from "../log/runStart.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import { RefusedRequest } from "./refusal.ts";

/** A run of a room. */
export interface RunSent {
  /** Names the run as it stands, whatever room it is of. */
  readonly key: string;
  readonly overlay: string | null;
  /** Null where the thread is thought to have it. */
  readonly recorded: readonly Recorded[] | null;
}

/** A room as it stands, as plain data; everything beside its run. */
type SourceSent = Pick<ScreenSource, "room" | "lamps" | "analysis"> & {
  readonly words: ReadonlyMap<string, string>;
  readonly others: readonly OtherClass[];
};

/** What is asked, as plain data. */
export type ClassAsk = { readonly run: RunSent } & (
  | { readonly kind: "trial"; readonly trial: Trial }
  | { readonly kind: "knowledge"; readonly as: string }
  | { readonly kind: "keepsake"; readonly place: SourceSent; readonly language: string; readonly web: string }
  | {
      readonly kind: "actions";
      readonly history: readonly RoomEvent[];
      readonly words: ReadonlyMap<string, string>;
      /** The room's runs by their streams. */
      readonly streams: ReadonlyMap<string, RunSent>;
    }
);

/** The thread does not have the run: it is to be sent. */
export class NeedsRun extends RefusedRequest {
  constructor() {
    super(410, "the run is to be sent");
  }
}

/** Does what is asked; a string is answered as it is, anything else as JSON. */
export function classWork(ask: ClassAsk): unknown {
  const run = runAt(ask.run);
  switch (ask.kind) {
    case "trial":
      return tryCourse(run, ask.trial);
    case "knowledge":
      return knowledgeOf(run, ask.as);
    case "keepsake": {
      const { words, others, ...place } = ask.place;
      const parts = keepsakeParts(ask.web);
      if (parts === null) throw new RefusedRequest(503, "failed");
      const whole = {
        ...place,
        run,
        words: wordsIn(words),
        wordsForgotten: 0,
        here: () => false,
        others: () => others,
      };
      return keepsakePage(keptOf(whole, ask.language), parts);
    }
    case "actions": {
      const at = (stream: string): LessonRun => {
        const sent = ask.streams.get(stream);
        if (sent === undefined) throw new Error(`the run ${stream} was not sent`);
        return runAt(sent);
      };
      return actionTable(actionsOf(ask.history, run.scenario, at, wordsIn(ask.words)));
    }
    default:
      return ask satisfies never;
  }
}

const wordsIn =
  (words: ReadonlyMap<string, string>) =>
  (id: string): string | null =>
    words.get(id) ?? null;

/** Runs and scenarios that a thread keeps ready. */
const runsMost = 12;
const scenariosMost = 6;
const runs = new Map<string, LessonRun>();
const scenarios = new Map<string, Scenario>();

function runAt({ key, overlay, recorded }: RunSent): LessonRun {
  const known = runs.get(key);
  if (known === undefined && recorded === null) throw new NeedsRun();
  const run = known ?? runOf(scenarioOf(recorded ?? [], overlay), recorded ?? []);
  keep(runs, key, run, runsMost);
  return run;
}

function scenarioOf(recorded: readonly Recorded[], overlay: string | null): Scenario {
  const { text } = startOf(recorded.map(({ event }) => event)).document;
  const key = `${overlay ?? ""}\n${text}`;
  const over = overlay === null ? {} : { overlay: { file: "texts.yaml", text: overlay } };
  const scenario = scenarios.get(key) ?? readScenario({ file: "scenario.yaml", text, ...over }).scenario;
  if (scenario === null) throw new Mistake("the scenario of this room cannot be read by this version of Demarche");
  keep(scenarios, key, scenario, scenariosMost);
  return scenario;
}

/** Keeps what was used last. */
function keep<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}

/** The built script and look of the page to keep; null where they were not built. */
function keepsakeParts(web: string): KeepsakeParts | null {
  const [scriptFile, styleFile] = [join(web, "keepsake/page.js"), join(web, "keepsake/page.css")];
  if (!existsSync(scriptFile) || !existsSync(styleFile)) return null;
  // Neither may end the element that it stands in.
  const script = readFileSync(scriptFile, "utf8").replaceAll("</script", "<\\/script");
  const style = readFileSync(styleFile, "utf8").replaceAll("</style", "");
  return { script, style, integrity: createHash("sha256").update(script).digest("base64") };
}
