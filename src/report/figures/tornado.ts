/**
 * The tornado: what each factor alone can make of an outcome, the widest first.
 */
import * as Plot from "@observablehq/plot";
import type { Tornado } from "../../ensemble/rank.ts";
import type { Sweep } from "../../ensemble/sweep.ts";
import { factorName, levelName } from "../factorName.ts";
import type { Naming } from "../naming.ts";
import { percent } from "../number.ts";
import type { Table } from "../table.ts";
import { roundNumbers } from "./axis.ts";
import type { Canvas } from "./drawing.ts";
import type { FigureChoice } from "./figure.ts";
import type { OutcomeKey } from "./key.ts";
import { fitting } from "./shares.ts";

/** Factors shown for an outcome. */
const shown = 12;

const width = 460;
const rowHeight = 34;

/** The tornado's bars as a table. */
export function tornadoTable({ tornado }: Sweep): Table {
  return {
    name: "tornado",
    columns: ["outcome", "factor", "cited", "usual_share", "level", "share", "difference", "low", "high"],
    rows: (tornado ?? []).flatMap(({ outcome, factor, cited, usual, levels }) =>
      levels.map(({ level, share, difference, low, high }) => [
        outcome,
        factor,
        cited,
        usual,
        level,
        share,
        difference,
        low,
        high,
      ]),
    ),
  };
}

/** A tornado for each outcome or group that any factor moves clearly: the headline first, then what moves most. */
export function tornadoChoices(
  canvas: Canvas,
  sweep: Sweep,
  keys: readonly OutcomeKey[],
  naming: Naming,
): readonly FigureChoice[] {
  const { tornado } = sweep;
  if (tornado === null) return [];
  const whole = tornadoTable(sweep);
  const choices = keys.flatMap(
    (key): readonly (FigureChoice & { readonly widest: number; readonly leads: boolean })[] => {
      const bars = tornado.filter((row) => row.outcome === key.id && isClear(row));
      const [widest] = bars;
      if (widest === undefined) return [];
      const rows = whole.rows.filter(([outcome]) => outcome === key.id);
      const panel = { title: null, body: drawTornado(canvas, bars.slice(0, shown), key, naming) };
      const table = { ...whole, name: `tornado-${key.id}`, rows };
      const label = `${key.number}. ${key.name}`;
      const leads = key.id === sweep.headline;
      return [{ id: `tornado-${key.id}`, label, group: null, panels: [panel], table, widest: widest.swing, leads }];
    },
  );
  return choices
    .sort((one, other) => Number(other.leads) - Number(one.leads) || other.widest - one.widest)
    .map(({ id, label, group, panels, table }) => ({ id, label, group, panels, table }));
}

const isClear = ({ levels }: Tornado): boolean => levels.some(({ low, high }) => low > 0 || high < 0);

function drawTornado(canvas: Canvas, bars: readonly Tornado[], key: OutcomeKey, naming: Naming): string {
  const usual = bars[0]?.usual ?? 0;
  const rows = bars.map(({ factor, cited, levels }) => {
    const all = [{ level: null, share: usual }, ...levels];
    const low = all.reduce((one, other) => (other.share < one.share ? other : one));
    const high = all.reduce((one, other) => (other.share > one.share ? other : one));
    const tell = (end: (typeof all)[number]): string =>
      end.level === null ? "as usual" : levelName(naming, factor, end.level);
    const name = factorName(naming, factor);
    return {
      factor,
      name: cited ? name : `${name} (uncited)`,
      cited,
      low: low.share,
      high: high.share,
      lowEnd: `${tell(low)} ${percent(low.share, 0)} %`,
      highEnd: `${tell(high)} ${percent(high.share, 0)} %`,
    };
  });
  type Row = (typeof rows)[number];
  const most = Math.min(1, Math.max(0.05, ...rows.map(({ high }) => high)) * 1.02);
  const ticks = roundNumbers(0, most, 4);
  const told = rows.map(({ name, lowEnd, highEnd }) => `${name}: from ${lowEnd} to ${highEnd}`);
  const end = (x: "low" | "high", text: "lowEnd" | "highEnd"): Plot.Markish =>
    Plot.text(rows, {
      x,
      y: "factor",
      text,
      textAnchor: x === "low" ? "end" : "start",
      dx: x === "low" ? -5 : 5,
      dy: 8,
      fill: "var(--text)",
      stroke: "var(--ground)",
      strokeWidth: 3,
    });
  return canvas.draw(
    {
      width,
      height: rows.length * rowHeight + 30,
      marginLeft: 110,
      marginRight: 104,
      marginTop: 4,
      marginBottom: 24,
      x: { domain: [0, most], label: null },
      y: { type: "band", domain: rows.map(({ factor }) => factor), padding: 0, axis: null },
      marks: [
        Plot.gridX(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
        Plot.axisX(ticks, {
          tickFormat: (share: number) => `${percent(share, 0)} %`,
          tickSize: 0,
          label: null,
          fill: "var(--faint)",
        }),
        Plot.barX(rows, {
          x1: "low",
          x2: "high",
          y: "factor",
          insetTop: 19,
          insetBottom: 4,
          fill: (row: Row) => (row.cited ? "var(--cited)" : "var(--uncited)"),
        }),
        Plot.ruleX([usual], { stroke: "var(--text)", strokeWidth: 1.5 }),
        Plot.text(rows, {
          y: "factor",
          frameAnchor: "left",
          text: ({ name }: Row) => fitting(name, 76),
          textAnchor: "start",
          dx: -106,
          dy: -8,
          fill: "var(--text)",
          stroke: "var(--ground)",
          strokeWidth: 3,
        }),
        end("low", "lowEnd"),
        end("high", "highEnd"),
      ],
    },
    `${key.name}: ${percent(usual)} % where all stand as usual. ${told.join("; ")}.`,
  );
}
