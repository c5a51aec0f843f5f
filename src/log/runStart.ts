/**
 * How a recorded run was started, as its first event and its forks tell.
 */
import type { RunEvent, RunStarted } from "../engine/event.ts";
import { Mistake } from "../scenario/mistake.ts";

/** The first event of a log, with what the run was started from. */
export function startOf(events: readonly RunEvent[]): RunStarted {
  const first = events[0];
  if (first?.type === "RunStarted") return first;
  throw new Mistake("the log does not begin with RunStarted, so it is not the log of a run");
}

/** The seed whose luck a run is under at its end. */
export function lastSeed(events: readonly RunEvent[]): string {
  return events.reduce(
    (seed, event) => (event.type === "RunForked" ? (event.seed ?? seed) : seed),
    startOf(events).seed,
  );
}
