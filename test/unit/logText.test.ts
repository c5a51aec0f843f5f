import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { extendChain, verifyChain } from "../../src/log/chain.ts";
import { LogError } from "../../src/log/logError.ts";
import { LogFile, platformHash, readLog } from "../../src/log/logFile.ts";
import { LogText, printLines } from "../../src/log/logText.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { everyEvent, held, started } from "./exampleRun.ts";

const golden = new URL("../golden/logs/version-2.jsonl", import.meta.url).pathname;
const bytes = readFileSync(golden);
const folder = mkdtempSync(join(tmpdir(), "demarche log "));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

/** A file of these contents. */
function fileOf(contents: string | Uint8Array): string {
  const path = join(folder, `${files++}.jsonl`);
  writeFileSync(path, contents);
  return path;
}

/** What reading some contents complains of, or null. */
function complaint(contents: string | Uint8Array): LogError | null {
  const path = fileOf(contents);
  try {
    return readLog(path).torn;
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  } finally {
    rmSync(path);
  }
}

function read(contents: Uint8Array): LogText {
  const text = new LogText({ file: "x", form: runEventForm, hash: platformHash });
  text.read(contents);
  return text;
}

const lines = bytes.toString().split(/(?<=\n)/);
const eventsOf = (text: string): unknown[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { event: unknown }).event]));

test("a log is read as it was written", () => {
  const { recorded, torn } = readLog(golden);
  expect(torn).toBeNull();
  expect(recorded.map(({ event }) => event)).toEqual(everyEvent);
  expect(verifyChain(recorded)).toBeNull();
});

test("every byte of every event, position and digest is guarded: changing it names that event or one before it", () => {
  const decoder = new TextDecoder();
  let start = 0;
  let unguarded = 0;
  for (const [index, line] of lines.entries()) {
    const length = Buffer.byteLength(line);
    const beside = /,"more":\d+|,"key":.*?,"command":"[0-9a-f]+"|,"time":"[^"]*"/g;
    const outside = [...line.matchAll(beside)].map((match) => [match.index, match.index + match[0].length] as const);
    for (let offset = 0; offset < length; offset += offset > length - 4 || offset % 5 === 0 ? 1 : 3) {
      if (outside.some(([from, to]) => offset >= from && offset < to)) {
        unguarded++;
        continue;
      }
      const altered = Uint8Array.from(bytes);
      altered[start + offset] = (altered[start + offset] ?? 0) ^ 1;
      let error: unknown = null;
      try {
        error = read(altered).torn;
      } catch (thrown) {
        error = thrown;
      }
      if (!(error instanceof LogError)) {
        throw new Error(`byte ${offset} of line ${index + 1} can be changed: ${decoder.decode(altered)}`);
      }
      // Where the end of a line is lost, its append is no more; where the first line begins otherwise, it is no log.
      if (error.reason === "broken") expect(error.place.line).toBe(index + 1);
    }
    start += length;
  }
  expect(unguarded).toBeLessThan(bytes.length / 4);
});

test("an altered event is named by position, type, file and line", () => {
  const altered = bytes.toString().replace("reassure", "threaten");
  const path = fileOf(altered);
  expect(() => readLog(path)).toThrow(`${path}:8: event 7 (MovesMade) is not what was recorded`);
  expect(complaint(altered)).toMatchObject({ reason: "broken", place: { line: 8, position: 7 } });
});

test("wherever a log is cut, it is read up to its last whole append, and the cut is reported", () => {
  for (let length = 1; length < bytes.length; length++) {
    const text = read(bytes.subarray(0, length));
    const kept = bytes.subarray(0, text.end).toString();
    expect(text.recorded).toHaveLength(eventsOf(kept).length);
    expect(text.torn === null).toBe(text.end === length);
    if (text.torn !== null) expect(text.torn.reason).toBe("torn");
    // The third and fourth event were appended together: neither is there without the other.
    expect(text.recorded.length).not.toBe(3);
  }
});

test("a log that grows is read on from where it was read before, however it was cut", () => {
  for (let length = 0; length <= bytes.length; length += 13) {
    const text = new LogText({ file: "x", form: runEventForm, hash: platformHash });
    text.read(bytes.subarray(0, length));
    text.read(bytes.subarray(text.end));
    expect(text.recorded.map(({ event }) => event)).toEqual(everyEvent);
    expect(text.end).toBe(bytes.length);
    expect(text.torn).toBeNull();
    expect([...text.keys]).toEqual([["seat 3, 17", { first: 1, count: 1, command: "a".repeat(64) }]]);
  }
});

