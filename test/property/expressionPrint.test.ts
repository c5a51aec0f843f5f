/** Printing and reading are inverse, over generated well-typed expressions. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expression } from "../../src/scenario/expression.ts";
import { parseExpression } from "../../src/scenario/grammar.ts";
import { printExpression } from "../../src/scenario/print.ts";
import { type Expected, resolveExpression } from "../../src/scenario/resolve.ts";
import { condition, number, replyState, scope } from "./expressionArbitrary.ts";

function reread(text: string, expected: Expected): Expression {
  const { syntax, problems } = parseExpression(text);
  expect(problems, text).toEqual([]);
  if (syntax === null) throw new Error(`nothing was read from ${text}`);
  const resolution = resolveExpression(syntax, scope, expected);
  expect(resolution.problems, text).toEqual([]);
  if (resolution.expression === null) throw new Error(`nothing was resolved from ${text}`);
  return resolution.expression;
}

const kinds: [string, fc.Arbitrary<Expression>, Expected][] = [
  ["number", number, { type: "number" }],
  ["condition", condition, { type: "condition" }],
  ["value", fc.oneof(number, condition), { type: "value" }],
  ["track state", replyState, { type: "state", track: "reply" }],
];

for (const [kind, arbitrary, expected] of kinds) {
  test(`a printed ${kind} reads back as the same tree`, () => {
    fc.assert(
      fc.property(arbitrary, (expression) => {
        expect(reread(printExpression(expression), expected)).toEqual(expression);
      }),
      { numRuns: 500 },
    );
  });
}

test("what was read prints the same once it has been printed", () => {
  fc.assert(
    fc.property(condition, (expression) => {
      const text = printExpression(expression);
      expect(printExpression(reread(text, { type: "condition" }))).toBe(text);
    }),
  );
});

test("spaces and line breaks between words change nothing", () => {
  fc.assert(
    fc.property(condition, fc.constantFrom("  ", "\n", "\t", "\r\n    "), (expression, blank) => {
      const text = printExpression(expression).replaceAll(" ", blank);
      expect(reread(text, { type: "condition" })).toEqual(expression);
    }),
  );
});
