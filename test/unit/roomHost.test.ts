/**
 * A room under way, without a network: its clock, the keys of its commands, and what its screens are told.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
  push_$who:
    each: { who: [east, west] }
    by: $who
    then:
      tension: tension + 1
outcomes: { end: { otherwise: true } }
`;

let folder = "";
let database: Database;
let rooms: Rooms;
let host: RoomHost;
let wall = 0;
let elapsed = 0;
const pass = (ms: number): void => {
  wall += ms;
  elapsed += ms;
  vi.advanceTimersByTime(ms);
};
const faults: string[] = [];
let keys = 0;
const key = (): string => `key-${String(++keys).padStart(8, "0")}`;
const teacher = (command: UnstagedCommand, stage = host.room.stage) =>
  host.ask({ teacher: true }, key(), atStage(command, stage));

/** A screen that can be told to take no more. */
class Screenful {
  screen: Partial<Screen> = {};
  readonly told: string[] = [];
  ready = true;
  readonly leave: () => void;

  constructor(looker: ScreenViewer) {
    this.leave = host.watch({
      looker,
      ready: () => this.ready,
      send: (text) => {
        this.told.push(text);
        this.screen = patched(this.screen, JSON.parse(text) as Patch) as Partial<Screen>;
      },
    });
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  wall = 1_700_000_000_000;
  elapsed = 0;
  folder = mkdtempSync(join(tmpdir(), "demarche-host-"));
  writeFileSync(join(folder, "small.yaml"), scenario);
  take();
  host = rooms.open({
    scenario: "small",
    language: null,
    variant: null,
    people: ["east", "west"],
    perDelegation: 2,
    timing: { briefing: 1, rounds: [2], debrief: 1 },
    pace: "automatic",
    seed: "a",
  });
  for (const name of ["Edda", "Wim"]) host.join(key(), name, null);
  teacher({
    type: "AdmitAll",
    seats: [
      { seat: "s1", role: "east" },
      { seat: "s2", role: "west" },
    ],
  });
  teacher({ type: "GoOn" });
  teacher({ type: "GoOn" });
});

function take(): void {
  database = openDatabase(folder);
  rooms = new Rooms(database, openLibrary([folder]), {
    clocks: { now: () => wall, elapsed: () => elapsed },
    fault: (where, error) => faults.push(`${where}: ${String(error)}`),
  });
}

afterEach(async () => {
  vi.useRealTimers();
  rooms.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the clock", () => {
  test("reveals when time is up, and the next round has its own", () => {
    pass(119_999);
    expect(host.run.state.round).toBe(0);
    pass(1);
    expect(host.run.state.round).toBe(1);
    expect(host.room.deadline).toBe(wall + 120_000);
  });

  test("of a room that is taken up long after its deadline stands still, and nothing was passed over", async () => {
    host.ask({ seat: "s1" }, key(), { type: "Seal", move: "push_east", turn: 1 });
    const { code } = host;
    rooms.close();
    await database.close();
    wall += 3_600_000;
    take();
    await rooms.resume();
    vi.advanceTimersByTime(1);
    const again = rooms.find(code);
    expect(again?.room).toMatchObject({ phase: "round", paused: { reason: "late" }, sealed: [{ actor: "east" }] });
    expect(again?.run.state.round).toBe(0);
  });

  test("stops where the machine slept, with what was left", () => {
    const wallScreen = new Screenful({ kind: "projector" });
    pass(20_000);
    wall += 600_000;
    rooms.look();
    expect(host.room.paused).toEqual({ left: 100_000, reason: "jumped" });
    expect(wallScreen.screen.room?.paused).toEqual({ left: 100_000, reason: "jumped" });
    teacher({ type: "Resume" });
    expect(host.room.deadline).toBe(wall + 100_000);
  });

  test("that a teacher held past its end reveals when it is let go", () => {
    teacher({ type: "Hold", held: true });
    pass(120_000);
    pass(480_000);
    expect(host.run.state.round).toBe(0);
    teacher({ type: "Hold", held: false });
    pass(1);
    expect(host.run.state.round).toBe(1);
  });

  test("tries again while the disk refuses, and the room lives", () => {
    faults.length = 0;
    const failing = vi.spyOn(database.store, "together").mockImplementation(() => {
      throw new Error("no disk");
    });
    pass(120_000);
    expect(host.run.state.round).toBe(0);
    expect(faults[0]).toBe(`room ${host.code}: the clock: Error: no disk`);
    failing.mockRestore();
    pass(2000);
    expect(host.run.state.round).toBe(1);
  });
});

