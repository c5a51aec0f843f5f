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

/** What the teacher may ask. */
export type TeacherCommand =
  | { readonly type: "Admit"; readonly seat: string; readonly role: Role }
  | { readonly type: "Remove"; readonly seat: string }
  | { readonly type: "Mute"; readonly seat: string; readonly muted: boolean }
  | { readonly type: "SeatBot"; readonly actor: Role }
  | { readonly type: "ReturnSeat"; readonly actor: Role }
  /** The next part of the lesson: briefing, first round, debrief, close. */
  | { readonly type: "GoOn" }
  /** Reveals now; who has not decided holds. */
  | { readonly type: "Reveal" }
  | { readonly type: "Pause" }
  | { readonly type: "Resume" }
  | { readonly type: "Extend"; readonly minutes: number }
  | { readonly type: "Hold"; readonly held: boolean }
  | { readonly type: "CauseIncident"; readonly incident: string }
  | { readonly type: "TellNews"; readonly text: TextDigest }
  | { readonly type: "Broadcast"; readonly text: TextDigest }
  | { readonly type: "Hide"; readonly message: string; readonly hidden: boolean }
  /** Goes back to the turn that was open when the run had this length. */
  | { readonly type: "Undo"; readonly position: number; readonly luck: "same" | "fresh" }
  /** Ends the rounds before their time. */
  | { readonly type: "EndRounds" };

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
  | "not allowed";

export interface RoomRefused {
  readonly refused: Refusal;
}
