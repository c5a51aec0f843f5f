/**
 * A disk that fills up, on a file system of 256 kilobytes in memory. Mounting one takes a privileged user on Linux;
 * elsewhere the tests are skipped and say so.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyChain } from "../../src/log/chain.ts";
import type { EventStore } from "../../src/log/eventStore.ts";
import { fileStore } from "../../src/log/fileStore.ts";
import { LogFile, readLog } from "../../src/log/logFile.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { sqliteStore } from "../../src/log/sqliteStore.ts";
import { openStream } from "./openStream.ts";

const folder = mkdtempSync(join(tmpdir(), "demarche disk "));
let mounted = false;

beforeAll(() => {
  mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).status === 0;
});
afterAll(() => {
  if (mounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
});

/** Appends until it fails; returns what was acknowledged and why it ended. */
async function fill(store: EventStore): Promise<{ readonly digests: readonly string[]; readonly error: unknown }> {
  const digests: string[] = [];
  for (let count = 0; count < 10_000; count++) {
    try {
      const result = await store.append("run", {
        expected: digests.length,
        events: openStream(digests.length, "w", count),
      });
      if (!("appended" in result)) throw new Error(`refused: ${JSON.stringify(result)}`);
      digests.push(...result.appended.map(({ digest }) => digest));
    } catch (error) {
      return { digests, error };
    }
  }
  throw new Error("the disk never filled up");
}

test.for(["file", "sqlite"])("a full disk is said in plain words and costs nothing (%s)", async (kind, { skip }) => {
  if (!mounted) skip("mounting a small file system is not permitted here");
  const open = (): EventStore =>
    kind === "file" ? fileStore(folder, runEventForm) : sqliteStore(join(folder, "runs.db"), runEventForm);
  const ballast = join(folder, "ballast");
  writeFileSync(ballast, Buffer.alloc(64 * 1024));

  const store = open();
  const { digests, error } = await fill(store);
  expect(error).toMatchObject({ reason: "disk full", message: expect.stringContaining("no space left") });
  expect(digests.length).toBeGreaterThan(10);
  const kept = await store.read("run");
  expect(kept.map(({ digest }) => digest)).toEqual(digests);
  expect(verifyChain(kept)).toBeNull();

  // With some space again, the same store goes on, and a new one reads it all.
  rmSync(ballast);
  const more = await store.append("run", { expected: digests.length, events: openStream(digests.length, "again", 2) });
  expect(more).toMatchObject({ repeated: false });
  await store.close();
  const anew = open();
  expect(await anew.read("run")).toHaveLength(digests.length + 3);
  await anew.close();
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

test("an append that does not fit is cut off again to the last whole line", ({ skip }) => {
  if (!mounted) skip("mounting a small file system is not permitted here");
  const path = join(folder, "run.jsonl");
  const file = new LogFile(path, runEventForm);
  file.append({ expected: 0, events: openStream(0, "w", 0) });
  const size = statSync(path).size;
  const huge = Array.from({ length: 900 }, (_, index) => openStream(1, "huge", index)).flat();
  expect(() => file.append({ expected: 1, events: huge })).toThrow("no space left");
  expect(statSync(path).size).toBe(size);
  expect(readLog(path).torn).toBeNull();
  file.close();
});
