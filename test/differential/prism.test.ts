/**
 * Exports for PRISM, read by an independent reader of its language and answered by plain sweeps: the same states and
 * transitions as `check` counts, the same truths, and the same shares and means as `solve` gives.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CheckResult, check } from "../../src/check/check.ts";
import { usualSampling } from "../../src/check/statistical.ts";
import { type Treatment, type TreatmentRequest, treat } from "../../src/engine/treatment.ts";
import { exportPrism, type PrismFiles } from "../../src/export/prism.ts";
import { Mistake } from "../../src/scenario/mistake.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import type { Solution } from "../../src/solve/solution.ts";
import { allFeatures, featuresOf } from "../../src/testing/features.ts";
import { documentText, tameScenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { cases } from "../cases.ts";
import { driven, grant, solveModel } from "../unit/solving.ts";
import { answers } from "./prismAnswer.ts";
import { build, type Explicit, readModel } from "./prismModel.ts";
import type { Values } from "./prismTyped.ts";

function scenarioOf(file: string, text = readFileSync(file, "utf8")): Scenario {
  const { scenario, diagnostics } = readScenario({ file, text });
  if (scenario === null) throw new Error(`${file} cannot be read: ${diagnostics[0]?.message}`);
  return scenario;
}

/** What can be asked of a treatment. */
interface Case {
  readonly name: string;
  readonly scenario: Scenario;
  readonly treatment: Treatment;
}

const caseOf = (id: string, request: TreatmentRequest = {}): Case => {
  const scenario = scenarioOf(id.includes("/") ? id : `scenarios/${id}.yaml`);
  return { name: `${id} ${JSON.stringify(request)}`, scenario, treatment: treat(scenario.model, request) };
};

const library: readonly Case[] = [
  caseOf("crisis-chain"),
  caseOf("crisis-chain", { variant: "from_crisis" }),
  caseOf("gamblers-ruin"),
  caseOf("gamblers-ruin", { variant: "calming" }),
  caseOf("pretext"),
  caseOf("bench/yardstick.yaml", { rounds: 3 }),
  caseOf("geneva-2022-core", { rounds: 1 }),
];

/** Generated scenarios that can be exported, in all their treatments. */
const generated: readonly Case[] = fc
  .sample(tameScenarioArbitrary, { seed: 1990, numRuns: cases(130, 390) })
  .flatMap((document, at) => {
    const scenario = scenarioOf("generated.yaml", documentText(document));
    return ["default", ...scenario.model.variants.map(({ id }) => id)].flatMap((variant) => {
      const treatment = treat(scenario.model, { variant });
      const one = { name: `generated ${at}, ${variant}`, scenario, treatment };
      return isExported(one) ? [one] : [];
    });
  });

function isExported({ scenario, treatment }: Case): boolean {
  try {
    exportPrism(scenario, treatment);
    return true;
  } catch (error) {
    if (error instanceof Mistake) return false;
    throw error;
  }
}

const isClose = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one));

/** What a chain comes to by its export and by the solver; only what differs, as words. */
function chainDifferences({ name, scenario, treatment }: Case, explicit: Explicit, { properties }: PrismFiles) {
  const { model } = scenario;
  const found = answers(explicit, properties);
  const solution = solveModel(model, treatment);
  const shares = { ...solution.outcomes, ...solution.groups, ...solution.properties };
  const means = { rounds: solution.rounds, ...solution.tallies };
  const wanted = new Map<string, number | boolean | null | undefined>([
    ...Object.entries(shares).map(([id, { probability }]) => [`share_${id}`, probability] as const),
    ...Object.entries(means).map(([id, { expected }]) => [`expected_${id}`, expected] as const),
    ["share_nothing_can_happen", solution.stopped?.deadlock],
  ]);
  for (const property of model.properties) {
    if (property.kind !== "share") continue;
    const { of, atMost, atLeast } = property;
    const known = { outcome: solution.outcomes, group: solution.groups, property: solution.properties }[of.kind];
    const share = known[of.id]?.probability ?? Number.NaN;
    const near = [atMost, atLeast].some((bound) => bound !== null && Math.abs(share - bound) < 1e-9);
    if (!near) wanted.set(property.id, share <= (atMost ?? 1) && share >= (atLeast ?? 0));
  }
  // The reader answers formulas about runs that end; of others, outcomes and means alone.
  const endless = (solution.stopped?.endless ?? 0) > 0;
  const asked = model.properties.flatMap(({ id }) => [id, `share_${id}`]);
  return [...found].flatMap(([key, answer]) => {
    const other = wanted.get(key);
    const known = typeof answer === "boolean" ? other !== undefined : true;
    if (!known || (endless && asked.includes(key)) || answer === other) return [];
    const close = typeof answer === "number" && typeof other === "number" && isClose(answer, other);
    return close ? [] : [`${name}: ${key} is ${answer} by PRISM, ${other} by solve`];
  });
}

