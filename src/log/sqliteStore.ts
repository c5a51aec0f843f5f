/**
 * Many streams in one SQLite database: what a classroom's server keeps its runs in.
 *
 * Write-ahead logging with full synchronisation: an append that returned is on the medium. Appends of all processes are
 * put in one order by `begin immediate`; positions are unique by the schema. Rows are checked against their digests
 * whenever they are read. Nothing is ever updated or deleted.
 *
 * Several streams can be written in one transaction, and tables beside the log with them: what a class decides enters
 * its room and its run together or not at all.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { RunEvent } from "../engine/event.ts";
import { canonical, extendChain, type Recorded, type StoredEvent } from "./chain.ts";
import {
  type Append,
  type AppendResult,
  commandDigest,
  type EventStore,
  judgeAppend,
  type KeyUse,
} from "./eventStore.ts";
import { LogError, platformError } from "./logError.ts";
import { platformHash } from "./logFile.ts";
import { readBack, restore } from "./readBack.ts";
import type { EventForm } from "./schema.ts";
import { pollMsDefault, Subscriptions } from "./subscriptions.ts";

export interface SqliteStoreOptions {
  /** The time that is written beside events, in ISO 8601 and UTC; without it, none is. */
  readonly now?: () => string;
  /** Milliseconds between two looks for what other processes appended. */
  readonly pollMs?: number;
  /** Milliseconds to wait for another process that writes. */
  readonly waitMs?: number;
}

/** Writes to several streams inside one transaction. */
export interface Writer<E extends StoredEvent> {
  append(stream: string, request: Append<E>): AppendResult<E>;
  /** The append that a key of a stream was first used for, or null. */
  keyUse(stream: string, key: string): KeyUse | null;
}

/** An event store in one database. */
export interface SqliteStore<E extends StoredEvent = RunEvent> extends EventStore<E> {
  /** For tables beside the log, which hold what may be deleted. */
  readonly database: DatabaseSync;
  /** Does all of the work in one transaction, or nothing of it where it throws. */
  together<T>(work: (writer: Writer<E>) => T): T;
  /** As `read`, at once. */
  readNow(stream: string, from?: number, to?: number): readonly Recorded<E>[];
  /** The append that a key of a stream was first used for, or null. */
  keyUse(stream: string, key: string): KeyUse | null;
}

/** Marks a database as ours: `DEMA` in ASCII. */
const applicationId = 0x44454d41;

/** Version of the tables. */
const schemaVersion = 1;

const schema = `
  create table events (
    id integer primary key,
    stream text not null,
    position integer not null check (position >= 0),
    digest text not null,
    event text not null,
    time text,
    unique (stream, position)
  ) strict;
  create table appends (
    stream text not null,
    key text not null,
    first integer not null,
    count integer not null,
    command text not null,
    primary key (stream, key)
  ) strict, without rowid;
  pragma application_id = ${applicationId};
  pragma user_version = ${schemaVersion};
`;

