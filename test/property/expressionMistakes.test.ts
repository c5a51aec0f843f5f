/** No text breaks the reader: whatever an author writes ends in a tree or in complaints that point into the text. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExpression } from "../../src/scenario/grammar.ts";
import { printExpression } from "../../src/scenario/print.ts";
import { type Expected, resolveExpression } from "../../src/scenario/resolve.ts";
import type { ExpressionProblem, Syntax } from "../../src/scenario/syntax.ts";
import { condition, scope } from "./expressionArbitrary.ts";

const words = [
  "and or not is in if then else true AND min since round date outcome reply late tension leaked appeal peace",
  'tensoin $who "late" 2022-01-30 2022-13-1 3 0.5 1e3 + - * % < >= = == ! != && ( ) [ ] , +=',
].flatMap((line) => line.split(" "));
const soup = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((picked) => picked.join(" "));
const expectation = fc.constantFrom<Expected>(
  { type: "number" },
  { type: "condition" },
  { type: "value" },
  { type: "state", track: "reply" },
);

function problemsOf(text: string, expected: Expected): ExpressionProblem[] {
  const { syntax, problems } = parseExpression(text);
  if (syntax === null) return problems;
  const resolution = resolveExpression(syntax, scope, expected);
  const resolved = resolution.expression !== null;
  if (problems.length === 0) expect(resolved || resolution.problems.length > 0, text).toBe(true);
  if (resolved) expect(printExpression(resolution.expression)).not.toBe("");
  return [...problems, ...resolution.problems];
}

function expectPlaced(text: string, problems: readonly ExpressionProblem[]): void {
  for (const { start, end, message } of problems) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
    expect(message).not.toBe("");
  }
}

test("any text at all ends in a tree or in complaints placed within it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), expectation, (text, expected) => {
      expectPlaced(text, problemsOf(text, expected));
    }),
    { numRuns: 500 },
  );
});

test("any row of the language's own words ends in a tree or in complaints placed within it", () => {
  fc.assert(
    fc.property(soup, expectation, (text, expected) => {
      expectPlaced(text, problemsOf(text, expected));
    }),
    { numRuns: 2000 },
  );
});

test("without complaint, every word of the text is part of the tree", () => {
  fc.assert(
    fc.property(soup, (text) => {
      const { syntax, problems } = parseExpression(text);
      if (problems.length > 0) return;
      expect(syntax).toMatchObject({ start: 0, end: text.length });
      expect(hasBroken(syntax)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("leaving out a word of a sound expression is found, or leaves another expression", () => {
  fc.assert(
    fc.property(condition, fc.nat(), (expression, place) => {
      const tokens = printExpression(expression).match(/[\w.-]+|[^\w\s]/g) ?? [];
      const left = tokens.filter((_, index) => index !== place % tokens.length).join(" ");
      expectPlaced(left, problemsOf(left, { type: "condition" }));
    }),
    { numRuns: 500 },
  );
});

function hasBroken(tree: Syntax | null): boolean {
  return JSON.stringify(tree).includes('"broken"');
}
