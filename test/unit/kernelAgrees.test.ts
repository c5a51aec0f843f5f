/**
 * Small scenarios on which machine and kernel must agree state by state, each about one thing that a kernel treats in
 * its own way: bounds that it knows, tests that it leaves out, and scripts that it prints.
 */
import { describe, expect, test } from "vitest";
import { prepareEngine } from "../../src/engine/session.ts";
import { type Treatment, type TreatmentRequest, treat } from "../../src/engine/treatment.ts";
import { assembleProgram } from "../../src/kernel/assemble.ts";
import { printFollower, printSimulation } from "../../src/kernel/javascript.ts";
import { linkKernel } from "../../src/kernel/kernel.ts";
import { disagreement, traceOnKernel, traceOnMachine } from "../../src/testing/agreement.ts";
import { recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { chronicle, tiny } from "./tiny.ts";

const limit = 12;

/** The runs of the first replications, as words; fails where the kernel's differ, whole or in sections. */
function runsOf(
  body: string,
  request: TreatmentRequest = {},
  runs = 12,
  changed: (treatment: Treatment) => Treatment = (treatment) => treatment,
): readonly string[] {
  const { model } = scenarioOf(tiny(body));
  const treatment = changed(treat(model, request));
  const engine = prepareEngine(model, treatment);
  const kernels = [undefined, 1].map((longest) =>
    linkKernel(assembleProgram(model, treatment, limit), {
      simulation: (program: Parameters<typeof printSimulation>[0]) => printSimulation(program, longest),
      follower: printFollower,
    }),
  );
  return Array.from({ length: runs }, (_, replication) => {
    const run = recordRun(engine, { seed: "agrees", replication, roundsLimit: limit });
    for (const kernel of kernels) {
      const found = disagreement(
        traceOnMachine(run, kernel.layout),
        traceOnKernel(kernel, model, "agrees", replication),
      );
      expect(found?.words ?? null).toBeNull();
    }
    return chronicle(run).join(", ");
  });
}

const otherwise = "outcomes: { over: { otherwise: true } }\n";

describe("machine and kernel agree on", () => {
  test("dates and days up to the end of a list, and beyond it", () => {
    const body = `clock:
  dates: [2022-01-01, 2022-01-03, 2022-01-08]
  step: 2 days
variables: { passed: { count: [0, 99], initial: 0 } }
moves: { pass: { by: one, then: { passed: passed + days } } }
policies: { one: { plain: { pass: 1 } } }
outcomes:
  late: { when: date >= 2022-01-10 }
  over: { otherwise: true }
`;
    const words = (rounds: number) => runsOf(body, { rounds }, 1);
    expect(words(2)).toEqual(["start, pass, round 1, pass, round 2, over"]);
    expect(words(3)).toEqual(["start, pass, round 1, pass, round 2, pass, round 3, late"]);
    expect(words(5)).toEqual(["start, pass, round 1, pass, round 2, pass, round 3, late"]);
  });

  test("a rule whose condition has no value at the start: it is pardoned until it has one", () => {
    const body = `clock: { rounds: 3 }
variables:
  parts: { count: [0, 4], initial: 0 }
  hands: { count: [0, 4], initial: 1 }
  each: { count: [0, 9], initial: 0 }
  split: { flag: false }
moves: { add: { by: one, then: { each: "floor(8 / hands)", parts: parts + 1 } } }
policies: { one: { plain: { add: 1 } } }
rules: { half: { when: 1 / parts <= 1 / 2, then: { split: true } } }
${otherwise}`;
    expect(runsOf(body, {}, 1)).toEqual(["start, add, round 1, add, rule half, round 2, add, round 3, over"]);
  });

  test("assignments that read one another's variables: all read what was before", () => {
    const body = `clock: { rounds: 3 }
variables: { left: { count: [0, 9], initial: 1 }, right: { count: [0, 9], initial: 2 }, sum: { count: [0, 9], initial: 0 } }
moves: { swap: { by: one, then: { left: right, right: left, sum: "left + 2 * right" } } }
policies: { one: { plain: { swap: 1 } } }
outcomes:
  twice: { when: left is 1 and sum is 4 }
  once: { when: left is 2 and sum is 5 and made(swap) > 1 }
  over: { otherwise: true }
`;
    expect(runsOf(body, {}, 1)).toEqual(["start, swap, round 1, swap, twice"]);
  });

  test("what a condition says of a number beyond it", () => {
    const body = `clock: { rounds: 5 }
variables:
  n: { count: [0, 9], initial: 0 }
  low: { count: [0, 9], initial: 0 }
  high: { count: [0, 9], initial: 0 }
moves:
  count:
    by: one
    when: n >= 2 and n < 4
    then: { n: n + 1, low: low + (if n > 2 then 1 else 0), high: high + (if n >= 3 then 0 else 1) }
  begin: { by: one, when: n <= 1, then: { n: n + 1, low: low + (if n is 1 then 3 else 0) } }
policies: { one: { plain: { count: 1, begin: 1 } } }
outcomes:
  so: { when: n is 4 and low is 4 and high is 1 }
  over: { otherwise: true }
`;
    expect(runsOf(body, {}, 1)).toEqual(["start, begin, round 1, begin, round 2, count, round 3, count, so"]);
  });

  test("initial values that belong together, each as likely as its odds among those that may be", () => {
    const body = `clock: { rounds: 1 }
variables:
  north: { count: [0, 3], initial: { 1: 1, 2: 1, 3: 2 } }
  south: { count: [0, 3], initial: { 1: 3, 2: 1, 3: 1 } }
  east: { count: [0, 3], initial: { 0: 1, 3: 1 } }
start: north + south + east is 5
outcomes:
  most: { when: north is 3 }
  over: { otherwise: true }
`;
    const runs = runsOf(body, {}, 300);
    // Of odds 1 * 1 * 1 (2, 3, 0), 2 * 1 * 1 (3, 2, 0) and 1 * 3 * 1 (1, 1, 3): a third of the runs begin with 3.
    const share = runs.filter((run) => run.endsWith("most")).length / runs.length;
    expect(share).toBeGreaterThan(1 / 3 - 0.1);
    expect(share).toBeLessThan(1 / 3 + 0.1);
  });

  test("moves made at once: one step, whatever their number", () => {
    const body = `clock: { rounds: 2 }
turns: simultaneous
actors: { ann: {}, bob: {} }
variables: { a: { count: [0, 9], initial: 0 }, b: { count: [0, 9], initial: 0 } }
moves:
  up: { by: ann, then: { a: a + 1 } }
  grow: { by: bob, branches: { well: { odds: a + 1, then: { b: b + 1 } }, badly: { odds: 2 } } }
policies: { ann: { plain: { up: 1 + b, hold: 1 } }, bob: { plain: { grow: 2, hold: 1 + a } } }
${otherwise}`;
    const runs = runsOf(body, {}, 40);
    expect(runs.some((run) => run.startsWith("start, up + grow, round 1"))).toBe(true);
    expect(runs.some((run) => run.startsWith("start, hold + hold, round 1"))).toBe(true);
  });

  test("remainders of negative numbers: their sign is the divisor's", () => {
    const body = `clock: { rounds: 6 }
variables: { place: { count: [-9, 9], initial: -7 }, rest: { count: [-9, 9], initial: 0 }, back: { count: [-9, 9], initial: 0 } }
moves: { go: { by: one, then: { place: place + 3, rest: "place % 4", back: "place % -4" } } }
policies: { one: { plain: { go: 1 } } }
outcomes:
  so: { when: place is 2 and rest is 3 and back is -1 }
  over: { otherwise: true }
`;
    expect(runsOf(body, {}, 1)).toEqual(["start, go, round 1, go, round 2, go, so"]);
  });

  test("a value that is not whole: it is a fault of its assignment", () => {
    const body = `clock: { rounds: 4 }
variables: { men: { count: [0, 16], initial: 12 } }
moves: { halve: { by: one, then: { men: men / 2 } } }
policies: { one: { plain: { halve: 1 } } }
${otherwise}`;
    const [run] = runsOf(body, {}, 1);
    expect(run).toMatch(
      /^start, halve, round 1, halve, round 2, fault moves\.halve\.then\.men: 1\.5 is not a whole number/,
    );
  });

  test("a chance that leaves 0 to 1 as the crisis goes on: it is a fault from there on", () => {
    const body = `clock: { rounds: 4 }
variables: { strain: { count: [0, 4], initial: 0 }, broken: { flag: false } }
moves: { pull: { by: one, then: { strain: strain + 1 } } }
policies: { one: { plain: { pull: 1 } } }
incidents: { snap: { when: strain > 0, chance: "STRAIN", then: { broken: true } } }
${otherwise}`;
    const runs = runsOf(body.replace("STRAIN", "strain / 4"), {}, 40);
    expect(runs.every((run) => run.endsWith("pull, round 4, over"))).toBe(true);
    expect(runs.some((run) => run.includes("snap"))).toBe(true);
    const steeper = body.replace("STRAIN", "strain - 1");
    for (const run of runsOf(steeper))
      expect(run).toContain("fault incidents.snap.chance: the chance is 2, outside 0 to 1");
  });
});

describe("machine and kernel agree on a script", () => {
  const body = `clock: { rounds: 2 }
variables: { calm: { flag: false }, wet: { count: [0, 3], initial: 0 } }
moves:
  speak:
    by: one
    branches:
      softly: { odds: 1, then: { calm: true } }
      loudly: { odds: if calm then 0 else 1 }
incidents:
  storm:
    chance: 1 / 2
    branches:
      north: { odds: 1, then: { wet: wet + 1 } }
      south: { odds: 1 }
policies: { one: { plain: { speak: 1 } } }
${otherwise}variants:
  first: { question: The first branches?, script: [{ round: 0, incident: storm, branch: north }, { round: 0, by: one, move: speak, branch: softly }] }
  lapsed: { question: A branch without odds?, script: [{ round: 0, by: one, move: speak, branch: softly }, { round: 1, by: one, move: speak, branch: loudly }] }
  open: { question: Any branch?, script: [{ round: 0, incident: storm }, { round: 0, by: one, move: speak }] }
`;

  test("that names the first of several branches: it is taken in every run", () => {
    for (const run of runsOf(body, { variant: "first" })) {
      expect(run).toMatch(/^start, incident storm north, speak softly, round 1/);
    }
  });

  test("that names a branch whose odds have gone: the entry is at fault", () => {
    for (const run of runsOf(body, { variant: "lapsed" })) {
      expect(run).toMatch(
        /fault variants\.lapsed\.script\.1: The branch loudly cannot be taken now: its odds are zero/,
      );
    }
  });

  test("that names a branch that is not there, as only a program can: the entry is at fault", () => {
    const elsewhere = (treatment: Treatment): Treatment => ({
      ...treatment,
      script: treatment.script.map((entry) => ({ ...entry, branch: "west" })),
    });
    for (const run of runsOf(body, { variant: "first" }, 3, elsewhere)) {
      expect(run).toMatch(/^start, fault variants\.first\.script\.0: /);
    }
  });

  test("that names no branch: chance decides it", () => {
    const runs = runsOf(body, { variant: "open" }, 40).map((run) => run.split(", ").slice(1, 3).join(" "));
    expect(new Set(runs)).toEqual(
      new Set(
        ["north", "south"].flatMap((side) => ["softly", "loudly"].map((how) => `incident storm ${side} speak ${how}`)),
      ),
    );
  });

  test.each(["in order", "simultaneous", "free"])("that is over, where turns are %s: nothing waits for it", (turns) => {
    const over = `turns: ${turns}
actors: { one: { must_move: true } }
variables:
  x: { count: [0, 3], initial: 0 }
moves: { act: { by: one, when: x is 1, then: { x: 2 } } }
incidents: { chance_met: { when: x is 0, chance: 0.2, then: { x: 1 } } }
outcomes: { never: { when: x is 3 } }
variants:
  pushed: { question: And if it comes at last?, script: [{ round: 2, incident: chance_met }] }
`;
    const runs = runsOf(over, { variant: "pushed" }, 30).map((run) => run.replaceAll(/hold one, /g, ""));
    // Once all has been done, time goes on to the end of the script and no further.
    expect(runs.filter((run) => /incident chance_met, act.* deadlock$/.test(run)).length).toBeGreaterThan(5);
    expect(runs.filter((run) => run.includes("round 4"))).toEqual([]);
  });
});
