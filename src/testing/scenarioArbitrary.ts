/**
 * Generated scenarios: whole valid documents, small, that reach every construct of the language.
 *
 * Documents are valid by construction (no diagnostics of severity error). One in four is daring: its blocks may leave
 * ranges, step beyond the end of a track or yield fractions, and its scripts may name what is not enabled, so that
 * runs end in model faults. Nothing bounds the rounds of a document without a horizon: run it with a limit.
 */
import type fc from "fast-check";
import { seedArbitrary } from "./scenarioSeed.ts";
import { type GeneratedDocument, writeScenario } from "./scenarioText.ts";

/** Whole valid scenario documents, as plain data; their JSON text is a scenario file. */
export const scenarioArbitrary: fc.Arbitrary<GeneratedDocument> = seedArbitrary.map(writeScenario);

/** Documents whose blocks stay in their ranges and whose scripts name only what is enabled: their runs never fault. */
export const tameScenarioArbitrary: fc.Arbitrary<GeneratedDocument> = seedArbitrary.map((seed) =>
  writeScenario({ ...seed, daring: false }),
);

/** A document as a scenario file. */
export function documentText(document: GeneratedDocument): string {
  return JSON.stringify(document);
}
