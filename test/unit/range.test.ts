/**
 * Ranges of differences over assumptions: how far they go, and where their sign turns.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { runCells } from "../../src/ensemble/cells.ts";
import { comparison } from "../../src/ensemble/compare.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { planRange, type Ranges, rangeRuns, rangesOf } from "../../src/ensemble/range.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

function read(text: string): Model {
  const { scenario, diagnostics } = readScenario({ file: "test.yaml", text });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return scenario.model;
}

/** A warning deters where the other side fears it, and provokes where it does not. */
const warning = read(`
demarche: 1
id: warning
title: A warning
clock: { start: 2022-01-01, rounds: 1 }
assumptions:
  fear: { range: [0, 1], default: 0.9, basis: judgement }
  idle: { range: [0, 5], default: 1, basis: judgement }
variables: { warned: { flag: false }, war: { flag: false }, mood: { scale: [0, 9], initial: 0 } }
incidents:
  strike: { chance: if warned then 0.8 - 0.8 * fear else 0.4, then: { war: true } }
  weather: { chance: 0.5, then: { mood: floor(idle) } }
outcomes: { war: { when: war }, peace: { otherwise: true } }
variants:
  silent: {}
  warn: { initial: { warned: true } }
  copy: {}
`);

async function ranges(
  model: Model,
  variants: readonly string[],
  assume: Record<string, number> = {},
  runs = 400,
): Promise<Ranges> {
  const plan = planRange(model, variants, { assume }, { seed: "a", runs, points: 24 });
  if (plan === null) throw new Error("nothing to vary");
  const treatments = variants.map((variant) => treat(model, { variant, assume }));
  const simulators = treatments.map((treatment) => simulatorOf(model, treatment, "a"));
  const counts = runPlan(columnsOf(model), { seed: "a", runs, treatments }, simulators);
  const usual = comparison({ scenario: "", model: "", seed: "a" }, columnsOf(model), treatments, counts).differences;
  return rangesOf(model, plan, await runCells(model, plan, { workers: 1 }), usual);
}

describe("the range of a difference", () => {
  test("spans what the assumptions allow, and names the assumption at which the sign turns", async () => {
    const { ranges: rows, points, faulted } = await ranges(warning, ["silent", "warn"]);
    const war = rows.find(({ outcome }) => outcome === "war");
    expect([points, faulted]).toEqual([24, 0]);
    // Exactly 0.4 - 0.8 * fear.
    expect(war?.low).toBeLessThan(-0.3);
    expect(war?.high).toBeGreaterThan(0.3);
    expect(war).toMatchObject({ flips: true, where: { sign: "more", divide: { factor: "fear", side: "up to" } } });
    const divide = war?.where?.divide;
    expect(Number(divide?.level)).toBeGreaterThan(0.35);
    expect(Number(divide?.level)).toBeLessThan(0.5);
    expect(divide?.inside.found).toBe(divide?.inside.points);
    expect(divide?.outside.found).toBe(0);
    expect(war?.where?.nearest.difference).toBeGreaterThan(0);
  });

  test("is nothing at all between two variants that are the same", async () => {
    const { ranges: rows } = await ranges(warning, ["silent", "copy"]);
    expect(rows.map(({ low, high, flips, where }) => [low, high, flips, where])).toEqual([
      [0, 0, false, null],
      [0, 0, false, null],
    ]);
  });

  test("does not turn where the deciding assumption is fixed", async () => {
    const { ranges: rows, factors } = await ranges(warning, ["silent", "warn"], { fear: 0.9 });
    expect(factors).toEqual(["idle"]);
    expect(rows.every(({ flips }) => !flips)).toBe(true);
    expect(rows[0]?.high).toBeLessThan(0);
  });

  test("leaves out each point at which a run is at fault, be it one", async () => {
    const fragile = read(`
demarche: 1
id: fragile
title: Fragile
clock: { start: 2022-01-01, rounds: 1 }
assumptions: { strain: { range: [0, 5], default: 1, basis: judgement } }
variables: { bent: { flag: false }, broken: { flag: false } }
incidents: { snap: { when: bent, chance: if strain > 2.5 then 2 else 1, then: { broken: true } } }
outcomes: { broken: { when: broken }, whole: { otherwise: true } }
variants: { straight: {}, bend: { initial: { bent: true } } }
`);
    const { points, faulted, ranges: rows } = await ranges(fragile, ["straight", "bend"], {}, 1);
    expect([points, faulted]).toEqual([12, 12]);
    expect(rows.map(({ outcome, low, high }) => [outcome, low, high])).toEqual([
      ["broken", 1, 1],
      ["whole", -1, -1],
    ]);
  });

  test("does not exist where nothing can be varied, or with one variant", () => {
    const size = { seed: "a", runs: 100, points: 8 };
    expect(planRange(warning, ["silent"], {}, size)).toBeNull();
    expect(planRange(warning, ["silent", "warn"], { assume: { fear: 0, idle: 0 } }, size)).toBeNull();
  });

  test("costs about as much again as the comparison, within reason", () => {
    expect([rangeRuns(100, 32), rangeRuns(10_000, 32), rangeRuns(1e9, 32)]).toEqual([250, 313, 1000]);
  });
});
