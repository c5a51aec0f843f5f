/**
 * Scenarios written in TypeScript: the same shape as the YAML document, with the compiler watching the keys.
 *
 * Nothing is computed here. What is defined is a document like any other: its JSON text is read by `readScenario`, so
 * names and expressions are checked in the same way.
 */
import type { ScenarioDocument } from "./shape.ts";

/** Types a scenario document and hands it back; give its `JSON.stringify` to `readScenario`. */
export function defineScenario(document: ScenarioDocument): ScenarioDocument {
  return document;
}
