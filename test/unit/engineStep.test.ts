/**
 * The law of one step: what a block reads, what it may write, and the faults it can run into.
 */
import { describe, expect, test } from "vitest";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { chronicle, tinyRun } from "./tiny.ts";

const once = "clock: { rounds: 1 }\noutcomes:\n  end: { otherwise: true }\n";

/** The variables after the only move of an actor that must move. */
function settled(variables: string, move: string): Readonly<Record<string, number | boolean>> {
  const body = `${once}actors:\n  one: { must_move: true }\nvariables:\n${variables}\nmoves:\n  act:\n    by: one\n${move}`;
  const { states } = tinyRun(body);
  return states.at(-1)?.variables ?? {};
}

/** The fault that the only move ends in. */
function faultOf(variables: string, move: string): string {
  const body = `${once}actors:\n  one: { must_move: true }\nvariables:\n${variables}\nmoves:\n  act:\n    by: one\n${move}`;
  const { events, result } = tinyRun(body);
  expect(result.ended).toBe("fault");
  return chronicle({ events }).at(-1) ?? "";
}

describe("a block", () => {
  test("reads the state before the step in every right-hand side", () => {
    const swapped = settled(
      "  x: { scale: [0, 9], initial: 1 }\n  w: { scale: [0, 9], initial: 4 }",
      "    then:\n      x: w\n      w: x",
    );
    expect(swapped).toEqual({ x: 4, w: 1 });
  });

  test("is one with the block of its branch", () => {
    const values = settled(
      "  x: { scale: [0, 9], initial: 1 }\n  w: { scale: [0, 9], initial: 0 }",
      "    then:\n      x: x + 5\n    branches:\n      only:\n        then:\n          w: x",
    );
    expect(values).toEqual({ x: 6, w: 1 });
  });

  test("takes its branch by odds read before the step", () => {
    const values = settled(
      "  spent: { flag: false }\n  chosen: { scale: [0, 9], initial: 0 }",
      `    then:
      spent: true
    branches:
      early:
        odds: 1 - spent
        then:
          chosen: 1
      late:
        odds: spent
        then:
          chosen: 2`,
    );
    expect(values).toEqual({ spent: true, chosen: 1 });
  });

  test("clamps a scale at both ends", () => {
    const values = settled(
      "  high: { scale: [0, 5], initial: 4 }\n  low: { scale: [-2, 5], initial: -1 }",
      "    then:\n      high: high + 7\n      low: low - 7",
    );
    expect(values).toEqual({ high: 5, low: -2 });
  });

  test("sets a flag by any condition", () => {
    const values = settled(
      "  on_paper: { flag: false }\n  x: { scale: [0, 5], initial: 4 }",
      "    then:\n      on_paper: x > 3 and not on_paper",
    );
    expect(values).toEqual({ on_paper: true, x: 4 });
  });
});

describe("a model fault", () => {
  test("names the block in which a count would leave its range, above and below", () => {
    const variables = "  packages: { count: [0, 3], initial: 3 }";
    expect(faultOf(variables, "    then:\n      packages: packages + 1")).toBe(
      "fault moves.act.then.packages: packages would be 4, outside 0 to 3",
    );
    expect(faultOf(variables, "    then:\n      packages: packages - 4")).toContain("packages would be -1");
  });

  test("proposes floor where a variable would become a fraction", () => {
    const fault = faultOf("  x: { scale: [0, 9], initial: 3 }", "    then:\n      x: x / 2");
    expect(fault).toContain("moves.act.then.x: 1.5 is not a whole number");
    expect(fault).toContain("floor(");
  });

  test("stops a division by zero", () => {
    const fault = faultOf("  x: { scale: [0, 9], initial: 0 }", "    then:\n      x: floor(4 / x)");
    expect(fault).toContain("moves.act.then.x");
  });

  test("stops odds that are negative and odds that are all zero", () => {
    const variables = "  x: { scale: [0, 9], initial: 1 }";
    const branches = (odds: string): string =>
      `    branches:\n      left:\n        odds: ${odds}\n      right:\n        odds: x - 1`;
    expect(faultOf(variables, branches("x - 1"))).toContain("moves.act.branches: the odds of all branches are zero");
    expect(faultOf(variables, branches("x - 3"))).toContain("moves.act.branches.left.odds");
  });

  test("keeps what happened before it in the log", () => {
    const { events, states } = tinyRun(`${once}variables:
  x: { scale: [0, 9], initial: 0 }
  w: { scale: [0, 9], initial: 0 }
actors:
  one: { must_move: true }
moves:
  act:
    by: one
    then:
      x: 5
rules:
  divide:
    when: x is 5
    then:
      w: floor(1 / w)`);
    expect(chronicle({ events }).slice(0, 2)).toEqual(["start", "act"]);
    expect(chronicle({ events }).at(-1)).toMatch(/^fault rules\.divide\.then\.w/);
    expect(states.at(-1)).toMatchObject({ ended: "fault", outcome: null, variables: { x: 5, w: 0 } });
  });
});

