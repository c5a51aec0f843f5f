/**
 * Maximal end components: sets of states in which choices can keep a run for ever (de Alfaro 1997).
 *
 * Iterating values alone never notices that a run which stays in one comes to nothing, so the solver takes each for one
 * state that is left by whichever way out is best.
 */
import { intAt } from "../scenario/at.ts";
import { components } from "../space/cycle.ts";

/** A part of a decision process: by state its choices, by choice the states it can lead to. */
export interface ChoicesInside {
  readonly states: number;
  readonly choices: readonly {
    readonly state: number;
    /** Targets in this part, by number of the state. */
    readonly targets: readonly number[];
    /** Whether the choice can be made for ever: it never leads out, and costs and yields nothing. */
    readonly keeps: boolean;
  }[];
}

export interface EndComponents {
  /** By state: the number of its end component, or -1. */
  readonly component: Int32Array;
  readonly count: number;
  /** By choice: whether it stays in its end component. */
  readonly inside: readonly boolean[];
}

/** The maximal end components of a part. */
export function endComponents({ states, choices }: ChoicesInside): EndComponents {
  const inside = choices.map(({ keeps }) => keeps);
  let component = new Int32Array(states);
  for (let changed = true; changed; ) {
    changed = false;
    component = componentsOf(states, choices, inside);
    choices.forEach(({ state, targets }, choice) => {
      if (inside[choice] !== true || targets.every((to) => component[to] === component[state])) return;
      inside[choice] = false;
      changed = true;
    });
  }
  const kept = new Set(choices.flatMap(({ state }, choice) => (inside[choice] === true ? [state] : [])));
  const numbers = new Map<number, number>();
  const found = new Int32Array(states).fill(-1);
  for (const state of kept) {
    const of = intAt(component, state);
    const number = numbers.get(of) ?? numbers.size;
    numbers.set(of, number);
    found[state] = number;
  }
  return { component: found, count: numbers.size, inside };
}

function componentsOf(
  states: number,
  choices: ChoicesInside["choices"],
  inside: readonly boolean[],
): Int32Array<ArrayBuffer> {
  const rows = Array.from({ length: states }, (): number[] => []);
  choices.forEach(({ state, targets }, choice) => {
    if (inside[choice] === true) rows[state]?.push(...targets);
  });
  const starts = new Int32Array(states + 1);
  rows.forEach((row, state) => {
    starts[state + 1] = intAt(starts, state) + row.length;
  });
  return components(starts, Int32Array.from(rows.flat()), states);
}
