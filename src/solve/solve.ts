/**
 * Solves a scenario exactly: every outcome, property and mean under its policies, their extremes over what some actors
 * may choose, the best that can be done towards one aim, or what rivals come to.
 *
 * A solution that somebody has to play is written as tables of policies; what else it brings about is then found by
 * solving the scenario under these tables, so that the tables are proven to do what is said of them.
 */

import { isRunProperty } from "../engine/monitor.ts";
import { floatAt, intAt } from "../scenario/at.ts";
import { measuresOf } from "../scenario/measure.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { nearest } from "../scenario/suggest.ts";
import { knowsOf } from "../scenario/visibility.ts";
import { compileSteps } from "../space/steps.ts";
import { type DecisionSolution, type Sides, solveBackward, valueAtStart, valueOfChoice } from "./backwardInduction.ts";
import { buildGraph, type Graph } from "./graph.ts";
import { type ChainRequest, type Solving, solveChain, solveProperty, tell, watchProperty } from "./markovChain.ts";
import { movesOf, type Players, playersOf } from "./players.ts";
import { type PolicyTable, type Strategy, tablesOf } from "./policyTable.ts";
import type { RunDistribution } from "./runDistribution.ts";
import { chainSolution, type ExactMean, type ExactShare, type Solution, spanSolution } from "./solution.ts";
import { slack } from "./strategyIteration.ts";
import { solveSubgames } from "./subgamePerfect.ts";
import { type Aim, type PosedObjective, posedObjective, type Target, utilityEnds } from "./target.ts";

/** What is solved, and what is left open. */
export interface SolveRequest extends ChainRequest {
  /** Actors whose choices are open. */
  readonly free: readonly string[];
  /** Actors whose choices are open, too, and who seek the opposite. */
  readonly against: readonly string[];
  readonly aim: Aim | null;
}

/** Solves a scenario. */
export function* solve(request: SolveRequest): Solving<Solution> {
  const { model, free, against, aim } = request;
  refuseUnknown(model, request);
  if (free.length + against.length === 0) return yield* solvePolicies(request);
  if (aim !== null) return yield* solveAim(request, aim);
  const all = free.every((id) => model.actors.find((actor) => actor.id === id)?.utility !== null);
  return yield* free.length > 1 && all ? solveRivals(request) : solveSpan(request);
}

/** Everything under the policies. */
function* solvePolicies(request: ChainRequest): Solving<Solution> {
  const distribution = yield* solveChain(request);
  const properties = new Map<string, RunDistribution>();
  for (const property of request.model.properties.filter(isRunProperty)) {
    properties.set(property.id, yield* solveProperty(request, property));
  }
  return chainSolution(request.model, distribution, properties);
}

function refuseUnknown(model: Model, { free, against, aim, treatment }: SolveRequest): void {
  const ids = model.actors.map(({ id }) => id);
  const open = [...free, ...against];
  const unknown = open.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    const near = nearest(unknown, ids);
    throw new Mistake(
      `unknown actor ${unknown}: ${ids.length === 0 ? "the scenario has none" : `there are ${ids.join(", ")}`}`,
      near === null ? null : `did you mean ${near}?`,
    );
  }
  const both = free.find((id) => against.includes(id));
  if (both !== undefined) throw new Mistake(`${both} cannot seek something and its opposite`, "name it once");
  const idle = open.find((id) => movesOf(model, id).length === 0);
  if (idle !== undefined) throw new Mistake(`${idle} has no moves, so it has nothing to choose`);
  if (aim !== null && free.length === 0) {
    throw new Mistake("nobody is free to influence what is sought", "name actors with --free");
  }
  if (aim === null && against.length > 0) {
    throw new Mistake("nothing is sought that anybody could be against", "add --maximise or --minimise");
  }
  if (treatment.turns !== "free") return;
  const movers = ids.filter((id) => movesOf(model, id).length > 0);
  const left = movers.find((id) => !free.includes(id));
  if (open.length > 0 && (left !== undefined || against.length > 0)) {
    throw new Mistake(
      "in free turns who moves is a choice of all at once, so either all actors are free together or none",
      `--free ${movers.join(",")}`,
    );
  }
}

