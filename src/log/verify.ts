/**
 * Re-execution: whether a run's events are what its machine, its luck and its recorded choices make them.
 *
 * The scenario is taken from the log itself. Draws are recomputed; choices that somebody made are held to what was open
 * to them. The first event that differs is named, with what should stand there. The chain of digests is checked before,
 * on reading.
 */
import { luckOf } from "../chance/draw.ts";
import type { Choice, Command, JointMove, RunEvent, RunStarted } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { Faulted } from "../engine/faulted.ts";
import { hold } from "../engine/protocol.ts";
import { type Engine, openSession, type Session, startRun } from "../engine/session.ts";
import { canonical } from "./chain.ts";

/** Where a log and its re-execution part. */
export interface Divergence {
  /** Position of the first event that differs. */
  readonly position: number;
  readonly found: RunEvent | null;
  /** What re-execution yields there, or null if nothing follows. */
  readonly expected: RunEvent | null;
  /** One sentence for the reader. */
  readonly message: string;
}

/** Re-executes a log on the machine. Null: every event is as it should be. */
export function verifyRun(engine: Engine, events: readonly RunEvent[]): Divergence | null {
  const started = events[0];
  if (started?.type !== "RunStarted") return differs(0, started ?? null, null, "A run starts with RunStarted.");
  const first = startRun(engine, { ...started, document: started.document });
  const divergence = compareEvents(events, 0, first);
  if (divergence !== null) return divergence;

  let session = openSession(engine, luckOf(started.seed, started.replication), started.state);
  session.apply(first.slice(1));
  let seed = started.seed;
  for (let position = first.length; position < events.length; ) {
    const event = events[position];
    if (event === undefined) break;
    if (event.type === "RunForked") {
      if (event.position !== position - 1 || Object.keys(event.changes).length > 0) {
        return differs(position, event, null, "The fork does not stand where it says.");
      }
      seed = event.seed ?? seed;
      session = openSession(engine, luckOf(seed, started.replication), session.state);
      position += 1;
      continue;
    }
    const proposed = reExecute(session, event);
    if (isRefused(proposed)) return differs(position, event, null, proposed.message);
    const apart = compareEvents(events, position, proposed);
    if (apart !== null) return apart;
    session.apply(proposed);
    position += proposed.length;
  }
  return null;
}

/** The events that the choice behind an event leads to. */
function reExecute(session: Session, event: RunEvent): ReturnType<Session["propose"]> {
  try {
    const command = commandOf(session, event);
    return command === null ? session.proposeNext() : session.propose(command);
  } catch (error) {
    // A log may tell of a step where no policy can be read: the run fails there.
    if (error instanceof Faulted) return session.proposeNext();
    throw error;
  }
}

/** The command behind an event, or null where policy, script and luck alone led to it. */
function commandOf(session: Session, event: RunEvent): Command | null {
  switch (event.type) {
    case "MoveMade": {
      if (event.chosen === "draw") return null;
      const branch = event.branch === null || event.branch.chosen === "draw" ? null : event.branch.branch;
      return { type: "MakeMove", actor: event.actor, move: event.move, chosen: event.chosen, branch };
    }
    case "TurnHeld":
      return event.chosen === "draw"
        ? null
        : { type: "MakeMove", actor: event.actor, move: hold, chosen: event.chosen, branch: null };
    case "MovesMade":
      return {
        type: "MakeMoves",
        choices: event.moves.map((part) => choiceOf(session, part)),
        ...(event.lot?.chosen === "given" ? { order: event.lot.order } : {}),
      };
    case "IncidentOccurred": {
      if (event.chosen === "draw") return null;
      const branch = event.branch === null || event.branch.chosen === "draw" ? null : event.branch.branch;
      return { type: "CauseIncident", incident: event.incident, chosen: event.chosen, branch };
    }
    case "IncidentAverted":
      return { type: "AvertIncident", incident: event.incident, chosen: event.chosen };
    case "ModelFaulted":
      return event.asked ?? null;
    case "RunEnded":
      return event.reason === "unfinished" ? { type: "StopRun" } : null;
    default:
      return null;
  }
}

/** A part of a joint step: as it was chosen, or drawn anew. */
function choiceOf(session: Session, { actor, move, chosen, branch }: JointMove): Choice {
  if (chosen === "draw") {
    const drawn = session.drawn(actor);
    if (drawn !== null) return drawn;
  }
  const forced = branch === null || branch.chosen === "draw" ? null : branch.branch;
  return { actor, move: move ?? hold, chosen, branch: forced };
}

function compareEvents(events: readonly RunEvent[], from: number, expected: readonly RunEvent[]): Divergence | null {
  for (const [offset, event] of expected.entries()) {
    const found = events[from + offset] ?? null;
    if (found !== null && canonical(found) === canonical(event)) continue;
    // A log may stop between a step and what follows from it only if it was cut there.
    const message =
      found === null
        ? `The log stops before ${event.type}, which follows from the step before.`
        : `${found.type} stands where re-execution yields ${event.type === found.type ? "it with other values" : event.type}.`;
    return differs(from + offset, found, event, message);
  }
  return null;
}

function differs(position: number, found: RunEvent | null, expected: RunEvent | null, message: string): Divergence {
  return { position, found, expected, message };
}

/** The treatment that a log was run under, as its first event tells. */
export function requestOf(started: RunStarted) {
  return {
    variant: started.variant,
    assume: started.assume,
    policies: started.policies,
    ...(started.rounds === null ? {} : { rounds: started.rounds }),
  };
}
