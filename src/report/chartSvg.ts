/**
 * Statecharts as SVG: boxes, lines and labels where the layout put them, for a page of the studio or a file of its own.
 *
 * Colours are names of the page's style sheet. Every state and transition can be reached by keyboard and says in words
 * what it is; a line's dashes tell moves, incidents and rules apart, so that colour never carries meaning alone.
 */
import {
  type Chart,
  type ChartState,
  type ChartTransition,
  type ChartWay,
  chartFont,
  type Point,
  type TrackChart,
} from "../export/chart.ts";
import { emWidth } from "../export/textMeasure.ts";
import { escapeText } from "./escape.ts";

/** Words of a drawing, so that it can speak another language. */
export interface ChartWords {
  /** Of a whole chart: the statechart of a track. */
  readonly chart: (track: string) => string;
  readonly rung: (rung: number) => string;
  readonly initial: string;
  readonly transition: (from: string, to: string) => string;
  readonly when: (condition: string) => string;
}

/** The words of an English drawing. */
export const englishChart: ChartWords = {
  chart: (track) => `Statechart: ${track}`,
  rung: (rung) => `rung ${rung}`,
  initial: "a run may begin here",
  transition: (from, to) => `from ${from} to ${to}`,
  when: (condition) => `when ${condition}`,
};

/** How the parts of a drawing are reached: each by itself, or one at a time by a script that moves the focus. */
export type FocusMode = "each" | "roving";

/** One track's statechart as an SVG element. */
export function trackSvg(track: TrackChart, words: ChartWords, reach: FocusMode): string {
  const { width, height } = track;
  return (
    `<svg class="statechart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="${reach === "each" ? "graphics-document" : "group"}" aria-label="${escapeText(words.chart(track.name))}">` +
    `${trackParts(track, words, reach)}</svg>`
  );
}

function trackParts(track: TrackChart, words: ChartWords, reach: FocusMode): string {
  const names = new Map(track.states.map(({ id, name }) => [id, name]));
  return [
    startParts(track),
    ...track.transitions.map((transition, index) => transitionPart(transition, index, names, words, reach)),
    ...track.states.map((state, index) => statePart(state, index === 0, words, reach)),
  ].join("");
}

/** The attributes by which a part is reached and told. */
function spoken(label: string, reach: FocusMode, first: boolean): string {
  const role = reach === "each" ? "graphics-symbol" : "button";
  const stop = reach === "each" || first ? 0 : -1;
  return `role="${role}" tabindex="${stop}" aria-label="${escapeText(label)}"`;
}

function startParts({ start }: TrackChart): string {
  const lines = start.lines.map((points) => `<path class="line" d="${path(points)}"/>${arrow(points)}`);
  return `<g class="start" aria-hidden="true"><circle cx="${start.dot.x}" cy="${start.dot.y}" r="5"/>${lines.join("")}</g>`;
}

function statePart(state: ChartState, first: boolean, words: ChartWords, reach: FocusMode): string {
  const { id, name, lines, rung, initial, x, y, width, height } = state;
  const label = [name, rung === null ? [] : words.rung(rung), initial ? words.initial : []].flat().join(", ");
  const badge = rung === null ? 0 : 24;
  const middle = x + (width - badge) / 2;
  const top = y + height / 2 - ((lines.length - 1) * 17) / 2;
  const text = lines.map((line, index) => span(line, middle, top + index * 17)).join("");
  return (
    `<g class="state" data-state="${escapeText(id)}" ${spoken(label, reach, first)}>` +
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
    `<text font-size="${chartFont.state}" text-anchor="middle">${text}</text>` +
    (rung === null
      ? ""
      : `<text class="rung" font-size="${chartFont.label}" text-anchor="middle">${span(String(rung), x + width - 15, y + height / 2)}</text>`) +
    "</g>"
  );
}

function transitionPart(
  transition: ChartTransition,
  index: number,
  names: ReadonlyMap<string, string>,
  words: ChartWords,
  reach: FocusMode,
): string {
  const { from, to, ways, points, label } = transition;
  const { x, y, lines } = label;
  const title = words.transition(names.get(from) ?? from, names.get(to) ?? to);
  const told = `${title}: ${ways.map((way) => wayWords(way, words)).join("; ")}`;
  const kinds = new Set(ways.map(({ kind }) => kind));
  const kind = kinds.has("move") ? "move" : kinds.has("incident") ? "incident" : "rule";
  const text = lines.map((line, row) => span(line, x + 4, y + 9 + row * 14)).join("");
  return (
    `<g class="transition ${kind}" data-transition="${index}" ${spoken(told, reach, false)}>` +
    `<title>${escapeText(told)}</title>` +
    `<path class="reach" d="${path(points)}"/><path class="line" d="${path(points)}"/>${arrow(points)}` +
    `<rect class="plate" x="${x}" y="${y}" width="${label.width}" height="${label.height}" rx="3"/>` +
    `<text font-size="${chartFont.label}">${text}</text></g>`
  );
}

function wayWords({ name, branchName, actorName, when }: ChartWay, words: ChartWords): string {
  const who = actorName === null ? "" : `${actorName}: `;
  const how = branchName === null ? "" : ` (${branchName})`;
  return `${who}${name}${how}${when === null ? "" : `, ${words.when(when)}`}`;
}

function span(text: string, x: number, y: number): string {
  return `<tspan x="${short(x)}" y="${short(y)}" dy="0.35em">${escapeText(text)}</tspan>`;
}

const short = (value: number): number => Math.round(value * 10) / 10;