function checkOf({ scenario, treatment }: Case, choices: "open" | "policies"): CheckResult {
  return driven(
    check({ model: scenario.model, treatment, choices, sampling: { ...usualSampling, seed: "prism" }, ...grant }),
  );
}

/** Truths about all runs, by the export and by the explorer. */
function truthDifferences({ name }: Case, explicit: Explicit, files: PrismFiles, found: CheckResult) {
  const told = answers(explicit, files.properties);
  return found.findings.flatMap(({ property, holds }) => {
    const answer = told.get(property.id);
    if (property.kind === "share" || answer === undefined || answer === holds) return [];
    return [`${name}: ${property.id} is ${answer} by PRISM, ${holds} by check`];
  });
}

/** States and transitions as `check` counts them, of a model in which all choices are open. */
function counted({ model, states, choices }: Explicit): { states: number; transitions: number; choices: number } {
  const place = (name: string) => model.scope(name).value;
  const ending = place("ending");
  const counts = (at: number): boolean => {
    const state = states[at] ?? [];
    const open = choices[at] ?? [];
    if (Number(ending(state)) > 0) return true;
    return open.some(
      ({ action, ways }) =>
        /^(move|hold)_/.test(action) ||
        (action.startsWith("incident_") && (Number(chance(action, state)) < 1 || ways.length > 1)),
    );
  };
  const chance = (action: string, state: Values) => place(action.replace("incident_", "chance_"))(state);
  /** The counted states that follow, through what is settled without a choice. */
  const onward = (at: number): readonly number[] =>
    counts(at) ? [at] : (choices[at] ?? []).flatMap(({ ways }) => ways.flatMap(({ to }) => onward(to)));
  let [transitions, options] = [0, 0];
  const reached = new Set<number>(onward(0));
  for (const at of reached) {
    if (Number(ending(states[at] ?? [])) > 0) continue;
    for (const { ways } of choices[at] ?? []) {
      const next = new Set(ways.flatMap(({ to }) => onward(to)));
      for (const to of next) reached.add(to);
      transitions += next.size;
      options += 1;
    }
  }
  return { states: reached.size, transitions, choices: options };
}

const moversOf = ({ scenario }: Case): readonly string[] =>
  scenario.model.actors.map(({ id }) => id).filter((id) => scenario.model.moves.some(({ by }) => by === id));

/** What is left of a chain's export when it is read, beside the solver and the explorer. */
function differences(one: Case, change = (model: string): string => model): readonly string[] {
  const files = exportPrism(one.scenario, one.treatment);
  const explicit = build(readModel(change(files.model)));
  return [
    ...chainDifferences(one, explicit, files),
    ...truthDifferences(one, explicit, files, checkOf(one, "policies")),
  ];
}

/** The same where every choice is open. */
function openDifferences(one: Case): readonly string[] {
  const files = exportPrism(one.scenario, one.treatment, moversOf(one));
  const explicit = build(readModel(files.model));
  const found = checkOf(one, "open");
  const { states, transitions, choices } = found;
  const [ours, theirs] = [JSON.stringify({ states, transitions, choices }), JSON.stringify(counted(explicit))];
  return [
    ...truthDifferences(one, explicit, files, found),
    ...(ours === theirs ? [] : [`${one.name}: ${ours} by check, ${theirs} by PRISM`]),
  ];
}

/** The least and the greatest of shares and means where one actor's choices are open, by the export and by the solver. */
function extremeDifferences(one: Case, free: string): readonly string[] | null {
  const { scenario, treatment, name } = one;
  const solution = solved(one, free);
  if (solution === null) return null;
  const files = exportPrism(scenario, treatment, [free]);
  const found = answers(build(readModel(files.model)), files.properties);
  const wanted = [
    ...Object.entries({ ...solution.outcomes, ...solution.groups, ...solution.properties }).map(
      ([id, all]) => [`share_${id}`, all] as const,
    ),
    ...Object.entries({ rounds: solution.rounds, ...solution.tallies }).map(
      ([id, all]) => [`expected_${id}`, all] as const,
    ),
  ];
  return wanted.flatMap(([key, { min, max }]) =>
    Object.entries({ min, max }).flatMap(([bound, value]) => {
      const answer = found.get(`${key}_${bound}`);
      if (typeof answer !== "number" || value === null || answer === value || isClose(answer, value)) return [];
      return [`${name}, ${free} free: ${key}_${bound} is ${answer} by PRISM, ${value} by solve`];
    }),
  );
}

