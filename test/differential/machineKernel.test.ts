/**
 * Machine and kernel are two implementations of one semantics. Here they are held against each other, state by state
 * after every step, on the library, on the yardstick and on generated scenarios that reach every construct.
 */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { type Assembly, assembleProgram } from "../../src/kernel/assemble.ts";
import { printFollower, printSimulation } from "../../src/kernel/javascript.ts";
import { linkKernel, type Printers } from "../../src/kernel/kernel.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { disagreement, type Trace, traceOnKernel, traceOnMachine } from "../../src/testing/agreement.ts";
import { allFeatures, featuresOf } from "../../src/testing/features.ts";
import { recordRun } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { cases } from "../cases.ts";
import { mutants } from "./mutants.ts";

/** Runs without a horizon stop here. */
const limit = 40;

function modelOf(file: string, text: string): Model {
  const { scenario, diagnostics } = readScenario({ file, text });
  if (scenario === null) throw new Error(`${file} cannot be read: ${diagnostics[0]?.message}`);
  return scenario.model;
}

/** The first difference between machine and kernel under any treatment of a model, or null. */
function firstDifference(model: Model, runs: number, longest?: number): string | null {
  for (const variant of ["default", ...model.variants.map(({ id }) => id)]) {
    const treatment = treat(model, { variant });
    const engine = prepareEngine(model, treatment);
    const printers = {
      simulation: (program: Parameters<typeof printSimulation>[0]) => printSimulation(program, longest),
      follower: printFollower,
    };
    const kernel = linkKernel(assembleProgram(model, treatment, limit), printers);
    for (let replication = 0; replication < runs; replication++) {
      const run = recordRun(engine, { seed: "differential", replication, roundsLimit: limit });
      const machine = traceOnMachine(run, kernel.layout);
      const found = disagreement(machine, traceOnKernel(kernel, model, "differential", replication));
      if (found !== null) return `variant ${variant}, replication ${replication}, ${found.words}`;
    }
  }
  return null;
}

/** A treatment of a generated scenario, with the machine's traces of it. */
interface Witness {
  readonly model: Model;
  readonly assembly: Assembly;
  readonly traces: readonly Trace[];
}

function witnesses(count: number): readonly Witness[] {
  const documents = fc.sample(scenarioArbitrary, { seed: 2014, numRuns: count }).map(documentText);
  return [...documents, deadEnd].flatMap((text) => {
    const model = modelOf("generated.yaml", text);
    return ["default", ...model.variants.map(({ id }) => id)].map((variant) => {
      const treatment = treat(model, { variant });
      const engine = prepareEngine(model, treatment);
      const assembly = assembleProgram(model, treatment, limit);
      const traces = [0, 1, 2].map((replication) =>
        traceOnMachine(recordRun(engine, { seed: "witness", replication, roundsLimit: limit }), assembly.layout),
      );
      return { model, assembly, traces };
    });
  });
}

/** Whether a kernel with a fault built in is told from the machine by any of the witnesses. */
function isCaught(printers: Printers, all: readonly Witness[]): boolean {
  return all.some(({ model, assembly, traces }) => {
    const kernel = linkKernel(assembly, printers);
    return traces.some(
      (trace, replication) => disagreement(trace, traceOnKernel(kernel, model, "witness", replication)) !== null,
    );
  });
}

/** Ends in a deadlock after three steps, with values below zero on the way. */
const deadEnd = `
demarche: 1
id: dead-end
title: Nothing is left to do
actors:
  usa:
    name: United States
    must_move: true
variables:
  trust:
    scale: [-9, 9]
    initial: 0
moves:
  walk_out:
    by: usa
    when: trust > -9
    then:
      trust: trust - 3
outcomes:
  peace:
    when: trust is 9
tallies:
  regret:
    add: floor(trust / 4) + floor(trust / 5)
    per: step
`;

const library = readdirSync("scenarios")
  .filter((name) => /^[a-z0-9-]+\.yaml$/.test(name))
  .map((name) => `scenarios/${name}`);

describe("a kernel", () => {
  const all = witnesses(80);

  test("as it is agrees with the machine on all witnesses", () => {
    expect(isCaught({ simulation: printSimulation, follower: printFollower }, all)).toBe(false);
  });

  test.each(mutants.map(({ name, printers }) => [name, printers] as const))("in which %s is caught", (_, printers) => {
    expect(isCaught(printers, all)).toBe(true);
  });
});

describe("machine and kernel", () => {
  test.each([...library, "bench/yardstick.yaml"])("agree after every step of %s", (file) => {
    expect(firstDifference(modelOf(file, readFileSync(file, "utf8")), 2)).toBeNull();
  });

  test("agree after every step of generated scenarios that reach every construct", () => {
    const found = new Set<string>();
    fc.assert(
      fc.property(scenarioArbitrary, (document) => {
        const model = modelOf("generated.yaml", documentText(document));
        for (const feature of featuresOf(model)) found.add(feature);
        expect(firstDifference(model, 3)).toBeNull();
      }),
      { seed: 1962, numRuns: cases(80, 300) },
    );
    expect([...found].sort()).toEqual(allFeatures);
  });

  test("agree where the kernel is printed as one function for each stage", () => {
    fc.assert(
      fc.property(scenarioArbitrary, (document) => {
        expect(firstDifference(modelOf("generated.yaml", documentText(document)), 2, 0)).toBeNull();
      }),
      { seed: 1914, numRuns: cases(25, 80) },
    );
  });
});
