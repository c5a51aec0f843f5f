/**
 * Which rooms' names and texts have been kept for as long as they may be, as two looks agree.
 *
 * A wall clock that is set forward makes everything look old at once. So what looks old is noted first, and is due only
 * when it still does an hour later: by the clock that nobody can set, or after a later start of the server.
 */
import { randomBytes } from "node:crypto";
import type { Database } from "./database.ts";
import type { Clocks } from "./roomClock.ts";

const dayMs = 86_400_000;

/** Milliseconds between the two looks that have to agree. */
export const confirmMs = 3_600_000;

const tables = `
  create table if not exists expiring (
    room text primary key,
    start text not null,
    at integer not null
  ) strict, without rowid;
`;

export class Retention {
  private readonly database: Database;
  private readonly clocks: Clocks;
  /** Names this start of the server. */
  private readonly start = randomBytes(8).toString("hex");
  /** When this start noted a room, in elapsed milliseconds. */
  private readonly noted = new Map<string, number>();

  constructor(database: Database, clocks: Clocks) {
    this.database = database;
    this.clocks = clocks;
    database.store.database.exec(tables);
  }

  /** Rooms that are due after so many days; with no days at all, whatever there is. */
  due(days: number): readonly string[] {
    const now = this.clocks.now();
    const old = this.database.roomsBefore(now - days * dayMs);
    if (days === 0) return old;
    const notes = this.notes();
    for (const room of notes.keys()) if (!old.includes(room)) this.drop(room);
    return old.filter((room) => {
      const note = notes.get(room);
      if (note === undefined) {
        this.note(room, now);
        return false;
      }
      const confirmed = this.isConfirmed(room, note, now);
      if (confirmed) this.drop(room);
      return confirmed;
    });
  }

  private isConfirmed(room: string, note: { readonly start: string; readonly at: number }, now: number): boolean {
    if (note.start !== this.start) return now - note.at >= confirmMs;
    const noted = this.noted.get(room);
    return noted !== undefined && this.clocks.elapsed() - noted >= confirmMs;
  }

  private notes(): ReadonlyMap<string, { readonly start: string; readonly at: number }> {
    const rows = this.database.store.database.prepare("select room, start, at from expiring").all();
    return new Map(rows.map(({ room, start, at }) => [String(room), { start: String(start), at: Number(at) }]));
  }

  private note(room: string, now: number): void {
    this.noted.set(room, this.clocks.elapsed());
    const insert = "insert or replace into expiring (room, start, at) values (?, ?, ?)";
    this.database.store.database.prepare(insert).run(room, this.start, now);
  }

  private drop(room: string): void {
    this.noted.delete(room);
    this.database.store.database.prepare("delete from expiring where room = ?").run(room);
  }
}
