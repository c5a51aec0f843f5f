/**
 * Files that a command leaves behind beside logs: pages, exports, new scenarios.
 *
 * Whether a file can be written is found out before the work begins, not after.
 */
import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { RunResult } from "../engine/observer.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { chroniclePage } from "../report/chroniclePage.ts";
import { Mistake } from "../scenario/mistake.ts";
import { chronicleOf, namesOf, type PrintedRun, wordsIn } from "./runChronicle.ts";
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
  // Only opening it tells; what was not there before is taken away again.
  const existed = existsSync(path);
  writing(file, () => closeSync(openSync(path, "a")));
  if (!existed) rmSync(path);
}

/**
 * Writes a file.
 * @throws Mistake where the system refuses.
 */
export function writeOutput(terminal: Terminal, file: string, text: string): void {
  writing(file, () => writeFileSync(resolve(terminal.directory, file), text));
}

const refusals: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk can only be read",
  ENOENT: "its folder takes no files",
};

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Mistake(`${file} cannot be written: ${refusals[code] ?? code}`);
  }
}

/** Writes a run's chronicle as a page. */
export function writePage(terminal: Terminal, file: string, run: PrintedRun, result: RunResult): void {
  const { document, replication, variant, model } = startOf(run.events);
  const naming = namesOf(run);
  const page = chroniclePage({
    chronicle: chronicleOf(run),
    naming,
    scenario: document.id,
    model,
    seed: run.viewer === null ? lastSeed(run.events) : null,
    replication,
    variant,
    viewer: run.viewer,
    result,
    words: wordsIn(run.texts),
  });
  writeOutput(terminal, file, page);
  terminal.err.write(`wrote ${file}\n`);
}
