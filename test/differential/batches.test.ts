/**
 * An ensemble's rows are those of the machine: outcomes, lengths, tallies, utilities and properties of every run.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat, variantIds } from "../../src/engine/treatment.ts";
import { machineSimulate } from "../../src/ensemble/batch.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const library = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const scenarios = readdirSync(library).filter((name) => /^[^.]+\.yaml$/.test(name));

test("the library is not empty", () => {
  expect(scenarios.length).toBeGreaterThan(5);
});

for (const name of scenarios) {
  test(`kernel and machine fill the same rows for every variant of ${name}`, () => {
    const { scenario } = readScenario({ file: name, text: readFileSync(library + name, "utf8") });
    if (scenario === null) throw new Error(`${name} has errors`);
    const { model } = scenario;
    const runs = name.startsWith("geneva") ? 4 : 30;
    for (const variant of variantIds(model)) {
      const treatment = treat(model, { variant });
      const machine = machineSimulate(prepareEngine(model, treatment), "rows")(5, 5 + runs);
      expect(simulatorOf(model, treatment, "rows")(5, 5 + runs), variant).toEqual(machine);
    }
  });
}
