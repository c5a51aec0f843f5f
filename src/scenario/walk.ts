/**
 * Walks expressions: what stands inside one, and what each looks at by itself.
 *
 * Whoever needs to know where a run's state is read, whether something may fail or what is mentioned, asks here, so a new
 * construct says once what it is made of and what it reads. Every switch names all constructs, so the compiler finds
 * what a new one lacks. Nothing is evaluated here.
 */
import { type Expression, isCall, type Mark } from "./expression.ts";

/** The expressions directly inside an expression, in the order in which they are written. */
export function operandsOf(expression: Expression): readonly Expression[] {
  if (isCall(expression)) return "op" in expression.of ? [expression.of] : expression.of;
  switch (expression.op) {
    case "number":
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
    case "outcome":
    case "chose":
      return [];
    case "not":
    case "negate":
      return [expression.of];
    case "and":
    case "or":
      return expression.of;
    case "compare":
    case "arithmetic":
      return [expression.left, expression.right];
    case "in":
      return [expression.item, ...expression.of];
    case "if":
      return [expression.when, expression.then, expression.else];
  }
}

/** What an expression looks at by itself. */
export type Read =
  | { readonly kind: "track" | "variable" | "assumption" | "term" | "outcome"; readonly id: string }
  | { readonly kind: "since" | "made"; readonly mark: Mark }
  | { readonly kind: "chose"; readonly actor: string; readonly move: string | null }
  | { readonly kind: "calendar" };

/** What an expression looks at by itself, its operands aside; null: nothing. */
export function readOf(expression: Expression): Read | null {
  if (isCall(expression)) return null;
  switch (expression.op) {
    case "track":
    case "rung":
    case "next":
    case "previous":
      return { kind: "track", id: expression.id };
    case "variable":
    case "assumption":
    case "term":
    case "outcome":
      return { kind: expression.op, id: expression.id };
    case "since":
    case "made":
      return { kind: expression.op, mark: expression.mark };
    case "chose":
      return { kind: expression.op, actor: expression.actor, move: expression.move };
    case "round":
    case "date":
    case "days":
      return { kind: "calendar" };
    case "number":
    case "truth":
    case "state":
    case "not":
    case "negate":
    case "and":
    case "or":
    case "compare":
    case "in":
    case "arithmetic":
    case "if":
      return null;
  }
}

/** Calls for an expression and everything inside it, each before its operands. Terms are not looked through. */
export function visitExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  for (const operand of operandsOf(expression)) visitExpression(operand, visit);
}

/** Whether a test holds of an expression or of anything inside it, through the terms that it names. */
export function someInside(
  expression: Expression,
  terms: readonly { readonly id: string; readonly value: Expression }[],
  test: (part: Expression) => boolean,
): boolean {
  return insideTester(terms, test)(expression);
}

/** The same for many expressions: each term is looked through once, however often it is named. */
export function insideTester(
  terms: readonly { readonly id: string; readonly value: Expression }[],
  test: (part: Expression) => boolean,
): (expression: Expression) => boolean {
  const values = new Map(terms.map(({ id, value }) => [id, value]));
  const found = new Map<string, boolean>();
  const holds = (expression: Expression): boolean => {
    if (test(expression)) return true;
    if (expression.op !== "term") return operandsOf(expression).some(holds);
    const { id } = expression;
    const value = values.get(id);
    const known = found.get(id);
    if (known !== undefined || value === undefined) return known ?? false;
    const answer = holds(value);
    found.set(id, answer);
    return answer;
  };
  return holds;
}

/** Whether an expression may have no value though its operands have one: it faults then. */
export function mayFault(expression: Expression): boolean {
  if (isCall(expression)) return false;
  switch (expression.op) {
    case "next":
    case "previous":
      return true;
    case "arithmetic":
      return expression.by === "/" || expression.by === "%";
    case "number":
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
    case "outcome":
    case "chose":
    case "not":
    case "negate":
    case "and":
    case "or":
    case "compare":
    case "in":
    case "if":
      return false;
  }
}
