/**
 * Finds time that makes a scenario endless: rounds, dates and counts that grow for ever in a scenario without horizon.
 *
 * Compared with a constant they are harmless, because beyond it nothing changes any more; anywhere else no state ever
 * recurs, and exploring would not end.
 */
import { readsOf } from "./domain.ts";
import type { Expression } from "./expression.ts";
import type { Finding } from "./finding.ts";
import type { Model } from "./model.ts";

/** Every place where time is read without bounds; none where there is a horizon. */
export function findEndless(model: Model): readonly Finding[] {
  if (model.rounds !== null) return [];
  const findings: Finding[] = [];
  const constant = (expression: Expression) => {
    const reads = readsOf(model, [expression]);
    return reads.tracks.size + reads.variables.size + reads.marks.size === 0 && !reads.time;
  };
  const visit = (part: unknown, path: readonly string[], compared: boolean): void => {
    if (typeof part !== "object" || part === null) return;
    if ("op" in part) {
      const expression = part as Expression;
      const grows = ["round", "date", "since", "made"].includes(expression.op);
      if (grows && !compared) findings.push(endlessFinding(expression, path.join(".")));
      if (expression.op === "compare") {
        visit(expression.left, path, constant(expression.right));
        visit(expression.right, path, constant(expression.left));
        return;
      }
      for (const value of Object.values(expression)) visitAll(value, path);
      return;
    }
    for (const [key, value] of Object.entries(part)) visit(value, pathTo(part, path, key), false);
  };
  const visitAll = (value: unknown, path: readonly string[]) => {
    for (const item of Array.isArray(value) ? value : [value]) visit(item, path, false);
  };
  // Tallies, utilities and properties watch a run; they are no part of its state.
  const { moves, incidents, rules, outcomes, policies, terms } = model;
  visit({ terms, moves, incidents, rules, outcomes, policies }, [], false);
  return findings;
}

/** The path of the document that leads to a part of the model: entries of lists go by their ids. */
function pathTo(parent: object, path: readonly string[], key: string): readonly string[] {
  const child: unknown = Reflect.get(parent, key);
  if (key === "value" || key === "weight" || key === "weights") return path;
  if (Array.isArray(parent) && typeof child === "object" && child !== null) {
    if ("id" in child && typeof child.id === "string") return [...path, child.id];
    if ("move" in child && typeof child.move === "string") return [...path, child.move];
    if ("actor" in child && typeof child.actor === "string") return [...path, child.actor];
  }
  return key === "policies" && path.length > 0 ? path : [...path, key];
}

function endlessFinding(expression: Expression, path: string): Finding {
  const word = expression.op;
  return {
    severity: "warning",
    code: "endless",
    path,
    word,
    message: `without a horizon \`${word}\` grows for ever here, so the scenario has infinitely many states`,
    hint: `give the clock \`rounds\`, or compare \`${word}\` with a constant`,
  };
}
