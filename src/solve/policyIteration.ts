/**
 * The best choices in a part of a decision process that every run leaves: choices are improved until none can be, each
 * set of them valued by elimination (Howard 1960).
 *
 * That no single choice looks better is no proof where runs mix slowly, as what is next to nothing in a step may be much
 * over a million. So what is left is bounded: by how much a step could at most be better, times how many steps a run
 * can at most take before it leaves, which is itself worked out and verified.
 */
import { floatAt, intAt } from "../scenario/at.ts";
import { Elimination } from "./elimination.ts";

/** A choice between parts of a component. */
export interface JoinedChoice {
  /** Number of the choice, or -1 to stay for ever. */
  readonly choice: number;
  /** What it yields, itself and where it leaves, on average. */
  readonly gain: number;
  /** What of it it yields itself. */
  readonly reward: number;
  /** Chance to leave. */
  readonly leaving: number;
  readonly row: ReadonlyMap<number, number>;
}

/** Choices by part, each list in document order. */
export type JoinedChoices = readonly (readonly JoinedChoice[])[];

export interface Improved {
  readonly values: Float64Array;
  /** By part: place of the choice among its own. */
  readonly picks: Int32Array;
  /** Bound of the error, relative to the largest value, beside roundings. */
  readonly error: number;
}

/** Relative error of one operation. */
const unit = 2 ** -53;
/** Improvements are given up after so many turns. */
const turnsMax = 200;
/** From this turn on ever larger differences count as roundings, so that improving comes to an end. */
const turnsPatient = 30;

/** What a choice is worth, and how far roundings may have moved that. */
export function worthOf({ gain, row }: JoinedChoice, values: Float64Array): readonly [worth: number, noise: number] {
  let sum = gain;
  let size = Math.abs(gain);
  for (const [to, odds] of row) {
    const part = odds * floatAt(values, to);
    sum += part;
    size += Math.abs(part);
  }
  return [sum, (row.size + 2) * unit * size];
}

/**
 * Improves choices from a first set with which runs leave for certain. `losses`: nothing is gained anywhere, and other
 * sets of choices may keep a run for ever at a loss. Null where it takes too much work, or nothing can be proven.
 */
export function improve(
  choices: JoinedChoices,
  first: Int32Array,
  losses: boolean,
  isStopped: () => boolean,
): Improved | null {
  const found = climb(choices, first, isStopped);
  if (found === null) return null;
  const { values, picks } = losses ? found : preferFirst(choices, found);
  const error = surplus(choices, values, picks, losses, isStopped);
  return Number.isFinite(error) ? { values, picks, error } : null;
}

type Found = Pick<Improved, "values" | "picks">;

function climb(choices: JoinedChoices, first: Int32Array, isStopped: () => boolean): Found | null {
  const picks = first.slice();
  for (let turn = 0; turn < turnsMax && !isStopped(); turn++) {
    const values = evaluate(choices, picks);
    if (values === null) return null;
    const patience = 4 * 2 ** Math.max(0, turn - turnsPatient);
    let better = false;
    choices.forEach((list, part) => {
      let best = floatAt(values, part) + patience * unit * Math.abs(floatAt(values, part));
      list.forEach((one, place) => {
        const [worth, noise] = worthOf(one, values);
        if (worth - patience * noise <= best) return;
        best = worth - patience * noise;
        picks[part] = place;
        better = true;
      });
    });
    if (!better) return { values, picks };
  }
  return null;
}

/** What a set of choices comes to. */
function evaluate(choices: JoinedChoices, picks: Int32Array): Float64Array | null {
  const chosen = choices.map((list, part) => list[intAt(picks, part)]);
  const reduced = Elimination.of({
    steps: chosen.map((one) => one?.row ?? new Map<number, number>()),
    leaving: Float64Array.from(chosen, (one) => one?.leaving ?? 1),
  });
  return reduced?.values(Float64Array.from(chosen, (one) => one?.gain ?? 0)) ?? null;
}

/** Equal choices are taken in document order, where that costs nothing. */
function preferFirst(choices: JoinedChoices, found: Found): Found {
  const picks = Int32Array.from(choices, (list, part) => {
    const value = floatAt(found.values, part);
    return list.findIndex((one) => {
      const [worth, noise] = worthOf(one, found.values);
      return worth >= value - 8 * (noise + unit * Math.abs(value));
    });
  });
  const values = picks.every((pick, part) => pick === found.picks[part]) ? null : evaluate(choices, picks);
  const isAsGood = values?.every(
    (value, part) => value >= floatAt(found.values, part) - slackOf(floatAt(found.values, part)),
  );
  return values !== null && isAsGood === true ? { values, picks } : found;
}

/** Relative difference that counts as none between values that elimination gave. */
const slackOf = (value: number): number => 1e-13 * Math.abs(value);

/** By how much other choices could at most be better, relative to the largest value. */
function surplus(
  choices: JoinedChoices,
  values: Float64Array,
  picks: Int32Array,
  losses: boolean,
  isStopped: () => boolean,
): number {
  let most = 0;
  choices.forEach((list, part) => {
    const value = floatAt(values, part);
    list.forEach((one, place) => {
      if (place === picks[part]) return;
      const [worth, noise] = worthOf(one, values);
      most = Math.max(most, worth - value + noise + unit * Math.abs(value));
    });
  });
  if (most === 0) return 0;
  const steps = stepsMax(choices, losses, isStopped);
  if (steps === null) return Number.POSITIVE_INFINITY;
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const free = 2 * most * steps;
  if (!losses) return scale === 0 ? free : free / scale;
  // Steps that cost something pay for what they may be better, with a small part of all losses.
  const costs = choices.flat().flatMap(({ reward }) => (reward < 0 ? [-reward] : []));
  const least = costs.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  return (most * (1 + 2 * steps)) / least + (scale === 0 ? free : free / scale);
}

/** How many steps a run can take on average before it leaves, or before it loses something; verified but for a factor of 2. */
function stepsMax(choices: JoinedChoices, losses: boolean, isStopped: () => boolean): number | null {
  const counted = choices.map((list) =>
    list.map((one) =>
      losses && one.reward < 0 ? { ...one, gain: 1, leaving: 1, row: new Map<number, number>() } : { ...one, gain: 1 },
    ),
  );
  const longest = climb(counted, leavingFirst(counted), isStopped)?.values;
  if (longest === undefined) return null;
  const verified = counted.every((list, part) =>
    list.every((one) => {
      const [worth, noise] = worthOf({ ...one, gain: 0 }, longest);
      return floatAt(longest, part) - worth - noise >= 0.5;
    }),
  );
  return verified ? longest.reduce((most, value) => Math.max(most, value), 0) : null;
}

/** Every set of choices leads out here, so the first will do. */
const leavingFirst = (choices: JoinedChoices): Int32Array => new Int32Array(choices.length);