/** The solution with one actor free; null where it would have to read a secret, or runs need not end. */
function solved({ scenario, treatment }: Case, free: string): Solution | null {
  if (treatment.rounds === null || treatment.turns === "free") return null;
  try {
    return solveModel(scenario.model, treatment, { free: [free] });
  } catch (error) {
    if (error instanceof Mistake) return null;
    throw error;
  }
}

describe("an exported chain", () => {
  test.each(library.map((one) => [one.name, one] as const))("of %s comes to what solve and check find", (_, one) => {
    expect(differences(one)).toEqual([]);
  });

  test("of a generated scenario comes to what solve and check find", () => {
    expect(generated.flatMap((one) => differences(one))).toEqual([]);
  });
});

describe("an exported decision process", () => {
  const withMoves = (one: Case): boolean => moversOf(one).length > 0;

  test.each(library.filter(withMoves).map((one) => [one.name, one] as const))(
    "of %s has the states, transitions, choices and truths that check finds",
    (_, one) => {
      expect(openDifferences(one)).toEqual([]);
    },
  );

  test("of one actor has the extremes that solve finds", () => {
    const cases = [...library, ...generated].flatMap((one) =>
      moversOf(one)
        .slice(0, 1)
        .map((free) => [one, free] as const),
    );
    const found = cases.map(([one, free]) => extremeDifferences(one, free));
    expect(found.flatMap((all) => all ?? [])).toEqual([]);
    expect(found.filter((all) => all !== null).length).toBeGreaterThan(20);
  });

  test("of a generated scenario has them too", () => {
    expect(generated.filter(withMoves).flatMap((one) => openDifferences(one))).toEqual([]);
  });
});

test("generated scenarios reach what can be exported", () => {
  const reached = new Set(generated.flatMap(({ scenario }) => featuresOf(scenario.model)));
  expect(allFeatures.filter((feature) => !reached.has(feature))).toEqual([]);
});

/** Faults of an exporter, as changes of what it wrote. */
const faults: readonly (readonly [string, RegExp, string])[] = [
  ["rules that held before a step apply again", /\(was_(\w+)' = rule_\w+\)/g, "(was_$1' = false)"],
  ["rules never apply", /\(was_(\w+)' = rule_\w+\)/g, "(was_$1' = true)"],
  ["time since stands still", /\((since_\w+)' = min\(\d+, \w+ \+ 1\)\)/g, "($1' = $1)"],
  ["steps are not counted", /\((made_\w+)' = min\(\d+, \w+ \+ 1\)\)/g, "($1' = $1)"],
  ["never counts as long ago", / = 1 \/ 0;/g, " = 0 / 1;"],
  ["weights are shares", /(share_\w+ = total_\w+ > 0 \? \w+) \/ total_\w+/g, "$1 / max(1, total_usa)"],
  ["incidents skip a point", /: \(cursor' = 1\);/g, ": (cursor' = 2);"],
  ["outcomes in another order", /ending' = 1\)/g, "ending' = 2)"],
  ["steps without their moves", /\(stage' = 1\)/g, "(stage' = 0)"],
  ["a horizon too short", /round_number = (\d+) -> /g, "round_number >= $1 - 1 -> "],
  ["hidden values are never drawn", /stage : \[0\.\.3\] init 2/g, "stage : [0..3] init 3"],
];

test.each(faults)("a fault is caught: %s", (_, from, to) => {
  const caught = generated.some((one) => {
    const { model } = exportPrism(one.scenario, one.treatment);
    if (model.replaceAll(from, to) === model) return false;
    try {
      return differences(one, (text) => text.replaceAll(from, to)).length > 0;
    } catch {
      return true;
    }
  });
  expect(caught).toBe(true);
});

describe("what PRISM cannot be told is refused with the reason", () => {
  const refusal = (id: string, request: TreatmentRequest, free: readonly string[] = []): string => {
    const { scenario, treatment } = caseOf(id, request);
    try {
      exportPrism(scenario, treatment, free);
      return "";
    } catch (error) {
      if (error instanceof Mistake) return error.message;
      throw error;
    }
  };

  test.each([
    ["simultaneous turns", "brink", {}, [], "turns are simultaneous"],
    ["a script", "geneva-2022-core", { variant: "rejection" }, [], "has a script"],
    ["an unknown actor", "pretext", {}, ["eats"], "unknown actor eats"],
  ])("%s", (_, id, request, free, words) => {
    expect(refusal(id, request, free)).toContain(words);
  });
});
