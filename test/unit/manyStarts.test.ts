/**
 * Starts with very many combinations: a search obeys its limits and its user from the first moment, restricted starts
 * are weighed in good time, and a start that is also an end is one state.
 */
import { expect, test } from "vitest";
import { type CheckRequest, check } from "../../src/check/check.ts";
import { usualSampling } from "../../src/check/statistical.ts";
import { treat } from "../../src/engine/treatment.ts";
import { exportPrism } from "../../src/export/prism.ts";
import { exportXstate } from "../../src/export/xstate.ts";
import { heldShare, solveProperty } from "../../src/solve/markovChain.ts";
import { type SolveRequest, solve } from "../../src/solve/solve.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";

const head = "demarche: 2\nid: test\ntitle: Test\n";

/** Two hidden counts, of which somebody may set the first to 0. */
const counts = (first: number, second: number, start = ""): string =>
  `${head}turns: free\n${start}actors: { one: {} }
variables:
  a: { count: [0, ${first}], initial: any }
  b: { count: [0, ${second}], initial: any }
moves: { stop: { by: one, then: { a: 0 } } }
`;

const attitudes = `${head}clock: { rounds: 1 }
variables:
  a: { scale: [0, 99], initial: any }
  b: { scale: [0, 99], initial: any }
  c: { scale: [0, 99], initial: any }
  e: { scale: [0, 99], initial: any }
outcomes: { low: { when: a + b + c + e < 160 }, high: { otherwise: true } }
`;

const limited = (statesMax: number) => ({ statesMax, bytesMax: 2 ** 30 });

function checked(text: string, options: Partial<CheckRequest> = {}) {
  const { model } = scenarioOf(text);
  const search = check({
    model,
    treatment: treat(model),
    choices: "open",
    limits: limited(2 ** 31),
    signal: { aborted: false },
    sampling: { ...usualSampling, seed: "test" },
    ...options,
  });
  const began = performance.now();
  for (let step = search.next(); ; step = search.next()) {
    if (step.done !== true) continue;
    expect(performance.now() - began).toBeLessThan(60_000);
    return step.value;
  }
}

function solved(text: string, options: Partial<SolveRequest> = {}) {
  const { model } = scenarioOf(text);
  const request = {
    model,
    treatment: treat(model),
    free: [],
    against: [],
    aim: null,
    limits: limited(2 ** 31),
    signal: { aborted: false },
    ...options,
  };
  const search = solve(request);
  const began = performance.now();
  for (let step = search.next(); ; step = search.next()) {
    if (step.done !== true) continue;
    expect(performance.now() - began).toBeLessThan(60_000);
    return step.value;
  }
}

function finished<R>(search: Generator<unknown, R>): R {
  for (let step = search.next(); ; step = search.next()) if (step.done === true) return step.value;
}

test("a search of 10^8 beginnings ends at the limit of states", () => {
  const found = checked(attitudes, { limits: limited(1000) });
  expect(found).toMatchObject({ states: 1000, limit: "states", complete: false });
  expect(() => solved(attitudes, { limits: limited(1000) })).toThrow(/the limit of states was reached at 1000 states/);
});

test("a search of 10^8 beginnings ends when its user says so", () => {
  expect(checked(attitudes, { signal: { aborted: true } }).limit).toBe("interrupted");
  expect(() => solved(attitudes, { signal: { aborted: true } })).toThrow(/interrupted/);
});

test.each([
  ["day by day", "rounds: 1"],
  ["over a table", "rounds: 30"],
])("starts that a property decides at once are no states, and count all the same, %s", (_, rounds) => {
  const decided = attitudes.replace("rounds: 1", rounds).replace("}\n", "}\nproperties: { p: { never: a >= 0 } }\n");
  const { model } = scenarioOf(decided);
  const [property] = model.properties;
  if (property === undefined) throw new Error("there is a property");
  const request = { model, treatment: treat(model), limits: limited(1000), signal: { aborted: false } };
  expect(() => finished(solveProperty(request, property))).toThrow(
    "the limit of states was reached at 16384 ways to begin",
  );
  expect(checked(decided, { limits: limited(1000) }).limit).toBe("states");
});

test("starts that a property decides at once are solved where there are no more of them than states may be", () => {
  const { model } = scenarioOf(`${counts(99, 9)}properties: { p: { never: a >= 0 } }\n`);
  const [property] = model.properties;
  if (property === undefined) throw new Error("there is a property");
  const request = { model, treatment: treat(model), limits: limited(1000), signal: { aborted: false } };
  expect(heldShare(finished(solveProperty(request, property)))).toBe(0);
  expect(() => finished(solveProperty({ ...request, limits: limited(999) }, property))).toThrow(
    "at 1000 ways to begin",
  );
});

test("of very many starts an export takes what it shows: the first of them, or none", () => {
  const wide = attitudes.replace("title: Test\n", "title: Test\nstart: a + b > 3\n");
  const two = wide.replace(/ {2}[ce]: .*\n/g, "").replace("a + b + c + e < 160", "a < 9");
  const began = performance.now();
  expect(exportXstate(scenarioOf(two))).toContain(`"variables": {"a":0,"b":4}`);
  expect(exportXstate(scenarioOf(attitudes))).toContain(`"variables": {"a":0,"b":0,"c":0,"e":0}`);
  expect(() => exportPrism(scenarioOf(attitudes), treat(scenarioOf(attitudes).model))).toThrow(
    "the hidden initial values combine in more than 10000 ways, which are too many for a file",
  );
  expect(performance.now() - began).toBeLessThan(60_000);
});

test("all of very many beginnings are found, and solved, whatever portions they are listed in", () => {
  expect(checked(counts(999, 199))).toMatchObject({ initial: 200_000, states: 200_000, complete: true });
  expect(solved(counts(999, 199)).states).toBe(200_000);
});

test("a start is restricted among as many combinations as may be", () => {
  const start = "start: a + b > 0\n";
  expect(checked(counts(999, 129, start))).toMatchObject({ initial: 129_999, states: 130_000, complete: true });
  const { states } = recordRun(engineOf(scenarioOf(counts(999, 999, start)).model), { roundsLimit: 1 });
  expect(Number(states[0]?.variables.a) + Number(states[0]?.variables.b)).toBeGreaterThan(0);
});

test("a start that is also an end is one state", () => {
  const dead = `${head}turns: free
actors: { one: {} }
variables: { a: { count: [0, 1], initial: any } }
moves: { stop: { by: one, when: a > 0, then: { a: 0 } } }
`;
  expect(checked(dead)).toMatchObject({ initial: 2, states: 2, deadlocks: 1, depth: 0 });
  const won = `${dead}outcomes: { done: { when: a is 0 } }\n`;
  expect(checked(won)).toMatchObject({ states: 2, deadlocks: 0, endings: { done: 1 } });
});
