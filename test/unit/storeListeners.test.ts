/**
 * Whoever listens to a stream hears what is there and what comes at once, without waiting for the next look; and a
 * store that is closed says so.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EventStore } from "../../src/log/eventStore.ts";
import { fileStore } from "../../src/log/fileStore.ts";
import { memoryStore } from "../../src/log/memoryStore.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { sqliteStore } from "../../src/log/sqliteStore.ts";
import { held, started } from "./exampleRun.ts";

/** So long between two looks that no test sees one. */
const pollMs = 3_600_000;

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const kinds: readonly (readonly [name: string, open: (folder: string) => EventStore])[] = [
  ["memory", () => memoryStore()],
  ["files", (folder) => fileStore(folder, runEventForm, { pollMs })],
  ["SQLite", (folder) => sqliteStore(join(folder, "runs.db"), runEventForm, { pollMs })],
];

describe.each(kinds)("a store of %s", (_, open) => {
  let folder: string;
  let store: EventStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demarche listeners "));
    store = open(folder);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test("tells a new listener what is there, though nothing comes any more", async () => {
    await store.append("run", { expected: 0, events: [started, held(0), held(1)] });
    const heard: number[] = [];
    store.subscribe("run", 1, ({ position }) => heard.push(position));
    await settled();
    expect(heard).toEqual([1, 2]);
  });

  test("tells a listener of an append at once", async () => {
    const heard: number[] = [];
    store.subscribe("run", 0, ({ position }) => heard.push(position));
    await settled();
    await store.append("run", { expected: 0, events: [started] });
    await settled();
    expect(heard).toEqual([0]);
    await store.append("run", { expected: 1, events: [held(0)] });
    await settled();
    expect(heard).toEqual([0, 1]);
  });

  test("takes no listener any more once it is closed", async () => {
    await store.append("run", { expected: 0, events: [started] });
    await store.close();
    expect(() => store.subscribe("run", 0, () => {})).toThrow("the store is closed");
  });

  test("continues the chain of a copied beginning of any length", async () => {
    const parent = await store.append("parent", { expected: 0, events: [started, held(0), held(1), held(2)] });
    if (!("appended" in parent)) throw new Error("refused");
    for (const length of [1, 2, 3, 4]) {
      const prefix = parent.appended.slice(0, length);
      await store.append(`fork${length}`, { expected: 0, prefix, events: [held(9)] });
      await store.append(`plain${length}`, { expected: 0, events: [...prefix.map(({ event }) => event), held(9)] });
      expect(await store.read(`fork${length}`)).toEqual(await store.read(`plain${length}`));
    }
  });
});
