/**
 * What a kernel promises to those who run it.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type TreatmentRequest, treat } from "../../src/engine/treatment.ts";
import { compileKernel, emptyRows, type Kernel, type ResultRows } from "../../src/kernel/kernel.ts";
import { listKernel } from "../../src/kernel/listing.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { tiny } from "./tiny.ts";

function kernelOf(text: string, request: TreatmentRequest = {}, limit?: number): Kernel {
  const { scenario, diagnostics } = readScenario({ file: "kernel.yaml", text });
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  return compileKernel(scenario.model, treat(scenario.model, request), limit);
}

function run(kernel: Kernel, from: number, to: number, seed = "a"): ResultRows {
  const rows = emptyRows(kernel, to - from);
  expect(kernel.simulate(seed, from, to, rows)).toEqual([]);
  return rows;
}

const yardstick = readFileSync("bench/yardstick.yaml", "utf8");

/** How many standard errors a share lies from an exact value. */
function distance(share: number, exact: number, runs: number): number {
  return Math.abs(share - exact) / Math.sqrt((exact * (1 - exact)) / runs);
}

describe("a kernel", () => {
  test.each([
    [60, { invasion: 0.54150384177036, settlement: 0.45134057476282, stalemate: 0.00715558346682 }, 54.247228626933],
    [5, { invasion: 0.000336682815017, settlement: 0.065185050514752, stalemate: 0.934478266670231 }, 14.771004783382],
  ])("finds the exact shares of the yardstick over %i rounds within sampling error", (rounds, exact, moves) => {
    const runs = 200_000;
    const rows = run(kernelOf(yardstick, { rounds }), 0, runs, "exact");
    Object.values(exact).forEach((share, index) => {
      const found = rows.outcome.reduce((count, outcome) => count + (outcome === index ? 1 : 0), 0) / runs;
      expect(distance(found, share, runs)).toBeLessThan(3.5);
    });
    const mean = rows.tallies.reduce((sum, value) => sum + value, 0) / runs;
    const variance = rows.tallies.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (runs - 1);
    expect(Math.abs(mean - moves) / Math.sqrt(variance / runs)).toBeLessThan(3.5);
  });

  test("gives a replication the same result in whatever range it is run", () => {
    const kernel = kernelOf(yardstick);
    const all = run(kernel, 0, 300);
    const some = run(kernel, 120, 200);
    expect([...some.outcome]).toEqual([...all.outcome.slice(120, 200)]);
    expect([...some.rounds]).toEqual([...all.rounds.slice(120, 200)]);
    expect([...some.tallies]).toEqual([...all.tallies.slice(120, 200)]);
  });

  test("runs the last of all possible replications", () => {
    const kernel = kernelOf(yardstick);
    expect(run(kernel, 4_294_967_294, 4_294_967_296).ended).toEqual(new Uint8Array([0, 0]));
  });

  test("lets no word of the scenario into its code", () => {
    const { source } = kernelOf(yardstick);
    const words = yardstick.match(/[a-z_]{4,}/g) ?? [];
    const ours = [
      "rounds",
      "then",
      "when",
      "tallies",
      "from",
      "this",
      "function",
      "outcomes",
      "start",
      "outcome",
      "else",
      "step",
    ];
    const found = [...new Set(words)].filter(
      (word) => !ours.includes(word) && new RegExp(`\\b${word}\\b`).test(source),
    );
    expect(found).toEqual([]);
  });

  test("names the replication and the path of a model fault, and runs the others", () => {
    const kernel = kernelOf(
      tiny(`
clock: { rounds: 3 }
variables:
  stock: { count: [0, 1], initial: 0 }
moves:
  stay: { by: one }
  fill: { by: one, then: { stock: stock + 1 } }
policies:
  one: { usual: { stay: 3, fill: 1 } }
outcomes:
  over: { otherwise: true }
`),
    );
    const rows = emptyRows(kernel, 200);
    const faults = kernel.simulate("a", 0, 200, rows);
    expect(faults.length).toBeGreaterThan(5);
    expect(faults.map(({ replication }) => replication)).toEqual(
      [...rows.ended].flatMap((ended, replication) => (ended === 3 ? [replication] : [])),
    );
    expect(new Set(faults.map(({ path }) => path))).toEqual(new Set(["moves.fill.then.stock"]));
    expect([...rows.outcome].every((outcome, index) => outcome === (rows.ended[index] === 3 ? -1 : 0))).toBe(true);
  });

  test("leaves a run that does not end unfinished at its limit", () => {
    const endless = tiny(
      "moves:\n  wait: { by: one }\noutcomes:\n  never: { when: since(wait) > 2 and made(wait) < 0 }\n",
    );
    const rows = run(kernelOf(endless, {}, 25), 0, 2);
    expect([...rows.ended]).toEqual([2, 2]);
    expect([...rows.rounds]).toEqual([25, 25]);
  });
});

describe("a kernel's listing", () => {
  test("says what the names in its code stand for, above the very code that runs", () => {
    const text = tiny(`
clock: { rounds: 3 }
tracks:
  reply: { initial: none, states: { none: {}, sent: {} } }
variables:
  stock: { count: [0, 4], initial: 0 }
moves:
  send: { by: one, when: since(reply) >= 2, then: { reply: sent, stock: 1 } }
outcomes:
  over: { otherwise: true }
`);
    const kernel = kernelOf(text);
    const { scenario } = readScenario({ file: "kernel.yaml", text });
    if (scenario === null) throw new Error("the scenario cannot be read");
    const listing = listKernel(kernel, scenario.model);
    expect(listing).toContain(" * s0  reply: 0 none, 1 sent\n * s1  stock: 0 to 4\n * s2  the round\n");
    expect(listing).toContain(" * s3  rounds since track:reply, up to 2\n");
    expect(listing).toContain("A state takes one word of 32 bits.");
    expect(listing.endsWith(`${kernel.source}\n`)).toBe(true);
  });
});