/** A model whose free actors follow no policy. */
function opened(model: Model, open: readonly string[]): Model {
  return { ...model, policies: model.policies.filter(({ actor }) => !open.includes(actor)) };
}

/** The state space of a request, with a property as part of it or without one. */
function* explore(request: SolveRequest, target: Target | null): Solving<Graph> {
  const open = [...request.free, ...request.against];
  const model = opened(request.model, open);
  const property = target?.kind === "property" ? target.property : null;
  const watched = property === null ? { model: { ...model, properties: [] } } : watchProperty(model, property);
  const { policies } = request.treatment;
  const treatment = {
    ...request.treatment,
    policies: Object.fromEntries(Object.entries(policies).filter(([actor]) => !open.includes(actor))),
  };
  const steps = compileSteps({ ...watched, treatment, choices: { free: open }, measured: true });
  return yield* tell(property?.id ?? null, buildGraph(steps, request));
}

/** Sides for a posed: those in `against` seek the opposite of the others. */
function sidesOf(graph: Graph, players: Players, against: readonly string[], sign: 1 | -1): Sides {
  const key = (actors: readonly string[], action: number, node: number): string =>
    actors.map((actor) => players.option(node, action, actor)).join(" ");
  const rivals = players.free.filter((actor) => against.includes(actor));
  const allies = players.free.filter((actor) => !against.includes(actor));
  const [more, less] = sign === 1 ? [allies, rivals] : [rivals, allies];
  const joint = graph.steps.assembly.layout.cursors.indexOf("turn");
  const first = graph.cursor.indexOf(joint);
  return {
    side(node) {
      const chooser = players.chooser(node);
      if (chooser !== null) return against.includes(chooser) ? (sign === 1 ? -1 : 1) : sign;
      if (graph.cursor[node] === joint && more.length > 0 && less.length > 0) return 0;
      return sign;
    },
    parts: (action) => [key(more, action, first), key(less, action, first)],
  };
}

interface Attained {
  readonly graph: Graph;
  readonly players: Players;
  readonly strategy: Strategy;
  readonly value: number;
  readonly decided: DecisionSolution;
}

/** The most or the least of a target. */
function* attain(request: SolveRequest, graph: Graph, { target, seek }: Aim): Solving<Attained> {
  const { free, against } = request;
  const players = playersOf(graph, [...free, ...against]);
  const posed = posedObjective(graph, target, seek, against.length > 0);
  const sign = (seek === "most") === posed.turned ? -1 : 1;
  const sides = sidesOf(graph, players, against, sign);
  const decided = yield* tell(null, solveBackward(graph, posed.objective, sides, request));
  return {
    graph,
    players,
    strategy: strategyOf(graph, posed, sides, decided),
    value: attained(graph, posed, decided),
    decided,
  };
}

const attained = (graph: Graph, { objective, value }: PosedObjective, { values }: DecisionSolution): number =>
  value(valueAtStart(graph, objective, values));

/** What was decided, with the choices that are as good. */
function strategyOf(
  graph: Graph,
  { objective }: PosedObjective,
  sides: Sides,
  { picks, mixed, values, cyclic }: DecisionSolution,
): Strategy {
  return {
    picks,
    mixed,
    equals(node) {
      const pick = picks[node] ?? -1;
      const sign = sides.side(node);
      if (cyclic[node] === 1 || sign === 0 || pick < 0) return [pick];
      const least = sign * floatAt(values, node) - slack(floatAt(values, node));
      const first = intAt(graph.choiceStart, node);
      const all = Array.from({ length: intAt(graph.choiceStart, node + 1) - first }, (_, index) => first + index);
      return all.filter((choice) => sign * valueOfChoice(graph, objective, values, choice) >= least);
    },
  };
}

