/**
 * A log as text: JSON Lines, one event a line, in a form that can be handed around and read by eye.
 *
 * A line holds the event's position and digest, what stands beside it (recording time, idempotency key and the digest
 * of its command, and in `more` how many events of the same append follow), and last the event in canonical JSON; so the bytes that the digest
 * covers stand in the file as they were hashed. An append is in the log once its last line is ended by a line feed;
 * what stands after that is torn, is no event, and is cut off by the next append. Everything else that is not as it
 * was written is an error that names the line.
 */
import type { RunEvent } from "../engine/event.ts";
import { canonical, type Recorded, type StoredEvent } from "./chain.ts";
import type { KeyUse } from "./eventStore.ts";
import { LogError, type LogPlace } from "./logError.ts";
import { type ReadOptions, readBack, restore } from "./readBack.ts";

/** What is written beside the events of one append. */
export interface AppendMetadata {
  readonly key?: string;
  readonly command?: string;
  readonly time?: string;
}

/** The lines of one append, each ended. */
export function printLines<E extends StoredEvent>(appended: readonly Recorded<E>[], beside: AppendMetadata): string {
  const lines = appended.map(({ position, event, digest, stored }, index) => {
    const more = appended.length - 1 - index;
    return [
      `{"position":${position},"digest":"${digest}"`,
      more > 0 ? `,"more":${more}` : "",
      index === 0 && beside.key !== undefined ? `,"key":${JSON.stringify(beside.key)}` : "",
      index === 0 && beside.command !== undefined ? `,"command":"${beside.command}"` : "",
      beside.time === undefined ? "" : `,"time":"${beside.time}"`,
      `,"event":${stored ?? canonical(event)}}\n`,
    ].join("");
  });
  return lines.join("");
}

/** Everything of a line before its event: position, digest, more, key, command. */
const lineHead = new RegExp(
  [
    /^\{"position":(0|[1-9]\d{0,14}),"digest":"([0-9a-f]{64})"/,
    /(?:,"more":([1-9]\d{0,8}))?/,
    /(?:,"key":("(?:[^"\\]|\\.)*"),"command":"([0-9a-f]{64})")?/,
    /(?:,"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")?/,
    /,"event":(?=\{)/,
  ]
    .map(({ source }) => source)
    .join(""),
);

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lineFeed = 0x0a;

/** A log as far as it was read; `read` takes it further as its file grows. */
export class LogText<E extends StoredEvent = RunEvent> {
  readonly recorded: Recorded<E>[] = [];
  /** First use of each idempotency key. */
  readonly keys = new Map<string, KeyUse>();
  /** Number of bytes up to the end of the last whole append. */
  end = 0;
  /** What is torn behind the end, or null. */
  torn: LogError | null = null;
  readonly #reading: ReadOptions<E>;

  constructor(reading: ReadOptions<E>) {
    this.#reading = reading;
  }

  /**
   * Reads on: `bytes` are what the file holds from `end` to its end.
   * @throws LogError where anything but a torn end is not as it was written.
   */
  read(bytes: Uint8Array): void {
    this.torn = null;
    let pending: Recorded<E>[] = [];
    let use: { key: string; command: string } | null = null;
    let more = 0;
    let start = 0;
    let whole = 0;
    for (let stop = bytes.indexOf(lineFeed); stop >= 0; stop = bytes.indexOf(lineFeed, start)) {
      const position = this.recorded.length + pending.length;
      const place = { file: this.#reading.file, line: position + 1, position };
      const parts = this.#split(bytes.subarray(start, stop), place);
      if (pending.length > 0 && parts.more !== more - 1) throw broken("does not belong to the append before it", place);
      if (parts.key !== undefined && parts.command !== undefined) {
        use = { key: JSON.parse(parts.key) as string, command: parts.command };
      }
      more = parts.more;
      const found = { position: parts.position, digest: parts.digest, text: parts.event };
      pending.push(readBack(found, pending.at(-1) ?? this.recorded.at(-1), this.#reading, place.line));
      start = stop + 1;
      if (more > 0) continue;
      this.extend(pending, use, start - whole);
      pending = [];
      use = null;
      whole = start;
    }
    if (whole < bytes.length) this.torn = this.#tear(bytes.subarray(whole));
  }

  /** Takes in an append that was just written behind the end. */
  extend(
    appended: readonly Recorded<E>[],
    use: { readonly key: string; readonly command: string } | null,
    bytes: number,
  ): void {
    if (use !== null)
      this.keys.set(use.key, { first: this.recorded.length, count: appended.length, command: use.command });
    for (const recorded of appended) this.recorded.push(recorded);
    this.end += bytes;
    this.torn = null;
  }

  #split(line: Uint8Array, place: LogPlace): Parts {
    let text: string;
    try {
      text = decoder.decode(line);
    } catch {
      if (place.position === 0) throw notALog(place);
      throw broken("holds bytes that are not UTF-8", place);
    }
    const head = lineHead.exec(text);
    if (head !== null && text.endsWith("}}")) {
      const [whole, position, digest = "", more = 0, key, command] = head;
      return {
        position: Number(position),
        digest,
        more: Number(more),
        key,
        command,
        event: text.slice(whole.length, -1),
      };
    }
    if (text.endsWith("\r")) {
      const hint = "restore the file as it was written; in git, mark *.jsonl as -text";
      throw new LogError(
        "broken",
        "the line ends in a carriage return: a program has rewritten this file",
        place,
        hint,
      );
    }
    if (place.position === 0 && !beginsAsLog(text)) throw notALog(place);
    throw broken("is not written as events are", place);
  }

  #tear(rest: Uint8Array): LogError {
    const position = this.recorded.length;
    const place = { file: this.#reading.file, line: position + 1, position };
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(rest.subarray(0, 64));
    if (position === 0 && !beginsAsLog(text)) throw notALog({ file: this.#reading.file });
    const message =
      `the log breaks off in the middle of an append: its last ${rest.length} bytes are no whole event, ` +
      `so it ends before position ${position}`;
    const hint = "a writer was interrupted, or the file was cut; going on with the run cuts the rest off";
    return new LogError("torn", message, place, hint);
  }
}

interface Parts {
  readonly position: number;
  readonly digest: string;
  readonly more: number;
  readonly key: string | undefined;
  readonly command: string | undefined;
  readonly event: string;
}

const opening = '{"position":0,"digest":"';

/** Whether a text is the beginning of a log, or as much of it as is there. */
function beginsAsLog(text: string): boolean {
  return text.startsWith(opening) || opening.startsWith(text);
}

function broken(what: string, place: LogPlace): LogError {
  return new LogError(
    "broken",
    `line ${place.line} ${what}, so event ${place.position} cannot be read`,
    place,
    restore,
  );
}

function notALog({ file }: Pick<LogPlace, "file">): LogError {
  const hint = "a log is a file of JSON lines that `demarche run --log FILE` writes";
  return new LogError("not a log", "this is not a log of Demarche", { file }, hint);
}
