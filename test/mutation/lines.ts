/** Files of one JSON value a line, to which a run adds as it goes: what was found stays when the run is stopped. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The values of a file in the order of writing; none where there is no file. Written by this program, so trusted. */
export function readLines<T>(path: string): readonly T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line): T => JSON.parse(line));
}

/** Adds one value to a file. */
export function writeLine(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(value)}\n`);
}
