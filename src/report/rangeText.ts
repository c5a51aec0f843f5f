/**
 * Ranges of differences in words: what the assumptions leave open, and where a sign turns.
 */
import type { FullComparison } from "../ensemble/fullComparison.ts";
import type { Divide, Range } from "../ensemble/range.ts";
import type { ComparisonNames } from "./comparisonText.ts";
import { factorName, levelName } from "./factorName.ts";
import type { Naming } from "./naming.ts";
import { brief, decimalsFor, points } from "./number.ts";

/** Ranges for the terminal, one line a difference that is not always zero; empty without any. */
export function rangeText(
  { ranges, design, differences }: FullComparison,
  naming: Naming,
  names: ComparisonNames,
): string {
  if (ranges === null || design === null) return "";
  const moving = ranges.filter(({ low, high }) => low !== 0 || high !== 0);
  if (moving.length === 0) return "";
  const rows = moving.map((range) => {
    const main = differences.find(({ to, outcome }) => to === range.to && outcome === range.outcome);
    const decimals = main === undefined ? 1 : decimalsFor(main);
    return {
      name: `${names.variant(range.to)}: ${names.outcome(range.outcome)}`,
      main: points(main?.difference ?? 0, decimals),
      span: `${points(range.low, decimals)} to ${points(range.high, decimals)}${range.flips ? "  the sign turns" : ""}`,
    };
  });
  const width = Math.min(64, Math.max(...rows.map(({ name }) => name.length)));
  const turns = rangeSentences(ranges, design.points, naming, names).map((text) => `- ${text}`);
  return `${[
    "",
    `What the assumptions leave open: points from ${names.variant(ranges[0]?.from ?? "")}, as usual and over ${design.points} points of a design`,
    ...rows.map(({ name, main, span }) => `  ${fitted(name, width)} ${main.padStart(6)}   ${span}`),
    ...(turns.length === 0 ? [] : ["", ...turns]),
  ].join("\n")}\n`;
}

/** Where signs turn, one sentence a difference. */
export function rangeSentences(
  ranges: readonly Range[],
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

function divideWords({ factor, side, level, inside, outside }: Divide, naming: Naming): string {
  const value = typeof level === "number" ? brief(level) : levelName(naming, factor, level);
  const place = side === "at" ? `is ${value}` : side === "from" ? `is above ${value}` : `is below ${value}`;
  return `mostly where "${factorName(naming, factor)}" ${place} (${inside.found} of ${inside.points} points there, ${outside.found} of ${outside.points} elsewhere)`;
}

function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
