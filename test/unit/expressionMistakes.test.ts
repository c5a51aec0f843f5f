/** Every mistake that authors make has its own complaint: what is marked, and what is proposed instead. */
import { describe, expect, test } from "vitest";
import { parseExpression } from "../../src/scenario/grammar.ts";
import { type Expected, type ExpressionScope, resolveExpression } from "../../src/scenario/resolve.ts";

const scope: ExpressionScope = {
  tracks: new Map([
    ["reply", ["promised", "delivered", "rejected", "late"]],
    ["measures", ["none", "incursion", "invasion"]],
    ["talks", ["open", "agreed", "rejected"]],
  ]),
  variables: new Map([
    ["tension", "number"],
    ["leaked", "condition"],
  ]),
  assumptions: new Map([["leak_chance", "number"]]),
  terms: new Map([["settled", "condition"]]),
  actors: new Set(["usa", "russia"]),
  moves: new Map([
    ["appeal", "usa"],
    ["strike", "russia"],
  ]),
  incidents: new Set(["border_clash", "strike"]),
  outcomes: new Map([
    ["war", ["war"]],
    ["peace", ["peace"]],
    ["force", ["war", "peace"]],
  ]),
  allows: { state: true, clock: true, times: false, outcome: true, choices: true },
};

type Complaint = [code: string, marked: string, hint: string | null];

function complaints(
  text: string,
  expected: Expected = { type: "value" },
  within: ExpressionScope = scope,
): Complaint[] {
  const { syntax, problems } = parseExpression(text);
  const resolved = syntax === null ? [] : resolveExpression(syntax, within, expected).problems;
  return [...problems, ...resolved].map(({ code, start, end, hint }) => [code, text.slice(start, end), hint]);
}

describe("a slip of grammar", () => {
  test.each<[string, ...Complaint]>([
    ["", "empty-expression", "", null],
    ["tension = 3", "foreign-operator", "=", "write `is`"],
    ["tension += 1", "foreign-operator", "+=", "write `+`"],
    ["tension => 3", "foreign-operator", "=>", "write `>=`"],
    ["tension <> 3", "foreign-operator", "<>", "write `is not`"],
    ["leaked AND settled", "keyword-case", "AND", "write `and`"],
    ["leaked is True", "keyword-case", "True", "write `true`"],
    ["If leaked then 1 else 2", "keyword-case", "If", "write `if`"],
    [
      "leaked or leaked and settled",
      "mixed-and-or",
      "leaked or leaked and settled",
      "perhaps `leaked or (leaked and settled)`",
    ],
    ["1 < tension < 3", "chained-comparison", "1 < tension < 3", "write `1 < tension and tension < 3`"],
    ["50 %", "percentage", "50 %", "write `0.5`"],
    ["reply rejected", "missing-operator", "reply rejected", "perhaps `reply is rejected`"],
    ["leaked and", "missing-value", "and", null],
    ["or leaked", "missing-value", "or", null],
    ["()", "missing-value", "()", null],
    ["min(tension, )", "missing-value", "(tension, )", null],
    ["(leaked", "unclosed-bracket", "(", null],
    ["tension in [1, 2", "unclosed-bracket", "[", null],
    ["leaked)", "unopened-bracket", ")", null],
    ["tension > 1,5", "unexpected-comma", ",", "fractions are written with a point, like `0.5`"],
    ["if leaked then 1", "missing-else", "if", "write `if CONDITION then VALUE else VALUE`"],
    ["leaked then 1", "stray-then", "then", "write `if CONDITION then VALUE else VALUE`"],
    ["1 + if leaked then 1 else 2", "bare-if", "if leaked then 1 else 2", "write `(if leaked then 1 else 2)`"],
    ["1 + not leaked", "bare-not", "not", "write `(not ...)`"],
    ["tension in (1, 2)", "list-brackets", "(1, 2)", "write `in [1, 2]`"],
    ["reply in late", "list-brackets", "late", "write `in [late]`, or `is late`"],
    ["tension not in 3", "list-brackets", "3", "write `not in [3]`, or `is not 3`"],
    ["[1, 2]", "stray-list", "[1, 2]", "write `... in [1, 2]`"],
    ["tension in [1] + 1", "unexpected-operator", "+", "perhaps `(tension in [1]) + ...`"],
    ["tension not 3", "stray-not", "not", "write `is not` to compare"],
    ["reply is rejected or is late", "missing-value", "is", "repeat what is compared before `is`, or use `in [a, b]`"],
    ["+1", "plus-sign", "+", "write `x + 1`, or `1` alone"],
    ["3x", "malformed-number", "3x", "write `3 * x`, or begin the name with a letter"],
    ["1e3", "malformed-number", "1e3", "write `1000`"],
    [".5", "malformed-number", ".5", "write `0.5`"],
    ["1_000", "malformed-number", "1_000", "write `1000`"],
    ["9".repeat(17), "number-too-large", "9".repeat(17), null],
    ["date > 2022-1-30", "invalid-date", "2022-1-30", "write `2022-01-30`"],
    ["date > 2022-02-30", "invalid-date", "2022-02-30", null],
    ["reply is 'late'", "quoted-name", "'late'", "write `late`"],
    ["$who > 1", "unknown-parameter", "$who", "give the entry an `each` that lists its values"],
    ["tension ≥ 3", "unknown-character", "≥", "write `>=`"],
    ["reply.late", "unknown-character", ".", "names have no dots"],
  ])("%s", (text, ...expected) => {
    expect(complaints(text)[0]).toEqual(expected);
  });

  test("is marked where it stands in a longer text", () => {
    expect(complaints("leaked and tension * 7% > 1")).toEqual([["percentage", "7%", "write `0.07`"]]);
  });
});

