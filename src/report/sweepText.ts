/**
 * A sweep for the terminal: what each factor does to each outcome, and which of those without a source matter most.
 *
 * Computes nothing but layout.
 */

import type { Driver, Effect, SobolRow, Tornado } from "../ensemble/rank.ts";
import type { Sweep } from "../ensemble/sweep.ts";
import { counted } from "../scenario/wording.ts";
import { factorName, levelName, pointWords } from "./factorName.ts";
import type { Naming } from "./naming.ts";
import { grouped, percent, points } from "./number.ts";
import type { Paint } from "./paint.ts";

/** Factors listed for an outcome. */
const listed = 6;

const barWidth = 24;

const designs = {
  factorial: "full factorial",
  lhs: "Latin hypercube",
  oat: "one factor at a time",
  sobol: "Sobol indices",
} as const;

/** The sweep as text, ending with a line break. */
export function sweepText(sweep: Sweep, naming: Naming, paint: Paint): string {
  const { request } = sweep;
  const head = [
    paint("bold", `${naming.title} (${sweep.scenario}), variant ${request.variant}`),
    paint(
      "dim",
      `${designs[request.design]} · ${counted(sweep.cells.length, "point", grouped)} of ${counted(sweep.runs, "run", grouped)} · ${counted(sweep.factors.length, "factor")} · seed ${sweep.seed} · model ${sweep.model.slice(0, 12)}`,
    ),
  ];
  const rows = sweep.tornado ?? sweep.effects ?? sweep.sobol ?? [];
  const found = [...new Set(rows.map(({ outcome }) => outcome))];
  // What the author declared to matter most comes first; the rest stays in the scenario's order.
  const outcomes = [...found.filter((id) => id === sweep.headline), ...found.filter((id) => id !== sweep.headline)];
  const width = Math.min(44, Math.max(0, ...sweep.factors.map(({ name }) => factorName(naming, name).length)));
  const blocks = outcomes.map((outcome) => {
    const title = paint("bold", naming.ending(outcome));
    if (sweep.tornado !== null) return tornadoBlock(sweep.tornado, outcome, title, width, naming, paint);
    return sweep.sobol === null
      ? effectBlock(sweep.effects ?? [], outcome, title, width, naming)
      : sobolBlock(sweep.sobol, outcome, title, width, naming);
  });
  const legend =
    sweep.tornado === null
      ? []
      : [paint("dim", "│ where all stand as usual · █ what the factor alone can make of it · ? no cited source"), ""];
  return `${[...head, "", ...legend, ...blocks.flatMap((block) => [...block, ""]), ...faultLines(sweep, naming), ...driverLines(sweep, naming)].join("\n")}\n`;
}

function tornadoBlock(
  tornado: readonly Tornado[],
  outcome: string,
  title: string,
  width: number,
  naming: Naming,
  paint: Paint,
): readonly string[] {
  const bars = tornado.filter((row) => row.outcome === outcome);
  const clear = bars.filter(({ levels }) => levels.some(({ low, high }) => low > 0 || high < 0));
  const idle = bars.filter(({ swing }) => swing === 0).length;
  const unclear = bars.length - clear.length - idle;
  const rest = [
    ...(clear.length > listed ? [`${clear.length - listed} more move it clearly`] : []),
    ...(unclear > 0 ? [`${unclear} not clearly`] : []),
    ...(idle > 0 ? [`${idle} not at all`] : []),
  ];
  return [
    `${title}: ${percent(bars[0]?.usual ?? 0)} % where all stand as usual`,
    ...clear.slice(0, listed).map((row) => tornadoRow(row, width, naming)),
    ...(rest.length > 0 ? [paint("dim", `  ${rest.join(", ")}`)] : []),
  ];
}

function tornadoRow({ factor, cited, usual, levels }: Tornado, width: number, naming: Naming): string {
  const shares = [usual, ...levels.map(({ share }) => share)];
  const low = Math.min(...shares);
  const high = Math.max(...shares);
  const at = (share: number): number => Math.min(barWidth - 1, Math.floor(share * barWidth));
  const bar = Array.from({ length: barWidth }, (_, cell) => {
    if (cell === at(usual)) return "│";
    return cell >= at(low) && cell <= at(high) ? "█" : "·";
  }).join("");
  const extremes = [low, high].map((share) => {
    const level = levels.find((candidate) => candidate.share === share);
    return level === undefined ? "as usual" : levelName(naming, factor, level.level);
  });
  const name = shortened(factorName(naming, factor), width).padEnd(width);
  return `  ${name} ${cited ? " " : "?"} ${bar} ${percent(low).padStart(5)} (${extremes[0]}) to ${percent(high)} % (${extremes[1]})`;
}

