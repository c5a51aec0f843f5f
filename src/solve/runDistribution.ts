/**
 * What all runs of a Markov chain come to, added up: shares of endings, means, utilities and lengths.
 *
 * Transient analysis carries shares forward step by step, a component pass solves what runs can come back to; both add
 * up here, and bound by how much roundings may have moved the result.
 */
import { compileExpression } from "../scenario/evaluate.ts";
import type { StateStore } from "../space/stateStore.ts";
import type { Steps } from "../space/steps.ts";

/** What all runs of a chain come to. */
export interface RunDistribution {
  readonly method: string;
  /** Distinct states that a run can be in. */
  readonly states: number;
  /** Share of runs by how they end. */
  readonly endings: ReadonlyMap<number, number>;
  /** Share of runs that never end. */
  readonly endless: number;
  /** Mean of the rounds, then of each tally; not a number where it does not exist. */
  readonly sums: Float64Array;
  /** By actor with a utility, its mean over the runs that end. */
  readonly utilities: readonly number[];
  /** Share of runs by how many rounds they take, as far as it was followed. */
  readonly lengths: readonly number[];
  /** No share is off by more than this, no mean by more than this times the sum of what it is made of. */
  readonly precision: number;
}

/** Relative error of a double after one operation. */
const unit = 2 ** -53;
/** Roundings in the odds of one way between two states, at most. */
const roundingsOfOdds = 64;

/** The error after so many steps, each of which adds up to so many terms. */
export const errorAfter = (steps: number, terms: number): number => steps * (roundingsOfOdds + terms) * unit;

/** Adds up what runs come to. */
export class RunTotals {
  readonly endings = new Map<number, number>();
  readonly sums: Float64Array;
  readonly lengths: number[] = [];
  private readonly utilities: readonly ((store: StateStore, node: number, ending: number) => number)[];
  readonly values: number[];

  constructor(steps: Steps) {
    this.sums = new Float64Array(1 + steps.out.tallyCount);
    this.utilities = utilitiesOf(steps);
    this.values = this.utilities.map(() => 0);
  }

  /** Runs end. */
  end(ending: number, share: number): void {
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + share);
  }

  /** Runs end after so many rounds. */
  last(rounds: number, share: number): void {
    this.lengths[rounds] = (this.lengths[rounds] ?? 0) + share;
  }

  /** Whether final states matter one by one. */
  get judges(): boolean {
    return this.utilities.length > 0;
  }

  /** Runs end in a state. */
  judge(store: StateStore, node: number, ending: number, share: number): void {
    this.utilities.forEach((utility, index) => {
      this.values[index] = (this.values[index] ?? 0) + share * utility(store, node, ending);
    });
  }

  distribution(method: string, states: number, endless: number, precision: number): RunDistribution {
    const { endings, sums, values, lengths } = this;
    const all = Array.from({ length: lengths.length }, (_, rounds) => lengths[rounds] ?? 0);
    return { method, states, endings, endless, sums, utilities: values, lengths: all, precision };
  }
}

/** Reads the utility of each actor that has one in a final state. */
export function utilitiesOf({
  request,
  assembly,
  packing,
}: Steps): readonly ((store: StateStore, node: number, ending: number) => number)[] {
  const { model, treatment } = request;
  return model.actors.flatMap(({ utility }) => {
    if (utility === null) return [];
    const evaluate = compileExpression(utility, { model, assume: treatment.assume });
    return [
      (store: StateStore, node: number): number =>
        evaluate(assembly.layout.state(packing.unpack(store.words, node * store.width))),
    ];
  });
}
