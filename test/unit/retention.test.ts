/**
 * Names and texts are forgotten when two looks an hour apart agree that they are old: no clock that is set forgets them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase, wordsFor } from "../../src/server/database.ts";
import { confirmMs, Retention } from "../../src/server/retention.ts";

const dayMs = 86_400_000;
let folder = "";
let database: Database;
let wall = 1_700_000_000_000;
let elapsed = 0;
const clocks = { now: () => wall, elapsed: () => elapsed };
const pass = (ms: number): void => {
  wall += ms;
  elapsed += ms;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demarche-keep-"));
  database = openDatabase(folder);
  wall = 1_700_000_000_000;
  database.keep("ABC", "s1", wordsFor("Ana"), wall);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

test("what is old is due at the second look, an hour after the first", () => {
  const keeping = new Retention(database, clocks);
  pass(30 * dayMs + 1);
  expect(keeping.due(30)).toEqual([]);
  pass(confirmMs - 1);
  expect(keeping.due(30)).toEqual([]);
  pass(1);
  expect(keeping.due(30)).toEqual(["ABC"]);
});

test("a wall clock that is set forward forgets nobody, and what was noted under it is void once it is set right", () => {
  const keeping = new Retention(database, clocks);
  wall += 365 * dayMs;
  for (let look = 0; look < 3; look++) expect(keeping.due(30)).toEqual([]);
  wall += 365 * dayMs;
  elapsed += confirmMs - 1;
  expect(keeping.due(30)).toEqual([]);
  wall -= 730 * dayMs;
  expect(keeping.due(30)).toEqual([]);
  pass(31 * dayMs);
  expect(keeping.due(30)).toEqual([]);
  pass(confirmMs);
  expect(keeping.due(30)).toEqual(["ABC"]);
});

test("a later start confirms, once an hour lies between; a start at once does not", () => {
  pass(31 * dayMs);
  expect(new Retention(database, clocks).due(30)).toEqual([]);
  elapsed = 0;
  wall += 1000;
  expect(new Retention(database, clocks).due(30)).toEqual([]);
  wall += confirmMs;
  expect(new Retention(database, clocks).due(30)).toEqual(["ABC"]);
});

test("who keeps nothing forgets at the first look", () => {
  pass(1);
  expect(new Retention(database, clocks).due(0)).toEqual(["ABC"]);
});
