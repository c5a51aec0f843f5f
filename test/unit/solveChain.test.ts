/**
 * Exact solutions of chains, held to values that other programs and closed forms give.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type TreatmentRequest, treat } from "../../src/engine/treatment.ts";
import type { Solution } from "../../src/solve/solution.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { solveModel } from "./solving.ts";

const textOf = (file: string): string => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8");

function solveFile(file: string, request: TreatmentRequest = {}): Solution {
  const { model } = scenarioOf(textOf(file));
  return solveModel(model, treat(model, request));
}

/** Relative tolerance of a closed form. */
const close = (value: number | null | undefined, exact: number): void => {
  expect(Math.abs((value ?? Number.NaN) - exact)).toBeLessThanOrEqual(1e-9 * Math.abs(exact));
};

describe("the yardstick", () => {
  // By C, JavaScript and PRISM, which agree to about 13 digits.
  test.each([
    [60, 5_249_150, 0.54150384177036, 0.45134057476282, 0.00715558346682, 54.247228626933],
    [5, 12_441, 0.000336682815017, 0.065185050514752, 0.934478266670231, 14.771004783382],
  ])("of %i rounds is solved as by others", (rounds, states, invasion, settlement, stalemate, moves) => {
    const solution = solveFile("bench/yardstick.yaml", { rounds });
    expect(solution.states).toBe(states);
    close(solution.outcomes.invasion?.probability, invasion);
    close(solution.outcomes.settlement?.probability, settlement);
    close(solution.outcomes.stalemate?.probability, stalemate);
    close(solution.tallies.steps?.expected, moves);
    expect(solution.precision).toBeLessThan(1e-11);
    expect(solution.lengths?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe("closed forms", () => {
  test("gambler's ruin, fair and unfair", () => {
    const fair = solveFile("scenarios/gamblers-ruin.yaml");
    close(fair.outcomes.rupture?.probability, 0.3);
    close(fair.rounds.expected, 21);
    const calming = solveFile("scenarios/gamblers-ruin.yaml", { variant: "calming" });
    const ratio = 0.55 / 0.45;
    close(calming.outcomes.rupture?.probability, (ratio ** 3 - 1) / (ratio ** 10 - 1));
    close(calming.rounds.expected, (3 - 10 * ((ratio ** 3 - 1) / (ratio ** 10 - 1))) / 0.1);
  });

  test.each([
    ["from_talks", 28 / 41, 201 / 41],
    ["from_standoff", 35 / 41, 200 / 41],
    ["from_crisis", 38 / 41, 141 / 41],
  ])("the crisis chain %s", (variant, war, rounds) => {
    const solution = solveFile("scenarios/crisis-chain.yaml", { variant });
    close(solution.outcomes.war?.probability, war);
    close(solution.rounds.expected, rounds);
    expect(solution.properties.war_by_way_of_crisis?.probability).toBe(1);
  });

  test("the brink in equilibrium", () => {
    const solution = solveFile("scenarios/brink.yaml");
    close(solution.outcomes.disaster?.probability, 1 / 31);
    expect(solution.values?.east).toBeCloseTo(0, 12);
  });
});
