/**
 * Runs inside a component of a chain, solved by taking its states out one after the other.
 *
 * State reduction (Grassmann, Taksar and Heyman 1985) never subtracts: the chance to leave a state is summed, not taken
 * from 1, so that every result is right to many digits however slowly the component mixes (O'Cinneide 1993). States
 * with few neighbours go first; where the remaining ones grow together too much, the reduction is given up.
 */
import { floatAt } from "../scenario/at.ts";

/** A component: its states' steps to each other, and how likely each leaves it. */
export interface Inside {
  /** By state: steps to states of the component; several to one state are summed, steps to itself do not count. */
  readonly steps: readonly ReadonlyMap<number, number>[];
  readonly leaving: Float64Array;
}

/** One state as it was taken out. */
interface Removed {
  readonly state: number;
  /** Mean number of visits in a row. */
  readonly stay: number;
  /** Where it goes when it leaves, among the states still there. */
  readonly on: readonly (readonly [state: number, share: number])[];
  /** From where it is reached, among the states still there. */
  readonly from: readonly (readonly [state: number, chance: number])[];
}

/** So many pairs of neighbours may be joined in one reduction. */
const joinsMax = 4e7;

export class Elimination {
  private readonly order: readonly Removed[];

  private constructor(order: readonly Removed[]) {
    this.order = order;
  }

  /** Reduces a component that is left for certain; null where that takes too much work. */
  static of({ steps, leaving }: Inside): Elimination | null {
    const on = steps.map((row, state) => new Map([...row].filter(([to]) => to !== state)));
    const from = steps.map(() => new Map<number, number>());
    on.forEach((row, state) => {
      for (const [to, chance] of row) from[to]?.set(state, chance);
    });
    const out = Float64Array.from(leaving);
    const order: Removed[] = [];
    let left = steps.map((_, state) => state);
    let joins = 0;
    for (let degree = 4; left.length > 0; degree *= 2) {
      const kept: number[] = [];
      for (const state of left) {
        const targets = on[state] ?? new Map<number, number>();
        const sources = from[state] ?? new Map<number, number>();
        if (targets.size * sources.size > degree) {
          kept.push(state);
          continue;
        }
        joins += targets.size * sources.size;
        if (joins > joinsMax) return null;
        order.push(remove(state, on, from, out));
      }
      left = kept;
    }
    return new Elimination(order);
  }

  /** Mean number of visits to each state, from the mass that enters at each. */
  visits(entering: Float64Array): Float64Array {
    const mass = Float64Array.from(entering);
    for (const { state, on } of this.order) {
      const passing = floatAt(mass, state);
      if (passing !== 0) for (const [to, share] of on) mass[to] = floatAt(mass, to) + passing * share;
    }
    const visits = new Float64Array(entering.length);
    for (let index = this.order.length - 1; index >= 0; index--) {
      const { state, stay, from } = this.order[index] as Removed;
      let sum = floatAt(mass, state);
      for (const [source, chance] of from) sum += floatAt(visits, source) * chance;
      visits[state] = sum * stay;
    }
    return visits;
  }

  /** What runs from each state come to, from what each visit to a state yields, leaving included. */
  values(yields: Float64Array): Float64Array {
    const gained = Float64Array.from(yields);
    for (const { state, stay, from } of this.order) {
      const all = floatAt(gained, state) * stay;
      if (all !== 0) for (const [source, chance] of from) gained[source] = floatAt(gained, source) + chance * all;
    }
    const values = new Float64Array(yields.length);
    for (let index = this.order.length - 1; index >= 0; index--) {
      const { state, stay, on } = this.order[index] as Removed;
      let sum = floatAt(gained, state) * stay;
      for (const [to, share] of on) sum += share * floatAt(values, to);
      values[state] = sum;
    }
    return values;
  }
}

/** Takes a state out: whoever reached it now reaches what it led to. */
function remove(state: number, on: Map<number, number>[], from: Map<number, number>[], out: Float64Array): Removed {
  const targets = on[state] ?? new Map<number, number>();
  const sources = from[state] ?? new Map<number, number>();
  let leaves = floatAt(out, state);
  for (const chance of targets.values()) leaves += chance;
  const stay = 1 / leaves;
  const shares = [...targets].map(([to, chance]) => [to, chance * stay] as const);
  for (const to of targets.keys()) from[to]?.delete(state);
  for (const [source, chance] of sources) {
    const row = on[source];
    if (row === undefined) continue;
    row.delete(state);
    for (const [to, share] of shares) {
      if (to === source) continue;
      const joined = (row.get(to) ?? 0) + chance * share;
      row.set(to, joined);
      from[to]?.set(source, joined);
    }
    out[source] = floatAt(out, source) + chance * floatAt(out, state) * stay;
  }
  return { state, stay, on: shares, from: [...sources] };
}
