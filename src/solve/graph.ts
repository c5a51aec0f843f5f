/**
 * A state space as a table in typed arrays: what the solver computes on.
 *
 * Nodes are states in the order in which a breadth-first search finds them, and behind them three ends that no state
 * stands for: the model's fault, and a property held or failed for good. Node `s` owns the choices `choiceStart[s]` up
 * to before `choiceStart[s + 1]`, choice `c` the edges `edgeStart[c]` up to before `edgeStart[c + 1]`. The targets of
 * a choice are distinct and their odds sum to 1. What a choice adds to rounds and tallies is its mean over its edges.
 */

import { heldPhase, openPhases } from "../kernel/monitorPhase.ts";
import { running } from "../kernel/program.ts";
import { at, byteAt, floatAt, intAt } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import { Column, wholeColumn } from "../space/column.ts";
import type { SearchLimits, SearchProgress } from "../space/exploration.ts";
import { type Limit, StateStore } from "../space/stateStore.ts";
import type { Steps } from "../space/steps.ts";

/** Ends besides those of the kernel. */
export const faulted = -4;
export const held = -5;
export const failed = -6;

/** The ends that no state stands for, in the order of their nodes. */
const ends = [faulted, held, failed] as const;
type StatelessEnd = (typeof ends)[number];

/** The end in which a property is decided that came to a final phase. */
export const endOfPhase = (phase: number): StatelessEnd => (phase === heldPhase ? held : failed);

/** Number of nodes that are states; the ends stand behind them. */
export const stateCount = ({ nodes }: Pick<Graph, "nodes">): number => nodes - ends.length;

/** The node of an end. */
export const nodeOfEnd = (graph: Pick<Graph, "nodes">, end: StatelessEnd): number =>
  stateCount(graph) + ends.indexOf(end);

/** What a choice adds to rounds (kind 0) or to a tally (from 1 on). */
export function rewardOf(rewards: Graph["rewards"], kind: number, choice: number): number {
  const column = rewards[kind];
  if (column === undefined) throw new Error(`there are no rewards of kind ${kind}`);
  return floatAt(column, choice);
}

const realColumn = (): Column<Float64Array> => new Column((length) => new Float64Array(length));

/** How runs begin. */
export interface InitialDistribution {
  readonly targets: Int32Array;
  readonly odds: Float64Array;
  /** By target: rounds that open on the way there, on average. */
  readonly opened: Float64Array;
  /** What is added before anybody chooses: rounds, then tallies. */
  readonly rewards: Float64Array;
}

export interface Graph {
  readonly steps: Steps;
  readonly store: StateStore;
  /** Number of nodes, ends included. */
  readonly nodes: number;
  readonly beginning: InitialDistribution;
  /** By node: an outcome's index, `running`, or another end. */
  readonly ending: Int16Array;
  /** By node: the point of the protocol. */
  readonly cursor: Int16Array;
  readonly choiceStart: Int32Array;
  /** By choice: the number of the options taken by those whose choices are open. */
  readonly action: Int32Array;
  readonly edgeStart: Int32Array;
  readonly target: Int32Array;
  readonly odds: Float64Array;
  /** By kind (rounds, then tallies) and choice. */
  readonly rewards: readonly Float64Array[];
  /** Nodes of the states that the search was begun from, in their order; none where it began as runs do. */
  readonly given: Int32Array;
}

/** A search that can be watched and ended. */
export interface SearchControl {
  readonly limits: SearchLimits;
  readonly signal: { readonly aborted: boolean };
}

/** The state space is larger than was allowed for. */
export class TooLarge extends Mistake {
  readonly limit: Limit;

  /** @param begun ways to begin that were looked at, where they and no states are what is too many */
  constructor(limit: Limit, states: number, endless: boolean, begun: number | null = null) {
    const why = limit === "states" ? "the limit of states" : "the limit of memory";
    const where = begun === null ? `${states} states` : `${begun} ways to begin`;
    super(
      `too large to solve exactly: ${why} was reached at ${where}`,
      endless
        ? "states count rounds without an end here: --rounds N ends runs"
        : "compare estimates the same shares from runs; --max-states and --memory allow more",
    );
    this.limit = limit;
  }
}

/** The search was ended by its user. */
export class Stopped extends Error {}

/** Number of expansions between two looks for Ctrl-C. */
const stride = 20_000;

