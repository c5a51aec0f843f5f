/**
 * Bars of how much of an outcome's variance each factor explains: main effects, or Sobol indices with their intervals.
 */
import * as Plot from "@observablehq/plot";
import type { Sweep } from "../../ensemble/sweep.ts";
import { factorName } from "../factorName.ts";
import type { Naming } from "../naming.ts";
import { percent } from "../number.ts";
import type { Table, Value } from "../table.ts";
import type { Canvas } from "./drawing.ts";
import type { FigureChoice } from "./figure.ts";
import type { OutcomeKey } from "./key.ts";
import { fitting } from "./shares.ts";

/** Factors shown for an outcome. */
const shown = 12;
const rowHeight = 34;

interface Bar {
  readonly factor: string;
  readonly cited: boolean;
  /** What it explains alone. */
  readonly alone: number;
  readonly low: number | null;
  readonly high: number | null;
  /** What involves it, where that was asked for. */
  readonly total: number | null;
  readonly totalLow: number | null;
  readonly totalHigh: number | null;
}

/** Effects or indices as a table. */
export function effectTable({ effects, sobol }: Sweep): Table {
  if (sobol !== null) {
    const columns = [
      "outcome",
      "factor",
      "first",
      "first_low",
      "first_high",
      "total",
      "total_low",
      "total_high",
      "variance",
      "noise",
    ];
    const rows = sobol.map(({ outcome, factor, first, total, variance, noise }): readonly Value[] => {
      return [outcome, factor, first.value, first.low, first.high, total.value, total.low, total.high, variance, noise];
    });
    return { name: "sobol", columns, rows };
  }
  return {
    name: "effects",
    columns: ["outcome", "factor", "effect", "variance", "noise"],
    rows: (effects ?? []).map(({ outcome, factor, effect, variance, noise }) => [
      outcome,
      factor,
      effect,
      variance,
      noise,
    ]),
  };
}

/** A picture for each outcome that varies over the design. */
export function effectChoices(
  canvas: Canvas,
  sweep: Sweep,
  keys: readonly OutcomeKey[],
  naming: Naming,
): readonly FigureChoice[] {
  const whole = effectTable(sweep);
  return keys.flatMap((key): readonly FigureChoice[] => {
    const bars = barsOf(sweep, key.id).slice(0, shown);
    if (bars.length === 0) return [];
    const rows = whole.rows.filter(([outcome]) => outcome === key.id);
    const table = { ...whole, name: `${whole.name}-${key.id}`, rows };
    const panels = [{ title: null, body: draw(canvas, bars, key, naming) }];
    return [{ id: `effects-${key.id}`, label: `${key.number}. ${key.name}`, group: null, panels, table }];
  });
}

function barsOf({ effects, sobol, factors }: Sweep, outcome: string): readonly Bar[] {
  const isCited = (name: string): boolean => factors.find((factor) => factor.name === name)?.cited ?? false;
  const none = { low: null, high: null, total: null, totalLow: null, totalHigh: null };
  const bars = [
    ...(effects ?? [])
      .filter((row) => row.outcome === outcome)
      .map(({ factor, effect }): Bar => ({ factor, cited: isCited(factor), alone: effect, ...none })),
    ...(sobol ?? [])
      .filter((row) => row.outcome === outcome)
      .map(
        ({ factor, first, total }): Bar => ({
          factor,
          cited: isCited(factor),
          alone: first.value,
          low: first.low,
          high: first.high,
          total: total.value,
          totalLow: total.low,
          totalHigh: total.high,
        }),
      ),
  ];
  const size = ({ alone, total }: Bar): number => total ?? alone;
  return bars.filter((bar) => size(bar) > 0).sort((one, other) => size(other) - size(one));
}

function draw(canvas: Canvas, bars: readonly Bar[], key: OutcomeKey, naming: Naming): string {
  const least = Math.min(0, ...bars.flatMap(({ low, totalLow }) => [low ?? 0, totalLow ?? 0]));
  const most = Math.max(1, ...bars.flatMap(({ high, totalHigh }) => [high ?? 0, totalHigh ?? 0]));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const colour = ({ cited }: Bar): string => (cited ? "var(--cited)" : "var(--uncited)");
  const name = (bar: Bar): string => factorName(naming, bar.factor) + (bar.cited ? "" : " (uncited)");
  const told = bars.map(
    (bar) =>
      `${name(bar)}: ${percent(bar.alone, 0)} %${bar.total === null ? "" : `, with others ${percent(bar.total, 0)} %`}`,
  );
  const indexed = bars.filter(({ total }) => total !== null);
  const whisker = (x1: "low" | "totalLow", x2: "high" | "totalHigh", dy: number): Plot.Markish =>
    Plot.ruleY(indexed, { x1, x2, y: "factor", dy, stroke: "var(--text)", strokeWidth: 1.25 });
  return canvas.draw(
    {
      width: 460,
      height: bars.length * rowHeight + 30,
      marginLeft: 8,
      marginRight: 24,
      marginTop: 4,
      marginBottom: 24,
      x: { domain: [Math.max(-0.5, least), Math.min(1.5, most)], label: null, clamp: true },
      y: { type: "band", domain: bars.map(({ factor }) => factor), padding: 0, axis: null },
      marks: [
        Plot.gridX(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
        Plot.axisX(ticks, {
          tickFormat: (share: number) => `${percent(share, 0)} %`,
          tickSize: 0,
          label: null,
          fill: "var(--faint)",
        }),
        Plot.barX(indexed, {
          x: "total",
          y: "factor",
          insetTop: 18,
          insetBottom: 4,
          fill: "none",
          stroke: colour,
          strokeWidth: 1.5,
        }),
        Plot.barX(bars, { x: "alone", y: "factor", insetTop: 18, insetBottom: 4, fill: colour }),
        whisker("low", "high", 4.5),
        whisker("totalLow", "totalHigh", 9.5),
        Plot.ruleX([0], { stroke: "var(--faint)" }),
        Plot.text(bars, {
          y: "factor",
          frameAnchor: "left",
          text: (bar: Bar) => fitting(name(bar), 72),
          textAnchor: "start",
          dx: -4,
          dy: -8,
          fill: "var(--text)",
          stroke: "var(--ground)",
          strokeWidth: 3,
        }),
      ],
    },
    `${key.name}, share of variance by factor: ${told.join("; ")}.`,
  );
}