const cornerRadius = 6;

/** A line through corners, each of them rounded. */
function path(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${point.x} ${point.y}`;
      if (after === undefined) return `L${point.x} ${point.y}`;
      const radius = Math.min(cornerRadius, distance(before, point) / 2, distance(point, after) / 2);
      const [enter, leave] = [towards(point, before, radius), towards(point, after, radius)];
      return `L${enter.x} ${enter.y}Q${point.x} ${point.y} ${leave.x} ${leave.y}`;
    })
    .join("");
}

/** Lines run along the axes, so lengths need no roots. */
const distance = (one: Point, other: Point): number => Math.abs(one.x - other.x) + Math.abs(one.y - other.y);

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  const share = whole === 0 ? 0 : length / whole;
  return { x: short(from.x + (to.x - from.x) * share), y: short(from.y + (to.y - from.y) * share) };
}

/** The head of an arrow at the end of a line. */
function arrow(points: readonly Point[]): string {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (end === undefined || before === undefined) return "";
  const { x, y } = end;
  const [dx, dy] = [Math.sign(x - before.x), Math.sign(y - before.y)];
  const corners = [
    `${x},${y}`,
    `${x - 7 * dx - 3.5 * dy},${y - 7 * dy - 3.5 * dx}`,
    `${x - 7 * dx + 3.5 * dy},${y - 7 * dy + 3.5 * dx}`,
  ];
  return `<polygon class="head" points="${corners.join(" ")}"/>`;
}

/** The look of a drawing wherever it stands; a page's own colours go before these. */
export const chartStyle = `
.statechart { font-family: system-ui, sans-serif; overflow: visible; }
.statechart text { fill: var(--text); }
.statechart .state rect { fill: var(--panel); stroke: var(--faint); stroke-width: 1; }
.statechart .rung { fill: var(--faint); font-variant-numeric: tabular-nums; }
.statechart .line { fill: none; stroke: var(--faint); stroke-width: 1.2; }
.statechart .reach { fill: none; stroke: transparent; stroke-width: 14; }
.statechart .head { fill: var(--faint); }
.statechart .plate { fill: var(--ground); }
.statechart .start circle { fill: var(--faint); }
.statechart .transition text { fill: var(--faint); }
.statechart .incident .line { stroke-dasharray: 6 3; }
.statechart .rule .line { stroke-dasharray: 1.5 3; }
.statechart .rule text { font-style: italic; }
.statechart [tabindex] { cursor: pointer; }
.statechart [tabindex]:focus { outline: none; }
.statechart .state:focus-visible rect { stroke: var(--accent); stroke-width: 3; }
.statechart .transition:focus-visible .line, .statechart .transition:hover .line { stroke: var(--accent); stroke-width: 2.2; }
.statechart .transition:focus-visible text { text-decoration: underline; }
.statechart .transition:focus-visible .head, .statechart .transition:hover .head { fill: var(--accent); }
.statechart .state.current rect { fill: var(--accent); stroke: var(--accent); stroke-width: 2; }
.statechart .state.current text { fill: var(--ground); font-weight: 600; }
.statechart .transition.taken .line { stroke: var(--accent); stroke-width: 2.6; }
.statechart .transition.taken .head { fill: var(--accent); }
.statechart .transition.taken text { fill: var(--text); font-weight: 600; }
@media print { .statechart .state.current rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;

const light = "--ground: #fdfcf9; --text: #1d2126; --faint: #5b6470; --panel: #f3f1ea; --accent: #0b5c8a;";
const dark = "--ground: #16191d; --text: #e7e5df; --faint: #a3abb5; --panel: #1f2429; --accent: #7cc0e8;";

const gap = 28;
const heading = 30;
const headingSize = 15;
const widthMost = 1600;

/** All tracks of a chart as one SVG file. */
export function chartSvg(chart: Chart): string {
  const { places, width, height } = arrange(chart.tracks);
  const parts = places.map(({ track, x, y }) => {
    const name = `<text class="track" x="8" y="18" font-size="${headingSize}">${escapeText(track.name)}</text>`;
    const inner = `<g transform="translate(0 ${heading})">${trackParts(track, englishChart, "each")}</g>`;
    return `<g transform="translate(${x} ${y})" role="graphics-object" aria-label="${escapeText(englishChart.chart(track.name))}">${name}${inner}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" class="statechart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="graphics-document" aria-labelledby="title">
<title id="title">${escapeText(chart.title)}</title>
<style>svg { color-scheme: light dark; ${light} background: var(--ground); }
@media screen and (prefers-color-scheme: dark) { svg { ${dark} } }
.track { font-weight: 600; }${chartStyle}</style>
${parts.join("\n")}
</svg>
`;
}

interface Placed {
  readonly track: TrackChart;
  readonly x: number;
  readonly y: number;
}

/** Tracks side by side, in rows no wider than a screen unless one of them is. */
function arrange(tracks: readonly TrackChart[]): { places: readonly Placed[]; width: number; height: number } {
  const places: Placed[] = [];
  let [x, y, row, width] = [gap, gap, 0, 0];
  for (const track of tracks) {
    const room = Math.max(track.width, Math.ceil(emWidth(track.name) * headingSize) + 16);
    if (x > gap && x + room > widthMost) [x, y, row] = [gap, y + row + gap, 0];
    places.push({ track, x, y });
    x += room + gap;
    row = Math.max(row, track.height + heading);
    width = Math.max(width, x);
  }
  return { places, width: Math.ceil(Math.max(width, 2 * gap)), height: Math.ceil(y + row + gap) };
}
