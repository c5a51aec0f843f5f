/**
 * A Markov chain whose runs nothing bounds, solved component by component in the order in which runs pass through them.
 *
 * Inside a transient component the mean numbers of visits follow by elimination; where it is too large for that, shares
 * are carried forward until next to nothing is left inside, which is itself the bound of what is missing. What enters an
 * absorbing component, one that cannot be left, stays for ever.
 */

import { running } from "../kernel/program.ts";
import { at, floatAt, intAt } from "../scenario/at.ts";
import type { SearchProgress } from "../space/exploration.ts";
import { Elimination } from "./elimination.ts";
import { failed, faulted, type Graph, held, rewardOf, type SearchControl, Stopped } from "./graph.ts";
import { holdsAt, isLoop, type Partition, partition } from "./partition.ts";
import { errorAfter, type RunDistribution, RunTotals } from "./runDistribution.ts";

/** A component with more states than this is not eliminated. */
const eliminationMax = 20_000;
/** Share of the runs that entered a component that may be left inside when carrying forward ends. */
const leftMost = 1e-14;

/** Solves a chain without a horizon. Every node has one choice at most. */
export function* solveByComponents(
  graph: Graph,
  { signal }: Pick<SearchControl, "signal">,
): Generator<SearchProgress, RunDistribution> {
  const pass = new ComponentPass(graph);
  for (let component = pass.parts.count - 1; component >= 0; component--) {
    yield* pass.through(component, signal);
  }
  return pass.finish();
}

class ComponentPass {
  readonly parts: Partition;
  private readonly graph: Graph;
  private readonly sum: RunTotals;
  private readonly mass: Float64Array;
  /** By node: its place in the component that is being solved. */
  private readonly places: Int32Array;
  private endless = 0;
  private error = 0;
  private method = "forward, component by component";
  private readonly decides: boolean;

  constructor(graph: Graph) {
    this.graph = graph;
    this.sum = new RunTotals(graph.steps);
    this.parts = partition(graph);
    this.mass = new Float64Array(graph.nodes);
    this.places = new Int32Array(graph.nodes);
    this.decides = (graph.steps.request.watches ?? []).some(({ as }) => as === "state");
    const { targets, odds, rewards } = graph.beginning;
    this.sum.sums.set(rewards);
    targets.forEach((target, index) => {
      this.mass[target] = floatAt(this.mass, target) + floatAt(odds, index);
    });
  }

  *through(component: number, signal: { readonly aborted: boolean }): Generator<SearchProgress> {
    const { parts, mass, graph } = this;
    const nodes = parts.nodes.subarray(intAt(parts.starts, component), intAt(parts.starts, component + 1));
    const entering = Float64Array.from(nodes, (node) => floatAt(mass, node));
    if (entering.every((share) => share === 0)) return;
    const first = intAt(nodes, 0);
    if (nodes.length === 1 && !isLoop(graph, first)) {
      this.visit(first, floatAt(entering, 0));
      return;
    }
    nodes.forEach((node, place) => {
      this.places[node] = place;
    });
    const steps = Array.from(nodes, (node) => this.stepsInside(node, component));
    const leaving = Float64Array.from(nodes, (node) => this.leaving(node, component));
    if (leaving.every((chance) => chance === 0)) {
      this.absorb(nodes, entering);
      return;
    }
    const reduced = nodes.length <= eliminationMax ? Elimination.of({ steps, leaving }) : null;
    if (reduced === null) yield* this.carry(nodes, steps, entering, signal);
    else {
      const visits = reduced.visits(entering);
      nodes.forEach((node, place) => {
        this.visit(node, floatAt(visits, place), component);
      });
      this.error += errorAfter(nodes.length, 4);
    }
    yield { states: graph.store.count, expanded: graph.nodes - component, depth: 0, bytes: 0 };
    if (signal.aborted) throw new Stopped("interrupted");
  }

