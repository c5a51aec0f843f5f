/**
 * Nothing acknowledged is lost and nothing is half there, whenever a writer is killed and however many there are.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Recorded, verifyChain } from "../../src/log/chain.ts";
import type { EventStore } from "../../src/log/eventStore.ts";
import { fileStore } from "../../src/log/fileStore.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { sqliteStore } from "../../src/log/sqliteStore.ts";
import { patience } from "../patience.ts";

const script = join(import.meta.dirname, "logWriter.ts");

interface Writer {
  readonly process: ChildProcess;
  /** Lines it has printed. */
  readonly lines: () => readonly string[];
  readonly gone: Promise<unknown>;
}

function startWriter(kind: string, folder: string, name: string): Writer {
  const writer = spawn(process.execPath, [script, kind, folder, name], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return { process: writer, lines: () => output.split("\n").slice(0, -1), gone: once(writer, "close") };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > patience) throw new Error("waited in vain");
    await pause(5);
  }
}

/** Digests by position, as writers told them. */
function acknowledged(writers: readonly Writer[]): Map<number, string> {
  const told = writers.flatMap((writer) => writer.lines().filter((line) => line !== "lost"));
  const digests = new Map<number, string>();
  for (const line of told) {
    const [position, digest = ""] = line.split(" ");
    if (digests.has(Number(position))) throw new Error(`position ${position} was given to two writers`);
    digests.set(Number(position), digest);
  }
  return digests;
}

/** Every append is whole: the events of one count up to its number. */
function checkWhole(recorded: readonly Recorded[]): void {
  const parts = recorded.flatMap(({ event }) => (event.type === "TurnHeld" ? [event.actor.split(" ")] : []));
  for (const [index, [writer, count, part]] of parts.entries()) {
    const [nextWriter, nextCount, nextPart] = parts[index + 1] ?? [];
    const last = Number(part) === Number(count) % 3;
    if (last) expect(nextPart ?? "0").toBe("0");
    else expect([nextWriter, nextCount, nextPart]).toEqual([writer, count, String(Number(part) + 1)]);
  }
}

const kinds: readonly (readonly [string, (folder: string) => EventStore])[] = [
  ["file", (folder) => fileStore(folder, runEventForm)],
  ["sqlite", (folder) => sqliteStore(join(folder, "runs.db"), runEventForm)],
];

describe.each(kinds)("%s", (kind, open) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demarche killed "));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("a writer that is killed again and again loses nothing it acknowledged", async () => {
    const writers: Writer[] = [];
    for (let life = 0; life < 5; life++) {
      const writer = startWriter(kind, folder, `w${life}`);
      writers.push(writer);
      await until(() => writer.lines().length > 5);
      await pause((life * 7) % 23);
      writer.process.kill("SIGKILL");
      await writer.gone;
      const store = open(folder);
      const recorded = await store.read("run");
      await store.close();
      const digests = acknowledged(writers);
      expect(verifyChain(recorded)).toBeNull();
      checkWhole(recorded);
      for (const [position, digest] of digests) expect(recorded[position]?.digest).toBe(digest);
      // Each life may have left one append behind that was remembered and not yet told.
      expect(recorded.length - digests.size).toBeLessThanOrEqual(3 * (life + 1));
    }
  });

  test("two writers at one stream never get the same position, and one that is killed does not stop the other", async () => {
    const writers = ["one", "two"].map((name) => startWriter(kind, folder, name));
    const [one, two] = writers;
    if (one === undefined || two === undefined) throw new Error("two writers");
    await until(() => writers.every((writer) => writer.lines().length > 60));
    one.process.kill("SIGKILL");
    await one.gone;
    const then = two.lines().length;
    await until(() => two.lines().length > then + 30);
    two.process.kill("SIGKILL");
    await two.gone;
    const store = open(folder);
    const recorded = await store.read("run");
    await store.close();
    expect(verifyChain(recorded)).toBeNull();
    checkWhole(recorded);
    for (const [position, digest] of acknowledged(writers)) expect(recorded[position]?.digest).toBe(digest);
    const who = new Set(recorded.map(({ event }) => (event.type === "TurnHeld" ? event.actor.split(" ")[0] : "")));
    expect(who).toEqual(new Set(["", "one", "two"]));
    expect(writers.some((writer) => writer.lines().includes("lost"))).toBe(true);
  });
});
