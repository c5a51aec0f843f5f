/**
 * `demarche forget`: deletes the names and messages of a class, or of one seat, from everything that the server keeps.
 *
 * The log stays and still verifies: it holds salted digests only, and the salts are deleted too.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { LogError } from "../log/logError.ts";
import { Mistake } from "../scenario/mistake.ts";
import { nearest } from "../scenario/suggest.ts";
import { type Database, databaseFile, openDatabase, roomStream } from "../server/database.ts";
import { forgetWords } from "../server/forget.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";

interface ForgetOptions {
  readonly data: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche forget K7QX2BD                  every pseudonym and message of this class
  demarche forget K7QX2BD s3               one seat and all that was said from it
  demarche forget K7QX2BD Ana --data ~/crisis-class

A server that runs over the same data takes it in. Files that were exported before lie where you put them: delete these
yourself; what is exported from now on holds nothing of what was forgotten.`;

/** How often, and after how many milliseconds, it is tried again to empty the files while a server reads them. */
const tries = 20;
const betweenMs = 100;

/** Milliseconds to wait for a server that writes. */
const patienceMs = 5000;

/** Defines `forget`. */
export function forgetCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<room>", "the class's code")
    .argument("[seat]", "a seat, by its id or its pseudonym; without it, the whole class")
    .option("--data <folder>", "where rooms are kept", "demarche-data")
    .option("--json", "print {room, seat, deleted, complete}")
    .addHelpText("after", examples)
    .action(async (room: string, seat: string | undefined, options: ForgetOptions) =>
      forget(terminal, room, seat ?? null, options),
    );
}

async function forget(terminal: Terminal, asked: string, who: string | null, options: ForgetOptions): Promise<void> {
  const folder = resolve(terminal.directory, options.data);
  if (!existsSync(join(folder, databaseFile))) {
    throw new Mistake(`no class was kept in ${options.data}`, "name the folder of `demarche serve` with --data");
  }
  const database = openDatabase(folder, Date.now, patienceMs);
  try {
    const room = await roomOf(database, asked);
    const seat = who === null ? null : seatOf(database, room, who);
    const deleted = forgetWords(database, room, seat, "asked");
    const complete = await scour(database);
    if (options.json === true) printJson(terminal, { room, seat, deleted, complete });
    else terminal.out.write(`${told(room, seat, deleted)}${deleted === 0 ? "" : ` ${standing(database, room)}`}\n`);
    if (complete) return;
    terminal.err.write("copies may stand in the files, which are in use; ask again when the server is idle\n");
    terminal.fails();
  } finally {
    await database.close();
  }
}

function told(room: string, seat: string | null, deleted: number): string {
  const whose = seat === null ? `of class ${room}` : `of seat ${seat} in class ${room}`;
  if (deleted === 0) return `There is nothing left to forget ${whose}.`;
  return `Forgotten: ${deleted} ${deleted === 1 ? "name or message" : "names and messages"} ${whose}.`;
}

/** What is to be said of the log afterwards. */
function standing(database: Database, room: string): string {
  try {
    database.store.readNow(roomStream(room));
    return "The log still verifies.";
  } catch (error) {
    if (error instanceof LogError) return "The log was damaged before and cannot say so.";
    throw error;
  }
}

async function scour(database: Database): Promise<boolean> {
  for (let count = 1; count < tries; count++) {
    if (database.scour()) return true;
    await wait(betweenMs);
  }
  return database.scour();
}

async function roomOf(database: Database, asked: string): Promise<string> {
  const code = asked.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  const prefix = roomStream("");
  const rooms = (await database.store.streams()).flatMap((stream) =>
    stream.startsWith(prefix) ? [stream.slice(prefix.length)] : [],
  );
  if (rooms.includes(code)) return code;
  const near = nearest(code, rooms);
  const list = rooms.length === 0 ? "there are no classes" : `there are ${rooms.join(", ")}`;
  throw new Mistake(`there is no class ${asked}: ${list}`, near === null ? null : `did you mean ${near}?`);
}

/** A seat by its id or its pseudonym. */
function seatOf(database: Database, room: string, asked: string): string {
  const words = database.wordsOf(room);
  const seats = database.store
    .readNow(roomStream(room))
    .flatMap(({ event }) => (event.type === "SeatRequested" ? [event.seat] : []));
  if (seats.includes(asked)) return asked;
  const named = seats.filter((seat) => words.get(seat) === asked);
  if (named.length === 1 && named[0] !== undefined) return named[0];
  const list = seats.map((seat) => (words.has(seat) ? `${seat} (${words.get(seat)})` : seat)).join(", ");
  if (named.length > 1) throw new Mistake(`${asked} is ${named.join(" and ")}`, "name the seat by its id");
  throw new Mistake(`there is no seat ${asked} in class ${room}`, list === "" ? null : `there are ${list}`);
}
