/**
 * Time to outcome: what share of the runs had ended in each outcome by the time so many rounds had opened.
 *
 * Outcomes compete: the shares of one moment add up to the runs that had ended. Runs that ended without an outcome are
 * counted among those that end in none.
 */
import { at } from "../scenario/at.ts";
import type { Measure } from "../scenario/measure.ts";
import { type Counts, roundsShown, type TreatmentCounts } from "./count.ts";

export interface TimeCurves {
  readonly variant: string;
  /** By outcome, in the model's order: runs that had ended in it when 0, 1, 2, ... rounds had opened. */
  readonly ended: readonly (readonly number[])[];
  /** By group, in the model's order, as by outcome. */
  readonly groups: readonly (readonly number[])[];
}

/** Rounds after which a share of the runs had ended; null where that is longer than lengths are told apart. */
export interface Quantiles {
  readonly q05: number | null;
  readonly q25: number | null;
  readonly q50: number | null;
  readonly q75: number | null;
  readonly q95: number | null;
}

/** Exact quantiles of the lengths of all runs of a treatment: the least number of rounds that so many do not exceed. */
export function lengthQuantiles({ lengths }: TreatmentCounts): Quantiles {
  const curves = lengths.map(cumulate);
  const longest = Math.max(0, ...curves.map((curve) => curve.length - 1));
  const all = endedBy(curves, longest);
  const at = (share: number): number | null => {
    let rounds = 0;
    while (rounds < longest && endedBy(curves, rounds) < share * all) rounds++;
    return rounds < roundsShown ? rounds : null;
  };
  return { q05: at(0.05), q25: at(0.25), q50: at(0.5), q75: at(0.75), q95: at(0.95) };
}

/** Share of the ended runs after which the curves are cut, where few runs go on for very long. */
const shown = 0.995;

/** The curves of every treatment, all over the same rounds. */
export function timeCurves(
  variants: readonly string[],
  counts: Counts,
  groups: readonly Measure[],
): readonly TimeCurves[] {
  const cumulated = counts.treatments.map(({ lengths }) => lengths.map(cumulate));
  const last = Math.max(1, ...cumulated.map(lastShown));
  const moments = Array.from({ length: last + 1 }, (_, rounds) => rounds);
  return cumulated.map((curves, index) => ({
    variant: variants[index] ?? "",
    ended: curves.slice(0, -1).map((curve) => moments.map((rounds) => endedBy([curve], rounds))),
    groups: groups.map(({ members }) => {
      const own = members.map((member) => at(curves, member));
      return moments.map((rounds) => endedBy(own, rounds));
    }),
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
  const all = endedBy(curves, longest);
  for (let rounds = 1; rounds < longest; rounds++) if (endedBy(curves, rounds) >= shown * all) return rounds;
  return longest;
}

/** Runs that had ended, in anything, when so many rounds had opened. */
function endedBy(curves: readonly (readonly number[])[], rounds: number): number {
  return curves.reduce((sum, curve) => sum + (curve[rounds] ?? curve.at(-1) ?? 0), 0);
}