/** Enumerates the whole state space, or what can follow from given states, each by the values of the layout's fields. */
export function* buildGraph(
  steps: Steps,
  { limits, signal }: SearchControl,
  given: readonly (readonly number[])[] | null = null,
): Generator<SearchProgress, Graph> {
  const store = new StateStore(steps.packing, true, limits);
  const writer = new GraphWriter(steps, store, limits);
  if (given !== null) writer.beginAt(given);
  else {
    while (writer.begin()) {
      yield { states: store.count, expanded: 0, depth: 0, bytes: store.bytes + writer.bytes };
      if (signal.aborted) throw new Stopped("interrupted");
    }
  }
  for (let node = 0; node < store.count; node++) {
    writer.expand(node);
    if (node % stride !== 0) continue;
    yield { states: store.count, expanded: node, depth: 0, bytes: store.bytes + writer.bytes };
    if (signal.aborted) throw new Stopped("interrupted");
    if (store.limit === null && store.bytes + writer.bytes > limits.bytesMax) store.limit = "memory";
    if (store.limit !== null) break;
  }
  if (store.limit !== null) throw new TooLarge(store.limit, store.count, countsForEver(steps), writer.tooMany);
  return writer.finish();
}

/** Whether states count rounds that nothing ends. */
export function countsForEver({ request, assembly, packing }: Steps): boolean {
  const { fields } = assembly.layout;
  const counts = packing.digits.some(({ of }) => typeof of === "number" && fields[of]?.kind === "round");
  return counts && request.treatment.rounds === null;
}

class GraphWriter {
  private readonly steps: Steps;
  private readonly store: StateStore;
  private readonly decides: boolean;
  private readonly endings = new Column((length) => new Int16Array(length));
  private readonly cursors = new Column((length) => new Int16Array(length));
  private readonly choiceStart = wholeColumn();
  private readonly action = wholeColumn();
  private readonly edgeStart = wholeColumn();
  private readonly target = wholeColumn();
  private readonly odds = realColumn();
  private readonly rewards: readonly Column<Float64Array>[];
  private beginning: InitialDistribution | null = null;
  /** By beginning, the rounds that open on the way there, weighed by its odds. */
  private opened: Column<Float64Array> | null = null;
  private given = new Int32Array(0);
  /** Number of ways in which runs can begin, as far as they were looked at. */
  private begun = 0;
  /** The same where it is more than there may be states. */
  tooMany: number | null = null;
  private readonly statesMax: number;
  /** By target, one more than the edge that last led there. */
  private lastEdge = new Int32Array(1024);
  /** The same for the ends that no state stands for. */
  private readonly lastEnds = new Int32Array(ends.length);
  private readonly codes: number[] = [];

  constructor(steps: Steps, store: StateStore, { statesMax }: SearchLimits) {
    this.steps = steps;
    this.store = store;
    this.statesMax = statesMax;
    this.decides = (steps.request.watches ?? []).some(({ as }) => as === "state");
    this.rewards = Array.from({ length: 1 + steps.out.tallyCount }, realColumn);
  }

  /** Bytes held beside the store. */
  get bytes(): number {
    const { endings, cursors, choiceStart, action, edgeStart, target, odds, rewards, lastEdge } = this;
    const columns = [endings, cursors, choiceStart, action, edgeStart, target, odds, ...rewards];
    return columns.reduce((sum, { values }) => sum + values.byteLength, lastEdge.byteLength);
  }

  /** Takes in some of the ways in which runs begin; whether there may be more. */
  begin(): boolean {
    const { steps, store, target, odds, rewards, opened } = this;
    const afresh = opened === null;
    const sums = opened ?? realColumn();
    this.opened = sums;
    if (afresh) this.open();
    const count = steps.begin(afresh ? "first" : "next");
    for (let n = 0; n < count; n++) {
      const edge = this.edge(n, 0, -1, 0);
      if (edge === sums.length) sums.push(0);
      sums.values[edge] = floatAt(sums.values, edge) + floatAt(steps.out.odds, n) * floatAt(steps.out.opened, n);
    }
    this.begun += count;
    // Beginnings that a property decides at once are no states, and there can be very many.
    if (count > 0 && this.begun > this.statesMax && store.limit === null) {
      this.tooMany = this.begun;
      store.limit = "states";
    }
    if (count > 0 && store.limit === null) return true;
    this.beginning = {
      targets: target.trimmed(),
      odds: odds.trimmed(),
      opened: sums.trimmed().map((sum, edge) => sum / floatAt(odds.values, edge)),
      rewards: Float64Array.from(rewards, ({ values }) => floatAt(values, 0)),
    };
    for (const column of [target, odds, ...rewards]) column.length = 0;
    this.lastEdge.fill(0);
    this.lastEnds.fill(0);
    return false;
  }

  /** Takes in states that runs are in; the first of them is where they begin. */
  beginAt(states: readonly (readonly number[])[]): void {
    const { steps, store, rewards } = this;
    const { fields } = steps.assembly.layout;
    const ending = fields.findIndex(({ kind }) => kind === "ending");
    const cursor = fields.findIndex(({ kind }) => kind === "cursor");
    this.given = Int32Array.from(states, (values) => {
      const before = store.count;
      const node = store.admit(steps.packing.pack(values), 0, -1);
      if (store.count > before) this.enter(node, values[ending] ?? running, at(values, cursor));
      return node;
    });
    this.beginning = {
      targets: this.given.slice(0, 1),
      odds: Float64Array.of(1),
      opened: new Float64Array(1),
      rewards: new Float64Array(rewards.length),
    };
  }