describe("a track", () => {
  const track = `clock: { rounds: 4 }
actors:
  one: { must_move: true }
tracks:
  talks:
    initial: open
    states:
      open: {}
      paused: {}
      broken: {}
variables:
  waited: { scale: [-1, 9], initial: -1 }
outcomes:
  end: { otherwise: true }
moves:
`;

  test("goes to its next and its previous state", () => {
    const body = `${track}  forward:
    by: one
    when: talks < broken and round < 2
    then:
      talks: next(talks)
  back:
    by: one
    when: round >= 2
    then:
      talks: previous(talks)`;
    const { states } = tinyRun(body);
    expect(states.filter(({ cursor }) => cursor === "tick").map(({ tracks }) => tracks.talks)).toEqual([
      "paused",
      "broken",
      "paused",
      "open",
    ]);
  });

  test("has no state beyond its last", () => {
    const { events } = tinyRun(`${track}  forward:\n    by: one\n    then:\n      talks: next(talks)`);
    expect(chronicle({ events }).at(-1)).toMatch(/^fault moves\.forward\.then\.talks/);
    expect(events).toHaveLength(6);
  });

  test("is not entered where it is written to its present state", () => {
    const { states } = tinyRun(
      `${track}  stay:\n    by: one\n    then:\n      talks: open\n      waited: since(talks)`,
    );
    expect(states.at(-1)?.variables.waited).toBe(3);
    expect(states.at(-1)?.entered).toEqual({});
  });

  test("remembers the round in which it was entered", () => {
    const { states } = tinyRun(`${track}  once:
    by: one
    when: round is 1
    then:
      talks: broken
  count:
    by: one
    when: round is not 1
    then:
      waited: since(talks)`);
    expect(states.at(-1)?.entered).toEqual({ "track:talks": 1 });
    expect(states.at(-1)?.variables.waited).toBe(2);
  });
});

describe("what is remembered of moves", () => {
  const body = `clock: { rounds: 4 }
actors:
  one: { must_move: true }
variables:
  never: { flag: false }
  often: { count: [0, 9], initial: 0 }
outcomes:
  end: { otherwise: true }
moves:
  act:
    by: one
    when: round < 2
    then:
      never: since(act) > 1000
      often: made(act)
  wait:
    by: one
    when: round >= 2
    then:
      often: made(act) + 10 * since(act)`;

  test("a move never made is infinitely long ago", () => {
    const { states } = tinyRun(`${body}`.replace("made(act) + 10 * since(act)", "made(act)"));
    expect(states[1]?.variables).toEqual({ never: true, often: 0 });
    expect(states[3]?.variables).toEqual({ never: false, often: 1 });
  });

  test("the last round and the number of times are kept only where something reads them", () => {
    const { states } = tinyRun(body.replace("count: [0, 9]", "count: [0, 99]"));
    expect(states.at(-1)).toMatchObject({
      entered: { "move:act": 1 },
      made: { "move:act": 2 },
      variables: { often: 22 },
    });
    expect(Object.keys(states.at(-1)?.made ?? {})).toEqual(["move:act"]);
  });
});

test("moves made together may take a track several steps further at once", () => {
  const scenario = scenarioOf(`demarche: 2
id: together
title: Together
turns: simultaneous
clock: { rounds: 1 }
actors: { east: { must_move: true }, west: { must_move: true } }
tracks: { talks: { initial: shut, states: [shut, open, agreed] } }
moves:
  east_steps: { by: east, then: { talks: next(talks) } }
  west_steps: { by: west, then: { talks: next(talks) } }
outcomes: { over: { otherwise: true } }
`);
  // Whichever way moves made together are put in order, the statechart goes along with the state.
  expect(() => recordRun(engineOf(scenario.model))).not.toThrow();
});
