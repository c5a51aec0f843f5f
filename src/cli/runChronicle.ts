/**
 * Prints a run as a chronicle: the form in which run, replay, fork and play show what happened.
 *
 * Whoever looks as an actor gets that actor's view of the events and nothing that was worked out from hidden ones.
 */
import type { RunEvent } from "../engine/event.ts";
import type { RunResult } from "../engine/observer.ts";
import { viewEvents } from "../engine/view.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { type Chronicle, tell } from "../report/chronicle.ts";
import { chronicleText, endWords, headingText, resultText, type TextLayout } from "../report/chronicleText.ts";
import { type ChronicleWords, chronicleWords } from "../report/chronicleWords.ts";
import { type Naming, namingOf, plainNaming } from "../report/naming.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { languageOf } from "./library.ts";
import type { Terminal } from "./terminal.ts";

/** A run to be printed. */
export interface PrintedRun {
  readonly events: readonly RunEvent[];
  /** Null where the log's document cannot be read any more. */
  readonly scenario: Scenario | null;
  /** The actor whose view is printed, or null for everything. */
  readonly viewer: string | null;
  /** The texts that were asked for: a run is printed in their language. */
  readonly texts: string | undefined;
}

/** The words in which a run is told with such texts. */
export const wordsIn = (texts: string | undefined): ChronicleWords => chronicleWords(languageOf(texts));

/** The name of somebody who sees what everybody sees. */
const publicViewer = "public";

/**
 * Checks a viewer's name.
 * @throws Mistake where there is no such actor.
 */
export function knownViewer(model: Model | null, asked: string | undefined): string | null {
  if (asked === undefined) return null;
  if (model === null) {
    throw new Mistake("the scenario in this log cannot be read any more, so nobody's view can be told apart");
  }
  const names = [...model.actors.map(({ id }) => id), publicViewer];
  if (names.includes(asked)) return asked;
  const near = nearest(asked, names);
  throw new Mistake(
    `unknown actor ${asked}: there are ${names.join(", ")}`,
    near === null ? null : `did you mean ${near}?`,
  );
}

/** The names to print a run with. */
export function namesOf({ scenario, events }: Pick<PrintedRun, "scenario" | "events">): Naming {
  return scenario === null ? plainNaming(startOf(events).document.id) : namingOf(scenario);
}

/** A run as a chronicle. */
export function chronicleOf(run: Omit<PrintedRun, "texts">): Chronicle {
  const { events, scenario, viewer } = run;
  const { clock } = startOf(events);
  const told = viewer === null || scenario === null ? events : viewEvents(scenario.model, events, viewer);
  return tell(told, clock, namesOf(run));
}

/** Prints a run; its result follows where it is given and nothing is hidden. */
export function printChronicle(
  terminal: Terminal,
  run: PrintedRun,
  shown: { readonly positions: boolean; readonly result: RunResult | null },
): void {
  const { out } = terminal;
  const words = wordsIn(run.texts);
  const layout: TextLayout = { columns: out.columns, paint: out.paint, positions: shown.positions, words };
  const started = startOf(run.events);
  const { document, replication, variant } = started;
  const seed = run.viewer === null ? lastSeed(run.events) : null;
  const naming = namesOf(run);
  const chronicle = chronicleOf(run);
  const heading = { scenario: document.id, seed, replication, variant, viewer: run.viewer };
  out.write(`${headingText(heading, chronicle, naming, layout)}\n${chronicleText(chronicle, layout)}\n`);
  if (shown.result !== null && run.viewer === null) {
    const end = endWords(shown.result, naming, words);
    out.write(`${resultText(shown.result, naming, end, layout)}\n`);
  }
}

/** Prints a result as JSON. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out.write(`${JSON.stringify(value, null, 2)}\n`);
}
