/**
 * Turning points: which decisions of a run moved its outcomes.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { isRefused, type RunEvent } from "../../src/engine/event.ts";
import { playOpen, startSession, unnamed } from "../../src/engine/play.ts";
import { type Engine, openSession, prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { kernelContinue, machineContinue } from "../../src/ensemble/continuation.ts";
import {
  type DecisionResult,
  decisionsOf,
  decisionWeigher,
  swingResult,
  unscripted,
  weighDecisions,
  weigherOver,
} from "../../src/ensemble/swing.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

function read(text: string): Model {
  const { scenario, diagnostics } = readScenario({ file: "test.yaml", text });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return scenario.model;
}

const library = (id: string): Model =>
  read(readFileSync(join(import.meta.dirname, `../../scenarios/${id}.yaml`), "utf8"));

function run(engine: Engine, replication = 0): readonly RunEvent[] {
  const start = startSession(engine, { seed: "a", replication, ...unnamed });
  const events = [...start.events];
  playOpen({ session: start.session }, (next) => events.push(...next));
  return events;
}

const provoke = (turns: string): Model =>
  read(`
demarche: 1
id: provoke
title: Provocation
clock: { start: 2022-01-01, rounds: 2 }
turns: ${turns}
actors: { a: { must_move: true }, b: { must_move: true } }
variables: { heat: { scale: [0, 9], initial: 0 }, war: { flag: false }, said: { flag: false } }
moves:
  calm: { by: a, when: round is 0, then: { said: true } }
  insult: { by: a, when: round is 0, branches: { heard: { odds: 0.8, then: { heat: 6 } }, missed: { odds: 0.2 } } }
  shrug: { by: b, when: round is 0, then: { said: true } }
  sigh: { by: b, when: round is 0, then: { said: true } }
incidents: { strike: { when: round is 1, chance: heat / 10, then: { war: true } } }
outcomes: { war: { when: war }, peace: { otherwise: true } }
variants: { calm: { script: [ { round: 0, by: a, move: calm } ] } }
`);

describe("the decisions of a run", () => {
  test("are the turns at which there was something to choose", () => {
    const engine = prepareEngine(provoke("in order"), treat(provoke("in order")));
    const decisions = decisionsOf(engine, run(engine));
    expect(decisions.map(({ actor, options }) => [actor, options])).toEqual([
      ["a", ["calm", "insult"]],
      ["b", ["shrug", "sigh"]],
    ]);
  });

  test.each(["in order", "simultaneous", "free"])("are weighed in turns %s, by kernel and machine alike", (turns) => {
    const model = provoke(turns);
    const treatment = unscripted(treat(model));
    const engine = prepareEngine(model, treatment);
    const decisions = decisionsOf(engine, run(engine));
    expect(decisions.length).toBeGreaterThan(0);
    const byKernel = decisions.map(weigherOver(engine, kernelContinue(model, treatment), "a", 60));
    const byMachine = decisions.map(weigherOver(engine, machineContinue(engine), "a", 60));
    expect(byKernel).toEqual(byMachine);
  });

  test.each(["pretext", "crisis-chain", "brink", "chicken"])("of %s are weighed by kernel and machine alike", (id) => {
    const model = library(id);
    const treatment = unscripted(treat(model));
    const engine = prepareEngine(model, treatment);
    const decisions = decisionsOf(engine, run(engine, 3)).slice(0, 3);
    const byKernel = decisions.map(weigherOver(engine, kernelContinue(model, treatment), "a", 20));
    expect(byKernel).toEqual(decisions.map(weigherOver(engine, machineContinue(engine), "a", 20)));
  });
});

describe("going on from a state", () => {
  const ruled = read(`
demarche: 1
id: ruled
title: Ruled
clock: { start: 2022-01-01, rounds: 8 }
actors: { a: {} }
variables: { heat: { scale: [0, 9], initial: 0 }, alarms: { scale: [0, 9], initial: 0 } }
moves: { stoke: { by: a, then: { heat: heat + 1 } }, cool: { by: a, when: heat > 0, then: { heat: heat - 1 } } }
incidents: { spark: { chance: 0.3, then: { heat: heat + 1 } } }
rules: { alarm: { when: heat >= 2, then: { alarms: alarms + 1 } } }
outcomes: { panic: { when: alarms >= 3 }, calm: { otherwise: true } }
`);

  test("applies a rule only when its condition comes to hold, by kernel and machine alike", () => {
    const treatment = treat(ruled);
    const engine = prepareEngine(ruled, treatment);
    const byKernel = kernelContinue(ruled, treatment);
    const byMachine = machineContinue(engine);
    for (const { state } of [0, 1, 2].flatMap((replication) => decisionsOf(engine, run(engine, replication)))) {
      expect([...byKernel(state, "x", 40)]).toEqual([...byMachine(state, "x", 40)]);
    }
  });

  test("draws a branch as the run itself would", () => {
    const late = read(`
demarche: 1
id: late
title: Late
clock: { start: 2022-01-01, rounds: 3 }
actors: { a: {} }
variables: { war: { flag: false } }
moves: { gamble: { by: a, when: round is 1, branches: { lost: { odds: 1, then: { war: true } }, won: { odds: 2 } } } }
outcomes: { war: { when: war }, peace: { otherwise: true } }
`);
    const engine = prepareEngine(late, treat(late));
    const [decision] = decisionsOf(engine, run(engine));
    if (decision === undefined) throw new Error("there is a decision in round 1");
    const { options } = weigherOver(engine, machineContinue(engine), "a", 90)(decision);
    let lost = 0;
    for (let replication = 0; replication < 90; replication++) {
      const session = openSession(engine, luckOf(`swing:a:${decision.position}`, replication), decision.state);
      const events = session.propose({ type: "MakeMove", actor: "a", move: "gamble", chosen: "given", branch: null });
      if (isRefused(events)) throw new Error(events.message);
      session.apply(events);
      playOpen({ session });
      if (session.state.outcome === "war") lost += 1;
    }
    expect(options.find(({ move }) => move === "gamble")?.outcomes.war?.count).toBe(lost);
    expect(lost).toBeGreaterThan(10);
  });

  test("prescribes nobody's later moves", () => {
    const scripted = read(`
demarche: 1
id: scripted
title: Scripted
clock: { start: 2022-01-01, rounds: 3 }
actors: { a: {} }
variables: { war: { flag: false }, talked: { flag: false } }
moves: { talk: { by: a, when: round is 0, then: { talked: true } }, strike: { by: a, when: round is 1, then: { war: true } } }
policies: { a: { meek: { talk: 1, hold: 1 } } }
outcomes: { war: { when: war }, peace: { otherwise: true } }
variants: { strike: { script: [{ round: 1, by: a, move: strike }] } }
`);
    const treatment = treat(scripted, { variant: "strike" });
    const engine = prepareEngine(scripted, treatment);
    const [first] = decisionsOf(engine, run(engine)).map(decisionWeigher(scripted, treatment, "a", 50));
    expect(first?.options.map(({ outcomes }) => outcomes.war?.count)).toEqual([0, 0]);
  });
});

describe("a turning point", () => {
  const model = provoke("in order");
  const treatment = treat(model, { variant: "calm" });
  const engine = prepareEngine(model, treatment);
  const decisions = decisionsOf(engine, run(engine));
  const weighed = decisions.map(decisionWeigher(model, treatment, "a", 4000));

  test("shows how far the outcome would have moved, though a script prescribed the choice", () => {
    const war = weighed[0]?.turnings.find(({ outcome }) => outcome === "war");
    expect(weighed[0]).toMatchObject({ actor: "a", chosen: "calm" });
    expect(war).toMatchObject({ alternative: "insult" });
    // Heard in 0.8 of runs, then war in 0.6 of them.
    expect(war?.low).toBeLessThan(0.48);
    expect(war?.high).toBeGreaterThan(0.48);
    expect((war?.high ?? 1) - (war?.low ?? 0)).toBeLessThan(0.06);
  });

  test("is exactly nothing where the alternatives lead to the same", () => {
    const { low, high, difference } = weighed[1]?.turnings[0] ?? { low: 1, high: 1, difference: 1 };
    expect(difference).toBe(0);
    expect([low <= 0, high >= 0]).toEqual([true, true]);
  });

  test("stands first in the ranking of its outcome, and is none where the outcome cannot follow", () => {
    const subject = { scenario: "s", model: "m", seed: "a", variant: "calm", events: 9, runs: 4000 };
    const { ranking } = swingResult(subject, ["war", "peace"], weighed);
    expect(ranking.map(({ outcome, actor }) => [outcome, actor])).toEqual([
      ["war", "a"],
      ["peace", "a"],
      ["peace", "b"],
    ]);
  });

  test("is measured on other replications than the alternative was picked by", () => {
    const [decision] = decisions;
    if (decision === undefined) throw new Error("there is a decision");
    // An insult seems to matter on the even replications, by which it is picked, and on no other.
    const lucky = weigherOver(
      engine,
      (state, _seed, runs) =>
        Int16Array.from({ length: runs }, (_, index) => (state.variables.heat === 6 && index % 2 === 0 ? 0 : 1)),
      "a",
      400,
    );
    const war = lucky(decision).turnings.find(({ outcome }) => outcome === "war");
    expect(war).toMatchObject({ alternative: "insult", difference: 0 });
  });

  test("is the same on two threads", async () => {
    const task = { model, treatment, seed: "a", runs: 200 };
    const here: readonly DecisionResult[] = await weighDecisions(task, decisions, { workers: 1 });
    expect(await weighDecisions(task, decisions, { workers: 2 })).toEqual(here);
  });
});
