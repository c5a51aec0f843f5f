/**
 * What can be wrong with a log or its store: said in plain words, with the place and what to do.
 *
 * The log itself is valid after each of these: what was acknowledged is still there, what was refused left no trace.
 */
import { Mistake } from "../scenario/mistake.ts";

export type LogReason =
  /** There is no such file. */
  | "missing"
  /** There is a file, but no event in it. */
  | "empty"
  /** The file is something else. */
  | "not a log"
  /** Its end was never written: at most events that nobody was told of are missing. */
  | "torn"
  /** Events were changed, removed, inserted or moved. */
  | "broken"
  /** Written by a newer Demarche. */
  | "newer"
  /** An intact event that means nothing to us. */
  | "invalid"
  /** A stream name that this store cannot take. */
  | "bad name"
  | "disk full"
  /** Another writer did not let go in time. */
  | "busy"
  /** The platform refused to read or write. */
  | "inaccessible";

/** Where in a log. */
export interface LogPlace {
  readonly file: string | null;
  /** Counts from 1. */
  readonly line: number | null;
  readonly position: number | null;
}

export class LogError extends Mistake {
  readonly reason: LogReason;
  readonly place: LogPlace;

  constructor(reason: LogReason, message: string, place: Partial<LogPlace> = {}, hint: string | null = null) {
    const { file = null, line = null, position = null } = place;
    super(`${file === null ? "" : line === null ? `${file}: ` : `${file}:${line}: `}${message}`, hint);
    this.name = "LogError";
    this.reason = reason;
    this.place = { file, line, position };
  }
}

/** SQLite's primary result codes that a person can do something about. */
const sqliteBusy = 5;
const sqliteReadOnly = 8;
const sqliteFull = 13;
const sqliteCannotOpen = 14;
const sqliteNotDatabase = 26;

/** What the platform or SQLite complained about, in plain words. An error that neither of them raised stays as it is. */
export function platformError(error: unknown, file: string, doing: "read" | "write"): unknown {
  if (!(error instanceof Error) || error instanceof LogError || !("code" in error)) return error;
  const code = String(error.code);
  const sqlite = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : null;
  if (code === "ENOSPC" || code === "EDQUOT" || sqlite === sqliteFull) {
    const message = "there is no space left to write to; nothing of this step was remembered";
    return new LogError("disk full", message, { file }, "free some space and go on: everything before is safe");
  }
  if (sqlite === sqliteBusy) {
    const hint = "wait for it to finish, or end it; then try again";
    return new LogError("busy", "another program is writing and did not let go in time", { file }, hint);
  }
  if (sqlite === sqliteNotDatabase) return new LogError("not a log", "this is not a database of Demarche", { file });
  if (sqlite === sqliteReadOnly || sqlite === sqliteCannotOpen) {
    const message = `cannot ${doing} it: it or its folder may not be written to`;
    return new LogError("inaccessible", message, { file }, "choose another folder, or check the permissions");
  }
  if (code === "ENOENT") {
    const message = doing === "read" ? "there is no such file" : "the folder it should be written to does not exist";
    return new LogError("missing", message, { file });
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "permission was denied",
    EPERM: "permission was denied",
    EROFS: "it lies on a medium that cannot be written to",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of its path is not a folder",
    EIO: "the medium failed",
    EMFILE: "too many files are open",
  };
  return new LogError("inaccessible", `cannot ${doing} it: ${reasons[code] ?? error.message}`, { file });
}
