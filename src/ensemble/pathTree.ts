/**
 * The ways that runs take, as a tree of their steps of note: how many runs went along each branch and how they ended.
 *
 * Its size is bounded by the number of runs added times the depth kept. Pruning keeps the branches that most runs took
 * and counts the rest where it left them, so that the numbers at each node always add up to its runs.
 */
import type { RunDeed } from "../engine/deeds.ts";

/** A point on the way of several runs. */
export interface Path {
  /** The step that led here; null at the start. */
  readonly step: RunDeed | null;
  readonly runs: number;
  /** Runs that ended here without a further step of note, by outcome or way to end without one. */
  readonly ends: Readonly<Record<string, number>>;
  /** The most frequent next steps, most frequent first. */
  readonly next: readonly Path[];
  /** Runs that went on in other ways. */
  readonly others: number;
}

interface Node {
  readonly step: RunDeed | null;
  runs: number;
  readonly ends: Map<string, number>;
  readonly next: Map<string, Node>;
}

/** Steps of a run beyond this are not kept. */
const depthMax = 24;

/** Nodes shown at most. */
const nodesShown = 60;

export class PathTree {
  private readonly root: Node = { step: null, runs: 0, ends: new Map(), next: new Map() };

  /** Adds a run: its steps of note and how it ended. */
  add(steps: readonly RunDeed[], end: string): void {
    let node = this.root;
    node.runs += 1;
    for (const step of steps.slice(0, depthMax)) {
      const key = `${step.kind}:${step.id}:${step.branch ?? ""}`;
      let next = node.next.get(key);
      if (next === undefined) {
        next = { step, runs: 0, ends: new Map(), next: new Map() };
        node.next.set(key, next);
      }
      next.runs += 1;
      node = next;
    }
    if (steps.length <= depthMax) node.ends.set(end, (node.ends.get(end) ?? 0) + 1);
  }

  /** The tree of the most frequent ways: about the sixty branches that most runs took, none of a single run. */
  prune(): Path {
    const counts: number[] = [];
    const visit = (node: Node): void => {
      for (const next of node.next.values()) {
        counts.push(next.runs);
        visit(next);
      }
    };
    visit(this.root);
    const least = counts.sort((one, other) => other - one)[nodesShown] ?? 1;
    return pruned(this.root, Math.max(2, least + 1));
  }
}

function pruned(node: Node, least: number): Path {
  // A stable sort: among equals, whichever was met in the earlier replication stands first.
  const kept = [...node.next.values()].filter(({ runs }) => runs >= least).sort((a, b) => b.runs - a.runs);
  const next = kept.map((child) => pruned(child, least));
  const ended = [...node.ends.values()].reduce((sum, count) => sum + count, 0);
  return {
    step: node.step,
    runs: node.runs,
    ends: Object.fromEntries([...node.ends].sort(([, one], [, other]) => other - one)),
    next,
    others: node.runs - ended - next.reduce((sum, { runs }) => sum + runs, 0),
  };
}
