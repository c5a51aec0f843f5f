/**
 * What mutated documents brought to light, each as its smallest text.
 */
import { expect, test } from "vitest";
import { type CheckRequest, check } from "../../src/check/check.ts";
import { estimateShares, usualSampling } from "../../src/check/statistical.ts";
import { treat } from "../../src/engine/treatment.ts";
import { exportPrism } from "../../src/export/prism.ts";
import { compileKernel } from "../../src/kernel/kernel.ts";
import { Mistake } from "../../src/scenario/mistake.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";

const head = "demarche: 2\nid: test\ntitle: Test\n";

function checked(text: string, options: Partial<CheckRequest> = {}) {
  const { model } = scenarioOf(text);
  const search = check({
    model,
    treatment: treat(model),
    choices: "open",
    limits: { statesMax: 10_000, bytesMax: 2 ** 28 },
    signal: { aborted: false },
    sampling: { ...usualSampling, seed: "test" },
    ...options,
  });
  for (let step = search.next(); ; step = search.next()) if (step.done === true) return step.value;
}

test("a run in which nothing is chosen any more and that never ends is checked to its end", () => {
  const turning = `${head}tracks: { t: { initial: one, states: [one, two, three] } }
incidents: { turn: { then: { t: if t is one then two else if t is two then three else one } } }
properties:
  comes: { whenever: t is one, eventually: t is two }
  never: { eventually: t is three and round is 5 and t is one }
`;
  const both = checked(turning.replace(" and round is 5", ""));
  expect(both).toMatchObject({ complete: true, deadlocks: 0 });
  expect(both.findings.map(({ holds }) => holds)).toEqual([true, false]);
  expect(both.findings[1]?.witness?.repeats).not.toBeNull();
  // States that know the round come never again, so the limit of states ends the search.
  expect(checked(turning, { limits: { statesMax: 20, bytesMax: 2 ** 28 }, asked: [] }).states).toBeLessThanOrEqual(20);
});

test("the first look after runs without an end comes after one of them", () => {
  const { model } = scenarioOf(`${head}variables: { v: { scale: [0, 9], initial: 3 } }
incidents: { day: { branches: { up: { odds: 1, then: { v: v + 1 } }, down: { odds: 1, then: { v: v - 1 } } } } }
properties: { p: { always: v >= 0 } }
`);
  const request = {
    model,
    treatment: treat(model),
    sampling: { ...usualSampling, seed: "test" },
    signal: { aborted: false },
  };
  const looks = estimateShares(request, ["p"]);
  expect([looks.next().value, looks.next().value]).toEqual([1, 2]);
  const short = { ...request, treatment: { ...request.treatment, rounds: 4 } };
  const sampling = estimateShares(short, ["p"]);
  expect([sampling.next().value, sampling.next().value]).toEqual([1, 2049]);
});

test("more rules than compilers bear are refused where they would be compiled, and read all the same", () => {
  const rules = (count: number): string =>
    Array.from({ length: count }, (_, index) => `  r${index}: { when: v > ${index % 9}, then: { v: v - 1 } }\n`).join(
      "",
    );
  const text = (count: number): string => `${head}actors: { a: {} }
variables: { v: { scale: [0, 9], initial: 0 } }
moves: { go: { by: a, then: { v: v + 1 } } }
rules:
${rules(count)}`;
  const many = scenarioOf(text(301)).model;
  expect(() => compileKernel(many, treat(many))).toThrow("301 may follow from one step, but at most 300 can");
  const few = scenarioOf(text(300)).model;
  expect(() => compileKernel(few, treat(few))).not.toThrow();
});

test("a track called as every object's members are is refused, also where a variant begins otherwise", () => {
  const text = `${head}tracks: { constructor: { initial: [a, b], states: [a, b] } }
variables: { v: { count: [0, 2], initial: any } }
start: v > 0
variants: { other: { initial: { v: 1 } } }
`;
  const { diagnostics } = readScenario({ file: "test.yaml", text });
  expect(diagnostics.map(({ code }) => code)).toContain("reserved-word");
});

test("initial odds that fail are told where PRISM files are written", () => {
  const scenario = scenarioOf(`${head}clock: { rounds: 2 }
variables: { v: { count: [0, 1], initial: { 0: 1 - a, 1: 3 } } }
assumptions: { a: { values: [1, 2], default: 2, basis: judgement } }
outcomes: { done: { otherwise: true } }
`);
  const treatment = treat(scenario.model);
  expect(() => exportPrism(scenario, treatment)).toThrow(Mistake);
  expect(() => exportPrism(scenario, treatment)).toThrow("no run can begin: initial.v: the odds is -1");
});