describe("a wrong name", () => {
  test.each<[string, ...Complaint]>([
    ["tensoin > 3", "unknown-name", "tensoin", "did you mean `tension`?"],
    ["Tension > 3", "unknown-name", "Tension", "did you mean `tension`?"],
    ["zebra > 3", "unknown-name", "zebra", null],
    ["rejcted", "unknown-name", "rejcted", "did you mean `reply is rejected`?"],
    ["reply is rejcted", "unknown-state", "rejcted", "did you mean `rejected`?"],
    ["measures < late", "unknown-state", "late", null],
    ["late", "free-state", "late", "write `reply is late`"],
    ["rejected", "free-state", "rejected", "write `TRACK is rejected` with one of them"],
    ["reply is rejected or late", "free-state", "late", "write `reply in [rejected, late]`"],
    ["reply is not rejected and late", "free-state", "late", "write `reply not in [rejected, late]`"],
    ["measures < invasion and none", "free-state", "none", "write `measures < none`"],
    ["appeal", "free-move", "appeal", "write `made(appeal) > 0` if it was ever made"],
    ["war", "free-outcome", "war", "write `outcome is war`"],
    ["outcome", "bare-outcome", "outcome", "write `outcome is NAME`"],
    ["outcome is wra", "unknown-outcome", "wra", "did you mean `war`?"],
    ["outcome < war", "outcome-order", "outcome < war", "write `outcome is NAME` or `outcome in [A, B]`"],
    ["made(apeal) > 0", "unknown-name", "apeal", "did you mean `appeal`?"],
    ["since(late) > 0", "unknown-name", "late", "write `since(reply)`"],
    ["since(strike) > 0", "ambiguous-name", "strike", "rename one of them"],
    ["rung(tension) > 0", "unknown-name", "tension", null],
    ["since(reply, 3) > 0", "wrong-arguments", "since(reply, 3)", "write `since(NAME)`"],
    ["since > 0", "wrong-arguments", "since", "write `since(...)`"],
    ["min(tension)", "wrong-arguments", "min(tension)", "write `min(x, y)`"],
    ["floor(1, 2)", "wrong-arguments", "floor(1, 2)", "write `floor(x)`"],
    ["flor(1)", "unknown-function", "flor", "did you mean `floor`?"],
    ["ceil(1)", "unknown-function", "ceil", "write `-floor(-x)`"],
    ["tension(1)", "not-a-function", "tension", null],
  ])("%s", (text, ...expected) => {
    expect(complaints(text)[0]).toEqual(expected);
  });

  test("is not complained of where the other side of its comparison is missing", () => {
    expect(complaints("reply is rejected or is late").map(([code]) => code)).toEqual(["missing-value"]);
  });

  test("may follow another: all are reported, in order", () => {
    expect(complaints("tensoin > 3 and lekaed AND reply is lat").map(([code, marked]) => [code, marked])).toEqual([
      ["keyword-case", "AND"],
      ["unknown-name", "tensoin"],
      ["unknown-name", "lekaed"],
      ["unknown-state", "lat"],
    ]);
  });
});

