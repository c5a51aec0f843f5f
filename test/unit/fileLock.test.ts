import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileLock } from "../../src/log/fileLock.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demarche lock "));
  file = join(folder, "run.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("who holds the lock keeps everybody else out, even in the same process", () => {
  const one = new FileLock(file);
  const other = new FileLock(file, 0);
  one.hold(() => expect(() => other.hold(() => {})).toThrow("locked"));
  expect(other.hold(() => "free")).toBe("free");
  one.close();
  other.close();
});

test("work that fails lets go of the lock", () => {
  const one = new FileLock(file);
  expect(() =>
    one.hold(() => {
      throw new Error("failed");
    }),
  ).toThrow("failed");
  const other = new FileLock(file, 0);
  expect(other.hold(() => "free")).toBe("free");
  one.close();
  other.close();
});

test("closing leaves nothing behind", () => {
  const one = new FileLock(file);
  one.hold(() => expect(readdirSync(folder)).toEqual([".run.jsonl.lock"]));
  one.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("closing does not take the lock from under another who holds it", () => {
  const one = new FileLock(file);
  const other = new FileLock(file);
  const third = new FileLock(file, 0);
  one.hold(() => {});
  other.hold(() => {
    one.close();
    expect(() => third.hold(() => {})).toThrow("locked");
  });
  other.close();
  third.close();
});

test("a lock whose file was removed is taken on the new file", () => {
  const one = new FileLock(file);
  const other = new FileLock(file);
  const third = new FileLock(file, 0);
  one.hold(() => {});
  other.hold(() => {});
  one.close();
  other.hold(() => expect(() => third.hold(() => {})).toThrow("locked"));
  other.close();
  third.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("closing does not remove a lock file that another made since", () => {
  const [one, late, holder, fourth] = [0, 1, 2, 3].map(() => new FileLock(file, 0));
  one?.hold(() => {});
  late?.hold(() => {});
  one?.close();
  holder?.hold(() => {
    late?.close();
    expect(() => fourth?.hold(() => {})).toThrow("locked");
  });
  for (const lock of [holder, fourth]) lock?.close();
});
