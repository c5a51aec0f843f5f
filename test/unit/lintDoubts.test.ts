/** What lint doubts of numbers, policies, scripts and properties, and what it leaves alone because it is not certain. */
import { describe, expect, test } from "vitest";
import { warningsOf, world } from "./scenarioFixture.ts";

/** Whether lint warns of a text with a code. */
const codes = (text: string): readonly string[] => warningsOf(text).map((warning) => warning.split(":")[0] ?? "");

const count = (text: string, code: string): number => codes(text).filter((one) => one === code).length;

describe("floor", () => {
  const floored = (value: string): number =>
    count(`${world}rules:\n  r: { when: tension > 5, then: { packages: "${value}" } }\n`, "cut-short");

  test.each(["floor(100 * 0.29)", "1 + floor(0.58 * 100)", "floor(tension * 10 * 0.29)"])(
    "that cuts a percentage short is told: %s",
    (value) => {
      expect(floored(value)).toBe(1);
    },
  );

  test("of what is exact, or is rounded, is left alone", () => {
    for (const value of [
      "floor(tension / 3)",
      "floor(0.5 * tension)",
      "round(100 * 0.29)",
      "floor(tension * 0.25)",
      "floor(0.07 * 100)",
    ]) {
      expect(floored(value), value).toBe(0);
    }
  });
});

describe("odds of branches", () => {
  const branched = (one: string, other: string): string => `${world}assumptions:
  p: { range: [0, 1], default: 0.5, basis: judgement }
  q: { range: [0, 1], default: 0.5, basis: judgement }
incidents:
  i:
    when: tension > 5
    branches:
      a: { odds: "${one}" }
      b: { odds: "${other}" }
      c: { odds: "p * q" }
`;
  test("that can all be zero within the ranges of assumptions are told", () => {
    expect(count(branched("p", "q"), "zero-odds")).toBe(1);
  });
  test("that cannot, or that read the state, are left alone", () => {
    expect(count(branched("p", "1 - p"), "zero-odds")).toBe(0);
    expect(count(branched("p", "q + tension"), "zero-odds")).toBe(0);
  });
});

test("numbers so near a bound that they are taken for it are told", () => {
  const incident = (chance: string): string => `${world}incidents:\n  i: { when: tension > 5, chance: ${chance} }\n`;
  expect(count(incident("0.0000000001"), "taken-for-bound")).toBe(1);
  expect(count(incident("0.99999999999"), "taken-for-bound")).toBe(1);
  expect(count(incident("0.00001"), "taken-for-bound")).toBe(0);
  expect(count(incident("1"), "taken-for-bound")).toBe(0);
});

describe("a policy that gives no move any weight", () => {
  const policy = (must: boolean, table: string, turns = "in order"): string => `demarche: 2
id: idle
title: Idle
turns: ${turns}
actors:
  b: { must_move: ${must} }
tracks:
  u: { initial: s, states: [s, l] }
moves:
  go: { by: b, when: u is s, then: { u: l } }
policies:
  b:
    p: ${table}
outcomes:
  l: { when: u is l }
`;
  test("has its actor hold, and lint says so", () => {
    expect(warningsOf(policy(true, "{ hold: 3 }")).join()).toContain("weighs-nothing");
    expect(count(policy(true, "{ go: 0 }"), "weighs-nothing")).toBe(1);
    expect(count(policy(false, "{ go: 0, hold: 0 }"), "weighs-nothing")).toBe(1);
  });
  test("is meant where it weighs holding, and claimed of nobody who may be weighed", () => {
    expect(count(policy(false, "{ hold: 3 }"), "weighs-nothing")).toBe(0);
    expect(count(policy(true, "{ go: 2 * (u is s) }"), "weighs-nothing")).toBe(0);
    expect(count(policy(true, "{ others: 1 }"), "weighs-nothing")).toBe(0);
  });
  test("is claimed nothing of in free turns, where nobody holds", () => {
    expect(codes(policy(true, "{ go: 0 }", "free"))).not.toContain("weighs-nothing");
    expect(codes(policy(true, "{ go: 0 }", "free"))).not.toContain("never-weighed");
  });
});

describe("a script that makes a move twice", () => {
  const scripted = (rules: string, firstCome = "false"): string => `demarche: 2
id: twice
title: Twice
clock: { rounds: 5 }
actors: { b: {} }
tracks:
  u: { initial: s, states: [s, l, m] }
moves:
  go: { by: b, when: u is s, then: { u: l }, first_come: ${firstCome} }
${rules}outcomes:
  m: { when: u is m }
  rest: { otherwise: true }
variants:
  two:
    script:
      - { round: 1, by: b, move: go }
      - { round: 3, by: b, move: go }
`;
  test("is told where nothing makes its condition hold again", () => {
    expect(count(scripted(""), "second-move")).toBe(1);
    expect(count(scripted("rules: { r: { when: u is l, then: { u: m } } }\n"), "second-move")).toBe(1);
  });
  test("is left alone where something may, or where it may be forestalled", () => {
    expect(count(scripted("rules: { r: { when: u is l, then: { u: s } } }\n"), "second-move")).toBe(0);
    expect(count(scripted("rules: { r: { when: u is l, then: { u: previous(u) } } }\n"), "second-move")).toBe(0);
    expect(count(scripted("", "true"), "second-move")).toBe(0);
  });
});

test("a property that never applies is told, as a move is", () => {
  const property = (one: string): string => `${world}properties:\n  p: { ${one} }\n`;
  expect(count(property("whenever: tension > 10, eventually: leaked"), "never-true")).toBe(1);
  expect(count(property("never: leaked, after: tension > 5 and tension < 3"), "never-true")).toBe(1);
  expect(count(property("whenever: tension > 9, eventually: leaked"), "never-true")).toBe(0);
  expect(count(property("never: tension > 10"), "never-true")).toBe(0);
});
