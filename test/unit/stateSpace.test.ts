/**
 * What a state space promises where it is wide: many successors of one state, and more joint choices than can be told.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { compileSteps } from "../../src/space/steps.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked } from "../differential/bothExplorations.ts";
import { solveModel } from "./solving.ts";
import { tiny } from "./tiny.ts";

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe("an incident that can turn out in a hundred ways", () => {
  const { model } = scenarioOf(
    tiny(`variables: { side: { count: [0, 100], initial: 0 } }
incidents:
  throw:
    when: side is 0
    branches:
${upTo(100)
  .map((side) => `      side_${side}: { odds: ${side + 1}, then: { side: ${side + 1} } }`)
  .join("\n")}
outcomes:
  low: { when: side > 0 and side <= 40 }
  middle: { when: side > 40 and side <= 99 }
  last: { when: side is 100 }
`),
  );

  test("has each way with its share", () => {
    const { outcomes } = solveModel(model, treat(model));
    const share = (id: string) => outcomes[id]?.probability;
    expect([share("low"), share("middle"), share("last")]).toEqual([
      expect.closeTo(820 / 5050, 12),
      expect.closeTo(4130 / 5050, 12),
      expect.closeTo(100 / 5050, 12),
    ]);
  });

  test("leads to each of its ends", () => {
    const { states, endings } = checked({ model, treatment: treat(model), choices: "open" });
    expect({ states, endings }).toEqual({ states: 101, endings: { low: 40, middle: 59, last: 1 } });
  });
});

describe("choices that are made at once", () => {
  /** So many actors with five moves each, who may hold as well. */
  const crowd = (actors: number) =>
    scenarioOf(
      tiny(`clock: { rounds: 1 }
turns: simultaneous
actors: { ${upTo(actors)
        .map((actor) => `actor_${actor}: {}`)
        .join(", ")} }
variables: { luck: { flag: false } }
moves:
${upTo(actors)
  .flatMap((actor) => upTo(5).map((move) => `  move_${actor}_${move}: { by: actor_${actor} }`))
  .join("\n")}
incidents:
  draw:
    branches:
${upTo(50)
  .map((way) => `      way_${way}: { odds: 1 }`)
  .join("\n")}
outcomes: { over: { otherwise: true } }
`),
    ).model;
  const compile = (actors: number) => {
    const model = crowd(actors);
    return compileSteps({ model, treatment: treat(model), choices: "open" });
  };

  test("are told apart up to 2^31 of them, whatever chance may do besides", () => {
    // 6^11 = 362,797,056 and 6^12 = 2,176,782,336, just above 2^31.
    expect(compile(11).printed.points.length).toBeGreaterThan(11);
    expect(() => compile(12)).toThrow("combine in 2176782336 ways, too many to explore");
  });
});

test("what a choice can lead to is not made certain by another way to the same state", () => {
  // The lamp burns for a moment or not at all; then all is as before, so both ways lead to one state.
  const { model } = scenarioOf(
    tiny(`actors: { one: { must_move: true } }
variables: { lamp: { flag: false } }
moves: { strike: { by: one, branches: { well: { odds: 1, then: { lamp: true } }, badly: { odds: 1 } } } }
incidents: { wind: { when: lamp, then: { lamp: false } } }
properties:
  light: { forced: lamp, by: [one] }
  possible: { from: not lamp, reachable: lamp }
`),
  );
  const { findings } = checked({ model, treatment: treat(model), choices: "open" });
  expect(findings.map(({ property, holds }) => [property.id, holds])).toEqual([
    ["light", false],
    ["possible", true],
  ]);
});
