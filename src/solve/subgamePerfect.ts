/**
 * Several actors, each for itself: a subgame-perfect equilibrium by backward induction (Kuhn 1953).
 *
 * Whoever chooses takes what is best for itself, given what follows from it; among equals the first in document order.
 * Where two choose at once, an equilibrium of that stage is taken. Runs must end by themselves.
 */

import { running } from "../kernel/program.ts";
import { at, floatAt, intAt } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { SearchProgress } from "../space/exploration.ts";
import type { MixedChoice } from "./backwardInduction.ts";
import { type Graph, type SearchControl, Stopped } from "./graph.ts";
import { partition } from "./partition.ts";
import type { Players } from "./players.ts";
import type { Strategy } from "./policyTable.ts";
import { errorAfter } from "./runDistribution.ts";
import { equilibrium } from "./stageGame.ts";
import { slack } from "./strategyIteration.ts";

/** What the actors do, and how often it could have been otherwise. */
export interface SubgamePerfect extends Strategy {
  /** Nodes at which several choices are equally good to who chooses. */
  readonly ties: number;
  /** Stages with several equilibria in which nobody mixes. */
  readonly ambiguous: number;
  readonly precision: number;
}

/** Finds an equilibrium; `ends` holds each free actor's utility by node where runs end, in the order of the players. */
export function* solveSubgames(
  graph: Graph,
  players: Players,
  ends: readonly Float64Array[],
  { signal }: Pick<SearchControl, "signal">,
): Generator<SearchProgress, SubgamePerfect> {
  const stages = new Stages(graph, players, ends);
  const parts = partition(graph);
  if (parts.count < graph.nodes) {
    throw new Mistake(
      "several actors each maximise their own utility in runs that nothing bounds: backward induction has nowhere to begin",
      "--rounds N bounds the run; --maximise or --minimise seeks one thing together",
    );
  }
  for (let component = 0; component < parts.count; component++) {
    stages.settle(intAt(parts.nodes, component));
    if (component % 20_000 !== 0) continue;
    yield { states: graph.store.count, expanded: component, depth: 0, bytes: 0 };
    if (signal.aborted) throw new Stopped("interrupted");
  }
  return stages.result;
}

class Stages {
  private readonly graph: Graph;
  private readonly players: Players;
  private readonly values: readonly Float64Array[];
  private readonly picks: Int32Array;
  private readonly depth: Int32Array;
  private readonly mixed = new Map<number, MixedChoice>();
  private readonly equal = new Map<number, readonly number[]>();
  private ambiguous = 0;

  constructor(graph: Graph, players: Players, ends: readonly Float64Array[]) {
    this.graph = graph;
    this.players = players;
    this.values = ends.map((one) => Float64Array.from(one));
    this.picks = new Int32Array(graph.nodes).fill(-1);
    this.depth = new Int32Array(graph.nodes);
  }

  get result(): SubgamePerfect {
    const { picks, mixed, equal, ambiguous, depth } = this;
    const deepest = depth.reduce((most, one) => Math.max(most, one), 0);
    return {
      picks,
      mixed,
      equals: (node) => equal.get(node) ?? [picks[node] ?? -1],
      ties: equal.size,
      ambiguous,
      precision: errorAfter(deepest, 64),
    };
  }

  settle(node: number): void {
    const { graph, players } = this;
    if (graph.ending[node] !== running) return;
    this.deepen(node);
    const first = intAt(graph.choiceStart, node);
    const until = intAt(graph.choiceStart, node + 1);
    const alone = players.chooser(node);
    if (until - first === 1) this.take(node, first);
    else if (alone !== null) this.takeBest(node, players.free.indexOf(alone));
    else this.settleTogether(node, first, until);
  }

