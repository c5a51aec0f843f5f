/**
 * The classroom's database: the log of rooms and runs, and beside it the names and texts that can be deleted.
 *
 * The log holds salted digests only, so it still verifies when a name or a text was deleted: overwritten in the database
 * and gone from the write-ahead log.
 */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { RoomEvent } from "../classroom/event.ts";
import { classroomForm } from "../classroom/schema.ts";
import type { RunEvent } from "../engine/event.ts";
import { platformError } from "../log/logError.ts";
import { type SqliteStore, sqliteStore } from "../log/sqliteStore.ts";
import { makePrivateFile, tighten } from "./privateFiles.ts";

/** Everything that is kept. */
export type KeptEvent = RunEvent | RoomEvent;

/** A text beside the log. */
export interface Words {
  readonly salt: string;
  readonly text: string;
  /** SHA-256 of salt and text, which the log holds. */
  readonly digest: string;
}

export interface Database {
  readonly store: SqliteStore<KeptEvent>;
  /** Whether anything is left of a stream, be it readable or not. */
  has(stream: string): boolean;
  /** How many events are known to have been appended to a stream and are not there any more, at its end. */
  missingFrom(stream: string): number;
  /** Rows of some streams as they lie there, readable or not, each as a line of JSON; for whoever repairs them. */
  rawRows(room: string): readonly string[];
  /** Names and texts of a room by id; those that were forgotten are absent. */
  wordsOf(room: string): ReadonlyMap<string, string>;
  /** The salt of a name or text; null where it was forgotten. */
  saltOf(room: string, id: string): string | null;
  /** Puts a name or text beside the log; inside `store.together` it is part of the transaction. */
  keep(room: string, id: string, words: Words, at: number): void;
  /** Deletes names and texts of a whole room or of some ids, and says how many; inside `store.together`. */
  drop(room: string, ids: readonly string[] | null): number;
  /**
   * Leaves no byte of what was dropped in the database or its write-ahead log. False where another process reads or
   * writes at this moment and keeps the old pages in use.
   */
  scour(): boolean;
  /** Rooms whose names or texts are all older than a moment. */
  roomsBefore(at: number): readonly string[];
  /** Changes whenever another process wrote. */
  foreignChanges(): number;
  close(): Promise<void>;
}

const tables = `
  create table if not exists words (
    room text not null,
    id text not null,
    salt text not null,
    text text not null,
    at integer not null,
    primary key (room, id)
  ) strict, without rowid;
`;

/** Name of the database in the data folder. */
export const databaseFile = "demarche.sqlite";

/**
 * Milliseconds to wait for another process that writes. Waiting stops everything else in this one, so it is short, and
 * whoever asked is told to ask again.
 */
const waitMs = 10;

/**
 * Opens the database of a data folder, or makes one; only its owner may read it.
 * @param patience milliseconds to wait for another process that writes, for a program that has nothing else to do.
 */
export function openDatabase(folder: string, now: () => number = Date.now, patience = waitMs): Database {
  const file = join(folder, databaseFile);
  makeFile(file);
  const store = sqliteStore<KeptEvent>(file, classroomForm, { now: () => new Date(now()).toISOString() });
  const { database } = store;
  database.exec(`pragma busy_timeout = ${patience}; pragma secure_delete = on; pragma temp_store = memory`);
  database.exec(tables);
  const any = database.prepare("select 1 as found from events where stream = ? limit 1");
  const noted = database.prepare("select max(first + count) as due from appends where stream = ?");
  const reached = database.prepare("select max(position) + 1 as length from events where stream = ?");
  const raw = database.prepare(
    "select stream, position, digest, event, time from events where stream = ? or stream = ? or stream glob ? order by id",
  );
  const select = database.prepare("select id, text from words where room = ?");
  const salt = database.prepare("select salt from words where room = ? and id = ?");
  const insert = database.prepare("insert or ignore into words (room, id, salt, text, at) values (?, ?, ?, ?, ?)");
  const deleteRoom = database.prepare("delete from words where room = ?");
  const deleteOne = database.prepare("delete from words where room = ? and id = ?");
  const old = database.prepare("select room from words group by room having max(at) < ?");
  const version = database.prepare("pragma data_version");
  return {
    store,
    has: (stream) => any.get(stream) !== undefined,
    missingFrom: (stream) =>
      Math.max(0, Number(noted.get(stream)?.due ?? 0) - Number(reached.get(stream)?.length ?? 0)),
    rawRows: (room) =>
      raw.all(roomStream(room), `run.${room}`, `run.${room}.*`).map((row) => `${JSON.stringify(row)}\n`),
    wordsOf: (room) => new Map(select.all(room).map(({ id, text }) => [String(id), String(text)])),
    saltOf: (room, id) => {
      const row = salt.get(room, id);
      return row === undefined ? null : String(row.salt);
    },
    keep(room, id, words, at) {
      insert.run(room, id, words.salt, words.text, at);
    },
    drop(room, ids) {
      if (ids === null) return Number(deleteRoom.run(room).changes);
      return ids.reduce((sum, id) => sum + Number(deleteOne.run(room, id).changes), 0);
    },
    scour() {
      try {
        // Pages that were rearranged may hold old copies in their gaps: only writing them all anew leaves none.
        database.exec("vacuum");
        return database.prepare("pragma wal_checkpoint(truncate)").get()?.busy === 0;
      } catch (error) {
        if (error instanceof Error && error.message.includes("locked")) return false;
        throw platformError(error, join(folder, databaseFile), "write");
      }
    },
    roomsBefore: (at) => old.all(at).map(({ room }) => String(room)),
    foreignChanges: () => Number(version.get()?.data_version),
    async close() {
      try {
        // Whoever copies the file alone then has everything. Another process that reads at this moment is not waited for.
        database.exec("pragma busy_timeout = 200");
        database.exec("pragma wal_checkpoint(truncate)");
      } catch {
        // Closed before, or in use: what is in the write-ahead log is read at the next start.
      }
      await store.close();
    },
  };
}

/** SQLite gives the files beside the database the mode that the database has. */
function makeFile(file: string): void {
  try {
    makePrivateFile(file);
  } catch (error) {
    throw platformError(error, file, "write");
  }
  for (const beside of ["-wal", "-shm"]) tighten(file + beside);
}

/** A text with a salt of its own. */
export function wordsFor(text: string): Words {
  const salt = randomBytes(16).toString("hex");
  return { salt, text, digest: wordsDigest(salt, text) };
}

/** SHA-256 of a salt and a text. */
export const wordsDigest = (salt: string, text: string): string =>
  createHash("sha256").update(`${salt}:${text}`).digest("hex");

/** The stream of a room's own events. */
export const roomStream = (room: string): string => `room.${room}`;
