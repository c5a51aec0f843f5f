/**
 * Numbers that miss a bound by rounding alone, and policies that weigh nothing, mean the same everywhere: in a run on the
 * machine, in the kernel, to the solver, to the explorer and in what is exported for PRISM.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { check } from "../../src/check/check.ts";
import { usualSampling } from "../../src/check/statistical.ts";
import { type Choice, type Command, isRefused } from "../../src/engine/event.ts";
import { hold } from "../../src/engine/protocol.ts";
import { openSession, prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { exportPrism } from "../../src/export/prism.ts";
import { compileKernel } from "../../src/kernel/kernel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { disagreement, traceOnKernel, traceOnMachine } from "../../src/testing/agreement.ts";
import { recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { driven, grant, solveModel } from "../unit/solving.ts";
import { answers } from "./prismAnswer.ts";
import { build, readModel } from "./prismModel.ts";

const open = "demarche: 2\nid: bounds\ntitle: At the bounds\n";
const head = `${open}clock: { rounds: 3 }\n`;
const limit = 5;

/** How runs end: by the machine, by the kernel, by the solver and by PRISM, which must agree. */
function ends(body: string, variant = "default"): Record<string, number> {
  const scenario = scenarioOf(head + body);
  const { model } = scenario;
  const treatment = treat(model, { variant });
  const solution = solveModel(model, treatment);
  const kernel = compileKernel(model, treatment, limit);
  const engine = prepareEngine(model, treatment);
  const faults = solution.stopped?.fault ?? 0;
  for (let replication = 0; replication < 40; replication++) {
    const run = recordRun(engine, { seed: "bounds", replication, roundsLimit: limit });
    const other = disagreement(traceOnMachine(run, kernel.layout), traceOnKernel(kernel, model, "bounds", replication));
    expect(other).toBeNull();
    const end = run.result.ended === "fault" ? "fault" : (run.result.outcome ?? "");
    const share = end === "fault" ? faults : (solution.outcomes[end]?.probability ?? 0);
    expect(share, `replication ${replication} ends in ${end}`).toBeGreaterThan(0);
  }
  const shares = Object.entries(solution.outcomes).map(([id, { probability }]) => [id, probability ?? 0] as const);
  if (faults === 0 && treatment.turns !== "simultaneous") expectOfPrism(scenario, variant, shares);
  return Object.fromEntries(
    [...shares, ...(faults > 0 ? [["fault", faults] as const] : [])].filter(([, one]) => one > 0),
  );
}

function expectOfPrism(scenario: Scenario, variant: string, shares: readonly (readonly [string, number])[]): void {
  const files = exportPrism(scenario, treat(scenario.model, { variant }));
  const told = answers(build(readModel(files.model)), files.properties);
  for (const [id, share] of shares) expect(told.get(`share_${id}`), `${id} by PRISM`).toBeCloseTo(share, 9);
}

/** Whether no run at all can end so, by the policies. */
function isNever(body: string, variant: string, outcome: string): boolean {
  const { model } = scenarioOf(`${head}${body}properties:\n  not_so: { never: ${outcome} }\n`);
  const sampling = { ...usualSampling, seed: "bounds" };
  const found = driven(check({ model, treatment: treat(model, { variant }), choices: "policies", sampling, ...grant }));
  return found.findings[0]?.holds ?? false;
}

/** A chance on which the end hangs. */
const chance = (text: string): string => `assumptions:
  per_step: { range: [0, 1], default: 0.07, basis: judgement }
variables:
  steps: { count: [0, 200], initial: 100 }
  hit: { flag: false }
  x: { scale: [0, 10], initial: 3 }
actors:
  a: {}
moves:
  up: { by: a, when: steps < 200, then: { steps: steps + 1, x: x } }
policies:
  a:
    h: { hold: 1 }
incidents:
  hit: { when: not hit, chance: "${text}", then: { hit: true } }
outcomes:
  struck: { when: hit }
  rest: { otherwise: true }
`;

/** A weight beside holding, which weighs 0. */
const weight = (text: string, hold = "0"): string => `actors:
  a: {}
tracks:
  t: { initial: s, states: [s, l] }
variables:
  k: { scale: [0, 10], initial: 3 }
moves:
  go: { by: a, when: t is s, then: { t: l, k: k } }
policies:
  a:
    p: { go: "${text}", hold: ${hold} }
outcomes:
  l: { when: t is l }
  rest: { otherwise: true }
`;

const odds = (text: string): string => `actors:
  a: {}
tracks:
  t: { initial: s, states: [s, l, r] }
variables:
  k: { scale: [0, 10], initial: 3 }
incidents:
  turn:
    when: t is s
    branches:
      left: { odds: "${text}", then: { t: l } }
      right: { odds: 1, then: { t: r, k: k } }
outcomes:
  l: { when: t is l }
  r: { when: t is r }
  rest: { otherwise: true }
`;

