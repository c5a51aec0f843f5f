/**
 * How a run begins: the possible initial states and their odds, and the one that luck draws.
 *
 * Values are drawn one after the other, tracks before variables, each at its own site `start:NAME`. Where the scenario
 * restricts the combinations, each draw is conditioned on what can still be completed, so the joint draw follows the
 * product of the odds among the allowed combinations.
 */
import { type Luck, pick } from "../chance/draw.ts";
import { compileExpression } from "../scenario/evaluate.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { InitialValue } from "../scenario/model.ts";
import { Faulted } from "./faulted.ts";
import { checkWeight, type Law } from "./law.ts";
import type { State } from "./state.ts";

interface Start {
  readonly state: State;
  /** Share of runs that begin so. */
  readonly odds: number;
}

interface Choice {
  readonly id: string;
  readonly values: readonly { readonly value: string | number | boolean; readonly odds: number }[];
}

type Values = Readonly<Record<string, string | number | boolean>>;

/** More combinations than this of hidden initial values cannot be restricted or explored. */
export const startsMax = 1_000_000;

/** Every initial state of positive odds, in document order, with its share. */
export function initialStates(law: Law): readonly Start[] {
  const starts = combinations(law, choices(law));
  const total = starts.reduce((sum, start) => sum + start.odds, 0);
  return starts.map(({ values, odds }) => ({ state: stateOf(law, values), odds: odds / total }));
}

/** The initial state that luck draws. */
export function drawInitial(law: Law, luck: Luck): State {
  const open = choices(law);
  const restricted = law.model.start === null ? null : combinations(law, open);
  const values: Record<string, string | number | boolean> = {};
  for (const { id, values: candidates } of open) {
    const weights =
      restricted === null
        ? candidates.map(({ odds }) => odds)
        : candidates.map(({ value }) => weightOf(restricted, { ...values, [id]: value }));
    const index = candidates.length === 1 ? 0 : pick(luck.at(`start:${id}`, 0), weights);
    values[id] = candidates[index]?.value ?? 0;
  }
  return stateOf(law, values);
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

function weightOf(starts: readonly { values: Values; odds: number }[], partial: Values): number {
  const wanted = Object.entries(partial);
  return starts
    .filter(({ values }) => wanted.every(([id, value]) => values[id] === value))
    .reduce((sum, { odds }) => sum + odds, 0);
}

function choices(law: Law): readonly Choice[] {
  const { model, treatment } = law;
  const context = { model, assume: treatment.assume };
  return [...model.tracks, ...model.variables].map(({ id }) => {
    const path = `initial.${id}`;
    const values = (treatment.initial[id] ?? []).map((entry: InitialValue) => ({
      value: entry.value,
      odds: checkWeight(compileExpression(entry.odds, context)(nowhere), path, "odds"),
    }));
    const possible = values.filter(({ odds }) => odds > 0);
    if (possible.length === 0) throw new Faulted({ path, reason: "the odds of all initial values are zero" });
    return { id, values: possible };
  });
}

/** The allowed combinations of initial values, each with the product of its odds. */
function combinations(law: Law, open: readonly Choice[]): readonly { values: Values; odds: number }[] {
  const size = open.reduce((product, { values }) => product * values.length, 1);
  if (size > startsMax) {
    throw new Mistake(`the initial values combine in ${size} ways, but at most ${startsMax} can be told apart`);
  }
  let starts: { values: Values; odds: number }[] = [{ values: {}, odds: 1 }];
  for (const { id, values } of open) {
    starts = starts.flatMap((start) =>
      values.map(({ value, odds }) => ({ values: { ...start.values, [id]: value }, odds: start.odds * odds })),
    );
  }
  const { start } = law.model;
  if (start === null) return starts;
  const allowed = law.evaluator(start, "start");
  starts = starts.filter(({ values }) => allowed(stateOf(law, values)) !== 0);
  if (starts.length === 0) {
    throw new Faulted({ path: "start", reason: "no combination of initial values is allowed" });
  }
  return starts;
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
