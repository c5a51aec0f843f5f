/**
 * One cyclic component of a decision process, solved: end components are taken for one state each, then choices are
 * improved until none can be, each set of them valued by elimination.
 *
 * Everything here is maximised; who minimises asks for the negative. With the end components gone and staying in one as
 * a way out of it, equations have one solution, so what no choice improves is it (Haddad and Monmege 2018). Where a
 * component is too large to eliminate, values are iterated from one side, and a bound from the other side is guessed
 * and proven, not assumed from small differences (Hartmanns and Kaminski 2020).
 */
import { Elimination } from "./elimination.ts";
import { type EndComponents, endComponents } from "./endComponent.ts";

/** A choice in a component. */
export interface InnerChoice {
  readonly state: number;
  /** What it comes to outside the component and yields itself, on average; may be infinite. */
  readonly gain: number;
  /** What it yields itself. */
  readonly reward: number;
  /** Chance to leave the component. */
  readonly leaving: number;
  readonly targets: readonly number[];
  readonly odds: readonly number[];
}

/** A component to be solved. Rewards have one sign. */
export interface Component {
  readonly states: number;
  readonly choices: readonly InnerChoice[];
  /** What staying for ever in an end component of these states comes to; 0 where it is left out. */
  readonly stay?: (states: readonly number[]) => number;
}

export interface ComponentSolution {
  readonly values: Float64Array;
  /** By state: the number of the choice to make. */
  readonly picks: Int32Array;
  /** Bound of the error, relative to the largest value, beside roundings. */
  readonly error: number;
}

/** A choice between end components and single states. */
interface JoinedChoice {
  readonly joint: number;
  /** Number of the choice, or -1 to stay for ever. */
  readonly choice: number;
  readonly gain: number;
  readonly leaving: number;
  readonly row: ReadonlyMap<number, number>;
}

/** Above this many states a component is iterated. */
const eliminationMax = 20_000;
/** Relative width that iterated bounds must come to. */
export const widthAim = 1e-10;

/** Solves a component: the largest value from each state, and choices that attain it. */
export function solveComponent(component: Component, isStopped: () => boolean = () => false): ComponentSolution {
  const { states, choices } = component;
  const rises = choices.some(({ reward }) => reward > 0);
  const falls = choices.some(({ reward }) => reward < 0);
  if (rises && falls) throw new Error("rewards of a component have one sign");
  const ends = endComponents({
    states,
    choices: choices.map(({ state, targets, leaving, reward }) => ({
      state,
      targets,
      keeps: leaving === 0 && !(reward < 0),
    })),
  });
  const soars = choices.some(({ gain }, choice) => gain === Infinity || (rises && ends.inside[choice] && gain > 0));
  if (soars) return unbounded(component, ends);
  const bearable = falls || choices.some(({ gain }) => gain === -Infinity) ? survivors(component, ends) : null;
  const joined = join(component, ends, bearable, stays(component, ends));
  const improved = improve(joined, bearable === null, isStopped);
  return spread(component, ends, joined, improved, bearable);
}

/** A gain that can be made again and again: runs go for it from everywhere. */
function unbounded({ states, choices }: Component, ends: EndComponents): ComponentSolution {
  const good = choices.map(({ gain }, choice) => gain === Infinity || (ends.inside[choice] === true && gain > 0));
  return {
    values: new Float64Array(states).fill(Infinity),
    picks: approach({ states, choices }, (choice) => good[choice] === true),
    error: 0,
  };
}

/** Choices that lead on towards one of some choices with a positive chance from everywhere it can be reached. */
function approach({ states, choices }: Component, isGoal: (choice: number) => boolean): Int32Array {
  const picks = new Int32Array(states).fill(-1);
  choices.forEach(({ state }, choice) => {
    if (isGoal(choice) && picks[state] === -1) picks[state] = choice;
  });
  for (let grew = true; grew; ) {
    grew = false;
    const before = picks.slice();
    choices.forEach(({ state, targets, gain }, choice) => {
      if (picks[state] !== -1 || gain === -Infinity || !targets.some((to) => before[to] !== -1)) return;
      picks[state] = choice;
      grew = true;
    });
  }
  return picks;
}

/** States from which losses can be kept finite, and by state a choice that leads on there. */
interface Survivors {
  readonly picks: Int32Array;
}