  /** Takes in what follows from a node. */
  expand(node: number): void {
    const { steps, store, codes, edgeStart, action } = this;
    const count = steps.expand(store.words, node * store.width);
    const { choice: chosen } = steps.out;
    this.choiceStart.push(action.length);
    if (count === 0) return;
    codes.length = 0;
    let apart = false;
    for (let n = 0; n < count; n++) {
      const code = intAt(chosen, n);
      if (n > 0 && code === chosen[n - 1]) continue;
      if (codes.includes(code)) apart = true;
      else codes.push(code);
    }
    let from = 0;
    for (const code of codes) {
      edgeStart.push(this.target.length);
      action.push(code);
      if (apart) this.write(count, code, node);
      else {
        let to = from;
        while (to < count && chosen[to] === code) to++;
        this.writeRange(from, to, node);
        from = to;
      }
    }
  }

  /** Writes the edges of one choice, wherever they stand among the successors. */
  private write(count: number, code: number, node: number): void {
    const first = this.target.length;
    const sums = this.open();
    for (let n = 0; n < count; n++) if (this.steps.out.choice[n] === code) this.edge(n, first, node, sums);
  }

  private writeRange(from: number, to: number, node: number): void {
    const first = this.target.length;
    const sums = this.open();
    for (let n = from; n < to; n++) this.edge(n, first, node, sums);
  }

  private open(): number {
    for (const column of this.rewards) column.push(0);
    return (this.rewards[0]?.length ?? 1) - 1;
  }

  /** Adds a successor to the edges of a choice, which begin at `first`; the edge that leads there. */
  private edge(n: number, first: number, node: number, choice: number): number {
    const { out } = this.steps;
    const { target, odds, rewards } = this;
    const to = this.place(n, node);
    const share = floatAt(out.odds, n);
    const known = (to < 0 ? intAt(this.lastEnds, -1 - to) : intAt(this.lastEdge, to)) - 1;
    const edge = known >= first ? known : target.length;
    if (known >= first) odds.values[known] = floatAt(odds.values, known) + share;
    else {
      if (to >= 0) this.lastEdge[to] = edge + 1;
      else this.lastEnds[-1 - to] = edge + 1;
      target.push(to);
      odds.push(share);
    }
    const rounds = rewards[0];
    if (rounds !== undefined) rounds.values[choice] = floatAt(rounds.values, choice) + share * floatAt(out.opened, n);
    for (let k = 1; k < rewards.length; k++) {
      const column = rewards[k];
      const added = floatAt(out.tallies, n * out.tallyCount + k - 1);
      if (column !== undefined) column.values[choice] = floatAt(column.values, choice) + share * added;
    }
    return edge;
  }

  /** The node of a successor; ends count down from -1. */
  private place(n: number, node: number): number {
    const { out } = this.steps;
    const { store } = this;
    if (intAt(out.words, n * store.width) < 0) return -1 - ends.indexOf(faulted);
    if (this.decides) {
      const phase = byteAt(out.phase, n);
      if (phase >= openPhases) return -1 - ends.indexOf(endOfPhase(phase));
    }
    const before = store.count;
    const to = store.admit(out.words, n * store.width, node);
    if (store.count > before) this.enter(to, out.ending[n] ?? running, intAt(out.cursor, n));
    // A full store takes nothing in; the search then ends before anything is read.
    return to < 0 ? -1 : to;
  }

  private enter(node: number, ending: number, cursor: number): void {
    this.endings.push(ending);
    this.cursors.push(cursor);
    if (node < this.lastEdge.length) return;
    const larger = new Int32Array(Math.ceil(this.lastEdge.length * 1.5));
    larger.set(this.lastEdge);
    this.lastEdge = larger;
  }

  finish(): Graph {
    const { steps, store, beginning, given } = this;
    if (beginning === null) throw new Error("a graph begins before it is finished");
    for (const end of ends) {
      this.endings.push(end);
      this.cursors.push(0);
      this.choiceStart.push(this.action.length);
    }
    this.choiceStart.push(this.action.length);
    this.edgeStart.push(this.target.length);
    const target = this.target.trimmed();
    for (const targets of [target, beginning.targets]) {
      for (let edge = 0; edge < targets.length; edge++) {
        const to = intAt(targets, edge);
        if (to < 0) targets[edge] = store.count - 1 - to;
      }
    }
    return {
      steps,
      store,
      nodes: store.count + ends.length,
      beginning,
      ending: this.endings.trimmed(),
      cursor: this.cursors.trimmed(),
      choiceStart: this.choiceStart.trimmed(),
      action: this.action.trimmed(),
      edgeStart: this.edgeStart.trimmed(),
      target,
      odds: this.odds.trimmed(),
      rewards: this.rewards.map((column) => column.trimmed()),
      given,
    };
  }
}
