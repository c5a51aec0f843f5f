/**
 * The statecharts of a scenario, laid out: every track's states and transitions as plain data with coordinates.
 *
 * Layout happens here, once; whoever draws needs nothing but the data. Same scenario, same bytes. States stand in
 * layers, no two boxes and no two labels overlap, and what leads from one state to another shares one transition.
 */
import type { ELK, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
import type { Model, Track } from "../scenario/model.ts";
import { printExpression } from "../scenario/print.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf, type Texts } from "../scenario/texts.ts";
import { emWidth, wrapText } from "./textMeasure.ts";
import { type TrackEdge, trackEdges, type Way } from "./trackGraph.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A state of a track in its place. */
export interface ChartState extends Box {
  readonly id: string;
  readonly name: string;
  /** The name as it stands in the box. */
  readonly lines: readonly string[];
  readonly rung: number | null;
  /** A run may begin here. */
  readonly initial: boolean;
}

/** One thing that may bring a transition about, in words. */
export interface ChartWay {
  readonly kind: Way["kind"];
  readonly id: string;
  readonly branch: string | null;
  readonly name: string;
  /** How it turns out, where it has branches. */
  readonly branchName: string | null;
  /** Id and name of who makes the move. */
  readonly actor: string | null;
  readonly actorName: string | null;
  /** Its condition in the words of the language; null: always. */
  readonly when: string | null;
}

/** A line from one state to another, with its label in its place. */
export interface ChartTransition {
  readonly from: string;
  readonly to: string;
  readonly ways: readonly ChartWay[];
  /** Corners of the line, from state to state. */
  readonly points: readonly Point[];
  readonly label: Box & { readonly lines: readonly string[] };
}

export interface TrackChart {
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
  /** Where runs begin: a dot, and a line to each possible first state. */
  readonly start: { readonly dot: Point; readonly lines: readonly (readonly Point[])[] };
}

/** The charts of all tracks, in the document's order. */
export interface Chart {
  readonly title: string;
  readonly tracks: readonly TrackChart[];
}

/** Sizes of letters in the picture. */
export const chartFont = { state: 13, label: 11 } as const;

const lineHeight = { state: 17, label: 14 } as const;
const padding = { state: { x: 12, y: 8 }, label: { x: 4, y: 2 } } as const;
const rungWidth = 26;

/** Lays out the statecharts of a scenario. */
export async function layoutChart({ model, texts }: Scenario): Promise<Chart> {
  const elk = await layoutEngine();
  const tracks: TrackChart[] = [];
  for (const track of model.tracks) tracks.push(await layoutTrack(elk, model, texts, track));
  return { title: texts.title, tracks };
}

let engine: Promise<ELK> | null = null;

/** The layout engine is large and loaded once, when something is drawn. */
function layoutEngine(): Promise<ELK> {
  engine ??= import("elkjs/lib/elk.bundled.js").then(({ default: { default: Elk } }) => new Elk());
  return engine;
}

/** Graphs that were laid out lately: while a document is edited, all tracks but one stay as they were. */
const layouts = new Map<string, Promise<ElkNode>>();
const layoutsMost = 400;

function placedGraph(elk: ELK, graph: ElkNode): Promise<ElkNode> {
  const key = JSON.stringify(graph);
  const placed = layouts.get(key) ?? elk.layout(graph);
  layouts.delete(key);
  layouts.set(key, placed);
  for (const oldest of layouts.keys()) {
    if (layouts.size <= layoutsMost) break;
    layouts.delete(oldest);
  }
  return placed;
}

const startNode = "start";

async function layoutTrack(elk: ELK, model: Model, texts: Texts, track: Track): Promise<TrackChart> {
  const firsts = new Set(track.initial.map(({ value }) => String(value)));
  const states = track.states.map(({ id, rung }) => {
    const name = nameOf(texts, "tracks", track.id, "states", id);
    return { id, name, rung, initial: firsts.has(id), lines: wrapText(name, 13, 3) };
  });
  const ways = trackEdges(model, track);
  const isCrowded = ways.length > waysBesides + states.length;
  const transitions = isCrowded ? [] : ways.map((edge) => wordEdge(texts, edge));
  const name = nameOf(texts, "tracks", track.id);
  const graph: ElkNode = {
    id: "track",
    layoutOptions: options,
    children: [
      { id: startNode, width: 12, height: 12 },
      ...states.map(({ id, lines, rung }) => ({
        id: stateNode(id),
        ...boxOf(lines, "state", rung === null ? 0 : rungWidth),
      })),
    ],
    edges: [
      ...[...firsts].map((id, index) => ({ id: `start ${index}`, sources: [startNode], targets: [stateNode(id)] })),
      ...transitions.map(({ from, to, lines }, index) => ({
        id: `way ${index}`,
        sources: [stateNode(from)],
        targets: [stateNode(to)],
        labels: [{ text: lines.join(" "), ...boxOf(lines, "label") }],
      })),
    ],
  };
  const placed = await placedGraph(elk, graph);
  const nodes = new Map((placed.children ?? []).map((node) => [node.id, boxAt(node)]));
  const edges = new Map((placed.edges ?? []).map((edge) => [edge.id, edge]));
  const box = (id: string): Box => found(nodes.get(id), id);
  const start = box(startNode);
  return {
    id: track.id,
    name: isCrowded ? `${name} (${ways.length} ways, too many to draw)` : name,
    width: rounded(placed.width),
    height: rounded(placed.height),
    states: states.map((state) => ({ ...state, ...box(stateNode(state.id)) })),
    transitions: transitions.map(({ lines, ...transition }, index) => {
      const edge = found(edges.get(`way ${index}`), transition.to);
      return { ...transition, points: pointsOf(edge), label: { ...boxAt(edge.labels?.[0] ?? {}), lines } };
    }),
    start: {
      dot: { x: rounded(start.x + start.width / 2), y: rounded(start.y + start.height / 2) },
      lines: [...firsts.keys()].map((id, index) => pointsOf(found(edges.get(`start ${index}`), id))),
    },
  };
}

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.randomSeed": "1",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
  "elk.spacing.nodeNode": "18",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.edgeLabel": "3",
  "elk.layered.spacing.nodeNodeBetweenLayers": "20",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
};

