/**
 * The type of a resolved expression: a number, a condition, or a state of a track.
 *
 * `resolve` decides types while it builds a tree; here they are read off the tree and the model, for whoever prints it
 * in a language whose types matter.
 */
import { type Expression, isCall } from "./expression.ts";
import type { Model } from "./model.ts";

export type ExpressionType =
  | { readonly type: "number" | "condition" }
  | { readonly type: "state"; readonly track: string };

/** The type of an expression of a model. */
export function typeOf(
  expression: Expression,
  model: Pick<Model, "assumptions" | "variables" | "terms">,
): ExpressionType {
  if (isCall(expression)) return { type: "number" };
  switch (expression.op) {
    case "state":
      return { type: "state", track: expression.track };
    case "track":
    case "next":
    case "previous":
      return { type: "state", track: expression.id };
    case "variable": {
      const flag = model.variables.find(({ id }) => id === expression.id)?.kind === "flag";
      return { type: flag ? "condition" : "number" };
    }
    case "assumption": {
      const value = model.assumptions.find(({ id }) => id === expression.id)?.default;
      return { type: typeof value === "boolean" ? "condition" : "number" };
    }
    case "term":
      return { type: model.terms.find(({ id }) => id === expression.id)?.type ?? "number" };
    case "if": {
      const [first, second] = [typeOf(expression.then, model), typeOf(expression.else, model)];
      return first.type === second.type ? first : { type: "number" };
    }
    case "truth":
    case "outcome":
    case "chose":
    case "not":
    case "and":
    case "or":
    case "compare":
    case "in":
      return { type: "condition" };
    case "number":
    case "round":
    case "date":
    case "days":
    case "since":
    case "made":
    case "rung":
    case "negate":
    case "arithmetic":
      return { type: "number" };
  }
}
