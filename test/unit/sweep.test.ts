/**
 * Sweeps: what came of a design, whoever ran it and however often it was interrupted.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CellResult, cellRunner, runCells } from "../../src/ensemble/cells.ts";
import { planSweep, type Sweep, type SweepRequest, sweepResult } from "../../src/ensemble/sweep.ts";
import { loadSweep, saveSweep } from "../../src/ensemble/sweepState.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

function read(text: string): Model {
  const { scenario, diagnostics } = readScenario({ file: "test.yaml", text });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return scenario.model;
}

const walk = read(readFileSync(join(import.meta.dirname, "../../scenarios/gamblers-ruin.yaml"), "utf8"));

/** Two causes of war, one idle assumption; each share is known. */
const causes = read(`
demarche: 1
id: causes
title: Two causes
clock: { start: 2022-01-01, rounds: 1 }
sources: { paper: { title: A paper } }
assumptions:
  trifle: { values: [1, 2, 3], default: 2, basis: judgement }
  anger: { range: [0, 0.8], default: 0.2, basis: judgement }
  accident: { range: [0, 0.1], default: 0.05, basis: [paper] }
variables: { war: { flag: false }, mood: { scale: [0, 3], initial: 0 } }
incidents:
  strike: { chance: anger, then: { war: true } }
  misfire: { chance: accident, then: { war: true } }
  weather: { chance: 0.5, then: { mood: trifle } }
outcomes: { war: { when: war }, peace: { otherwise: true } }
`);

const usual: SweepRequest = {
  variant: "default",
  assume: {},
  policies: {},
  rounds: null,
  factors: null,
  design: "oat",
  points: 0,
};

async function sweep(model: Model, request: Partial<SweepRequest>, runs: number, workers = 1): Promise<Sweep> {
  const plan = planSweep(model, { ...usual, ...request }, "a", runs);
  const results = await runCells(model, plan, { workers });
  return sweepResult({ scenario: model.id, model: "hash" }, model, plan, results);
}

describe("one at a time", () => {
  test("ranks what drives the outcome, and an idle assumption does exactly nothing", async () => {
    const { drivers, tornado } = await sweep(causes, {}, 2000);
    expect(drivers.map(({ factor }) => factor)).toEqual(["anger", "accident", "trifle"]);
    expect(drivers.map(({ cited }) => cited)).toEqual([false, true, false]);
    expect(drivers[2]).toMatchObject({ effect: 0, outcome: null });
    const bars = tornado?.find(({ factor, outcome }) => factor === "anger" && outcome === "war");
    expect(bars?.levels.map(({ level }) => level)).toEqual([0, 0.8]);
    // War comes with 1 - (1 - anger)(1 - accident).
    expect(bars?.usual).toBeCloseTo(0.24, 1);
    expect(bars?.levels[1]?.share).toBeCloseTo(0.81, 1);
    const difference = bars?.levels[1];
    expect(difference !== undefined && difference.low < 0.57 && difference.high > 0.57).toBe(true);
  });

  test("holds paired differences that are exactly those of the same replications", async () => {
    const { cells } = await sweep(causes, { factors: ["anger"] }, 500);
    const [base, calm] = cells;
    const shares = [base, calm].map((cell) => cell?.outcomes.war?.share ?? 0);
    expect(calm?.differences?.war?.difference).toBeCloseTo((shares[1] ?? 0) - (shares[0] ?? 0), 12);
    expect(base?.differences).toBeNull();
  });
});

describe("other designs", () => {
  test("a Latin hypercube explains the variance by the assumption that drives it", async () => {
    const { effects, drivers, cells } = await sweep(causes, { design: "lhs", points: 60 }, 400);
    expect(cells).toHaveLength(60);
    const effect = (factor: string): number =>
      effects?.find((row) => row.factor === factor && row.outcome === "war")?.effect ?? -1;
    expect(effect("anger")).toBeGreaterThan(0.9);
    expect(effect("trifle")).toBeLessThan(0.1);
    expect(drivers[0]?.factor).toBe("anger");
  });

  test("a full factorial has a cell for every combination", async () => {
    const { cells } = await sweep(causes, { design: "factorial", points: 2 }, 50);
    expect(cells).toHaveLength(12);
  });

  test("Sobol indices give an idle assumption exactly nothing", async () => {
    const { sobol, drivers, cells } = await sweep(causes, { design: "sobol", points: 40 }, 300);
    expect(cells).toHaveLength(5 * 40);
    expect(sobol?.find(({ factor, outcome }) => factor === "trifle" && outcome === "war")?.total.value).toBe(0);
    expect(drivers[0]).toMatchObject({ factor: "anger", cited: false });
    expect(drivers[0]?.effect).toBeGreaterThan(0.8);
  });
});

