/**
 * Chronicles: events in words, quiet rounds folded, values followed.
 */
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/engine/event.ts";
import type { State } from "../../src/engine/state.ts";
import { tell } from "../../src/report/chronicle.ts";
import { chronicleText, resultText, shortNumber, wrap } from "../../src/report/chronicleText.ts";
import { dateRange, longDate, shortDate } from "../../src/report/dates.ts";
import { namingOf, plainNaming } from "../../src/report/naming.ts";
import { changeText } from "../../src/report/tellingText.ts";
import { tellingEn } from "../../src/report/tellingWords.ts";
import { parseDate } from "../../src/scenario/calendar.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const { scenario } = readScenario({
  file: "strait.yaml",
  text: `demarche: 1
id: strait
title: The strait
clock: { start: 2030-01-30, rounds: 9 }
actors: { north: { name: The North }, south: {} }
tracks:
  fleet:
    name: The fleet
    initial: in_port
    states: { in_port: { rung: 1 }, at_sea: { rung: 4 }, home: { rung: 1 } }
variables:
  alert: { flag: false }
  tension: { name: Tension, scale: [0, 10], initial: 2 }
moves:
  sail: { by: north, name: Set sail, when: fleet is in_port, then: { fleet: at_sea }, branches: { openly: { name: In the open }, by_night: {} } }
  alarm: { by: south, then: { alert: true, tension: tension + 1 } }
outcomes: { clash: { when: tension > 9 }, calm: { name: Calm, otherwise: true } }
`,
});
if (scenario === null) throw new Error("the example has errors");
const naming = namingOf(scenario);
const { clock } = scenario.model;

const state: State = {
  // As a log has them: sorted by id.
  tracks: { fleet: "in_port" },
  variables: { alert: false, tension: 2 },
  round: 0,
  entered: {},
  made: {},
  cursor: "turn:north",
  outcome: null,
  ended: null,
};

const started: RunEvent = {
  type: "RunStarted",
  version: 2,
  model: "0",
  document: { id: "strait", text: "" },
  semantics: 2,
  seed: "a",
  replication: 0,
  variant: "default",
  assume: {},
  policies: {},
  rounds: 9,
  clock,
  state,
};
const held = (actor: string): RunEvent => ({
  type: "TurnHeld",
  version: 1,
  actor,
  chosen: "draw",
  changes: { cursor: "tick" },
});
const round = (number: number): RunEvent => ({
  type: "RoundOpened",
  version: 1,
  round: number,
  changes: { round: number },
});
const sail: RunEvent = {
  type: "MoveMade",
  version: 1,
  actor: "north",
  move: "sail",
  chosen: "person",
  branch: { branch: "openly", chosen: "draw" },
  changes: { tracks: { fleet: "at_sea" } },
};
const alarm: RunEvent = {
  type: "MoveMade",
  version: 1,
  actor: "south",
  move: "alarm",
  chosen: "draw",
  branch: null,
  changes: { variables: { alert: true, tension: 3 } },
};
const ended: RunEvent = {
  type: "RunEnded",
  version: 1,
  reason: "outcome",
  outcome: "calm",
  changes: { ended: "outcome", outcome: "calm" },
};

const plain = { columns: 100, paint: (_mark: string, text: string) => text, positions: false };
const text = (events: readonly RunEvent[], options = {}) =>
  chronicleText(tell(events, clock, naming), { ...plain, ...options });

