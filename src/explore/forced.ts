/**
 * Whether actors can force something, whatever the others and chance do, and whether something stays reachable.
 *
 * Both are questions about the whole state space, so all its ways are kept: states, whose turns they are, what each
 * actor can choose, and where each choice can lead. A way is marked where the condition held along it, at any point of
 * rest. Forcing is the attractor of the game: states from which the actors can make the condition come true in a
 * bounded number of steps. Where all choose at once, they choose without knowing of each other.
 */
import { byteColumn, wholeColumn } from "./column.ts";

/** All ways of a state space, in the order in which they were found. */
export class WayTable {
  readonly from = wholeColumn();
  /** -1: a fault of the model. */
  readonly target = wholeColumn();
  /** Marks of the way; meaning is the owner's. */
  readonly marks = byteColumn();
  /** Number of the successor in the expansion of its origin. */
  readonly successor = wholeColumn();
  /** The group of choices that the way belongs to: what an actor of the coalition can settle by itself. */
  readonly group = wholeColumn();
  /** By group: the turn that it belongs to, and by turn: the state. */
  readonly turnOfGroup = wholeColumn();
  readonly stateOfTurn = wholeColumn();

  add(way: { from: number; target: number; marks: number; successor: number; group: number }): void {
    this.from.push(way.from);
    this.target.push(way.target);
    this.marks.push(way.marks);
    this.successor.push(way.successor);
    this.group.push(way.group);
  }

  /** A new turn in a state. */
  turn(state: number): number {
    this.stateOfTurn.push(state);
    return this.stateOfTurn.length - 1;
  }

  /** A new group of a turn. */
  newGroup(turn: number): number {
    this.turnOfGroup.push(turn);
    return this.turnOfGroup.length - 1;
  }

  get count(): number {
    return this.from.length;
  }
}

/** The ways that lead to each state: where they begin in `ways`, which lists numbers of ways. */
function incoming(table: WayTable, states: number): { readonly starts: Int32Array; readonly ways: Int32Array } {
  const starts = new Int32Array(states + 1);
  const targets = table.target.values;
  for (let way = 0; way < table.count; way++) {
    const target = targets[way] ?? -1;
    if (target >= 0) starts[target + 1] = (starts[target + 1] ?? 0) + 1;
  }
  for (let state = 0; state < states; state++) starts[state + 1] = (starts[state + 1] ?? 0) + (starts[state] ?? 0);
  const place = starts.slice();
  const ways = new Int32Array(table.count);
  for (let way = 0; way < table.count; way++) {
    const target = targets[way] ?? -1;
    if (target < 0) continue;
    ways[place[target] ?? 0] = way;
    place[target] = (place[target] ?? 0) + 1;
  }
  return { starts, ways };
}

/** The states from which some way leads on over a way with this mark. */
export function statesBefore(table: WayTable, states: number, mark: number): Uint8Array {
  const { starts, ways } = incoming(table, states);
  const good = new Uint8Array(states);
  const queue: number[] = [];
  const take = (state: number): void => {
    if (state < 0 || good[state] === 1) return;
    good[state] = 1;
    queue.push(state);
  };
  for (let way = 0; way < table.count; way++) {
    if (((table.marks.values[way] ?? 0) & mark) !== 0) take(table.from.values[way] ?? -1);
  }
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (let at = starts[state] ?? 0; at < (starts[state + 1] ?? 0); at++) take(table.from.values[ways[at] ?? 0] ?? -1);
  }
  return good;
}

/** What the coalition attains. */
export interface Attractor {
  /** By state: 0, or in which order it was found that the coalition can force the condition from it. */
  readonly rank: Int32Array;
  /** By turn: the group to choose there, or -1. */
  readonly groupOfTurn: Int32Array;
}

/** The states from which the coalition forces a way with this mark. */
export function attract(table: WayTable, states: number, mark: number): Attractor {
  const groups = table.turnOfGroup.length;
  const turns = table.stateOfTurn.length;
  const open = new Int32Array(groups);
  const turnsLeft = new Int32Array(states);
  const rank = new Int32Array(states);
  const groupOfTurn = new Int32Array(turns).fill(-1);
  const { starts, ways } = incoming(table, states);
  const queue: number[] = [];
  let found = 0;
  const isMarked = (way: number): boolean => ((table.marks.values[way] ?? 0) & mark) !== 0;
  for (let way = 0; way < table.count; way++) {
    const group = table.group.values[way] ?? -1;
    if (group >= 0 && !isMarked(way)) open[group] = (open[group] ?? 0) + 1;
  }
  for (let turn = 0; turn < turns; turn++) {
    const state = table.stateOfTurn.values[turn] ?? 0;
    turnsLeft[state] = (turnsLeft[state] ?? 0) + 1;
  }
  const settle = (group: number): void => {
    const turn = table.turnOfGroup.values[group] ?? 0;
    if (groupOfTurn[turn] !== -1) return;
    groupOfTurn[turn] = group;
    const state = table.stateOfTurn.values[turn] ?? 0;
    turnsLeft[state] = (turnsLeft[state] ?? 0) - 1;
    if (turnsLeft[state] !== 0) return;
    rank[state] = ++found;
    queue.push(state);
  };
  for (let group = 0; group < groups; group++) if (open[group] === 0) settle(group);
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] ?? 0;
    for (let edge = starts[state] ?? 0; edge < (starts[state + 1] ?? 0); edge++) {
      const way = ways[edge] ?? 0;
      const group = table.group.values[way] ?? -1;
      if (group < 0 || isMarked(way)) continue;
      open[group] = (open[group] ?? 0) - 1;
      if (open[group] === 0) settle(group);
    }
  }
  return { rank, groupOfTurn };
}