function survivors({ states, choices }: Component, ends: EndComponents): Survivors {
  let alive = new Uint8Array(states).fill(1);
  for (;;) {
    const picks = new Int32Array(states).fill(-1);
    const may = choices.map(({ gain, targets }) => gain > -Infinity && targets.every((to) => alive[to] === 1));
    choices.forEach(({ state, leaving }, choice) => {
      const out = may[choice] === true && (leaving > 0 || (ends.inside[choice] ?? false));
      if (alive[state] === 1 && out && picks[state] === -1) picks[state] = choice;
    });
    for (let grew = true; grew; ) {
      grew = false;
      const before = picks.slice();
      choices.forEach(({ state, targets }, choice) => {
        if (alive[state] !== 1 || picks[state] !== -1 || may[choice] !== true) return;
        if (!targets.some((to) => before[to] !== -1)) return;
        picks[state] = choice;
        grew = true;
      });
    }
    const next = Uint8Array.from(picks, (pick) => (pick === -1 ? 0 : 1));
    if (next.every((one, state) => one === alive[state])) return { picks };
    alive = next;
  }
}

interface Joined {
  readonly count: number;
  /** By state: the end component or single state it belongs to; -1 where losses are infinite. */
  readonly jointOf: Int32Array;
  /** By joint, in document order. */
  readonly choices: readonly (readonly JoinedChoice[])[];
  /** By joint: a choice with which runs leave for certain. */
  readonly first: Int32Array;
}

/** By end component: what staying there for ever comes to. */
function stays({ states, stay }: Component, ends: EndComponents): readonly number[] {
  if (stay === undefined) return [];
  const members = Array.from({ length: ends.count }, (): number[] => []);
  for (let state = 0; state < states; state++) members[ends.component[state] ?? -1]?.push(state);
  return members.map(stay);
}

/** Takes each end component for one state. */
function join(
  { states, choices }: Component,
  ends: EndComponents,
  bearable: Survivors | null,
  stay: readonly number[],
): Joined {
  const jointOf = Int32Array.from({ length: states }, (_, state) => ends.component[state] ?? -1);
  let count = ends.count;
  for (let state = 0; state < states; state++) {
    if (bearable !== null && bearable.picks[state] === -1) jointOf[state] = -1;
    else if (jointOf[state] === -1) jointOf[state] = count++;
  }
  const joined = Array.from({ length: count }, (): JoinedChoice[] => []);
  const first = new Int32Array(count);
  choices.forEach(({ state, gain, leaving, targets, odds }, choice) => {
    const joint = jointOf[state] ?? -1;
    if (joint < 0 || ends.inside[choice] === true || gain === -Infinity) return;
    if (targets.some((to) => jointOf[to] === -1)) return;
    const row = new Map<number, number>();
    targets.forEach((to, index) => {
      const other = jointOf[to] ?? 0;
      row.set(other, (row.get(other) ?? 0) + (odds[index] ?? 0));
    });
    const list = joined[joint];
    if (bearable?.picks[state] === choice && joint >= ends.count) first[joint] = list?.length ?? 0;
    list?.push({ joint, choice, gain, leaving, row });
  });
  for (let joint = 0; joint < ends.count; joint++) {
    const list = joined[joint];
    if (bearable !== null) first[joint] = list?.length ?? 0;
    list?.push({ joint, choice: -1, gain: stay[joint] ?? 0, leaving: 1, row: new Map() });
  }
  return { count, jointOf, choices: joined, first };
}

interface Improved {
  readonly values: Float64Array;
  /** By joint: place of the choice among the joint's. */
  readonly picks: Int32Array;
  readonly error: number;
}

const worth = ({ gain, row }: JoinedChoice, values: Float64Array): number => {
  let sum = gain;
  for (const [to, odds] of row) sum += odds * (values[to] ?? 0);
  return sum;
};

/** Improvements are given up after so many turns. */
const turnsMax = 1000;

/** Smallest difference that counts as better, relative to what is compared. */
export const tolerance = 1e-12;

