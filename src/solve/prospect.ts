/**
 * What could still come of a run at each position of its log, and from where on an outcome was certain or impossible.
 *
 * From every position the run goes on under its own treatment: what is scripted there still comes, everybody else
 * follows their policies. Everything that is so is known, secrets included. Where the states that can follow are not
 * too many, all of them are solved at once and what is said is proven; else the kernel goes on from each position in
 * the same luck, and what is said is an estimate.
 */

import type { RunEvent } from "../engine/event.ts";
import type { State } from "../engine/state.ts";
import { transitionsOf } from "../engine/transitions.ts";
import { kernelContinue } from "../ensemble/continuation.ts";
import { type Interval, wilson } from "../ensemble/statistics.ts";
import { running } from "../kernel/program.ts";
import { isForkable } from "../log/fork.ts";
import { at, floatAt, intAt } from "../scenario/at.ts";
import { type Measure, measuresOf } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";
import { compileSteps } from "../space/steps.ts";
import { solveBackward } from "./backwardInduction.ts";
import { buildGraph, type Graph } from "./graph.ts";
import { type ChainRequest, type Solving, tell } from "./markovChain.ts";
import { partition } from "./partition.ts";
import { posedObjective } from "./target.ts";

/** A recorded run and the treatment under which it goes on. */
export interface ProspectRequest extends ChainRequest {
  readonly events: readonly RunEvent[];
}

/** A share of the ways in which a run can go on; its interval is of no width where the share is exact. */
export interface ProspectShare extends Interval {
  readonly probability: number;
}

/** What can follow from one position. */
export interface PositionProspect {
  readonly position: number;
  readonly round: number;
  readonly outcomes: Readonly<Record<string, ProspectShare>>;
  /** Ways in which it ends in any outcome of a group. */
  readonly groups: Readonly<Record<string, ProspectShare>>;
}

/** From this position to the end of the log, an outcome or a group is certain, or impossible. */
export interface Settled {
  readonly outcome: string;
  readonly becomes: "certain" | "impossible";
  readonly position: number;
  readonly round: number;
}

export interface Prospect {
  /** Proven over every distribution of the model, or estimated from runs. */
  readonly how: "proven" | "estimated";
  /** Distinct states that can follow; null where they were not counted. */
  readonly states: number | null;
  /** Runs from each position; null where nothing was drawn. */
  readonly runs: number | null;
  /** No share is off by more than this; null where shares are estimates. */
  readonly precision: number | null;
  readonly standings: readonly PositionProspect[];
  /** By outcome, then by group, in the scenario's order; those that are still open at the end of the log are left out. */
  readonly settled: readonly Settled[];
}

/**
 * Solves what can follow from every position.
 * @throws TooLarge where more states can follow than the limits allow.
 */
export function* solveProspect(request: ProspectRequest): Solving<Prospect> {
  const { model, treatment, events } = request;
  const places = placesOf(events);
  const steps = compileSteps({
    model: { ...model, properties: [] },
    treatment,
    choices: { free: [] },
    measured: true,
  });
  const given = places.map(({ state }) => steps.assembly.layout.values(state));
  const graph = yield* tell(null, buildGraph(steps, request, given));
  const ends = endsOf(graph, model.outcomes.length);
  const shares: (readonly number[])[] = [];
  let precision = 0;
  for (const { kind, id } of measuresOf(model)) {
    const { objective, value } = posedObjective(graph, { kind, id }, "most", false);
    const alone = { side: (): 1 => 1, parts: (): readonly [string, string] => ["", ""] };
    const decided = yield* tell(null, solveBackward(graph, objective, alone, request));
    precision = Math.max(precision, decided.precision);
    shares.push(Array.from(graph.given, (node) => value(floatAt(decided.values, node))));
  }
  const standings = standingsOf(places, model, (members, measure, place) => {
    const can = [...ends(intAt(graph.given, place))];
    const inside = can.filter((end) => members.includes(end));
    const open = inside.length > 0 && inside.length < can.length;
    const share = open ? at(at(shares, measure), place) : inside.length > 0 ? 1 : 0;
    return { probability: share, low: share, high: share };
  });
  return { how: "proven", states: graph.store.count, runs: null, precision, ...closed(standings, model) };
}

/** Estimates what can follow from every position by runs of the kernel, in the same luck from each. */
export function* estimateProspect(
  { model, treatment, events, signal }: ProspectRequest,
  { seed, runs }: { readonly seed: string; readonly runs: number },
): Generator<{ readonly done: number; readonly of: number }, Prospect | null> {
  const places = placesOf(events);
  const proceed = kernelContinue(model, treatment);
  const counts: (readonly number[])[] = [];
  for (const { state } of places) {
    if (signal.aborted) return null;
    const ended = proceed(state, seed, runs);
    counts.push(
      measuresOf(model).map(({ members }) => ended.reduce((sum, one) => sum + Number(members.includes(one)), 0)),
    );
    yield { done: counts.length, of: places.length };
  }
  const standings = standingsOf(places, model, (_, measure, place) => {
    const count = at(at(counts, place), measure);
    return { probability: count / runs, ...wilson(count, runs) };
  });
  return { how: "estimated", states: null, runs, precision: null, ...closed(standings, model) };
}

