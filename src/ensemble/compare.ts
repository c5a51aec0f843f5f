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
import { type Columns, endings } from "./batch.ts";
import type { Counts, Moments, TreatmentCounts } from "./count.ts";
import { meanInterval, newcombePaired, wilson } from "./statistics.ts";
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
  /** Runs that ended without an outcome, by how. */
  readonly stopped: Readonly<Record<string, number>>;
  /** Rounds that opened: their mean, and after how many of them which share of the runs had ended. */
  readonly rounds: Mean & { readonly quantiles: Quantiles };
  readonly tallies: Readonly<Record<string, Mean>>;
  readonly utilities: Readonly<Record<string, Mean>>;
  readonly properties: Readonly<Record<string, Omit<Share, "count">>>;
}

/** How much more often an outcome occurs under `to` than under `from`, in the same replications. */
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
    variants: counts.treatments.map((counted, index) =>
      variantResult(names[index] ?? "", columns, counted, counts.runs),
    ),
    differences: counts.treatments.slice(1).flatMap((counted, index) =>
      columns.outcomes.map((outcome, column) => ({
        from: names[0] ?? "",
        to: names[index + 1] ?? "",
        outcome,
        ...pairedDifference(counted.pairs, column),
      })),
    ),
    faults: counts.faults.map(({ treatment, replication, fault }) => ({
      variant: names[treatment] ?? "",
      replication,
      fault,
    })),
  };
}

/** The widest half-width of all intervals of outcomes' shares and differences. */
export function widestHalfWidth(result: VariantComparison): number {
  const intervals = [...result.variants.flatMap(({ outcomes }) => Object.values(outcomes)), ...result.differences];
  return intervals.reduce((widest, { low, high }) => Math.max(widest, (high - low) / 2), 0);
}

function variantResult(name: string, columns: Columns, counted: TreatmentCounts, runs: number): VariantResult {
  const share = (count: number): Share => ({ count, share: runs === 0 ? 0 : count / runs, ...wilson(count, runs) });
  const named = <T, R>(names: readonly string[], values: readonly T[], make: (value: T) => R): Record<string, R> =>
    Object.fromEntries(names.flatMap((id, index) => (index in values ? [[id, make(values[index] as T)]] : [])));
  return {
    name,
    outcomes: named(columns.outcomes, counted.outcomes, share),
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

function pairedDifference(
  pairs: readonly (readonly number[])[],
  outcome: number,
): { difference: number; low: number; high: number; saved: number | null } {
  let runs = 0;
  let first = 0;
  let second = 0;
  for (const [row, counts] of pairs.entries()) {
    for (const [column, count] of counts.entries()) {
      runs += count;
      if (row === outcome) first += count;
      if (column === outcome) second += count;
    }
  }
  const both = at(at(pairs, outcome), outcome);
  const onlyFirst = first - both;
  const onlySecond = second - both;
  const difference = runs === 0 ? 0 : (onlySecond - onlyFirst) / runs;
  const p1 = first / runs;
  const p2 = second / runs;
  const unpaired = p1 * (1 - p1) + p2 * (1 - p2);
  const paired = (onlyFirst + onlySecond) / runs - difference * difference;
  return {
    difference,
    ...newcombePaired({ both, onlyFirst, onlySecond, neither: runs - both - onlyFirst - onlySecond }),
    saved: unpaired > 0 ? 1 - paired / unpaired : null,
  };
}
