/** What names stand for and which type an expression has. */
import { describe, expect, test } from "vitest";
import type { Expression } from "../../src/scenario/expression.ts";
import { parseExpression } from "../../src/scenario/grammar.ts";
import { type Expected, type ExpressionScope, type Resolution, resolveExpression } from "../../src/scenario/resolve.ts";

const scope: ExpressionScope = {
  tracks: new Map([
    ["reply", ["promised", "rejected", "late"]],
    ["talks", ["open", "rejected", "reply"]],
    ["alarm", ["calm", "alarm"]],
  ]),
  variables: new Map([
    ["tension", "number"],
    ["leaked", "condition"],
  ]),
  assumptions: new Map([["resolve", "number"]]),
  terms: new Map([["settled", "condition"]]),
  actors: new Set(["usa", "russia"]),
  moves: new Map([["appeal", "usa"]]),
  incidents: new Set(["clash"]),
  outcomes: new Map([
    ["war", ["war"]],
    ["peace", ["peace"]],
    ["force", ["war", "peace"]],
  ]),
  allows: { state: true, clock: true, times: false, outcome: true, choices: true },
};

function resolve(text: string, expected: Expected = { type: "value" }): Resolution {
  const { syntax, problems } = parseExpression(text);
  expect(problems).toEqual([]);
  if (syntax === null) throw new Error("nothing was read");
  return resolveExpression(syntax, scope, expected);
}

function expression(text: string, expected?: Expected): Expression | null {
  const resolution = resolve(text, expected);
  expect(resolution.problems).toEqual([]);
  return resolution.expression;
}

const track = (id: string): Expression => ({ op: "track", id });
const state = (of: string, id: string): Expression => ({ op: "state", track: of, id });
const is = (left: Expression, right: Expression): Expression => ({ op: "compare", by: "is", left, right });

describe("the type found is", () => {
  test.each([
    ["tension + 1", "number"],
    ["leaked + 1", "number"],
    ["if leaked then leaked else 1", "number"],
    ["if leaked then settled else true", "condition"],
    ["leaked", "condition"],
    ["reply is late", "condition"],
    ["date", "number"],
  ])("%s: %s", (text, type) => {
    expect(resolve(text)).toMatchObject({ type, problems: [] });
  });

  test("a state where a state of that track is wanted", () => {
    const wanted: Expected = { type: "state", track: "reply" };
    expect(resolve("if leaked then rejected else late", wanted)).toMatchObject({ type: "state", problems: [] });
    expect(expression("if leaked then rejected else if settled then late else reply", wanted)).toEqual({
      op: "if",
      when: { op: "variable", id: "leaked" },
      then: state("reply", "rejected"),
      else: { op: "if", when: { op: "term", id: "settled" }, then: state("reply", "late"), else: track("reply") },
    });
  });
});

describe("a state is looked up only opposite its track", () => {
  test.each([
    ["reply is rejected", is(track("reply"), state("reply", "rejected"))],
    ["rejected is reply", is(state("reply", "rejected"), track("reply"))],
    ["talks is rejected", is(track("talks"), state("talks", "rejected"))],
    ["next(talks) is rejected", is({ op: "next", id: "talks" }, state("talks", "rejected"))],
    ["(if leaked then late else reply) is late", "if"],
  ])("%s", (text, expected) => {
    const found = expression(text);
    if (typeof expected === "string") expect(found).toMatchObject({ left: { op: expected } });
    else expect(found).toEqual(expected);
  });
});

describe("a state named like a track is the state where a state is wanted, else the track", () => {
  test.each([
    ["alarm is alarm", is(track("alarm"), state("alarm", "alarm"))],
    ["alarm is calm", is(track("alarm"), state("alarm", "calm"))],
    ["calm is alarm", is(state("alarm", "calm"), track("alarm"))],
    ["talks is reply", is(track("talks"), state("talks", "reply"))],
    ["reply is talks", is(state("talks", "reply"), track("talks"))],
    ["reply is late", is(track("reply"), state("reply", "late"))],
    ["alarm in [alarm]", { op: "in", item: track("alarm"), of: [state("alarm", "alarm")] }],
  ])("%s", (text, expected) => {
    expect(expression(text)).toEqual(expected);
  });
});

test("names are told apart by what they name", () => {
  expect(
    expression("min(tension, resolve, round, days, since(appeal), made(clash), since(reply), rung(talks))"),
  ).toEqual({
    op: "min",
    of: [
      { op: "variable", id: "tension" },
      { op: "assumption", id: "resolve" },
      { op: "round" },
      { op: "days" },
      { op: "since", mark: { kind: "move", id: "appeal" } },
      { op: "made", mark: { kind: "incident", id: "clash" } },
      { op: "since", mark: { kind: "track", id: "reply" } },
      { op: "rung", id: "talks" },
    ],
  });
});

test("outcomes become one part each", () => {
  const war: Expression = { op: "outcome", id: "war" };
  const peace: Expression = { op: "outcome", id: "peace" };
  expect(expression("outcome is war")).toEqual(war);
  expect(expression("war is outcome")).toEqual(war);
  expect(expression("outcome is not war")).toEqual({ op: "not", of: war });
  expect(expression("outcome in [war]")).toEqual(war);
  expect(expression("outcome in [war, peace]")).toEqual({ op: "or", of: [war, peace] });
  expect(expression("outcome not in [war, peace]")).toEqual({ op: "not", of: { op: "or", of: [war, peace] } });
});

test("a denied list is a denial of the list", () => {
  const list: Expression = { op: "in", item: track("reply"), of: [state("reply", "late")] };
  expect(expression("reply not in [late]")).toEqual({ op: "not", of: list });
  expect(expression("not reply in [late]")).toEqual({ op: "not", of: list });
});

test("a minus sign folds into its number, and zero has no sign", () => {
  expect(expression("-3")).toEqual({ op: "number", value: -3 });
  expect(expression("-(3)")).toEqual({ op: "negate", of: { op: "number", value: 3 } });
  expect(expression("--3")).toEqual({ op: "negate", of: { op: "number", value: -3 } });
  expect(expression("-0")).toEqual({ op: "number", value: 0 });
});

test("a tree with broken parts yields complaints about the sound ones and no expression", () => {
  const { syntax } = parseExpression("tensoin > 3 and (reply is or leaked)");
  if (syntax === null) throw new Error("nothing was read");
  const resolution = resolveExpression(syntax, scope, { type: "condition" });
  expect(resolution.expression).toBeNull();
  expect(resolution.problems.map(({ code }) => code)).toEqual(["unknown-name"]);
});
