/**
 * Forks: a new run that shares another's past.
 *
 * A fork copies its prefix verbatim and says where it came from. It can begin only where a step is complete, that is
 * where no rule or outcome still follows from the event before; elsewhere the consequences of the past would be lost.
 */

import type { RunEvent, RunForked } from "../engine/event.ts";
import { isComplete, roleOf } from "../engine/transitions.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Recorded } from "./chain.ts";

/** Whether a run can be continued after a position. */
export function isForkable(events: readonly RunEvent[], position: number): boolean {
  const last = events[position];
  const next = events[position + 1];
  if (last === undefined || roleOf(last) === "end") return false;
  // That nothing can happen any more, or that somebody stopped the run, does not follow from the step before.
  const stops = next?.type === "RunEnded" && next.reason !== "outcome";
  return stops || next?.type === "RunForked" || isComplete(events, position);
}

/**
 * The shared prefix and the event that opens the fork.
 * @throws Mistake where the position is not in the log or stands in the middle of a step.
 */
export function forkAt(
  recorded: readonly Recorded[],
  position: number,
  seed: string | null,
): { readonly prefix: readonly Recorded[]; readonly forked: RunForked } {
  const events = recorded.map((entry) => entry.event);
  const last = recorded[position];
  if (!Number.isInteger(position) || last === undefined) {
    throw new Mistake(`there is no position ${position}`, `positions go from 0 to ${recorded.length - 1}`);
  }
  if (!isForkable(events, position)) {
    const places = events.map((_, index) => index).filter((index) => isForkable(events, index));
    const before = places.findLast((index) => index < position);
    const after = places.find((index) => index > position);
    const near = [before, after].filter((index) => index !== undefined).join(" or ");
    throw new Mistake(
      `position ${position} stands in the middle of a step or at the end of the run`,
      near === "" ? null : `fork at ${near}`,
    );
  }
  const forked: RunForked = { type: "RunForked", version: 1, parent: last.digest, position, seed, changes: {} };
  return { prefix: recorded.slice(0, position + 1), forked };
}
