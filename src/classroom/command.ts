/**
 * What may be asked of a room, by a seat or by the teacher. A command may be refused; a refusal is a value.
 *
 * Texts come as digests: the words themselves are put beside the log by whoever asks.
 */
import type { Channel, Role, TextDigest } from "./event.ts";

/** What somebody at a seat may ask. `turn` is the number of the delegation's turn that is meant. */
export type SeatCommand =
  | { readonly type: "Propose"; readonly move: string; readonly turn: number }
  | { readonly type: "Seal"; readonly move: string; readonly turn: number }
  | { readonly type: "Say"; readonly to: Channel; readonly text: TextDigest };

/** A seat and the role that it is to have. */
export interface Placement {
  readonly seat: string;
  readonly role: Role;
}

/**
 * What the teacher may ask. `stage` is the stage of the lesson that the teacher saw: a command that comes twice, or from
 * a second window, meets a later stage and is refused.
 */
export type TeacherCommand =
  | { readonly type: "Admit"; readonly seat: string; readonly role: Role }
  /** Lets several in at once; who finds no place goes on waiting. */
  | { readonly type: "AdmitAll"; readonly seats: readonly Placement[] }
  | { readonly type: "Remove"; readonly seat: string }
  /** Turns away everybody who waits. */
  | { readonly type: "RemoveWaiting" }
  /** Whether newcomers may ask for a seat. */
  | { readonly type: "CloseJoining"; readonly closed: boolean }
  | { readonly type: "Mute"; readonly seat: string; readonly muted: boolean }
  | { readonly type: "SeatBot"; readonly actor: Role }
  | { readonly type: "ReturnSeat"; readonly actor: Role }
  /** The next part of the lesson: briefing, first round, debrief, close. */
  | { readonly type: "GoOn"; readonly stage: number }
  /** Reveals now; who has not decided holds. */
  | { readonly type: "Reveal"; readonly stage: number }
  | { readonly type: "Pause" }
  | { readonly type: "Resume" }
  | { readonly type: "Extend"; readonly minutes: number; readonly stage: number }
  | { readonly type: "Hold"; readonly held: boolean; readonly stage: number }
  | { readonly type: "CauseIncident"; readonly incident: string; readonly stage: number }
  | { readonly type: "TellNews"; readonly text: TextDigest }
  | { readonly type: "Broadcast"; readonly text: TextDigest }
  | { readonly type: "Hide"; readonly message: string; readonly hidden: boolean }
  /** Goes back to the turn that was open when the run had this length. */
  | { readonly type: "Undo"; readonly position: number; readonly luck: "same" | "fresh"; readonly stage: number }
  /** Ends the rounds before their time. */
  | { readonly type: "EndRounds"; readonly stage: number };

/** Why a room refused, as the interface can say it in any language. */
export type Refusal =
  | "not under way"
  | "turn over"
  | "not your turn"
  | "sealed already"
  | "not open"
  | "someone else confirms"
  | "muted"
  | "no such seat"
  | "no such role"
  | "delegation full"
  | "no such delegation"
  | "nothing to do"
  | "paused"
  | "not now"
  | "not allowed"
  /** The lesson is at another stage than the one that was seen. */
  | "moved on"
  /** The teacher lets nobody ask for a seat at present. */
  | "joining closed"
  /** As many wait, or came and went, as the room takes. */
  | "room full"
  | "too fast"
  /** As much was said as a seat, or a room, may say. */
  | "too many messages"
  /** The key of the command was used for another one. */
  | "key used"
  /** Demarche itself failed; nothing was changed. */
  | "failed";

export interface RoomRefused {
  readonly refused: Refusal;
}
