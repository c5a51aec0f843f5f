/**
 * What happened in a room: who sat where, what was proposed, sealed and said, and which run the room is in.
 *
 * The run itself is a stream of the ordinary engine log; a room's events say which one, and how far it had come. Names
 * and texts are not in here: an event carries an id and a salted digest, the text lies beside the log and can be
 * deleted. Times are milliseconds since 1970-01-01 as the server's clock had them, and matter to deadlines alone.
 */

/** Who somebody is in a room: an actor's id, or one of the seats outside the crisis. */
export type Role = string;

/** Seats that belong to no delegation: they see what everybody sees. `press` may speak to all. */
export const outsideRoles = ["press", "observer"] as const;

/** SHA-256 of a salt and a text that lie beside the log. */
export type TextDigest = string;

/** Minutes that the parts of a lesson take. */
export interface Timing {
  readonly briefing: number;
  /** Of each round; those beyond the list take as long as the last. */
  readonly rounds: readonly number[];
  readonly debrief: number;
}

/** `automatic`: choices are revealed when all have sealed or time is up. `by hand`: when the teacher says so. */
export type Pace = "automatic" | "by hand";

/** To whom a message goes: the sender's own delegation, another delegation, everybody, or the teacher. */
export type Channel = "delegation" | "all" | "teacher" | `to:${Role}`;

/** Parts of a lesson after the room has filled. `ended`: the run is over, its secrets are not yet told. */
export type LessonPhase = "briefing" | "round" | "ended" | "debrief" | "closed";

/** Why a clock stopped by itself. */
export type StopReason = "late" | "jumped";

interface Versioned<T extends string> {
  readonly type: T;
  readonly version: 1;
}

export interface RoomOpened extends Versioned<"RoomOpened"> {
  readonly room: string;
  readonly scenario: { readonly id: string; readonly language: string | null };
  /** The overlay of texts that the room uses, as it was read; null without one. */
  readonly overlay: string | null;
  /** Stream of its first run. */
  readonly run: string;
  /** Actors played by people. */
  readonly people: readonly Role[];
  /** Most people of one delegation. */
  readonly perDelegation: number;
  readonly timing: Timing;
  readonly pace: Pace;
  readonly at: number;
}

export interface SeatRequested extends Versioned<"SeatRequested"> {
  readonly seat: string;
  readonly name: TextDigest;
  readonly wish: Role | null;
}

/** The teacher lets somebody in, to a role; or moves them to another. */
export interface SeatConfirmed extends Versioned<"SeatConfirmed"> {
  readonly seat: string;
  readonly role: Role;
}

export interface SeatMoved extends Versioned<"SeatMoved"> {
  readonly seat: string;
  readonly role: Role;
}

export interface SeatRemoved extends Versioned<"SeatRemoved"> {
  readonly seat: string;
}

/** Whether newcomers may ask for a seat. */
export interface JoiningClosed extends Versioned<"JoiningClosed"> {
  readonly closed: boolean;
}

export interface SeatMuted extends Versioned<"SeatMuted"> {
  readonly seat: string;
  readonly muted: boolean;
}

/** From here on a policy decides for a delegation. */
export interface BotSeated extends Versioned<"BotSeated"> {
  readonly actor: Role;
}

/** People decide for the delegation again. */
export interface SeatReturned extends Versioned<"SeatReturned"> {
  readonly actor: Role;
}

export interface PhaseBegan extends Versioned<"PhaseBegan"> {
  readonly phase: LessonPhase;
  /** Length of the run as it begins. */
  readonly position: number;
  /** Delegations of people that have something to choose. */
  readonly open: readonly Role[];
  /** When its time is up; null without a limit. */
  readonly deadline: number | null;
}

export interface Paused extends Versioned<"Paused"> {
  /** Milliseconds that were left; null without a limit. */
  readonly left: number | null;
}

/**
 * The clock stopped by itself: time had been up for long when that was found (`late`: the server slept, was stopped or
 * started again), or the machine's clock was set (`jumped`). The teacher decides how to go on.
 */
