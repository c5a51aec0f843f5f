import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileStore } from "../../src/log/fileStore.ts";
import { memoryStore } from "../../src/log/memoryStore.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { sqliteStore } from "../../src/log/sqliteStore.ts";
import { describeEventStore, type StorePlace } from "./eventStore.contract.ts";
import { held, started } from "./exampleRun.ts";

const options = { pollMs: 10, now: () => "2022-01-26T12:00:00Z" };

function newFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "demarche store "));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

describeEventStore("memory", () => ({ open: memoryStore, shared: false, remove: () => {} }));

describeEventStore("files", (): StorePlace => {
  const { folder, remove } = newFolder();
  return { open: () => fileStore(folder, runEventForm, options), shared: true, remove };
});

describeEventStore("SQLite", (): StorePlace => {
  const { folder, remove } = newFolder();
  return { open: () => sqliteStore(join(folder, "runs.db"), runEventForm, options), shared: true, remove };
});

test("all stores give one run the same digests", async () => {
  const { folder, remove } = newFolder();
  const stores = [
    memoryStore(),
    fileStore(folder, runEventForm),
    sqliteStore(join(folder, "runs.db"), runEventForm, options),
  ];
  const digests: (readonly string[])[] = [];
  for (const store of stores) {
    await store.append("run", { expected: 0, events: [started], key: "k" });
    await store.append("run", { expected: 1, events: [held(0), held(1)] });
    digests.push((await store.read("run")).map(({ digest }) => digest));
    await store.close();
  }
  expect(digests[1]).toEqual(digests[0]);
  expect(digests[2]).toEqual(digests[0]);
  expect(readdirSync(folder).filter((name) => name.includes("lock"))).toEqual([]);
  remove();
});

test.each(["", "../escape", ".hidden", "a/b", "a b", "x".repeat(300)])("no file is called %j", async (stream) => {
  const { folder, remove } = newFolder();
  const store = fileStore(folder, runEventForm);
  await expect(store.append(stream, { expected: 0, events: [started] })).rejects.toMatchObject({ reason: "bad name" });
  remove();
});
