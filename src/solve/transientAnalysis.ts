/**
 * Transient analysis of a Markov chain: the probability of every state carried forward in one pass, never sampled.
 *
 * Where the clock only moves forward, a pass goes day by day: through a table without the clock where nothing reads it,
 * else along the states as they are found, each expanded once and forgotten. All terms have one sign, so a result errs
 * by no more than the roundings along a run, which `precision` bounds.
 */

import { openPhases } from "../kernel/monitorPhase.ts";
import { deadlock, running } from "../kernel/program.ts";
import { at, byteAt, floatAt, intAt } from "../scenario/at.ts";
import type { SearchLimits, SearchProgress } from "../space/exploration.ts";
import { groupMembers } from "../space/grouping.ts";
import { StateStore } from "../space/stateStore.ts";
import { grown, type Steps } from "../space/steps.ts";
import {
  countsForEver,
  endOfPhase,
  faulted,
  type Graph,
  nodeOfEnd,
  rewardOf,
  type SearchControl,
  Stopped,
  stateCount,
  TooLarge,
} from "./graph.ts";
import { errorAfter, type RunDistribution, RunTotals } from "./runDistribution.ts";

/** Carries all runs forward along the states as they are found; states know their round. */
export function* propagateByClock(
  steps: Steps,
  { limits, signal }: SearchControl,
): Generator<SearchProgress, RunDistribution> {
  const timeline = new Timeline(steps, limits);
  while (timeline.begin()) {
    yield { states: timeline.store.count, expanded: 0, depth: 0, bytes: timeline.bytes };
    if (signal.aborted) throw new Stopped("interrupted");
  }
  let expanded = 0;
  for (let key = 0; key < timeline.waiting.length; key++) {
    const nodes = timeline.waiting[key] ?? [];
    for (const node of nodes) {
      timeline.expand(node);
      if (expanded++ % 20_000 !== 0) continue;
      yield { states: timeline.store.count, expanded, depth: key, bytes: timeline.bytes };
      if (signal.aborted) throw new Stopped("interrupted");
      if (timeline.bytes > limits.bytesMax) timeline.store.limit ??= "memory";
      if (timeline.store.limit !== null)
        throw new TooLarge(timeline.store.limit, timeline.store.count, countsForEver(steps));
    }
    timeline.waiting[key] = null;
  }
  if (timeline.store.limit !== null)
    throw new TooLarge(timeline.store.limit, timeline.store.count, countsForEver(steps), timeline.tooMany);
  return timeline.finish();
}

/** States in the order of time, with the share of runs that come to each. */
class Timeline {
  readonly store: StateStore;
  /** By moment: the states found so far that stand in it. */
  readonly waiting: (number[] | null)[] = [];
  private readonly steps: Steps;
  private readonly sum: RunTotals;
  private mass = new Float64Array(1024);
  private arrivals = new Int32Array(1024);
  private moments = new Int32Array(1024);
  private readonly endings = new Map<number, number>();
  private readonly cursors: number;
  private depth = 0;
  /** Number of ways in which runs can begin, as far as they were looked at. */
  private begun = 0;
  /** The same where it is more than there may be states. */
  tooMany: number | null = null;
  private readonly statesMax: number;

  constructor(steps: Steps, limits: SearchLimits) {
    this.steps = steps;
    this.statesMax = limits.statesMax;
    this.sum = new RunTotals(steps);
    this.store = new StateStore(steps.packing, true, limits);
    this.cursors = steps.assembly.layout.cursors.length;
  }

  /** Takes in some of the ways in which runs begin; whether there may be more. */
  begin(): boolean {
    const count = this.steps.begin(this.begun === 0 ? "first" : "next");
    this.absorb(count, 1, -1, 0);
    this.begun += count;
    // Beginnings that a property decides at once are no states, and there can be very many.
    if (count > 0 && this.begun > this.statesMax && this.store.limit === null) {
      this.tooMany = this.begun;
      this.store.limit = "states";
    }
    return count > 0 && this.store.limit === null;
  }

  get bytes(): number {
    return this.store.bytes + this.mass.byteLength + 2 * this.moments.byteLength;
  }

  expand(node: number): void {
    const { steps, store } = this;
    const round = Math.floor(intAt(this.moments, node) / this.cursors);
    const count = steps.expand(store.words, node * store.width);
    this.absorb(count, floatAt(this.mass, node), node, round + 1);
  }