describe("a sweep", () => {
  test("is the same bytes in one thread, in two, and after an interruption", async () => {
    const alone = await sweep(walk, { design: "lhs", points: 9 }, 200);
    expect(JSON.stringify(await sweep(walk, { design: "lhs", points: 9 }, 200, 2))).toBe(JSON.stringify(alone));

    const plan = planSweep(walk, { ...usual, design: "lhs", points: 9 }, "a", 200);
    const stop = new AbortController();
    const part = await runCells(walk, plan, {
      workers: 1,
      signal: stop.signal,
      onProgress: (cells) => {
        if (cells === 4) stop.abort();
      },
    });
    expect(part).toHaveLength(4);
    const saved = saveSweep("hash", plan, part);
    const resumed = await runCells(walk, plan, { workers: 1, resume: loadSweep("s.json", saved, "hash", plan) });
    expect(JSON.stringify(sweepResult({ scenario: walk.id, model: "hash" }, walk, plan, resumed))).toBe(
      JSON.stringify(alone),
    );
  });

  test("pairs each cell with its own baseline", () => {
    const plan = planSweep(causes, { ...usual, design: "lhs", points: 3, factors: ["anger"] }, "a", 100);
    const [one = [], two = [], three = []] = plan.cells;
    const pairs = [
      [...one, ...two],
      [...one, ...three],
      [...three, ...two],
    ];
    const shared = cellRunner(causes, plan);
    expect(pairs.map(shared)).toEqual(pairs.map((cell) => cellRunner(causes, plan)(cell)));
  });

  test("ranks nothing against a usual point at fault", async () => {
    const fragile = read(`
demarche: 1
id: fragile
title: Fragile
clock: { start: 2022-01-01, rounds: 3 }
assumptions: { growth: { values: [0, 1], default: 1, basis: judgement } }
variables: { n: { count: [0, 2], initial: 0 } }
incidents: { grow: { then: { n: n + growth } } }
outcomes: { over: { otherwise: true } }
`);
    const { cells, tornado, drivers } = await sweep(fragile, {}, 20);
    expect(cells.map(({ fault }) => fault !== null)).toEqual([true, false]);
    expect([tornado, drivers.map(({ effect }) => effect)]).toEqual([[], [0]]);
  });

  test("that was saved is refused for another model, seed, size or design, with the reason", () => {
    const plan = planSweep(walk, { ...usual, design: "lhs", points: 9 }, "a", 200);
    const saved = saveSweep("hash", plan, []);
    const load = (model: string, other: Partial<typeof plan>): readonly CellResult[] =>
      loadSweep("s.json", saved, model, { ...plan, ...other });
    expect(load("hash", {})).toEqual([]);
    expect(() => load("other", {})).toThrow("its model is hash, the scenario's is other");
    expect(() => load("hash", { seed: "b" })).toThrow("its seed is a, not b");
    expect(() => load("hash", { runs: 10 })).toThrow("each point 200 times, not 10");
    expect(() => load("hash", { request: { ...plan.request, points: 8 } })).toThrow("its design, factors");
    expect(() => loadSweep("s.json", "{}", "hash", plan)).toThrow("no saved sweep");
    expect(() => loadSweep("s.json", "{", "hash", plan)).toThrow("no saved sweep");
  });

  test("reports a fault with its cell, and the rest goes on", async () => {
    const fragile = read(`
demarche: 1
id: fragile
title: Fragile
clock: { start: 2022-01-01, rounds: 3 }
assumptions: { weight: { values: [0, 1, 2], default: 1, basis: judgement } }
variables: { n: { count: [0, 2], initial: 0 }, kind: { scale: [0, 1], initial: { 0: weight, 1: if weight is 0 then 0 else 1 } } }
incidents: { grow: { then: { n: n + (if weight is 2 then 1 else 0) } } }
outcomes: { over: { otherwise: true } }
`);
    const { cells, tornado } = await sweep(fragile, {}, 20);
    expect(cells.map(({ fault }) => fault?.path ?? null)).toEqual([null, "initial.kind", "incidents.grow.then.n"]);
    expect(cells.map(({ fault }) => fault?.replication ?? null)).toEqual([null, 0, 0]);
    expect(tornado?.map(({ levels }) => levels)).toEqual([[]]);
    expect(cells[0]?.outcomes.over?.share).toBe(1);
    expect(cells[2]?.stopped.fault).toBe(20);
  });
});
