/**
 * Decision processes and games against each other, solved backward: what each state is worth to whoever chooses there,
 * and what they choose.
 *
 * States are taken in the order of components, targets first, so where no run comes to a state twice everything is one
 * exact pass. What is cyclic is solved as a whole, by `cyclicComponent.ts` for one side and by `strategyIteration.ts` for two.
 */

import { running } from "../kernel/program.ts";
import { at, floatAt, intAt } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { SearchProgress } from "../space/exploration.ts";
import type { InnerChoice, Stay } from "./cyclicComponent.ts";
import { endComponents } from "./endComponent.ts";
import { type Graph, rewardOf, type SearchControl, Stopped } from "./graph.ts";
import { holdsAt, isLoop, type Partition, partition } from "./partition.ts";
import { errorAfter } from "./runDistribution.ts";
import { equilibrium } from "./stageGame.ts";
import { improveBothSides, improveOneSide, slack } from "./strategyIteration.ts";

/** What is sought: something that runs end with, or that adds up along them. */
export interface Objective {
  /** By node: what a run that ends there comes to. */
  readonly ends: Float64Array;
  /** What adds up: an index into the graph's rewards, or null. */
  readonly reward: number | null;
  /** What a run that never ends comes to: nothing, or 1 where the property that is part of the states then holds, or fails. */
  readonly endless: "nothing" | "holds" | "fails";
}

/** Who seeks what at a node. */
export interface Sides {
  /** 1 where more is sought, -1 where less, 0 where both choose at once. */
  side(node: number): 1 | -1 | 0;
  /** Where both choose at once: the parts of a choice that the side of more and the side of less settle. */
  parts(action: number): readonly [more: string, less: string];
}

/** How a state's choices are made where both sides choose at once: the share of each choice. */
export type MixedChoice = ReadonlyMap<number, number>;

export interface DecisionSolution {
  /** By node: what it is worth. */
  readonly values: Float64Array;
  /** By node: the choice that is made, an index into the graph's choices; -1 where there is none. */
  readonly picks: Int32Array;
  readonly mixed: ReadonlyMap<number, MixedChoice>;
  /** By node: whether it lies on a cycle, so that equal choices are not interchangeable. */
  readonly cyclic: Uint8Array;
  readonly precision: number;
  readonly method: string;
}

/** Solves for an objective. */
export function* solveBackward(
  graph: Graph,
  objective: Objective,
  sides: Sides,
  { signal }: Pick<SearchControl, "signal">,
): Generator<SearchProgress, DecisionSolution> {
  const backward = new Backward(graph, objective, sides, () => signal.aborted);
  const { count } = backward.parts;
  for (let component = 0; component < count; component++) {
    backward.settle(component);
    if (component % 20_000 !== 0) continue;
    yield { states: graph.store.count, expanded: component, depth: 0, bytes: 0 };
    if (signal.aborted) throw new Stopped("interrupted");
  }
  return backward.finish();
}

class Backward {
  readonly parts: Partition;
  private readonly graph: Graph;
  private readonly objective: Objective;
  private readonly sides: Sides;
  private readonly isStopped: () => boolean;
  private readonly values: Float64Array;
  private readonly picks: Int32Array;
  private readonly cyclic: Uint8Array;
  private readonly mixed = new Map<number, MixedChoice>();
  private readonly places: Int32Array;
  /** By node: how far its value may be off. */
  private readonly errors: Float64Array;
  private cycles = false;

  constructor(graph: Graph, objective: Objective, sides: Sides, isStopped: () => boolean) {
    this.graph = graph;
    this.objective = objective;
    this.sides = sides;
    this.isStopped = isStopped;
    this.parts = partition(graph);
    this.values = new Float64Array(graph.nodes);
    this.picks = new Int32Array(graph.nodes).fill(-1);
    this.cyclic = new Uint8Array(graph.nodes);
    this.places = new Int32Array(graph.nodes);
    this.errors = new Float64Array(graph.nodes);
  }