  /** Takes in the successors of a state to which this share of runs comes, after so many rounds have opened. */
  private absorb(count: number, share: number, from: number, opened: number): void {
    const { out } = this.steps;
    const { store, sum } = this;
    const decides = (this.steps.request.watches ?? []).some(({ as }) => as === "state");
    for (let n = 0; n < count; n++) {
      const part = share * floatAt(out.odds, n);
      const rounds = floatAt(out.opened, n);
      sum.sums[0] = floatAt(sum.sums, 0) + part * rounds;
      for (let k = 0; k < out.tallyCount; k++) {
        sum.sums[k + 1] = floatAt(sum.sums, k + 1) + part * floatAt(out.tallies, n * out.tallyCount + k);
      }
      if (intAt(out.words, n * store.width) < 0) {
        sum.end(faulted, part);
        sum.last(opened + rounds, part);
        continue;
      }
      const phase = decides ? byteAt(out.phase, n) : 0;
      if (phase >= openPhases) {
        sum.end(endOfPhase(phase), part);
        continue;
      }
      const before = store.count;
      const to = store.admit(out.words, n * store.width, from);
      if (to < 0) return;
      if (store.count > before) this.enter(to, n, opened + rounds - 1);
      if (out.ending[n] !== running) sum.last(opened + rounds, part);
      this.mass[to] = floatAt(this.mass, to) + part;
      this.arrivals[to] = intAt(this.arrivals, to) + 1;
    }
  }

  private enter(node: number, n: number, round: number): void {
    const { out } = this.steps;
    if (node >= this.mass.length) {
      const length = Math.ceil(this.mass.length * 1.5);
      this.mass = grown(this.mass, new Float64Array(length));
      this.arrivals = grown(this.arrivals, new Int32Array(length));
      this.moments = grown(this.moments, new Int32Array(length));
    }
    const ending = out.ending[n] ?? running;
    if (ending !== running) {
      this.endings.set(node, ending);
      return;
    }
    const moment = Math.max(0, round) * this.cursors + intAt(out.cursor, n);
    this.moments[node] = moment;
    this.depth = Math.max(this.depth, moment);
    const waiting = this.waiting[moment];
    if (waiting === undefined || waiting === null) this.waiting[moment] = [node];
    else waiting.push(node);
  }

  finish(): RunDistribution {
    const { sum, store } = this;
    let most = 0;
    for (let node = 0; node < store.count; node++) most = Math.max(most, intAt(this.arrivals, node));
    for (const [node, ending] of this.endings) {
      sum.end(ending, floatAt(this.mass, node));
      if (sum.judges) sum.judge(store, node, ending, floatAt(this.mass, node));
    }
    return sum.distribution("forward, day by day", store.count, 0, errorAfter(this.depth + 2, most));
  }
}

/**
 * Carries all runs forward over a table in which states do not know their round, as many days as the horizon allows.
 * States of the table stand at the tick, too: what happens at the last one is expanded on its own.
 */
export function* propagateByTable(graph: Graph, rounds: number): Generator<SearchProgress, RunDistribution> {
  const table = new DayTable(graph, rounds);
  for (let round = 0; round < rounds && table.alive; round++) {
    table.day(round);
    yield { states: table.states, expanded: table.states, depth: round, bytes: 0 };
  }
  return table.finish();
}

class DayTable {
  states = 0;
  alive = true;
  private readonly graph: Graph;
  private readonly rounds: number;
  private readonly sum: RunTotals;
  /** Nodes by their place in a day. */
  private readonly order: Int32Array;
  private today: Float64Array;
  private tomorrow: Float64Array;
  /** By node: the last round, plus one, in which a run could be there. */
  private readonly seen: Int32Array;
  private readonly finals: Float64Array;
  private readonly tick: number;
  private readonly lastTargets = new Map<number, number>();
  /** What the last tick counts, as the run ends with it: by node and tally. */
  private readonly lastTallies = new Map<number, Float64Array>();
  private readonly lastEndings: ReadonlyMap<number, number>;

  constructor(graph: Graph, rounds: number) {
    this.graph = graph;
    this.rounds = rounds;
    const { steps, nodes, beginning } = graph;
    this.sum = new RunTotals(steps);
    this.tick = steps.assembly.layout.cursors.length - 1;
    this.order = orderByCursor(graph, this.tick + 1);
    this.lastEndings = this.expandLast();
    const room = nodes + this.lastEndings.size;
    this.today = new Float64Array(room);
    this.tomorrow = new Float64Array(room);
    this.seen = new Int32Array(room);
    this.finals = new Float64Array(room);
    this.sum.sums.set(beginning.rewards);
    beginning.targets.forEach((target, index) => {
      const share = floatAt(beginning.odds, index);
      this.arrive(target, share, 0, this.today);
      if (graph.ending[target] !== running) this.sum.last(floatAt(beginning.opened, index), share);
    });
  }

  /** Expands every tick as the last one; new final states are numbered from the number of nodes on. */
  private expandLast(): ReadonlyMap<number, number> {
    const { graph, rounds, tick, lastTargets } = this;
    const { steps, store, nodes, cursor, ending } = graph;
    const { out } = steps;
    const usual = out.clock;
    const endings = new Map<number, number>();
    const numbers = new Map<number, number>();
    out.clock = rounds - 1;
    const width = store.width;
    for (let node = 0; node < nodes; node++) {
      if (cursor[node] !== tick || ending[node] !== running) continue;
      const count = steps.expand(store.words, node * width);
      if (count !== 1) throw new Error("a tick is certain");
      const counted = out.tallies.slice(0, out.tallyCount);
      if (counted.some((added) => added !== 0)) this.lastTallies.set(node, counted);
      const word = intAt(out.words, 0);
      const phase = byteAt(out.phase, 0);
      if (word < 0) lastTargets.set(node, nodeOfEnd(graph, faulted));
      else if (this.decides) lastTargets.set(node, nodeOfEnd(graph, endOfPhase(phase)));
      else {
        const state = store.admit(out.words, 0, node);
        if (state < 0) throw new TooLarge(store.limit ?? "memory", store.count, false);
        const number = numbers.get(state) ?? (state < stateCount(graph) ? state : nodes + endings.size);
        numbers.set(state, number);
        if (number >= nodes) endings.set(number, out.ending[0] ?? deadlock);
        lastTargets.set(node, number);
      }
    }
    out.clock = usual;
    return endings;
  }