describe("a wrong type", () => {
  const condition: Expected = { type: "condition" };
  const number: Expected = { type: "number" };
  const state: Expected = { type: "state", track: "reply" };
  test.each<[string, Expected, ...Complaint]>([
    ["tension", condition, "number-not-expected", "tension", "write `tension > 0`"],
    ["tension and leaked", condition, "number-not-expected", "tension", "write `tension > 0`"],
    ["1", condition, "number-not-expected", "1", "write `true`"],
    ["date", condition, "number-not-expected", "date", "write `date >= 2022-01-30`"],
    ["2022-02-01", condition, "number-not-expected", "2022-02-01", "write `date >= 2022-02-01`"],
    ["reply", condition, "state-not-expected", "reply", "compare it, like `reply is promised`, or take `rung(reply)`"],
    ["next(reply) + 1", number, "state-not-expected", "next(reply)", "compare it, like `next(reply) is promised`"],
    ["leaked < 1", condition, "condition-compared", "leaked", "write `leaked` by itself, or `not` before it"],
    ["leaked is 1", condition, "unlike-comparison", "leaked is 1", "write `leaked is true`"],
    ["tension is leaked", condition, "unlike-comparison", "tension is leaked", null],
    [
      "reply is talks",
      condition,
      "unlike-comparison",
      "reply is talks",
      "to compare rungs, write `rung(reply) is rung(talks)`",
    ],
    ["reply > 2", condition, "unlike-comparison", "reply > 2", "to compare rungs, write `rung(reply) > 2`"],
    ["reply in [late, 2]", condition, "unlike-comparison", "2", "to compare rungs, write `rung(reply) is 2`"],
    ["tension in []", condition, "empty-list", " in []", "write `in [a, b]`"],
    ["3", state, "wrong-state", "3", null],
    ["if leaked then late else tension", state, "wrong-state", "tension", null],
    ["open", state, "unknown-state", "open", null],
    ["(if leaked then reply else 3) is late", condition, "mixed-branches", "if leaked then reply else 3", null],
    [
      "date > 2022",
      condition,
      "date-compared",
      "date > 2022",
      "write a date like `date >= 2022-01-30`, or a round like `round >= 3`",
    ],
  ])("%s", (text, expected, ...complaint) => {
    expect(complaints(text, expected)).toEqual([complaint]);
  });
});

describe("a place that may not read everything", () => {
  const within = (allows: Partial<ExpressionScope["allows"]>): ExpressionScope => ({
    ...scope,
    allows: { ...scope.allows, ...allows },
  });

  test.each(["tension", "settled", "reply is late", "round", "date", "made(appeal)", "since(reply)", "rung(reply)"])(
    "odds of initial values cannot read %s",
    (text) => {
      expect(complaints(text, { type: "value" }, within({ state: false }))[0]?.[0]).toBe("state-not-allowed");
      expect(complaints("1 - leak_chance", { type: "number" }, within({ state: false }))).toEqual([]);
    },
  );

  test.each(["date > 2022-01-30", "days", "2022-01-30"])("without a clock there is no %s", (text) => {
    expect(complaints(text, { type: "value" }, within({ clock: false }))[0]?.[0]).toBe("no-clock");
    expect(complaints("round", { type: "value" }, within({ clock: false }))).toEqual([]);
  });

  test.each(["outcome is war", "outcome in [war, peace]"])("outside utilities there is no %s", (text) => {
    expect(complaints(text, { type: "value" }, within({ outcome: false }))[0]?.[0]).toBe("outcome-not-allowed");
    expect(complaints(text)).toEqual([]);
  });
});
