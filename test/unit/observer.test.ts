/**
 * What a run amounts to: rounds, tallies, utilities, properties; the same live and from its log.
 */
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../src/engine/observer.ts";
import { tinyRun } from "./tiny.ts";

const world = `clock: { rounds: 3 }
actors:
  one: { must_move: true, utility: 10 * (outcome is end) - x }
  two: { must_move: true }
variables:
  x: { scale: [0, 20], initial: 0 }
moves:
  act:
    by: one
    then:
      x: x + 1
  answer:
    by: two
incidents:
  news:
    when: round is 1
outcomes:
  end: { otherwise: true }
`;

const result = (body: string): RunResult => tinyRun(body).result;
const tally = (entry: string, body = world): number | undefined =>
  result(`${body}tallies:\n  total: ${entry}`).tallies.total;

describe("the length of a run", () => {
  test("is the number of rounds that opened", () => {
    expect(result(world).rounds).toBe(3);
    expect(result(world.replace("end: {", "war:\n    when: x is 2\n  end: {")).rounds).toBe(2);
    expect(result(world.replace("end: {", "war:\n    when: x is 0\n  end: {")).rounds).toBe(0);
    expect(result(world.replace("end: {", "war:\n    when: round is 1\n  end: {")).rounds).toBe(1);
  });
});

describe("the length of a run whose model is at fault", () => {
  const rounds = (body: string): readonly [string | null, number] => {
    const { ended, rounds: length } = result(body);
    return [ended, length];
  };

  test("does not count a round whose opening fails: its rules and outcomes come before it", () => {
    const rules = "rules:\n  lapse:\n    when: 1 / (2 - round) > 9\n    then:\n      x: x\n";
    expect(rounds(world + rules)).toEqual(["fault", 2]);
    const effect = "rules:\n  lapse:\n    when: round is 2\n    then:\n      x: 1 / (2 - round)\n";
    expect(rounds(world + effect)).toEqual(["fault", 2]);
    expect(rounds(world.replace("end: {", "war:\n    when: 1 / (1 - round) > 9\n  end: {"))).toEqual(["fault", 1]);
  });

  test("counts a round in which something fails: a policy, a chance, a step", () => {
    expect(rounds(world.replace("x: x + 1", "x: 1 / (1 - round)"))).toEqual(["fault", 2]);
    expect(rounds(world.replace("when: round is 1", "chance: 1 / (1 - round)"))).toEqual(["fault", 2]);
    expect(rounds(world.replace("by: two", "by: two\n    when: 1 / (2 - round) > 9"))).toEqual(["fault", 3]);
  });

  test("counts a round once, where a rule fails after its first step", () => {
    const rules = "rules:\n  lapse:\n    when: 1 / (2 - x) > 9\n    then:\n      x: x\n";
    expect(rounds(world + rules)).toEqual(["fault", 2]);
  });
});

describe("a tally", () => {
  test("per round counts each round as it opens", () => {
    expect(tally("{ add: 1, per: round }")).toBe(3);
    expect(tally("{ add: x, per: round }")).toBe(0 + 1 + 2);
  });

  test("per round does not count a round that never opened", () => {
    expect(tally("{ add: 1, per: round }", world.replace("end: {", "war:\n    when: round is 1\n  end: {"))).toBe(1);
  });

  test("per step counts moves, holds and incidents, and not rules or the clock", () => {
    const rules = "rules:\n  lapse:\n    when: x is 1\n    then:\n      x: x\n";
    expect(tally("{ add: 1, per: step }", world + rules)).toBe(3 * 2 + 1);
    expect(tally("{ add: 1, per: step }", world.replace("by: two", "by: two\n    when: x > 9"))).toBe(7);
  });

  test("per move and per incident reads the state before it", () => {
    expect(tally("{ add: x, per: act }")).toBe(0 + 1 + 2);
    expect(tally("{ add: 1, per: news }")).toBe(1);
    expect(tally("{ add: x, when: x > 1, per: answer }")).toBe(2 + 3);
  });

  test("takes several places, and several entries", () => {
    expect(tally("{ add: 1, per: [act, news, round] }")).toBe(3 + 1 + 3);
    expect(tally("[{ add: 1, per: act }, { add: 0.5, per: answer }]")).toBe(4.5);
  });

  test("of a joint step counts the step once, and each move in the state as the turns opened", () => {
    const joint = world.replace("clock:", "turns: simultaneous\nclock:");
    expect(tally("{ add: 1, per: step }", joint)).toBe(3 + 1);
    expect(tally("{ add: x, per: answer }", joint)).toBe(0 + 1 + 2);
    expect(tally("{ add: 1, per: answer }", joint.replace("by: two", "by: two\n    when: x is 0"))).toBe(1);
  });
});

describe("a utility", () => {
  test("is read in the final state, outcome included", () => {
    expect(result(world).utilities).toEqual({ one: 7 });
    expect(result(world.replace("end: {", "war:\n    when: x is 2\n  end: {")).utilities).toEqual({ one: -2 });
  });
});

describe("properties of a run", () => {
  const claim = (property: string, body = world): boolean | undefined =>
    result(`${body}properties:\n  claim: { ${property} }`).properties.claim;

  test("read the start, and each step after its rules", () => {
    expect(claim("always: x is 0", world.replace("x + 1", "x"))).toBe(true);
    expect(claim("eventually: x is 0, within: 0")).toBe(true);
    const rules = "rules:\n  undo:\n    when: x is 1\n    then:\n      x: 0\n";
    expect(claim("never: x is 1", world + rules)).toBe(true);
    expect(claim("never: x is 1")).toBe(false);
  });

  test("read the last state, and the start of a run that is over at once", () => {
    expect(claim("eventually: x is 3 and round is 3")).toBe(true);
    expect(claim("eventually: x is 0", world.replace("end: {", "war:\n    when: x is 0\n  end: {"))).toBe(true);
  });

  test("count free turns by moves", () => {
    const free = world.replace("clock:", "turns: free\nclock:").replace("by: two", "by: two\n    when: x > 20");
    expect(claim("eventually: x is 2, within: 2", free)).toBe(true);
    expect(claim("eventually: x is 2, within: 1", free)).toBe(false);
  });
});
