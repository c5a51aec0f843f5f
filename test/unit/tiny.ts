/**
 * Tiny scenarios for tests of one promise each: a body in YAML, and its runs.
 *
 * The header is filled in; `one` is the actor where the body names none. Kinds of events are told as short words, so
 * that a test reads as the chronicle it expects.
 */
import type { RunEvent } from "../../src/engine/event.ts";
import type { TreatmentRequest } from "../../src/engine/treatment.ts";
import {
  engineOf,
  type RecordedRun,
  type RecordedRunOptions,
  recordRun,
  scenarioOf,
} from "../../src/testing/recordedRun.ts";

/** The text of a tiny scenario. */
export function tiny(body: string): string {
  const actors = /^actors:/m.test(body) ? "" : "actors:\n  one: {}\n";
  return `demarche: 1\nid: tiny\ntitle: Tiny\n${actors}${body}`;
}

/** Engine of a tiny scenario. */
export function tinyEngine(body: string, request: TreatmentRequest = {}) {
  return engineOf(scenarioOf(tiny(body)).model, request);
}

/** A run of a tiny scenario. */
export function tinyRun(body: string, request: TreatmentRequest = {}, choice: RecordedRunOptions = {}): RecordedRun {
  return recordRun(tinyEngine(body, request), choice);
}

/** What happened, as words: `move`, `hold one`, `rule lapse`, `round 1`, `outcome war`, ... */
export function chronicle({ events }: Pick<RecordedRun, "events">): readonly string[] {
  return events.map(word);
}

function word(event: RunEvent): string {
  switch (event.type) {
    case "RunStarted":
      return "start";
    case "RoundOpened":
      return `round ${event.round}`;
    case "MoveMade":
      return event.branch === null ? event.move : `${event.move} ${event.branch.branch}`;
    case "MovesMade":
      return event.moves
        .map(({ move, forestalled }) => `${move ?? "hold"}${forestalled ? " forestalled" : ""}`)
        .join(" + ");
    case "TurnHeld":
      return `hold ${event.actor}`;
    case "IncidentOccurred":
      return event.branch === null ? `incident ${event.incident}` : `incident ${event.incident} ${event.branch.branch}`;
    case "IncidentAverted":
      return `averted ${event.incident}`;
    case "RuleApplied":
      return `rule ${event.rule}`;
    case "RunEnded":
      return event.outcome ?? event.reason;
    case "ModelFaulted":
      return `fault ${event.fault.path}: ${event.fault.reason}`;
    case "RunForked":
      return "fork";
  }
}
