/**
 * Log stores against a plain list: whatever is appended, forked, repeated and read, a store answers as a list would.
 *
 * And what lies on the disk is altered: a store then gives back what was recorded or says that it is broken, and it says
 * so wherever it reads what was touched.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/engine/event.ts";
import { verifyChain } from "../../src/log/chain.ts";
import type { Append, EventStore } from "../../src/log/eventStore.ts";
import { fileStore } from "../../src/log/fileStore.ts";
import { LogError } from "../../src/log/logError.ts";
import { memoryStore } from "../../src/log/memoryStore.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { sqliteStore } from "../../src/log/sqliteStore.ts";
import { held, started } from "../unit/exampleRun.ts";

const parameters = { seed: 20220126, numRuns: 25 };

/** What a store should hold. */
interface ListStream {
  readonly events: RunEvent[];
  readonly keys: Map<string, { readonly first: number; readonly count: number; readonly command: string }>;
}
type ListStore = Map<string, ListStream>;

/** A store, and how it is opened again. */
interface Kept {
  store: EventStore;
  readonly reopen: () => EventStore;
}

type Step = fc.AsyncCommand<ListStore, Kept>;

const streamNames = ["one", "two", "three"];
const someEvents = (first: number, count: number): readonly RunEvent[] =>
  Array.from({ length: count }, (_, index) => (first + index === 0 ? started : held(first + index)));

/** Makes a step of what it does, when it can be taken, and how it is told where a test fails. */
const stepOf = (told: string, run: Step["run"], check: Step["check"] = () => true): Step => ({
  run,
  check,
  toString: () => told,
});

interface AppendGiven {
  readonly stream: string;
  /** How far the writer lags behind. */
  readonly behind: number;
  readonly count: number;
  readonly key: string | undefined;
  readonly command: number;
}

/** Appends to a stream, perhaps at a stale place, perhaps under a key that was used before. */
function appendStep(given: AppendGiven): Step {
  const { stream, behind, count, key } = given;
  return stepOf(`append ${JSON.stringify(given)}`, async (list, { store }) => {
    const kept: ListStream = list.get(stream) ?? { events: [], keys: new Map() };
    const expected = Math.max(0, kept.events.length - behind);
    const events = someEvents(kept.events.length, count);
    const command = String(given.command);
    const request: Append = { expected, events, command: given.command, ...(key === undefined ? {} : { key }) };
    const use = key === undefined ? undefined : kept.keys.get(key);
    const result = await store.append(stream, request);
    const appended = "appended" in result ? result.appended : [];
    if (use !== undefined && use.command !== command) {
      expect(result).toEqual({ keyReused: { key, position: use.first } });
    } else if (use !== undefined) {
      expect(result).toMatchObject({ repeated: true });
      expect(appended.map(({ event }) => event)).toEqual(kept.events.slice(use.first, use.first + use.count));
    } else if (expected !== kept.events.length) {
      expect(result).toEqual({ conflict: { expected, actual: kept.events.length } });
    } else {
      expect(result).toMatchObject({ repeated: false });
      expect(appended.map(({ position }) => position)).toEqual(events.map((_, index) => expected + index));
      if (key !== undefined) kept.keys.set(key, { first: expected, count, command });
      kept.events.push(...events);
      list.set(stream, kept);
    }
  });
}

interface ForkGiven {
  readonly from: string;
  readonly to: string;
  readonly length: number;
  readonly more: number;
}

/** A new stream that begins with the past of another. */
function forkStep(given: ForkGiven): Step {
  const { from, to, length, more } = given;
  const run: Step["run"] = async (list, { store }) => {
    const prefix = (await store.read(from)).slice(0, length);
    const events = someEvents(prefix.length, more);
    const result = await store.append(to, { expected: 0, prefix, events });
    const actual = list.get(to)?.events.length ?? 0;
    if (actual > 0) {
      expect(result).toEqual({ conflict: { expected: 0, actual } });
      return;
    }
    expect("appended" in result && result.appended.slice(0, prefix.length)).toEqual(prefix);
    list.set(to, { events: [...prefix.map(({ event }) => event), ...events], keys: new Map() });
  };
  return stepOf(`fork ${JSON.stringify(given)}`, run, (list) => list.has(from) && from !== to);
}

/** Reads a range. */
function readStep(stream: string, from: number, to: number | undefined): Step {
  return stepOf(`read ${stream} from ${from} to ${to ?? "its end"}`, async (list, { store }) => {
    const events = list.get(stream)?.events ?? [];
    const read = await store.read(stream, from, to);
    expect(read.map(({ event }) => event)).toEqual(events.slice(from, to));
    expect(read.map(({ position }) => position)).toEqual(events.map((_, index) => index).slice(from, to));
    expect(verifyChain(await store.read(stream))).toBeNull();
    expect(await store.streams()).toEqual([...list.keys()].sort());
  });
}

/** Closes the store and opens it again. */
const reopenStep = (): Step =>
  stepOf("open again", async (_list, kept) => {
    await kept.store.close();
    kept.store = kept.reopen();
  });

const stream = fc.constantFrom(...streamNames);
const appendSteps = fc
  .record({
    stream,
    behind: fc.constantFrom(0, 0, 0, 1, 3),
    count: fc.integer({ min: 1, max: 3 }),
    key: fc.constantFrom(undefined, "k", 'seat "3"'),
    command: fc.nat(1),
  })
  .map(appendStep);
