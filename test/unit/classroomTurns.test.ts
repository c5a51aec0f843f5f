/**
 * Turns of a class at their edges: who begins a lesson, who moves in free turns, how much time is added, how often a
 * seat has spoken, and what a screen makes of a patch.
 */
import { describe, expect, test } from "vitest";
import type { TeacherCommand } from "../../src/classroom/command.ts";
import { tryCourse } from "../../src/classroom/debrief.ts";
import { decideTeacher, type RoomContext } from "../../src/classroom/decide.ts";
import { isRoomRefused, type RoomDecision } from "../../src/classroom/decision.ts";
import type { RoomEvent } from "../../src/classroom/event.ts";
import { openTurns } from "../../src/classroom/openTurns.ts";
import { patched } from "../../src/classroom/patch.ts";
import { evolve, type RoomState } from "../../src/classroom/room.ts";
import { type LessonRun, runOf, sessionOf } from "../../src/classroom/run.ts";
import { isAlone } from "../../src/classroom/screen.ts";
import { atStage, type UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const text = `
demarche: 1
id: strait
title: Strait
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
turns: TURNS
actors: { east: { name: East }, west: { name: West } }
variables:
  tension: { scale: [0, 9], initial: 5 }
  plan: { scale: [0, 9], initial: 5, private: [west] }
moves:
  push_$who: { each: { who: [east, west] }, by: $who, then: { tension: tension + 1 } }
  creep_$who: { each: { who: [east, west] }, by: $who, covert: true, then: { tension: tension - 1 } }
outcomes: { end: { otherwise: true } }
`;

function runWith(turns: string, scenarioText = text): LessonRun {
  const document = scenarioText.replace("TURNS", turns);
  const { scenario, diagnostics } = readScenario({ file: "strait.yaml", text: document });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const engine = prepareEngine(scenario.model, treat(scenario.model));
  const start = { seed: "a", model: scenario.hash, document: { id: "strait", text: document } };
  return runOf(scenario, extendChain(undefined, startRun(engine, start)), engine);
}

function roomAfter(...later: readonly Exclude<RoomEvent, { type: "RoomOpened" }>[]): RoomState {
  const opened: RoomEvent = {
    ...{ type: "RoomOpened", version: 1, room: "ABC", scenario: { id: "strait", language: null }, overlay: null },
    ...{ run: "run.ABC", people: ["east", "west"], perDelegation: 3, pace: "automatic", at: 0 },
    timing: { briefing: 5, rounds: [4, 3], debrief: 10 },
  };
  return later.reduce<RoomState>((room, event) => evolve(room, event), evolve(null, opened));
}

const seated = (seat: string, role: string): Exclude<RoomEvent, { type: "RoomOpened" }>[] => [
  { type: "SeatRequested", version: 1, seat, name: "0".repeat(64), wish: null },
  { type: "SeatConfirmed", version: 1, seat, role },
];

const sealed = (actor: string, move: string): Exclude<RoomEvent, { type: "RoomOpened" }> => ({
  ...{ type: "ChoiceSealed", version: 1, seat: actor, actor, move, position: 1 },
});

const phaseBegan = (phase: "briefing" | "round", deadline: number | null) =>
  ({ type: "PhaseBegan", version: 1, phase, position: 1, open: ["east", "west"], deadline }) as const;

function teacher(ground: RoomContext, command: UnstagedCommand): RoomDecision {
  const answer = decideTeacher(ground, atStage(command, ground.room.stage) as TeacherCommand);
  if (isRoomRefused(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

describe("a lesson", () => {
  test("does not begin where nobody came to any delegation", () => {
    const room = roomAfter(phaseBegan("briefing", null));
    const ground = { room, run: runWith("simultaneous"), now: 0 };
    expect(isRoomRefused(decideTeacher(ground, atStage({ type: "GoOn" }, room.stage) as TeacherCommand))).toBe(true);
  });

  test("begins with one delegation alone; the other is left to its policy, on the record", () => {
    const room = roomAfter(...seated("s1", "west"), phaseBegan("briefing", null));
    const answer = teacher({ room, run: runWith("simultaneous"), now: 0 }, { type: "GoOn" });
    expect(answer.room).toMatchObject([
      { type: "BotSeated", actor: "east" },
      { type: "PhaseBegan", open: ["west"] },
    ]);
  });

  test("has the time of its round, and in all rounds behind the last that is named, the time of that one", () => {
    const minutes = (round: number): number => {
      const run = runWith("simultaneous");
      const room = roomAfter(...seated("s1", "west"), ...seated("s2", "east"), phaseBegan("briefing", null));
      const later = { ...run, state: { ...run.state, round } };
      const [began] = teacher({ room, run: later, now: 0 }, { type: "GoOn" }).room;
      return began?.type === "PhaseBegan" ? (began.deadline ?? 0) / 60_000 : -1;
    };
    expect([0, 1, 2].map(minutes)).toEqual([4, 3, 3]);
  });
});

describe("more time", () => {
  const run = runWith("simultaneous");
  const extended = (room: RoomState, now: number, minutes: number) =>
    teacher({ room, run, now }, { type: "Extend", minutes }).room;

  test("is added in minutes to the deadline, or from now on where it is over", () => {
    const room = roomAfter(phaseBegan("round", 600_000));
    expect(extended(room, 100_000, 2)).toEqual([{ type: "Extended", version: 1, deadline: 720_000 }]);
    expect(extended(room, 700_000, 0.5)).toEqual([{ type: "Extended", version: 1, deadline: 730_000 }]);
    expect(extended(roomAfter(phaseBegan("round", null)), 700_000, 1)).toMatchObject([{ deadline: 760_000 }]);
  });

  test("is added to what is left while the clock stands", () => {
    const room = roomAfter(phaseBegan("round", 600_000), { type: "Paused", version: 1, left: 30_000 });
    expect(extended(room, 100_000, 2)).toEqual([{ type: "Paused", version: 1, left: 150_000 }]);
  });
});

describe("in free turns", () => {
  const revealed = (...choices: readonly Exclude<RoomEvent, { type: "RoomOpened" }>[]) => {
    const room = roomAfter(...seated("s1", "east"), ...seated("s2", "west"), phaseBegan("round", null), ...choices);
    return teacher({ room, run: runWith("free"), now: 0 }, { type: "Reveal" }).run[0];
  };

  test("whoever sealed first moves", () => {
    const [east, west] = [sealed("east", "push_east"), sealed("west", "push_west")];
    expect(revealed(west, east)).toMatchObject({ type: "MoveMade", actor: "west" });
    expect(revealed(east, west)).toMatchObject({ type: "MoveMade", actor: "east" });
  });

  test("an open move goes before a covert one that was sealed earlier", () => {
    expect(revealed(sealed("west", "creep_west"), sealed("east", "push_east"))).toMatchObject({ move: "push_east" });
    expect(revealed(sealed("east", "creep_east"), sealed("west", "creep_west"))).toMatchObject({ move: "creep_east" });
  });

  test("a delegation that has nothing open by a secret is asked all the same, to hold", () => {
    const secretive = text.replace("push_$who: {", "dash: { by: west, when: plan > 7 }\n  push_$who: {");
    const west = (scenarioText: string) =>
      openTurns(sessionOf(runWith("free", scenarioText), ["east", "west"])).filter(({ actor }) => actor === "west");
    const alone = secretive.replaceAll("[east, west]", "[east]").replace("private: [east]", "private: [west]");
    expect(west(alone)).toEqual([{ actor: "west", site: "turn", options: ["hold"] }]);
    // Whoever has something open is asked once.
    expect(west(secretive)).toHaveLength(1);
    expect(west(secretive)[0]?.options).toContain("push_west");
  });
});

test("another course is told in the order in which it went", () => {
  const run = runWith("simultaneous");
  const ended = tryCourse(run, { from: 1, actor: "east", moves: ["push_east", "creep_east"], finish: true });
  const deeds = ended?.news.flatMap(({ entries }) => entries.flatMap((entry) => entry.deeds.map(({ what }) => what)));
  expect(deeds?.filter((what) => what.endsWith("east")).slice(0, 2)).toEqual(["Push east", "Creep east"]);
  expect(deeds?.at(-1)).toBe("End");
  expect(ended).toMatchObject({ over: true, outcome: "End", round: 3 });
});

test("how often a seat has spoken is counted from its first message on", () => {
  const say = (from: string, message: string): Exclude<RoomEvent, { type: "RoomOpened" }> => ({
    ...{ type: "MessageSent", version: 1, message, from, role: "east", to: "all", text: "0".repeat(64), round: 0 },
  });
  expect(roomAfter(say("s1", "m1")).said).toEqual({ s1: 1 });
  expect(roomAfter(say("s1", "m1"), say("s2", "m2"), say("s1", "m3")).said).toEqual({ s1: 2, s2: 1 });
});

test("a seat is alone where nobody else of its delegation is there", () => {
  const room = roomAfter(...seated("s1", "east"), ...seated("s2", "east"), ...seated("s3", "west"));
  const [first, second, third] = room.seats;
  if (first === undefined || second === undefined || third === undefined) throw new Error("no seats");
  const here = (...seats: readonly string[]) => ({ room, here: (seat: string) => seats.includes(seat) });
  expect(isAlone(here("s1", "s2", "s3"), first)).toBe(false);
  expect(isAlone(here("s1", "s3"), first)).toBe(true);
  expect(isAlone(here("s1", "s2", "s3"), third)).toBe(true);
  expect(isAlone(here("s2"), second)).toBe(true);
});

test("a patch of fields makes a record of whatever stood there before", () => {
  const patch = { fields: { a: { value: 1 }, gone: null } };
  expect(patched({ b: 2, gone: 3 }, patch)).toEqual({ a: 1, b: 2 });
  for (const old of [undefined, null, "text", 7, ["x"]]) expect(patched(old, patch)).toEqual({ a: 1 });
});
