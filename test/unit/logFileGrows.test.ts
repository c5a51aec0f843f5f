/**
 * A log file that others change while it is open: whatever came of it, it is read as if it were opened anew.
 */
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { LogFile, readLog } from "../../src/log/logFile.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { held, started } from "./exampleRun.ts";

const folder = mkdtempSync(join(tmpdir(), "demarche grows "));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "run.jsonl");
const other = join(folder, "other.jsonl");

let file: LogFile;
beforeEach(() => {
  rmSync(path, { force: true });
  file = new LogFile(path, runEventForm);
  file.append({ expected: 0, events: [started, held(0)] });
  return () => file.close();
});

test("a single byte behind the end is a torn end", () => {
  expect(file.read().torn).toBeNull();
  appendFileSync(path, "{");
  expect(readLog(path).torn).toMatchObject({ reason: "torn" });
  expect(file.read().torn).toEqual(readLog(path).torn);
});

test("an empty line is no event", () => {
  appendFileSync(path, "\n");
  expect(() => readLog(path)).toThrow("line 3 is not written as events are");
  expect(() => file.read()).toThrow("line 3 is not written as events are");
});

test("a longer log that takes the place of a shorter one is read from its beginning", () => {
  rmSync(other, { force: true });
  const longer = new LogFile(other, runEventForm);
  longer.append({ expected: 0, events: [{ ...started, seed: "another" }, held(3), held(4), held(5)] });
  longer.close();
  renameSync(other, path);
  expect(file.read().recorded.map(({ event }) => event)).toEqual([
    { ...started, seed: "another" },
    ...[held(3), held(4), held(5)],
  ]);
});

test("what was read stays as it is while the file grows", () => {
  const [first] = file.read().recorded;
  const writer = new LogFile(path, runEventForm);
  writer.append({ expected: 2, events: [held(1)] });
  writer.close();
  const { recorded } = file.read();
  expect(recorded.map(({ event }) => event)).toEqual([started, held(0), held(1)]);
  expect(recorded[0]).toBe(first);
});

test("a file that is emptied holds nothing", () => {
  writeFileSync(path, "");
  expect(file.read()).toEqual({ recorded: [], torn: null });
});
