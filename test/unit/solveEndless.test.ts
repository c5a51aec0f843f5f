/**
 * Solutions of runs that may go on for ever, and what a solution tells on its way.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import type { Model } from "../../src/scenario/model.ts";
import { buildGraph, TooLarge } from "../../src/solve/graph.ts";
import { compileSteps } from "../../src/space/steps.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { driven, grant, solveModel } from "./solving.ts";
import { tiny } from "./tiny.ts";

const modelOf = (body: string): Model => scenarioOf(tiny(body)).model;

describe("runs of which half go on for ever", () => {
  // A coin decides: heads ends it, tails goes to and fro for ever. The bad way there leaves a mark.
  const model = modelOf(`tracks:
  place: { initial: start, states: [start, here, there, over] }
variables: { marked: { flag: false } }
incidents:
  toss:
    when: place is start
    branches:
      heads: { odds: 2, then: { place: over } }
      tails: { odds: 1, then: { place: here } }
      worse: { odds: 1, then: { place: here, marked: true } }
  sway:
    when: place is here or place is there
    branches:
      forth: { odds: 1, then: { place: there } }
      back: { odds: 1, then: { place: here } }
outcomes: { over: { when: place is over } }
properties:
  unmarked: { never: marked }
  marked: { eventually: marked }
  ends: { eventually: place is over }
  stays_unmarked: { never: marked, after: place is here }
  answered: { whenever: marked, eventually: place is over }
`);
  const { outcomes, properties, stopped, rounds } = solveModel(model, treat(model));
  const shares = Object.fromEntries(Object.entries(properties).map(([id, { probability }]) => [id, probability]));

  test("end as often as they do, though nothing else can end them", () => {
    expect(outcomes.over?.probability).toBeCloseTo(0.5, 12);
    expect(stopped?.endless).toBeCloseTo(0.5, 12);
    expect(rounds.expected).toBe(Infinity);
  });

  test("keep a property that is owed nothing, and break one that is owed something for ever", () => {
    expect(shares).toEqual({
      unmarked: expect.closeTo(0.75, 12),
      marked: expect.closeTo(0.25, 12),
      ends: expect.closeTo(0.5, 12),
      stays_unmarked: expect.closeTo(0.75, 12),
      answered: expect.closeTo(0.75, 12),
    });
  });
});

test("runs of which some are at fault, some break a property and some keep it are told apart", () => {
  const model = modelOf(`tracks:
  place: { initial: start, states: [start, over] }
variables: { marked: { flag: false }, stock: { count: [0, 1], initial: 0 } }
incidents:
  toss:
    when: place is start
    chance: 1 / 2
    branches:
      well: { odds: 4, then: { place: over } }
      badly: { odds: 3, then: { place: over, marked: true } }
      broken: { odds: 1, then: { stock: stock - 1 } }
outcomes: { over: { when: place is over } }
properties:
  unmarked: { never: marked }
  marked: { eventually: marked }
`);
  const { outcomes, properties, stopped } = solveModel(model, treat(model));
  expect(outcomes.over?.probability).toBeCloseTo(7 / 8, 12);
  expect(stopped?.fault).toBeCloseTo(1 / 8, 12);
  expect(properties.unmarked?.probability).toBeCloseTo(4 / 8, 12);
  expect(properties.marked?.probability).toBeCloseTo(3 / 8, 12);
});

test("what is certain has a share of exactly 1, whatever was rounded on the way", () => {
  const model = modelOf(
    `variables: { n: { count: [0, 9], initial: 0 } }
incidents: { climb: { chance: 0.3, then: { n: min(n + 1, 9) } } }
outcomes: { over: { when: n is 9 } }
`.replace("min(n + 1, 9)", '"min(n + 1, 9)"'),
  );
  expect(solveModel(model, treat(model)).outcomes.over?.probability).toBe(1);
});

describe("a graph", () => {
  const model = modelOf(`clock: { rounds: 4 }
variables: { n: { count: [0, 9], initial: 0 } }
moves: { add: { by: one, then: { n: n + 1 } } }
outcomes: { over: { otherwise: true } }
`);
  const steps = compileSteps({ model, treatment: treat(model), choices: { free: [] }, measured: true });
  const build = (bytesMax: number) => buildGraph(steps, { ...grant, limits: { ...grant.limits, bytesMax } });

  test("takes as much memory as it may, and not a byte more", () => {
    const first = build(grant.limits.bytesMax).next();
    const bytes = first.done === true ? 0 : first.value.bytes;
    expect(driven(build(bytes)).nodes).toBeGreaterThan(4);
    expect(() => driven(build(bytes - 1))).toThrow(TooLarge);
  });
});

test("a small graph tells twice how far it has come, where it begins and where it ends, not at every state", () => {
  const model = modelOf(`clock: { rounds: 30 }
variables: { n: { count: [0, 40], initial: 0 } }
moves: { add: { by: one, then: { n: n + 1 } } }
outcomes: { over: { otherwise: true } }
`);
  const steps = compileSteps({ model, treatment: treat(model), choices: { free: ["one"] }, measured: true });
  const building = buildGraph(steps, grant);
  let told = 0;
  for (let step = building.next(); step.done !== true; step = building.next()) told++;
  expect(told).toBe(2);
});
