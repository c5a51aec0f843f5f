/**
 * Finds time that makes a scenario endless: rounds, dates and counts that grow for ever in a scenario without horizon.
 *
 * Compared with a constant they are harmless, because beyond it nothing changes any more; anywhere else no state ever
 * recurs, and exploring would not end.
 */
import type { Expression } from "./expression.ts";
import { expressionsIn } from "./expressionsIn.ts";
import type { LintFinding } from "./lintFinding.ts";
import type { Model } from "./model.ts";
import { insideTester, operandsOf, readOf } from "./walk.ts";

/** Every place where time is read without bounds; none where there is a horizon. */
export function findEndless(model: Model): readonly LintFinding[] {
  if (model.rounds !== null) return [];
  const findings: LintFinding[] = [];
  const changing = insideTester(model.terms, (part) => {
    const kind = readOf(part)?.kind;
    return kind !== undefined && kind !== "assumption" && kind !== "term" && kind !== "outcome";
  });
  const constant = (expression: Expression): boolean => !changing(expression);
  const visit = (expression: Expression, path: string, compared: boolean): void => {
    if (grows(expression) && !compared) findings.push(endlessFinding(expression, path));
    if (expression.op === "compare") {
      visit(expression.left, path, constant(expression.right));
      visit(expression.right, path, constant(expression.left));
      return;
    }
    for (const operand of operandsOf(expression)) visit(operand, path, false);
  };
  for (const { expression, path } of expressionsIn(model, lasting)) visit(expression, path, false);
  return findings;
}

/** Tallies, utilities and properties watch a run; they are no part of its state. */
const lasting = ["terms", "moves", "incidents", "rules", "outcomes", "policies"] as const;

/** The length of a round stays as it is; everything else that looks at time goes on for ever. */
function grows(expression: Expression): boolean {
  const read = readOf(expression);
  return read?.kind === "since" || read?.kind === "made" || (read?.kind === "calendar" && expression.op !== "days");
}

function endlessFinding(expression: Expression, path: string): LintFinding {
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
