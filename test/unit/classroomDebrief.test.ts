/**
 * The debrief's promises: it tells secrets and marks them, shows each role its own past, weighs what people decided
 * beside the policies, names the point from which on nothing changed, and lets another course be tried.
 */
import { describe, expect, test } from "vitest";
import { actionsOf, actionTable } from "../../src/classroom/actions.ts";
import { type Analysis, analyse } from "../../src/classroom/analysis.ts";
import { debriefOf, knowledgeOf, tryCourse } from "../../src/classroom/debrief.ts";
import { keepsakePage } from "../../src/classroom/keepsake.ts";
import { findReachable, propertyStatuses } from "../../src/classroom/propertyStatus.ts";
import { evolve, type RoomState } from "../../src/classroom/room.ts";
import { type LessonRun, proceed, runOf, sessionOf } from "../../src/classroom/run.ts";
import { isRefused } from "../../src/engine/event.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const text = `
demarche: 1
id: bridge
title: Bridge
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
turns: simultaneous
actors:
  east: { name: East }
  west: { name: West }
tracks:
  bridge:
    initial: open
    states:
      open: { rung: 0 }
      shut: { rung: 4 }
      blown: { rung: 9 }
variables:
  nerve: { scale: [0, 9], initial: 5, private: [east] }
moves:
  shut: { by: west, when: bridge is open, then: { bridge: shut } }
  blow: { by: west, when: bridge is shut, then: { bridge: blown } }
  whisper: { by: east, covert: true, then: { nerve: nerve - 1 } }
policies:
  west: { calm: { hold: 1, shut: 0, blow: 0 } }
  east: { calm: { hold: 3, whisper: 1 } }
outcomes:
  lost: { when: bridge is blown }
  kept: { otherwise: true }
properties:
  never_blown: { claim: The bridge stands, never: bridge is blown }
  way_back: { claim: The bridge can be opened, from: bridge is shut, reachable: bridge is open }
history:
  - { date: 2022-01-01, by: west, move: shut }
briefing:
  all: A bridge.
  east: Keep your nerve.
  debrief: [Who knew?]
