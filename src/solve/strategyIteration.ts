/**
 * Two sides in a part of a game to which runs can come back: the side of more improves its choices against the best
 * reply of the other (Hoffman and Karp 1966).
 *
 * What it is sure of in the end is held against the best reply to what the other then does, which bounds the error of
 * both. What adds up, or may be negative, is refused, as staying for ever would then be worth something.
 */
import { at, floatAt } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import { type CyclicComponent, type InnerChoice, solveComponent } from "./cyclicComponent.ts";

/** Values, choices by number, and a bound of the error beside roundings. */
export interface SolvedPart {
  readonly values: Float64Array;
  readonly picks: Int32Array;
  readonly error: number;
}

/** Solves a part in which one side chooses: for the most, or for the least as the most of the negative. */
export function improveOneSide(component: CyclicComponent, sign: 1 | -1, isStopped: () => boolean): SolvedPart {
  refuseMixedRewards(component.choices);
  if (sign === 1) return solveComponent(component, isStopped);
  const { states, choices } = component;
  const turned = choices.map((one) => ({ ...one, gain: -one.gain, reward: -one.reward }));
  const { values, picks, error } = solveComponent({ states, choices: turned }, isStopped);
  return { values: values.map((value) => 0 - value), picks, error };
}

/** Solves a part in which both sides choose; `more` tells by state whether the side of more does. */
export function improveBothSides(
  { states, choices }: CyclicComponent,
  more: readonly boolean[],
  isStopped: () => boolean,
): SolvedPart {
  if (choices.some(({ gain, reward }) => reward !== 0 || gain < 0)) {
    throw new Mistake(
      "what is sought against others adds up, or can be negative, along runs that nothing bounds",
      "--rounds N bounds the run; outcomes and properties can be sought without",
    );
  }
  const chosen = new Int32Array(states).fill(-1);
  choices.forEach(({ state }, choice) => {
    if (chosen[state] === -1) chosen[state] = choice;
  });
  /** The best of one side against fixed choices of the other. */
  const reply = (sign: 1 | -1, fixed: Int32Array): SolvedPart => {
    const kept = choices.flatMap((one, choice) =>
      more[one.state] === (sign === 1) || fixed[one.state] === choice ? [choice] : [],
    );
    const part = { states, choices: kept.flatMap((choice) => choices[choice] ?? []) };
    const solved = improveOneSide(part, sign, isStopped);
    return { ...solved, picks: solved.picks.map((pick) => kept[pick] ?? -1) };
  };
  for (;;) {
    const sure = reply(-1, chosen);
    if (!isStopped() && improveReplies(choices, more, sure.values, chosen)) continue;
    const most = reply(1, sure.picks);
    const gap = most.values.reduce((widest, value, state) => Math.max(widest, value - floatAt(sure.values, state)), 0);
    return { ...sure, error: sure.error + most.error + gap };
  }
}

/** Takes better choices for the side of more, if there are any. */
function improveReplies(
  choices: readonly InnerChoice[],
  more: readonly boolean[],
  values: Float64Array,
  chosen: Int32Array,
): boolean {
  let better = false;
  const best = values.map((value) => value + slack(value));
  choices.forEach(({ state, gain, targets, odds }, choice) => {
    if (more[state] !== true) return;
    const value = targets.reduce((sum, to, index) => sum + at(odds, index) * floatAt(values, to), gain);
    if (value <= floatAt(best, state)) return;
    best[state] = value;
    chosen[state] = choice;
    better = true;
  });
  return better;
}

function refuseMixedRewards(choices: readonly InnerChoice[]): void {
  if (!choices.some(({ reward }) => reward > 0) || !choices.some(({ reward }) => reward < 0)) return;
  throw new Mistake(
    "what is sought both rises and falls along runs that nothing bounds, so it need not have a mean",
    "--rounds N bounds the run, or split the tally in two",
  );
}

/** How much less than the best still counts as equal, relatively. */
const tolerance = 1e-12;

/** How much less than the best still counts as equal. */
export const slack = (best: number): number => (Number.isFinite(best) ? tolerance * Math.max(1e-3, Math.abs(best)) : 0);
