/**
 * Rewrites an expression: parts that are known where it is to be read give way to their values.
 *
 * Whoever counts the end of a run knows its outcome, and whoever counts a step knows who chose what in it; what is left
 * reads the state alone. Terms are not looked through: they read neither.
 */
import { type Expression, isCall, isCallOfOne } from "./expression.ts";

/** What stands in place of a part; null: the part stays, with its operands rewritten. */
type Replacement = (part: Expression) => Expression | null;

/** The expression with its parts replaced, outermost first. */
export function replaceParts(expression: Expression, replace: Replacement): Expression {
  const own = replace(expression);
  if (own !== null) return own;
  const inside = (part: Expression): Expression => replaceParts(part, replace);
  if (isCall(expression)) {
    return isCallOfOne(expression)
      ? { ...expression, of: inside(expression.of) }
      : { ...expression, of: expression.of.map(inside) };
  }
  switch (expression.op) {
    case "not":
    case "negate":
      return { ...expression, of: inside(expression.of) };
    case "and":
    case "or":
      return { ...expression, of: expression.of.map(inside) };
    case "compare":
    case "arithmetic":
      return { ...expression, left: inside(expression.left), right: inside(expression.right) };
    case "in":
      return { ...expression, item: inside(expression.item), of: expression.of.map(inside) };
    case "if":
      return {
        ...expression,
        when: inside(expression.when),
        then: inside(expression.then),
        else: inside(expression.else),
      };
    default:
      return expression;
  }
}

const truth = (value: boolean): Expression => ({ op: "truth", value });

/** The expression at the end of a run in this outcome, or in none. */
export const atEndIn = (expression: Expression, outcome: string | null): Expression =>
  replaceParts(expression, (part) => (part.op === "outcome" ? truth(part.id === outcome) : null));

/** The expression in a step in which one actor alone chose: this move, or to hold (null). */
export const atChoiceOf = (expression: Expression, actor: string, move: string | null): Expression =>
  replaceParts(expression, (part) => (part.op === "chose" ? truth(part.actor === actor && part.move === move) : null));

/** The expression in a step in which nobody chose. */
export const atNoChoice = (expression: Expression): Expression =>
  replaceParts(expression, (part) => (part.op === "chose" ? truth(false) : null));
