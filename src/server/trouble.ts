/**
 * What went wrong in the server, in one line for whoever runs it. Nobody else is told more than that it failed.
 */
import { Mistake } from "../scenario/mistake.ts";

/** Longest line, in characters. */
const longest = 500;

/** Writes one line to the server's log: what could not be done, why, and where in Demarche that was if it is our fault. */
export function logTrouble(what: string, error: unknown): void {
  process.stderr.write(`${troubleText(what, error)}\n`);
}

/** The line for a trouble. */
export function troubleText(what: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const where = error instanceof Mistake || !(error instanceof Error) ? null : placeOf(error);
  // Line breaks of a message would look like lines of their own.
  return `${what}: ${message}${where === null ? "" : ` (${where})`}`
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .slice(0, longest);
}

/** File and line where an error was thrown, without the path of the machine. */
function placeOf({ stack = "" }: Error): string | null {
  return /((?:[\w.-]+\/)?[\w.-]+\.[jt]s:\d+):\d+/.exec(stack)?.[1] ?? null;
}
