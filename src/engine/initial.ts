/**
 * How a run begins: the possible initial states and their odds, and the one that luck draws.
 *
 * Values are drawn one after the other, tracks before variables, each at its own site `start:NAME`. Where the scenario
 * restricts the combinations, each draw is conditioned on what can still be completed, so the joint draw follows the
 * product of the odds among the allowed combinations.
 */
import { type Luck, pick } from "../chance/draw.ts";
import { compileExpression } from "../scenario/evaluate.ts";
import type { Expression } from "../scenario/expression.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { InitialValue } from "../scenario/model.ts";
import { startsMax } from "../scenario/startCombinations.ts";
import { combinationsOf, completions, type StartItem } from "./completions.ts";
import { Faulted } from "./faulted.ts";
import { checkWeight, type Law } from "./law.ts";
import type { State } from "./state.ts";

interface Start {
  readonly state: State;
  /** Share of runs that begin so; while they are listed, the product of the odds. */
  readonly odds: number;
}

type Values = Readonly<Record<string, string | number | boolean>>;

/** Every initial state of positive odds, in document order, with its share. */
export function initialStates(law: Law): readonly Start[] {
  refuseTooMany(choices(law));
  const starts = [...allowedStarts(law)];
  if (starts.length === 0) throw new Faulted(nothingAllowed);
  const total = starts.reduce((sum, start) => sum + start.odds, 0);
  return starts.map(({ state, odds }) => ({ state, odds: odds / total }));
}

/** Whether runs can begin in more than so many states. */
export function hasMoreStarts(law: Law, most: number): boolean {
  let count = 0;
  for (const _ of allowedStarts(law)) if (++count > most) return true;
  return false;
}

/** The first of the initial states in document order. */
export function firstInitial(law: Law): State {
  for (const { state } of allowedStarts(law)) return state;
  throw new Faulted(nothingAllowed);
}

/** The initial state that luck draws. */
export function drawInitial(law: Law, luck: Luck): State {
  const open = choices(law);
  const levels = law.model.start === null ? null : weightsOf(law, open, law.model.start);
  const values: Record<string, string | number | boolean> = {};
  let level = 0;
  let node = 0;
  for (const { id, values: candidates } of open) {
    let index = 0;
    if (candidates.length > 1) {
      const first = node * candidates.length;
      const weights = levels?.[++level]?.subarray(first, first + candidates.length);
      index = pick(
        luck.at(`start:${id}`, 0),
        weights === undefined ? candidates.map(({ odds }) => odds) : [...weights],
      );
      node = first + index;
    }
    values[id] = candidates[index]?.value ?? 0;
  }
  return stateOf(law, values);
}

/** Weights of all draws of a restricted start. */
function weightsOf(law: Law, open: readonly StartItem[], start: Expression): readonly Float64Array[] {
  refuseTooMany(open);
  const allowed = law.evaluator(start, "start");
  const { cursor } = firstValues(law);
  const levels = completions(open, (reading) => allowed({ ...reading, cursor, ended: null }) !== 0);
  if (levels[0]?.[0] === 0) throw new Faulted(nothingAllowed);
  return levels;
}

/** The first value of everything: where a run stands that faults before it can draw its start. */
export function firstValues(law: Law): State {
  const { model, treatment } = law;
  return stateOf(
    law,
    Object.fromEntries(
      [...model.tracks, ...model.variables].map(({ id }) => [id, treatment.initial[id]?.[0]?.value ?? 0]),
    ),
  );
}

function choices(law: Law): readonly StartItem[] {
  const { model, treatment } = law;
  const context = { model, assume: treatment.assume };
  const items = [
    ...model.tracks.map(({ id }) => ({ section: "tracks" as const, id })),
    ...model.variables.map(({ id }) => ({ section: "variables" as const, id })),
  ];
  return items.map(({ section, id }) => {
    const path = `initial.${id}`;
    const values = (treatment.initial[id] ?? []).map((entry: InitialValue) => ({
      value: entry.value,
      odds: checkWeight(compileExpression(entry.odds, context)(nowhere), path, "odds"),
    }));
    const possible = values.filter(({ odds }) => odds > 0);
    if (possible.length === 0) throw new Faulted({ path, reason: "the odds of all initial values are zero" });
    return { section, id, values: possible };
  });
}

const nothingAllowed = { path: "start", reason: "no combination of initial values is allowed" };

/** @throws Mistake where there are more combinations than can be told apart. */
export function refuseTooMany(open: readonly { readonly values: readonly unknown[] }[]): void {
  const size = open.reduce((product, { values }) => product * values.length, 1);
  if (size <= startsMax) return;
  throw new Mistake(
    `the initial values combine in ${size} ways, but at most ${startsMax} can be told apart`,
    "give fewer of them more than one value",
  );
}

/** The allowed combinations of initial values as states, each with the product of its odds. */
function* allowedStarts(law: Law): Generator<Start, void> {
  const open = choices(law);
  const { start } = law.model;
  if (start !== null) refuseTooMany(open);
  const allowed = start === null ? () => 1 : law.evaluator(start, "start");
  const { cursor } = firstValues(law);
  for (const { reading, odds } of combinationsOf(open)) {
    if (allowed({ ...reading, cursor, ended: null }) === 0) continue;
    yield { state: stateOf(law, { ...reading.tracks, ...reading.variables }), odds };
  }
}

function stateOf(law: Law, values: Values): State {
  const { model } = law;
  return {
    tracks: Object.fromEntries(model.tracks.map(({ id }) => [id, String(values[id])])),
    variables: Object.fromEntries(
      model.variables.map(({ id, kind }) => [id, kind === "flag" ? values[id] === true : Number(values[id])]),
    ),
    round: 0,
    entered: {},
    made: {},
    cursor: law.order[0] ?? "tick",
    outcome: null,
    ended: null,
  };
}

/** Odds of initial values read assumptions alone; this reading only fills the place of a state. */
const nowhere = { tracks: {}, variables: {}, round: 0, entered: {}, made: {}, outcome: null };
