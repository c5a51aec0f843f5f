/**
 * Odds, weights and chances as PRISM reads them: what misses 0 or 1 by rounding alone is written as that bound.
 *
 * PRISM would refuse a probability just below 0. As in the kernel, nothing is written where the range of a value shows
 * that it cannot be so near a bound.
 */
import { roundsLimit } from "../engine/play.ts";
import type { Treatment } from "../engine/treatment.ts";
import { type Code, number } from "../kernel/code.ts";
import { draftProgram } from "../kernel/draft.ts";
import { nearOne, nearZero } from "../kernel/roundOffCode.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model } from "../scenario/model.ts";
import { nearlyOne, roundOff } from "../scenario/roundOff.ts";
import type { PrismPrinter } from "./prismExpression.ts";

/** What PRISM reads of such numbers, each in parentheses where it is not a word. */
export interface PrismBounds {
  /** Odds or a weight. */
  weight(expression: Expression): string;
  /** A chance. */
  chance(expression: Expression): string;
}

/** Prints odds, weights and chances of a model under a treatment. */
export function prismBounds(model: Model, treatment: Treatment, printer: PrismPrinter): PrismBounds {
  const draft = draftProgram(model, treatment, roundsLimit);
  const rangeOf = (expression: Expression): Code => number(draft.translate(expression, ""));
  const slack = roundOff.toFixed(9);
  const zeroed = (expression: Expression): string => {
    const text = printer.part(expression);
    return nearZero(rangeOf(expression)) ? `(${text} >= -${slack} & ${text} <= ${slack} ? 0 : ${text})` : text;
  };
  return {
    weight: zeroed,
    chance(expression) {
      const text = printer.part(expression);
      if (!nearOne(rangeOf(expression))) return zeroed(expression);
      return `(${text} >= ${nearlyOne} & ${text} <= ${1 + roundOff} ? 1 : ${zeroed(expression)})`;
    },
  };
}
