/**
 * Whether actors together can force something, whatever the others and chance do.
 *
 * Forcing is the attractor of a game: states from which the coalition can make a flag come in a bounded number of steps.
 * Where all choose at once, they choose without knowing of each other, so what the coalition settles is its part of the
 * choice; all transitions that this part leaves open make a group. Where any one actor moves, nobody
 * knows beforehand who will: each actor that could has a turn of its own, and every turn must go well.
 */
import { at, intAt } from "../scenario/at.ts";
import { wholeColumn } from "../space/column.ts";
import type { Edge, Exploration } from "../space/exploration.ts";
import type { Steps } from "../space/steps.ts";
import { pathOver, type StatePath } from "./statePath.ts";
import type { TransitionTable } from "./transitionTable.ts";

/** The transitions of a state space, grouped by what a coalition can settle. */
interface Groups {
  /** By transition; -1 where runs begin. */
  readonly groupOfTransition: Int32Array;
  readonly turnOfGroup: Int32Array;
  readonly stateOfTurn: Int32Array;
}

/** What a coalition attains. */
interface Attractor {
  readonly groups: Groups;
  /** By state: 0, or in which order it was found that the coalition can force the flag from it. */
  readonly rank: Int32Array;
  /** By turn: the group to choose there, or -1. */
  readonly groupOfTurn: Int32Array;
}

/**
 * How a coalition fares: null if it can force a transition with this flag from every initial state, else
 * a path on which the others keep it from its aim, whatever it tries; there its first choice is shown.
 */
export function avoidingPath(
  exploration: Exploration,
  table: TransitionTable,
  coalition: ReadonlySet<string>,
  flag: number,
): StatePath | null {
  const attractor = attract(table, groupTransitions(exploration, table, coalition), exploration.store.count, flag);
  const isGood = (transition: number): boolean =>
    table.isFlagged(transition, flag) || canForce(attractor, intAt(table.target.values, transition));
  for (let transition = 0; transition < table.count && intAt(table.from.values, transition) < 0; transition++) {
    if (!isGood(transition)) return escapePath(exploration, table, attractor, transition, isGood);
  }
  return null;
}

/** Whether a coalition can force its aim from a state; from a fault of the model, which is -1, nothing follows. */
const canForce = ({ rank }: Attractor, state: number): boolean => state >= 0 && intAt(rank, state) > 0;

function groupTransitions(
  { steps, store }: Exploration,
  table: TransitionTable,
  coalition: ReadonlySet<string>,
): Groups {
  const { layout } = steps.assembly;
  const cursor = steps.packing.digits.find(({ of }) => typeof of === "number" && layout.fields[of]?.kind === "cursor");
  const settling = layout.cursors.map((at) => settlingAt(at, steps, coalition));
  const groupOfTransition = new Int32Array(table.count).fill(-1);
  const turnOfGroup = wholeColumn();
  const stateOfTurn = wholeColumn();
  const from = table.from.values;
  const choices = table.choice.values;
  for (let transition = table.firstFrom(0); transition < table.count; ) {
    const state = intAt(from, transition);
    const word = intAt(store.words, state * store.width + (cursor?.word ?? 0));
    const settled =
      settling[cursor === undefined ? 0 : Math.floor(word / cursor.factor) % cursor.size] ?? settlesNothing;
    const firstTurn = stateOfTurn.length;
    const firstGroup = turnOfGroup.length;
    const whose: number[] = [];
    const parts: number[] = [];
    for (; transition < table.count && from[transition] === state; transition++) {
      const [who, part] = settled(intAt(choices, transition));
      let turn = whose.indexOf(who);
      if (turn < 0) {
        turn = whose.push(who) - 1;
        stateOfTurn.push(state);
      }
      let group = firstGroup;
      while (group < turnOfGroup.length) {
        if (turnOfGroup.values[group] === firstTurn + turn && parts[group - firstGroup] === part) break;
        group++;
      }
      if (group === turnOfGroup.length) {
        turnOfGroup.push(firstTurn + turn);
        parts.push(part);
      }
      groupOfTransition[transition] = group;
    }
  }
  return { groupOfTransition, turnOfGroup: turnOfGroup.trimmed(), stateOfTurn: stateOfTurn.trimmed() };
}

