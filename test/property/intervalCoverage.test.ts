import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { comparison } from "../../src/ensemble/compare.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";

function library(id: string): Scenario {
  const file = fileURLToPath(new URL(`../../scenarios/${id}.yaml`, import.meta.url));
  const { scenario } = readScenario({ file, text: readFileSync(file, "utf8") });
  if (scenario === null) throw new Error(`${id} has errors`);
  return scenario;
}

/** Exact values, from the theory of each model. */
const known: readonly { id: string; variant: string; outcome?: string; rounds?: number; share?: number }[] = [
  { id: "crisis-chain", variant: "from_talks", outcome: "war", share: 28 / 41, rounds: 201 / 41 },
  { id: "crisis-chain", variant: "from_crisis", outcome: "war", share: 38 / 41, rounds: 141 / 41 },
  { id: "gamblers-ruin", variant: "fair", outcome: "rupture", share: 3 / 10, rounds: 21 },
  { id: "brink", variant: "equilibrium", outcome: "disaster", share: 1 / 31 },
];

const ensembles = 400;
const runs = 600;

for (const { id, variant, outcome, share, rounds } of known) {
  test(`over ${ensembles} ensembles of ${id} (${variant}) the 95 % intervals hold the exact values as often as they say`, () => {
    const { model, hash } = library(id);
    const treatment = treat(model, { variant });
    const columns = columnsOf(model);
    let shares = 0;
    let means = 0;
    for (let ensemble = 0; ensemble < ensembles; ensemble++) {
      const seed = `coverage ${ensemble}`;
      const plan = { seed, runs, treatments: [treatment] };
      const counts = runPlan(columns, plan, [simulatorOf(model, treatment, seed)]);
      const [result] = comparison({ scenario: id, model: hash, seed }, columns, [treatment], counts).variants;
      const found = outcome === undefined ? undefined : result?.outcomes[outcome];
      if (share !== undefined && found !== undefined && found.low <= share && share <= found.high) shares += 1;
      if (rounds !== undefined && result !== undefined && result.rounds.low <= rounds && rounds <= result.rounds.high) {
        means += 1;
      }
    }
    expect(shares / ensembles).toBeGreaterThanOrEqual(0.88);
    expect(shares / ensembles).toBeLessThanOrEqual(0.99);
    if (rounds === undefined) return;
    expect(means / ensembles).toBeGreaterThanOrEqual(0.88);
    expect(means / ensembles).toBeLessThanOrEqual(0.99);
  });
}

test("paired differences hold the exact difference as often as they say", () => {
  const { model, hash } = library("crisis-chain");
  const treatments = ["from_talks", "from_crisis"].map((variant) => treat(model, { variant }));
  const columns = columnsOf(model);
  const exact = 10 / 41;
  let held = 0;
  for (let ensemble = 0; ensemble < ensembles; ensemble++) {
    const seed = `paired ${ensemble}`;
    const counts = runPlan(
      columns,
      { seed, runs, treatments },
      treatments.map((treatment) => simulatorOf(model, treatment, seed)),
    );
    const { differences } = comparison({ scenario: "crisis-chain", model: hash, seed }, columns, treatments, counts);
    const war = differences.find(({ outcome }) => outcome === "war");
    if (war !== undefined && war.low <= exact && exact <= war.high) held += 1;
  }
  expect(held / ensembles).toBeGreaterThanOrEqual(0.88);
  expect(held / ensembles).toBeLessThanOrEqual(0.99);
});

test("an unrelated incident of chance 0 changes no replication of the lead scenario", () => {
  const file = fileURLToPath(new URL("../../scenarios/geneva-2022.yaml", import.meta.url));
  const text = readFileSync(file, "utf8");
  const added = text.replace(/^incidents:\n/m, "incidents:\n  comet:\n    chance: 0\n    then:\n      tension: 10\n");
  expect(added).not.toBe(text);
  const batches = [text, added].map((document) => {
    const { scenario } = readScenario({ file, text: document });
    if (scenario === null) throw new Error("the scenario has errors");
    return simulatorOf(scenario.model, treat(scenario.model), "a")(0, 500);
  });
  expect(batches[1]).toEqual(batches[0]);
});
