/**
 * `demarche replay`: tells a log again, as far as asked.
 *
 * It folds events and does nothing else: no scenario file is needed, nothing is drawn or decided, and a log of a
 * scenario that was changed since still tells what happened then.
 */
import type { Command } from "commander";
import type { RunEvent } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import { viewEvents, viewState } from "../engine/view.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { dateOfRound, formatDate, parseDate, roundOfDate } from "../scenario/calendar.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import { readText } from "./library.ts";
import { knownViewer, printChronicle, printJson } from "./runChronicle.ts";
import { readLogFile } from "./runLog.ts";
import type { Terminal } from "./terminal.ts";

interface ReplayOptions {
  readonly until?: string;
  readonly as?: string;
  readonly texts?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche replay a.jsonl                            the whole run
  demarche replay a.jsonl --until 2022-02-01         up to the end of that day
  demarche replay a.jsonl --until round:12           up to the end of round 12
  demarche replay a.jsonl --until 40                 up to position 40 in the log
  demarche replay a.jsonl --until 40 --json          the state there`;

/** Defines `replay`. */
export function replayCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log that run, play or fork wrote")
    .option("--until <date|round|position>", "stop there: 2022-02-01, round:12, position:40 or 40")
    .option("--as <actor>", "tell only what this actor may see (or: public)")
    .option("--texts <file>", "tell it in other words: a file of texts")
    .option("--json", "print {scenario, model, seed, variant, position, round, date, state}")
    .addHelpText("after", examples)
    .action(async (file: string, options: ReplayOptions) => {
      const recorded = await readLogFile(terminal, file);
      replay(
        terminal,
        recorded.map(({ event }) => event),
        options,
      );
    });
}

function replay(terminal: Terminal, all: readonly RunEvent[], options: ReplayOptions): void {
  const started = startOf(all);
  const last = options.until === undefined ? all.length - 1 : positionOf(all, options.until);
  const events = all.slice(0, last + 1);
  const scenario = recordedScenario(terminal, started.document, options.texts);
  const viewer = knownViewer(scenario?.model ?? null, options.as);
  if (options.json !== true) {
    printChronicle(
      terminal,
      { events, scenario, viewer, texts: options.texts },
      { positions: viewer === null, result: null },
    );
    return;
  }
  const whole = evolveAll(null, events) ?? started.state;
  const { round } = whole;
  const date = started.clock === null ? null : formatDate(dateOfRound(started.clock, round));
  const scope = { scenario: started.document.id, model: started.model };
  if (viewer === null || scenario === null) {
    const { variant } = started;
    printJson(terminal, { ...scope, seed: lastSeed(events), variant, position: last, round, date, state: whole });
  } else {
    const state = viewState(viewEvents(scenario.model, events, viewer));
    printJson(terminal, { ...scope, viewer, round, date, state });
  }
}

/** The scenario that a log holds, for its names; null where it cannot be read any more. */
export function recordedScenario(
  terminal: Terminal,
  document: { readonly id: string; readonly text: string },
  texts?: string,
): Scenario | null {
  const overlay = texts === undefined ? {} : { overlay: readText(terminal, texts) };
  return readScenario({ file: `${document.id}.yaml`, text: document.text, ...overlay }).scenario;
}

/**
 * The last position that belongs to a date, a round or a position.
 * @throws Mistake where there is no such point in the log.
 */
export function positionOf(events: readonly RunEvent[], until: string): number {
  const position = /^(?:position:)?(\d+)$/.exec(until)?.[1];
  if (position !== undefined) {
    if (Number(position) < events.length) return Number(position);
    throw new Mistake(`there is no position ${position}`, `positions go from 0 to ${events.length - 1}`);
  }
  const round = /^round:(\d+)$/.exec(until)?.[1];
  if (round !== undefined) return lastOfRound(events, Number(round));
  const date = parseDate(until);
  if (date === null) {
    throw new Mistake(
      `--until is ${until}, but a date, a round or a position is needed`,
      "for example 2022-02-01, round:12 or position:40",
    );
  }
  const { clock } = startOf(events);
  if (clock === null) throw new Mistake("this run has no calendar", "stop at a round or a position, such as round:12");
  const wanted = roundOfDate(clock, date);
  if (wanted === null) {
    throw new Mistake(`${until} lies before the run`, `it begins on ${formatDate(dateOfRound(clock, 0))}`);
  }
  return lastOfRound(events, Math.min(wanted, lastRound(events)));
}

function lastRound(events: readonly RunEvent[]): number {
  return events.reduce((round, event) => ("round" in event && event.type === "RoundOpened" ? event.round : round), 0);
}

function lastOfRound(events: readonly RunEvent[], round: number): number {
  const last = lastRound(events);
  if (round > last) throw new Mistake(`there is no round ${round}`, `rounds go from 0 to ${last}`);
  const next = events.findIndex((event) => event.type === "RoundOpened" && event.round > round);
  return next < 0 ? events.length - 1 : next - 1;
}
