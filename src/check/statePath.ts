/**
 * A path through a state space that shows something: a counterexample, a witness, the road to a fault.
 *
 * It is told by the options taken, beginning with those that settle how a run begins. Some paths end; others come back to
 * where they were, so that their rest can be walked for ever.
 */
import type { Layout } from "../kernel/layout.ts";
import type { Edge, Exploration } from "../space/exploration.ts";
import type { TakenOption } from "../space/steps.ts";

/** A path that shows something. */
export interface StatePath {
  readonly layout: Layout;
  readonly decisions: readonly TakenOption[];
  /** Number of decisions after which the rest can be walked again and again; null where the path simply ends. */
  readonly repeats: number | null;
}

/** The path over these edges, and round a loop if one is given. */
export function pathOver(exploration: Exploration, edges: readonly Edge[], loop: readonly Edge[] = []): StatePath {
  const stem = exploration.optionsAlong(edges);
  const rest = exploration.optionsAlong(loop);
  const { layout } = exploration.steps.assembly;
  return { layout, decisions: [...stem, ...rest], repeats: loop.length === 0 ? null : stem.length };
}

/** A shortest path that ends with an edge. */
export function pathEndingWith(exploration: Exploration, last: Edge): StatePath {
  return pathOver(exploration, [...exploration.pathTo(last.from), last]);
}