function effectBlock(
  effects: readonly Effect[],
  outcome: string,
  title: string,
  width: number,
  naming: Naming,
): readonly string[] {
  const rows = effects.filter((row) => row.outcome === outcome).sort((one, other) => other.effect - one.effect);
  const noise = rows[0]?.noise ?? 0;
  return [
    `${title}: share of its variance over the design, by factor (sampling error: up to ${percent(noise)} %)`,
    ...rows
      .filter(({ effect }) => effect > 0)
      .slice(0, listed)
      .map(
        ({ factor, effect }) =>
          `  ${shortened(factorName(naming, factor), width).padEnd(width)} ${bar(effect)} ${percent(effect).padStart(5)} %`,
      ),
  ];
}

function sobolBlock(
  sobol: readonly SobolRow[],
  outcome: string,
  title: string,
  width: number,
  naming: Naming,
): readonly string[] {
  const rows = sobol.filter((row) => row.outcome === outcome).sort((one, other) => other.total.value - one.total.value);
  const index = ({ value, low, high }: SobolRow["first"]): string =>
    `${value.toFixed(2).replace("-", "−").padStart(5)} (${low.toFixed(2)} to ${high.toFixed(2)})`.replaceAll("-", "−");
  return [
    `${title}: Sobol indices (sampling error: up to ${percent(rows[0]?.noise ?? 0)} % of the variance)`,
    `  ${"".padEnd(width)} ${"alone".padEnd(21)}  with others`,
    ...rows
      .filter(({ total }) => total.value > 0)
      .slice(0, listed)
      .map(
        ({ factor, first, total }) =>
          `  ${shortened(factorName(naming, factor), width).padEnd(width)} ${index(first).padEnd(21)}  ${index(total)}`,
      ),
  ];
}

function faultLines({ cells }: Sweep, naming: Naming): readonly string[] {
  const faulted = cells.filter(({ fault }) => fault !== null);
  if (faulted.length === 0) return [];
  const lines = faulted.slice(0, 5).map(({ point, fault }) => {
    const where = Object.keys(point).length === 0 ? "as usual" : pointWords(naming, point);
    return `  ${where}: ${fault?.path}: ${fault?.reason}${fault?.replication == null ? "" : ` (replication ${fault.replication})`}`;
  });
  const more = faulted.length > lines.length ? [`  and ${faulted.length - lines.length} more`] : [];
  return [
    `The model is at fault at ${faulted.length} of ${cells.length} points, which are left out of the rankings:`,
    ...lines,
    ...more,
    "",
  ];
}

/** Which factors without a source drive the outcomes, in words. */
function driverLines({ drivers, tornado, sobol, headline }: Sweep, naming: Naming): readonly string[] {
  const size = ({ effect, outcome }: Driver): string => {
    const of = outcome === null ? "" : naming.ending(outcome);
    if (tornado !== null) return `moves ${of} by up to ${points(effect).replace("+", "")} points`;
    const share = `${percent(Math.min(1, effect), 0)} % of the variance of`;
    const mixed = sobol === null ? "" : ", with interactions";
    return headline === null ? `${share} all outcomes${mixed}, most of ${of}` : `${share} ${of}${mixed}`;
  };
  const result = headline === null ? "the result" : naming.ending(headline);
  const uncited = drivers.filter(({ cited, effect }) => !cited && effect > 0).slice(0, listed);
  if (uncited.length === 0) {
    return [`No factor without a cited source moves ${headline === null ? "any outcome" : result}.`];
  }
  return [
    `Without a cited source, and so a judgement of the author, these drive ${result}:`,
    ...uncited.map(
      (driver, index) => `  ${String(index + 1).padStart(2)}. ${factorName(naming, driver.factor)}: ${size(driver)}`,
    ),
  ];
}

function bar(share: number): string {
  return "█".repeat(Math.round(Math.max(0, Math.min(1, share)) * barWidth)).padEnd(barWidth, "·");
}

function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
