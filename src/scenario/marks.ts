/**
 * What a model looks back to: only the rounds and counts that some expression reads are remembered in a state.
 */
import { markKey } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import type { Model } from "./model.ts";

/** The marks that `since` and `made` read anywhere in the model, sorted. */
export function marksOf(model: Omit<Model, "since" | "made">): Pick<Model, "since" | "made"> {
  const since = new Set<string>();
  const made = new Set<string>();
  visitExpressions(model, (expression) => {
    if (expression.op === "since") since.add(markKey(expression.mark));
    if (expression.op === "made") made.add(markKey(expression.mark));
  });
  return { since: [...since].sort(), made: [...made].sort() };
}

/** Calls for every expression inside a part of a model, whole expressions before their parts. */
export function visitExpressions(part: unknown, visit: (expression: Expression) => void): void {
  if (Array.isArray(part)) for (const item of part) visitExpressions(item, visit);
  else if (typeof part === "object" && part !== null) {
    if (isExpression(part)) visit(part);
    for (const value of Object.values(part)) visitExpressions(value, visit);
  }
}

/** Only expressions have an `op`; nothing else in a model does. */
function isExpression(part: object): part is Expression {
  return "op" in part;
}
