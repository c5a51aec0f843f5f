/**
 * A comparison: outcomes of several treatments of one scenario under common random numbers, with their intervals.
 *
 * Every treatment runs the same replications, so that luck is shared wherever their sites coincide and differences are
 * paired. The object made here is the documented result of `compare`; it holds no clock time and no trace of how many
 * workers made it.
 */

import type { Fault } from "../engine/event.ts";
import type { Treatment } from "../engine/treatment.ts";
import { at } from "../scenario/at.ts";
import type { Measure } from "../scenario/measure.ts";
import { type Columns, endings } from "./batch.ts";
import type { Counts, Moments, TreatmentCounts } from "./count.ts";
import { meanInterval, newcombePaired, type PairedCounts, wilson } from "./statistics.ts";
import { lengthQuantiles, type Quantiles } from "./timeToOutcome.ts";

export interface Share {
  readonly count: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface VariantResult {
  readonly name: string;
  readonly outcomes: Readonly<Record<string, Share>>;
  /** Runs that ended in any outcome of a group. */
  readonly groups: Readonly<Record<string, Share>>;
  /** Runs that ended without an outcome, by how. */
  readonly stopped: Readonly<Record<string, number>>;
  /** Rounds that opened: their mean, and after how many of them which share of the runs had ended. */
  readonly rounds: Mean & { readonly quantiles: Quantiles };
  readonly tallies: Readonly<Record<string, Mean>>;
  readonly utilities: Readonly<Record<string, Mean>>;
  readonly properties: Readonly<Record<string, Omit<Share, "count">>>;
}

/** How much more often an outcome, or any of a group, occurs under `to` than under `from`, in the same replications. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Share of the variance of an unpaired difference that common random numbers saved. */
  readonly saved: number | null;
}

export interface VariantComparison {
  readonly scenario: string;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly seed: string;
  /** Runs of each variant. */
  readonly runs: number;
  readonly methods: Readonly<Record<string, string>>;
  /** The outcome or group that the author declared to matter most, or null. */
  readonly headline: string | null;
  readonly variants: readonly VariantResult[];
  /** From the first variant to each other one. */
  readonly differences: readonly Difference[];
  readonly faults: readonly { readonly variant: string; readonly replication: number; readonly fault: Fault }[];
}

/** Names of the methods behind the intervals. */
const methods = {
  level: "95 %",
  shares: "Wilson score interval",
  differences: "Newcombe's interval for paired shares (method 10) under common random numbers",
  means: "Student's t interval",
  quantiles: "exact, of all runs: the least number of rounds that so many do not exceed",
};

/** Makes the comparison of counted runs. */
export function comparison(
  subject: { readonly scenario: string; readonly model: string; readonly seed: string },
  columns: Columns,
  treatments: readonly Treatment[],
  counts: Counts,
): VariantComparison {
  const names = treatments.map(({ variant }) => variant);
  return {
    ...subject,
    runs: counts.runs,
    methods,
    headline: columns.headline,
    variants: counts.treatments.map((counted, index) =>
      variantResult(names[index] ?? "", columns, counted, counts.runs),
    ),
    differences: counts.treatments.slice(1).flatMap((counted, index) =>
      measuresIn(columns).map(({ id, members }) => ({
        from: names[0] ?? "",
        to: names[index + 1] ?? "",
        outcome: id,
        ...pairedDifference(counted.pairs, members),
      })),
    ),
    faults: counts.faults.map(({ treatment, replication, fault }) => ({
      variant: names[treatment] ?? "",
      replication,
      fault,
    })),
  };
}

/** The share of an outcome or a group under a variant; undefined where there is neither. */
export function shareIn({ outcomes, groups }: VariantResult, id: string): Share | undefined {
  return outcomes[id] ?? groups[id];
}

/** The widest half-width of all intervals of outcomes' shares and differences. */
export function widestHalfWidth(result: VariantComparison): number {
  const shares = result.variants.flatMap(({ outcomes, groups }) => [outcomes, groups].flatMap(Object.values<Share>));
  const intervals = [...shares, ...result.differences];
  return intervals.reduce((widest, { low, high }) => Math.max(widest, (high - low) / 2), 0);
}

function variantResult(name: string, columns: Columns, counted: TreatmentCounts, runs: number): VariantResult {
  const share = (count: number): Share => ({ count, share: runs === 0 ? 0 : count / runs, ...wilson(count, runs) });
  const named = <T, R>(names: readonly string[], values: readonly T[], make: (value: T) => R): Record<string, R> =>
    Object.fromEntries(names.flatMap((id, index) => (index in values ? [[id, make(values[index] as T)]] : [])));
  return {
    name,
    outcomes: named(columns.outcomes, counted.outcomes, share),
    groups: Object.fromEntries(
      columns.groups.map(({ id, members }) => [
        id,
        share(members.reduce((sum, member) => sum + at(counted.outcomes, member), 0)),
      ]),
    ),
    stopped: Object.fromEntries(
      endings.flatMap((id, index) => (id === "outcome" ? [] : [[id, at(counted.endings, index)]])),
    ),
    rounds: { ...meanOf(counted.rounds), quantiles: lengthQuantiles(counted) },
    tallies: named(columns.tallies, counted.tallies, meanOf),
    utilities: named(columns.utilities, counted.utilities, meanOf),
    properties: named(columns.properties, counted.properties, (count) => {
      const { share: value, low, high } = share(count);
      return { share: value, low, high };
    }),
  };
}

function meanOf({ runs, mean, squares }: Moments): Mean {
  return { mean, ...meanInterval(runs, mean, squares) };
}

/** Outcomes, then groups, by the places of their outcomes in the columns. */
function measuresIn({ outcomes, groups }: Columns): readonly Pick<Measure, "id" | "members">[] {
  return [...outcomes.map((id, index) => ({ id, members: [index] })), ...groups];
}

/** Runs that ended in one of these outcomes under both treatments, under one alone, or under neither. */
export function pairedCounts(pairs: readonly (readonly number[])[], members: readonly number[]): PairedCounts {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (const [row, columns] of pairs.entries()) {
    const first = members.includes(row);
    for (const [column, count] of columns.entries()) {
      const second = members.includes(column);
      counts[first ? (second ? "both" : "onlyFirst") : second ? "onlySecond" : "neither"] += count;
    }
  }
  return counts;
}

function pairedDifference(
  pairs: readonly (readonly number[])[],
  members: readonly number[],
): { difference: number; low: number; high: number; saved: number | null } {
  const counts = pairedCounts(pairs, members);
  const { both, onlyFirst, onlySecond, neither } = counts;
  const runs = both + onlyFirst + onlySecond + neither;
  const difference = runs === 0 ? 0 : (onlySecond - onlyFirst) / runs;
  const p1 = (both + onlyFirst) / runs;
  const p2 = (both + onlySecond) / runs;
  const unpaired = p1 * (1 - p1) + p2 * (1 - p2);
  const paired = (onlyFirst + onlySecond) / runs - difference * difference;
  return { difference, ...newcombePaired(counts), saved: unpaired > 0 ? 1 - paired / unpaired : null };
}
