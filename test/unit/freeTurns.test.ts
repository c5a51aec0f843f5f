/**
 * Free turns in a class: whom a script leaves to choose, and who moves where no delegation does.
 */
import { expect, test } from "vitest";
import { openTurns } from "../../src/classroom/openTurns.ts";
import { moveOfOthers, runOf, sessionOf } from "../../src/classroom/run.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const document = `
demarche: 1
id: free
title: Free
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
turns: free
actors: { east: { name: East }, west: { name: West } }
variables: { x: { scale: [0, 9], initial: 0 } }
moves:
  push_$who:
    each: { who: [east, west] }
    by: $who
    then:
      x: x + 1
outcomes: { end: { otherwise: true } }
variants:
  staged:
    script:
      - { round: 0, by: east, move: push_east }
`;

function sessionWith(people: readonly string[], variant: string | null) {
  const { scenario } = readScenario({ file: "free.yaml", text: document });
  if (scenario === null) throw new Error("the scenario has errors");
  const engine = prepareEngine(scenario.model, treat(scenario.model, variant === null ? {} : { variant }));
  const start = { seed: "a", model: scenario.hash, document: { id: "free", text: document } };
  return sessionOf(runOf(scenario, extendChain(undefined, startRun(engine, start)), engine), people);
}

test("in a round that the script decides nobody is asked", () => {
  const session = sessionWith(["east", "west"], "staged");
  expect(openTurns(session)).toEqual([]);
  const events = session.proposeNext();
  if ("refused" in events) throw new Error(events.message);
  session.apply(events);
  expect(session.state.variables).toEqual({ x: 1 });
});

test("where no delegation moves, one that a policy plays does, and never the other way round", () => {
  expect(moveOfOthers(sessionWith(["east"], null))).toEqual({
    actor: "west",
    move: "push_west",
    chosen: "policy",
    branch: null,
  });
  expect(moveOfOthers(sessionWith(["east", "west"], null))).toBeNull();
});
