/**
 * What remembering costs: appends a second of each store beside a bare write and flush, and reading a long log back.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { RunEvent, RunStarted } from "../src/engine/event.ts";
import { evolveAll } from "../src/engine/evolve.ts";
import { extendChain, verifyChain } from "../src/log/chain.ts";
import type { EventStore } from "../src/log/eventStore.ts";
import { fileStore } from "../src/log/fileStore.ts";
import { LogFile, readLog } from "../src/log/logFile.ts";
import { printLines } from "../src/log/logText.ts";
import { memoryStore } from "../src/log/memoryStore.ts";
import { runEventForm } from "../src/log/schema.ts";
import { sqliteStore } from "../src/log/sqliteStore.ts";
import { medianMs, ms, report, section } from "./measure.ts";

const started: RunStarted = {
  type: "RunStarted",
  version: 2,
  model: "0".repeat(64),
  document: { id: "bench", text: "title: A crisis of the bench\n".repeat(1000) },
  semantics: 2,
  seed: "a",
  replication: 0,
  variant: "default",
  assume: {},
  policies: {},
  rounds: null,
  clock: null,
  state: {
    tracks: { reply: "promised", forces: "massed" },
    variables: { tension: 6 },
    round: 0,
    entered: {},
    made: {},
    cursor: "turn:usa",
    outcome: null,
    ended: null,
  },
};

/** A move of usual size. */
const move = (index: number): RunEvent => ({
  type: "MoveMade",
  version: 1,
  actor: "russia",
  move: "extend_exercise",
  chosen: "draw",
  branch: { branch: "announced", chosen: "draw" },
  changes: {
    tracks: { forces: index % 2 === 0 ? "massed" : "withdrawn" },
    variables: { tension: index % 10 },
    cursor: "turn:ukraine",
    entered: { "track:forces": index },
  },
});

const appends = 2000;

async function appendsPerSecond(store: EventStore): Promise<number> {
  await store.append("run", { expected: 0, events: [started] });
  for (let index = 1; index <= 50; index++) await store.append("run", { expected: index, events: [move(index)] });
  const begun = performance.now();
  for (let index = 51; index <= 50 + appends; index++) {
    await store.append("run", { expected: index, events: [move(index)] });
  }
  const spent = performance.now() - begun;
  await store.close();
  return (appends * 1000) / spent;
}

function barePerSecond(path: string): number {
  const file = openSync(path, "a");
  const line = printLines(extendChain(undefined, [move(0)]), {});
  const begun = performance.now();
  for (let index = 0; index < appends; index++) {
    writeSync(file, line);
    fdatasyncSync(file);
  }
  const spent = performance.now() - begun;
  closeSync(file);
  return (appends * 1000) / spent;
}

/** Prints the figures of the log. */
export async function benchLog(): Promise<void> {
  section("The log");
  const folder = mkdtempSync(join(tmpdir(), "demarche-bench-"));
  try {
    const bare = barePerSecond(join(folder, "bare"));
    const rate = (perSecond: number): string => `${Math.round(perSecond)}/s`;
    report("write and fdatasync of one line, bare", rate(bare));
    const stores: Readonly<Record<string, EventStore>> = {
      "appends, file": fileStore(folder, runEventForm),
      "appends, SQLite": sqliteStore(join(folder, "runs.db"), runEventForm),
      "appends, memory": memoryStore(),
    };
    for (const [name, store] of Object.entries(stores)) {
      const perSecond = await appendsPerSecond(store);
      report(name, rate(perSecond), `${(perSecond / bare).toFixed(2)} of bare`);
    }
    await benchReading(join(folder, "long.jsonl"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchReading(path: string): Promise<void> {
  const events = [started, ...Array.from({ length: 9_999 }, (_, index) => move(index))];
  const file = new LogFile(path, runEventForm);
  for (let index = 0; index < events.length; index += 100) {
    file.append({ expected: index, events: events.slice(index, index + 100) });
  }
  file.close();
  report("log of 10,000 events", `${Math.round(statSync(path).size / 1024)} kB`);
  const { recorded } = readLog(path);
  const folded = recorded.map(({ event }) => event);
  report("  read, with digests and forms checked", ms(await medianMs(15, () => readLog(path))));
  report("  fold to the last state", ms(await medianMs(15, () => evolveAll(null, folded))), "replay under 50 ms");
  report("  chain from the events anew, portable hash", ms(await medianMs(5, () => verifyChain(recorded))));
}

if (import.meta.main) await benchLog();
