/**
 * One cyclic component of a decision process, solved: what can be gained or lost without end is found first, then end
 * components are taken for one state each, and what is left is a part that every run leaves.
 *
 * Everything here is maximised; who minimises asks for the negative. With the end components gone and staying in one as
 * a way out of it, equations have one solution (Haddad and Monmege 2018), found by improving choices or, where there
 * are too many states, enclosed from both sides.
 */
import { at, floatAt, intAt } from "../scenario/at.ts";
import { type EndComponents, endComponents } from "./endComponent.ts";
import { enclose } from "./intervalIteration.ts";
import { type Improved, improve, type JoinedChoice, type JoinedChoices } from "./policyIteration.ts";

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
export interface CyclicComponent {
  readonly states: number;
  readonly choices: readonly InnerChoice[];
  /** What staying for ever in an end component of these states comes to; nothing where it is left out. */
  readonly stay?: (states: readonly number[]) => Stay;
}

/** What staying for ever comes to, and how it has to be done. */
export interface Stay {
  readonly value: number;
  /** States that have to be come back to. */
  readonly at: readonly number[];
  /** Whether a choice may be made at these states. */
  allows(choice: number): boolean;
}

export interface ComponentSolution {
  readonly values: Float64Array;
  /** By state: the number of the choice to make. */
  readonly picks: Int32Array;
  /** Bound of the error, relative to the largest value, beside roundings. */
  readonly error: number;
}

/** Above this many states a component is enclosed by iteration. */
const eliminationMax = 20_000;

/**
 * Solves a component: the largest value from each state, and choices that attain it. `eliminated` is the number of
 * states up to which it is solved by elimination.
 */
export function solveComponent(
  component: CyclicComponent,
  isStopped: () => boolean = () => false,
  eliminated = eliminationMax,
): ComponentSolution {
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
  const kept = stays(component, ends);
  const joined = join(component, ends, bearable, kept);
  const losses = bearable !== null;
  const improved =
    (joined.count <= eliminated ? improve(joined.choices, joined.first, losses, isStopped) : null) ??
    enclose(joined.choices, joined.first, losses, isStopped);
  return spread(component, ends, { joined, kept, improved });
}

/** A gain that can be made again and again: runs go for it from everywhere. */
function unbounded({ states, choices }: CyclicComponent, ends: EndComponents): ComponentSolution {
  const good = choices.map(({ gain }, choice) => gain === Infinity || (ends.inside[choice] === true && gain > 0));
  return {
    values: new Float64Array(states).fill(Infinity),
    picks: approach({ states, choices }, (choice) => good[choice] === true),
    error: 0,
  };
}

/** Choices that lead on towards one of some choices with a positive chance from everywhere it can be reached. */
function approach({ states, choices }: CyclicComponent, isGoal: (choice: number) => boolean): Int32Array {
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

function survivors({ states, choices }: CyclicComponent, ends: EndComponents): Survivors {
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
  readonly choices: JoinedChoices;
  /** By joint: a choice with which runs leave for certain. */
  readonly first: Int32Array;
}

/** By end component: what staying there for ever comes to. */
function stays({ states, stay }: CyclicComponent, ends: EndComponents): readonly Stay[] {
  if (stay === undefined) return [];
  const members = Array.from({ length: ends.count }, (): number[] => []);
  for (let state = 0; state < states; state++) members[ends.component[state] ?? -1]?.push(state);
  return members.map(stay);
}

/** Takes each end component for one state. */
function join(
  { states, choices }: CyclicComponent,
  ends: EndComponents,
  bearable: Survivors | null,
  stay: readonly Stay[],
): Joined {
  const jointOf = Int32Array.from({ length: states }, (_, state) => ends.component[state] ?? -1);
  let count = ends.count;
  for (let state = 0; state < states; state++) {
    if (bearable !== null && bearable.picks[state] === -1) jointOf[state] = -1;
    else if (jointOf[state] === -1) jointOf[state] = count++;
  }
  const joined = Array.from({ length: count }, (): JoinedChoice[] => []);
  const first = new Int32Array(count);
  choices.forEach(({ state, gain, reward, leaving, targets, odds }, choice) => {
    const joint = jointOf[state] ?? -1;
    if (joint < 0 || ends.inside[choice] === true || gain === -Infinity) return;
    if (targets.some((to) => jointOf[to] === -1)) return;
    const row = new Map<number, number>();
    targets.forEach((to, index) => {
      const other = intAt(jointOf, to);
      row.set(other, (row.get(other) ?? 0) + at(odds, index));
    });
    const list = joined[joint];
    if (bearable?.picks[state] === choice && joint >= ends.count) first[joint] = list?.length ?? 0;
    list?.push({ choice, gain, reward, leaving, row });
  });
  for (let joint = 0; joint < ends.count; joint++) {
    const list = joined[joint];
    if (bearable !== null) first[joint] = list?.length ?? 0;
    list?.push({ choice: -1, gain: stay[joint]?.value ?? 0, reward: 0, leaving: 1, row: new Map() });
  }
  return { count, jointOf, choices: joined, first };
}

interface Solved {
  readonly joined: Joined;
  readonly kept: readonly Stay[];
  readonly improved: Improved;
}

/** Values and choices of the states themselves: in an end component all go to where it is left, or to where to stay. */
function spread(
  { states, choices }: CyclicComponent,
  ends: EndComponents,
  { joined, kept, improved }: Solved,
): ComponentSolution {
  const { jointOf, count } = joined;
  const values = Float64Array.from(jointOf, (joint) => (joint < 0 ? -Infinity : floatAt(improved.values, joint)));
  const picks = new Int32Array(states).fill(-1);
  const staying = new Uint8Array(count);
  for (let joint = 0; joint < count; joint++) {
    const chosen = joined.choices[joint]?.[intAt(improved.picks, joint)];
    if (chosen === undefined) continue;
    const state = choices[chosen.choice]?.state;
    if (state === undefined) staying[joint] = 1;
    else picks[state] = chosen.choice;
  }
  const inside = choices.flatMap(({ state, targets }, choice) =>
    ends.inside[choice] === true ? [{ state, targets, choice }] : [],
  );
  for (const { state, choice } of inside) {
    const stay = kept[jointOf[state] ?? -1];
    if (staying[jointOf[state] ?? -1] !== 1 || stay === undefined || picks[state] !== -1) continue;
    if (stay.at.includes(state) && stay.allows(choice)) picks[state] = choice;
  }
  for (let grew = true; grew; ) {
    grew = false;
    const before = picks.slice();
    for (const { state, targets, choice } of inside) {
      if (picks[state] !== -1 || !targets.some((to) => before[to] !== -1)) continue;
      picks[state] = choice;
      grew = true;
    }
  }
  choices.forEach(({ state }, choice) => {
    const stays = ends.inside[choice] === true || jointOf[state] === -1;
    if (picks[state] === -1 && stays) picks[state] = choice;
  });
  return { values, picks, error: improved.error };
}
