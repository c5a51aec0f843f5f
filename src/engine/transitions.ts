/**
 * Along a log: the states around each event, and the points at which a step is complete.
 *
 * A step is what somebody or nature does, with the rules that follow from it and the end that it brings. Properties are
 * read, and people are asked, where a step is complete. Making a fork changes nothing and belongs to the step before.
 */
import type { RunEvent } from "./event.ts";
import { evolve } from "./evolve.ts";
import type { State } from "./state.ts";

/** An event of a log with the states around it. */
export interface Transition {
  /** Number of the event in the log. */
  readonly position: number;
  /** Null before the first event. */
  readonly before: State | null;
  readonly event: RunEvent;
  readonly after: State;
}

/** Goes along the events of a run from its start. */
export function* transitionsOf(events: Iterable<RunEvent>): Generator<Transition, void> {
  let before: State | null = null;
  let position = 0;
  for (const event of events) {
    const after = evolve(before, event);
    yield { position, before, event, after };
    before = after;
    position += 1;
  }
}

/** The state after each event of a run. */
export function statesAfter(events: readonly RunEvent[]): readonly State[] {
  return Array.from(transitionsOf(events), ({ after }) => after);
}

/**
 * What an event is to the step it belongs to: it begins one, it is a rule that follows, it ends the run, or it marks
 * where a fork left its parent.
 */
export function roleOf(event: RunEvent): "step" | "rule" | "end" | "fork" {
  switch (event.type) {
    case "RunStarted":
    case "RoundOpened":
    case "MoveMade":
    case "MovesMade":
    case "TurnHeld":
    case "IncidentOccurred":
    case "IncidentAverted":
      return "step";
    case "RuleApplied":
      return "rule";
    case "RunEnded":
    case "ModelFaulted":
      return "end";
    case "RunForked":
      return "fork";
  }
}

/** Whether the step that an event belongs to is complete with it, as far as the log goes. */
export function isComplete(events: readonly RunEvent[], position: number): boolean {
  const next = events[position + 1];
  return next === undefined || roleOf(next) === "step";
}

/** The points of a run at which a step is complete: its start, and the last event of each step or tick. */
export function* completedSteps(events: readonly RunEvent[]): Generator<Transition, void> {
  for (const transition of transitionsOf(events)) if (isComplete(events, transition.position)) yield transition;
}
