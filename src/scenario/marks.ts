/**
 * What a model looks back to: only the rounds and counts that some expression reads are remembered in a state.
 */
import { markKey } from "./evaluate.ts";
import { visitModel } from "./expressionsIn.ts";
import type { Model } from "./model.ts";

/** The marks that `since` and `made` read anywhere in the model, sorted. */
export function marksOf(model: Omit<Model, "since" | "made">): Pick<Model, "since" | "made"> {
  const since = new Set<string>();
  const made = new Set<string>();
  visitModel(model, (expression) => {
    if (expression.op === "since") since.add(markKey(expression.mark));
    if (expression.op === "made") made.add(markKey(expression.mark));
  });
  return { since: [...since].sort(), made: [...made].sort() };
}
