/**
 * Figures of outcomes: how often each comes under each variant, and how far that differs from the baseline.
 *
 * One panel an outcome, all on one scale, so that panels can be compared with each other.
 */
import * as Plot from "@observablehq/plot";
import { type Difference, shareIn, type VariantComparison } from "../../ensemble/compare.ts";
import type { Ranges, VariedRange } from "../../ensemble/range.ts";
import { escapeText } from "../escape.ts";
import { decimalsFor, percent, points } from "../number.ts";
import type { Table } from "../table.ts";
import { roundNumbers } from "./axis.ts";
import type { Canvas } from "./drawing.ts";
import type { Figure, Panel } from "./figure.ts";
import type { OutcomeKey } from "./key.ts";
import { keySwatch } from "./legend.ts";

/** Width of a panel and height of a row with its name above. */
export const panelWidth = 360;
const rowHeight = 32;

/** A name that fits above its row. */
export function fitting(text: string, width = 56): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** Shares of every outcome and group under every variant, as a table. */
export function shareTable({ variants }: VariantComparison): Table {
  return {
    name: "outcomes",
    columns: ["variant", "outcome", "count", "share", "low", "high"],
    rows: variants.flatMap(({ name, outcomes, groups }) =>
      Object.entries({ ...outcomes, ...groups }).map(([outcome, { count, share, low, high }]) => [
        name,
        outcome,
        count,
        share,
        low,
        high,
      ]),
    ),
  };
}

/** The figure of shares. */
export function shareFigure(
  canvas: Canvas,
  result: VariantComparison,
  keys: readonly OutcomeKey[],
  variantName: (id: string) => string,
): Figure {
  const shown = keys.filter(({ id }) => result.variants.some((variant) => (shareIn(variant, id)?.count ?? 0) > 0));
  const most = Math.max(
    0.05,
    ...result.variants.flatMap((variant) => keys.map(({ id }) => shareIn(variant, id)?.high ?? 0)),
  );
  const never = keys.filter((key) => !shown.includes(key));
  const panels = shown.map((key): Panel => {
    const rows = result.variants.flatMap((variant) => {
      const share = shareIn(variant, key.id);
      return share === undefined ? [] : [{ id: variant.name, name: variantName(variant.name), ...share }];
    });
    const told = rows.map((row) => `${percent(row.share, decimalsFor(row))} % under ${row.name}`).join(", ");
    const [baseline] = rows;
    const body = canvas.draw(
      {
        ...frame(rows.length),
        x: shareScale(most),
        y: rowScale(rows),
        marks: [
          ...shareAxis(most),
          Plot.barX(rows, { x: "share", y: "id", insetTop: 17, insetBottom: 4, fill: key.colour, fillOpacity: 0.85 }),
          ...(rows.length > 1 && baseline !== undefined
            ? [Plot.ruleX([baseline.share], { stroke: "var(--text)", strokeOpacity: 0.55, strokeDasharray: "2,3" })]
            : []),
          Plot.ruleY(rows, { x1: "low", x2: "high", y: "id", dy: 6.5, stroke: "var(--text)", strokeWidth: 1.5 }),
          rowNames(rows),
          Plot.text(rows, {
            x: "high",
            y: "id",
            text: (row: (typeof rows)[number]) => percent(row.share, decimalsFor(row)),
            textAnchor: "start",
            dx: 5,
            dy: 6.5,
            fill: "var(--text)",
            stroke: "var(--ground)",
            strokeWidth: 3,
            fontWeight: 600,
          }),
        ],
      },
      `${key.name}: ${told}.`,
    );
    return { title: `${key.number}. ${key.name}`, body };
  });
  const table = shareTable(result);
  return {
    id: "outcomes",
    title: "How often each outcome comes",
    lead: "Share of runs in per cent, with 95 % intervals as thin lines where they are wide enough to be seen. The dashed line is the first variant.",
    legend: null,
    chooser: null,
    choices: [{ id: "outcomes", label: "", group: null, panels, table }],
    notes:
      never.length === 0
        ? null
        : `<p class="small">Not in any run: ${never.map((key) => `${keySwatch(key)} ${key.number}. ${escapeText(key.name)}`).join(", ")}.</p>`,
  };
}

type Row = { readonly id: string; readonly name: string };

const frame = (rows: number): Plot.PlotOptions => ({
  width: panelWidth,
  height: rows * rowHeight + 26,
  marginLeft: 6,
  marginRight: 46,
  marginTop: 2,
  marginBottom: 24,
});

const shareScale = (most: number): Plot.ScaleOptions => ({ domain: [0, most], label: null });

const rowScale = (rows: readonly Row[]): Plot.ScaleOptions => ({
  type: "band",
  domain: rows.map(({ id }) => id),
  padding: 0,
  axis: null,
});

