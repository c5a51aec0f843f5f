/**
 * Ranges of differences in words: what the assumptions leave open, and where a sign turns.
 */
import type { FullComparison } from "../ensemble/fullComparison.ts";
import type { BestSplit, VariedRange } from "../ensemble/range.ts";
import type { ComparisonNames, RangesShown } from "./comparisonText.ts";
import { factorName, levelName } from "./factorName.ts";
import type { Naming } from "./naming.ts";
import { brief, points } from "./number.ts";

/** Points of the design on one side of a divide below which a sentence about it would say too much. */
const pointsEnough = 3;

/** Sentences that the terminal shows; the report has all. */
const sentencesShown = 5;

/** What the terminal shows of the ranges; null without any. */
export function rangesShown(
  { ranges, design }: FullComparison,
  naming: Naming,
  names: ComparisonNames,
): RangesShown | null {
  if (ranges === null || design === null) return null;
  const plain = ranges.filter(({ where }) => (where?.divide?.inside.points ?? 0) >= pointsEnough);
  const sentences = rangeSentences(plain, design.points, naming, names).slice(0, sentencesShown);
  return { ranges, points: design.points, sentences };
}

/** Where signs turn, one sentence a difference. */
export function rangeSentences(
  ranges: readonly VariedRange[],
  count: number,
  naming: Naming,
  names: ComparisonNames,
): readonly string[] {
  return ranges.flatMap(({ to, from, outcome, where }) => {
    if (where === null) return [];
    const { divide, nearest, sign } = where;
    const at = divide === null ? `at ${where.points} of ${count} points` : divideWords(divide, naming);
    return [
      `${names.outcome(outcome)} comes ${sign} often under ${names.variant(to)} than under ${names.variant(from)} ${at}; at the nearest such point by ${points(nearest.difference).replace(/^[+−]/, "")} points.`,
    ];
  });
}

function divideWords({ factor, side, level, inside, outside }: BestSplit, naming: Naming): string {
  const value = typeof level === "number" ? brief(level) : levelName(naming, factor, level);
  const place = side === "at" ? `is ${value}` : side === "from" ? `is above ${value}` : `is below ${value}`;
  return `mostly where "${factorName(naming, factor)}" ${place} (${inside.found} of ${inside.points} points there, ${outside.found} of ${outside.points} elsewhere)`;
}