/** Whatever those who are free do together, something has to depend on it. */
function* refuseIdle(request: SolveRequest, graph: Graph, target: Target): Solving<void> {
  const together = { ...request, free: [...request.free, ...request.against], against: [] };
  const least = yield* attain(together, graph, { target, seek: "least" });
  const most = yield* attain(together, graph, { target, seek: "most" });
  if (most.value !== least.value && Math.abs(most.value - least.value) > slack(most.value)) return;
  const value = Number(most.value.toPrecision(12));
  throw new Mistake(
    `${together.free.join(", ")} cannot influence ${wordsOf(target)}: it comes to ${value} whatever they do`,
    "seek something else, or leave the choices of others open",
  );
}

function wordsOf(target: Target): string {
  switch (target.kind) {
    case "rounds":
      return "rounds";
    case "property":
      return target.property.id;
    case "utility":
      return `the utility of ${target.id}`;
    case "outcome":
    case "group":
    case "tally":
      return target.id;
  }
}

/** The best towards one aim, and all that follows where it is played. */
function* solveAim(request: SolveRequest, aim: Aim): Solving<Solution> {
  const graph = yield* explore(request, aim.target);
  yield* refuseIdle(request, graph, aim.target);
  const { players, strategy, value, decided } = yield* attain(request, graph, aim);
  const written = tablesOf(graph, players, strategy, false);
  const method = decided.method;
  const bound = aim.seek === "most" ? { min: null, max: value } : { min: value, max: null };
  if (written.tables === null) {
    const empty = spanSolution(request.model, { states: graph.store.count, method, precision: decided.precision });
    return withBound({ ...empty, notes: [`No tables of policies: ${written.reason}.`] }, aim.target, bound);
  }
  const under = yield* solveUnder(request, written.tables);
  const solution = {
    ...under,
    states: graph.store.count,
    method,
    precision: Math.max(under.precision, decided.precision),
    policies: written.tables,
  };
  const bounded = withBound(solution, aim.target, bound);
  const notes = confirm(bounded, aim.target, value);
  return { ...bounded, notes: [...bounded.notes, ...notes] };
}

/** Everything where some actors follow tables that were found. */
function* solveUnder(request: SolveRequest, tables: readonly PolicyTable[]): Solving<Solution> {
  const model = withTables(request.model, tables);
  const chosen = Object.fromEntries(tables.map(({ actor, policy }) => [actor, policy.id]));
  const treatment = { ...request.treatment, policies: { ...request.treatment.policies, ...chosen } };
  return yield* solvePolicies({ ...request, model, treatment });
}

/** A model that has further policies. */
export function withTables(model: Model, tables: readonly PolicyTable[]): Model {
  const added = tables.filter(({ actor }) => !model.policies.some((one) => one.actor === actor));
  return {
    ...model,
    policies: [
      ...model.policies.map(({ actor, policies }) => ({
        actor,
        policies: [...policies, ...tables.flatMap((table) => (table.actor === actor ? [table.policy] : []))],
      })),
      ...added.map(({ actor, policy }) => ({ actor, policies: [policy] })),
    ],
  };
}

/** The tables are played: what they come to is what was promised, or we are wrong. */
function confirm(solution: Solution, target: Target, promised: number): readonly string[] {
  const reached = readTarget(solution, target);
  if (reached === null || !Number.isFinite(promised) || !Number.isFinite(reached)) return [];
  const off = Math.abs(reached - promised);
  if (off <= 1e-7 * Math.max(1, Math.abs(promised))) return [];
  throw new Error(`the tables that were found come to ${reached} instead of ${promised}`);
}

function readTarget(solution: Solution, target: Target): number | null {
  switch (target.kind) {
    case "outcome":
      return solution.outcomes[target.id]?.probability ?? null;
    case "group":
      return solution.groups[target.id]?.probability ?? null;
    case "property":
      return solution.properties[target.property.id]?.probability ?? null;
    case "tally":
      return solution.tallies[target.id]?.expected ?? null;
    case "rounds":
      return solution.rounds.expected;
    case "utility":
      return solution.values?.[target.id] ?? null;
  }
}

type Bound = Pick<ExactShare, "min" | "max">;

