/**
 * `demarche diff`: where two logs part, what happened on either side from there, and how the final states differ.
 */
import type { Command } from "commander";
import type { RunEvent } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import type { State } from "../engine/state.ts";
import { canonical } from "../log/chain.ts";
import { tell } from "../report/chronicle.ts";
import { namingOf, plainNaming } from "../report/naming.ts";
import { type Apart, differenceText, type RunValue, sameHenceforth, sideBySide } from "../report/sideBySide.ts";
import { recordedScenario } from "./replay.ts";
import { readLogFile } from "./runLog.ts";
import { printJson, startOf } from "./story.ts";
import type { Terminal } from "./terminal.ts";

/** How two runs differ. */
interface Comparison {
  readonly equal: boolean;
  /** First position whose events differ, or null. */
  readonly position: number | null;
  /** What they were started with, where that differs. */
  readonly settings: Apart;
  readonly left: RunEvent | null;
  readonly right: RunEvent | null;
  /** Values of the final states that differ. */
  readonly final: Apart;
}

const examples = `
Examples:
  demarche fork a.jsonl --at 12 --hold --log b.jsonl
  demarche diff a.jsonl b.jsonl                      exit code 0 if they are equal, 1 if not`;

/** Defines `diff`. */
export function diffCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log")
    .argument("<other>", "another log")
    .option("--json", "print {equal, position, settings, left, right, final}")
    .addHelpText("after", examples)
    .action(async (one: string, other: string, options: { readonly json?: true }) => {
      const left = (await readLogFile(terminal, one)).map(({ event }) => event);
      const right = (await readLogFile(terminal, other)).map(({ event }) => event);
      const comparison = compareRuns(left, right);
      if (!comparison.equal) terminal.fails();
      if (options.json === true) printJson(terminal, comparison);
      else tellDifference(terminal, comparison, { name: one, events: left }, { name: other, events: right });
    });
}

function compareRuns(left: readonly RunEvent[], right: readonly RunEvent[]): Comparison {
  const position = firstDifference(left, right, 0);
  return {
    equal: position === null,
    position,
    settings: settingsApart(left, right),
    left: position === null ? null : (left[position] ?? null),
    right: position === null ? null : (right[position] ?? null),
    final: statesApart(evolveAll(null, left), evolveAll(null, right)),
  };
}

/** The first position, from one on, at which two runs have different events; null if there is none. */
function firstDifference(left: readonly RunEvent[], right: readonly RunEvent[], from: number): number | null {
  const length = Math.max(left.length, right.length);
  for (let position = from; position < length; position++) {
    const [one, other] = [left[position], right[position]];
    if (one === undefined || other === undefined || canonical(one) !== canonical(other)) return position;
  }
  return null;
}

function settingsApart(left: readonly RunEvent[], right: readonly RunEvent[]): Comparison["settings"] {
  const [one, other] = [startOf(left), startOf(right)];
  const of = ({ model, document, seed, replication, variant, assume, policies, rounds }: typeof one) => ({
    scenario: document.id,
    model,
    // The wording of a scenario is recorded with it, and changes nothing else.
    wording: one.document.text === other.document.text ? "the same" : document === one.document ? "one" : "another",
    seed,
    replication,
    variant,
    rounds,
    ...prefixed("assume", assume),
    ...prefixed("policy", policies),
  });
  return apart(of(one), of(other));
}

function prefixed(prefix: string, values: Readonly<Record<string, RunValue>>): Record<string, RunValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, value]));
}

function statesApart(one: State | null, other: State | null): Comparison["final"] {
  const of = (state: State | null): Record<string, RunValue> =>
    state === null
      ? {}
      : {
          outcome: state.outcome,
          ended: state.ended,
          round: state.round,
          ...prefixed("tracks", state.tracks),
          ...prefixed("variables", state.variables),
        };
  return apart(of(one), of(other));
}

/** Names whose values differ, with both values; null stands for a value that one side does not have. */
function apart(one: Readonly<Record<string, RunValue>>, other: Readonly<Record<string, RunValue>>): Apart {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.filter((name) => one[name] !== other[name]).map((name) => [name, [one[name] ?? null, other[name] ?? null]]),
  );
}

interface Side {
  readonly name: string;
  readonly events: readonly RunEvent[];
}

function tellDifference(terminal: Terminal, comparison: Comparison, left: Side, right: Side): void {
  const { out } = terminal;
  if (comparison.equal) {
    out.write(`${left.name} and ${right.name} are equal: ${left.events.length} events\n`);
    return;
  }
  const naming = namesFor(terminal, left);
  const chronicles = [left, right].map((side) =>
    tell(side.events, startOf(side.events).clock, namesFor(terminal, side)),
  );
  const [one, other] = chronicles;
  if (one === undefined || other === undefined) return;
  const layout = { columns: out.columns, paint: out.paint, positions: false };
  out.write(differenceText(comparison, [left.name, right.name], naming, layout));
  const from = firstDifference(left.events, right.events, comparison.position === 0 ? 1 : (comparison.position ?? 0));
  const apart =
    from === null ? sameHenceforth : sideBySide(one, other, { names: [left.name, right.name], from }, layout);
  out.write(apart);
}

function namesFor(terminal: Terminal, { events }: Side) {
  const { document } = startOf(events);
  const scenario = recordedScenario(terminal, document);
  return scenario === null ? plainNaming(document.id) : namingOf(scenario);
}