  private stepsInside(node: number, component: number): ReadonlyMap<number, number> {
    const row = new Map<number, number>();
    this.edges(node, (to, odds) => {
      const place = intAt(this.places, to);
      if (this.parts.component[to] === component) row.set(place, (row.get(place) ?? 0) + odds);
    });
    return row;
  }

  private leaving(node: number, component: number): number {
    let sum = 0;
    this.edges(node, (to, odds) => {
      if (this.parts.component[to] !== component) sum += odds;
    });
    return sum;
  }

  private edges(node: number, see: (to: number, odds: number) => void): void {
    const { choiceStart, edgeStart, target, odds } = this.graph;
    const until = intAt(edgeStart, intAt(choiceStart, node + 1));
    for (let edge = intAt(edgeStart, intAt(choiceStart, node)); edge < until; edge++)
      see(intAt(target, edge), floatAt(odds, edge));
  }

  /** So many visits to a node, on average: what they yield, and where they lead outside its component. */
  private visit(node: number, visits: number, inside = -1): void {
    const { graph, sum, mass, parts } = this;
    const ending = graph.ending[node] ?? running;
    if (ending !== running) {
      sum.end(ending, visits);
      if (sum.judges && ending > faulted) sum.judge(graph.store, node, ending, visits);
      return;
    }
    const choice = intAt(graph.choiceStart, node);
    sum.sums.forEach((_, k) => {
      sum.sums[k] = floatAt(sum.sums, k) + visits * rewardOf(graph.rewards, k, choice);
    });
    this.edges(node, (to, odds) => {
      if (parts.component[to] !== inside) mass[to] = floatAt(mass, to) + visits * odds;
    });
  }

  /** Runs that never leave again. A property that is owed something for ever fails; else it stands as it does. */
  private absorb(nodes: Int32Array, entering: Float64Array): void {
    const { graph, sum } = this;
    const share = entering.reduce((all, one) => all + one, 0);
    this.endless += share;
    sum.sums.forEach((_, k) => {
      let plus = false;
      let minus = false;
      for (const node of nodes) {
        const reward = rewardOf(graph.rewards, k, intAt(graph.choiceStart, node));
        if (reward > 0) plus = true;
        if (reward < 0) minus = true;
      }
      if (plus) sum.sums[k] = floatAt(sum.sums, k) + Number.POSITIVE_INFINITY;
      if (minus) sum.sums[k] = floatAt(sum.sums, k) - Number.POSITIVE_INFINITY;
    });
    if (this.decides) sum.end(nodes.some((node) => holdsAt(graph, node)) ? held : failed, share);
  }

  /** Carries shares forward inside a large component until hardly anything is left there. */
  private *carry(
    nodes: Int32Array,
    steps: readonly ReadonlyMap<number, number>[],
    entering: Float64Array,
    signal: { readonly aborted: boolean },
  ): Generator<SearchProgress> {
    this.method = "forward, carried on until next to nothing is left";
    const inside = intAt(this.parts.component, intAt(nodes, 0));
    const all = entering.reduce((sum, share) => sum + share, 0);
    const visits = new Float64Array(nodes.length);
    let now = Float64Array.from(entering);
    let next = new Float64Array(nodes.length);
    // By state: the chance to be still inside after as many steps; once it is below a half everywhere, what is left
    // makes no more than twice as many steps again.
    let still = new Float64Array(nodes.length).fill(1);
    let half = 0;
    for (let left = all, step = 1; left > leftMost * all || half === 0; step++) {
      left = 0;
      next.fill(0);
      for (let place = 0; place < nodes.length; place++) {
        const share = floatAt(now, place);
        visits[place] = floatAt(visits, place) + share;
        for (const [to, chance] of steps[place] ?? []) next[to] = floatAt(next, to) + share * chance;
      }
      for (const share of next) left += share;
      [now, next] = [next, now];
      if (half === 0) {
        const after = still.map((_, place) => {
          let sum = 0;
          for (const [to, chance] of steps[place] ?? []) sum += chance * floatAt(still, to);
          return sum;
        });
        still = after;
        if (still.every((chance) => chance <= 0.5)) half = step;
      }
      if (step % 64 !== 0) continue;
      yield { states: nodes.length, expanded: step, depth: step, bytes: 0 };
      if (signal.aborted) throw new Stopped("interrupted");
    }
    const left = now.reduce((sum, share) => sum + share, 0);
    this.error += left * Math.max(1, 2 * half) + errorAfter(1, nodes.length);
    nodes.forEach((node, place) => {
      this.visit(node, floatAt(visits, place), inside);
    });
  }