test("the next append cuts a torn end off", () => {
  const path = fileOf(bytes.subarray(0, bytes.length - 9));
  const file = new LogFile(path, runEventForm);
  expect(file.read().torn?.message).toContain("in the middle of an append");
  const next = file.read().recorded.length;
  expect(file.append({ expected: next, events: [held(4), held(5)] })).toMatchObject({ repeated: false });
  file.close();
  const { recorded, torn } = readLog(path);
  expect(torn).toBeNull();
  expect(recorded.map(({ event }) => event)).toEqual([...everyEvent.slice(0, -1), held(4), held(5)]);
});

describe("what is no whole log says so", () => {
  const swapped = [...lines.slice(0, 4), lines[5], lines[4], ...lines.slice(6)].join("");
  const pair = printLines(extendChain(undefined, [started, held(0), held(1)]), {});
  test.each([
    ["nothing", "", "empty", "the file is empty"],
    ["another text", "title: a scenario\n", "not a log", "not a log of Demarche"],
    ["an unended text", "hello", "not a log", "not a log of Demarche"],
    ["JSON of something else", '{"a": 1}\n', "not a log", "not a log of Demarche"],
    ["a byte order mark", `\ufeff${lines.join("")}`, "not a log", "not a log of Demarche"],
    ["bytes of an image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), "not a log", "not a log"],
    ["zeros", new Uint8Array(4096), "not a log", "not a log"],
    ["events in another order", swapped, "broken", "event 5 stands where event 4 belongs"],
    ["an event left out", lines.toSpliced(6, 1).join(""), "broken", "event 7 stands where event 6 belongs"],
    [
      "an event twice",
      lines.toSpliced(6, 0, lines[5] ?? "").join(""),
      "broken",
      "event 5 stands where event 6 belongs",
    ],
    ["the beginning missing", lines.slice(1).join(""), "broken", "event 1 stands where event 0 belongs"],
    ["bytes that are not UTF-8", Buffer.concat([bytes, Uint8Array.of(0xff, 0x0a)]), "broken", "not UTF-8"],
    ["an empty line", `${lines.join("")}\n`, "broken", "line 12 is not written as events are"],
    ["carriage returns", lines.join("").replaceAll("\n", "\r\n"), "broken", "a program has rewritten this file"],
    ["an append within another", pair.replace(',"more":1', ""), "broken", "does not belong to the append before it"],
    ["a cut first line", bytes.subarray(0, 50), "torn", "ends before position 0"],
  ] as const)("%s", (_, contents, reason, message) => {
    const found = complaint(contents);
    expect(found?.reason).toBe(reason);
    expect(found?.message).toContain(message);
  });

  test("no file, and a folder", () => {
    expect(() => readLog(join(folder, "none.jsonl"))).toThrow("there is no such file");
    expect(() => readLog(folder)).toThrow("it is a folder");
  });

  test("a file that is no log is never cut or appended to", () => {
    for (const contents of ["my only copy", "title: a scenario\n", "\0\0\0\0"]) {
      const path = fileOf(contents);
      const file = new LogFile(path, runEventForm);
      expect(() => file.append({ expected: 0, events: [started] })).toThrow("not a log");
      file.close();
      expect(readFileSync(path, "utf8")).toBe(contents);
    }
  });
});

test("a log that was altered while it was open is noticed before the next append", () => {
  const path = fileOf("");
  const file = new LogFile(path, runEventForm);
  file.append({ expected: 0, events: [started, held(0)] });
  writeFileSync(path, readFileSync(path, "utf8").replace("default", "defiant"));
  expect(() => file.append({ expected: 2, events: [held(1)] })).toThrow(
    "event 0 (RunStarted) is not what was recorded",
  );
  file.close();
});

test("a log that was replaced while it was open is read anew", () => {
  const path = fileOf("");
  const file = new LogFile(path, runEventForm);
  file.append({ expected: 0, events: [started, held(0)] });
  rmSync(path);
  expect(file.read().recorded).toEqual([]);
  writeFileSync(path, bytes);
  expect(file.read().recorded).toHaveLength(everyEvent.length);
  file.close();
});

test("what stands beside an event is written outside its digest", () => {
  const recorded = extendChain(undefined, [started]);
  const plain = printLines(recorded, {});
  const dated = printLines(recorded, { time: "2022-01-26T12:00:00Z", key: "k", command: "c".repeat(64) });
  expect(dated).not.toBe(plain);
  expect(read(Buffer.from(dated)).recorded).toEqual(read(Buffer.from(plain)).recorded);
});