  /** All choose at once, but not all of them among several options. */
  private settleTogether(node: number, first: number, until: number): void {
    const { graph, players } = this;
    const choices = Array.from({ length: until - first }, (_, index) => first + index);
    const options = players.free.map((actor) => {
      const all = choices.map((choice) => players.option(node, intAt(graph.action, choice), actor));
      return [...new Set(all)];
    });
    const [one, other, third] = options.flatMap((list, seat) => (list.length > 1 ? [seat] : []));
    if (third !== undefined) {
      throw new Mistake(
        `${players.free.join(", ")} choose at once, but an equilibrium is computed for two at a time`,
        "leave fewer of them free; the others follow their policies",
      );
    }
    if (other === undefined) this.takeBest(node, one ?? 0);
    else this.takeStage(node, choices, [one ?? 0, other], options);
  }

  private deepen(node: number): void {
    const { choiceStart, edgeStart, target } = this.graph;
    let most = 0;
    const until = intAt(edgeStart, intAt(choiceStart, node + 1));
    for (let edge = intAt(edgeStart, intAt(choiceStart, node)); edge < until; edge++) {
      most = Math.max(most, intAt(this.depth, intAt(target, edge)));
    }
    this.depth[node] = most + 1;
  }

  private worth(choice: number, seat: number): number {
    const { edgeStart, target, odds } = this.graph;
    const values = this.values[seat];
    let sum = 0;
    for (let edge = intAt(edgeStart, choice); edge < intAt(edgeStart, choice + 1); edge++) {
      sum += floatAt(odds, edge) * (values?.[intAt(target, edge)] ?? 0);
    }
    return sum;
  }

  private take(node: number, choice: number): void {
    this.picks[node] = choice;
    this.values.forEach((values, seat) => {
      values[node] = this.worth(choice, seat);
    });
  }

  private takeBest(node: number, seat: number): void {
    const { choiceStart } = this.graph;
    const first = intAt(choiceStart, node);
    const worths = Array.from({ length: intAt(choiceStart, node + 1) - first }, (_, index) =>
      this.worth(first + index, seat),
    );
    const best = worths.reduce((most, worth) => Math.max(most, worth), -Infinity);
    const good = worths.flatMap((worth, index) => (worth >= best - slack(best) ? [first + index] : []));
    // Equal to who chooses is not equal to the others: the first is taken, and no other stands for it.
    if (good.length > 1) this.equal.set(node, [good[0] ?? first]);
    this.take(node, good[0] ?? first);
  }

  private takeStage(
    node: number,
    choices: readonly number[],
    [one, other]: readonly [number, number],
    options: readonly (readonly number[])[],
  ): void {
    const { graph, players } = this;
    const part = (choice: number, seat: number): number =>
      players.option(node, intAt(graph.action, choice), players.free[seat] ?? "");
    const cells = new Map(choices.map((choice) => [`${part(choice, one)} ${part(choice, other)}`, choice]));
    if (cells.size < at(options, one).length * at(options, other).length) {
      throw new Mistake(
        `in free turns ${players.free.join(", ")} share one move, and no equilibrium is computed for who makes it`,
        "seek one thing together with --maximise or --minimise, or let turns be taken in order",
      );
    }
    const table = (seat: number): number[][] =>
      (options[one] ?? []).map((row) =>
        (options[other] ?? []).map((column) => this.worth(cells.get(`${row} ${column}`) ?? -1, seat)),
      );
    const { row, column, pure } = equilibrium(table(one), table(other));
    if (pure > 1) this.ambiguous++;
    const mixture = new Map<number, number>();
    row.forEach((p, place) => {
      column.forEach((q, index) => {
        const choice = cells.get(`${options[one]?.[place]} ${options[other]?.[index]}`);
        if (p * q > 0 && choice !== undefined) mixture.set(choice, p * q);
      });
    });
    this.picks[node] = [...mixture.keys()][0] ?? -1;
    if (mixture.size > 1) this.mixed.set(node, mixture);
    this.values.forEach((values, seat) => {
      let sum = 0;
      for (const [choice, share] of mixture) sum += share * this.worth(choice, seat);
      values[node] = sum;
    });
  }
}
