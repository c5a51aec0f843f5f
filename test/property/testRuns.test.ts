/**
 * The runs that the test kit generates: they repeat, they verify, and what fails shrinks to a run that can be read.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { usualSampling } from "../../src/check/statistical.ts";
import { witnessRun } from "../../src/check/witnessRun.ts";
import { isRefused } from "../../src/engine/event.ts";
import { verifyRun } from "../../src/log/verify.ts";
import {
  choiceSequences,
  commands,
  documentText,
  drawRun,
  keepRunsIn,
  type LoadedScenario,
  loadScenario,
  playChoices,
  type Run,
  runs,
  scenarioFromText,
  scenarios,
  situations,
} from "../../src/testing/index.ts";
import { islandCrisis } from "../e2e/cliSession.ts";

keepRunsIn(mkdtempSync(join(tmpdir(), "demarche-runs-")));

const island = scenarioFromText(islandCrisis);
const brink = loadScenario("brink");
const core = loadScenario("geneva-2022-core");

const loud = ({ choices }: Run): readonly string[] =>
  choices.filter(({ option, quiet }) => option !== quiet).map(({ site, option }) => `${site} ${option}`);

/** The run to which runs that fail a claim shrink. */
function shrunk(scenario: LoadedScenario, options: Parameters<typeof runs>[1], holds: (run: Run) => boolean): Run {
  const { counterexample } = fc.check(fc.property(runs(scenario, options), holds), { seed: 7, numRuns: 2000 });
  const [run] = counterexample ?? [];
  if (run === undefined) throw new Error("nothing fails");
  return run;
}

