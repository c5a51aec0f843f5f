/**
 * Screens of a room whose sections go and come back, and what they show of an analysis that grows.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Analysis } from "../../src/classroom/analysis.ts";
import { type Patch, patched } from "../../src/classroom/patch.ts";
import { atStage, type Screen, type ScreenViewer, type UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { type Database, openDatabase } from "../../src/server/database.ts";
import { openLibrary } from "../../src/server/library.ts";
import type { RoomHost } from "../../src/server/roomHost.ts";
import { Rooms } from "../../src/server/rooms.ts";

const scenario = `
demarche: 1
id: small
title: Small
clock: { start: 2022-01-01, step: 1 day, rounds: 9 }
turns: simultaneous
actors: { east: { name: East }, west: { name: West } }
variables: { tension: { scale: [0, 9], initial: 5 } }
moves:
  push_$who: { each: { who: [east, west] }, by: $who, then: { tension: tension + 1 } }
briefing: { all: A strait., east: Hold it., west: Pass it. }
outcomes: { end: { otherwise: true } }
`;

let folder = "";
let database: Database;
let rooms: Rooms;
let host: RoomHost;
let keys = 0;
const key = (): string => `key-${String(++keys).padStart(8, "0")}`;
const teacher = (command: UnstagedCommand) => host.ask({ teacher: true }, key(), atStage(command, host.room.stage));

/** A screen and how often it was told anything. */
function watch(looker: ScreenViewer): { screen: Partial<Screen>; told: number } {
  const watched = { screen: {} as Partial<Screen>, told: 0 };
  const send = (text: string): void => {
    watched.screen = patched(watched.screen, JSON.parse(text) as Patch) as Partial<Screen>;
    watched.told += 1;
  };
  host.watch({ looker, ready: () => true, send });
  return watched;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demarche-screens-"));
  writeFileSync(join(folder, "small.yaml"), scenario);
  database = openDatabase(folder);
  rooms = new Rooms(database, openLibrary([folder]), {
    clocks: { now: () => 1_700_000_000_000, elapsed: () => 0 },
    fault: (where, error) => {
      throw new Error(where, { cause: error });
    },
  });
  host = rooms.open({
    ...{ scenario: "small", language: null, variant: null, people: ["east", "west"], perDelegation: 2, seed: "a" },
    ...{ timing: { briefing: 1, rounds: [2], debrief: 1 }, pace: "automatic" },
  });
  for (const name of ["Edda", "Wim"]) host.join(key(), name, null);
  teacher({ type: "Admit", seat: "s1", role: "east" });
  teacher({ type: "Admit", seat: "s2", role: "west" });
  teacher({ type: "GoOn" });
  teacher({ type: "GoOn" });
});
afterEach(async () => {
  rooms.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a seat that is removed and let in again sees all that a new screen sees", () => {
  const east = watch({ kind: "seat", seat: "s1" });
  host.ask({ seat: "s2" }, key(), { type: "Say", to: "all", text: "Hello." });
  teacher({ type: "Remove", seat: "s1" });
  expect(Object.keys(east.screen).sort()).toEqual(["room", "seat"]);
  teacher({ type: "Admit", seat: "s1", role: "east" });
  expect(Object.keys(east.screen).length).toBeGreaterThan(4);
  expect(east.screen).toEqual(watch({ kind: "seat", seat: "s1" }).screen);
});

test("a seat that is removed is not told again what it lost", () => {
  const east = watch({ kind: "seat", seat: "s1" });
  teacher({ type: "Remove", seat: "s1" });
  const before = east.told;
  host.ask({ seat: "s2" }, key(), { type: "Say", to: "teacher", text: "Only for you." });
  expect(east.told).toBe(before);
});

test("an analysis that grows replaces the one before on every screen, and goes where there is none any more", () => {
  teacher({ type: "EndRounds" });
  teacher({ type: "GoOn" });
  const head = watch({ kind: "teacher" });
  const analysis = (done: number): Analysis => ({
    ...{ runs: 100, standings: [], decisions: [], weighed: { done, of: 4 }, settled: null },
  });
  expect(head.screen.analysis).toBeUndefined();
  host.tellAnalysis(analysis(1));
  expect(head.screen.analysis).toMatchObject({ weighed: { done: 1, of: 4 } });
  host.tellAnalysis(analysis(4));
  expect(head.screen.analysis).toMatchObject({ weighed: { done: 4, of: 4 } });
  host.tellAnalysis(null);
  expect(head.screen.analysis).toBeUndefined();
});

test("whoever follows the moves of a room hears of each phase and each move, and not of words", () => {
  const heard: string[] = [];
  host.onMove = ({ room, run }) => void heard.push(`${room.phase} ${run.state.round}`);
  host.ask({ seat: "s2" }, key(), { type: "Say", to: "all", text: "Hello." });
  expect(heard).toEqual([]);
  teacher({ type: "Reveal" });
  expect(heard).toEqual(["round 1"]);
  teacher({ type: "EndRounds" });
  expect(heard).toEqual(["round 1", "ended 1"]);
});

test("a seed that nobody named is short enough to be written down, and another each time", () => {
  const seeds = Array.from({ length: 3 }, () => {
    const opened = rooms.open({
      ...{ scenario: "small", language: null, variant: null, people: ["east", "west"], perDelegation: 2, seed: null },
      ...{ timing: { briefing: 1, rounds: [2], debrief: 1 }, pace: "automatic" },
    });
    return opened.run.seed;
  });
  for (const seed of seeds) expect(seed).toMatch(/^[\w-]{12}$/);
  expect(new Set(seeds).size).toBe(3);
});
