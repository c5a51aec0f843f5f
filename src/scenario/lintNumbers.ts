/**
 * Doubts about numbers: odds that can all be zero at once, constants taken for a bound, and percentages that `floor` cuts
 * short because a fraction such as 0.29 is a little less in binary.
 */
import type { Prober } from "./domain.ts";
import { readsOf } from "./domain.ts";
import type { Expression } from "./expression.ts";
import { expressionsIn } from "./expressionsIn.ts";
import type { LintFinding } from "./lintFinding.ts";
import type { Branch, Model } from "./model.ts";
import { printExpression } from "./print.ts";
import { roundOff, settleChance, settleWeight } from "./roundOff.ts";
import { operandsOf, visitExpression } from "./walk.ts";

/** What is doubtful in the numbers of a model. */
export function findDoubtfulNumbers(model: Model, prober: Prober): readonly LintFinding[] {
  return [...oddsOfNothing(model, prober), ...takenForBounds(model), ...cutShort(model, prober)];
}

/** Branches whose odds hang on assumptions alone and are all zero within their ranges: every such run would fault. */
function oddsOfNothing(model: Model, prober: Prober): readonly LintFinding[] {
  const steps: readonly { readonly path: string; readonly branches: readonly Branch[] }[] = [
    ...model.moves.map(({ id, branches }) => ({ path: `moves.${id}.branches`, branches })),
    ...model.incidents.map(({ id, branches }) => ({ path: `incidents.${id}.branches`, branches })),
  ];
  return steps.flatMap(({ path, branches }): LintFinding[] => {
    const odds = branches.map((branch) => branch.odds);
    const reads = readsOf(model, odds);
    const ofState = reads.tracks.size + reads.variables.size + reads.marks.size;
    if (ofState > 0 || reads.time || reads.assumptions.size === 0) return [];
    const none = prober.exists(odds, "anywhere", (values) => values.every((value) => settleWeight(value) === 0));
    if (none !== true) return [];
    const assumptions = [...reads.assumptions].map((id) => `\`${id}\``).join(", ");
    return [
      {
        severity: "warning",
        code: "zero-odds",
        path,
        message: `the odds of all these branches can be zero at once within the ranges of ${assumptions}, and a run in which they are is a model fault`,
        hint: "let a range begin above 0, or write the odds of one branch as what the others leave, as in `1 - a - b`",
      },
    ];
  });
}

/** Plain numbers that are so near a bound that they are taken for it. */
function takenForBounds(model: Model): readonly LintFinding[] {
  const isWeight = (path: string): boolean => /^policies\.|\.odds$|\.initial\./.test(path);
  return expressionsIn(model).flatMap(({ path, expression }): LintFinding[] => {
    if (expression.op !== "number") return [];
    const isChance = path.startsWith("incidents.") && path.endsWith(".chance");
    if (!isChance && !isWeight(path)) return [];
    const settled = isChance ? settleChance(expression.value) : settleWeight(expression.value);
    if (settled === expression.value) return [];
    const message = `${printExpression(expression)} is within ${roundOff} of ${settled}, and is taken as ${settled}`;
    const hint = isChance ? `write ${settled}, or a chance farther from it` : "multiply all weights or odds beside it";
    return [{ severity: "warning", code: "taken-for-bound", path, message, hint }];
  });
}

/** Percentages that `floor` cuts short by one, with an example. */
function cutShort(model: Model, prober: Prober): readonly LintFinding[] {
  return expressionsIn(model).flatMap(({ path, expression }): LintFinding[] => {
    const found: LintFinding[] = [];
    visitExpression(expression, (part) => {
      if (part.op !== "floor" || found.length > 0 || !multipliesFraction(part.of)) return;
      let missed: number | null = null;
      prober.exists([part.of], "anywhere", ([value]) => {
        if (value === undefined || !isJustBelow(value)) return false;
        missed = Math.floor(value);
        return true;
      });
      if (missed === null) return;
      const cut = Number(missed);
      const text = printExpression(part);
      const inner = printExpression(part.of);
      const always = readsNothing(model, part.of) ? "is" : "can be";
      found.push({
        severity: "warning",
        code: "cut-short",
        path,
        message: `\`${text}\` ${always} ${cut} where it should be ${cut + 1}: a fraction like this is a little less than it looks`,
        hint: `write \`round(${inner})\`, or \`floor(${inner} + 0.000001)\``,
      });
    });
    return found;
  });
}

const isJustBelow = (value: number): boolean => value < Math.round(value) && Math.round(value) - value <= roundOff;

function readsNothing(model: Model, expression: Expression): boolean {
  const reads = readsOf(model, [expression]);
  return reads.tracks.size + reads.variables.size + reads.assumptions.size + reads.marks.size === 0 && !reads.time;
}

/** Whether something is multiplied by a fraction that is written out. */
function multipliesFraction(expression: Expression): boolean {
  if (expression.op === "arithmetic" && expression.by === "*") {
    return [expression.left, expression.right].some((side) => side.op === "number" && !Number.isInteger(side.value));
  }
  return operandsOf(expression).some(multipliesFraction);
}