const forkSteps = fc
  .record({ from: stream, to: stream, length: fc.integer({ min: 1, max: 5 }), more: fc.nat(2) })
  .map(forkStep);
const readSteps = fc
  .tuple(stream, fc.nat(6), fc.option(fc.nat(7), { nil: undefined }))
  .map((given) => readStep(...given));
const reopenSteps = fc.constant(0).map(reopenStep);

function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "demarche list "));
  return work(folder).finally(() => rmSync(folder, { recursive: true }));
}

const openers = {
  "a store in memory": () => memoryStore,
  "a store of files": (folder: string) => () => fileStore(folder, runEventForm),
  "a store in SQLite": (folder: string) => () => sqliteStore(join(folder, "runs.db"), runEventForm),
} as const;

describe.each(Object.entries(openers))("%s", (name, openerIn) => {
  const steps = [
    appendSteps,
    appendSteps,
    forkSteps,
    readSteps,
    ...(name === "a store in memory" ? [] : [reopenSteps]),
  ];

  test("answers as a list would", async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 40, size: "max" }), (commands) =>
        inFolder(async (folder) => {
          const reopen = openerIn(folder);
          const real: Kept = { store: reopen(), reopen };
          try {
            await fc.asyncModelRun(() => ({ model: new Map(), real }), commands);
          } finally {
            await real.store.close();
          }
        }),
      ),
      parameters,
    );
  });
});

/** Ways to touch what lies at a position of a stream: on the rows of a database, and on the lines of a file. */
const touches = {
  "is removed": {
    sql: "delete from events where position = ?",
    line: (): readonly string[] => [],
  },
  "has another event": {
    sql: `update events set event = replace(event, '"version":', '"version":9') where position = ?`,
    line: (text: string): readonly string[] => [text.replace('"version":', '"version":9')],
  },
  "has another digest": {
    sql: "update events set digest = replace(digest, substr(digest, 1, 1), 'x') where position = ?",
    line: (text: string): readonly string[] => [
      text.replace(/"digest":"(.)/, (_, first: string) => `"digest":"${first === "0" ? "1" : "0"}`),
    ],
  },
} as const;

/** What a read should come to where the event at `touched` of `length` was altered. */
function outcomeOf(touch: keyof typeof touches, touched: number, length: number, from: number, to: number) {
  const last = touched === length - 1;
  const reads = touched >= from && touched < to;
  // A chain cannot show that its last events are missing.
  if (touch === "is removed" && last) return reads ? "shorter" : "same";
  // The event before a range is read along, because the range rests on it.
  const restsOn = touched === from - 1 && from < Math.min(to, length);
  if (touch === "is removed") {
    const isSeen = touched >= from - 1 && Math.min(to, length) > Math.max(from, touched + 1);
    return isSeen ? "broken" : reads ? "shorter" : "same";
  }
  if (touch === "has another digest") return reads || restsOn ? "broken" : "same";
  return reads ? "broken" : "same";
}

const damage = fc.record({
  length: fc.integer({ min: 1, max: 7 }),
  touched: fc.nat(),
  from: fc.nat(7),
  size: fc.nat(7),
  touch: fc.constantFrom(...(Object.keys(touches) as (keyof typeof touches)[])),
});

describe("what was altered behind a store's back", () => {
  test("is noticed in a database wherever it is read, and in the event that a range rests on", async () => {
    await fc.assert(
      fc.asyncProperty(damage, ({ length, touched: any, from, size, touch }) =>
        inFolder(async (folder) => {
          const touched = any % length;
          const to = from + size;
          const store = sqliteStore(join(folder, "runs.db"), runEventForm);
          try {
            await store.append("run", { expected: 0, events: someEvents(0, length) });
            const whole = await store.read("run", from, to);
            expect(store.database.prepare(touches[touch].sql).run(touched).changes).toBe(1);
            const read = await store.read("run", from, to).catch((error: unknown) => error);
            const expected = outcomeOf(touch, touched, length, from, to);
            if (expected === "broken") expect(read).toBeInstanceOf(LogError);
            else expect(read).toEqual(expected === "same" ? whole : whole.filter(({ position }) => position < touched));
          } finally {
            await store.close();
          }
        }),
      ),
      { ...parameters, numRuns: 150 },
    );
  });

  test("is noticed in a file", async () => {
    await fc.assert(
      fc.asyncProperty(damage, ({ length, touched: any, touch }) =>
        inFolder(async (folder) => {
          const touched = any % length;
          const writer = fileStore(folder, runEventForm);
          // Each by itself: of an append that is cut short, nothing is read.
          for (const [expected, event] of someEvents(0, length).entries()) {
            await writer.append("run", { expected, events: [event] });
          }
          const whole = await writer.read("run");
          await writer.close();
          const path = join(folder, "run.jsonl");
          const lines = readFileSync(path, "utf8").trimEnd().split("\n");
          expect(lines).toHaveLength(length);
          const altered = lines.flatMap((line, index) => (index === touched ? touches[touch].line(line) : [line]));
          writeFileSync(path, altered.map((line) => `${line}\n`).join(""));
          const reader = fileStore(folder, runEventForm);
          const read = await reader.read("run").catch((error: unknown) => error);
          await reader.close();
          if (touch === "is removed" && touched === length - 1) expect(read).toEqual(whole.slice(0, -1));
          else expect(read).toBeInstanceOf(LogError);
        }),
      ),
      { ...parameters, numRuns: 50 },
    );
  });
});
