/**
 * The order in which actors and moves are written changes no share, mean or value of simultaneous turns.
 *
 * Generated scenarios and the class edition of the library are solved exactly, as written and with their actors and
 * moves turned round: nothing may differ by more than rounding.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { jointEffect } from "../../src/scenario/jointEffect.ts";
import { Mistake } from "../../src/scenario/mistake.ts";
import type { Model } from "../../src/scenario/model.ts";
import type { Solution } from "../../src/solve/solution.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { grant, solveModel } from "../unit/solving.ts";

const simultaneous = (model: Model): Model => ({ ...model, turns: "simultaneous" });

/** The model with actors and moves in another order; an actor's own moves keep theirs, as policies pick among them. */
const turned = (model: Model, by: number): Model => ({
  ...model,
  actors: rotated(model.actors, by),
  moves: rotated(model.moves, by).toReversed(),
});

const rotated = <T>(items: readonly T[], by: number): readonly T[] =>
  items.map((_, index) => items[(index + by) % items.length]).filter((item) => item !== undefined);

function solved(model: Model, statesMax = 20_000, rounds?: number): Solution | null {
  try {
    const limits = { ...grant.limits, statesMax };
    return solveModel(model, treat(model, rounds === undefined ? {} : { rounds }), { limits });
  } catch (error) {
    if (error instanceof Mistake || (error instanceof Error && /limit|endless|states/.test(error.message))) return null;
    throw error;
  }
}

function numbersOf({ outcomes, properties, rounds, tallies, values, stopped }: Solution): Map<string, number> {
  const found = new Map<string, number>();
  const add = (name: string, value: number | null | undefined): void => {
    if (typeof value === "number") found.set(name, value);
  };
  for (const [id, share] of Object.entries(outcomes)) add(`outcome ${id}`, share.probability);
  for (const [id, share] of Object.entries(properties)) add(`property ${id}`, share.probability);
  for (const [id, one] of Object.entries(tallies)) add(`tally ${id}`, one.expected);
  for (const [id, value] of Object.entries(values ?? {})) add(`utility ${id}`, value);
  for (const [id, share] of Object.entries(stopped ?? {})) add(`stopped ${id}`, share);
  add("rounds", rounds.expected);
  return found;
}

function expectAlike(one: Solution, other: Solution): void {
  const [first, second] = [numbersOf(one), numbersOf(other)];
  expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
  for (const [name, value] of first) {
    const found = second.get(name) ?? Number.NaN;
    if (found === value) continue;
    expect(Math.abs(found - value), `${name}: ${value} and ${found}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(value)),
    );
  }
}

describe("the order of actors and moves", () => {
  test("changes nothing in generated scenarios", () => {
    const reached = new Set<string>();
    let compared = 0;
    for (const document of fc.sample(scenarioArbitrary, { seed: 11, numRuns: 220 })) {
      const model = simultaneous(scenarioOf(documentText(document)).model);
      const solution = solved(model);
      if (solution === null || model.actors.length < 2) continue;
      for (const by of [0, 1]) {
        const other = solved(turned(model, by));
        if (other !== null) expectAlike(solution, other);
      }
      compared++;
      for (const feature of featuresOf(model)) reached.add(feature);
    }
    expect(compared).toBeGreaterThan(60);
    expect([...reached].sort()).toEqual(["branches", "changes", "contested", "first come", "sets"]);
  });

  test("changes nothing in the class edition of the library", () => {
    const text = readFileSync(new URL("../../scenarios/geneva-2022-class.yaml", import.meta.url), "utf8");
    const { model } = scenarioOf(text);
    const solution = solved(model, 400_000, 1);
    const other = solved(turned(model, 2), 400_000, 1);
    if (solution === null || other === null) throw new Error("a round of the class edition can be solved");
    expectAlike(solution, other);
  });
});

/** What of joint steps a model has. */
function featuresOf(model: Model): readonly string[] {
  const found = new Set<string>();
  const setters = new Map<string, Set<string>>();
  for (const move of model.moves) {
    if (move.firstCome) found.add("first come");
    if (move.branches.length > 0) found.add("branches");
    for (const assignment of [...move.then, ...move.branches.flatMap(({ then }) => then)]) {
      const { kind } = jointEffect(model, assignment);
      if (kind === "changes") found.add("changes");
      if (kind !== "sets") continue;
      found.add("sets");
      const actors = setters.get(assignment.id) ?? new Set();
      setters.set(assignment.id, actors.add(move.by));
      if (actors.size > 1) found.add("contested");
    }
  }
  return [...found];
}
