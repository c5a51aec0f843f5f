/**
 * Who chose what in an event, and what took effect, however the event was made: one move, a held turn, several choices
 * at once, an incident or a rule.
 *
 * Whoever reads a log for what was done reads it here, so that only those to whom a joint step is something of its own
 * tell it apart.
 */
import type { JointMove, RunEvent } from "./event.ts";

/** A move, an incident or a rule that took effect, and which way it turned out. */
export interface RunDeed {
  readonly kind: "move" | "incident" | "rule";
  readonly id: string;
  readonly branch: string | null;
}

/** What actors chose in an event, in the order of the document; a move of null is holding. */
export function choicesIn(event: RunEvent): readonly JointMove[] {
  switch (event.type) {
    case "MoveMade": {
      const { actor, move, chosen, branch } = event;
      return [{ actor, move, chosen, branch, forestalled: false, overruled: [] }];
    }
    case "TurnHeld":
      return [
        { actor: event.actor, move: null, chosen: event.chosen, branch: null, forestalled: false, overruled: [] },
      ];
    case "MovesMade":
      return event.moves;
    case "RunStarted":
    case "RoundOpened":
    case "IncidentOccurred":
    case "IncidentAverted":
    case "RuleApplied":
    case "RunEnded":
    case "ModelFaulted":
    case "RunForked":
      return [];
  }
}

/** What took effect in an event; who holds or comes too late does nothing. */
export function deedsIn(event: RunEvent): readonly RunDeed[] {
  if (event.type === "RuleApplied") return [{ kind: "rule", id: event.rule, branch: null }];
  if (event.type === "IncidentOccurred") {
    return [{ kind: "incident", id: event.incident, branch: event.branch?.branch ?? null }];
  }
  return choicesIn(event).flatMap(({ move, branch, forestalled }) =>
    move === null || forestalled ? [] : [{ kind: "move" as const, id: move, branch: branch?.branch ?? null }],
  );
}
