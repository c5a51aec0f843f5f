/**
 * Files that a command leaves behind beside logs: pages, exports, new scenarios.
 *
 * Whether a file can be written is found out before the work begins, not after.
 */
import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { RunResult } from "../engine/observer.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { chroniclePage } from "../report/chroniclePage.ts";
import { Mistake } from "../scenario/mistake.ts";
import { chronicleOf, namesOf, type Story } from "./story.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Makes sure that a file can be written.
 * @throws Mistake where it cannot.
 */
export function checkWritable(terminal: Terminal, file: string): void {
  const path = resolve(terminal.directory, file);
  const folder = dirname(path);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new Mistake(`${file} is a folder, so it cannot be written as a file`);
  }
  if (!existsSync(folder)) throw new Mistake(`${file} cannot be written: there is no folder ${dirname(file)}`);
  try {
    accessSync(existsSync(path) ? path : folder, constants.W_OK);
  } catch {
    throw new Mistake(`${file} cannot be written: permission denied`);
  }
}

/**
 * Writes a file.
 * @throws Mistake where the system refuses.
 */
export function writeOutput(terminal: Terminal, file: string, text: string): void {
  try {
    writeFileSync(resolve(terminal.directory, file), text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const reason = code === "ENOSPC" ? "the disk is full" : code === "EACCES" ? "permission denied" : code;
    throw new Mistake(`${file} cannot be written: ${reason}`);
  }
}

/** Writes a run's chronicle as a page. */
export function writePage(terminal: Terminal, file: string, story: Story, result: RunResult): void {
  const { document, replication, variant, model } = startOf(story.events);
  const naming = namesOf(story);
  const page = chroniclePage({
    chronicle: chronicleOf(story),
    naming,
    scenario: document.id,
    model,
    seed: story.viewer === null ? lastSeed(story.events) : null,
    replication,
    variant,
    viewer: story.viewer,
    result,
  });
  writeOutput(terminal, file, page);
  terminal.err.write(`wrote ${file}\n`);
}
