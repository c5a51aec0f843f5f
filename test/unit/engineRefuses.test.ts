/**
 * What the engine takes and what it refuses: horizons, chances, and whose policy function is asked.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import type { RunEvent } from "../../src/engine/event.ts";
import { evolveAll } from "../../src/engine/evolve.ts";
import { chartConfig } from "../../src/engine/machine.ts";
import { type PolicyFunction, playOut } from "../../src/engine/policyFunction.ts";
import { openSession } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { viewEvents, viewState } from "../../src/engine/view.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { chronicle, tiny, tinyEngine, tinyRun } from "./tiny.ts";

describe("a horizon", () => {
  const { model } = scenarioOf(tiny("moves: { act: { by: one } }\noutcomes: { over: { otherwise: true } }\n"));

  test("is a whole number of rounds, at least one", () => {
    expect(treat(model, { rounds: 1 }).rounds).toBe(1);
    expect(treat(model, { rounds: 40 }).rounds).toBe(40);
    for (const rounds of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => treat(model, { rounds })).toThrow(`the number of rounds is ${rounds}, but a whole number`);
    }
  });
});

describe("the chance of an incident", () => {
  const storm = (chance: string): string => `variables:
  tension: { scale: [0, 9], initial: 5 }
incidents:
  storm:
    chance: ${chance}
clock: { rounds: 1 }
outcomes:
  over: { otherwise: true }
`;

  test("may be certain", () => {
    expect(chronicle(tinyRun(storm("tension / 5")))).toEqual(["start", "incident storm", "round 1", "over"]);
  });

  test.each([
    ["tension / 4", "1.25"],
    ["tension - 3", "2"],
    ["1 - tension", "-4"],
  ])("is a fault of the model where it leaves 0 to 1, as %s does", (chance, value) => {
    expect(chronicle(tinyRun(storm(chance)))).toEqual([
      "start",
      `fault incidents.storm.chance: the chance is ${value}, outside 0 to 1`,
    ]);
  });
});

describe("policy functions", () => {
  const two = (turns: string): string => `actors: { north: {}, south: {} }
turns: ${turns}
clock: { rounds: 2 }
moves:
  press: { by: north }
  answer: { by: south }
outcomes: { over: { otherwise: true } }
`;

  async function asked(turns: string): Promise<{ asked: readonly string[]; made: readonly string[] }> {
    const engine = tinyEngine(two(turns));
    const past = tinyRun(two(turns)).events.slice(0, 1);
    const state = evolveAll(null, past);
    if (state === null) throw new Error("nothing began");
    const heard: string[] = [];
    const events: RunEvent[] = [...past];
    const moving =
      (move: string): PolicyFunction =>
      ({ actor, options }) => {
        heard.push(actor);
        expect(options).toContain(move);
        return move;
      };
    const functions = { north: moving("press"), south: moving("answer") };
    const session = openSession(engine, luckOf("a", 0), state, new Set(Object.keys(functions)));
    await playOut({ session, past, functions, remember: (made) => void events.push(...made) });
    return { asked: heard, made: chronicle({ events }) };
  }

  test("are each asked where all choose at once", async () => {
    expect(await asked("simultaneous")).toEqual({
      asked: ["north", "south", "north", "south"],
      made: ["start", "press + answer", "round 1", "press + answer", "round 2", "over"],
    });
  });

  test("are asked until one moves where turns are free: nobody else decides for nothing", async () => {
    expect(await asked("free")).toEqual({
      asked: ["north", "north"],
      made: ["start", "press", "round 1", "press", "round 2", "over"],
    });
  });
});

test("a joint step is a way out of a track's states only where moves change that track", () => {
  const { model } = scenarioOf(
    tiny(`turns: simultaneous
clock: { rounds: 1 }
actors: { north: {}, south: {} }
tracks:
  bridge: { initial: open, states: [open, shut] }
  weather: { initial: fair, states: [fair, foul] }
moves:
  shut: { by: north, then: { bridge: shut } }
  wait: { by: south }
incidents:
  storm: { chance: 0.5, then: { weather: foul } }
outcomes: { over: { otherwise: true } }
`),
  );
  const text = JSON.stringify(chartConfig(model).states);
  const { states } = chartConfig(model);
  expect(text).toContain('"joint"');
  const ways = (track: string): string => JSON.stringify(Object.entries(states).filter(([id]) => id.includes(track)));
  expect(ways("bridge")).toContain('"joint"');
  expect(ways("weather")).not.toContain('"joint"');
  expect(ways("weather")).toContain('"incident:storm"');
});

test("a view tells the change of a single track, and nothing of one that stays", () => {
  const run = `tracks:
  bridge: { initial: open, states: [open, shut] }
  gate: { initial: open, states: [open, shut] }
clock: { rounds: 1 }
moves:
  shut: { by: one, when: bridge is open, then: { bridge: shut } }
policies:
  one: { keen: { shut: 1, hold: 0 } }
outcomes: { over: { otherwise: true } }
`;
  const seen = viewEvents(scenarioOf(tiny(run)).model, tinyRun(run).events, "public");
  expect(seen.find(({ type }) => type === "MoveMade")).toMatchObject({ changes: { tracks: { bridge: "shut" } } });
  expect(seen.filter((event) => "changes" in event && event.changes.tracks !== undefined)).toHaveLength(1);
  expect(viewState(seen)?.tracks).toEqual({ bridge: "shut", gate: "open" });
});
