/**
 * The generator of scenarios: what it promises to the tests that stand on it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readScenario } from "../../src/scenario/scenario.ts";
import { allFeatures, featuresOf } from "../../src/testing/features.ts";
import { engineOf, recordRun } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";

const documents = fc.sample(scenarioArbitrary, { seed: 2022, numRuns: 250 });
const readings = documents.map((document) => readScenario({ file: "generated.yaml", text: documentText(document) }));
const errors = readings.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === "error"));

describe("generated scenarios", () => {
  test("are read without an error", () => {
    expect(errors).toEqual([]);
    expect(readings.every(({ scenario }) => scenario !== null)).toBe(true);
  });

  test("reach every construct of the language", () => {
    const found = new Set(readings.flatMap(({ scenario }) => (scenario === null ? [] : featuresOf(scenario.model))));
    expect([...found].sort()).toEqual(allFeatures);
  });

  test("run into everything that can happen in a run", () => {
    const happened = new Set<string>();
    for (const { scenario } of readings) {
      for (const variant of ["default", ...(scenario?.model.variants ?? []).map(({ id }) => id)]) {
        if (scenario === null) continue;
        const { events } = recordRun(engineOf(scenario.model, { variant }), { seed: "reach", roundsLimit: 6 });
        for (const [position, event] of events.entries()) {
          happened.add(event.type === "RunEnded" ? event.reason : event.type);
          if (event.type === "RuleApplied" && events[position - 1]?.type === "RuleApplied")
            happened.add("chain of rules");
          if (event.type === "MovesMade" && event.moves.some((part) => part.forestalled)) happened.add("forestalled");
          if ("branch" in event && event.branch?.chosen === "given") happened.add("forced branch");
        }
      }
    }
    expect([...happened].sort()).toEqual([
      ...["IncidentOccurred", "ModelFaulted", "MoveMade", "MovesMade", "RoundOpened", "RuleApplied", "RunStarted"],
      ...["TurnHeld", "chain of rules", "deadlock", "forced branch", "forestalled", "outcome", "unfinished"],
    ]);
  });

  test("shrink to next to nothing where everything fails", () => {
    const failure = fc.check(
      fc.property(scenarioArbitrary, () => false),
      { seed: 2022, numRuns: 1 },
    );
    expect(Object.keys(failure.counterexample?.[0] ?? {}).sort()).toEqual([
      "actors",
      "demarche",
      "id",
      "outcomes",
      "title",
      "turns",
    ]);
  });
});
