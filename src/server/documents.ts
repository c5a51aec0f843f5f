/**
 * Documents that are edited in the page: read with a version, saved only over the version that was read.
 *
 * Only the served folder is ever written to, under the name of a scenario's id; what came with Demarche stays as it
 * is, and an edited copy beside it takes its place. A write is whole or not at all.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Mistake } from "../scenario/mistake.ts";

/** A document as it was saved. */
export interface Saved {
  readonly version: string;
}

/** Somebody else saved another version meanwhile. */
export interface Conflict {
  /** What lies there now. */
  readonly text: string;
  readonly version: string;
}

/** The version of a text: what its bytes are called by. */
export function versionOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Saves a document into the served folder.
 * @param base the version that was edited: of the file there, or of what came with Demarche.
 * @param library the text that the library gives now.
 * @throws Mistake where it cannot be written.
 */
export function saveDocument(
  folder: string,
  id: string,
  { text, base, library }: { readonly text: string; readonly base: string; readonly library: string | null },
): Saved | Conflict {
  if (!/^[a-z][a-z0-9_-]{0,79}$/.test(id)) throw new Mistake(`${id} cannot be the name of a scenario's file`);
  const path = join(folder, `${id}.yaml`);
  const present = existsSync(path) ? readFileSync(path, "utf8") : library;
  if (present !== null && versionOf(present) !== base) return { text: present, version: versionOf(present) };
  const draft = join(folder, `.${id}.yaml.new`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(draft, "w");
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Mistake(`${id}.yaml cannot be written (${code})`, "the draft is kept in this browser");
  }
  return { version: versionOf(text) };
}
