/**
 * Cycles among states that owe something: paths on which a run never does what it should.
 *
 * A search keeps the edges between such states. Strongly connected components (Tarjan 1972, without recursion) tell
 * whether one of them can be walked for ever; the cycle that is shown is a shortest one through the state that was
 * found first.
 */
import { intAt } from "../scenario/at.ts";
import { wholeColumn } from "./column.ts";
import { groupStarts } from "./grouping.ts";

/** Edges by state of origin, in the order in which states were expanded. */
export class EdgeTable {
  private readonly origins = wholeColumn();
  private readonly targets = wholeColumn();
  private starts: Int32Array | null = null;

  /** Adds an edge; origins never decrease. */
  add(from: number, target: number): void {
    this.origins.push(from);
    this.targets.push(target);
  }

  get count(): number {
    return this.targets.length;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.origins.values.byteLength + this.targets.values.byteLength;
  }

  /** Finishes the table: where the edges of each of so many states begin. */
  index(states: number): { readonly starts: Int32Array; readonly targets: Int32Array } {
    if (this.starts === null || this.starts.length !== states + 1) {
      this.starts = groupStarts(this.origins.values, this.count, states);
    }
    return { starts: this.starts, targets: this.targets.values };
  }
}

/** A shortest cycle through the first state that lies on one, beginning and ending there; null if there is none. */
export function findCycle(edges: EdgeTable, states: number): readonly number[] | null {
  const { starts, targets } = edges.index(states);
  const component = components(starts, targets, states);
  const size = new Int32Array(states);
  for (let state = 0; state < states; state++) {
    const one = intAt(component, state);
    size[one] = intAt(size, one) + 1;
  }
  for (let state = 0; state < states; state++) {
    const inside = intAt(component, state);
    const alone = intAt(size, inside) < 2;
    if (alone && !targets.subarray(intAt(starts, state), intAt(starts, state + 1)).includes(state)) continue;
    return cycleThrough(state, starts, targets, component);
  }
  return null;
}

function cycleThrough(
  root: number,
  starts: Int32Array,
  targets: Int32Array,
  component: Int32Array,
): readonly number[] | null {
  const parent = new Map<number, number>();
  const queue = [root];
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] ?? root;
    for (let edge = intAt(starts, state); edge < intAt(starts, state + 1); edge++) {
      const target = intAt(targets, edge);
      if (target === root) {
        const cycle = [root];
        for (let back = state; back !== root; back = parent.get(back) ?? root) cycle.push(back);
        return [...cycle, root].reverse();
      }
      if (component[target] !== component[root] || parent.has(target)) continue;
      parent.set(target, state);
      queue.push(target);
    }
  }
  return null;
}

/** The strongly connected component of each state, by number: no component leads to one of a higher number. */
export function components(starts: Int32Array, targets: Int32Array, states: number): Int32Array<ArrayBuffer> {
  const component = new Int32Array(states).fill(-1);
  const order = new Int32Array(states);
  const low = new Int32Array(states);
  const next = new Int32Array(states);
  const stack = new Int32Array(states);
  const path = new Int32Array(states);
  let found = 0;
  let visited = 0;
  for (let root = 0; root < states; root++) {
    if (order[root] !== 0) continue;
    let depth = 0;
    let height = 0;
    const enter = (state: number): void => {
      order[state] = low[state] = ++visited;
      next[state] = intAt(starts, state);
      stack[height++] = state;
      path[depth++] = state;
    };
    enter(root);
    while (depth > 0) {
      const state = intAt(path, depth - 1);
      const edge = intAt(next, state);
      if (edge < intAt(starts, state + 1)) {
        next[state] = edge + 1;
        const target = intAt(targets, edge);
        if (order[target] === 0) enter(target);
        else if (component[target] === -1) low[state] = Math.min(intAt(low, state), intAt(order, target));
        continue;
      }
      depth--;
      if (depth > 0) {
        const above = intAt(path, depth - 1);
        low[above] = Math.min(intAt(low, above), intAt(low, state));
      }
      if (low[state] !== order[state]) continue;
      for (let member = -1; member !== state; component[member] = found) member = intAt(stack, --height);
      found++;
    }
  }
  return component;
}
