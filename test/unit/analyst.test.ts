/**
 * Whoever follows the rooms' runs: what ends its process costs the class that did it its lamps, and nobody else theirs.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { evolve, type RoomState } from "../../src/classroom/room.ts";
import { runOf } from "../../src/classroom/run.ts";
import type { PropertyStatus } from "../../src/classroom/screenSections.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { type AnalysedRoom, Analyst } from "../../src/server/analyst.ts";
import { patience } from "../patience.ts";

const text = `
demarche: 1
id: bridge
title: Bridge
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
actors: { west: {} }
tracks:
  bridge: { initial: open, states: [open, shut] }
moves:
  shut: { by: west, when: bridge is open, then: { bridge: shut } }
outcomes:
  kept: { otherwise: true }
properties:
  way: { claim: The bridge can be shut, from: bridge is open, reachable: bridge is shut }
`;

/** What a room's teacher was shown. */
interface Watched extends AnalysedRoom {
  readonly lights: PropertyStatus["light"][];
}

/** A room at the beginning of its run; `phase` as if it had come so far. */
function roomOf(code: string, phase: RoomState["phase"] = "round"): Watched {
  const { scenario } = readScenario({ file: "bridge.yaml", text });
  if (scenario === null) throw new Error("the scenario has errors");
  const engine = prepareEngine(scenario.model, treat(scenario.model));
  const started = startRun(engine, { seed: "a", model: scenario.hash, document: { id: "bridge", text } });
  const opened = evolve(null, {
    type: "RoomOpened",
    version: 1,
    room: code,
    scenario: { id: "bridge", language: null },
    overlay: null,
    run: `run.${code}`,
    people: ["west"],
    perDelegation: 1,
    timing: { briefing: 1, rounds: [1], debrief: 1 },
    pace: "automatic",
    at: 0,
  });
  const lights: PropertyStatus["light"][] = [];
  return {
    code,
    run: runOf(scenario, extendChain(undefined, started), engine),
    room: { ...opened, phase },
    lights,
    setPropertyStatuses: (lamps) => void lights.push(...lamps.map(({ light }) => light)),
    tellAnalysis: () => {},
  };
}

const analysts: Analyst[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const analyst of analysts.splice(0)) await analyst.close();
});

/** An analyst whose processes may take so many megabytes each, one after the other, and plenty from then on. */
function analystOf(...ceilings: number[]): { readonly analyst: Analyst; readonly told: string[] } {
  const told: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((line) => {
    told.push(String(line));
    return true;
  });
  const analyst = new Analyst({ memory: () => ceilings.shift() ?? 1000, silence: 60_000 });
  analysts.push(analyst);
  return { analyst, told };
}

const seen = async (room: Watched, light: PropertyStatus["light"]): Promise<void> => {
  await expect.poll(() => room.lights.at(-1), { timeout: patience }).toBe(light);
};

describe("an analyst", () => {
  test("finds the way in a process of its own", async () => {
    const { analyst, told } = analystOf();
    const room = roomOf("A");
    analyst.follow(room);
    await seen(room, "reachable");
    expect(told).toEqual([]);
  });

  test("whose process ends once asks again", async () => {
    const { analyst, told } = analystOf(30);
    const rooms = [roomOf("A"), roomOf("B")];
    for (const room of rooms) analyst.follow(room);
    for (const room of rooms) await seen(room, "reachable");
    expect(told).toEqual([]);
  });

  test("gives up what ends its process alone, says so once, and follows the others", async () => {
    const { analyst, told } = analystOf(30, 30);
    const [guilty, other] = [roomOf("A"), roomOf("B")];
    analyst.follow(guilty);
    analyst.follow(other);
    await seen(guilty, "unknown");
    await seen(other, "reachable");
    analyst.follow(guilty);
    expect(guilty.lights).toEqual(["unknown", "unknown"]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^room A: the ways back could not be found: it took \d+ MB of memory/);
    const later = roomOf("C", "debrief");
    analyst.follow(later);
    await seen(later, "reachable");
  });
});