  settle(component: number): void {
    const { parts, graph, values, objective } = this;
    const from = intAt(parts.starts, component);
    const to = intAt(parts.starts, component + 1);
    const node = intAt(parts.nodes, from);
    if (to - from > 1 || isLoop(graph, node)) {
      this.settleCycle(parts.nodes.subarray(from, to), component);
      return;
    }
    if (graph.ending[node] !== running) {
      values[node] = floatAt(objective.ends, node);
      return;
    }
    this.errors[node] = this.errorBehind(node) + errorAfter(1, 64);
    if (this.sides.side(node) === 0) this.settleBoth(node);
    else this.settleOne(node);
  }

  /** The largest error among what a node leads to. */
  private errorBehind(node: number): number {
    const { choiceStart, edgeStart, target } = this.graph;
    let most = 0;
    const until = intAt(edgeStart, intAt(choiceStart, node + 1));
    for (let edge = intAt(edgeStart, intAt(choiceStart, node)); edge < until; edge++) {
      most = Math.max(most, floatAt(this.errors, intAt(target, edge)));
    }
    return most;
  }

  /** What a choice is worth, as far as its targets are known. */
  private worth(choice: number): number {
    return valueOfChoice(this.graph, this.objective, this.values, choice);
  }

  private settleOne(node: number): void {
    const { graph, values, picks, sides } = this;
    const { choiceStart } = graph;
    const sign = sides.side(node);
    const first = intAt(choiceStart, node);
    const until = intAt(choiceStart, node + 1);
    let best = -Infinity;
    for (let choice = first; choice < until; choice++) best = Math.max(best, sign * this.worth(choice));
    values[node] = sign * best;
    const least = best - slack(best);
    for (let choice = first; choice < until; choice++) {
      if (sign * this.worth(choice) < least) continue;
      picks[node] = choice;
      return;
    }
    picks[node] = first;
  }

  /** Both sides choose at once: the value of the matrix game, and one way to mix that attains it. */
  private settleBoth(node: number): void {
    const { graph, sides, values, picks, mixed } = this;
    const { choiceStart, action } = graph;
    const rows: string[] = [];
    const columns: string[] = [];
    const cells = new Map<string, number>();
    for (let choice = intAt(choiceStart, node); choice < intAt(choiceStart, node + 1); choice++) {
      const [more, less] = sides.parts(intAt(action, choice));
      if (!rows.includes(more)) rows.push(more);
      if (!columns.includes(less)) columns.push(less);
      cells.set(`${more} ${less}`, choice);
    }
    const choiceAt = (row: number, column: number): number => cells.get(`${rows[row]} ${columns[column]}`) ?? 0;
    const gains = rows.map((_, row) => columns.map((__, column) => this.worth(choiceAt(row, column))));
    const { row: one, column: other } = equilibrium(
      gains,
      gains.map((line) => line.map((gain) => -gain)),
    );
    const mixture = new Map<number, number>();
    let value = 0;
    one.forEach((p, row) => {
      other.forEach((q, column) => {
        if (p * q === 0) return;
        mixture.set(choiceAt(row, column), p * q);
        value += p * q * at(at(gains, row), column);
      });
    });
    values[node] = value;
    picks[node] = [...mixture.keys()][0] ?? -1;
    if (mixture.size > 1) mixed.set(node, mixture);
  }

  private settleCycle(nodes: Int32Array, component: number): void {
    const { graph, sides, values, picks } = this;
    this.cycles = true;
    nodes.forEach((node, place) => {
      this.places[node] = place;
      this.cyclic[node] = 1;
    });
    const owners: number[] = [];
    const choices = Array.from(nodes).flatMap((node, place) => {
      const from = intAt(graph.choiceStart, node);
      const list = Array.from({ length: intAt(graph.choiceStart, node + 1) - from }, (_, index) => from + index);
      owners.push(...list);
      return list.map((choice) => this.innerChoice(choice, place, component));
    });
    const open = Array.from(nodes).filter(
      (node) => intAt(graph.choiceStart, node + 1) - intAt(graph.choiceStart, node) > 1,
    );
    const found = new Set(open.map((node) => sides.side(node)));
    if (found.has(0)) {
      throw new Mistake(
        "both sides choose at once in a run that nothing bounds: such games have no solution that can be computed exactly",
        "--rounds N bounds the run",
      );
    }
    if (found.has(-1)) refuseEndless(this.objective);
    const part = { states: nodes.length, choices, stay: this.stayIn(nodes, choices) };
    const more = Array.from(nodes, (node) => sides.side(node) === 1);
    const solved =
      found.size > 1
        ? improveBothSides(part, more, this.isStopped)
        : improveOneSide(part, found.has(-1) ? -1 : 1, this.isStopped);
    if (this.isStopped()) throw new Stopped("interrupted");
    const behind = nodes.reduce((most, node) => Math.max(most, this.errorBehind(node)), 0);
    const error = behind + solved.error + errorAfter(nodes.length, 4);
    nodes.forEach((node, place) => {
      values[node] = floatAt(solved.values, place);
      this.errors[node] = error;
      const pick = solved.picks[place] ?? -1;
      picks[node] = pick < 0 ? intAt(graph.choiceStart, node) : at(owners, pick);
    });
  }

