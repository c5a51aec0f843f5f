/**
 * The messages that a reader of a room may read, followed as they come: each new one costs the same, however many there
 * were before.
 *
 * Who may read what is decided here, and nowhere else. Between delegations the office speaks, not the person; numbers of
 * messages are the reader's own, as the room's would tell how much others write.
 */
import { namingOf } from "../report/naming.ts";
import { outsideRoles, type Role } from "./event.ts";
import type { Patch } from "./patch.ts";
import type { Message, RoomState, Seat } from "./room.ts";
import { isDebriefed, type ScreenSource } from "./screen.ts";
import type { MessageLine } from "./screenSections.ts";

/** Who reads: a seat that was let in, the teacher, or nobody in particular. */
export type MessageReader = Seat | "teacher" | null;

/** All messages that a reader may see now. */
export function messagesOf(place: ScreenSource, reader: MessageReader): readonly MessageLine[] {
  const shown = readable(place.room, reader, 0);
  return shown.map((index, line) => lineAt(place, reader, { index, line }));
}

/** Follows the messages of one reader: what was told of them, and what is new. */
export class MessageFeed {
  /** Indices of the messages that were told, in the room's list; null before the first telling. */
  private shown: number[] | null = null;
  /** How many of the room's messages, and of its hidings, were taken in. */
  private seen = 0;
  private hidesSeen = 0;
  private ground = "";

  /** What turns the list that was told last into the one that the reader may see now; null where it is the same. */
  update(place: ScreenSource, reader: MessageReader): Patch | null {
    const { room } = place;
    const ground = groundOf(place, reader);
    if (this.shown === null || ground !== this.ground) return this.anew(place, reader, ground);
    const { shown } = this;
    const hidden = room.hides.slice(this.hidesSeen).map((index) => shown.indexOf(index));
    const first = shown.length;
    shown.push(...readable(room, reader, this.seen));
    this.seen = room.messages.length;
    this.hidesSeen = room.hides.length;
    const lines = [...new Set(hidden.filter((line) => line >= 0))];
    for (let line = first; line < shown.length; line++) lines.push(line);
    if (lines.length === 0) return null;
    const items = lines.map((line) => [line, { value: lineAt(place, reader, { index: shown[line], line }) }] as const);
    return { length: shown.length, items };
  }

  private anew(place: ScreenSource, reader: MessageReader, ground: string): Patch {
    this.shown = [...readable(place.room, reader, 0)];
    this.seen = place.room.messages.length;
    this.hidesSeen = place.room.hides.length;
    this.ground = ground;
    return { value: messagesOf(place, reader) };
  }
}

/** Indices, from one on, of the messages that a reader may read. */
function readable(room: RoomState, reader: MessageReader, from: number): readonly number[] {
  return room.messages
    .slice(from)
    .flatMap((message, index) =>
      !message.news && (reader === "teacher" || mayRead(message, reader) || opens(room, message)) ? [from + index] : [],
    );
}

function lineAt(
  place: ScreenSource,
  reader: MessageReader,
  at: { readonly index: number | undefined; readonly line: number },
): MessageLine {
  const message = place.room.messages[at.index ?? -1];
  if (message === undefined) throw new Error(`the room has no message ${at.index}`);
  const line = lineOf(place, message, reader);
  return reader === "teacher" ? line : { ...line, id: String(at.line + 1) };
}

/** What all lines rest on; where it changes, they are told anew. */
function groundOf({ room, wordsForgotten }: ScreenSource, reader: MessageReader): string {
  const who = reader === null || reader === "teacher" ? String(reader) : `${reader.id} ${reader.role ?? ""}`;
  return `${who} ${isDebriefed(room)} ${wordsForgotten}`;
}

/** Whether a message was meant for a seat, or came from it. */
function mayRead({ from, role, to }: Pick<Message, "from" | "role" | "to">, seat: Seat | null): boolean {
  if (to === "all") return true;
  if (seat === null) return false;
  if (from === seat.id) return true;
  if (to === "teacher" || seat.role === null) return false;
  if ((outsideRoles as readonly Role[]).includes(seat.role)) return false;
  return seat.role === role || to === `to:${seat.role}`;
}

/** Whether the debrief opens a message to everybody: all but what was written to the teacher. */
const opens = (room: RoomState, { to }: Message): boolean => isDebriefed(room) && to !== "teacher";

/** A message as its reader sees it. */
function lineOf({ run, words }: ScreenSource, message: Message, reader: MessageReader): MessageLine {
  const naming = namingOf(run.scenario);
  const { id, from, role, to, round, hidden } = message;
  const outside = role !== null && (outsideRoles as readonly Role[]).includes(role);
  const seat = reader === "teacher" ? null : reader;
  const knowsName = reader === "teacher" || (seat !== null && (seat.id === from || (seat.role === role && !outside)));
  return {
    id,
    // Between delegations the office speaks, not the person.
    from: from === "teacher" || !knowsName ? null : words(from),
    role: role === null || outside ? role : naming.name("actors", role),
    own: seat !== null && from === seat.id,
    teacher: from === "teacher",
    to,
    toName: to.startsWith("to:") ? naming.name("actors", to.slice(3)) : null,
    round,
    text: hidden && reader !== "teacher" ? null : words(id),
    hidden,
  };
}
