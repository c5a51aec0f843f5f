/**
 * A comparison for the terminal: one block a variant, with bars, intervals and paired differences, and what may be
 * concluded from them in words. Computes nothing but layout.
 */

import { type Difference, shareIn, type VariantComparison, type VariantResult } from "../ensemble/compare.ts";
import type { VariedRange } from "../ensemble/range.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf } from "../scenario/texts.ts";
import { counted as plainlyCounted } from "../scenario/wording.ts";
import { namingOf } from "./naming.ts";
import { grouped } from "./number.ts";
import type { Paint } from "./paint.ts";

/** Names to show, by kind and id. */
export interface ComparisonNames {
  readonly title: string;
  /** Of an outcome or a group of outcomes. */
  outcome(id: string): string;
  variant(id: string): string;
  /** The question that a variant answers, or null. */
  question(id: string): string | null;
}

/** The names that a scenario gives. */
export function comparisonNames({ model, texts }: Scenario): ComparisonNames {
  return {
    title: texts.title,
    outcome: namingOf({ model, texts }).ending,
    variant: (id) => nameOf(texts, "variants", id),
    question: (id) => texts.questions[`variants.${id}`] ?? null,
  };
}

const barWidth = 16;

/** What is known of the differences over the assumptions: their ranges, and sentences about the plainest reversals. */
export interface RangesShown {
  readonly ranges: readonly VariedRange[];
  readonly points: number;
  readonly sentences: readonly string[];
}

/** What stands beside the counts. */
export interface ComparisonContext {
  readonly shown: RangesShown | null;
  /** The command that opens a replication of a variant. */
  opens(variant: string, replication: number): string;
}

