/**
 * What can still come of a run: exact shares at every position of its log, and points of no return.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/engine/event.ts";
import { evolveAll } from "../../src/engine/evolve.ts";
import { playOpen, startSession, unnamed } from "../../src/engine/play.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { type Treatment, treat } from "../../src/engine/treatment.ts";
import { wilson } from "../../src/ensemble/statistics.ts";
import type { Model } from "../../src/scenario/model.ts";
import { TooLarge } from "../../src/solve/graph.ts";
import { estimateProspect, type Prospect, solveProspect } from "../../src/solve/prospect.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { driven, grant, solveModel } from "./solving.ts";

const library = (id: string): Model =>
  scenarioOf(readFileSync(join(import.meta.dirname, `../../scenarios/${id}.yaml`), "utf8")).model;

function runOf(model: Model, treatment: Treatment, seed: string): readonly RunEvent[] {
  const engine = prepareEngine(model, treatment);
  const start = startSession(engine, { seed, ...unnamed });
  const events = [...start.events];
  playOpen({ session: start.session }, (next) => events.push(...next));
  return events;
}

const prove = (model: Model, treatment: Treatment, events: readonly RunEvent[]): Prospect =>
  driven(solveProspect({ model, treatment, events, ...grant }));

function estimateOf(model: Model, treatment: Treatment, events: readonly RunEvent[], runs: number): Prospect {
  const drawing = estimateProspect({ model, treatment, events, ...grant }, { seed: "x", runs });
  for (let step = drawing.next(); ; step = drawing.next()) {
    if (step.done !== true) continue;
    if (step.value === null) throw new Error("nobody interrupted");
    return step.value;
  }
}

describe("shares at the positions of a log", () => {
  test("of the gambler's ruin are the stake's share of the whole, whatever was staked by then", () => {
    const model = library("gamblers-ruin");
    const treatment = treat(model);
    const events = runOf(model, treatment, "a");
    const { standings, how } = prove(model, treatment, events);
    expect(how).toBe("proven");
    expect(standings).toHaveLength(events.length);
    const [stake] = model.variables;
    const seen = new Set<number>();
    for (const { position, outcomes } of standings) {
      const value = Number(evolveAll(null, events.slice(0, position + 1))?.variables[stake?.id ?? ""]);
      const pending = events[position + 1];
      if (pending?.type === "RuleApplied") continue;
      seen.add(value);
      expect(Math.abs((outcomes.rupture?.probability ?? -1) - value / 10)).toBeLessThan(1e-9);
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  test.each(["pretext", "brink", "chicken"])("of %s begin with what solving the scenario gives", (id) => {
    const model = library(id);
    const treatment = treat(model);
    const solution = solveModel(model, treatment);
    // Where types are drawn at the start, the log's first state is only one of those that runs begin with.
    const events = runOf(model, treatment, "a");
    const first = prove(model, treatment, events).standings[0];
    for (const { id: outcome } of model.outcomes) {
      const exact = solution.outcomes[outcome]?.probability ?? -1;
      expect(first?.outcomes[outcome]?.probability).toBeCloseTo(exact, 9);
    }
  });

  test.each(["pretext", "brink", "crisis-chain"])("of %s are those of runs of the kernel", (id) => {
    const model = library(id);
    const treatment = treat(model);
    const events = runOf(model, treatment, "b");
    const exact = prove(model, treatment, events);
    const drawn = estimateOf(model, treatment, events, 2000);
    expect(drawn.how).toBe("estimated");
    for (const [position, standing] of drawn.standings.entries()) {
      for (const { id: outcome } of model.outcomes) {
        const probability = exact.standings[position]?.outcomes[outcome]?.probability ?? -1;
        const { low, high } = wilson(Math.round((standing.outcomes[outcome]?.probability ?? -1) * 2000), 2000, 4.4);
        expect(probability, `${outcome} at ${position}`).toBeGreaterThanOrEqual(low - 1e-9);
        expect(probability, `${outcome} at ${position}`).toBeLessThanOrEqual(high + 1e-9);
      }
    }
  });

  test("add up to 1 where every run ends in an outcome", () => {
    const model = library("pretext");
    const treatment = treat(model);
    for (const { outcomes } of prove(model, treatment, runOf(model, treatment, "d")).standings) {
      const sum = Object.values(outcomes).reduce((total, { probability }) => total + probability, 0);
      expect(sum).toBeCloseTo(1, 9);
    }
  });
});

const doors = `
demarche: 1
id: doors
title: Doors
clock: { start: 2022-01-01, rounds: 6 }
actors: { a: {} }
tracks: { door: { initial: open, states: [open, shut, gone] } }
variables: { noise: { scale: [0, 3], initial: 0 } }
moves:
  slam: { by: a, when: door is open and round is 2, then: { door: shut } }
incidents:
  knock: { when: noise < 3, chance: 0.5, then: { noise: noise + 1 } }
rules:
  rot: { when: noise is 3 and door is open, then: { door: gone } }
policies: { a: { closing: { slam: 1, hold: 0 } } }
outcomes:
  vanished: { when: door is gone }
  closed: { when: door is shut and noise is 3 }
  quiet: { otherwise: true }
`;

describe("points of no return", () => {
  test("are where an outcome can no longer come, or nothing else, and stay so", () => {
    const { model } = scenarioOf(doors);
    const treatment = treat(model);
    const events = runOf(model, treatment, "a");
    const { settled, standings } = prove(model, treatment, events);
    const slam = events.findIndex((event) => event.type === "MoveMade" && event.move === "slam");
    expect(slam).toBeGreaterThan(0);
    // The only policy slams the door in round 2, so nothing can vanish behind it.
    const vanished = settled.find(({ outcome }) => outcome === "vanished");
    expect(vanished?.becomes).toBe("impossible");
    expect(vanished?.position).toBeLessThanOrEqual(slam);
    for (const { outcome, becomes, position } of settled) {
      const share = becomes === "certain" ? 1 : 0;
      const from = standings.findIndex((standing) => standing.position === position);
      expect(standings.slice(from).every((one) => one.outcomes[outcome]?.probability === share)).toBe(true);
      expect(standings[from - 1]?.outcomes[outcome]?.probability).not.toBe(share);
    }
    const ended = events.at(-1);
    expect(settled.filter(({ becomes }) => becomes === "certain").map(({ outcome }) => outcome)).toEqual([
      ended?.type === "RunEnded" ? ended.outcome : null,
    ]);
  });

  test("are told of a group too, which is settled where its outcomes are not", () => {
    const { model } = scenarioOf(
      `${doors}groups: { shut_or_gone: { of: [vanished, closed] }, every_end: { of: [vanished, closed, quiet] } }\n`,
    );
    const treatment = treat(model);
    const { settled, standings } = prove(model, treatment, runOf(model, treatment, "a"));
    expect(settled.find(({ outcome }) => outcome === "every_end")).toMatchObject({ becomes: "certain", position: 0 });
    for (const { outcomes, groups } of standings) {
      const sum = (outcomes.vanished?.probability ?? 0) + (outcomes.closed?.probability ?? 0);
      expect(groups.shut_or_gone?.probability).toBeCloseTo(sum, 12);
      expect(groups.every_end?.probability).toBe(1);
    }
    expect(standings.some(({ groups }) => (groups.shut_or_gone?.probability ?? 0) % 1 > 0)).toBe(true);
  });

  test("stand at the choice that brings them, not at the rules that follow from it", () => {
    const { model } = scenarioOf(doors);
    const treatment = treat(model);
    const runs = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"].map((seed) =>
      runOf(model, treatment, seed),
    );
    const ruled = runs.find((events) => events.some(({ type }) => type === "RuleApplied"));
    if (ruled === undefined) throw new Error("no run comes to the rule");
    const rule = ruled.findIndex(({ type }) => type === "RuleApplied");
    const certain = prove(model, treatment, ruled).settled.find(({ becomes }) => becomes === "certain");
    expect(certain).toEqual({ outcome: "vanished", becomes: "certain", position: rule - 1, round: certain?.round });
    expect(ruled[rule - 1]?.type).toBe("IncidentOccurred");
  });

  test("are none where the log stops before anything is settled", () => {
    const { model } = scenarioOf(doors);
    const treatment = treat(model);
    const { settled } = prove(model, treatment, runOf(model, treatment, "a").slice(0, 1));
    expect(settled).toEqual([]);
  });

  test("runs that go on for ever leave an outcome uncertain", () => {
    const { model } = scenarioOf(`
demarche: 1
id: waiting
title: Waiting
actors: { a: { must_move: true } }
tracks: { talk: { initial: open, states: [open, stuck, done] } }
variables: { turn: { flag: false } }
moves:
  stick: { by: a, when: talk is open, then: { talk: stuck } }
  settle: { by: a, when: talk is open, then: { talk: done } }
  shuffle: { by: a, when: talk is stuck, then: { turn: not turn } }
outcomes: { settled: { when: talk is done } }
`);
    const treatment = treat(model);
    const engine = prepareEngine(model, treatment);
    const started = startRun(engine, { seed: "a", replication: 0, model: "", document: { id: "", text: "" } });
    const { standings, settled } = prove(model, treatment, started);
    expect(standings[0]?.outcomes.settled?.probability).toBeCloseTo(0.5, 12);
    expect(settled).toEqual([]);
  });
});

test("more states than are allowed are too large to prove", () => {
  const model = library("pretext");
  const treatment = treat(model);
  const events = runOf(model, treatment, "a");
  const limits = { statesMax: 5, bytesMax: 2 ** 31 };
  expect(() => driven(solveProspect({ model, treatment, events, ...grant, limits }))).toThrow(TooLarge);
});
