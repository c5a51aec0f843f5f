/**
 * The laws of the engine, over generated scenarios that reach every construct of the language.
 *
 * The seed is fixed, so a run of the tests is reproducible; a failure prints the shrunk document.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { judge } from "./referee.ts";

const parameters = { seed: 20220126, numRuns: 150 };

test("every event of every run is what the semantics say, state by state", () => {
  fc.assert(
    fc.property(scenarioArbitrary, (document) => {
      const { model } = scenarioOf(documentText(document));
      for (const variant of ["default", ...model.variants.map(({ id }) => id)]) {
        const engine = engineOf(model, { variant });
        for (const seed of ["a", "b"]) {
          const { events } = recordRun(engine, { seed });
          expect(judge(model, engine.law.treatment, events, luckOf(seed, 0))).toBeNull();
        }
      }
    }),
    parameters,
  );
});