/** A place of the log from which the run can go on, and the positions that come to it without anybody choosing. */
interface Place {
  readonly positions: readonly { readonly position: number; readonly round: number }[];
  readonly state: State;
}

/** Rules and ends follow from what was chosen before them, so that whatever they bring was settled there. */
function placesOf(events: readonly RunEvent[]): readonly Place[] {
  const places: Place[] = [];
  let pending: { readonly position: number; readonly round: number }[] = [];
  for (const { position, after } of transitionsOf(events)) {
    pending.push({ position, round: after.round });
    const isLast = position === events.length - 1;
    if (!isLast && !isForkable(events, position)) continue;
    places.push({ positions: pending, state: after });
    pending = [];
  }
  return places;
}

function standingsOf(
  places: readonly Place[],
  model: Model,
  share: (members: readonly number[], measure: number, place: number) => ProspectShare,
): readonly PositionProspect[] {
  const measures = measuresOf(model);
  return places.flatMap(({ positions }, place) => {
    const of = (wanted: Measure["kind"]): Readonly<Record<string, ProspectShare>> =>
      Object.fromEntries(
        measures.flatMap(({ kind, id, members }, measure) =>
          kind === wanted ? [[id, share(members, measure, place)]] : [],
        ),
      );
    const shares = { outcomes: of("outcome"), groups: of("group") };
    return positions.map(({ position, round }) => ({ position, round, ...shares }));
  });
}

/** Standings with what they settle. */
function closed(standings: readonly PositionProspect[], model: Model): Pick<Prospect, "standings" | "settled"> {
  const settled = measuresOf(model).flatMap(({ id }): readonly Settled[] => {
    const shareOf = ({ outcomes, groups }: PositionProspect): number | undefined =>
      (outcomes[id] ?? groups[id])?.probability;
    const open = standings.findLastIndex((standing) => isOpen(shareOf(standing)));
    const from = standings[open + 1];
    if (from === undefined) return [];
    const certain = shareOf(from) === 1;
    // What is certain here and impossible there was settled twice: an estimate was wrong, or the run was at fault.
    const first = standings.findLastIndex((standing) => (shareOf(standing) === 1) !== certain);
    const { position, round } = standings[Math.max(open, first) + 1] ?? from;
    return [{ outcome: id, becomes: certain ? "certain" : "impossible", position, round }];
  });
  return { standings, settled };
}

const isOpen = (share: number | undefined): boolean => share !== 0 && share !== 1;

/** How runs can end, outcomes by their index; their number stands for every other end, and for no end at all. */
type Ends = (node: number) => ReadonlySet<number>;

/**
 * Reads how runs can end from each node. A component that is never left holds runs that go on for ever; from any other
 * almost every run comes away.
 */
function endsOf(graph: Graph, outcomes: number): Ends {
  const parts = partition(graph);
  const { choiceStart, edgeStart, target, ending, nodes } = graph;
  const words = Math.ceil((outcomes + 1) / 32);
  const masks = new Int32Array(parts.count * words);
  const mark = (component: number, end: number): void => {
    const bit = end < 0 ? outcomes : end;
    const word = component * words + (bit >>> 5);
    masks[word] = intAt(masks, word) | (1 << (bit & 31));
  };
  for (let component = 0; component < parts.count; component++) {
    let left = false;
    for (let at = intAt(parts.starts, component); at < intAt(parts.starts, component + 1); at++) {
      const node = parts.nodes[at] ?? nodes;
      const end = ending[node] ?? -1;
      if (end !== running) {
        mark(component, end);
        left = true;
        continue;
      }
      const until = intAt(edgeStart, intAt(choiceStart, node + 1));
      for (let edge = intAt(edgeStart, intAt(choiceStart, node)); edge < until; edge++) {
        const to = parts.component[intAt(target, edge)] ?? component;
        if (to === component) continue;
        left = true;
        for (let word = 0; word < words; word++) {
          const into = component * words + word;
          masks[into] = intAt(masks, into) | intAt(masks, to * words + word);
        }
      }
    }
    if (!left) mark(component, -1);
  }
  return (node) => {
    const from = intAt(parts.component, node) * words;
    const has = (bit: number): boolean => ((intAt(masks, from + (bit >>> 5)) >>> (bit & 31)) & 1) === 1;
    return new Set(Array.from({ length: outcomes + 1 }, (_, bit) => bit).filter(has));
  };
}
