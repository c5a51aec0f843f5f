/**
 * The log of one run as the commands see it: a file of JSON lines, a stream in a database, or nothing but memory.
 *
 * It knows the run's events from the first on and appends behind them. Where another program wrote to the same stream
 * in the meantime, appending ends in one plain sentence, and what either was told is remembered is there. Nothing but
 * the events is written: a run logged twice gives the same bytes.
 */
import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Recorded } from "../log/chain.ts";
import type { Append, AppendResult } from "../log/eventStore.ts";
import type { LogError } from "../log/logError.ts";
import { LogFile, readLog } from "../log/logFile.ts";
import type { RunLog } from "../log/runLog.ts";
import { runEventForm } from "../log/schema.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Terminal } from "./terminal.ts";

/** A stream of events, wherever it lies. */
interface Stream {
  append(request: Append): Promise<AppendResult>;
  read(): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

/**
 * A new log, perhaps with another's past, verbatim.
 * @throws Mistake where there is something already; nothing is ever overwritten.
 */
export async function newLog(terminal: Terminal, file: string, past: readonly Recorded[] = []): Promise<RunLog> {
  const place = placeOf(terminal, file);
  const there = statSync(place.path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw new Mistake(`${file} is a folder, so it cannot be written as a log`);
  if (there !== undefined && there.size > 0 && !place.database) throw taken(file);
  const stream = await openStream(place);
  const recorded: Recorded[] = [];
  try {
    if (place.database && (await stream.read()).length > 0) throw taken(file);
    if (past.length > 0)
      recorded.push(...accepted(file, await stream.append({ expected: 0, events: [], prefix: past })));
  } catch (error) {
    await stream.close();
    throw error;
  }
  return logOver(file, stream, recorded);
}

/** A log that is there already, to go on with. */
export async function openLog(terminal: Terminal, file: string): Promise<RunLog> {
  const stream = await openStream(placeOf(terminal, file));
  return logOver(file, stream, [...(await stream.read())]);
}

/** What a log holds, and what is torn behind it. */
export interface LogContent {
  readonly recorded: readonly Recorded[];
  readonly torn: LogError | null;
}

/**
 * Reads a log.
 * @throws LogError where it is not what was recorded.
 */
export async function readLogContent(terminal: Terminal, file: string): Promise<LogContent> {
  const place = placeOf(terminal, file);
  if (!place.database) return readLog(place.path);
  if (statSync(place.path, { throwIfNoEntry: false }) === undefined) throw new Mistake(`there is no file ${file}`);
  const stream = await openStream(place);
  try {
    const recorded = await stream.read();
    if (recorded.length > 0) return { recorded, torn: null };
    throw new Mistake(
      `there is no run ${place.stream} in ${place.shown}`,
      `name one of its streams: ${place.shown}#NAME`,
    );
  } finally {
    await stream.close();
  }
}

/** Reads the events of a log; a torn end is noted and left out. */
export async function readLogFile(terminal: Terminal, file: string): Promise<readonly Recorded[]> {
  const { recorded, torn } = await readLogContent(terminal, file);
  if (torn !== null) terminal.err.write(`${terminal.err.paint("yellow", "note:")} ${torn.message}\n`);
  return recorded;
}

function logOver(file: string, stream: Stream, recorded: Recorded[]): RunLog {
  return {
    file,
    recorded,
    async append(events) {
      recorded.push(...accepted(file, await stream.append({ expected: recorded.length, events })));
    },
    close: () => stream.close(),
  };
}

function accepted(file: string, result: AppendResult): readonly Recorded[] {
  if ("appended" in result) return result.appended;
  const actual = "conflict" in result ? result.conflict.actual : "other";
  throw new Mistake(
    `another program writes to ${file}: it holds ${actual} events that were not there before; nothing of ours is lost`,
    `to go on from where it stands now: demarche play ${file}`,
  );
}

function taken(file: string): Mistake {
  return new Mistake(
    `${file} is there already, and a log is never overwritten`,
    `choose another name; to go on with the run in it: demarche play ${file}`,
  );
}

interface LogPlace {
  readonly path: string;
  readonly shown: string;
  readonly stream: string;
  readonly database: boolean;
}

/** `a.jsonl` is a file; `a.sqlite#NAME` a stream in a database, by default `run`. */
function placeOf({ directory }: Terminal, asked: string): LogPlace {
  const [, base = asked, stream = "run"] = /^(.*\.(?:sqlite|db))(?:#(.+))?$/.exec(asked) ?? [];
  const database = /\.(sqlite|db)$/.test(base);
  const whole = resolve(directory, base);
  // Messages name files as people do.
  const short = relative(process.cwd(), whole);
  return { path: short === "" || short.startsWith("..") ? whole : short, shown: base, stream, database };
}

async function openStream({ path, stream, database }: LogPlace): Promise<Stream> {
  if (!database) {
    const file = new LogFile(path, runEventForm);
    return {
      append: (request) => Promise.resolve(file.append(request)),
      read: () => Promise.resolve(file.read().recorded),
      close: () => Promise.resolve(file.close()),
    };
  }
  const { sqliteStore } = await import("../log/sqliteStore.ts");
  const store = sqliteStore(path, runEventForm);
  return {
    append: (request) => store.append(stream, request),
    read: () => store.read(stream),
    close: () => store.close(),
  };
}
