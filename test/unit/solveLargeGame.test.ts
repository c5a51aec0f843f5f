/**
 * A game of many states: whoever waits for its solution hears of it.
 */
import { expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { solve } from "../../src/solve/solve.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { grant } from "./solving.ts";
import { tiny } from "./tiny.ts";

test("a large game tells again and again how far it has come", () => {
  // Each of two players adds to a count of its own or ends the game.
  const { model } = scenarioOf(
    tiny(`actors: { ann: { utility: a - b, must_move: true }, bob: { utility: b - a, must_move: true } }
variables: { a: { count: [0, 120], initial: 0 }, b: { count: [0, 120], initial: 0 }, over: { flag: false } }
moves:
  more: { by: ann, when: a < 120, then: { a: a + 1 } }
  leap: { by: ann, when: a < 119, then: { a: a + 2 } }
  stop: { by: ann, when: a > 0, then: { over: true } }
  raise: { by: bob, when: b < 120, then: { b: b + 1 } }
  bound: { by: bob, when: b < 119, then: { b: b + 2 } }
  drop: { by: bob, when: b > 0, then: { over: true } }
outcomes: { done: { when: over } }
`),
  );
  const told: number[] = [];
  const solving = solve({
    model,
    treatment: treat(model),
    ...grant,
    free: ["ann", "bob"],
    against: [],
    aim: null,
  });
  for (let step = solving.next(); step.done !== true; step = solving.next()) {
    if (step.value.bytes === 0) told.push(step.value.expanded);
  }
  expect(told.slice(0, 2)).toEqual([0, 20_000]);
});
