/**
 * What an answer to a command is: a decision, whose events are appended together, or a refusal.
 */
import type { RunEvent } from "../engine/event.ts";
import type { Recorded } from "../log/chain.ts";
import type { RoomRefused } from "./command.ts";
import type { RoomEvent } from "./event.ts";

/** What follows: events of the room and of its run; a new run where the present one is left. */
export interface RoomDecision {
  readonly room: readonly RoomEvent[];
  readonly run: readonly RunEvent[];
  /** The new run's stream and its past, verbatim; its events are `run`. */
  readonly fork: { readonly stream: string; readonly prefix: readonly Recorded<RunEvent>[] } | null;
}

export type DecideResult = RoomDecision | RoomRefused;

/** A refusal as an answer. */
export const refuse = (refused: RoomRefused["refused"]): RoomRefused => ({ refused });

/** A decision that concerns the room alone. */
export const only = (...room: readonly RoomEvent[]): RoomDecision => ({ room, run: [], fork: null });

/** Whether an answer is a refusal. */
export const isRoomRefused = (answer: DecideResult): answer is RoomRefused => "refused" in answer;

/** One decision with another that follows at once. */
export function following(first: RoomDecision, then: DecideResult | null): DecideResult {
  if (then === null) return first;
  if (isRoomRefused(then)) return then;
  return { room: [...first.room, ...then.room], run: [...first.run, ...then.run], fork: then.fork };
}
