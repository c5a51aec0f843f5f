/**
 * What follows from a step by itself: rules as edges, outcomes as ends.
 */
import { describe, expect, test } from "vitest";
import { chronicle, tinyRun } from "./tiny.ts";

/** A chronicle without its turns, rounds and ends. */
function rulesOf(body: string): readonly string[] {
  return chronicle(tinyRun(body)).filter((word) => word.startsWith("rule"));
}

const frame = `clock: { rounds: 4 }
actors:
  one: { must_move: true }
outcomes:
  end: { otherwise: true }
`;

describe("a rule", () => {
  const counted = `${frame}variables:
  x: { scale: [0, 9], initial: 0 }
  times: { scale: [0, 9], initial: 0 }
`;

  test("applies when its condition becomes true, not while it stays true", () => {
    const { states } = tinyRun(`${counted}moves:
  up:
    by: one
    then:
      x: x + 1
rules:
  high:
    when: x >= 2
    then:
      times: times + 1`);
    expect(states.at(-1)?.variables).toEqual({ x: 4, times: 1 });
  });

  test("applies again once its condition was false in between", () => {
    const { states } = tinyRun(`${counted}moves:
  flip:
    by: one
    then:
      x: 1 - x
rules:
  risen:
    when: x is 1
    then:
      times: times + 1`);
    expect(states.at(-1)?.variables).toEqual({ x: 0, times: 2 });
  });

  test("does not apply at the start, nor to what has held since then", () => {
    const words = chronicle(
      tinyRun(`${counted}moves:
  act:
    by: one
    then:
      x: 1
rules:
  always_so:
    when: times is 0
    then:
      times: 0`),
    );
    expect(words.filter((word) => word.startsWith("rule"))).toEqual([]);
  });

  test("follows the clock too", () => {
    const words = chronicle(
      tinyRun(`${counted}moves:
  act:
    by: one
rules:
  late:
    when: round >= 2
    then:
      x: 1`),
    );
    expect(words.slice(words.indexOf("round 2"))).toEqual([
      "round 2",
      "rule late",
      "act",
      "round 3",
      "act",
      "round 4",
      "end",
    ]);
  });
});

describe("rules", () => {
  const flags = `${frame}variables:
  a: { flag: false }
  b: { flag: false }
  c: { flag: false }
  x: { scale: [0, 9], initial: 0 }
moves:
  act:
    by: one
    when: round is 0
    then:
      a: true
      x: 1
  wait:
    by: one
    when: round > 0
`;

  test("are tried in document order, again from the top after each that applied", () => {
    const rules = rulesOf(`${flags}rules:
  first:
    when: b
    then:
      c: true
  second:
    when: a
    then:
      b: true
  third:
    when: a
    then:
      x: x + 1
  last:
    when: c
    then:
      x: x + 1`);
    expect(rules).toEqual(["rule second", "rule first", "rule third", "rule last"]);
  });

  test("apply at most once a step, even if they would feed each other for ever", () => {
    const rules = rulesOf(`${flags}rules:
  up:
    when: x is 1
    then:
      x: 2
  down:
    when: x is 2
    then:
      x: 1`);
    expect(rules).toEqual(["rule up", "rule down"]);
  });

  test("compare with the state before the step, not with the state before the last rule", () => {
    const rules = rulesOf(`${flags}rules:
  undo:
    when: a
    then:
      a: false
  again:
    when: not a
    then:
      x: 5`);
    expect(rules).toEqual(["rule undo"]);
  });
});

describe("outcomes", () => {
  const risen = `clock: { rounds: 4 }
actors:
  one: { must_move: true }
variables:
  x: { scale: [0, 9], initial: 0 }
moves:
  up:
    by: one
    then:
      x: x + 1
`;

  test("end the run in the first of them that holds, in document order", () => {
    const outcomes = "outcomes:\n  war:\n    when: x >= 2\n  calm:\n    when: x >= 1\n  end: { otherwise: true }";
    expect(chronicle(tinyRun(`${risen}${outcomes}`)).at(-1)).toBe("calm");
    const both = outcomes.replace("x >= 1", "x >= 2");
    const { states, events } = tinyRun(`${risen}${both}`);
    expect(chronicle({ events })).toEqual(["start", "up", "round 1", "up", "war"]);
    expect(states.at(-1)).toMatchObject({ ended: "outcome", outcome: "war", round: 1 });
  });

  test("are read after the rules", () => {
    const words = chronicle(
      tinyRun(`${risen}rules:
  defuse:
    when: x is 2
    then:
      x: 9
outcomes:
  war:
    when: x is 2
  end: { otherwise: true }`),
    );
    expect(words.at(-1)).toBe("end");
  });

  test("are tested once before anything happens", () => {
    const { events, result } = tinyRun(`${risen}outcomes:\n  over:\n    when: x is 0\n  end: { otherwise: true }`);
    expect(chronicle({ events })).toEqual(["start", "over"]);
    expect(result.rounds).toBe(0);
  });

  test("go before the horizon", () => {
    const outcomes = "outcomes:\n  end: { otherwise: true }\n  late:\n    when: round is 4";
    expect(chronicle(tinyRun(`${risen}${outcomes}`)).at(-1)).toBe("late");
  });
});
