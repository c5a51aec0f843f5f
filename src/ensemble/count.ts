/**
 * What is kept of an ensemble: counts and moments, whose size does not depend on the number of runs.
 *
 * One `Counts` covers the same replications under every treatment, so that outcomes can be paired. Counts of adjacent
 * ranges are merged in order of replication; floating-point sums therefore come out the same for any number of workers.
 */
import type { Fault } from "../engine/event.ts";
import { type Batch, type Columns, endings } from "./batch.ts";

/** Number, mean and sum of squared deviations (Welford 1962; merged after Chan, Golub and LeVeque 1979). */
export interface Moments {
  readonly runs: number;
  readonly mean: number;
  readonly squares: number;
}

export interface TreatmentCounts {
  /** Runs by ending, in the order of `endings`. */
  readonly endings: readonly number[];
  /** Runs by outcome, in the model's order. */
  readonly outcomes: readonly number[];
  /** Runs in which each run-level property holds. */
  readonly properties: readonly number[];
  readonly rounds: Moments;
  readonly tallies: readonly Moments[];
  readonly utilities: readonly Moments[];
  /** Runs by outcome (the last row: without outcome) and by the round in which they ended, up to `roundsShown`. */
  readonly lengths: readonly (readonly number[])[];
  /** Under the baseline and this treatment: runs by pair of outcomes, row by the baseline's; the last is no outcome. */
  readonly pairs: readonly (readonly number[])[];
}

export interface Counts {
  readonly runs: number;
  readonly treatments: readonly TreatmentCounts[];
  /** The first faults found, by treatment and replication; all of them are counted in `endings`. */
  readonly faults: readonly { readonly treatment: number; readonly replication: number; readonly fault: Fault }[];
}

/** Lengths from here on share one bin. */
export const roundsShown = 4096;

/** Faults that are kept with their cause. */
const faultsKept = 20;

const none: Moments = { runs: 0, mean: 0, squares: 0 };

/** Counts of no runs at all. */
export function emptyCounts(columns: Columns, treatments: number): Counts {
  const classes = columns.outcomes.length + 1;
  const grid = (): number[][] => Array.from({ length: classes }, () => []);
  return {
    runs: 0,
    faults: [],
    treatments: Array.from({ length: treatments }, () => ({
      endings: endings.map(() => 0),
      outcomes: columns.outcomes.map(() => 0),
      properties: columns.properties.map(() => 0),
      rounds: none,
      tallies: columns.tallies.map(() => none),
      utilities: columns.utilities.map(() => none),
      lengths: grid(),
      pairs: Array.from({ length: classes }, () => new Array<number>(classes).fill(0)),
    })),
  };
}

/** Counts the same replications under every treatment; the first treatment is the baseline of the pairs. */
export function countBatches(columns: Columns, batches: readonly Batch[]): Counts {
  const baseline = batches[0];
  if (baseline === undefined) throw new Error("an ensemble has at least one treatment");
  const faults = batches.flatMap((batch, treatment) => batch.faults.map((entry) => ({ treatment, ...entry })));
  return {
    runs: baseline.to - baseline.from,
    treatments: batches.map((batch) => countBatch(columns, batch, baseline)),
    faults: earliest(faults),
  };
}

function countBatch(columns: Columns, batch: Batch, baseline: Batch): TreatmentCounts {
  const runs = batch.to - batch.from;
  const classes = columns.outcomes.length + 1;
  const byEnding = endings.map(() => 0);
  const byOutcome = new Array<number>(classes).fill(0);
  const lengths = Array.from({ length: classes }, (): number[] => []);
  const pairs = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < runs; row++) {
    const ending = batch.ended[row] ?? 0;
    byEnding[ending] = (byEnding[ending] ?? 0) + 1;
    const outcome = classOf(batch, row, classes);
    byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
    increment(lengths[outcome], Math.min(batch.rounds[row] ?? 0, roundsShown));
    increment(pairs[classOf(baseline, row, classes)], outcome);
  }
  return {
    endings: byEnding,
    outcomes: byOutcome.slice(0, -1),
    properties: columns.properties.map((_, index) => total(batch.properties, index, columns.properties.length, runs)),
    rounds: momentsOf(batch.rounds, 0, 1, runs),
    tallies: columns.tallies.map((_, index) => momentsOf(batch.tallies, index, columns.tallies.length, runs)),
    utilities: columns.utilities.map((_, index) => momentsOf(batch.utilities, index, columns.utilities.length, runs)),
    lengths: lengths.map((row) => Array.from(row, (count) => count ?? 0)),
    pairs,
  };
}

function classOf(batch: Batch, row: number, classes: number): number {
  const outcome = batch.outcome[row] ?? -1;
  return outcome < 0 ? classes - 1 : outcome;
}

function increment(row: number[] | undefined, index: number): void {
  if (row !== undefined) row[index] = (row[index] ?? 0) + 1;
}

function total(values: Uint8Array, from: number, stride: number, runs: number): number {
  let sum = 0;
  for (let row = 0; row < runs; row++) sum += values[from + row * stride] ?? 0;
  return sum;
}

function momentsOf(values: Int32Array | Float64Array, from: number, stride: number, runs: number): Moments {
  let mean = 0;
  let squares = 0;
  for (let row = 0; row < runs; row++) {
    const value = values[from + row * stride] ?? 0;
    const deviation = value - mean;
    mean += deviation / (row + 1);
    squares += deviation * (value - mean);
  }
  return { runs, mean, squares };
}

/** Adds the counts of the replications that follow. */
export function mergeCounts(first: Counts, second: Counts): Counts {
  return {
    runs: first.runs + second.runs,
    faults: earliest([...first.faults, ...second.faults]),
    treatments: first.treatments.map((one, index) => {
      const other = second.treatments[index];
      if (other === undefined) throw new Error("counts of different ensembles cannot be merged");
      return {
        endings: sums(one.endings, other.endings),
        outcomes: sums(one.outcomes, other.outcomes),
        properties: sums(one.properties, other.properties),
        rounds: mergeMoments(one.rounds, other.rounds),
        tallies: one.tallies.map((moments, tally) => mergeMoments(moments, other.tallies[tally] ?? none)),
        utilities: one.utilities.map((moments, actor) => mergeMoments(moments, other.utilities[actor] ?? none)),
        lengths: one.lengths.map((row, outcome) => sums(row, other.lengths[outcome] ?? [])),
        pairs: one.pairs.map((row, outcome) => sums(row, other.pairs[outcome] ?? [])),
      };
    }),
  };
}

function sums(one: readonly number[], other: readonly number[]): number[] {
  const longer = Math.max(one.length, other.length);
  return Array.from({ length: longer }, (_, index) => (one[index] ?? 0) + (other[index] ?? 0));
}

function mergeMoments(one: Moments, other: Moments): Moments {
  const runs = one.runs + other.runs;
  if (runs === 0) return none;
  const apart = other.mean - one.mean;
  return {
    runs,
    mean: one.mean + (apart * other.runs) / runs,
    squares: one.squares + other.squares + (apart * apart * one.runs * other.runs) / runs,
  };
}

function earliest(faults: Counts["faults"]): Counts["faults"] {
  return [...faults].sort((a, b) => a.replication - b.replication || a.treatment - b.treatment).slice(0, faultsKept);
}
