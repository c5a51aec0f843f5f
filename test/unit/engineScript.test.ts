/**
 * Scripts: what they override, and the fault that names an entry which cannot be carried out.
 */
import { describe, expect, test } from "vitest";
import { chronicle, tinyRun } from "./tiny.ts";

/** The chronicle of a variant with a script, in a small world of one and two. */
function scripted(script: string, changes: readonly [string, string][] = []): readonly string[] {
  let body = `clock:
  start: 2022-01-22
  rounds: 2
outcomes:
  end: { otherwise: true }
turns: in order
actors:
  one: {}
  two: {}
variables:
  x: { scale: [0, 9], initial: 0 }
moves:
  press:
    by: one
    branches:
      well: {}
      badly:
        odds: x
  late:
    by: one
    when: round is 1
  answer:
    by: two
    when: x is 0
incidents:
  first:
    chance: 0.000001
    then:
      x: 1
  second:
    when: x is 1
    chance: 0.000001
  never:
    chance: 0
policies:
  one:
    idle:
      hold: 1
  two:
    idle:
      hold: 1
variants:
  staged:
    script:
${script}`;
  for (const [from, to] of changes) body = body.replace(from, to);
  return chronicle(tinyRun(body, { variant: "staged" }));
}

const quiet = ["hold one", "hold two"];

describe("a script", () => {
  test("overrides a policy in its round and leaves the rest to it", () => {
    expect(scripted("      - { round: 1, by: one, move: late }")).toEqual([
      ...["start", ...quiet, "round 1", "late", "hold two", "round 2", "end"],
    ]);
  });

  test("says by date what it may say by round, and may ask to hold", () => {
    const words = scripted(
      "      - { date: 2022-01-23, by: two, move: answer }\n      - { round: 0, by: one, move: hold }",
    );
    expect(words).toEqual(["start", ...quiet, "round 1", "hold one", "answer", "round 2", "end"]);
  });

  test("forces a branch, and makes an incident occur whatever its chance", () => {
    const words = scripted(
      "      - { round: 0, by: one, move: press, branch: well }\n      - { round: 0, incident: first }",
    );
    expect(words.slice(0, 4)).toEqual(["start", "incident first", "press well", "hold two"]);
  });

  test("makes several incidents of a round occur in the order of the round, each after what the one before changed", () => {
    const words = scripted("      - { round: 0, incident: second }\n      - { round: 0, incident: first }");
    expect(words.slice(0, 3)).toEqual(["start", "incident first", "incident second"]);
  });

  test("records that its choices were given", () => {
    const { events } = tinyRun(
      "clock: { rounds: 1 }\nmoves:\n  act:\n    by: one\noutcomes:\n  end: { otherwise: true }\nvariants:\n  staged:\n    script:\n      - { round: 0, by: one, move: act }",
      { variant: "staged" },
    );
    expect(events[1]).toMatchObject({ type: "MoveMade", chosen: "given" });
  });

  const entry = "variants.staged.script";
  test.each([
    ["a move that is not enabled", "{ round: 0, by: one, move: late }", [], `fault ${entry}.0: late is not enabled`],
    [
      "an incident whose condition fails",
      "{ round: 0, incident: second }",
      [],
      `fault ${entry}.0: second is not enabled`,
    ],
    ["an incident of chance zero", "{ round: 1, incident: never }", [], `fault ${entry}.0: never is not enabled`],
    [
      "a branch of odds zero",
      "{ round: 0, by: one, move: press, branch: badly }",
      [],
      `fault ${entry}.0: The branch badly`,
    ],
    [
      "a branch of odds zero in a joint step",
      "{ round: 0, by: two, move: answer }\n      - { round: 0, by: one, move: press, branch: badly }",
      [["turns: in order", "turns: simultaneous"]],
      `fault ${entry}.1: The branch badly`,
    ],
    [
      "a move in free turns where nothing is open",
      "{ round: 0, by: two, move: answer }",
      [
        ["turns: in order", "turns: free"],
        ["by: one\n    branches", "by: one\n    when: round > 5\n    branches"],
        ["when: x is 0", "when: x is 9"],
      ],
      `fault ${entry}.0: answer is not enabled in round 0; nothing is open`,
    ],
    [
      "a second move in a round of free turns",
      "{ round: 0, by: one, move: press, branch: well }\n      - { round: 0, by: two, move: answer }",
      [["turns: in order", "turns: free"]],
      `fault ${entry}.1: only one move`,
    ],
    [
      "holding where an actor must move",
      "{ round: 0, by: one, move: hold }",
      [["one: {}", "one: { must_move: true }"]],
      `fault ${entry}.0: hold is not enabled`,
    ],
  ] as const)("faults at %s and names the entry", (_, script, changes, expected) => {
    const words = scripted(`      - ${script}`, changes as unknown as readonly [string, string][]);
    expect(words.at(-1)).toContain(expected);
  });

  test("says nothing about a round in which the run is over before", () => {
    const words = scripted(
      "      - { round: 0, incident: first }\n      - { round: 1, by: one, move: press, branch: badly }",
      [["end: { otherwise: true }", "war:\n    when: x is 1\n  end: { otherwise: true }"]],
    );
    expect(words).toEqual(["start", "incident first", "war"]);
  });

  test("lets a move that is forestalled in a joint step pass", () => {
    const words = scripted(
      "      - { round: 0, by: one, move: press, branch: well }\n      - { round: 0, by: two, move: answer }",
      [
        ["turns: in order", "turns: simultaneous"],
        ["      well: {}", "      well:\n        then:\n          x: 5"],
        ["when: x is 0", "first_come: true\n    when: x is 0"],
      ],
    );
    // The lot of this seed puts press first.
    expect(words[1]).toBe("press + answer forestalled");
  });
});
