/**
 * Who sees what, as the document says it: private values, and steps that some alone know of.
 *
 * Everything that shows a run to somebody, and everything that lets somebody decide, asks here.
 */
import type { Private } from "./model.ts";

/** A move, an incident or a branch, as far as it matters who learns of it. */
interface Known {
  readonly knownTo: Private;
  /** Whoever makes it; nobody makes an incident. */
  readonly by?: string;
}

/** Whether a viewer (an actor, or `public`) may see what is private to some. */
export function maySee(viewer: string, secret: Private): boolean {
  return secret === null || secret.includes(viewer);
}

/** Whether a viewer learns that a step was made; whoever makes a step knows of it. */
export function knowsOf(viewer: string, { knownTo, by }: Known): boolean {
  return by === viewer || maySee(viewer, knownTo);
}

/** Whether a viewer learns that a step turned out by one of its branches. */
export function knowsBranch(viewer: string, step: object, { knownTo }: Known): boolean {
  return ("by" in step && step.by === viewer) || maySee(viewer, knownTo);
}
