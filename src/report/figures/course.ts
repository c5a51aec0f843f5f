/**
 * Figures over time: when runs end in what, where tracks and variables stand, how high the ladder is climbed.
 *
 * One panel a variant, all over the same rounds. A run that has ended keeps its last values.
 */
import * as Plot from "@observablehq/plot";
import type { DistributionSummary } from "../../ensemble/roundDistributions.ts";
import type { Sample } from "../../ensemble/sample.ts";
import type { TimeCurves } from "../../ensemble/timeToOutcome.ts";
import { at } from "../../scenario/at.ts";
import type { Track, Variable } from "../../scenario/model.ts";
import { brief, percent } from "../number.ts";
import type { Table } from "../table.ts";
import { roundMarks, roundNumbers, type TellRound } from "./axis.ts";
import type { Canvas } from "./drawing.ts";
import type { FigureChoice, Panel } from "./figure.ts";
import type { OutcomeKey } from "./key.ts";

const width = 360;
const height = 190;

/** What every panel over time needs to be told. */
export interface CourseSetting {
  readonly canvas: Canvas;
  readonly variant: (id: string) => string;
  readonly round: TellRound;
}

/** A band of a stack: from one share to another, round by round. */
interface Band {
  readonly colour: string;
  readonly label: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Runs by outcome and by the number of rounds that had opened, stacked. */
export function timePanels(
  { canvas, variant, round }: CourseSetting,
  curves: readonly TimeCurves[],
  keys: readonly OutcomeKey[],
  runs: number,
): readonly Panel[] {
  return curves.map((curve) => {
    const shares = curve.ended.map((counts) => counts.map((count) => count / runs));
    const bands = stack(
      shares,
      keys.map(({ colour, number }) => ({ colour, label: String(number) })),
    );
    const last = (shares[0]?.length ?? 1) - 1;
    const half = shares
      .map((share, index) => ({ name: keys[index]?.name ?? "", share: share.at(-1) ?? 0, at: halfway(share) }))
      .filter(({ share }) => share >= 0.005)
      .map(({ name, share, at }) => `${name} ${percent(share)} %, half of them by ${round(Math.max(0, at - 1))}`);
    return {
      title: variant(curve.variant),
      body: stacked(canvas, bands, last, (rounds) => round(Math.max(0, rounds - 1)), `By the end: ${half.join("; ")}.`),
    };
  });
}

function halfway(share: readonly number[]): number {
  const half = (share.at(-1) ?? 0) / 2;
  return share.findIndex((value) => value >= half);
}

/** The curves as a table; `endings` names the outcomes, then the groups. */
export function timeTable(curves: readonly TimeCurves[], endings: readonly string[], runs: number): Table {
  return {
    name: "times",
    columns: ["variant", "rounds", "outcome", "count", "share"],
    rows: curves.flatMap(({ variant, ended, groups }) =>
      [...ended, ...groups].flatMap((counts, index) =>
        counts.map((count, rounds) => [variant, rounds, at(endings, index), count, count / runs]),
      ),
    ),
  };
}

function stack(
  shares: readonly (readonly number[])[],
  looks: readonly { readonly colour: string; readonly label: string }[],
): readonly Band[] {
  const below = new Array<number>(shares[0]?.length ?? 0).fill(0);
  return shares.map((share, index) => {
    const from = [...below];
    share.forEach((value, round) => {
      below[round] = (below[round] ?? 0) + value;
    });
    return { ...(looks[index] ?? { colour: "var(--faint)", label: "" }), from, to: [...below] };
  });
}

/** A stacked area of shares over rounds, with each band's label at its right end where there is room. */
function stacked(canvas: Canvas, bands: readonly Band[], last: number, tell: TellRound, alt: string): string {
  // What comes with the last round has a width as well.
  const end = last + Math.max(1, Math.round(last / 20));
  const shown = bands.filter(({ from, to }) => to.some((share, round) => share > (from[round] ?? 0)));
  const labelled = shown.flatMap(({ label, from, to }) => {
    const [low, high] = [from.at(-1) ?? 0, to.at(-1) ?? 0];
    return high - low < 0.075 ? [] : [{ label, at: (low + high) / 2 }];
  });
  return canvas.draw(
    {
      ...frame,
      x: { domain: [0, end], label: null },
      y: { domain: [0, 1], label: null },
      marks: [
        ...shown.map(({ colour, from, to }) =>
          Plot.areaY(steps(from, to, end), {
            x: "round",
            y1: "from",
            y2: "to",
            fill: colour,
            stroke: "var(--ground)",
            strokeWidth: 0.6,
            curve: "step-after",
          }),
        ),
        Plot.text(labelled, {
          frameAnchor: "right",
          y: "at",
          text: "label",
          textAnchor: "end",
          dx: -5,
          fill: "var(--text)",
          stroke: "var(--ground)",
          strokeWidth: 4,
          fontWeight: 600,
        }),
        ...shareAxes(last, tell),
      ],
    },
    alt,
  );
}

/** Points of a step curve; the last value is held to the end. */
function steps(
  from: readonly number[],
  to: readonly number[],
  end: number,
): readonly { round: number; from: number; to: number }[] {
  const last = to.length - 1;
  const points = to.flatMap((share, round) => {
    const low = from[round] ?? 0;
    // A step that changes nothing needs no point.
    const idle = round > 0 && round < last && to[round - 1] === share && from[round - 1] === low;
    return idle ? [] : [{ round, from: low, to: share }];
  });
  return [...points, { round: end, from: from[last] ?? 0, to: to[last] ?? 0 }];
}

const frame = { width, height, marginLeft: 36, marginRight: 10, marginTop: 8, marginBottom: 24 } as const;

function timeAxis(last: number, tell: TellRound): Plot.Markish {
  return Plot.axisX([...roundMarks(last)], { tickFormat: tell, tickSize: 3, label: null, fill: "var(--faint)" });
}

function shareAxes(last: number, tell: TellRound): readonly Plot.Markish[] {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return [
    Plot.axisY(ticks, {
      tickFormat: (share: number) => percent(share, 0),
      tickSize: 3,
      label: null,
      fill: "var(--faint)",
    }),
    timeAxis(last, tell),
  ];
}

/** The fan of a variable: where it lies as each round opens. */
export function variableChoice(
  telling: CourseSetting,
  samples: readonly Sample[],
  variable: Variable,
  name: string,
): FigureChoice {
  const courses = samples.map((sample) => ({
    sample,
    rounds: sample.variables.find(({ id }) => id === variable.id)?.rounds ?? [],
  }));
  const [low, high] = extent(
    variable,
    courses.flatMap(({ rounds }) => rounds),
  );
  const panels = courses.map(
    ({ sample, rounds }): Panel => ({
      title: telling.variant(sample.variant),
      body:
        variable.kind === "flag" ? flag(telling, sample, rounds, name) : fan(telling, sample, rounds, low, high, name),
    }),
  );
  const columns = ["variant", "round", "runs", "running", "mean", "q05", "q25", "q50", "q75", "q95"];
  const rows = courses.flatMap(({ sample, rounds }) =>
    rounds.map(({ mean, q05, q25, q50, q75, q95 }, round) => {
      const { variant, runs, running } = sample;
      return [variant, round, runs, running[round] ?? 0, mean, q05, q25, q50, q75, q95];
    }),
  );
  const table = { name: `variable-${variable.id}`, columns, rows };
  return { id: `variable-${variable.id}`, label: name, group: "Variables", panels, table };
}

/** The whole scale where it is short, else what the fans span. */
function extent({ low, high }: Variable, rounds: readonly DistributionSummary[]): readonly [number, number] {
  if (high - low <= 20) return [low, high];
  const least = Math.min(...rounds.map(({ q05, mean }) => Math.min(q05, mean)));
  const most = Math.max(...rounds.map(({ q95, mean }) => Math.max(q95, mean)));
  return least < most ? [least, most] : [least - 1, most + 1];
}

function fan(
  { canvas, round }: CourseSetting,
  { rounds: last }: Sample,
  rounds: readonly DistributionSummary[],
  low: number,
  high: number,
  name: string,
): string {
  const points = rounds.map((spread, index) => ({ ...spread, round: index }));
  const [first, end] = [rounds[0], rounds.at(-1)];
  const alt = `${name}: median ${brief(first?.q50 ?? 0)} at the start and ${brief(end?.q50 ?? 0)} at the end, where nine runs in ten lie between ${brief(end?.q05 ?? 0)} and ${brief(end?.q95 ?? 0)}.`;
  const area = (from: keyof DistributionSummary, to: keyof DistributionSummary, fill: string): Plot.Markish =>
    Plot.areaY(points, { x: "round", y1: from, y2: to, fill, curve: "step-after" });
  const ticks = roundNumbers(low, high, 5).filter(Number.isInteger);
  return canvas.draw(
    {
      ...frame,
      x: { domain: [0, last], label: null },
      y: { domain: [low, high], label: null },
      marks: [
        Plot.gridY(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
        area("q05", "q95", "var(--wide)"),
        area("q25", "q75", "var(--narrow)"),
        Plot.lineY(points, { x: "round", y: "mean", stroke: "var(--text)", strokeDasharray: "1,3", strokeWidth: 1.5 }),
        Plot.lineY(points, { x: "round", y: "q50", stroke: "var(--accent)", strokeWidth: 2, curve: "step-after" }),
        Plot.axisY(ticks, { tickFormat: brief, tickSize: 0, label: null, fill: "var(--faint)" }),
        timeAxis(last, round),
      ],
    },
    alt,
  );
}

function flag(
  { canvas, round }: CourseSetting,
  { rounds: last }: Sample,
  rounds: readonly DistributionSummary[],
  name: string,
): string {
  const points = rounds.map(({ mean }, index) => ({ mean, round: index }));
  const alt = `${name}: true in ${percent(rounds[0]?.mean ?? 0, 0)} % of runs at the start and in ${percent(rounds.at(-1)?.mean ?? 0, 0)} % at the end.`;
  return canvas.draw(
    {
      ...frame,
      x: { domain: [0, last], label: null },
      y: { domain: [0, 1], label: null },
      marks: [
        Plot.gridY([0, 0.25, 0.5, 0.75, 1], { stroke: "var(--line)", strokeOpacity: 1 }),
        Plot.areaY(points, { x: "round", y: "mean", fill: "var(--wide)", curve: "step-after" }),
        Plot.lineY(points, { x: "round", y: "mean", stroke: "var(--accent)", strokeWidth: 2, curve: "step-after" }),
        ...shareAxes(last, round),
      ],
    },
    alt,
  );
}

/** Shades of a track's states, from the first to the last as written. */
const shades = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];

/** Where a track stands, stacked by its states in their order. */
export function trackChoice(
  telling: CourseSetting,
  samples: readonly Sample[],
  track: Track,
  name: string,
  stateName: (state: string) => string,
): FigureChoice {
  const { states } = track;
  const looks = states.map(({ id }, index) => ({
    colour: shades[Math.round((index * (shades.length - 1)) / Math.max(1, states.length - 1))] ?? "var(--accent)",
    label: stateName(id),
  }));
  const courses = samples.map((sample) => ({
    sample,
    rounds: sample.tracks.find(({ id }) => id === track.id)?.rounds ?? [],
  }));
  const panels = courses.map(({ sample, rounds }): Panel => {
    const shares = states.map((_, state) => rounds.map((counts) => (counts[state] ?? 0) / sample.runs));
    const told = shares
      .map((share, state) => ({ share: share.at(-1) ?? 0, name: looks[state]?.label ?? "" }))
      .filter(({ share }) => share > 0)
      .map(({ share, name: state }) => `${state} in ${percent(share, 0)} %`);
    const alt = `${name}, share of runs by state; at the end ${told.join(", ")}.`;
    return {
      title: telling.variant(sample.variant),
      body: stacked(telling.canvas, stack(shares, looks), sample.rounds, telling.round, alt),
    };
  });
  const table: Table = {
    name: `track-${track.id}`,
    columns: ["variant", "round", "state", "count", "share"],
    rows: courses.flatMap(({ sample, rounds }) =>
      rounds.flatMap((counts, round) =>
        counts.map((count, state) => [sample.variant, round, states[state]?.id ?? "", count, count / sample.runs]),
      ),
    ),
  };
  return { id: `track-${track.id}`, label: name, group: "Tracks", panels, table };
}

/** The ladder: share of runs by the highest rung on which any track stands, round by round. */
export function ladderPanels({ canvas, variant, round }: CourseSetting, samples: readonly Sample[]): readonly Panel[] {
  return samples.map(({ variant: id, runs, rounds: last, ladder }) => {
    const cells = ladder.rounds.flatMap((counts, at) =>
      counts.flatMap((count, index) =>
        count === 0 ? [] : [{ from: at, to: at + 1, rung: ladder.rungs[index] ?? 0, share: count / runs }],
      ),
    );
    const end = ladder.rounds.at(-1) ?? [];
    const told = ladder.rungs
      .map((rung, index) => ({ rung, share: (end[index] ?? 0) / runs }))
      .filter(({ share }) => share >= 0.01)
      .toReversed()
      .map(({ rung, share }) => `rung ${brief(rung)} in ${percent(share, 0)} %`);
    const body = canvas.draw(
      {
        ...frame,
        height: 40 + 15 * ladder.rungs.length,
        x: { domain: [0, last + 1], label: null },
        y: { type: "band", domain: ladder.rungs.toReversed(), padding: 0.08, label: null },
        opacity: { type: "sqrt", domain: [0, 1], range: [0, 1] },
        marks: [
          Plot.barX(cells, { x1: "from", x2: "to", y: "rung", fill: "var(--accent)", fillOpacity: "share" }),
          Plot.axisY({ tickSize: 0, label: null, fill: "var(--faint)", tickFormat: brief }),
          timeAxis(last, round),
        ],
      },
      `Highest rung, at the end: ${told.join(", ")}.`,
    );
    return { title: variant(id), body };
  });
}

/** The ladder as a table. */
export function ladderTable(samples: readonly Sample[]): Table {
  return {
    name: "ladder",
    columns: ["variant", "round", "rung", "count", "share"],
    rows: samples.flatMap(({ variant, runs, ladder }) =>
      ladder.rounds.flatMap((counts, round) =>
        counts.map((count, index) => [variant, round, ladder.rungs[index] ?? 0, count, count / runs]),
      ),
    ),
  };
}