/** Improves choices until none is better (Howard 1960). */
function improve({ count, choices, first }: Joined, proper: boolean, isStopped: () => boolean): Improved {
  const picks = first.slice();
  if (count <= eliminationMax) {
    for (let turn = 0; turn < turnsMax; turn++) {
      const chosen = choices.map((list, joint) => list[picks[joint] ?? 0]);
      const reduced = Elimination.of({
        steps: chosen.map((one) => one?.row ?? new Map<number, number>()),
        leaving: Float64Array.from(chosen, (one) => one?.leaving ?? 1),
      });
      if (reduced === null || isStopped()) break;
      const values = reduced.values(Float64Array.from(chosen, (one) => one?.gain ?? 0));
      let better = false;
      choices.forEach((list, joint) => {
        const now = values[joint] ?? 0;
        let best = now + tolerance * Math.max(1e-3, Math.abs(now));
        list.forEach((one, place) => {
          const value = worth(one, values);
          if (value <= best) return;
          best = value;
          picks[joint] = place;
          better = true;
        });
      });
      if (better) continue;
      // Among equal choices the first; where losses can go on for ever, equal ones need not lead out.
      if (proper) {
        choices.forEach((list, joint) => {
          const least = (values[joint] ?? 0) - tolerance * Math.max(1e-3, Math.abs(values[joint] ?? 0));
          picks[joint] = list.findIndex((one) => worth(one, values) >= least);
        });
      }
      return { values, picks, error: tolerance };
    }
  }
  return iterate(choices, picks, isStopped);
}

/** Iterates from below, or from above where all is loss, until a bound from the other side is proven. */
function iterate(choices: Joined["choices"], picks: Int32Array, isStopped: () => boolean): Improved {
  const count = choices.length;
  const gains = choices.flat().map(({ gain }) => gain);
  const low = gains.reduce((least, gain) => Math.min(least, gain), 0);
  const losses =
    gains.every((gain) => gain <= 0) && choices.flat().some(({ gain, leaving }) => gain < 0 && leaving === 0);
  // Where every run ends, a constant can be added to what ends yield and taken off again.
  const shift = losses ? 0 : -low;
  const sign = losses ? -1 : 1;
  const shifted = choices.map((list) => list.map((one) => ({ ...one, gain: one.gain + shift * one.leaving })));
  const best = (list: readonly JoinedChoice[], values: Float64Array): number =>
    list.reduce((most, one) => Math.max(most, worth(one, values)), -Infinity);
  let values = new Float64Array(count);
  let error = Infinity;
  for (let round = 1; error === Infinity && !isStopped(); round++) {
    let change = 0;
    for (let joint = count - 1; joint >= 0; joint--) {
      const after = best(shifted[joint] ?? [], values);
      change = Math.max(change, Math.abs(after - (values[joint] ?? 0)) / Math.max(1e-12, Math.abs(after)));
      values[joint] = after;
    }
    if (change > widthAim || round % 16 !== 0) continue;
    const guess = values.map((value) => value + sign * (widthAim * Math.abs(value) + 1e-15));
    const proven = shifted.every((list, joint) => sign * (best(list, guess) - (guess[joint] ?? 0)) <= 0);
    if (proven) error = 2 * widthAim;
  }
  shifted.forEach((list, joint) => {
    const most = best(list, values);
    picks[joint] = Math.max(
      0,
      list.findIndex((one) => worth(one, values) >= most - widthAim * Math.abs(most)),
    );
  });
  values = values.map((value) => value - shift);
  return { values, picks, error };
}

/** Values and choices of the states themselves: in an end component all go to where it is left. */
function spread(
  component: Component,
  ends: EndComponents,
  { jointOf, choices, count }: Joined,
  improved: Improved,
  bearable: Survivors | null,
): ComponentSolution {
  const { states } = component;
  const values = Float64Array.from(jointOf, (joint) => (joint < 0 ? -Infinity : (improved.values[joint] ?? 0)));
  const picks = new Int32Array(states).fill(-1);
  const goals = new Set<number>();
  for (let joint = 0; joint < count; joint++) {
    const chosen = choices[joint]?.[improved.picks[joint] ?? 0];
    if (chosen !== undefined && chosen.choice >= 0) goals.add(chosen.choice);
  }
  for (const goal of goals) picks[component.choices[goal]?.state ?? 0] = goal;
  for (let grew = true; grew; ) {
    grew = false;
    const before = picks.slice();
    component.choices.forEach(({ state, targets }, choice) => {
      if (picks[state] !== -1 || ends.inside[choice] !== true || !targets.some((to) => before[to] !== -1)) return;
      picks[state] = choice;
      grew = true;
    });
  }
  component.choices.forEach(({ state }, choice) => {
    const stays = ends.inside[choice] === true || (bearable?.picks[state] ?? -1) === choice || jointOf[state] === -1;
    if (picks[state] === -1 && stays) picks[state] = choice;
  });
  return { values, picks, error: improved.error };
}
