/** What expressions are worth in a state. */
import { describe, expect, test } from "vitest";
import { parseDate } from "../../src/scenario/calendar.ts";
import {
  compileExpression,
  EvaluationFault,
  type EvaluationState,
  flooredRemainder,
} from "../../src/scenario/evaluate.ts";
import type { Expression } from "../../src/scenario/expression.ts";
import { parseExpression } from "../../src/scenario/grammar.ts";
import type { Model, Term, Track } from "../../src/scenario/model.ts";
import { type ExpressionScope, resolveExpression } from "../../src/scenario/resolve.ts";

const scope: ExpressionScope = {
  tracks: new Map([["reply", ["promised", "delivered", "rejected"]]]),
  variables: new Map([
    ["tension", "number"],
    ["leaked", "condition"],
  ]),
  assumptions: new Map([
    ["leak_chance", "number"],
    ["constructor", "condition"],
  ]),
  terms: new Map([
    ["calm", "condition"],
    ["doubled", "number"],
  ]),
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

function resolve(text: string): Expression {
  const { syntax } = parseExpression(text);
  const resolution = syntax === null ? null : resolveExpression(syntax, scope, { type: "value" });
  if (!resolution?.expression) throw new Error(`${text}: ${JSON.stringify(resolution?.problems)}`);
  return resolution.expression;
}

const reply: Track = {
  id: "reply",
  states: [
    { id: "promised", rung: 1 },
    { id: "delivered", rung: null },
    { id: "rejected", rung: 3 },
  ],
  initial: [],
  private: null,
};
const terms: Term[] = [
  { id: "calm", type: "condition", value: resolve("tension <= 3 and not leaked") },
  { id: "doubled", type: "number", value: resolve("(if calm then 1 else 2) * tension") },
];
const model: Model = {
  language: 2,
  id: "test",
  rounds: null,
  turns: "in order",
  start: null,
  since: [],
  made: [],
  actors: [],
  variables: [],
  moves: [],
  incidents: [],
  rules: [],
  outcomes: [],
  groups: [],
  headline: null,
  tallies: [],
  policies: [],
  variants: [],
  properties: [],
  history: [],
  clock: { start: parseDate("2022-01-22") ?? 0, step: 2, months: null, dates: null },
  tracks: [reply],
  assumptions: [
    { id: "leak_chance", default: 0.2, range: [0, 0.6], values: null, basis: [] },
    { id: "constructor", default: true, range: null, values: [true, false], basis: [] },
  ],
  terms,
};
const reading: EvaluationState = {
  tracks: { reply: "delivered" },
  variables: { tension: 4, leaked: true },
  round: 5,
  entered: { "track:reply": 2, "move:appeal": 4 },
  made: { "move:appeal": 3 },
  outcome: "war",
};

function worth(
  text: string,
  changed: Partial<EvaluationState> = {},
  assume: Record<string, number | boolean> = {},
): number {
  return compileExpression(resolve(text), { model, assume })({ ...reading, ...changed });
}

describe("in a given state", () => {
  test.each([
    ["1 + 2 * 3 - 4 / 8", 6.5],
    ["-tension", -4],
    ["tension % 3", 1],
    ["-tension % 3", 2],
    ["tension % -3", -2],
    ["min(3, tension, 5) + max(3, tension)", 7],
    ["abs(-2.5) + floor(-2.5)", -0.5],
    ["1 + 3 * leaked", 4],
    ["leaked and tension >= 4", 1],
    ["not leaked or tension > 4", 0],
    ["if leaked then 10 else 20", 10],
    ["leaked is true", 1],
    ["leaked is not (tension > 4)", 1],
    ["tension in [1, 2 * 2]", 1],
    ["tension not in [1, 2]", 1],
    ["reply is delivered", 1],
    ["reply < rejected and reply > promised", 1],
    ["reply in [promised, rejected]", 0],
    ["next(reply) is rejected", 1],
    ["previous(reply) is promised", 1],
    ["rung(reply)", 0],
    ["round", 5],
    ["days", 2],
    ["date - 2022-01-22", 10],
    ["date is 2022-02-01", 1],
    ["since(reply)", 3],
    ["since(appeal)", 1],
    ["since(clash)", Number.POSITIVE_INFINITY],
    ["since(clash) > 1000", 1],
    ["made(appeal) + made(clash)", 3],
    ["leak_chance", 0.2],
    ["constructor", 1],
    ["calm", 0],
    ["doubled", 8],
    ["outcome is war", 1],
    ["outcome in [peace]", 0],
    ["outcome is not peace", 1],
    ["0.1 + 0.2", 0.1 + 0.2],
  ])("%s is %d", (text, value) => {
    expect(worth(text)).toBe(value);
  });
});

test("a rung counts where the state has one", () => {
  expect(worth("rung(reply)", { tracks: { reply: "rejected" } })).toBe(3);
});

test("a track that never changed was entered at the start", () => {
  expect(worth("since(reply)", { entered: {} })).toBe(5);
});

test("an assumption is what the run assumes, else its default", () => {
  expect(worth("leak_chance", {}, { leak_chance: 0.5 })).toBe(0.5);
  expect(worth("constructor", {}, { constructor: false })).toBe(0);
});

describe("a value that does not exist is a fault of the model", () => {
  test.each([
    ["1 / (tension - 4)", "division by zero"],
    ["1 % (tension - 4)", "remainder of a division by zero"],
    ["next(reply) is rejected", "next(reply) beyond the last state rejected"],
  ])("%s", (text, reason) => {
    const evaluate = (): number => worth(text, { tracks: { reply: "rejected" } });
    expect(evaluate).toThrow(EvaluationFault);
    expect(evaluate).toThrow(expect.objectContaining({ reason }));
  });

  test("also before the first state", () => {
    expect(() => worth("previous(reply) is promised", { tracks: { reply: "promised" } })).toThrow(EvaluationFault);
  });

  test.each(["tension is 4 or 1 / 0 > 1", "tension is 3 and 1 / 0 > 1", "(if leaked then 1 else 1 / 0) > 0"])(
    "but is not asked for where %s is already decided",
    (text) => {
      expect(() => worth(text)).not.toThrow();
    },
  );
});

test("the remainder has the sign of the divisor and completes the rounded-down quotient", () => {
  for (const dividend of [-7, -6, -1, 0, 1, 6, 7, 2.5]) {
    for (const divisor of [-3, -0.5, 2, 3]) {
      const rest = flooredRemainder(dividend, divisor);
      expect(rest === 0 || rest < 0 === divisor < 0).toBe(true);
      expect(Math.floor(dividend / divisor) * divisor + rest).toBeCloseTo(dividend, 12);
    }
  }
});
