/**
 * One stream in one file of JSON lines: written so that it survives, read so that it is believed.
 *
 * An append is one write behind the end followed by a flush to the medium, under a lock that keeps other writers out;
 * whoever gets the lock first reads what others appended, so a stale expectation is seen. Where writing fails, what was
 * written of it is cut off again. Several processes may read and write one file.
 */
import { hash } from "node:crypto";
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RunEvent } from "../engine/event.ts";
import { extendChain, type Hash, type Recorded, type StoredEvent } from "./chain.ts";
import { type Append, type AppendResult, commandDigest, judgeAppend } from "./eventStore.ts";
import { FileLock } from "./fileLock.ts";
import { LogError, platformError } from "./logError.ts";
import { LogText, printLines } from "./logText.ts";
import { type EventForm, runEventForm } from "./schema.ts";

/** The platform's SHA-256, several times faster than plain JavaScript. */
export const platformHash: Hash = (text) => hash("sha256", text, "hex");

export interface LogFileOptions {
  /** The time that is written beside events, in ISO 8601 and UTC; without it, none is. */
  readonly now?: () => string;
  /**
   * Whether an append returns only once it is on the medium (the default). Else it survives the death of the process,
   * but the last appends may be lost when the machine stops.
   */
  readonly durable?: boolean;
  /** Whether a file that is made is its owner's alone; else the process's umask decides. */
  readonly isPrivate?: boolean;
}

/** A log file as it was when last looked at. */
interface Seen {
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
}

export class LogFile<E extends StoredEvent = RunEvent> {
  readonly path: string;
  readonly #form: EventForm<E>;
  readonly #options: LogFileOptions;
  #text: LogText<E>;
  #seen: Seen | null = null;
  #lock: FileLock | null = null;

  /** Nothing is read or created yet. A file that is not there is an empty stream. */
  constructor(path: string, form: EventForm<E>, options: LogFileOptions = {}) {
    this.path = path;
    this.#form = form;
    this.#options = options;
    this.#text = this.#blank();
  }

  /** What the file holds now, and what is torn behind it. Throws `LogError`. */
  read(): LogReading<E> {
    try {
      this.#refresh();
    } catch (error) {
      throw platformError(error, this.path, "read");
    }
    const { recorded, torn } = this.#text;
    return { recorded, torn };
  }

  /** Appends as the contract of stores says. Throws `LogError`. */
  append(request: Append<E>): AppendResult<E> {
    try {
      this.#lock ??= new FileLock(realFile(this.path));
      return this.#lock.hold(() => this.#appendLocked(request));
    } catch (error) {
      throw platformError(error, this.path, "write");
    }
  }

  close(): void {
    this.#lock?.close();
    this.#lock = null;
  }

  #blank(): LogText<E> {
    return new LogText({ file: this.path, form: this.#form, hash: platformHash });
  }

  #appendLocked(request: Append<E>): AppendResult<E> {
    this.#refresh();
    const { recorded, keys } = this.#text;
    const { key, prefix = [], events } = request;
    const command = key === undefined ? "" : commandDigest(request.command, platformHash);
    const judged = judgeAppend(request, recorded.length, (key === undefined ? null : keys.get(key)) ?? null, command);
    if (judged !== "new") {
      if (!("repeats" in judged)) return judged;
      const { first, count } = judged.repeats;
      return { appended: recorded.slice(first, first + count), repeated: true };
    }
    const appended = [...prefix, ...extendChain(prefix.at(-1) ?? recorded.at(-1), events, platformHash)];
    const time = this.#options.now?.();
    const beside = { ...(key === undefined ? {} : { key, command }), ...(time === undefined ? {} : { time }) };
    const bytes = Buffer.from(printLines(appended, beside));
    this.#write(bytes);
    this.#text.extend(appended, key === undefined ? null : { key, command }, bytes.length);
    return { appended, repeated: false };
  }

  #write(bytes: Uint8Array): void {
    const { end, torn } = this.#text;
    const durable = this.#options.durable ?? true;
    const file = openSync(this.path, "a", this.#options.isPrivate === true ? 0o600 : 0o666);
    try {
      if (torn !== null) ftruncateSync(file, end);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      if (durable) fdatasyncSync(file);
      if (durable && end === 0) syncFolder(this.path);
      this.#seen = seenOf(file);
    } catch (error) {
      // A whole append must not stay behind unacknowledged; if even this fails, its torn rest is known as such.
      this.#forget();
      try {
        ftruncateSync(file, end);
        fdatasyncSync(file);
      } catch {}
      throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Reads what is new in the file, or all of it where it is not the file that was read before. */
  #refresh(): void {
    let file: number;
    try {
      file = openSync(this.path, constants.O_RDONLY);
    } catch (error) {
      this.#forget();
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
      throw error;
    }
    try {
      const seen = seenOf(file);
      const before = this.#seen;
      const same = before !== null && before.inode === seen.inode;
      if (same && before.size === seen.size && before.modified === seen.modified) return;
      if (!same || seen.size <= before.size) this.#forget();
      this.#text.read(readFrom(file, this.#text.end));
      this.#seen = seen;
    } catch (error) {
      this.#forget();
      throw error;
    } finally {
      closeSync(file);
    }
  }

  #forget(): void {
    this.#text = this.#blank();
    this.#seen = null;
  }
}

/** What a log holds. */
export interface LogReading<E extends StoredEvent = RunEvent> {
  readonly recorded: readonly Recorded<E>[];
  /** Says that the end of the log is torn, and where; the events before it are whole. Null: it is not. */
  readonly torn: LogError | null;
}

/**
 * Reads the log of a run.
 * @throws LogError where there is none, or where it is not what was recorded; a torn end alone is not thrown.
 */
export function readLog(path: string): LogReading {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw platformError(error, path, "read");
  }
  if (bytes.length === 0) throw new LogError("empty", "the file is empty: no run was remembered in it", { file: path });
  const text = new LogText({ file: path, form: runEventForm, hash: platformHash });
  text.read(bytes);
  if (text.recorded.length === 0 && text.torn !== null) throw text.torn;
  return { recorded: text.recorded, torn: text.torn };
}

function seenOf(file: number): Seen {
  const { ino: inode, size, mtimeNs: modified } = fstatSync(file, { bigint: true });
  return { inode, size, modified };
}

/** The bytes of a file from one on, to its end. */
function readFrom(file: number, start: number): Uint8Array {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - start));
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, start + length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

/** Makes sure that a new file is found again after the machine stopped. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The file behind links, so that all who write it meet at one lock. */
function realFile(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}