describe("what is told", () => {
  test("who did what, how it turned out, and what it set with the movement on the ladder", () => {
    expect(text([started, sail, alarm])).toBe(
      [
        "At the start",
        "  The fleet: In port · Tension: 2",
        "",
        "30 January 2030 · round 0",
        "  The North: Set sail → In the open (chosen by a person)",
        "    The fleet: In port → At sea (rung 1 ↑ 4)",
        "  South: Alarm",
        "    Alert: yes",
        "    Tension: 2 → 3",
        "",
      ].join("\n"),
    );
  });

  test("rounds in which nothing happened are one line, across the end of a month", () => {
    const quiet = [held("north"), round(1), held("north"), round(2), held("south"), round(3)];
    const told = text([started, sail, round(1), ...quiet.slice(2), alarm]);
    expect(told).toContain("\n31 January to 1 February 2030: nothing happens\n");
    expect(told).toContain("\n2 February 2030 · round 3\n");
    expect(told).not.toContain("round 1\n");
  });

  test("the end is told in the round in which it came", () => {
    expect(text([started, round(1), ended])).toMatch(/31 January 2030 · round 1\n {2}End: Calm\n/);
  });

  test("positions stand in the margin where they are wanted", () => {
    expect(text([started, held("north"), alarm], { positions: true })).toContain(
      "\n   2  South: Alarm\n        Alert: yes",
    );
  });

  test("a fault names its place and its reason", () => {
    const fault = { path: "moves.sail.when", reason: "division by zero" };
    const faulted: RunEvent = { type: "ModelFaulted", version: 1, fault, changes: { ended: "fault" } };
    expect(text([started, faulted])).toContain("The model is at fault in moves.sail.when: division by zero");
  });

  test("joint moves are told together, those without effect as such, and holding not at all", () => {
    const joint: RunEvent = {
      type: "MovesMade",
      version: 2,
      lot: null,
      moves: [
        { actor: "north", move: "sail", chosen: "draw", branch: null, forestalled: true, overruled: [] },
        { actor: "south", move: null, chosen: "draw", branch: null, forestalled: false, overruled: [] },
      ],
      changes: {},
    };
    const told = text([started, joint]);
    expect(told).toContain("The North: Set sail (too late: another move came first, so it had no effect)");
    expect(told).not.toContain("South:");
  });

  test("an excerpt tells only what is new, and of the round under way only what happened", () => {
    const events = [started, sail, held("south"), round(1), held("north"), round(2), alarm, round(3)];
    const told = chronicleText({ ...tell(events, clock, naming, { from: 2, running: true }), opening: [] }, plain);
    expect(told).toBe(
      [
        "31 January 2030: nothing happens",
        "",
        "1 February 2030 · round 2",
        "  South: Alarm",
        "    Alert: yes",
        "    Tension: 2 → 3",
        "",
      ].join("\n"),
    );
  });

  test("without its scenario a run is told by its ids", () => {
    const told = chronicleText(tell([started, sail], clock, plainNaming("strait")), plain);
    expect(told).toContain("North: Sail → Openly (chosen by a person)\n    Fleet: In port → At sea\n");
  });
});

describe("how values went", () => {
  test("a course has the value at the start and each later one, in the order of what happened in a round", () => {
    const { courses } = tell([started, sail, alarm, round(1), ended], clock, naming);
    const points = Object.fromEntries(courses.map(({ id, points: values }) => [id, values]));
    expect(points.fleet?.map(({ value }) => value)).toEqual(["in_port", "at_sea"]);
    const [first, second] = [points.fleet?.[1]?.at ?? 0, points.tension?.[1]?.at ?? 0];
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
    expect(second).toBeLessThan(1);
  });
});

describe("words and numbers", () => {
  test("dates are written out, and a span names month and year once", () => {
    const day = (date: string): number => parseDate(date) ?? Number.NaN;
    expect(longDate(day("2022-01-02"))).toBe("2 January 2022");
    expect(dateRange(day("2022-01-22"), day("2022-01-25"))).toBe("22 to 25 January 2022");
    expect(dateRange(day("2022-01-30"), day("2022-02-02"))).toBe("30 January to 2 February 2022");
    expect(dateRange(day("2021-12-31"), day("2022-01-01"))).toBe("31 December 2021 to 1 January 2022");
    expect(dateRange(day("2022-01-22"), day("2022-01-22"))).toBe("22 January 2022");
    expect(shortDate(day("1914-07-03"))).toBe("3 Jul");
  });

  test("numbers keep four decimals at most and never show a rounding error", () => {
    expect([0.1 + 0.2, -2.5, 3, -0.00001, 1 / 0].map(shortNumber)).toEqual(["0.3", "−2.5", "3", "0", "∞"]);
  });

  test("a fall on the ladder points down", () => {
    const change = { kind: "track", id: "fleet", name: "The fleet", from: "At sea", to: "Home" } as const;
    expect(changeText({ ...change, rungs: [4, 1] }, tellingEn)).toBe("The fleet: At sea → Home (rung 4 ↓ 1)");
  });

  test("no line is longer than the terminal is wide, unless one word is", () => {
    const lines = wrap("one two three four five incomprehensibilities six", 12, "> ", "  ");
    expect(lines).toEqual(["> one two", "  three four", "  five", "  incomprehensibilities", "  six"]);
  });

  test("a result names the properties that fail", () => {
    const result = {
      ended: "outcome",
      outcome: "calm",
      rounds: 1,
      tallies: {},
      utilities: { north: -1.5 },
      properties: { peace: false, order: true },
    } as const;
    expect(resultText(result, naming, "Calm", plain)).toBe(
      [
        "Outcome     Calm, after 1 round",
        "Utilities   The North −1.5",
        "Properties  1 hold, 1 fail",
        "Fails       Peace",
      ].join("\n"),
    );
  });
});
