/**
 * Prints an expression in the words of the language, so that it reads back as the same tree.
 *
 * Parentheses stand where the tree needs them and nowhere else, except that nested minus signs and the condition of a
 * nested `if` get them for the reader's sake.
 */
import { formatDate } from "./calendar.ts";
import { type Expression, isCall } from "./expression.ts";
import { numberFunctions } from "./functions.ts";
import { operandsOf } from "./walk.ts";

/** How tightly an expression holds together: a part is parenthesised where its place asks for more. */
const tightness = { choice: 0, or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, sign: 7, atom: 8 } as const;

/** The expression as text on one line. */
export function printExpression(expression: Expression): string {
  return print(expression, tightness.choice);
}

function print(expression: Expression, wanted: number): string {
  const text = words(expression);
  return tightnessOf(expression) < wanted ? `(${text})` : text;
}

function words(expression: Expression): string {
  if (isCall(expression))
    return `${numberFunctions[expression.op].word}(${operandsOf(expression).map(printExpression).join(", ")})`;
  switch (expression.op) {
    case "number":
      return expression.date === true ? formatDate(expression.value) : printNumber(expression.value);
    case "truth":
      return String(expression.value);
    case "state":
    case "track":
    case "variable":
    case "assumption":
    case "term":
      return expression.id;
    case "round":
    case "date":
    case "days":
      return expression.op;
    case "since":
    case "made":
      return `${expression.op}(${expression.mark.id})`;
    case "rung":
    case "next":
    case "previous":
      return `${expression.op}(${expression.id})`;
    case "outcome":
      return `outcome is ${expression.id}`;
    case "chose":
      return `chose(${expression.actor}) is ${expression.move ?? "hold"}`;
    case "not":
      return printNot(expression.of);
    case "negate":
      return `-${print(expression.of, startsWithMinus(expression.of) ? tightness.atom + 1 : tightness.sign)}`;
    case "and":
      return expression.of.map((part) => print(part, tightness.not)).join(" and ");
    case "or":
      return expression.of.map((part) => print(part, part.op === "and" ? tightness.atom : tightness.and)).join(" or ");
    case "compare":
      return `${print(expression.left, tightness.sum)} ${expression.by} ${print(expression.right, tightness.sum)}`;
    case "in":
      return `${print(expression.item, tightness.sum)} in ${printList(expression.of)}`;
    case "arithmetic": {
      const own = tightnessOf(expression);
      return `${print(expression.left, own)} ${expression.by} ${print(expression.right, own + 1)}`;
    }
    case "if": {
      const when = print(expression.when, tightness.or);
      return `if ${when} then ${print(expression.then, tightness.or)} else ${print(expression.else, tightness.choice)}`;
    }
  }
}

/** A denial: `not in` and, for outcomes and choices, `is not` are said at their place. */
function printNot(of: Expression): string {
  if (of.op === "in") return `${print(of.item, tightness.sum)} not in ${printList(of.of)}`;
  if (of.op === "outcome") return `outcome is not ${of.id}`;
  if (of.op === "chose") return `chose(${of.actor}) is not ${of.move ?? "hold"}`;
  return `not ${print(of, tightness.not)}`;
}

function printList(of: readonly Expression[]): string {
  return `[${of.map(printExpression).join(", ")}]`;
}

/** A literal minus sign folds into its number when read, so a sign before a literal keeps them apart. */
function startsWithMinus(of: Expression): boolean {
  return of.op === "negate" || (of.op === "number" && of.date !== true);
}

function tightnessOf(expression: Expression): number {
  if (isCall(expression)) return tightness.atom;
  switch (expression.op) {
    case "if":
      return tightness.choice;
    case "or":
      return tightness.or;
    case "and":
      return tightness.and;
    case "not":
      return ["in", "outcome", "chose"].includes(expression.of.op) ? tightness.comparison : tightness.not;
    case "compare":
    case "in":
    case "outcome":
    case "chose":
      return tightness.comparison;
    case "arithmetic":
      return expression.by === "+" || expression.by === "-" ? tightness.sum : tightness.product;
    case "negate":
      return tightness.sign;
    case "number":
      return expression.date !== true && expression.value < 0 ? tightness.sign : tightness.atom;
    case "truth":
    case "state":
    case "track":
    case "variable":
    case "assumption":
    case "term":
    case "round":
    case "date":
    case "days":
    case "since":
    case "made":
    case "rung":
    case "next":
    case "previous":
      return tightness.atom;
  }
}

/** A number in plain digits: the language has no exponents. */
function printNumber(value: number): string {
  const shortest = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(shortest);
  if (parts === null) return shortest;
  const [, sign = "", first = "", rest = "", power = "0"] = parts;
  const digits = first + rest;
  const exponent = Number(power);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, "0");
}