describe("a generated run", () => {
  test("under policies is the one that the command line makes from the same replication", () => {
    fc.assert(
      fc.property(runs(island), ({ replication, events }) => {
        expect(events).toEqual(drawRun(island, { replication }).events);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test.each(["freely", "by policy"] as const)("chosen %s is made again by its own choices", (choosing) => {
    for (const scenario of [island, brink, core]) {
      fc.assert(
        fc.property(runs(scenario, { choosing, roundsLimit: 8 }), ({ choices, states, replication, result }) => {
          const again = playChoices(scenario, choices, { choosing, roundsLimit: 8, replication });
          expect(again.states.at(-1)).toEqual(states.at(-1));
          expect(again.result).toEqual(result);
        }),
        { seed: 2, numRuns: 30 },
      );
    }
  });

  test("of any generated scenario verifies on the machine, whoever chose", () => {
    fc.assert(
      fc.property(scenarios, fc.nat(3), fc.boolean(), (document, seed, freely) => {
        const scenario = scenarioFromText(documentText(document));
        const choosing = freely ? "freely" : "by policy";
        for (const variant of ["default", ...scenario.model.variants.map(({ id }) => id)]) {
          const generated = runs(scenario, { variant, choosing, roundsLimit: 5 });
          for (const run of fc.sample(generated, { seed, numRuns: 2 })) {
            expect(verifyRun(run.prepared.engine, run.events)).toBeNull();
          }
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test("repeats from the seed of the generator, and the luck of its seed is part of it", () => {
    const [one, same, other] = [4, 4, 5].map((seed) =>
      fc.sample(runs(core, { choosing: "freely" }), { seed, numRuns: 3 }),
    );
    expect(one?.map(({ events }) => events)).toEqual(same?.map(({ events }) => events));
    expect(one?.map(({ events }) => events)).not.toEqual(other?.map(({ events }) => events));
    expect(drawRun(core, { seed: "a" }).events).not.toEqual(drawRun(core, { seed: "b" }).events);
  });

  test("takes only what policies give a weight, unless every choice is open", () => {
    const neverTaken = scenarioFromText(`demarche: 1
id: dove
title: Dove
clock: { rounds: 3 }
actors: { one: {} }
variables: { war: { flag: false } }
moves: { talk: { by: one }, strike: { by: one, then: { war: true } } }
policies: { one: { dove: { talk: 1, hold: 1 } } }
outcomes: { end: { otherwise: true } }`);
    const strikes = (choosing: "freely" | "by policy") =>
      fc
        .sample(runs(neverTaken, { choosing }), { seed: 1, numRuns: 50 })
        .some(({ states }) => states.at(-1)?.variables.war);
    expect([strikes("by policy"), strikes("freely")]).toEqual([false, true]);
  });
});

/** Length of the shortest counterexample, without those that leave things as they are. */
function shortest(scenario: LoadedScenario, id: string): number {
  const { prepared } = playChoices(scenario, []);
  const property = scenario.model.properties.filter((one) => one.id === id);
  const search = check({
    model: { ...scenario.model, properties: property },
    treatment: prepared.engine.law.treatment,
    choices: "open",
    limits: { statesMax: 1e6, bytesMax: 2 ** 30 },
    sampling: { ...usualSampling, seed: "demarche" },
    signal: { aborted: false },
  });
  let step = search.next();
  while (step.done !== true) step = search.next();
  const way = step.value.findings[0]?.witness ?? null;
  if (way === null) throw new Error(`${id} is not refuted`);
  const start = { seed: "demarche", model: scenario.hash, document: { id: "", text: "" } };
  const steps = witnessRun(prepared.engine, way.layout, start, way.decisions)?.steps ?? [];
  const deeds = steps.flatMap((one): readonly string[] => {
    if ("moves" in one) return one.moves.map(({ move }) => move);
    return "averted" in one ? ["averted"] : "move" in one ? [one.move] : [one.incident];
  });
  return deeds.filter((deed) => deed !== "hold" && deed !== "averted").length;
}

const knownBad: readonly [name: string, text: string][] = [
  ["a move after its time", islandCrisis],
  [
    "three moves of two actors, among many that do not matter",
    `demarche: 1
id: known-bad
title: Known bad
clock: { rounds: 12 }
actors: { east: {}, west: {} }
tracks: { forces: { initial: home, states: [home, massed, moved] } }
variables: { pretext: { flag: false }, noise: { scale: [0, 9], initial: 0 } }
moves:
  mass: { by: east, when: forces is home, then: { forces: massed } }
  talk: { by: east, then: { noise: noise + 1 } }
  move: { by: east, when: forces is massed and pretext, then: { forces: moved } }
  reject: { by: west, when: forces is massed, then: { pretext: true } }
  wait: { by: west, then: { noise: noise - 1 } }
outcomes: { end: { otherwise: true } }
properties: { never_fortified: { claim: Nobody moves, never: forces is moved } }`,
  ],
  [
    "an incident, its rare branch, and a rule that follows",
    `demarche: 1
id: known-bad
title: Known bad
clock: { rounds: 10 }
actors: { one: {} }
variables: { alarm: { count: [0, 9], initial: 0 }, war: { flag: false } }
moves: { warn: { by: one, when: alarm < 9, then: { alarm: alarm + 1 } } }
incidents:
  storm: { chance: 0.3 }
  clash:
    chance: 0.1
    when: alarm >= 2
    branches: { seen: { odds: 9 }, fatal: { odds: 1, then: { alarm: 9 } } }
rules: { escalates: { when: alarm is 9, then: { war: true } } }
outcomes: { end: { otherwise: true } }
properties: { never_fortified: { claim: No war, never: war and round < 9 } }`,
  ],
  [
    "choices made at once",
    `demarche: 1
id: known-bad
title: Known bad
clock: { rounds: 6 }
turns: simultaneous
actors: { east: {}, west: {} }
variables: { east_arms: { count: [0, 6], initial: 0 }, west_arms: { count: [0, 6], initial: 0 } }
moves:
  arm_east: { by: east, then: { east_arms: east_arms + 1 } }
  arm_west: { by: west, then: { west_arms: west_arms + 1 } }
outcomes: { end: { otherwise: true } }
properties: { never_fortified: { claim: No race, never: east_arms + west_arms >= 4 } }`,
  ],
  [
    "free turns, where somebody always moves",
    `demarche: 1
id: known-bad
title: Known bad
clock: { rounds: 9 }
turns: free
actors: { east: {}, west: {} }
variables: { level: { count: [0, 20], initial: 0 } }
moves:
  talk: { by: west }
  raise: { by: east, then: { level: level + 1 } }
  answer: { by: west, when: level > 0, then: { level: level + 1 } }
outcomes: { end: { otherwise: true } }
properties: { never_fortified: { claim: Not beyond three, never: level > 3 } }`,
  ],
];

describe("a run that fails", () => {
  test.each(knownBad)("shrinks to what the checker finds shortest: %s", (_, text) => {
    const scenario = scenarioFromText(text);
    const run = shrunk(scenario, { choosing: "freely" }, ({ result }) => result.properties.never_fortified === true);
    expect(loud(run).length).toBeLessThanOrEqual(shortest(scenario, "never_fortified"));
  });

  test("shrinks to the few choices that matter, in the lead scenario's core", () => {
    const run = shrunk(core, { choosing: "freely" }, ({ result }) => result.outcome !== "invasion");
    expect(run.replication).toBe(0);
    expect(loud(run).length).toBeLessThanOrEqual(4);
  });

  test("shrinks under policies to a run that they can make", () => {
    const run = shrunk(core, {}, ({ result }) => result.outcome !== "incursion");
    expect(run.drawn).toBe(false);
    // Three moves are enough; a way over recognition needs a fourth, and no smaller step leads from it to the other.
    expect(loud(run).length).toBeLessThanOrEqual(4);
    expect(loud(run)).toContain("turn:russia small_incursion");
    expect(fc.stringify(run)).toBe(`a run of geneva-2022-core: ${loud(run).join(", ")}, incursion`);
  });

  test("is printed with its seed as long as that makes it", () => {
    expect(fc.stringify(drawRun(island, { seed: "a" }))).toMatch(/^a run of island \(replication 0 of seed a\): /);
  });
});

test("a sequence of choices shrinks to the shortest that does it", () => {
  const result = fc.check(
    fc.property(choiceSequences(core), (choices) => playChoices(core, choices).result.outcome !== "withdrawal"),
    { seed: 11, numRuns: 3000 },
  );
  const [choices = []] = result.counterexample ?? [];
  expect(choices.map(({ site, option }) => `${site} ${option}`)).toEqual([
    "turn:russia pull_back",
    "branch:incident:exercises_end units_leave",
  ]);
});

test("commands are open or refused just as the protocol says", () => {
  const seen = new Map<boolean, number>();
  for (const scenario of [island, brink, core]) {
    fc.assert(
      fc.property(situations(scenario, { roundsLimit: 5 }), ({ session, command, open }) => {
        seen.set(open, (seen.get(open) ?? 0) + 1);
        expect(isRefused(session.propose(command))).toBe(!open);
      }),
      { seed: 5, numRuns: 150 },
    );
  }
  expect(Math.min(seen.get(true) ?? 0, seen.get(false) ?? 0)).toBeGreaterThan(50);
});

test("commands name what the scenario has", () => {
  const sampled = fc.sample(commands(island), { seed: 1, numRuns: 200 });
  const types = new Set(sampled.map(({ type }) => type));
  expect([...types].sort()).toEqual(["AvertIncident", "CauseIncident", "LetTimePass", "MakeMove", "StopRun"]);
});