/** A track with so many more ways than states is drawn without them: no eye would follow them, and laying them out takes minutes. */
const waysBesides = 100;

/** Ids of the layout's nodes are kept apart from each other whatever a state is called. */
const stateNode = (id: string): string => `state ${id}`;

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the layout lost ${what}`);
  return value;
}

/** The room that lines of text take. */
function boxOf(lines: readonly string[], kind: "state" | "label", extra = 0): { width: number; height: number } {
  const widest = Math.max(...lines.map(emWidth)) * chartFont[kind];
  return {
    width: Math.ceil(widest + 2 * padding[kind].x + extra),
    height: lines.length * lineHeight[kind] + 2 * padding[kind].y,
  };
}

interface WordedEdge extends Omit<TrackEdge, "ways"> {
  readonly ways: readonly ChartWay[];
  readonly lines: readonly string[];
}

/** Names that a label shows before it counts the rest. */
const namesShown = 2;

function wordEdge(texts: Texts, { from, to, ways }: TrackEdge): WordedEdge {
  const worded = ways.map((way) => wordWay(texts, way));
  // Names that part only where they are cut off would read as one thing said twice.
  const names = new Map(worded.map(({ name }) => [wrapText(name, 15, 2).join("\n"), name]));
  const total = new Set(worded.map(({ name }) => name)).size;
  const shown = [...names.keys()].slice(0, names.size <= namesShown ? namesShown : namesShown - 1);
  const rest = total - shown.length;
  return {
    from,
    to,
    ways: worded,
    lines: [...shown.flatMap((lines) => lines.split("\n")), ...(rest === 0 ? [] : [`+ ${rest}`])],
  };
}

/** A way in words. */
export function wordWay(texts: Texts, { kind, id, branch, actor, when }: Way): ChartWay {
  const section = kind === "move" ? "moves" : kind === "incident" ? "incidents" : "rules";
  return {
    kind,
    id,
    branch,
    name: nameOf(texts, section, id),
    branchName: branch === null ? null : nameOf(texts, section, id, "branches", branch),
    actor,
    actorName: actor === null ? null : nameOf(texts, "actors", actor),
    when: when === null ? null : printExpression(when),
  };
}

function boxAt({
  x = 0,
  y = 0,
  width = 0,
  height = 0,
}: {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}): Box {
  return { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
}

function pointsOf({ sections = [] }: ElkExtendedEdge): readonly Point[] {
  return sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: rounded(x), y: rounded(y) })),
  );
}

/** One decimal is finer than a screen. */
function rounded(value = 0): number {
  return Math.round(value * 10) / 10;
}