/** A solution with the extremes of one target. */
function withBound(solution: Solution, target: Target, bound: Bound): Solution {
  const share = (one: ExactShare | undefined): ExactShare => ({ probability: one?.probability ?? null, ...bound });
  const mean = (one: ExactMean | undefined): ExactMean => ({ expected: one?.expected ?? null, ...bound });
  switch (target.kind) {
    case "outcome":
      return { ...solution, outcomes: { ...solution.outcomes, [target.id]: share(solution.outcomes[target.id]) } };
    case "group":
      return { ...solution, groups: { ...solution.groups, [target.id]: share(solution.groups[target.id]) } };
    case "property": {
      const { id } = target.property;
      return { ...solution, properties: { ...solution.properties, [id]: share(solution.properties[id]) } };
    }
    case "tally":
      return { ...solution, tallies: { ...solution.tallies, [target.id]: mean(solution.tallies[target.id]) } };
    case "rounds":
      return { ...solution, rounds: mean(solution.rounds) };
    case "utility": {
      const reached = bound.max ?? bound.min;
      return { ...solution, values: { ...solution.values, [target.id]: reached } };
    }
  }
}

/** Everything at its least and at its most, whatever the free actors choose. */
function* solveSpan(request: SolveRequest): Solving<Solution> {
  const { model } = request;
  const base = yield* explore(request, null);
  const found = { states: base.store.count, method: "", precision: 0 };
  const spans: (readonly [Target, Bound])[] = [];
  const targets: Target[] = [
    ...measuresOf(model).map(({ kind, id }): Target => ({ kind, id })),
    { kind: "rounds" },
    ...model.tallies.map(({ id }): Target => ({ kind: "tally", id })),
    ...model.properties.filter(isRunProperty).map((property): Target => ({ kind: "property", property })),
  ];
  for (const target of targets) {
    const graph = target.kind === "property" ? yield* explore(request, target) : base;
    const least = yield* attain(request, graph, { target, seek: "least" });
    const most = yield* attain(request, graph, { target, seek: "most" });
    for (const { players, strategy, decided } of [least, most]) {
      if (hidesFrom(model, players.free)) tablesOf(graph, players, strategy, false);
      found.method = decided.method;
      found.precision = Math.max(found.precision, decided.precision);
    }
    spans.push([target, { min: least.value, max: most.value }]);
  }
  return spans.reduce<Solution>(
    (solution, [target, bound]) => withBound(solution, target, bound),
    spanSolution(model, found),
  );
}

/** Whether anything is hidden from one of these actors. */
function hidesFrom(model: Model, actors: readonly string[]): boolean {
  const { tracks, variables, moves, incidents } = model;
  const secret = [...tracks, ...variables].some(({ private: seen }) =>
    actors.some((id) => seen?.includes(id) === false),
  );
  return secret || [...moves, ...incidents].some((step) => actors.some((id) => !knowsOf(id, step)));
}

/** Several actors, each for itself. */
function* solveRivals(request: SolveRequest): Solving<Solution> {
  const graph = yield* explore(request, null);
  const players = playersOf(graph, request.free);
  const ends = players.free.map((actor) => utilityEnds(graph, actor));
  const equilibrium = yield* tell(null, solveSubgames(graph, players, ends, request));
  const written = tablesOf(graph, players, equilibrium, true);
  if (written.tables === null) throw new Mistake(`the equilibrium cannot be played: ${written.reason}`);
  const under = yield* solveUnder(request, written.tables);
  const notes = [
    ...(equilibrium.ties === 0
      ? []
      : [
          `At ${equilibrium.ties} of the states somebody has several equally good choices; the first in document order is taken, and another could lead elsewhere.`,
        ]),
    ...(equilibrium.ambiguous === 0
      ? []
      : [`At ${equilibrium.ambiguous} of the states two choose at once with several equilibria; the first is taken.`]),
  ];
  return {
    ...under,
    states: graph.store.count,
    method: "backward induction, each actor for itself (subgame perfect)",
    precision: Math.max(under.precision, equilibrium.precision),
    policies: written.tables,
    notes: [...under.notes, ...notes],
  };
}