  finish(): RunDistribution {
    const { graph, sum, parts, error, endless } = this;
    followLengths(graph, sum);
    const tick = graph.steps.assembly.layout.cursors.length - 1;
    let states = 0;
    for (let node = 0; node < graph.store.count; node++) {
      if (graph.cursor[node] !== tick || graph.ending[node] !== running) states++;
    }
    return sum.distribution(this.method, states, endless, error + errorAfter(longestPassage(graph, parts), 64));
  }
}

/** The largest number of components that a run can pass through. */
function longestPassage({ choiceStart, edgeStart, target }: Graph, { count, component, nodes }: Partition): number {
  const depth = new Int32Array(count).fill(1);
  let longest = 0;
  for (const node of nodes) {
    const own = intAt(component, node);
    const until = intAt(edgeStart, intAt(choiceStart, node + 1));
    for (let edge = intAt(edgeStart, intAt(choiceStart, node)); edge < until; edge++) {
      const other = intAt(component, intAt(target, edge));
      if (other !== own) depth[own] = Math.max(intAt(depth, own), intAt(depth, other) + 1);
    }
    longest = Math.max(longest, intAt(depth, own));
  }
  return longest;
}

/** So many rounds are followed at most, and so many edges on the way. */
const roundsMax = 1000;
const edgesMax = 3e8;
/** Share of runs beyond which it is not worth following. */
const restMost = 1e-12;

/** The share of runs by their rounds: all nodes are carried forward from tick to tick. */
function followLengths(graph: Graph, sum: RunTotals): void {
  const { nodes, beginning, choiceStart, edgeStart, target, odds, ending, cursor, rewards, steps } = graph;
  const tick = steps.assembly.layout.cursors.length - 1;
  const inner = Array.from({ length: tick + 1 }, (): number[] => []);
  for (let node = 0; node < nodes; node++) if (ending[node] === running) inner[at(cursor, node)]?.push(node);
  const order = inner.flat();
  let today = new Float64Array(nodes);
  let tomorrow = new Float64Array(nodes);
  let alive = 0;
  beginning.targets.forEach((to, index) => {
    const share = floatAt(beginning.odds, index);
    if (ending[to] === running) {
      today[to] = floatAt(today, to) + share;
      alive += share;
    } else sum.last(Math.round(floatAt(beginning.opened, index)), share);
  });
  const rounds = Math.min(roundsMax, Math.floor(edgesMax / Math.max(1, target.length)));
  for (let round = 0; round < rounds && alive > restMost; round++) {
    const ends = [0, 0];
    for (const node of order) {
      const share = floatAt(today, node);
      if (share === 0) continue;
      today[node] = 0;
      const choice = intAt(choiceStart, node);
      const ticks = cursor[node] === tick;
      const opened = ticks ? Math.round(rewardOf(rewards, 0, choice)) : 0;
      for (let edge = intAt(edgeStart, choice); edge < intAt(edgeStart, choice + 1); edge++) {
        const to = intAt(target, edge);
        const part = share * floatAt(odds, edge);
        if (ending[to] !== running) ends[opened] = (ends[opened] ?? 0) + part;
        else if (ticks) tomorrow[to] = floatAt(tomorrow, to) + part;
        else today[to] = floatAt(today, to) + part;
      }
    }
    ends.forEach((share, opened) => {
      if (share > 0) sum.last(round + 1 + opened, share);
      alive -= share;
    });
    [today, tomorrow] = [tomorrow, today];
  }
}
