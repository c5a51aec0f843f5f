/**
 * All ways of a state space, for questions that no single run answers.
 *
 * A way leads from a state to the next, or into a fault of the model. It is flagged with what held along it at any point
 * of rest, and it remembers which choice it belongs to. Ways stand in the order in which their origins were expanded.
 */
import { type Column, wholeColumn } from "../space/column.ts";
import type { Edge } from "../space/exploration.ts";
import { flagsPerWord } from "../space/stepCode.ts";

export class WayTable {
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

  /** Adds a way; `flags` holds those of all successors. Origins never decrease. */
  add(way: { from: number; target: number; choice: number; successor: number }, flags: Int32Array): void {
    this.from.push(way.from);
    this.target.push(way.target);
    this.choice.push(way.choice);
    this.successor.push(way.successor);
    const words = this.flags.length;
    for (let word = 0; word < words; word++) this.flags[word]?.push(flags[way.successor * words + word] ?? 0);
  }

  get count(): number {
    return this.from.length;
  }

  /** Bytes held. */
  get bytes(): number {
    const columns = [this.from, this.target, this.choice, this.successor, ...this.flags];
    return columns.reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  /** Whether a way has a flag. */
  isFlagged(way: number, flag: number): boolean {
    const word = this.flags[Math.floor(flag / flagsPerWord)]?.values[way] ?? 0;
    return (word & (1 << (flag % flagsPerWord))) !== 0;
  }

  /** The first way from a state; the ways from it follow one another. */
  firstFrom(state: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.from.values[middle] ?? 0) < state) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  edge(way: number): Edge {
    return { from: this.from.values[way] ?? -1, successor: this.successor.values[way] ?? 0 };
  }

  /** The ways that lead to each state: where they begin in `ways`, which lists numbers of ways. */
  incoming(states: number): { readonly starts: Int32Array; readonly ways: Int32Array } {
    const starts = new Int32Array(states + 1);
    const targets = this.target.values;
    for (let way = 0; way < this.count; way++) {
      const target = targets[way] ?? -1;
      if (target >= 0) starts[target + 1] = (starts[target + 1] ?? 0) + 1;
    }
    for (let state = 0; state < states; state++) starts[state + 1] = (starts[state + 1] ?? 0) + (starts[state] ?? 0);
    const place = starts.slice();
    const ways = new Int32Array(this.count);
    for (let way = 0; way < this.count; way++) {
      const target = targets[way] ?? -1;
      if (target < 0) continue;
      ways[place[target] ?? 0] = way;
      place[target] = (place[target] ?? 0) + 1;
    }
    return { starts, ways };
  }

  /** The states from which some run goes on over a way with this flag. */
  statesBefore(states: number, flag: number): Uint8Array {
    const { starts, ways } = this.incoming(states);
    const good = new Uint8Array(states);
    const queue: number[] = [];
    const take = (state: number): void => {
      if (state < 0 || good[state] === 1) return;
      good[state] = 1;
      queue.push(state);
    };
    for (let way = 0; way < this.count; way++) if (this.isFlagged(way, flag)) take(this.from.values[way] ?? -1);
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      for (let at = starts[state] ?? 0; at < (starts[state + 1] ?? 0); at++)
        take(this.from.values[ways[at] ?? 0] ?? -1);
    }
    return good;
  }
}
