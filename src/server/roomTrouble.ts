/**
 * What is wrong with a room that cannot be taken up: a sentence, and what can be done about it.
 *
 * Its data stay as they are. A server that meets such a room serves all others.
 */
import { LogError } from "../log/logError.ts";
import { Mistake } from "../scenario/mistake.ts";

/** What to do, as the pages say it in the reader's language. */
export type Remedy =
  /** Written by a newer Demarche: open it with that one. */
  | "newer version"
  /** This version reads the room's scenario otherwise than the one that opened it. */
  | "older version"
  /** Events are missing or were altered: restore the data folder from a copy. */
  | "restore"
  /** A fault of Demarche itself. */
  | "report";

export interface RoomTrouble {
  readonly code: string;
  /** What is wrong, in a sentence. */
  readonly why: string;
  readonly remedy: Remedy;
  /** What can be done, in a sentence. */
  readonly advice: string;
}

const advices: Readonly<Record<Remedy, string>> = {
  "newer version": "its data are kept; open this folder with the version of Demarche that wrote it, or a later one",
  "older version": "its data are kept; open this folder with the version of Demarche that opened the class",
  restore: "its data are kept; save what is left from the teacher's page, and restore the folder from a copy to go on",
  report: "its data are kept; please report this as a fault of Demarche",
};

/** What an error that came up with a room says about it. */
export function troubleWith(code: string, error: unknown): RoomTrouble {
  const remedy = remedyFor(error);
  const why = error instanceof Error ? error.message : String(error);
  return { code, why, remedy, advice: advices[remedy] };
}

function remedyFor(error: unknown): Remedy {
  if (error instanceof LogError) return error.reason === "newer" ? "newer version" : "restore";
  return error instanceof Mistake ? "older version" : "report";
}
