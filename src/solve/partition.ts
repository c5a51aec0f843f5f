/**
 * A graph in strongly connected components: the order in which chains are passed through and decisions solved backward.
 */
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
  for (let node = 0; node <= nodes; node++) begins[node] = edgeStart[choiceStart[node] ?? 0] ?? 0;
  const component = components(begins, target, nodes);
  let count = 0;
  for (const one of component) count = Math.max(count, one + 1);
  const { starts, members } = groupMembers(component, nodes, count);
  return { count, component, starts, nodes: members };
}

/** Whether some choice at a node may lead straight back to it. */
export function isLoop({ choiceStart, edgeStart, target }: Graph, node: number): boolean {
  const until = edgeStart[choiceStart[node + 1] ?? 0] ?? 0;
  for (let edge = edgeStart[choiceStart[node] ?? 0] ?? 0; edge < until; edge++) if (target[edge] === node) return true;
  return false;
}

/** Whether a property whose monitor stands so holds of a run that goes on so for ever. */
export function holdsAt({ steps, store }: Graph, node: number): boolean {
  const digit = steps.packing.digits.find(({ of }) => of === "phase");
  const watch = (steps.request.watches ?? []).find(({ as }) => as === "state");
  if (digit === undefined || watch?.as !== "state") return false;
  const { word, factor, size } = digit;
  const phase = Math.floor((store.words[node * store.width + word] ?? 0) / factor) % size;
  return watch.holds[phase] ?? false;
}
