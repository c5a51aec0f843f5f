/**
 * A graph in strongly connected components: the order in which chains are passed through and decisions solved backward.
 */
import { intAt } from "../scenario/at.ts";
import { components } from "../space/cycle.ts";
import { groupMembers } from "../space/grouping.ts";
import type { Graph } from "./graph.ts";

/** Nodes of a graph by component. */
export interface Partition {
  readonly count: number;
  /** By node. */
  readonly component: Int32Array;
  /** By component, and one more: where its nodes begin in `nodes`. */
  readonly starts: Int32Array;
  readonly nodes: Int32Array;
}

/** The strongly connected components of a graph; none leads to one of a higher number. */
export function partition({ nodes, choiceStart, edgeStart, target }: Graph): Partition {
  const begins = new Int32Array(nodes + 1);
  for (let node = 0; node <= nodes; node++) begins[node] = intAt(edgeStart, intAt(choiceStart, node));
  const component = components(begins, target, nodes);
  let count = 0;
  for (const one of component) count = Math.max(count, one + 1);
  const { starts, members } = groupMembers(component, nodes, count);
  return { count, component, starts, nodes: members };
}

/** Whether some choice at a node may lead straight back to it. */
export function isLoop({ choiceStart, edgeStart, target }: Graph, node: number): boolean {
  const until = intAt(edgeStart, intAt(choiceStart, node + 1));
  for (let edge = intAt(edgeStart, intAt(choiceStart, node)); edge < until; edge++)
    if (target[edge] === node) return true;
  return false;
}

/** Whether a property whose monitor stands so holds of a run that goes on so for ever. */
export function holdsAt({ steps, store }: Graph, node: number): boolean {
  const digit = steps.packing.digits.find(({ of }) => of === "phase");
  const watch = (steps.request.watches ?? []).find(({ as }) => as === "state");
  if (digit === undefined || watch?.as !== "state") return false;
  const { word, factor, size } = digit;
  const phase = Math.floor(intAt(store.words, node * store.width + word) / factor) % size;
  return watch.holds[phase] ?? false;
}
