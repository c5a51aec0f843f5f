/**
 * What a room decides: given its events, when somebody asks, then what follows.
 */
import { describe, expect, test } from "vitest";
import type { SeatCommand, TeacherCommand } from "../../src/classroom/command.ts";
import {
  decideSeat,
  decideTeacher,
  lateMs,
  type RoomContext,
  whenClockJumps,
  whenTimeIsUp,
} from "../../src/classroom/decide.ts";
import { requestSeat, waitingMax } from "../../src/classroom/decideSeating.ts";
import { type DecideResult, isRoomRefused } from "../../src/classroom/decision.ts";
import type { RoomEvent } from "../../src/classroom/event.ts";
import { evolve, type RoomState, turnOf } from "../../src/classroom/room.ts";
import { type LessonRun, runOf } from "../../src/classroom/run.ts";
import { atStage, type UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { verifyRun } from "../../src/log/verify.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const document = `
demarche: 1
id: two-sides
title: Two sides
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
turns: simultaneous
actors:
  east: { name: East }
  west: { name: West }
variables:
  tension: { scale: [0, 9], initial: 5 }
  nerve: { scale: [0, 9], initial: 3, private: [east] }
  frozen: { flag: false }
moves:
  push_$who:
    each: { who: [east, west] }
    by: $who
    when: not frozen
    then:
      tension: tension + 1
  cross:
    by: west
    when: not frozen
    then:
      tension: tension - 1
  call:
    by: west
    then:
      tension: tension
  whisper:
    by: east
    covert: true
    then:
      nerve: nerve - 1
incidents:
  clash:
    when: tension >= 5
    chance: 0.001
    then:
      tension: tension + 1
  freeze:
    when: not frozen
    chance: 0.000001
    covert: true
    then:
      frozen: true
  crash:
    when: tension >= 5
    chance: 0.000001
    then:
      tension: 9
outcomes:
  war: { when: tension is 9 }
  peace: { otherwise: true }
`;

/** A room that is driven by commands, without a store. */
class Table {
  room: RoomState;
  run: LessonRun;
  now = 1_000_000;
  readonly log: RoomEvent[] = [];

  constructor(pace: "automatic" | "by hand" = "automatic") {
    const { scenario } = readScenario({ file: "two-sides.yaml", text: document });
    if (scenario === null) throw new Error("the scenario has errors");
    const events = startRun(prepareEngine(scenario.model, treat(scenario.model)), {
      seed: "class",
      model: scenario.hash,
      document: { id: "two-sides", text: document },
    });
    this.run = runOf(scenario, extendChain(undefined, events));
    this.room = this.take({
      type: "RoomOpened",
      version: 1,
      room: "ABC",
      scenario: { id: "two-sides", language: null },
      overlay: null,
      run: "run.ABC",
      people: ["east", "west"],
      perDelegation: 2,
      timing: { briefing: 5, rounds: [4, 3], debrief: 10 },
      pace,
      at: 0,
    });
  }

  private take(event: RoomEvent): RoomState {
    this.log.push(event);
    this.room = evolve(this.room ?? null, event);
    return this.room;
  }

  get ground(): RoomContext {
    return { room: this.room, run: this.run, now: this.now };
  }

  private settle(answer: DecideResult): DecideResult {
    if (isRoomRefused(answer)) return answer;
    const past = answer.fork === null ? this.run.recorded : answer.fork.prefix;
    for (const event of answer.room) this.take(event);
    this.run = runOf(this.run.scenario, [...past, ...extendChain(past.at(-1), answer.run)], this.run.engine);
    return answer;
  }

  ask(request: Parameters<typeof requestSeat>[1]): DecideResult {
    return this.settle(requestSeat(this.room, request));
  }

  seat(role: string): string {
    const seat = `s${this.room.seats.length + 1}`;
    this.take({ type: "SeatRequested", version: 1, seat, name: "0".repeat(64), wish: null });
    this.teacher({ type: "Admit", seat, role });
    return seat;
  }

  teacher(command: UnstagedCommand, stage = this.room.stage): DecideResult {
    return this.settle(decideTeacher(this.ground, atStage(command, stage) as TeacherCommand));
  }

  student(id: string, command: SeatCommand, alone = true): DecideResult {
    const seat = this.room.seats.find((candidate) => candidate.id === id);
    if (seat === undefined) throw new Error(`no seat ${id}`);
    return this.settle(decideSeat(this.ground, seat, command, alone));
  }

  seal(id: string, move: string): DecideResult {
    return this.student(id, { type: "Seal", move, turn: this.turn(id) });
  }

  turn(id: string): number {
    return turnOf(this.room, this.room.seats.find((seat) => seat.id === id)?.role ?? "");
  }

  timeIsUp(late = 0): DecideResult | null {
    const decision = whenTimeIsUp(this.ground, late);
    return decision === null ? null : this.settle(decision);
  }

  get moves(): readonly string[] {
    return this.run.events.flatMap((event) =>
      event.type === "MovesMade"
        ? event.moves.map(({ actor, move, chosen }) => `${actor} ${move ?? "hold"} ${chosen}`)
        : [],
    );
  }

  types(): readonly string[] {
    return this.log.map(({ type }) => type);
  }
}

/** A room with both delegations seated and the first round open. */
function inRounds(pace?: "automatic" | "by hand"): { table: Table; east: string; west: string } {
  const table = new Table(pace);
  const [east, west] = [table.seat("east"), table.seat("west")];
  table.teacher({ type: "GoOn" });
  table.teacher({ type: "GoOn" });
  return { table, east, west };
}

describe("sealed choices", () => {
  test("enter the run together, once all have sealed, and the next turn opens with its own time", () => {
    const { table, east, west } = inRounds();
    expect(table.room.deadline).toBe(table.now + 4 * 60_000);
    table.seal(east, "whisper");
    expect(table.run.events.map(({ type }) => type)).toEqual(["RunStarted"]);
    table.seal(west, "push_west");
    expect(table.moves).toEqual(["east whisper person", "west push_west person"]);
    expect(table.room).toMatchObject({ phase: "round", sealed: [], proposals: [], position: table.run.events.length });
    expect(table.room.deadline).toBe(table.now + 3 * 60_000);
    expect(verifyRun(table.run.engine, table.run.events)).toBeNull();
  });

  test("wait for the teacher where the room goes by hand", () => {
    const { table, east, west } = inRounds("by hand");
    table.seal(east, "hold");
    table.seal(west, "hold");
    expect(table.moves).toEqual([]);
    table.teacher({ type: "Reveal" });
    expect(table.moves).toHaveLength(2);
  });

  test("cannot be changed, and a turn that is over is not decided again", () => {
    const { table, east, west } = inRounds();
    const turn = table.turn(east);
    table.seal(east, "whisper");
    expect(table.seal(east, "hold")).toEqual({ refused: "sealed already" });
    table.seal(west, "hold");
    expect(table.student(east, { type: "Seal", move: "hold", turn })).toEqual({ refused: "turn over" });
  });

  test("need somebody else of the delegation, unless one is alone there", () => {
    const { table, east } = inRounds();
    const second = table.seat("east");
    const turn = table.turn(east);
    const seal = { type: "Seal", move: "whisper", turn } as const;
    expect(table.student(east, seal, false)).toEqual({ refused: "someone else confirms" });
    table.student(east, { ...seal, type: "Propose" }, false);
    expect(table.student(east, seal, false)).toEqual({ refused: "someone else confirms" });
    table.student(second, seal, false);
    expect(table.room.sealed).toEqual([{ seat: second, actor: "east", move: "whisper" }]);
  });

  test("are refused for another's move, a closed move and while the lesson is paused", () => {
    const { table, east } = inRounds();
    expect(table.seal(east, "push_west")).toEqual({ refused: "not open" });
    table.teacher({ type: "Pause" });
    expect(table.seal(east, "hold")).toEqual({ refused: "paused" });
  });
});

describe("time", () => {
  test("reveals when it is up: who is late holds, as given", () => {
    const { table, east } = inRounds();
    table.seal(east, "push_east");
    table.now += 4 * 60_000;
    table.timeIsUp();
    expect(table.moves).toEqual(["east push_east person", "west hold given"]);
    expect(table.log.find(({ type }) => type === "ChoicesRevealed")).toMatchObject({ late: ["west"] });
  });

  test("stops the clock, instead of passing the round, where nobody can have seen it run out", () => {
    const { table, east } = inRounds();
    table.seal(east, "push_east");
    table.now += 4 * 60_000 + lateMs + 1;
    table.timeIsUp(lateMs + 1);
    expect(table.moves).toEqual([]);
    expect(table.room).toMatchObject({ deadline: null, paused: { left: 60_000, reason: "late" } });
    expect(table.room.sealed).toHaveLength(1);
    table.teacher({ type: "Resume" });
    expect(table.room).toMatchObject({ deadline: table.now + 60_000, paused: null });
    table.now += 60_000;
    table.timeIsUp(lateMs);
    expect(table.moves).toHaveLength(2);
  });

  test("that a machine's clock has jumped over is given back as the class has lived it", () => {
    const { table } = inRounds();
    const decision = whenClockJumps(table.ground, 123_456.7);
    expect(decision?.room).toEqual([{ type: "ClockStopped", version: 1, reason: "jumped", left: 123_457 }]);
    expect(whenClockJumps(table.ground, -5)?.room).toMatchObject([{ left: 0 }]);
    table.teacher({ type: "Pause" });
    expect(whenClockJumps(table.ground, 1)).toBeNull();
    table.teacher({ type: "EndRounds" });
    expect(whenClockJumps(table.ground, 1)).toBeNull();
  });

  test("waits while the teacher holds, and stands still in a pause", () => {
    const { table } = inRounds();
    table.teacher({ type: "Hold", held: true });
    table.now += 5 * 60_000;
    expect(table.timeIsUp()).toBeNull();
    const other = inRounds().table;
    other.now += 60_000;
    other.teacher({ type: "Pause" });
    other.now += 600_000;
    expect(other.timeIsUp()).toBeNull();
    other.teacher({ type: "Resume" });
    expect(other.room.deadline).toBe(other.now + 3 * 60_000);
  });

  test("reveals once the teacher holds no longer, and a hold ends with the turn that it was for", () => {
    const { table } = inRounds();
    table.now += 5 * 60_000;
    table.teacher({ type: "Hold", held: true });
    expect(table.teacher({ type: "Hold", held: true })).toEqual({ refused: "nothing to do" });
    expect(table.timeIsUp()).toBeNull();
    table.teacher({ type: "Hold", held: false });
    table.timeIsUp();
    expect(table.moves).toEqual(["east hold given", "west hold given"]);
    table.teacher({ type: "Hold", held: true });
    table.teacher({ type: "Reveal" });
    expect(table.room).toMatchObject({ held: false, phase: "round" });
    table.timeIsUp();
    expect(table.moves).toHaveLength(6);
  });
});

describe("a clock that stopped by itself", () => {
  test("keeps the reason while it is given more time", () => {
    const { table } = inRounds();
    table.timeIsUp(lateMs + 1);
    table.teacher({ type: "Extend", minutes: 2 });
    expect(table.room.paused).toEqual({ left: 180_000, reason: "late" });
  });
});

describe("a paused clock", () => {
  test("reveals when it goes on and a policy has taken over for whoever was waited for", () => {
    const { table, east } = inRounds();
    table.seal(east, "push_east");
    table.teacher({ type: "Pause" });
    table.teacher({ type: "SeatBot", actor: "west" });
    expect(table.moves).toEqual([]);
    table.teacher({ type: "Resume" });
    expect(table.moves[0]).toBe("east push_east person");
  });
});

describe("the proposal of somebody who was removed", () => {
  test("confirms nothing", () => {
    const { table, east } = inRounds();
    const other = table.seat("east");
    table.student(other, { type: "Propose", move: "push_east", turn: 1 });
    table.teacher({ type: "Remove", seat: other });
    expect(table.room.proposals).toEqual([]);
    const sealed = table.student(east, { type: "Seal", move: "push_east", turn: 1 }, false);
    expect(sealed).toEqual({ refused: "someone else confirms" });
  });
});

describe("bots", () => {
  test("take the delegations to which nobody came, and make way for a late joiner", () => {
    const table = new Table();
    table.seat("east");
    table.teacher({ type: "GoOn" });
    table.teacher({ type: "GoOn" });
    expect(table.room.bots).toEqual(["west"]);
    table.seat("west");
    expect(table.room.bots).toEqual([]);
  });

  test("complete a turn that waited for the leaver alone; the seat can be given back", () => {
    const { table, east } = inRounds();
    table.seal(east, "push_east");
    table.teacher({ type: "SeatBot", actor: "west" });
    expect(table.moves[0]).toBe("east push_east person");
    expect(table.moves[1]).toMatch(/^west .* draw$/);
    table.teacher({ type: "ReturnSeat", actor: "west" });
    expect(table.room.bots).toEqual([]);
    expect(table.types()).toEqual(expect.arrayContaining(["BotSeated", "SeatReturned"]));
  });

  test("do not take the last delegation of people", () => {
    const { table } = inRounds();
    table.teacher({ type: "SeatBot", actor: "west" });
    expect(table.teacher({ type: "SeatBot", actor: "east" })).toEqual({ refused: "not allowed" });
  });
});

describe("the teacher", () => {
  test("lets an incident occur: what was sealed stays sealed, and the clock runs on", () => {
    const { table, east, west } = inRounds();
    table.seal(east, "push_east");
    table.student(west, { type: "Propose", move: "push_west", turn: table.turn(west) });
    const { deadline, turns } = table.room;
    table.now += 60_000;
    table.teacher({ type: "CauseIncident", incident: "clash" });
    expect(table.run.state.variables.tension).toBe(6);
    expect(table.room).toMatchObject({ deadline, turns, voided: [], incidents: ["clash"], position: 2 });
    expect(table.room.sealed).toEqual([{ seat: east, actor: "east", move: "push_east" }]);
    expect(table.room.proposals).toEqual([{ seat: west, actor: "west", move: "push_west" }]);
    expect(verifyRun(table.run.engine, table.run.events)).toBeNull();
    expect(table.teacher({ type: "CauseIncident", incident: "clash" })).toEqual({ refused: "not open" });
    // Everybody has the time that is left: whoever was asked again is not cut short, and nobody can tell who was.
    table.seal(west, "hold");
    expect(table.moves).toEqual([]);
    table.now += 3 * 60_000;
    table.timeIsUp();
    expect(table.moves).toEqual(["east push_east person", "west hold person"]);
    expect(table.room.incidents).toEqual([]);
  });

  test("asks a delegation again, and it alone, where an incident closed what it had sealed, and waits no longer for it", () => {
    const { table, east, west } = inRounds();
    table.seal(east, "push_east");
    table.student(west, { type: "Propose", move: "cross", turn: table.turn(west) });
    const before = { ...table.room.turns };
    table.teacher({ type: "CauseIncident", incident: "freeze" });
    expect(table.room).toMatchObject({ sealed: [], voided: ["east"], proposals: [], incidents: [] });
    expect(table.room.turns).toEqual({ east: (before.east ?? 0) + 1, west: before.west });
    expect(table.student(east, { type: "Seal", move: "hold", turn: before.east ?? 0 })).toEqual({
      refused: "turn over",
    });
    expect(table.seal(east, "push_east")).toEqual({ refused: "not open" });
    // A reveal that did not come would tell West that something closed what East had sealed.
    table.seal(west, "hold");
    expect(table.moves).toEqual(["east hold given", "west hold person"]);
    expect(table.room.voided).toEqual([]);
    expect(verifyRun(table.run.engine, table.run.events)).toBeNull();
  });

  test("ends the run by an incident that ends it", () => {
    const { table, east } = inRounds();
    table.seal(east, "push_east");
    table.teacher({ type: "CauseIncident", incident: "crash" });
    expect(table.room).toMatchObject({ phase: "ended", sealed: [], deadline: null });
    expect(table.run.state.outcome).toBe("war");
  });

  test("is refused what was meant for another stage of the lesson: a double click does it once", () => {
    const { table } = inRounds("by hand");
    const seen = table.room.stage;
    const round = (): number => table.run.state.round;
    expect(isRoomRefused(table.teacher({ type: "Reveal" }, seen))).toBe(false);
    expect(round()).toBe(1);
    for (const command of [
      { type: "Reveal" },
      { type: "GoOn" },
      { type: "EndRounds" },
      { type: "Extend", minutes: 2 },
      { type: "Hold", held: true },
      { type: "CauseIncident", incident: "clash" },
      { type: "Undo", position: 1, luck: "same" },
    ] as const) {
      expect(table.teacher(command, seen)).toEqual({ refused: "moved on" });
    }
    expect(round()).toBe(1);
    table.teacher({ type: "CauseIncident", incident: "clash" });
    expect(table.teacher({ type: "Undo", position: 1, luck: "same" }, seen + 1)).toEqual({ refused: "moved on" });
  });

  test.each(["same", "fresh"] as const)("goes back in a new run with %s luck; the old one is untouched", (luck) => {
    const { table, east, west } = inRounds();
    table.seal(east, "push_east");
    table.seal(west, "push_west");
    const old = table.run;
    table.teacher({ type: "Undo", position: 1, luck });
    expect(table.run.events[0]).toEqual(old.events[0]);
    expect(table.run.events[1]).toMatchObject({
      type: "RunForked",
      position: 0,
      seed: luck === "same" ? null : "class/2",
    });
    expect(table.run.state.variables.tension).toBe(5);
    expect(table.room.runs).toEqual(["run.ABC", "run.ABC.2"]);
    table.seal(east, "hold");
    table.seal(west, "hold");
    expect(table.moves).toEqual(["east hold person", "west hold person"]);
    expect(verifyRun(table.run.engine, table.run.events)).toBeNull();
  });

  test("fills delegations up to their size and no further", () => {
    const table = new Table();
    table.seat("east");
    table.seat("east");
    const third = table.seat("east");
    expect(table.room.seats.find(({ id }) => id === third)?.role).toBeNull();
    expect(table.teacher({ type: "Admit", seat: third, role: "nowhere" })).toEqual({ refused: "no such role" });
    table.teacher({ type: "Admit", seat: third, role: "press" });
    expect(table.room.seats.find(({ id }) => id === third)?.role).toBe("press");
  });

  test("goes through the lesson to its end", () => {
    const { table, east, west } = inRounds();
    for (let round = 0; round < 3; round++) {
      table.seal(east, "hold");
      table.seal(west, "hold");
    }
    expect(table.room.phase).toBe("ended");
    expect(table.run.state.outcome).toBe("peace");
    table.teacher({ type: "GoOn" });
    expect(table.room.phase).toBe("debrief");
    table.teacher({ type: "GoOn" });
    expect(table.teacher({ type: "GoOn" })).toEqual({ refused: "not now" });
  });
});

describe("joining", () => {
  const request = { name: "0".repeat(64), wish: null };

  test("is closed and opened by the teacher", () => {
    const table = new Table();
    table.teacher({ type: "CloseJoining", closed: true });
    expect(requestSeat(table.room, request)).toEqual({ refused: "joining closed" });
    expect(table.teacher({ type: "CloseJoining", closed: true })).toEqual({ refused: "nothing to do" });
    table.teacher({ type: "CloseJoining", closed: false });
    expect(isRoomRefused(requestSeat(table.room, request))).toBe(false);
  });

  test("ends where as many wait as may; whoever is turned away makes room, up to a number for the whole lesson", () => {
    const table = new Table();
    const ask = (): DecideResult => table.ask(request);
    for (let seat = 0; seat < waitingMax; seat++) expect(isRoomRefused(ask())).toBe(false);
    expect(ask()).toEqual({ refused: "room full" });
    table.teacher({ type: "RemoveWaiting" });
    expect(table.teacher({ type: "RemoveWaiting" })).toEqual({ refused: "nothing to do" });
    expect(isRoomRefused(ask())).toBe(false);
    for (let seat = table.room.seats.length; seat < 1000; seat++) {
      if (isRoomRefused(ask())) table.teacher({ type: "RemoveWaiting" });
    }
    table.teacher({ type: "RemoveWaiting" });
    while (table.room.seats.length < 1000) ask();
    expect(ask()).toEqual({ refused: "room full" });
  });

  test("a whole list is let in at once; who finds no place goes on waiting", () => {
    const table = new Table();
    for (let seat = 0; seat < 4; seat++) table.ask(request);
    const seats = ["s1", "s2", "s3", "s9", "s4"].map((seat) => ({ seat, role: seat === "s4" ? "west" : "east" }));
    expect(isRoomRefused(table.teacher({ type: "AdmitAll", seats }))).toBe(false);
    expect(table.room.seats.map(({ role }) => role)).toEqual(["east", "east", null, "west"]);
    expect(table.teacher({ type: "AdmitAll", seats: [{ seat: "s3", role: "east" }] })).toEqual({
      refused: "delegation full",
    });
  });
});

describe("messages", () => {
  const say = (to: "all" | "delegation" | "teacher" | `to:${string}`): SeatCommand => ({
    type: "Say",
    to,
    text: "f".repeat(64),
  });

  test("go to own, others and all; the press speaks to all alone, observers to the teacher", () => {
    const { table, east } = inRounds();
    const [press, observer] = [table.seat("press"), table.seat("observer")];
    for (const to of ["all", "delegation", "to:west"] as const)
      expect(isRoomRefused(table.student(east, say(to)))).toBe(false);
    expect(table.student(east, say("to:nowhere"))).toEqual({ refused: "no such delegation" });
    expect(isRoomRefused(table.student(press, say("all")))).toBe(false);
    expect(table.student(press, say("to:west"))).toEqual({ refused: "not allowed" });
    expect(table.student(observer, say("all"))).toEqual({ refused: "not allowed" });
    expect(isRoomRefused(table.student(observer, say("teacher")))).toBe(false);
  });

  test("are refused to whoever is muted, but for the teacher", () => {
    const { table, east } = inRounds();
    table.teacher({ type: "Mute", seat: east, muted: true });
    expect(table.student(east, say("all"))).toEqual({ refused: "muted" });
    expect(isRoomRefused(table.student(east, say("teacher")))).toBe(false);
  });
});