  private get decides(): boolean {
    return (this.graph.steps.request.watches ?? []).some(({ as }) => as === "state");
  }

  /** Ending of a node, those of the last tick included. */
  private endingOf(node: number): number {
    return this.graph.ending[node] ?? this.lastEndings.get(node) ?? deadlock;
  }

  private arrive(target: number, share: number, round: number, into: Float64Array): void {
    if (this.graph.ending[target] === running) {
      into[target] = floatAt(into, target) + share;
      if (this.seen[target] !== round + 1) {
        this.seen[target] = round + 1;
        if (this.graph.cursor[target] !== this.tick) this.states++;
      }
      return;
    }
    this.finals[target] = floatAt(this.finals, target) + share;
    if (this.seen[target] === round + 1) return;
    this.seen[target] = round + 1;
    if (this.endingOf(target) > faulted) this.states++;
  }

  /** Carries the shares of one round on to its end and over its tick. */
  day(round: number): void {
    const { graph, order, today, tomorrow, sum, tick, seen } = this;
    const { choiceStart, edgeStart, target, odds, rewards, ending, cursor } = graph;
    const isLast = round === this.rounds - 1;
    const sums = sum.sums;
    this.alive = false;
    let ended = 0;
    let over = 0;
    for (let index = 0; index < order.length; index++) {
      const node = intAt(order, index);
      const share = floatAt(today, node);
      if (seen[node] !== round + 1 && share === 0) continue;
      today[node] = 0;
      const ticks = cursor[node] === tick;
      if (ticks && isLast) {
        this.lastTallies.get(node)?.forEach((added, tally) => {
          sums[tally + 1] = floatAt(sums, tally + 1) + share * added;
        });
        this.arrive(this.lastTargets.get(node) ?? nodeOfEnd(graph, faulted), share, round + 1, tomorrow);
        ended += share;
        continue;
      }
      const choice = intAt(choiceStart, node);
      for (let k = 0; k < sums.length; k++) sums[k] = floatAt(sums, k) + share * rewardOf(rewards, k, choice);
      const into = ticks ? tomorrow : today;
      const opens = ticks ? rewardOf(rewards, 0, choice) : 0;
      const stamp = ticks ? round + 2 : round + 1;
      const until = intAt(edgeStart, choice + 1);
      for (let edge = intAt(edgeStart, choice); edge < until; edge++) {
        const to = intAt(target, edge);
        const part = share * floatAt(odds, edge);
        if (ending[to] === running) {
          into[to] = floatAt(into, to) + part;
          if (seen[to] !== stamp) {
            seen[to] = stamp;
            if (cursor[to] !== tick) this.states++;
          }
        } else {
          this.arrive(to, part, stamp - 1, into);
          if (opens > 0) over += part;
          else ended += part;
        }
      }
      if (ticks) this.alive = true;
    }
    // A run that ends inside a round has opened it; one that ends with the tick has not opened the next.
    if (ended > 0) sum.last(round + 1, ended);
    if (over > 0) sum.last(round + 2, over);
    this.today = tomorrow;
    this.tomorrow = today;
  }

  finish(): RunDistribution {
    const { graph, sum, finals } = this;
    let most = 0;
    const arrivals = new Int32Array(graph.nodes);
    for (const to of graph.target) arrivals[to] = intAt(arrivals, to) + 1;
    for (const count of arrivals) most = Math.max(most, count);
    for (let node = 0; node < finals.length; node++) {
      const share = floatAt(finals, node);
      if (share === 0 && this.seen[node] === 0) continue;
      const ending = this.endingOf(node);
      if (ending === running) continue;
      sum.end(ending, share);
      // What is first found at the last tick has its node behind the ends, but its state behind the states.
      const state = node < graph.nodes ? node : node - graph.nodes + stateCount(graph);
      if (sum.judges && ending > faulted) sum.judge(graph.store, state, ending, share);
    }
    const depth = this.rounds * (this.tick + 1) + 2;
    return sum.distribution("forward, day by day over one table", this.states, 0, errorAfter(depth, most));
  }
}

/** Running nodes by the point of the protocol at which they stand. */
function orderByCursor({ nodes, cursor, ending }: Graph, cursors: number): Int32Array {
  const groupOf = Int32Array.from({ length: nodes }, (_, node) => (ending[node] === running ? at(cursor, node) : -1));
  return groupMembers(groupOf, nodes, cursors).members;
}