const shareAxis = (most: number): Plot.Markish[] => {
  const ticks = roundNumbers(0, most, 5);
  return [
    Plot.gridX(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
    Plot.axisX(ticks, {
      tickFormat: (share: number) => percent(share, 0),
      tickSize: 0,
      label: null,
      fill: "var(--faint)",
    }),
    Plot.ruleX([0], { stroke: "var(--faint)" }),
  ];
};

const rowNames = (rows: readonly Row[]): Plot.Markish =>
  Plot.text(rows, {
    y: "id",
    frameAnchor: "left",
    text: (row: Row) => fitting(row.name),
    textAnchor: "start",
    dx: 3,
    dy: -8,
    fill: "var(--text)",
    stroke: "var(--ground)",
    strokeWidth: 3,
  });

/** Differences with their ranges, as a table. */
export function differenceTable({ differences }: VariantComparison, ranges: Ranges | null): Table {
  return {
    name: "differences",
    columns: [
      "from",
      "to",
      "outcome",
      "difference",
      "low",
      "high",
      "variance_saved",
      "range_low",
      "range_high",
      "points_more",
      "points_less",
      "flips",
    ],
    rows: differences.map(({ from, to, outcome, difference, low, high, saved }) => {
      const range = rangeOf(ranges, to, outcome);
      return [
        from,
        to,
        outcome,
        difference,
        low,
        high,
        saved,
        range?.low ?? null,
        range?.high ?? null,
        range?.more ?? null,
        range?.less ?? null,
        range?.flips ?? null,
      ];
    }),
  };
}

function rangeOf(ranges: Ranges | null, to: string, outcome: string): VariedRange | null {
  return ranges?.ranges.find((range) => range.to === to && range.outcome === outcome) ?? null;
}

/** The figure of paired differences from the first variant. */
export function differenceFigure(
  canvas: Canvas,
  result: VariantComparison,
  ranges: Ranges | null,
  keys: readonly OutcomeKey[],
  variantName: (id: string) => string,
): Figure {
  const rowsOf = (key: OutcomeKey) =>
    result.differences
      .filter(({ outcome }) => outcome === key.id)
      .map((row) => ({ ...row, id: row.to, name: variantName(row.to), range: rangeOf(ranges, row.to, row.outcome) }));
  const shown = keys.filter((key) => rowsOf(key).some((row) => row.difference !== 0 || (row.range?.high ?? 0) > 0));
  const ends = shown.flatMap((key) =>
    rowsOf(key).flatMap(({ low, high, range }) => [low, high, range?.low ?? 0, range?.high ?? 0]),
  );
  const [low, high] = [Math.min(-0.01, ...ends), Math.max(0.01, ...ends)];
  const panels = shown.map((key): Panel => {
    const rows = rowsOf(key);
    const body = canvas.draw(
      {
        ...frame(rows.length),
        marginLeft: 10,
        x: { domain: [low, high], label: null },
        y: rowScale(rows),
        marks: differenceMarks(rows, low, high, key.colour),
      },
      `${key.name}, points more or less than under ${variantName(result.variants[0]?.name ?? "")}: ${rows.map(told).join(", ")}.`,
    );
    return { title: `${key.number}. ${key.name}`, body };
  });
  return {
    id: "differences",
    title: `Differences from ${variantName(result.variants[0]?.name ?? "")}`,
    lead: differenceLead(ranges),
    legend: null,
    chooser: null,
    choices: [{ id: "differences", label: "", group: null, panels, table: differenceTable(result, ranges) }],
    notes: null,
  };
}

function differenceLead(ranges: Ranges | null): string {
  const paired = "In percentage points, in the same luck. A dot with its 95 % interval says what sampling leaves open.";
  if (ranges === null) return paired;
  return `${paired} The pale band says what the assumptions leave open: it spans the difference at the usual assumptions and at ${ranges.points} points of a Latin hypercube of all assumptions and dispositions, ${ranges.runs} runs each. A hollow dot marks a sign that turns within the band.`;
}

type DifferenceRow = Difference & Row & { readonly range: VariedRange | null };

function told({ name, range, ...row }: DifferenceRow): string {
  const decimals = decimalsFor(row);
  const span =
    range === null ? "" : `, over the assumptions ${points(range.low, decimals)} to ${points(range.high, decimals)}`;
  return `${points(row.difference, decimals)} under ${name}${span}`;
}

function differenceMarks(rows: readonly DifferenceRow[], low: number, high: number, colour: string): Plot.Markish[] {
  const ticks = roundNumbers(low, high, 5);
  const ranged = rows.filter(({ range }) => range !== null);
  const turns = (row: DifferenceRow): boolean => row.range?.flips === true;
  return [
    Plot.gridX(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
    Plot.axisX(ticks, {
      tickFormat: (value: number) => points(value, 0),
      tickSize: 0,
      label: null,
      fill: "var(--faint)",
    }),
    Plot.ruleX([0], { stroke: "var(--faint)" }),
    Plot.barX(ranged, {
      x1: (row: DifferenceRow) => row.range?.low,
      x2: (row: DifferenceRow) => row.range?.high,
      y: "id",
      insetTop: 17,
      insetBottom: 4,
      fill: colour,
      fillOpacity: 0.25,
    }),
    Plot.ruleY(rows, { x1: "low", x2: "high", y: "id", dy: 6.5, stroke: "var(--text)", strokeWidth: 2 }),
    Plot.dot(rows, {
      x: "difference",
      y: "id",
      dy: 6.5,
      r: 4,
      fill: (row: DifferenceRow) => (turns(row) ? "var(--ground)" : "var(--text)"),
      stroke: "var(--text)",
      strokeWidth: 1.5,
    }),
    rowNames(rows),
    Plot.text(rows, {
      y: "id",
      frameAnchor: "right",
      text: (row: DifferenceRow) => points(row.difference, decimalsFor(row)),
      textAnchor: "start",
      dx: 6,
      dy: 6.5,
      fill: "var(--text)",
      fontWeight: 600,
    }),
  ];
}
