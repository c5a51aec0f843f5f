/**
 * Differences between variants, paired by replication, from one run on.
 */
import { expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { comparison } from "../../src/ensemble/compare.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { tiny } from "./tiny.ts";

const { model } = scenarioOf(
  tiny(`clock: { rounds: 1 }
variables: { warned: { flag: false }, war: { flag: false } }
incidents: { strike: { when: warned, then: { war: true } } }
outcomes: { war: { when: war }, peace: { otherwise: true } }
variants: { silent: {}, warn: { initial: { warned: true } } }
`),
);

test.each([1, 7])("what is certain differs by all of %i runs", (runs) => {
  const treatments = ["silent", "warn"].map((variant) => treat(model, { variant }));
  const simulators = treatments.map((treatment) => simulatorOf(model, treatment, "a"));
  const counts = runPlan(columnsOf(model), { seed: "a", runs, treatments }, simulators);
  const result = comparison({ scenario: "", model: "", seed: "a" }, columnsOf(model), treatments, counts);
  expect(result.differences.map(({ from, to, outcome, difference }) => [from, to, outcome, difference])).toEqual([
    ["silent", "warn", "war", 1],
    ["silent", "warn", "peace", -1],
  ]);
  expect(result.variants.map(({ name, outcomes }) => [name, outcomes.war?.count])).toEqual([
    ["silent", 0],
    ["warn", runs],
  ]);
});
