/**
 * The best choices in a large part of a decision process that every run leaves, enclosed from both sides (Haddad and
 * Monmege 2018; Baier, Klein, Leuschner, Parker and Wunderlich 2017).
 *
 * Values are iterated from below and from above, each result widened outward by what roundings may have moved it, so
 * that the truth stays in between whenever iterating ends. It ends where the bounds are close enough, or where roundings
 * let them come no closer.
 */
import { at, floatAt } from "../scenario/at.ts";
import { type Improved, type JoinedChoices, worthOf } from "./policyIteration.ts";

/** Distance between the bounds, relative to the largest value, at which iterating ends. */
const widthAim = 1e-10;
/** Sweeps between two looks at what the best choices so far are worth themselves. */
const sweepsFirst = 64;

/** Bounds of values. */
interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The largest that an end yields: distances are relative to that, or to the largest value. */
  readonly ends: number;
}

/**
 * Encloses the values. `losses`: nothing is gained anywhere, and some choices may keep a run for ever at a loss; `first`
 * are some with which runs leave for certain.
 */
export function enclose(
  choices: JoinedChoices,
  first: Int32Array,
  losses: boolean,
  isStopped: () => boolean,
): Improved {
  const bounds = losses
    ? encloseLosses(choices, first, isStopped)
    : { ...tighten(choices, outerBounds(choices), isStopped), picks: null };
  const picks = bounds.picks ?? choices.map((list) => bestPlace(list, bounds.low));
  const values = bounds.low.map((low, part) => (low + (bounds.high[part] ?? low)) / 2);
  return { values, picks: Int32Array.from(picks), error: gapOf(bounds) / 2 };
}

/** The relative distance between bounds. */
function gapOf({ low, high, ends }: Bounds): number {
  let gap = 0;
  let scale = ends;
  low.forEach((least, part) => {
    const most = high[part] ?? least;
    gap = Math.max(gap, most - least);
    scale = Math.max(scale, Math.abs(least), Math.abs(most));
  });
  return scale === 0 ? gap : gap / scale;
}

/** Moves both bounds inward until they are close, or stand still. */
function tighten(choices: JoinedChoices, bounds: Bounds, isStopped: () => boolean): Bounds {
  const { low, high } = bounds;
  for (let moved = true; moved && !isStopped(); ) {
    const below = sweep(choices, low, -1);
    const above = sweep(choices, high, 1);
    moved = (below || above) && gapOf(bounds) > widthAim;
  }
  return bounds;
}

/** Takes every value anew from its best choice, rounded outward; whether any bound moved inward. */
function sweep(choices: JoinedChoices, values: Float64Array, outward: 1 | -1): boolean {
  let moved = false;
  for (let part = choices.length - 1; part >= 0; part--) {
    let best = Number.NEGATIVE_INFINITY;
    for (const one of choices[part] ?? []) {
      const [worth, noise] = worthOf(one, values);
      best = Math.max(best, worth + 2 * outward * noise);
    }
    const now = floatAt(values, part);
    if (outward * (now - best) <= 0) continue;
    values[part] = best;
    moved = true;
  }
  return moved;
}

function bestPlace(list: JoinedChoices[number], values: Float64Array): number {
  const worths = list.map((one) => worthOf(one, values)[0]);
  const most = worths.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  return Math.max(0, worths.indexOf(most));
}

/** What no way of choosing leaves, where all of them lead out: what ends yield, and what steps add until then. */
function outerBounds(choices: JoinedChoices): Bounds {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let lowest = 0;
  let highest = 0;
  for (const { gain, reward, leaving } of choices.flat()) {
    lowest = Math.min(lowest, reward);
    highest = Math.max(highest, reward);
    if (leaving === 0) continue;
    const end = (gain - reward) / leaving;
    least = Math.min(least, end - 1e-12 * Math.abs(end));
    most = Math.max(most, end + 1e-12 * Math.abs(end));
  }
  const steps = lowest === 0 && highest === 0 ? 0 : 2 * halvingSteps(choices);
  return {
    low: new Float64Array(choices.length).fill(least + steps * lowest),
    high: new Float64Array(choices.length).fill(most + steps * highest),
    ends: Math.max(Math.abs(least), Math.abs(most)),
  };
}

/** After so many steps at least half of all runs have left, however they choose; a run takes twice as many on average. */
function halvingSteps(choices: JoinedChoices): number {
  let still = new Float64Array(choices.length).fill(1);
  for (let steps = 1; ; steps++) {
    const now = still;
    still = Float64Array.from(choices, (list) =>
      list.reduce((most, one) => {
        const [worth, noise] = worthOf({ ...one, gain: 0 }, now);
        return Math.max(most, worth + noise);
      }, 0),
    );
    if (still.every((chance) => chance <= 0.5)) return steps;
  }
}

/** From above by iterating, from below by what the best choices so far come to. */
function encloseLosses(
  choices: JoinedChoices,
  first: Int32Array,
  isStopped: () => boolean,
): Bounds & { readonly picks: readonly number[] } {
  const high = new Float64Array(choices.length);
  let best = { ...valuesBelow(choices, [...first], isStopped), high };
  for (let sweeps = sweepsFirst; ; sweeps *= 2) {
    let moved = false;
    for (let turn = 0; turn < sweeps; turn++) moved = sweep(choices, high, 1) || moved;
    const better = choices.map((list) => bestPlace(list, high));
    if (leadsOut(choices, better)) {
      const found = { ...valuesBelow(choices, better, isStopped), high };
      if (gapOf(found) < gapOf(best)) best = found;
    }
    if (!moved || gapOf(best) <= widthAim || isStopped()) return best;
  }
}

/** What a set of choices comes to, from below. */
function valuesBelow(choices: JoinedChoices, picks: readonly number[], isStopped: () => boolean) {
  const chosen = choices.map((list, part) => list.slice(at(picks, part), at(picks, part) + 1));
  return { ...tighten(chosen, outerBounds(chosen), isStopped), picks };
}

/** Whether a set of choices leads out from everywhere. */
function leadsOut(choices: JoinedChoices, picks: readonly number[]): boolean {
  const chosen = choices.map((list, part) => list[at(picks, part)]);
  const out = chosen.map((one) => (one?.leaving ?? 0) > 0);
  for (let grew = true; grew; ) {
    grew = false;
    chosen.forEach((one, part) => {
      if (out[part] === true || ![...(one?.row.keys() ?? [])].some((to) => out[to] === true)) return;
      out[part] = true;
      grew = true;
    });
  }
  return out.every((one) => one);
}
