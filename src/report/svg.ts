/**
 * Small step charts as SVG text: how one value went over the rounds of a run.
 *
 * No library and no script, so that a page stays one file that opens anywhere. Colours come from the page's style
 * sheet, by class. Every chart carries its title and a description in words for whoever does not see it.
 */
import { escapeText } from "./escape.ts";

/** A value's way through a run, placed on an axis of numbers. */
export interface StepChart {
  readonly id: string;
  readonly title: string;
  /** What the picture shows, in words. */
  readonly description: string;
  /** Steps in order of time: from `at` on, the value is `level`. */
  readonly steps: readonly { readonly at: number; readonly level: number }[];
  /** Where the time axis ends. */
  readonly end: number;
  /** Marks of the vertical axis, from low to high. */
  readonly levels: readonly { readonly level: number; readonly label: string }[];
  /** Marks of the time axis. */
  readonly times: readonly { readonly at: number; readonly label: string }[];
}

const width = 680;
const rowHeight = 20;
const right = 16;
const top = 10;
const bottom = 24;

/** Draws a step chart. */
export function stepChart(chart: StepChart): string {
  const { levels, steps, times } = chart;
  const longest = Math.max(...levels.map(({ label }) => label.length), 1);
  const left = Math.min(240, 16 + 7 * longest);
  const low = Math.min(...levels.map(({ level }) => level));
  const high = Math.max(...levels.map(({ level }) => level));
  const plotHeight = Math.max(2, levels.length - 1) * rowHeight;
  const height = top + plotHeight + bottom;
  const x = (at: number): string => coordinate(left + ((width - left - right) * at) / Math.max(chart.end, 1));
  const y = (level: number): string =>
    coordinate(top + (high === low ? 0.5 : (high - level) / (high - low)) * plotHeight);

  const rows = levels.map(
    ({ level, label }) =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(level)}" y2="${y(level)}"/>` +
      `<text class="level" x="${left - 8}" y="${y(level)}" dy="0.32em">${escapeText(shortened(label))}</text>`,
  );
  const ticks = times.map(
    ({ at, label }) =>
      `<line class="tick" x1="${x(at)}" x2="${x(at)}" y1="${top + plotHeight}" y2="${top + plotHeight + 4}"/>` +
      `<text class="time" x="${x(at)}" y="${top + plotHeight + 17}">${escapeText(label)}</text>`,
  );
  const first = steps[0];
  const path = [
    first === undefined ? "" : `M${x(first.at)} ${y(first.level)}`,
    ...steps.slice(1).map(({ at, level }) => `H${x(at)}V${y(level)}`),
    `H${x(chart.end)}`,
  ].join("");
  const turns = steps.slice(1).map(({ at, level }) => `<circle class="turn" cx="${x(at)}" cy="${y(level)}" r="3"/>`);
  const names = `${chart.id}-title ${chart.id}-description`;
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${names}">` +
    `<title id="${chart.id}-title">${escapeText(chart.title)}</title>` +
    `<desc id="${chart.id}-description">${escapeText(chart.description)}</desc>` +
    `${rows.join("")}${ticks.join("")}<path class="course" d="${path}"/>${turns.join("")}</svg>`
  );
}

/** Two decimals are finer than a screen. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function shortened(label: string): string {
  return label.length > 32 ? `${label.slice(0, 31)}…` : label;
}
