/**
 * Drives a run to its end from the command line, where Ctrl-C ends the command.
 */
import { type Drive, drive } from "../log/drive.ts";
import { Interrupted } from "./terminal.ts";

/**
 * Drives a run to its end.
 * @throws Interrupted at Ctrl-C, once everything is remembered.
 */
export async function driveRun(run: Drive): Promise<void> {
  if (await drive(run)) return;
  const { log } = run;
  const kept = log.file === null ? "" : `; ${log.file} holds the run up to position ${log.recorded.length - 1}`;
  throw new Interrupted(`interrupted${kept}`);
}
