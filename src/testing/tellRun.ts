/**
 * A run in words for those who read a failed test: a dated chronicle up to where it shows its point, with the command
 * line that makes or opens it again.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { choicesIn } from "../engine/deeds.ts";
import type { RunEvent } from "../engine/event.ts";
import { extendChain } from "../log/chain.ts";
import { platformHash } from "../log/logFile.ts";
import { printLines } from "../log/logText.ts";
import { type Chronicle, tell } from "../report/chronicle.ts";
import { chronicleText } from "../report/chronicleText.ts";
import { runCommandLine } from "../report/commandLine.ts";
import { namingOf } from "../report/naming.ts";
import type { PreparedScenario } from "./run.ts";

/** Where runs that no seed makes are kept, so that `demarche play` and `replay` open them. */
let folder = ".demarche";

/** Keeps the runs of failed tests in another folder than `.demarche` of the working directory. */
export function keepRunsIn(path: string): void {
  folder = path;
}

/** A run told: a chronicle of its events, and one line that makes or opens it again. */
export interface ToldRun {
  readonly prepared: PreparedScenario;
  readonly events: readonly RunEvent[];
  /** Position of the event at which the run shows its point; the chronicle ends with it. */
  readonly until: number;
  /** Which replication makes it, where everything was drawn. */
  readonly drawn: number | null;
}

/**
 * The chronicle and the line that reproduces it.
 * @param name what the run is kept under, where no seed makes it.
 */
export function tellRun({ prepared, events, until, drawn }: ToldRun, name: string): string {
  const { scenario, request, seed } = prepared;
  const shown = events.slice(0, until + 1);
  const chronicle = withoutAverted(tell(shown, scenario.model.clock, namingOf(scenario)));
  // Every choice is given: that need not be said of each.
  const layout = { columns: 100, paint: (_: string, plain: string) => plain, positions: false, remarks: [] };
  const text = chronicleText(chronicle, layout).trimEnd();
  if (drawn !== null && scenario.asked !== null) {
    return `${text}\n\n  ${runCommandLine(scenario.asked, seed, drawn, request)}`;
  }
  const file = keepRun(shown, `${scenario.model.id}.${name}`);
  const decider = lastDecider(shown);
  return `${text}\n\n  ${decider === null ? `demarche replay ${file}` : `demarche play ${file} --as ${decider}`}`;
}

/** The actor of the last decision: whoever opens the run sits there. Null where nobody decided anything. */
function lastDecider(events: readonly RunEvent[]): string | null {
  const last = events.findLast((event) => choicesIn(event).length > 0);
  const [first] = last === undefined ? [] : choicesIn(last);
  return first?.actor ?? null;
}

/** What could have occurred mostly does not, which need not be said of each. */
function withoutAverted(chronicle: Chronicle): Chronicle {
  const sections = chronicle.sections.map((section) => ({
    ...section,
    entries: section.entries.filter(({ deeds }) => !deeds.some(({ fate }) => fate === "averted")),
  }));
  return { ...chronicle, sections };
}

/** Writes events as a log; the same test writes the same file again. */
function keepRun(events: readonly RunEvent[], name: string): string {
  const path = join(folder, `${name.replaceAll(/[^\w.-]+/g, "-")}.jsonl`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, printLines(extendChain(undefined, events, platformHash), {}));
  return path;
}