export interface ClockStopped extends Versioned<"ClockStopped"> {
  readonly reason: StopReason;
  /** Milliseconds that are left once the lesson goes on. */
  readonly left: number;
}

export interface Resumed extends Versioned<"Resumed"> {
  readonly deadline: number | null;
}

export interface Extended extends Versioned<"Extended"> {
  readonly deadline: number;
}

/** The reveal waits for those who are late (or no longer does), whatever the clock says. */
export interface RevealHeld extends Versioned<"RevealHeld"> {
  readonly held: boolean;
}

/** Somebody proposes a move to the own delegation. `position`: length of the run as the turn opened. */
export interface ChoiceProposed extends Versioned<"ChoiceProposed"> {
  readonly seat: string;
  readonly actor: Role;
  readonly move: string;
  readonly position: number;
}

/** The delegation has decided; nobody else sees it before the reveal. */
export interface ChoiceSealed extends Versioned<"ChoiceSealed"> {
  readonly seat: string;
  readonly actor: Role;
  readonly move: string;
  readonly position: number;
}

/** Sealed choices entered the run, which had a length of `position` until then. */
export interface ChoicesRevealed extends Versioned<"ChoicesRevealed"> {
  readonly position: number;
  /** Delegations that had not decided: they held. */
  readonly late: readonly Role[];
}

/** The first form of `IncidentInjected`, after which the turn always opened anew. Written no more. */
export interface IncidentInjectedFirst extends Versioned<"IncidentInjected"> {
  readonly incident: string;
  /** Its place in the run. */
  readonly position: number;
}

/** The teacher let an incident happen. What was sealed stays sealed, as far as it is still open. */
export interface IncidentInjected {
  readonly type: "IncidentInjected";
  readonly version: 2;
  readonly incident: string;
  /** Its place in the run. */
  readonly position: number;
  /** Length of the run after it. */
  readonly length: number;
  /** Whether everybody may know of it. */
  readonly told: boolean;
  /** Delegations whose sealed choice is no longer open: they are asked again. */
  readonly voided: readonly Role[];
  /** Seats whose proposal is no longer open. */
  readonly dropped: readonly string[];
}

/** The room goes on in another run, which shares the former one's events up to a length. */
export interface RunPointed extends Versioned<"RunPointed"> {
  readonly run: string;
  readonly parent: string;
  /** Number of events that are shared. */
  readonly shared: number;
  readonly luck: "same" | "fresh";
}

export interface MessageSent extends Versioned<"MessageSent"> {
  readonly message: string;
  /** A seat's id, or `teacher`. */
  readonly from: string;
  /** In which role it was said; null for the teacher. */
  readonly role: Role | null;
  readonly to: Channel;
  readonly text: TextDigest;
  /** Round of the run in which it was said. */
  readonly round: number;
}

export interface MessageHidden extends Versioned<"MessageHidden"> {
  readonly message: string;
  readonly hidden: boolean;
}

/** News that the teacher wrote; the model knows nothing of it. */
export interface NewsInjected extends Versioned<"NewsInjected"> {
  readonly message: string;
  readonly text: TextDigest;
  readonly round: number;
}

/** Names and texts that lay beside the log were deleted: of a seat and all that was said from it, or of the whole room. */
export interface WordsForgotten extends Versioned<"WordsForgotten"> {
  /** Null: the whole room. */
  readonly seat: string | null;
  /** `asked`: somebody wanted it so. `expired`: they had been kept for as long as they may be. */
  readonly reason: "asked" | "expired";
}

export type RoomEvent =
  | RoomOpened
  | SeatRequested
  | SeatConfirmed
  | SeatMoved
  | SeatRemoved
  | JoiningClosed
  | SeatMuted
  | BotSeated
  | SeatReturned
  | PhaseBegan
  | Paused
  | ClockStopped
  | Resumed
  | Extended
  | RevealHeld
  | ChoiceProposed
  | ChoiceSealed
  | ChoicesRevealed
  | IncidentInjectedFirst
  | IncidentInjected
  | RunPointed
  | MessageSent
  | MessageHidden
  | NewsInjected
  | WordsForgotten;