/** The comparison as text, ending with a line break. */
export function comparisonText(
  result: VariantComparison,
  names: ComparisonNames,
  paint: Paint,
  beside: ComparisonContext,
): string {
  const { shown } = beside;
  const bold = (text: string): string => paint("bold", text);
  const dim = (text: string): string => paint("dim", text);
  const head = [
    bold(`${names.title} (${result.scenario})`),
    dim(`${counted(result.runs, "run")} a variant · seed ${result.seed} · model ${result.model.slice(0, 12)}`),
  ];
  const outcomes = shownMeasures(result);
  const shortName = (id: string): string => shorten(names.outcome(id));
  const width = Math.max(0, ...outcomes.map((id) => shortName(id).length));
  const blocks = result.variants.map((variant, index) => {
    const against = result.differences.filter((difference) => difference.to === variant.name);
    const title = `${bold(names.variant(variant.name))} ${dim(variant.name)}`;
    const question = names.question(variant.name);
    const rows = outcomes.map((id) =>
      outcomeRow(id, variant, shortName(id).padEnd(width), against[0] && index > 0 ? against : [], shown?.ranges ?? []),
    );
    return [
      title,
      ...(question === null ? [] : [dim(question)]),
      ...rows,
      dim(lengthRow(variant)),
      ...stoppedRows(variant),
    ].join("\n");
  });
  const baseline = result.variants[0];
  const caption =
    result.variants.length > 1 && baseline !== undefined ? captions(result, names.variant(baseline.name), shown) : [];
  const paragraphs = [
    head,
    ...blocks.map((block) => [block]),
    caption,
    ...(shown === null || shown.sentences.length === 0
      ? []
      : [shown.sentences.flatMap((line) => wrap(`- ${line}`, 100))]),
    faultRows(result, beside),
    result.variants.length > 1 ? picture(result, names) : [],
    wrap(conclusion(result, names), 100),
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

const pictureWidth = 50;

/** Names longer than this are cut in the rows; the picture's legend has them whole. */
const nameMax = 34;

function shorten(name: string): string {
  return name.length <= nameMax ? name : `${name.slice(0, nameMax - 1).trimEnd()}…`;
}

/** All variants at a glance: bars made of each outcome's letter. */
function picture(result: VariantComparison, names: ComparisonNames): readonly string[] {
  const outcomes = shownOutcomes(result);
  const letters = new Map(outcomes.map((id, index) => [id, String.fromCharCode(65 + index)]));
  const width = Math.max(...result.variants.map(({ name }) => names.variant(name).length));
  const bars = result.variants.map((variant) => {
    let drawn = 0;
    let cumulative = 0;
    const pieces = outcomes.map((id) => {
      cumulative += variant.outcomes[id]?.share ?? 0;
      const until = Math.round(cumulative * pictureWidth);
      const piece = (letters.get(id) ?? "").repeat(Math.max(0, until - drawn));
      drawn = until;
      return piece;
    });
    return `${names.variant(variant.name).padEnd(width)}  ${pieces.join("").padEnd(pictureWidth, "·")}`;
  });
  return [...outcomes.map((id) => `${letters.get(id)}  ${names.outcome(id)}`), "", ...bars];
}

/** The first faults, with the command that opens them. */
function faultRows({ faults }: VariantComparison, { opens }: ComparisonContext): readonly string[] {
  const kinds = new Map(
    [...faults].reverse().map((entry) => [`${entry.variant} ${entry.fault.path} ${entry.fault.reason}`, entry]),
  );
  const first = [...kinds.values()].reverse();
  return first
    .slice(0, 5)
    .map(
      ({ variant, replication, fault }) =>
        `Model fault at ${fault.path}: ${fault.reason}\n  ${opens(variant, replication)}`,
    );
}

/** Outcomes that occurred at all, in the scenario's order, then the number that never did is left to the words. */
function shownOutcomes(result: VariantComparison): readonly string[] {
  const all = Object.keys(result.variants[0]?.outcomes ?? {});
  return all.filter((id) => result.variants.some((variant) => (variant.outcomes[id]?.count ?? 0) > 0));
}

/** What has a row: the headline, even where it never came, then outcomes that did, then groups. */
function shownMeasures(result: VariantComparison): readonly string[] {
  const { headline, variants } = result;
  const groups = Object.keys(variants[0]?.groups ?? {});
  return [...new Set([...(headline === null ? [] : [headline]), ...shownOutcomes(result), ...groups])];
}

function captions(result: VariantComparison, baseline: string, shown: RangesShown | null): readonly string[] {
  const against = `Behind a share: points of difference from ${baseline} in the same luck, with their interval; * where it excludes zero.`;
  const lines = [...wrap(against, 100), ...wrap(savedWords(result), 100)];
  if (shown === null) return lines;
  const over = `In brackets: the difference over ${shown.points} points of a design of assumptions and dispositions; ↕ where its sign clearly turns.`;
  return [...lines, ...wrap(over, 100)];
}

/** What sharing the luck was worth, over all differences that vary; empty where none does. */
export function savedWords({ differences }: VariantComparison): string {
  const saved = differences.flatMap((entry) => entry.saved ?? []).sort((one, other) => one - other);
  const [least, middle, most] = [saved[0], saved[Math.floor(saved.length / 2)], saved.at(-1)];
  if (least === undefined || middle === undefined || most === undefined) return "";
  const share = (value: number): string => `${(value * 100).toFixed(0)} %`.replace(/^-(?!0 %)/, "−").replace("-", "");
  const span =
    share(least) === share(most)
      ? share(most)
      : `${share(least)} to ${share(most)} (in half of the cases ${share(middle)} or more)`;
  return `Of the variance that differences of separate runs would have, shared luck saves ${span}.`;
}

function outcomeRow(
  id: string,
  variant: VariantResult,
  name: string,
  differences: readonly Difference[],
  ranges: readonly VariedRange[],
): string {
  const share = shareIn(variant, id);
  if (share === undefined) return "";
  const interval = `${percent(share.low, share)} – ${percent(share.high, share)}`;
  const row = `  ${name}  ${bar(share.share)} ${percent(share.share, share).padStart(6)} %  (${interval})`;
  const difference = differences.find((candidate) => candidate.outcome === id);
  if (difference === undefined) return row;
  const clear = difference.low > 0 || difference.high < 0 ? " *" : "";
  const sampled = `(${points(difference.low, difference)} to ${points(difference.high, difference)})${clear}`;
  const found = `${row.padEnd(barWidth + name.length + 31)} ${points(difference.difference, difference).padStart(6)}  ${sampled}`;
  const range = ranges.find(({ to, outcome }) => to === variant.name && outcome === id);
  if (range === undefined) return found;
  const turns = range.flips ? " ↕" : "";
  const span = `[${points(range.low, difference)} to ${points(range.high, difference)}]${turns}`;
  return `${found.padEnd(barWidth + name.length + 64)}  ${span}`;
}

function lengthRow({ rounds: { mean, low, high, quantiles } }: VariantResult): string {
  const [early, middle, late] = [quantiles.q05, quantiles.q50, quantiles.q95].map((at) => at ?? "very many");
  const interval = Number.isFinite(low) ? ` (${low.toFixed(1)} – ${high.toFixed(1)})` : "";
  return `  mean length ${mean.toFixed(1)} rounds${interval}, median ${middle}, nine in ten ${early} to ${late}`;
}

function stoppedRows({ stopped }: VariantResult): readonly string[] {
  return Object.entries(stopped)
    .filter(([, count]) => count > 0)
    .map(([ending, count]) => `  ${counted(count, "run")} ended without an outcome: ${ending}`);
}

/** Differences that lie within this are called negligible. */
const hardly = 0.01;

/** What was run and what may be concluded, in words. */
export function conclusion(result: VariantComparison, names: ComparisonNames): string {
  const [baseline] = result.variants;
  const ran = `${counted(result.runs, "run")} of ${result.variants.length === 1 ? "the scenario" : `each of ${result.variants.length} variants`} ${result.runs === 1 ? "was" : "were"} made under the seed ${result.seed}; intervals are 95 %.`;
  const caveat =
    "The shares describe this model and its assumptions. They are no probabilities of what happens in the world, and more runs make them more precise, not more true.";
  if (baseline === undefined || result.variants.length === 1) return `${ran} ${caveat}`;
  if (result.headline !== null) return `${ran} ${headlineWords(result, result.headline, names)} ${caveat}`;
  if (result.differences.every(({ low, high }) => Math.max(-low, high) < hardly))
    return `${ran} The variants hardly differ: no outcome of any of them lies as much as one point from ${names.variant(baseline.name)}, intervals included. ${caveat}`;
  const clear = result.differences.filter(({ low, high }) => low > 0 || high < 0);
  if (clear.length === 0)
    return `${ran} No variant differs clearly from ${names.variant(baseline.name)} in any outcome. ${caveat}`;
  return `${ran} The largest clear difference: ${largestWords(clear, names)} ${caveat}`;
}

/** What the variants make of the outcome or group that the author declared to matter most. */
function headlineWords(result: VariantComparison, headline: string, names: ComparisonNames): string {
  const name = names.outcome(headline);
  const differences = result.differences.filter(({ outcome }) => outcome === headline);
  const clear = differences.filter(({ low, high }) => low > 0 || high < 0);
  const baseline = names.variant(result.variants[0]?.name ?? "");
  if (clear.length === 0) return `No variant differs clearly from ${baseline} in ${name}, which matters most here.`;
  const only =
    differences.length === 1 ? "What matters most here" : "The largest clear difference in what matters most";
  return `${only}: ${largestWords(clear, names)}`;
}

/** The largest of some differences, as the end of a sentence. */
function largestWords(differences: readonly Difference[], names: ComparisonNames): string {
  const [first, ...rest] = differences;
  if (first === undefined) return "";
  const largest = rest.reduce(
    (one, other) => (Math.abs(other.difference) > Math.abs(one.difference) ? other : one),
    first,
  );
  const direction = largest.difference > 0 ? "more" : "less";
  const size = `${(Math.abs(largest.difference) * 100).toFixed(1)} points`;
  return `under ${names.variant(largest.to)}, ${names.outcome(largest.outcome)} comes in ${size} ${direction} of the runs than under ${names.variant(largest.from)}.`;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function bar(share: number): string {
  const units = Math.round(share * barWidth * 8);
  const text = "█".repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? "");
  return text.padEnd(barWidth);
}

/** A share in per cent, with as many decimals as its interval deserves. */
function percent(value: number, { low, high }: { low: number; high: number }): string {
  return (value * 100).toFixed(decimals(high - low));
}

function points(value: number, { low, high }: { low: number; high: number }): string {
  const text = (value * 100).toFixed(decimals(high - low));
  const shown = Number(text) === 0 ? text.replace("-", "") : text;
  return value > 0 && Number(text) !== 0 ? `+${shown}` : shown.replace("-", "−");
}

const decimals = (width: number): number => (width > 0.002 ? 1 : 2);

/** So many of something. */
function counted(count: number, noun: string): string {
  return plainlyCounted(count, noun, grouped);
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
