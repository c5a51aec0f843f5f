/**
 * Exact solutions against ensembles: two ways to the same numbers, one by computation, one by draws.
 *
 * Every scenario of the library and of the benchmarks that can be solved is solved under each of its variants, and each
 * share and mean must lie in the 99.9 % interval of the ensemble's. Policies that a solution found are written into the
 * scenario's text, read again and run: what was promised of them must come of it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isRunProperty } from "../../src/engine/monitor.ts";
import { type TreatmentRequest, treat, variantIds } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import type { TreatmentCounts } from "../../src/ensemble/count.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { wilson } from "../../src/ensemble/statistics.ts";
import type { Model } from "../../src/scenario/model.ts";
import { withPolicies } from "../../src/scenario/writePolicies.ts";
import type { Solution } from "../../src/solve/solution.ts";
import { targetNamed } from "../../src/solve/target.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { grant, solveModel } from "../unit/solving.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const textOf = (file: string): string => readFileSync(`${root}${file}`, "utf8");
/** All scenarios but texts beside them, and but those that are too large for an exact solution. */
const isScenario = (name: string): boolean =>
  /^[a-z0-9-]+\.yaml$/.test(name) && !["geneva-2022.yaml", "geneva-2022-class.yaml"].includes(name);

const files = [
  ...readdirSync(`${root}scenarios`)
    .filter(isScenario)
    .map((name) => `scenarios/${name}`),
  "bench/yardstick.yaml",
];

/** Two-sided 99.9 % point of the normal distribution. */
const z999 = 3.290526731491926;
const runs = 20_000;

function ensemble(model: Model, request: TreatmentRequest): TreatmentCounts {
  const treatment = treat(model, request);
  const plan = { seed: "demarche", runs, treatments: [treatment] };
  const [counts] = runPlan(columnsOf(model), plan, [simulatorOf(model, treatment, plan.seed)]).treatments;
  if (counts === undefined) throw new Error("nothing was run");
  return counts;
}

/** Simultaneous 99.9 % band around a distribution (Dvoretzky, Kiefer and Wolfowitz; Massart 1990). */
const band999 = Math.sqrt(Math.log(2 / 0.001) / (2 * runs));

/** The widest gap between the exact distribution of lengths and that of the ensemble. */
function widestGap(lengths: readonly number[], { lengths: found }: TreatmentCounts): number {
  let gap = 0;
  let sum = 0;
  let counted = 0;
  lengths.forEach((share, rounds) => {
    sum += share;
    counted += found.reduce((all, row) => all + (row[rounds] ?? 0), 0);
    gap = Math.max(gap, Math.abs(sum - counted / runs));
  });
  return gap;
}

/** Every number of a solution that lies outside the interval of its estimate, as text. */
function outside(model: Model, solution: Solution, counts: TreatmentCounts): readonly string[] {
  const share = (name: string, exact: number | null | undefined, count: number): readonly string[] => {
    const { low, high } = wilson(count, runs, z999);
    const value = exact ?? Number.NaN;
    return value >= low - 1e-12 && value <= high + 1e-12 ? [] : [`${name} is ${value}, not ${low} to ${high}`];
  };
  const mean = (
    name: string,
    exact: number | null | undefined,
    found: { mean: number; squares: number } | undefined,
  ) => {
    const half = z999 * Math.sqrt((found?.squares ?? 0) / (runs - 1) / runs);
    const off = Math.abs((exact ?? Number.NaN) - (found?.mean ?? Number.NaN));
    return off <= half + 1e-9 ? [] : [`${name} is ${exact}, not ${found?.mean} ± ${half}`];
  };
  const apart = widestGap(solution.lengths ?? [], counts);
  const actors = model.actors.filter(({ utility }) => utility !== null);
  const properties = model.properties.filter(isRunProperty);
  return [
    ...model.outcomes.flatMap(({ id }, index) =>
      share(id, solution.outcomes[id]?.probability, counts.outcomes[index] ?? 0),
    ),
    ...properties.flatMap(({ id }, index) =>
      share(id, solution.properties[id]?.probability, counts.properties[index] ?? 0),
    ),
    ...(apart <= band999 ? [] : [`lengths are ${apart} apart`]),
    ...mean("rounds", solution.rounds.expected, counts.rounds),
    ...model.tallies.flatMap(({ id }, index) => mean(id, solution.tallies[id]?.expected, counts.tallies[index])),
    ...actors.flatMap(({ id }, index) => mean(id, solution.values?.[id], counts.utilities[index])),
  ];
}

/** Larger ones are solved under their defaults alone. */
const smallMost = 300_000;

describe("a solution lies in the ensemble's 99.9 % interval", () => {
  test.each(files)("%s", (file) => {
    const { model } = scenarioOf(textOf(file));
    const base = file.startsWith("bench/") ? { rounds: 20 } : {};
    let states = 0;
    for (const variant of new Set(["default", ...variantIds(model)])) {
      if (states > smallMost) return;
      const request = { ...base, variant };
      const solution = solveModel(model, treat(model, request));
      expect(outside(model, solution, ensemble(model, request)), variant).toEqual([]);
      states = solution.states;
    }
  });

  test("or the scenario is told to be too large", () => {
    const { model } = scenarioOf(textOf("scenarios/geneva-2022.yaml"));
    const limits = { ...grant.limits, statesMax: 100_000 };
    expect(() => solveModel(model, treat(model), { limits })).toThrow(
      /too large to solve exactly: the limit of states/,
    );
  });
});

describe("policies that were found do what was promised", () => {
  test.each([
    ["scenarios/brink.yaml", "east", "most", "east_prevails", "both_stubborn"],
    ["scenarios/brink.yaml", "west", "least", "disaster", "default"],
    ["scenarios/chicken.yaml", "east", "most", "east_wins", "default"],
    ["scenarios/pretext.yaml", "east", "most", "war", "softening"],
    ["scenarios/ultimatum.yaml", "vienna", "most", "halted_war", "no_backing"],
    ["scenarios/ultimatum.yaml", "berlin", "least", "general_war", "default"],
    ["scenarios/ultimatum.yaml", "petersburg", "most", "settled", "early_warning"],
  ] as const)("%s: %s seeks the %s of %s", (file, actor, seek, outcome, variant) => {
    const text = textOf(file);
    const { model } = scenarioOf(text);
    const aim = { target: targetNamed(model, outcome), seek };
    const solution = solveModel(model, treat(model, { variant }), { free: [actor], aim });
    const tables = solution.policies ?? [];
    const written = withPolicies(text, model, tables, {
      id: "solved",
      like: variant === "default" ? null : variant,
      assume: {},
      policies: Object.fromEntries(tables.map((table) => [table.actor, table.policy.id])),
      rounds: null,
    });
    const again = scenarioOf(written).model;
    const counts = ensemble(again, { variant: "solved" });
    expect(outside(again, solution, counts)).toEqual([]);
    const { max, min, probability } = solution.outcomes[outcome] ?? {};
    expect(probability).toBeCloseTo(max ?? min ?? Number.NaN, 9);
  });
});
