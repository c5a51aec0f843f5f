/**
 * Statistical checking keeps its stated error, and is used exactly where exploring does not reach.
 */
import { describe, expect, test } from "vitest";
import { naturalLogarithm, okamotoRuns, SequentialTest, usualSampling } from "../../src/check/statistical.ts";
import { treat } from "../../src/engine/treatment.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked } from "../differential/bothExplorations.ts";
import { tiny } from "./tiny.ts";

/** A generator of its own, so that the test does not lean on what it tests (Park and Miller 1988). */
function luck(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** How often the test of a bound says that a share lies above it. */
function saysAbove(bound: number, share: number, trials: number): number {
  let above = 0;
  for (let trial = 0; trial < trials; trial++) {
    const next = luck(trial + 1);
    for (let k = 0; k < 10; k++) next();
    const sequential = new SequentialTest(bound, 0.05, 0.05);
    let side: ReturnType<SequentialTest["add"]> = null;
    for (let runs = 0; side === null; runs++) {
      if (runs > 100_000) throw new Error("the test does not come to an end");
      side = sequential.add(next() < share);
    }
    if (side === "above") above++;
  }
  return above;
}

describe("the sequential test", () => {
  // At the ends of the margin Wald's bound of 5 % is nearly met: 2000 trials miss it by four standard errors at 0.07.
  test.for([0.1, 0.3, 0.9])("is wrong about %f at most as often as it says", (bound) => {
    expect(saysAbove(bound, bound - 0.05, 2000) / 2000).toBeLessThan(0.07);
    expect(1 - saysAbove(bound, bound + 0.05, 2000) / 2000).toBeLessThan(0.07);
  });

  test("lets a single run refute that something never happens, and none prove it", () => {
    expect(new SequentialTest(0, 0.01, 0.001).add(true)).toBe("above");
    expect(new SequentialTest(0, 0.01, 0.001).add(false)).toBe(null);
    expect(new SequentialTest(1, 0.01, 0.001).add(false)).toBe("below");
  });

  test("is sure of an end after so many runs that a share off by the margin would hardly show none", () => {
    const runsUntil = (bound: number, holds: boolean): readonly [side: string, runs: number] => {
      const sequential = new SequentialTest(bound, 0.01, 0.001);
      for (let runs = 1; runs < 100_000; runs++) {
        const side = sequential.add(holds);
        if (side !== null) return [side, runs];
      }
      return ["undecided", 0];
    };
    // 0.99^n falls below 1/999 with n = 688: ln 999 / -ln 0.99 = 687.2.
    expect(runsUntil(0, false)).toEqual(["below", 688]);
    expect(runsUntil(1, true)).toEqual(["above", 688]);
    // Inside, from Wald's ratios: ln 999 / ln(0.51 / 0.49) = 172.64 either way.
    expect(runsUntil(0.5, true)).toEqual(["above", 173]);
    expect(runsUntil(0.5, false)).toEqual(["below", 173]);
  });

  test("does not take one run for proof that a small share is exceeded", () => {
    expect(new SequentialTest(0.001, 0.01, 0.001).add(true)).toBe(null);
  });
});

test("a fixed sample is as large as Okamoto's bound says", () => {
  // ln(2 / 0.05) / (2 * 0.01^2) = 18444.4, ln(2 / 0.001) / (2 * 0.005^2) = 152018.05
  expect(okamotoRuns(0.01, 0.05)).toBe(18445);
  expect(okamotoRuns(0.005, 0.001)).toBe(152019);
});

test("the logarithm is the platform's to the last digits", () => {
  for (const value of [1e-300, 0.001, 0.5, 0.9999, 1, 1.5, 2, 2000, 1e200]) {
    expect(naturalLogarithm(value)).toBeCloseTo(Math.log(value), 11);
  }
  expect(naturalLogarithm(0)).toBe(-Infinity);
});

/** Ten tosses of a coin: at least one head in all but 1 of 1024 runs. */
const coins = tiny(`clock: { rounds: 10 }
variables: { heads: { count: [0, 10], initial: 0 }, tosses: { count: [0, 10], initial: 0 } }
moves:
  toss:
    by: one
    then: { tosses: tosses + 1 }
    branches: { head: { odds: 1, then: { heads: heads + 1 } }, tail: { odds: 1 } }
policies: { one: { plain: { toss: 1 } } }
outcomes: { done: { otherwise: true } }
properties:
  some: { eventually: heads > 0 }
  mostly: { share: { of: some, at_least: 0.99 } }
  rarely: { share: { of: some, at_most: 0.5 } }
  bounded: { always: heads <= tosses }
`);

describe("a check", () => {
  const { model } = scenarioOf(coins);
  const subject = { model, treatment: treat(model), choices: "policies" } as const;
  const finding = (id: string, statesMax: number) =>
    checked(subject, { limits: { statesMax, bytesMax: 2 ** 28 } }).findings.find(({ property }) => property.id === id);

  test("works out a share where it can, and decides its bound", () => {
    expect(finding("mostly", 10_000)).toMatchObject({
      holds: true,
      share: { method: "exact", share: expect.closeTo(1023 / 1024, 12) },
    });
    expect(finding("rarely", 10_000)?.holds).toBe(false);
  });

  test("tests a share on runs where the states are too many, and says so", () => {
    const { error, margin } = usualSampling;
    expect(finding("mostly", 5)).toMatchObject({ holds: true, share: { method: "sequential test", error, margin } });
    expect(finding("rarely", 5)).toMatchObject({ holds: false, share: { method: "sequential test" } });
  });

  test("never proves by runs, but is refuted by one of them", () => {
    expect(finding("bounded", 5)).toMatchObject({
      holds: null,
      limit: "states",
      share: { method: "fixed sample", share: 1, runs: 152_019, violation: null },
    });
    const tails = finding("some", 5);
    expect(tails).toMatchObject({ holds: false, share: { method: "fixed sample" } });
    expect(tails?.share?.share).toBeCloseTo(1023 / 1024, 2);
  });

  test("that left something undecided is not complete", () => {
    expect(checked(subject, { limits: { statesMax: 5, bytesMax: 2 ** 28 } })).toMatchObject({
      complete: false,
      limit: "states",
    });
  });
});