`;

function played(choices: readonly Readonly<Record<string, string>>[]): { run: LessonRun; room: RoomState } {
  const { scenario, diagnostics } = readScenario({ file: "bridge.yaml", text });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const engine = prepareEngine(scenario.model, treat(scenario.model));
  const started = startRun(engine, { seed: "a", model: scenario.hash, document: { id: "bridge", text } });
  let run = runOf(scenario, extendChain(undefined, started), engine);
  for (const turn of choices) {
    const made = Object.entries(turn).map(([actor, move]) => ({
      actor,
      move,
      chosen: "person" as const,
      branch: null,
    }));
    const events = proceed(sessionOf(run, ["east", "west"]), made);
    if (isRefused(events)) throw new Error(events.message);
    run = runOf(scenario, [...run.recorded, ...extendChain(run.recorded.at(-1), events)], engine);
  }
  const room = evolve(null, {
    type: "RoomOpened",
    version: 1,
    room: "ROOM",
    scenario: { id: "bridge", language: null },
    overlay: null,
    run: "run.ROOM",
    people: ["east", "west"],
    perDelegation: 3,
    timing: { briefing: 1, rounds: [1], debrief: 1 },
    pace: "automatic",
    at: 0,
  });
  return { run, room };
}

const lost = played([
  { east: "whisper", west: "shut" },
  { east: "hold", west: "blow" },
]);

function lastOf(run: LessonRun): Analysis {
  const { model } = run.scenario;
  const { treatment } = run.engine.law;
  const steps = [...analyse({ model, treatment, events: run.events, seed: run.seed, runs: 400, runsOfDecision: 200 })];
  const last = steps.at(-1);
  if (last === undefined) throw new Error("nothing was analysed");
  return last;
}

describe("the debrief", () => {
  const debrief = debriefOf(lost.room, lost.run, []);

  test("tells what was done in secret, and says so", () => {
    const deeds = debrief.news.flatMap(({ entries }) => entries.flatMap((entry) => entry.deeds));
    expect(deeds.filter(({ secret }) => secret).map(({ what }) => what)).toEqual(["Whisper"]);
    const changes = debrief.news.flatMap(({ entries }) => entries.flatMap((entry) => entry.changes));
    expect(changes.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(["Nerve"]);
  });

  test("follows the ladder, counts the rounds, and has history, questions and turns to try", () => {
    expect(debrief.outcome).toBe("Lost");
    expect(debrief.ladder.map(({ rung }) => rung)).toEqual([0, 4, 9]);
    expect(debrief).toMatchObject({ top: 9, end: 2, questions: ["Who knew?"] });
    expect(debrief.history).toMatchObject([{ round: 0, who: "West", what: "Shut" }]);
    expect(debrief.turns.map(({ chosen }) => chosen)).toEqual([
      { east: "whisper", west: "shut" },
      { east: "hold", west: "blow" },
    ]);
  });

  test("shows each role its own past and nothing of others' secrets", () => {
    const east = knowledgeOf(lost.run, "east");
    const west = knowledgeOf(lost.run, "west");
    const nerve = (known: typeof east): readonly unknown[] =>
      known.stands.map(({ variables }) => variables.find(({ id }) => id === "nerve")?.value);
    expect(nerve(east)).toEqual([5, 4, 4]);
    expect(nerve(west)).toEqual([undefined, undefined, undefined]);
    expect(nerve(knowledgeOf(lost.run, "all"))).toEqual([5, 4, 4]);
    expect(JSON.stringify(west)).not.toMatch(/whisper|nerve/i);
    expect(east.briefing?.own).toEqual(["Keep your nerve."]);
  });

  test("tries another course in the same luck, and keeps nothing of it", () => {
    const before = JSON.stringify(lost.run.events);
    const [first] = debrief.turns;
    const from = first?.position ?? 0;
    const tried = tryCourse(lost.run, { from, actor: "west", moves: ["hold"], finish: true });
    expect(tried).toMatchObject({ over: true, outcome: "Kept" });
    // East does in that round what it did.
    expect(JSON.stringify(tried?.news[0])).toContain("Whisper");
    expect(tryCourse(lost.run, { from, actor: "west", moves: ["blow"], finish: false })).toBeNull();
    expect(tryCourse(lost.run, { from: 999, actor: "west", moves: [], finish: false })).toBeNull();
    expect(JSON.stringify(lost.run.events)).toBe(before);
  });
});

describe("the analysis", () => {
  const analysis = lastOf(lost.run);

  test("counts how continuations from each round end", () => {
    // The policies never shut the bridge: from the start nothing is lost, at the end everything is.
    expect(analysis.standings.map(({ shares }) => shares.lost)).toEqual([0, 0, 1]);
    expect(analysis.standings.map(({ round }) => round)).toEqual([0, 1, 1]);
  });

  test("puts first the decision that moved the outcome most, beside what its policy does", () => {
    expect(analysis.weighed).toEqual({ done: 4, of: 4 });
    expect(analysis.decisions[0]).toMatchObject({
      actor: "west",
      chosen: "blow",
      alternative: "hold",
      outcome: "lost",
      difference: -1,
      policyShare: 0,
      usual: { move: "hold", share: 1 },
    });
    const whispered = analysis.decisions.find(({ chosen }) => chosen === "whisper");
    expect(whispered).toMatchObject({ difference: 0, policyShare: 0.25, usual: { move: "hold", share: 0.75 } });
  });

  test("names the point of no return, and none where the end stayed open", () => {
    expect(analysis.settled).toBeNull();
    const calm = played([
      { east: "hold", west: "hold" },
      { east: "hold", west: "hold" },
      { east: "hold", west: "hold" },
    ]);
    expect(lastOf(calm.run).settled).toMatchObject({ round: 0, share: 1 });
  });
});

test("lamps say what broke, and whether a way back is left", () => {
  const { run } = lost;
  const { model } = run.scenario;
  const { treatment } = run.engine.law;
  const shut = played([{ east: "hold", west: "shut" }]).run;
  const ways = findReachable({ model, treatment, state: shut.state, tries: 20 });
  expect(propertyStatuses(shut, ways).map(({ light }) => light)).toEqual(["so far", "unknown"]);
  expect(findReachable({ model, treatment, state: run.state, tries: 20 })).toEqual({ way_back: "unreachable" });
  expect(propertyStatuses(run, {}).map(({ light }) => light)).toEqual(["failed", "unknown"]);
});

test("the table of actions keeps texts as they are, and formulas from running", () => {
  const { run, room } = lost;
  const events = [
    {
      type: "RoomOpened",
      version: 1,
      room: "ROOM",
      scenario: room.scenario,
      overlay: null,
      run: room.run,
      people: room.people,
      perDelegation: 3,
      timing: room.timing,
      pace: room.pace,
      at: 0,
    },
    { type: "SeatRequested", version: 1, seat: "s1", name: "d", wish: null },
    { type: "SeatConfirmed", version: 1, seat: "s1", role: "west" },
    { type: "ChoiceSealed", version: 1, seat: "s1", actor: "west", move: "shut", position: 1 },
    { type: "MessageSent", version: 1, message: "m1", from: "s1", role: "west", to: "all", text: "d", round: 0 },
  ] as const;
  const words: Record<string, string> = { s1: "=1+1", m1: 'Say "no",\nplease' };
  const table = actionTable(
    actionsOf(
      events,
      run.scenario,
      () => run,
      (id) => words[id] ?? null,
    ),
  );
  expect(table.split("\r\n")).toEqual([
    "seat,name,role,round,date,action,what,words,run",
    "s1,'=1+1,,,,joined,,,1",
    "s1,'=1+1,west,,,seated,west,,1",
    "s1,'=1+1,west,1,2022-01-01,sealed,shut,Shut,1",
    `s1,'=1+1,west,1,2022-01-01,said,all,"Say ""no"",\nplease",1`,
    "",
  ]);
});

test("the page to keep holds nothing that could end its data or ask anybody", () => {
  const debrief = { ...debriefOf(lost.room, lost.run, []), title: "</script><script>alert(1)</script>" };
  const kept = { debrief, analysis: null, messages: [], knowledge: {}, language: "en" };
  const page = keepsakePage(kept, { script: "0", style: "", integrity: "abc=" });
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/https?:/);
});