/** Opens a database, or makes one. */
export function sqliteStore<E extends StoredEvent = RunEvent>(
  file: string,
  form: EventForm<E>,
  options: SqliteStoreOptions = {},
): SqliteStore<E> {
  const reading = { file, form, hash: platformHash };
  const database = attempt("read", () => openDatabase(file, options.waitMs ?? 5000));
  const statements = prepare(database);
  const subscriptions = new Subscriptions<E>((stream, from) => read(stream, from), options.pollMs ?? pollMsDefault);
  let open = true;

  function attempt<T>(doing: "read" | "write", work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw platformError(error, file, doing);
    }
  }

  function read(stream: string, from: number, to = Number.MAX_SAFE_INTEGER): readonly Recorded<E>[] {
    // The event before a range is read along, for the position and digest that the first one rests on.
    const rows = attempt("read", () => statements.range.all(stream, Math.max(0, from - 1), to)).map((row) => ({
      position: Number(row.position),
      digest: String(row.digest),
      text: String(row.event),
    }));
    const recorded: Recorded<E>[] = [];
    let previous = from > 0 ? rows.shift() : undefined;
    if (previous !== undefined && previous.position !== from - 1) {
      throw new LogError("broken", `event ${from - 1} of ${stream} is missing`, { file, position: from - 1 }, restore);
    }
    for (const row of rows) {
      const event: Recorded<E> = readBack(row, previous, reading, null);
      recorded.push(event);
      previous = row;
    }
    return recorded;
  }

  function append(stream: string, request: Append<E>): AppendResult<E> {
    const { key, prefix = [], events } = request;
    const command = key === undefined ? "" : commandDigest(request.command, platformHash);
    const head = statements.head.get(stream);
    const next = head === undefined ? 0 : Number(head.position) + 1;
    const judged = judgeAppend(request, next, key === undefined ? null : useOf(stream, key), command);
    if (judged !== "new") {
      if (!("repeats" in judged)) return judged;
      const { first, count } = judged.repeats;
      return { appended: read(stream, first, first + count), repeated: true };
    }
    const last =
      prefix.at(-1) ?? (head === undefined ? undefined : { position: next - 1, digest: String(head.digest) });
    const appended = [...prefix, ...extendChain<E>(last, events, platformHash)];
    const time = options.now?.() ?? null;
    for (const { position, digest, event, stored } of appended) {
      statements.insert.run(stream, position, digest, stored ?? canonical(event), time);
    }
    if (key !== undefined) statements.use.run(stream, key, next, appended.length, command);
    return { appended, repeated: false };
  }

  function useOf(stream: string, key: string): KeyUse | null {
    const row = statements.useOf.get(stream, key);
    if (row === undefined) return null;
    return { first: Number(row.first), count: Number(row.count), command: String(row.command) };
  }

  function together<T>(work: (writer: Writer<E>) => T): T {
    const grown = new Set<string>();
    const writer: Writer<E> = {
      append(stream, request) {
        const result = append(stream, request);
        if ("appended" in result && !result.repeated) grown.add(stream);
        return result;
      },
      keyUse: useOf,
    };
    const result = attempt("write", () => inTransaction(database, () => work(writer)));
    for (const stream of grown) subscriptions.announce(stream);
    return result;
  }

  return {
    database,
    together,
    append: async (stream, request) => together((writer) => writer.append(stream, request)),
    readNow: (stream, from, to) => read(stream, from ?? 0, to),
    keyUse: (stream, key) => attempt("read", () => useOf(stream, key)),
    read: async (stream, from, to) => read(stream, from ?? 0, to),
    streams: async () =>
      attempt("read", () =>
        statements.streams
          .all()
          .map((row) => String(row.stream))
          .sort(),
      ),
    subscribe: (stream, from, listener) => subscriptions.add(stream, from, listener),
    async close() {
      subscriptions.close();
      if (open) database.close();
      open = false;
    },
  };
}

function openDatabase(file: string, waitMs: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    inTransaction(database, () => {
      const found = database.prepare("select count(*) as tables from sqlite_schema").get();
      if (found?.tables === 0) database.exec(schema);
    });
    const owner = database.prepare("pragma application_id").get()?.application_id;
    if (owner !== applicationId) throw new LogError("not a log", "this database is not one of Demarche", { file });
    const version = Number(database.prepare("pragma user_version").get()?.user_version);
    if (version > schemaVersion) {
      const hint = "open it with the version of Demarche that wrote it, or a later one";
      throw new LogError("newer", `the database has form ${version}, known here is ${schemaVersion}`, { file }, hint);
    }
    database.exec("pragma journal_mode = wal; pragma synchronous = full");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Does all of the work or nothing of it, with no other writer in between. */
function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("begin immediate");
  try {
    const result = work();
    database.exec("commit");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}

interface Statements {
  readonly head: StatementSync;
  readonly range: StatementSync;
  readonly insert: StatementSync;
  readonly useOf: StatementSync;
  readonly use: StatementSync;
  readonly streams: StatementSync;
}

function prepare(database: DatabaseSync): Statements {
  return {
    head: database.prepare("select position, digest from events where stream = ? order by position desc limit 1"),
    range: database.prepare(
      "select position, digest, event from events where stream = ? and position >= ? and position < ? order by position",
    ),
    insert: database.prepare("insert into events (stream, position, digest, event, time) values (?, ?, ?, ?, ?)"),
    useOf: database.prepare("select first, count, command from appends where stream = ? and key = ?"),
    use: database.prepare("insert into appends (stream, key, first, count, command) values (?, ?, ?, ?, ?)"),
    streams: database.prepare("select distinct stream from events"),
  };
}