/** Says of a choice whose turn it belongs to, and what of it the coalition settles: -1 where that is nothing. */
type Settling = (choice: number) => readonly [turn: number, part: number];

const nothingSettled = [-1, -1] as const;
const settlesNothing: Settling = () => nothingSettled;

/** What a coalition settles at a point of the protocol. */
function settlingAt(at: string, { request }: Steps, coalition: ReadonlySet<string>): Settling {
  const { model, treatment } = request;
  if (at.startsWith("turn:")) {
    return coalition.has(at.slice("turn:".length)) ? (choice) => [-1, choice] : settlesNothing;
  }
  if (at !== "turn") return settlesNothing;
  if (treatment.turns === "free") {
    const movers = model.moves.map(({ by }) => model.actors.findIndex(({ id }) => id === by));
    const ours = model.moves.map(({ by }) => coalition.has(by));
    return (choice) => [movers[choice] ?? -1, ours[choice] === true ? choice : -1];
  }
  const movers = model.actors.filter(({ id }) => model.moves.some(({ by }) => by === id)).toReversed();
  const sizes = movers.map(({ id }) => model.moves.filter(({ by }) => by === id).length + 1);
  const ours = movers.map(({ id }) => coalition.has(id));
  return (choice) => {
    let rest = choice;
    let part = 0;
    for (const [index, size] of sizes.entries()) {
      if (ours[index] === true) part = part * size + (rest % size);
      rest = Math.floor(rest / size);
    }
    return [-1, part];
  };
}

function attract(table: TransitionTable, groups: Groups, states: number, flag: number): Attractor {
  const { groupOfTransition, turnOfGroup, stateOfTurn } = groups;
  const open = new Int32Array(turnOfGroup.length);
  const turnsLeft = new Int32Array(states);
  const rank = new Int32Array(states);
  const groupOfTurn = new Int32Array(stateOfTurn.length).fill(-1);
  const { starts, members } = table.incoming(states);
  const queue: number[] = [];
  let found = 0;
  for (let transition = 0; transition < table.count; transition++) {
    const group = groupOfTransition[transition] ?? -1;
    if (group >= 0 && !table.isFlagged(transition, flag)) open[group] = intAt(open, group) + 1;
  }
  for (const state of stateOfTurn) turnsLeft[state] = intAt(turnsLeft, state) + 1;
  const settle = (group: number): void => {
    const turn = intAt(turnOfGroup, group);
    if (groupOfTurn[turn] !== -1) return;
    groupOfTurn[turn] = group;
    const state = intAt(stateOfTurn, turn);
    turnsLeft[state] = intAt(turnsLeft, state) - 1;
    if (turnsLeft[state] !== 0) return;
    rank[state] = ++found;
    queue.push(state);
  };
  for (let group = 0; group < turnOfGroup.length; group++) if (open[group] === 0) settle(group);
  for (let place = 0; place < queue.length; place++) {
    const state = at(queue, place);
    for (let edge = intAt(starts, state); edge < intAt(starts, state + 1); edge++) {
      const transition = intAt(members, edge);
      const group = groupOfTransition[transition] ?? -1;
      if (group < 0 || table.isFlagged(transition, flag)) continue;
      open[group] = intAt(open, group) - 1;
      if (open[group] === 0) settle(group);
    }
  }
  return { groups, rank, groupOfTurn };
}

function escapePath(
  exploration: Exploration,
  table: TransitionTable,
  { groups, groupOfTurn }: Attractor,
  first: number,
  isGood: (transition: number) => boolean,
): StatePath {
  const edges: Edge[] = [table.edge(first)];
  const seen = new Map<number, number>();
  for (let state = table.target.values[first] ?? -1; state >= 0; ) {
    const before = seen.get(state);
    if (before !== undefined) return pathOver(exploration, edges.slice(0, before), edges.slice(before));
    seen.set(state, edges.length);
    let next = -1;
    for (let transition = table.firstFrom(state); transition < table.count && next < 0; transition++) {
      if (table.from.values[transition] !== state) break;
      const turn = intAt(groups.turnOfGroup, intAt(groups.groupOfTransition, transition));
      if (!isGood(transition) && groupOfTurn[turn] === -1) next = transition;
    }
    if (next < 0) break;
    edges.push(table.edge(next));
    state = table.target.values[next] ?? -1;
  }
  return pathOver(exploration, edges);
}
