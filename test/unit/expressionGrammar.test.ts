/** What the grammar makes of sound expressions: precedence, chains, symbols and limits. */
import { describe, expect, test } from "vitest";
import { depthMax, lengthMax, parseExpression, validateGrammar } from "../../src/scenario/grammar.ts";
import type { Syntax } from "../../src/scenario/syntax.ts";

/** The tree with a parenthesis around every part. */
function shape(syntax: Syntax): string {
  const all = (of: readonly Syntax[], sign: string): string => of.map(shape).join(sign);
  switch (syntax.kind) {
    case "number":
    case "truth":
      return String(syntax.value);
    case "date":
      return `day ${syntax.value}`;
    case "name":
      return syntax.name;
    case "call":
      return `${syntax.name}(${all(syntax.of, ", ")})`;
    case "group":
      return shape(syntax.of);
    case "not":
    case "negate":
      return `(${syntax.kind} ${shape(syntax.of)})`;
    case "and":
    case "or":
      return `(${all(syntax.of, ` ${syntax.kind} `)})`;
    case "compare":
    case "arithmetic":
      return `(${shape(syntax.left)} ${syntax.by} ${shape(syntax.right)})`;
    case "in":
      return `(${shape(syntax.item)} ${syntax.negated ? "not in" : "in"} [${all(syntax.of, ", ")}])`;
    case "if":
      return `(if ${shape(syntax.when)} then ${shape(syntax.then)} else ${shape(syntax.else)})`;
    case "list":
    case "broken":
      return syntax.kind;
  }
}

function read(text: string): string {
  const { syntax, problems } = parseExpression(text);
  expect(problems).toEqual([]);
  return syntax === null ? "nothing" : shape(syntax);
}

test("Chevrotain finds the vocabulary and the grammar sound", () => {
  expect(validateGrammar).not.toThrow();
});

describe("operators bind from loose to tight: or, and, not, comparison, sum, product, minus", () => {
  test.each([
    ["a or b or c", "(a or b or c)"],
    ["a and b and c", "(a and b and c)"],
    ["a or (b and c)", "(a or (b and c))"],
    ["(a and b) and c", "((a and b) and c)"],
    ["not a and b", "((not a) and b)"],
    ["not a is b", "(not (a is b))"],
    ["not not a", "(not (not a))"],
    ["a < b + c * d", "(a < (b + (c * d)))"],
    ["a - b - c", "((a - b) - c)"],
    ["a / b % c", "((a / b) % c)"],
    ["-a * b", "((negate a) * b)"],
    ["a - -b", "(a - (negate b))"],
    ["a - -3", "(a - -3)"],
    ["-(3)", "(negate 3)"],
    ["-0", "0"],
    ["a-b", "(a - b)"],
    ["if a then b else if c then d else e + 1", "(if a then b else (if c then d else (e + 1)))"],
    ["(if a then b else c) + 1", "((if a then b else c) + 1)"],
    ["min(a, b + 1, -2)", "min(a, (b + 1), -2)"],
    ["since(x) >= 2", "(since(x) >= 2)"],
    ["x in [a, b] and y", "((x in [a, b]) and y)"],
    ["x + 1 not in [1, 2]", "((x + 1) not in [1, 2])"],
    ["date >= 1970-01-02", "(date >= day 1)"],
    ["a is (b is c)", "(a is (b is c))"],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe("symbols mean the same as words", () => {
  test.each([
    ["!a && b", "not a and b"],
    ["a || b", "a or b"],
    ["a == b", "a is b"],
    ["a != b", "a is not b"],
    ["x is not in [a]", "x not in [a]"],
    ["x is in [a]", "x in [a]"],
    ["a\n  and\tb", "a and b"],
    ["a\u00a0and b", "a and b"],
  ])("%s", (symbols, words) => {
    expect(read(symbols)).toBe(read(words));
  });
});

test("a word that only begins like a keyword is a name", () => {
  expect(read("android and isle and order and inn and iff and trueish")).toBe(
    "(android and isle and order and inn and iff and trueish)",
  );
});

test("every node spans exactly its words", () => {
  const text = "  tension  + min( 1, x ) ";
  const { syntax } = parseExpression(text);
  const written = ({ start, end }: Syntax): string => text.slice(start, end);
  if (syntax?.kind !== "arithmetic" || syntax.right.kind !== "call") throw new Error("a sum was expected");
  expect(written(syntax)).toBe("tension  + min( 1, x )");
  expect(written(syntax.left)).toBe("tension");
  expect(written(syntax.right)).toBe("min( 1, x )");
  expect(syntax.right.of.map(written)).toEqual(["1", "x"]);
});

describe("limits end in one clear complaint", () => {
  const codes = (text: string): string[] => parseExpression(text).problems.map(({ code }) => code);
  const nested = (levels: number): string => `${"(".repeat(levels)}x${")".repeat(levels)}`;

  test("on length", () => {
    expect(codes(`x${" ".repeat(lengthMax - 1)}`)).toEqual([]);
    expect(codes(`x${" ".repeat(lengthMax)}`)).toEqual(["expression-too-long"]);
  });

  test("on nested parentheses", () => {
    expect(codes(nested(depthMax - 1))).toEqual([]);
    expect(codes(nested(depthMax))).toEqual(["expression-too-deep"]);
    expect(codes("(".repeat(5000))).toEqual(["expression-too-deep"]);
  });

  test("on long sums, denials and choices, which are deep trees as well", () => {
    expect(codes(Array(depthMax).fill("x").join(" + "))).toEqual([]);
    expect(
      codes(
        Array(depthMax + 1)
          .fill("x")
          .join(" + "),
      ),
    ).toEqual(["expression-too-deep"]);
    expect(codes(`${"not ".repeat(2000)}x`)).toEqual(["expression-too-deep"]);
    expect(codes(`${"-".repeat(5000)}x`)).toEqual(["expression-too-deep"]);
    expect(codes(`${"if a then b else ".repeat(500)}x`)).toEqual(["expression-too-deep"]);
  });

  test("but a long chain of `and` is flat", () => {
    expect(codes(Array(1500).fill("x").join(" and "))).toEqual([]);
  });
});
