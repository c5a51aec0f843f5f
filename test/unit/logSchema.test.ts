import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/engine/event.ts";
import { canonical, extendChain, verifyChain } from "../../src/log/chain.ts";
import { LogError } from "../../src/log/logError.ts";
import { readLog } from "../../src/log/logFile.ts";
import { printLines } from "../../src/log/logText.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { presentVersions } from "../../src/log/upcast.ts";
import { everyEvent, held, started } from "./exampleRun.ts";

const golden = (name: string): string => new URL(`../golden/logs/${name}`, import.meta.url).pathname;

function refusal(stored: unknown): LogError {
  try {
    runEventForm(stored);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
  throw new Error("it was taken for an event");
}

test("the example run has an event of every type there is", () => {
  expect(everyEvent.map(({ type }) => type).sort()).toEqual(Object.keys(presentVersions).sort());
});

test.each(everyEvent.map((event) => [event.type, event] as const))("%s is read as it was written", (_, event) => {
  expect(runEventForm(JSON.parse(JSON.stringify(event)))).toEqual(event);
});

test("an unknown field is refused in every event and in every part of one", () => {
  let parts = 0;
  const visit = (whole: RunEvent, part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if (!Array.isArray(part)) {
      Object.assign(part, { surprise: [] });
      parts++;
      expect(refusal(whole).reason).toBe("invalid");
      Reflect.deleteProperty(part, "surprise");
    }
    for (const child of Object.values(part)) visit(whole, child);
  };
  for (const event of everyEvent) {
    const copy = structuredClone(event);
    visit(copy, copy);
    expect(runEventForm(copy)).toEqual(event);
  }
  expect(parts).toBeGreaterThan(30);
});

test("a missing field is refused and named", () => {
  for (const event of everyEvent) {
    for (const field of Object.keys(event)) {
      if (field === "type" || field === "version") continue;
      const { [field]: _, ...rest } = event as unknown as Record<string, unknown>;
      expect(refusal(rest).message).toContain(`at ${field}`);
    }
  }
});

describe("what cannot be understood is told apart", () => {
  test.each([
    ["no object", 3, "invalid", "it has no type and version"],
    ["no version", { type: "TurnHeld" }, "invalid", "it has no type and version"],
    ["a later version", { ...held(0), version: 2 }, "newer", "TurnHeld has version 2"],
    ["a type of a later version", { type: "TreatySigned", version: 1 }, "newer", "TreatySigned is no event"],
    ["a type that objects inherit", { type: "constructor", version: 0 }, "newer", "constructor is no event"],
    ["a version that never was", { ...started, version: 0 }, "invalid", "RunStarted never had version 0"],
    ["later semantics", { ...started, semantics: 3 }, "newer", "made under semantics 3"],
    ["a number beyond doubles", { ...held(0), changes: { round: Infinity } }, "invalid", "at changes.round"],
    ["a value of another type", { ...held(0), actor: 7 }, "invalid", "at actor"],
  ])("%s", (_, stored, reason, message) => {
    expect(refusal(stored)).toMatchObject({ reason, message: expect.stringContaining(message) });
  });
});

test("a log of the pre-release form is read in the present form, under the digests it always had", () => {
  const { recorded, torn } = readLog(golden("version-0.jsonl"));
  expect(torn).toBeNull();
  expect(recorded.map(({ event }) => event)).toEqual([
    { ...started, semantics: 1 },
    { type: "TurnHeld", version: 1, actor: "usa", chosen: "draw", changes: { cursor: "turn:russia" } },
    { type: "TurnHeld", version: 1, actor: "russia", chosen: "person", changes: { cursor: "tick" } },
    everyEvent.at(-1),
  ]);
  expect(recorded.at(-1)?.digest).toBe("a049e64f9e2847db7042d95eb03d54db197481934dab61a5b49f17083b6ddba4");
  expect(verifyChain(recorded)).toBeNull();
});

test("events in an old form are copied in that form, so a fork of an old log verifies", () => {
  const { recorded } = readLog(golden("version-0.jsonl"));
  expect(printLines(recorded.slice(0, 1), {}) + printLines(recorded.slice(1, 2), {})).toBe(
    readFileSync(golden("version-0.jsonl"), "utf8").split("\n").slice(0, 2).join("\n").concat("\n"),
  );
});

test("a log of the first release is read in the present form, under the digests it always had", () => {
  const { recorded, torn } = readLog(golden("version-1.jsonl"));
  expect(torn).toBeNull();
  expect(recorded.map(({ event }) => event)).toEqual(
    everyEvent.map((event) => (event.type === "RunStarted" ? { ...event, semantics: 1 } : event)),
  );
  expect(recorded.at(-1)?.digest).toBe("6a6bc5d0f09a6ce70fac6789b810abcff3290dd2d17257d56e56515624abf986");
  expect(verifyChain(recorded)).toBeNull();
});

test("the digests of a run are what they always were", () => {
  const { recorded } = readLog(golden("version-2.jsonl"));
  expect(extendChain(undefined, everyEvent)).toEqual(recorded);
});

test("a chain shows the first event that was changed, wherever it stands", () => {
  const recorded = extendChain(undefined, everyEvent);
  for (const [index, entry] of recorded.entries()) {
    const event = { ...entry.event, changes: { cursor: "elsewhere" } } as RunEvent;
    expect(verifyChain(recorded.with(index, { ...entry, event }))).toEqual({ position: index, type: event.type });
    expect(verifyChain(recorded.toSpliced(index, 1))).toEqual(
      index === recorded.length - 1 ? null : { position: index, type: recorded[index + 1]?.event.type },
    );
  }
});

test("canonical JSON sorts keys and refuses what JSON cannot hold", () => {
  expect(canonical({ b: 1, a: [1e21, 0.1, -0, "ü\n"], c: undefined })).toBe('{"a":[1e+21,0.1,0,"ü\\n"],"b":1}');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud800", undefined]) {
    expect(() => canonical(value)).toThrow();
  }
});
