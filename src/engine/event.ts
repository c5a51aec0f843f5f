/**
 * What happened in a run: the events of its stream, and the commands that ask for them.
 *
 * An event carries all the values it set (`changes`), so that folding a log reads no scenario, asks no guard and draws
 * nothing. Every choice says who made it. Events are plain JSON; `version` is the schema version of the event's type.
 */
import type { Clock } from "../scenario/model.ts";
import type { Changes, State } from "./state.ts";

/**
 * Who made a choice. `draw`: the keyed draw of a chance or of a policy table; `policy`: a policy function, recorded
 * because it cannot be asked again; `person`: somebody at a keyboard; `given`: a script, a history or a trace.
 */
export type Chosen = "draw" | "policy" | "person" | "given";

/** Which way a step turned out, where it has branches. */
export interface BranchTaken {
  readonly branch: string;
  readonly chosen: Chosen;
}

/** The semantics under which runs are made: 2 since moves made together are one step. */
export const presentSemantics = 2;

/** The scenario as it was read, so that a log can be verified and forked wherever it is taken. */
export interface RecordedDocument {
  readonly id: string;
  readonly text: string;
}

export interface RunStarted {
  readonly type: "RunStarted";
  readonly version: 2;
  /** SHA-256 of the model, in hexadecimal. */
  readonly model: string;
  readonly document: RecordedDocument;
  /** Number of the semantics under which the run was made; what is made now is made under `presentSemantics`. */
  readonly semantics: 1 | typeof presentSemantics;
  readonly seed: string;
  readonly replication: number;
  readonly variant: string;
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly policies: Readonly<Record<string, string>>;
  /** Horizon in rounds, or null. */
  readonly rounds: number | null;
  /** Calendar of the run in days since 1970-01-01, so that dates can be told without the scenario; null without one. */
  readonly clock: Clock | null;
  /** Complete initial state. */
  readonly state: State;
}

/** A round began (the first begins with the run). */
export interface RoundOpened {
  readonly type: "RoundOpened";
  readonly version: 1;
  readonly round: number;
  readonly changes: Changes;
}

export interface MoveMade {
  readonly type: "MoveMade";
  readonly version: 1;
  readonly actor: string;
  readonly move: string;
  readonly chosen: Chosen;
  readonly branch: BranchTaken | null;
  readonly changes: Changes;
}

/** One actor's part in a joint step: a move, or holding (`move` null). */
export interface JointMove {
  readonly actor: string;
  readonly move: string | null;
  readonly chosen: Chosen;
  readonly branch: BranchTaken | null;
  /** A first-come move that came too late, and did nothing. */
  readonly forestalled: boolean;
  /** What it set and another's later setting replaced: ids of tracks and variables. */
  readonly overruled: readonly string[];
}

/** In which order moves were gone through that were made together. */
export interface Lot {
  /** Actors, first to last. */
  readonly order: readonly string[];
  readonly chosen: "draw" | "given";
}

export interface MovesMade {
  readonly type: "MovesMade";
  readonly version: 2;
  readonly moves: readonly JointMove[];
  /** Null where every order gives the same. */
  readonly lot: Lot | null;
  readonly changes: Changes;
}

export interface TurnHeld {
  readonly type: "TurnHeld";
  readonly version: 1;
  readonly actor: string;
  readonly chosen: Chosen;
  readonly changes: Changes;
}

export interface IncidentOccurred {
  readonly type: "IncidentOccurred";
  readonly version: 1;
  readonly incident: string;
  readonly chosen: Chosen;
  readonly branch: BranchTaken | null;
  readonly changes: Changes;
}

/** An incident was kept from occurring. What does not occur by draw leaves no event. */
export interface IncidentAverted {
  readonly type: "IncidentAverted";
  readonly version: 1;
  readonly incident: string;
  readonly chosen: "given" | "person";
  readonly changes: Changes;
}

export interface RuleApplied {
  readonly type: "RuleApplied";
  readonly version: 1;
  readonly rule: string;
  readonly changes: Changes;
}

export interface RunEnded {
  readonly type: "RunEnded";
  readonly version: 1;
  readonly reason: "outcome" | "deadlock" | "unfinished";
  readonly outcome: string | null;
  readonly changes: Changes;
}

/** The model is at fault: what was being evaluated, for which step, and why it failed. */
export interface Fault {
  /** Path into the document, such as `moves.deliver_rejection.then.patience`. */
  readonly path: string;
  readonly reason: string;
}

export interface ModelFaulted {
  readonly type: "ModelFaulted";
  readonly version: 1;
  readonly fault: Fault;
  /** What somebody had chosen when its step failed: no other event tells it. Absent where luck and policy led here. */
  readonly asked?: StepCommand;
  readonly changes: Changes;
}

/** From here on this stream is a run of its own; everything before is its parent's, verbatim. */
export interface RunForked {
  readonly type: "RunForked";
  readonly version: 1;
  /** Digest of the parent's last event that is shared. */
  readonly parent: string;
  /** Position of that event. */
  readonly position: number;
  /** New seed, or null where the luck stays the same. */
  readonly seed: string | null;
  readonly changes: Changes;
}

export type RunEvent =
  | RunStarted
  | RoundOpened
  | MoveMade
  | MovesMade
  | TurnHeld
  | IncidentOccurred
  | IncidentAverted
  | RuleApplied
  | RunEnded
  | ModelFaulted
  | RunForked;

/** A choice of who acts: a move by id, or `hold`. */
export interface Choice {
  readonly actor: string;
  /** Id of a move, or `hold`. */
  readonly move: string;
  readonly chosen: Chosen;
  /** Forces the branch; null lets chance draw it. */
  readonly branch: string | null;
}

/** Asks for a step whose block may fail. */
export type StepCommand =
  | ({ readonly type: "MakeMove" } & Choice)
  | {
      readonly type: "MakeMoves";
      readonly choices: readonly Choice[];
      /** The order in which a lot puts the actors, first to last; left out, it is drawn. */
      readonly order?: readonly string[];
    }
  | {
      readonly type: "CauseIncident";
      readonly incident: string;
      readonly branch: string | null;
      readonly chosen: Chosen;
    };

/** What may be asked of a run. A command may be refused; a refusal is a value and changes nothing. */
export type Command =
  | StepCommand
  | { readonly type: "AvertIncident"; readonly incident: string; readonly chosen: "given" | "person" }
  /** Lets nature act: the next incident that occurs by draw, or else the next round. */
  | { readonly type: "LetTimePass" }
  /** Stops a run that goes on too long. */
  | { readonly type: "StopRun" };

/** Why a command was refused. */
export interface Refused {
  readonly refused: "ended" | "not its turn" | "not enabled" | "unknown" | "incomplete" | "a choice is open";
  /** One sentence for the person who asked. */
  readonly message: string;
  /** Whose choice it was, where several were made at once. */
  readonly actor?: string;
}

/** Whether an answer is a refusal. */
export function isRefused(answer: readonly RunEvent[] | Refused): answer is Refused {
  return !Array.isArray(answer);
}
