/**
 * How often each value was seen as each round opened: the bookkeeping behind fans, ladders and track shares.
 *
 * A column is a function of the state with whole or other numbers as values. Runs that have ended count with their last
 * value in every later round. Counts only, so the size depends on rounds and distinct values, not on runs.
 */
import type { State } from "../engine/state.ts";

/** Where the values of a round lie. Quantiles are values that occurred. */
export interface DistributionSummary {
  readonly mean: number;
  readonly q05: number;
  readonly q25: number;
  readonly q50: number;
  readonly q75: number;
  readonly q95: number;
}

/** Rounds beyond this are not kept. */
export const roundsKept = 400;

type Tally = Map<number, number>;

export class RoundDistributions {
  private readonly columns: readonly ((state: State) => number)[];
  /** By column and round: running runs by value, and ended runs by the value that they keep from this round on. */
  private readonly present: readonly Tally[][];
  private readonly kept: readonly Tally[][];
  private readonly open: number[] = [];
  private runs = 0;

  constructor(columns: readonly ((state: State) => number)[]) {
    this.columns = columns;
    this.present = columns.map(() => []);
    this.kept = columns.map(() => []);
  }

  /** A round of a run opens in this state. */
  opens(state: State): void {
    if (state.round > roundsKept) return;
    this.open[state.round] = (this.open[state.round] ?? 0) + 1;
    this.note(this.present, state, state.round);
  }

  /** A run ended in this state; it counts with it from a round on. */
  ends(state: State, from: number): void {
    this.runs += 1;
    if (from <= roundsKept) this.note(this.kept, state, from);
  }

  private note(into: readonly Tally[][], state: State, round: number): void {
    this.columns.forEach((read, column) => {
      const rounds = into[column];
      if (rounds === undefined) return;
      let tally = rounds[round];
      if (tally === undefined) rounds[round] = tally = new Map();
      const value = read(state);
      tally.set(value, (tally.get(value) ?? 0) + 1);
    });
  }

  /** Runs that had not ended, by round as it opens. */
  running(rounds: number): readonly number[] {
    return Array.from({ length: rounds + 1 }, (_, round) => this.open[round] ?? 0);
  }

  /** The first round that at most one run in a hundred reaches, or the one after the last that any reached. */
  lastRound(): number {
    for (let round = 0; ; round++) {
      if (round === roundsKept || (this.open[round] ?? 0) <= this.runs / 100) return round;
    }
  }

  /** Runs by value, for each round. */
  tallies(column: number, rounds: number): readonly ReadonlyMap<number, number>[] {
    const ended: Tally = new Map();
    return Array.from({ length: rounds + 1 }, (_, round) => {
      for (const [value, count] of this.kept[column]?.[round] ?? []) ended.set(value, (ended.get(value) ?? 0) + count);
      const tally = new Map(ended);
      for (const [value, count] of this.present[column]?.[round] ?? [])
        tally.set(value, (tally.get(value) ?? 0) + count);
      return tally;
    });
  }
}

/** Mean and quantiles of counted values; the p-quantile is the least value that a share p of the runs does not exceed. */
export function summariseDistribution(tally: ReadonlyMap<number, number>): DistributionSummary {
  const values = [...tally].sort(([one], [other]) => one - other);
  const runs = values.reduce((sum, [, count]) => sum + count, 0);
  const total = values.reduce((sum, [value, count]) => sum + value * count, 0);
  const quantile = (share: number): number => {
    let below = 0;
    for (const [value, count] of values) {
      below += count;
      if (below >= share * runs) return value;
    }
    return values.at(-1)?.[0] ?? 0;
  };
  return {
    mean: runs === 0 ? 0 : total / runs,
    q05: quantile(0.05),
    q25: quantile(0.25),
    q50: quantile(0.5),
    q75: quantile(0.75),
    q95: quantile(0.95),
  };
}
