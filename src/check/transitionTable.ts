/**
 * All transitions of a state space, for questions that no single run answers.
 *
 * A transition leads from a state to the next, or into a fault of the model. It is flagged with what held along it at any point
 * of rest, and it remembers which choice it belongs to. Transitions stand in the order in which their origins were expanded.
 */
import { intAt } from "../scenario/at.ts";
import { type Column, wholeColumn } from "../space/column.ts";
import type { Edge } from "../space/exploration.ts";
import { type Grouping, groupMembers } from "../space/grouping.ts";
import { flagsPerWord } from "../space/stepPlan.ts";

export class TransitionTable {
  /** -1: where runs begin. */
  readonly from = wholeColumn();
  /** -1: a fault of the model. */
  readonly target = wholeColumn();
  /** Number of the choice among those of its origin. */
  readonly choice = wholeColumn();
  /** Number of the successor in the expansion of its origin. */
  readonly successor = wholeColumn();
  private readonly flags: readonly Column<Int32Array>[];

  /** @param flagWords number of words in which flags stand. */
  constructor(flagWords: number) {
    this.flags = Array.from({ length: flagWords }, wholeColumn);
  }

  /** Adds a transition, whose flags stand at `n` among those of several. Origins never decrease. */
  add(
    transition: { from: number; target: number; choice: number; successor: number },
    n: number,
    flags: Int32Array,
  ): void {
    this.from.push(transition.from);
    this.target.push(transition.target);
    this.choice.push(transition.choice);
    this.successor.push(transition.successor);
    const words = this.flags.length;
    for (let word = 0; word < words; word++) this.flags[word]?.push(intAt(flags, n * words + word));
  }

  get count(): number {
    return this.from.length;
  }

  /** Bytes held. */
  get bytes(): number {
    const columns = [this.from, this.target, this.choice, this.successor, ...this.flags];
    return columns.reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  /** Whether a transition has a flag. */
  isFlagged(transition: number, flag: number): boolean {
    const word = this.flags[Math.floor(flag / flagsPerWord)]?.values[transition] ?? 0;
    return (word & (1 << (flag % flagsPerWord))) !== 0;
  }

  /** The first transition from a state; the transitions from it follow one another. */
  firstFrom(state: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (intAt(this.from.values, middle) < state) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  edge(transition: number): Edge {
    return { from: this.from.values[transition] ?? -1, successor: intAt(this.successor.values, transition) };
  }

  /** The transitions that lead to each state. */
  incoming(states: number): Grouping {
    return groupMembers(this.target.values, this.count, states);
  }

  /** The states from which some run goes on over a transition with this flag. */
  statesReaching(states: number, flag: number): Uint8Array {
    const { starts, members } = this.incoming(states);
    const good = new Uint8Array(states);
    const queue: number[] = [];
    const take = (state: number): void => {
      if (state < 0 || good[state] === 1) return;
      good[state] = 1;
      queue.push(state);
    };
    for (let transition = 0; transition < this.count; transition++)
      if (this.isFlagged(transition, flag)) take(this.from.values[transition] ?? -1);
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      for (let at = intAt(starts, state); at < intAt(starts, state + 1); at++)
        take(this.from.values[intAt(members, at)] ?? -1);
    }
    return good;
  }
}
