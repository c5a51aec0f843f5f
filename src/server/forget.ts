/**
 * Forgetting: names and texts that lie beside a room's log are deleted, and the log says that they were.
 *
 * It needs no scenario and no server, so that it works on a data folder at any time; a server that has the room open
 * takes it in. What was deleted is gone from the files once the database was scoured.
 */
import type { RoomEvent, WordsForgotten } from "../classroom/event.ts";
import { isRoomEvent } from "../classroom/schema.ts";
import { LogError } from "../log/logError.ts";
import { type Database, roomStream } from "./database.ts";

/**
 * Deletes the words of a room, or of a seat and all that was said from it, and says how many there were.
 *
 * The words of a whole room go even where its log is damaged; then the log cannot say so.
 * @throws LogError where a seat's words cannot be told from others', or another process writes.
 */
export function forgetWords(
  database: Database,
  room: string,
  seat: string | null,
  reason: WordsForgotten["reason"],
): number {
  return database.store.together((writer) => {
    const events = historyOf(database, room, seat === null);
    if (events === null) return database.drop(room, null);
    const said = events.flatMap((event) =>
      event.type === "MessageSent" && event.from === seat ? [event.message] : [],
    );
    const deleted = database.drop(room, seat === null ? null : [seat, ...said]);
    const event: WordsForgotten = { type: "WordsForgotten", version: 1, seat, reason };
    if (deleted > 0) writer.append(roomStream(room), { expected: events.length, events: [event] });
    return deleted;
  });
}

/** What happened in a room; null where its log is damaged and that does not matter. */
function historyOf(database: Database, room: string, isWhole: boolean): readonly RoomEvent[] | null {
  try {
    const recorded = database.store.readNow(roomStream(room));
    return recorded.flatMap(({ event }) => (isRoomEvent(event) ? [event] : []));
  } catch (error) {
    if (isWhole && error instanceof LogError) return null;
    throw error;
  }
}
