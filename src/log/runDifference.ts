/**
 * How two runs differ: what they were started with, where their events part, and the values in which they end apart.
 */
import type { RunEvent } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import type { State } from "../engine/state.ts";
import { canonical } from "./chain.ts";
import { startOf } from "./runStart.ts";

/** A value of a run's settings or state; null where one side has none. */
export type RunValue = string | number | boolean | null;

/** Values in which two runs differ, by name. */
export type ValueDifferences = Readonly<Record<string, readonly [RunValue, RunValue]>>;

/** How two runs differ. */
export interface RunDifference {
  readonly equal: boolean;
  /** First position whose events differ, or null. */
  readonly position: number | null;
  /** What they were started with, where that differs. */
  readonly settings: ValueDifferences;
  readonly left: RunEvent | null;
  readonly right: RunEvent | null;
  /** Values of the final states that differ. */
  readonly final: ValueDifferences;
}

/** Compares two runs: their settings, their events, and the states they end in. */
export function compareRuns(left: readonly RunEvent[], right: readonly RunEvent[]): RunDifference {
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
export function firstDifference(left: readonly RunEvent[], right: readonly RunEvent[], from: number): number | null {
  const length = Math.max(left.length, right.length);
  for (let position = from; position < length; position++) {
    const [one, other] = [left[position], right[position]];
    if (one === undefined || other === undefined || canonical(one) !== canonical(other)) return position;
  }
  return null;
}

function settingsApart(left: readonly RunEvent[], right: readonly RunEvent[]): RunDifference["settings"] {
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

function statesApart(one: State | null, other: State | null): RunDifference["final"] {
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
function apart(one: Readonly<Record<string, RunValue>>, other: Readonly<Record<string, RunValue>>): ValueDifferences {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.filter((name) => one[name] !== other[name]).map((name) => [name, [one[name] ?? null, other[name] ?? null]]),
  );
}
