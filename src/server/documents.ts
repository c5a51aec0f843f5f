/**
 * Documents that are edited in the page: read with a version, saved only over the version that was read.
 *
 * Only the served folder is ever written to, under the name of a scenario's id; what came with Demarche stays as it
 * is, and an edited copy beside it takes its place. A write is whole or not at all.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Mistake } from "../scenario/mistake.ts";
import { makePrivateFolder, writePrivate, writeWhole } from "./privateFiles.ts";

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
  nameOfFile(id);
  const path = join(folder, `${id}.yaml`);
  const present = presentAt(path) ?? library;
  if (present !== null && versionOf(present) !== base) return { text: present, version: versionOf(present) };
  writing(`${id}.yaml`, () => {
    mkdirSync(folder, { recursive: true });
    writeWhole(path, text);
  });
  return { version: versionOf(text) };
}

/** What was typed and not saved: the text, and the version that it began from. */
export interface Draft {
  readonly text: string;
  readonly base: string;
}

const draftForm = z.object({ text: z.string(), base: z.string() });

/** Keeps a draft, private as everything in the data folder, so that neither a closed page nor a stopped server loses it. */
export function keepDraft(folder: string, id: string, { text, base }: Draft): void {
  nameOfFile(id);
  writing(`${id}.json`, () => {
    makePrivateFolder(folder);
    writePrivate(join(folder, `${id}.json`), JSON.stringify({ text, base }));
  });
}

/** The draft of a document; null where there is none. */
export function draftOf(folder: string, id: string): Draft | null {
  nameOfFile(id);
  try {
    return draftForm.parse(JSON.parse(readFileSync(join(folder, `${id}.json`), "utf8")));
  } catch {
    return null;
  }
}

/** Lets go of a draft that was saved or is not wanted. */
export function dropDraft(folder: string, id: string): void {
  nameOfFile(id);
  rmSync(join(folder, `${id}.json`), { force: true });
}

/** What lies there now; null where nothing does. */
function presentAt(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ENOENT") return null;
    throw new Mistake(`what lies at ${path} cannot be read (${code}), so it is not overwritten`, "move it away first");
  }
}

function nameOfFile(id: string): void {
  if (!/^[a-z][a-z0-9_-]{0,79}$/.test(id)) throw new Mistake(`${id} cannot be the name of a scenario's file`);
}

/** Says in plain words where a file could not be written. */
function writing(name: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Mistake(`${name} cannot be written (${code})`, "the page still has the text; download it from there");
  }
}