describe("a number that misses its bound by rounding alone is the bound:", () => {
  test.each([
    ["a chance above 1", chance("per_step * steps / 7"), { struck: 1 }],
    ["a chance below 1", chance("1 - 1 / 10000000000"), { struck: 1 }],
    ["a chance below 0", chance("0.3 - 0.1 * x"), { rest: 1 }],
    ["a chance above 0", chance("0.1 * x - 0.3"), { rest: 1 }],
    ["a weight below 0", weight("0.3 - 0.1 * k", "1"), { rest: 1 }],
    ["a weight above 0", weight("0.1 * k - 0.3"), { rest: 1 }],
    ["odds below 0", odds("0.3 - 0.1 * k"), { r: 1 }],
    ["odds above 0", odds("0.1 * k - 0.3"), { r: 1 }],
  ])("%s", (_, body, wanted) => {
    expect(ends(body)).toEqual(wanted);
  });
});

describe("what is farther out stays a fault:", () => {
  test.each([
    ["a chance", chance("0.299 - 0.1 * x")],
    ["a chance above 1", chance("1.001 + 0 * x")],
    ["a weight", weight("0.299 - 0.1 * k", "1")],
    ["a weight by a little more than rounding", weight("0.29999999 - 0.1 * k", "1")],
    ["odds", odds("0.299 - 0.1 * k")],
  ])("%s", (_, body) => {
    expect(ends(body)).toEqual({ fault: 1 });
  });
});

/** One who must move, with two moves or one, whose policy can weigh them at nothing. */
const forced = (turns: string): string => `turns: ${turns}
actors:
  b: { must_move: true }
  c: { must_move: true }
tracks:
  u: { initial: s, states: [s, l, r] }
variables:
  k: { scale: [0, 3], initial: 0 }
moves:
  bl: { by: b, when: u is s, then: { u: l, k: k } }
  br: { by: b, when: u is s, then: { u: r } }
  only: { by: c, when: k is 0, then: { k: 1 } }
policies:
  b:
    nothing: { bl: 0, br: k }
    left: { bl: 1 }
  c:
    nothing: { only: 0, hold: 5 }
outcomes:
  l: { when: u is l }
  r: { when: u is r }
  moved: { when: k > 0 }
  rest: { otherwise: true }
variants:
  nothing: { policies: { b: nothing } }
  left: { policies: { b: left } }
`;

describe.each(["in order", "simultaneous"])("weights that are all zero, in turns %s,", (turns) => {
  test("are a hold, even of one who must move, and even where one move alone is open", () => {
    expect(ends(forced(turns), "nothing")).toEqual({ rest: 1 });
    expect(isNever(forced(turns), "nothing", "u is r")).toBe(true);
  });

  test("hold nobody back whose policy weighs a move", () => {
    expect(ends(forced(turns), "left")).toEqual({ l: 1 });
  });

  test("let no person hold who must move", () => {
    const { model } = scenarioOf(head + forced(turns));
    const engine = prepareEngine(model, treat(model, { variant: "nothing" }));
    const refusalOf = (chosen: Choice["chosen"]): string | null => {
      const [started] = startRun(engine, { seed: "bounds", model: "", document: { id: "", text: "" } });
      if (started?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
      const choices = ["b", "c"].map((actor): Choice => ({ actor, move: hold, chosen, branch: null }));
      const [first] = choices;
      if (first === undefined) throw new Error("there is a choice");
      const command: Command =
        turns === "simultaneous" ? { type: "MakeMoves", choices } : { type: "MakeMove", ...first };
      const answer = openSession(engine, luckOf("bounds", 0), started.state).propose(command);
      return isRefused(answer) ? answer.refused : null;
    };
    expect(refusalOf("person")).toBe("not enabled");
    expect(refusalOf("draw")).toBeNull();
  });
});

describe("without a horizon a run ends where nothing can happen any more:", () => {
  /** Machine and kernel of a variant, held together over some runs; how the first ends, and after how many rounds. */
  const endOf = (body: string, variant = "default"): readonly [string | null, number] => {
    const { model } = scenarioOf(open + body);
    const treatment = treat(model, { variant });
    const engine = prepareEngine(model, treatment);
    const kernel = compileKernel(model, treatment, 50);
    const runs = [0, 1, 2].map((replication) => {
      const run = recordRun(engine, { seed: "still", replication, roundsLimit: 50 });
      const other = disagreement(
        traceOnMachine(run, kernel.layout),
        traceOnKernel(kernel, model, "still", replication),
      );
      expect(other).toBeNull();
      return run;
    });
    const { outcome = null, rounds = -1 } = runs[0]?.result ?? {};
    return [outcome, rounds];
  };
  const scripted = (turns: string): string => `turns: ${turns}
actors: { one: {}, two: {} }
tracks:
  t: { initial: s, states: [s, l] }
moves:
  go: { by: one, when: t is s, then: { t: l } }
  never: { by: two, when: t is l and t is s }
policies:
  one:
    p: { hold: 1 }
outcomes:
  rest: { otherwise: true }
variants:
  early:
    script:
      - { round: 1, by: one, move: go }
  late:
    script:
      - { round: 1, by: one, move: go }
      - { round: 7, by: two, move: hold }
`;

  test("a chance that misses 0 by rounding is none", () => {
    const body = chance("0.1 * x - 0.3").replace("when: steps < 200", "when: steps < 0");
    expect(endOf(body)).toEqual(["rest", 0]);
  });

  test.each(["in order", "simultaneous"])(
    "a script keeps it going to its last entry, and no longer, in turns %s",
    (turns) => {
      expect(endOf(scripted(turns), "early")).toEqual(["rest", 2]);
      expect(endOf(scripted(turns), "late")).toEqual(["rest", 8]);
    },
  );
});