  /** What runs come to that stay among some of these nodes for ever. */
  private stayIn(nodes: Int32Array, choices: readonly InnerChoice[]): (states: readonly number[]) => Stay {
    const { graph, objective } = this;
    const holds = Array.from(nodes, (node) => objective.endless !== "nothing" && holdsAt(graph, node));
    if (objective.endless === "nothing") return () => ({ value: 0, at: [], allows: () => true });
    if (objective.endless === "holds") {
      return (states) => {
        const at = states.filter((state) => holds[state] === true).slice(0, 1);
        return { value: at.length, at, allows: () => true };
      };
    }
    // What is owed for ever stays owed where a run can keep among states that owe it.
    const owing = endComponents({
      states: nodes.length,
      choices: choices.map(({ state, targets, leaving }) => ({
        state,
        targets,
        keeps: leaving === 0 && holds[state] === false && targets.every((to) => holds[to] === false),
      })),
    });
    return (states) => {
      const at = states.filter((state) => (owing.component[state] ?? -1) >= 0);
      return { value: Math.min(1, at.length), at, allows: (choice) => owing.inside[choice] === true };
    };
  }

  private innerChoice(choice: number, state: number, component: number): InnerChoice {
    const { graph, objective, values, parts, places } = this;
    const { edgeStart, target, odds, rewards } = graph;
    const reward = objective.reward === null ? 0 : rewardOf(rewards, objective.reward, choice);
    const targets: number[] = [];
    const chances: number[] = [];
    let gain = reward;
    let leaving = 0;
    for (let edge = intAt(edgeStart, choice); edge < intAt(edgeStart, choice + 1); edge++) {
      const to = intAt(target, edge);
      const chance = floatAt(odds, edge);
      if (parts.component[to] === component) {
        targets.push(intAt(places, to));
        chances.push(chance);
      } else {
        leaving += chance;
        gain += chance * floatAt(values, to);
      }
    }
    return { state, gain, reward, leaving, targets, odds: chances };
  }

  finish(): DecisionSolution {
    const { values, picks, mixed, cyclic, errors, cycles } = this;
    const precision = errors.reduce((most, error) => Math.max(most, error), errorAfter(1, 64));
    const method = cycles ? "backward, component by component" : "backward induction";
    return { values, picks, mixed, cyclic, precision, method };
  }
}

function refuseEndless({ endless }: Objective): void {
  if (endless === "nothing") return;
  throw new Mistake(
    "what is sought against others may stay owed for ever, along runs that nothing bounds",
    "--rounds N bounds the run, or give the property a `within`",
  );
}

/** What a choice is worth, given what its targets are worth. */
export function valueOfChoice(
  { edgeStart, target, odds, rewards }: Graph,
  objective: Objective,
  values: Float64Array,
  choice: number,
): number {
  let sum = objective.reward === null ? 0 : rewardOf(rewards, objective.reward, choice);
  const until = intAt(edgeStart, choice + 1);
  for (let edge = intAt(edgeStart, choice); edge < until; edge++) {
    const value = floatAt(values, intAt(target, edge));
    if (value !== 0) sum += floatAt(odds, edge) * value;
  }
  return sum;
}

/** What runs are worth as they begin. */
export function valueAtStart({ beginning }: Graph, { reward }: Objective, values: Float64Array): number {
  let sum = reward === null ? 0 : floatAt(beginning.rewards, reward);
  beginning.targets.forEach((target, index) => {
    const value = floatAt(values, target);
    if (value !== 0) sum += floatAt(beginning.odds, index) * value;
  });
  return sum;
}
