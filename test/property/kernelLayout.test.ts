/**
 * Packing: every state that a layout can hold survives being packed, and its words stay in 32 bits.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { layOut, sizeOf } from "../../src/kernel/layout.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";

/** Layouts of generated scenarios, each with a share of every field's range. */
const placed = fc.tuple(
  scenarioArbitrary,
  fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 60, maxLength: 60 }),
);

describe("a layout", () => {
  test("packs all values of a state into words of 32 bits, and unpacks the same values", () => {
    fc.assert(
      fc.property(placed, ([document, shares]) => {
        const { scenario } = readScenario({ file: "generated.yaml", text: documentText(document) });
        if (scenario === null) throw new Error("a generated scenario cannot be read");
        const layout = layOut(scenario.model, treat(scenario.model), 50);
        const values = layout.fields.map(
          ({ local }, index) => local.low + Math.floor((shares[index] ?? 0) * sizeOf(local)),
        );
        const words = layout.pack(values);
        expect(words.every((word) => Number.isInteger(word) && word >= 0 && word < 4_294_967_296)).toBe(true);
        expect(layout.unpack(words)).toEqual(values);
        expect(layout.values(layout.state(values))).toEqual(values);
      }),
      { seed: 1961, numRuns: 80 },
    );
  });
});