describe("a key", () => {
  const say = (text: string): UnstagedCommand => ({ type: "Say", to: "all", text });

  test("that comes again with the same command is answered, not done again", () => {
    const one = key();
    expect(host.ask({ seat: "s1" }, one, say("Once.") as never)).toMatchObject({ done: true });
    expect(host.ask({ seat: "s1" }, one, say("Once.") as never)).toMatchObject({ done: true });
    expect(host.room.messages).toHaveLength(1);
  });

  test("stands for one giver and one command, words included", () => {
    const one = key();
    host.ask({ seat: "s1" }, one, say("Once.") as never);
    expect(host.ask({ seat: "s2" }, one, say("Once.") as never)).toEqual({ refused: "key used" });
    expect(host.ask({ seat: "s1" }, one, say("Other words.") as never)).toEqual({ refused: "key used" });
    expect(host.ask({ seat: "s1" }, one, { type: "Propose", move: "hold", turn: 1 })).toEqual({ refused: "key used" });
    expect(host.ask({ teacher: true }, one, { type: "Pause" })).toEqual({ refused: "key used" });
    expect(host.room.messages).toHaveLength(1);
    expect(host.room.paused).toBeNull();
  });

  test("of words that were forgotten is still answered", () => {
    const one = key();
    host.ask({ seat: "s1" }, one, say("Once.") as never);
    host.forget(null);
    expect(host.ask({ seat: "s1" }, one, say("Once.") as never)).toMatchObject({ done: true });
  });

  test("of a request for a seat gives the same seat again, to the same name", () => {
    const one = key();
    expect(host.join(one, "Lea", null)).toEqual({ done: true, seat: "s3" });
    expect(host.join(one, "Lea", null)).toEqual({ done: true, seat: "s3" });
    expect(host.join(one, "Max", null)).toEqual({ refused: "key used" });
    expect(host.room.seats).toHaveLength(3);
  });
});

describe("screens", () => {
  test("are told what is new, and nothing else", () => {
    const east = new Screenful({ kind: "seat", seat: "s1" });
    const whole = east.told[0]?.length ?? 0;
    for (let count = 0; count < 20; count++) {
      pass(2000);
      host.ask({ seat: "s2" }, key(), { type: "Say", to: "all", text: `word ${count}` });
    }
    expect(east.screen.messages).toHaveLength(20);
    const lines = east.told.slice(1).map((text) => text.length);
    expect(Math.max(...lines)).toBeLessThan(Math.min(300, whole / 3));
    expect(Math.max(...lines) - Math.min(...lines)).toBeLessThan(5);
    const before = east.told.length;
    host.ask({ seat: "s2" }, key(), { type: "Say", to: "teacher", text: "For you alone." });
    host.ask({ seat: "s2" }, key(), { type: "Propose", move: "hold", turn: 1 });
    expect(east.told).toHaveLength(before);
  });

  test("that take no more are passed over and told later, all at once", () => {
    const [slow, quick] = [new Screenful({ kind: "seat", seat: "s1" }), new Screenful({ kind: "seat", seat: "s2" })];
    slow.ready = false;
    const before = slow.told.length;
    for (let count = 0; count < 10; count++)
      host.ask({ seat: "s2" }, key(), { type: "Say", to: "all", text: `${count}` });
    expect(slow.told).toHaveLength(before);
    expect(quick.screen.messages).toHaveLength(10);
    slow.ready = true;
    pass(250);
    expect(slow.told).toHaveLength(before + 1);
    expect(slow.screen.messages).toEqual(quick.screen.messages?.map((line) => ({ ...line, own: false, from: null })));
  });

  test("that come again see what those see that stayed", () => {
    const stayed = new Screenful({ kind: "seat", seat: "s1" });
    const head = new Screenful({ kind: "teacher" });
    host.ask({ seat: "s2" }, key(), { type: "Say", to: "to:east", text: "A word." });
    teacher({ type: "TellNews", text: "News." });
    host.ask({ seat: "s1" }, key(), { type: "Seal", move: "push_east", turn: 1 });
    host.ask({ seat: "s2" }, key(), { type: "Seal", move: "hold", turn: 1 });
    teacher({ type: "Hide", message: "m1", hidden: true });
    teacher({ type: "Undo", position: 1, luck: "fresh" });
    teacher({ type: "EndRounds" });
    teacher({ type: "GoOn" });
    expect(new Screenful({ kind: "seat", seat: "s1" }).screen).toEqual(stayed.screen);
    expect(new Screenful({ kind: "teacher" }).screen).toEqual(head.screen);
    expect(stayed.screen.debrief).toBeDefined();
  });

  test("of a seat that is removed lose everything but the room and the seat", () => {
    const east = new Screenful({ kind: "seat", seat: "s1" });
    host.ask({ seat: "s2" }, key(), { type: "Say", to: "all", text: "Hello." });
    teacher({ type: "Remove", seat: "s1" });
    expect(Object.keys(east.screen).sort()).toEqual(["room", "seat"]);
    teacher({ type: "Admit", seat: "s1", role: "west" });
    expect(east.screen.messages).toHaveLength(1);
  });
});
