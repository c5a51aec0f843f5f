/**
 * Time to outcome: what share of the runs had ended in each outcome by the time so many rounds had opened.
 *
 * Outcomes compete: the shares of one moment add up to the runs that had ended. Runs that ended without an outcome are
 * counted among those that end in none.
 */
import type { Counts } from "./count.ts";

export interface TimeCurves {
  readonly variant: string;
  /** By outcome, in the model's order: runs that had ended in it when 0, 1, 2, ... rounds had opened. */
  readonly ended: readonly (readonly number[])[];
}

/** Share of the ended runs after which the curves are cut, where few runs go on for very long. */
const shown = 0.995;

/** The curves of every treatment, all over the same rounds. */
export function timesOf(variants: readonly string[], counts: Counts): readonly TimeCurves[] {
  const cumulated = counts.treatments.map(({ lengths }) => lengths.map(cumulate));
  const last = Math.max(1, ...cumulated.map(lastShown));
  return cumulated.map((curves, index) => ({
    variant: variants[index] ?? "",
    ended: curves
      .slice(0, -1)
      .map((curve) => Array.from({ length: last + 1 }, (_, rounds) => curve[rounds] ?? curve.at(-1) ?? 0)),
  }));
}

function cumulate(row: readonly number[]): readonly number[] {
  let sum = 0;
  return Array.from(row, (count) => {
    sum += count ?? 0;
    return sum;
  });
}

/** The number of rounds by which nearly all runs had ended. */
function lastShown(curves: readonly (readonly number[])[]): number {
  const longest = Math.max(...curves.map((curve) => curve.length - 1));
  const at = (rounds: number): number => curves.reduce((sum, curve) => sum + (curve[rounds] ?? curve.at(-1) ?? 0), 0);
  const all = at(longest);
  for (let rounds = 1; rounds < longest; rounds++) if (at(rounds) >= shown * all) return rounds;
  return longest;
}
