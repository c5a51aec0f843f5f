/**
 * A policy that a solution found, as the language writes policies: weights over moves and holding, each an expression
 * over what the actor sees.
 *
 * States that look alike to an actor must be answered alike. Where the solution answers them differently whatever equal
 * choices are taken, it would have to read a secret, and is refused with the secret's name.
 */
import { at, intAt } from "../scenario/at.ts";
import type { Expression, Mark } from "../scenario/expression.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model, Policy } from "../scenario/model.ts";
import type { MixedChoice } from "./backwardInduction.ts";
import { type DecisionTree, growTree } from "./decisionTree.ts";
import type { Graph } from "./graph.ts";
import { movesOf, type ObservedField, observationOf, type Players } from "./players.ts";

/** The policy of one actor. */
export interface PolicyTable {
  readonly actor: string;
  readonly policy: Policy;
}

/** What was decided, node by node. */
export interface Strategy {
  /** By node: the choice that is made. */
  readonly picks: Int32Array;
  readonly mixed: ReadonlyMap<number, MixedChoice>;
  /** Choices at a node that are as good as the one that is made, itself among them. */
  equals(node: number): readonly number[];
}

/** Tables, or why there are none. */
export type Tables =
  | { readonly tables: readonly PolicyTable[]; readonly reason: null }
  | { readonly tables: null; readonly reason: string };

/** A table with more distinctions than this would not be read by anybody. */
const leavesMax = 4096;

/**
 * Writes a strategy as one table an actor. `everywhere`: for all states, also where the strategy itself never leads.
 * @throws Mistake where an actor would have to read what it cannot see.
 */
export function tablesOf(graph: Graph, players: Players, strategy: Strategy, everywhere: boolean): Tables {
  const there = everywhere ? null : reached(graph, strategy);
  const tables: PolicyTable[] = [];
  for (const actor of players.free) {
    const answers = answersOf(graph, players, strategy, actor, there);
    if (typeof answers === "string") return { tables: null, reason: answers };
    const policy = writePolicy(graph, actor, answers);
    if (policy === null) {
      return { tables: null, reason: `the policy of ${actor} tells too many states apart to be written as a table` };
    }
    tables.push({ actor, policy });
  }
  return { tables, reason: null };
}

/** Nodes that runs come to under a strategy, whichever of its equal choices are made. */
function reached({ nodes, beginning, edgeStart, target }: Graph, { equals, mixed }: Strategy): Uint8Array {
  const there = new Uint8Array(nodes);
  const queue: number[] = [];
  const enter = (node: number): void => {
    if (there[node] === 1) return;
    there[node] = 1;
    queue.push(node);
  };
  beginning.targets.forEach(enter);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const mixture = mixed.get(node);
    for (const choice of mixture === undefined ? equals(node) : mixture.keys()) {
      // Where runs end, nothing is chosen.
      if (choice < 0) continue;
      for (let edge = intAt(edgeStart, choice); edge < intAt(edgeStart, choice + 1); edge++) enter(intAt(target, edge));
    }
  }
  return there;
}

/** How an actor answers what it sees. */
interface Answers {
  readonly seen: readonly ObservedField[];
  /** By situation: the values of what is seen, and the share of each option. */
  readonly situations: readonly { readonly values: readonly number[]; readonly shares: ReadonlyMap<number, number> }[];
}

interface Situation {
  readonly values: readonly number[];
  /** Options that are good in all its states; or how all of them mix. */
  good: readonly number[];
  shares: ReadonlyMap<number, number> | null;
  /** States whose answers narrowed it. */
  readonly nodes: number[];
}

function answersOf(
  graph: Graph,
  players: Players,
  strategy: Strategy,
  actor: string,
  there: Uint8Array | null,
): Answers | string {
  const { steps, store, choiceStart, action } = graph;
  const { seen, hidden } = observationOf(steps, actor);
  const situations = new Map<string, Situation>();
  const option = (node: number, choice: number): number => players.option(node, intAt(action, choice), actor);
  const { model } = steps.request;
  const holding = movesOf(model, actor).length;
  // A table that weighs nothing lets an actor hold that must move, so such an actor's only move is written as well.
  const must = model.actors.some(({ id, mustMove }) => id === actor && mustMove);
  for (let node = 0; node < store.count; node++) {
    if (there !== null && there[node] === 0) continue;
    const first = intAt(choiceStart, node);
    const until = intAt(choiceStart, node + 1);
    const chooser = players.chooser(node);
    if (chooser !== null && chooser !== actor) continue;
    const forced = must && until > first && (chooser === actor || players.isJoint(node));
    if (until - first < 2 && !forced) continue;
    const one = option(node, first);
    let several = false;
    for (let choice = first + 1; choice < until; choice++) if (option(node, choice) !== one) several = true;
    if (!several && !(forced && one !== holding)) continue;
    const mixture = strategy.mixed.get(node);
    const shares = mixture === undefined ? null : marginal(mixture, (choice) => option(node, choice));
    if (mixture !== undefined && !isIndependent(mixture, players, node, action)) {
      return "a coalition would have to mix together, which policies of its actors cannot";
    }
    const pure = shares === null ? new Set(strategy.equals(node).map((choice) => option(node, choice))) : shares.keys();
    const good = [...pure].sort((a, b) => a - b);
    const all = steps.packing.unpack(store.words, node * store.width);
    const values = seen.map(({ index }) => at(all, index));
    const key = values.join();
    const known = situations.get(key);
    if (known === undefined) {
      situations.set(key, { values, good, shares: shares !== null && shares.size > 1 ? shares : null, nodes: [node] });
      continue;
    }
    const narrowed = agree(known, good, shares !== null && shares.size > 1 ? shares : null);
    if (narrowed) known.nodes.push(node);
    if (known.good.length > 0) continue;
    const secrets = hidden.filter(({ index }) =>
      known.nodes.some((other) => at(steps.packing.unpack(store.words, other * store.width), index) !== all[index]),
    );
    if (secrets.length === 0) return "it depends on what the property remembers of the run, which a policy cannot read";
    throw new Mistake(
      `the solution would have to read ${secrets.map(({ field }) => field.id).join(", ")}, which ${actor} cannot see`,
      `solve for others than ${actor}, or fix the secret: a variant or a start that leaves nothing hidden`,
    );
  }
  return {
    seen,
    situations: [...situations.values()].map(({ values, good, shares }) => ({
      values,
      shares: shares ?? new Map([[at(good, 0), 1]]),
    })),
  };
}

/** Narrows a situation to what is good in a further state as well; whether that changed anything. */
function agree(known: Situation, good: readonly number[], shares: Situation["shares"]): boolean {
  if (known.shares !== null || shares !== null) {
    const same =
      known.shares !== null &&
      shares !== null &&
      known.shares.size === shares.size &&
      [...shares].every(([option, share]) => Math.abs((known.shares?.get(option) ?? -1) - share) < 1e-9);
    if (!same) known.good = [];
    return !same;
  }
  const both = known.good.filter((option) => good.includes(option));
  const narrowed = both.length < known.good.length;
  known.good = both;
  return narrowed;
}

function marginal(mixture: MixedChoice, option: (choice: number) => number): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const [choice, share] of mixture) shares.set(option(choice), (shares.get(option(choice)) ?? 0) + share);
  return shares;
}

/** Whether a joint mixture is what the actors' own mixtures come to. */
function isIndependent(mixture: MixedChoice, players: Players, node: number, action: Int32Array): boolean {
  const own = players.free.map((actor) => {
    const shares = marginal(mixture, (choice) => players.option(node, intAt(action, choice), actor));
    return (choice: number): number => shares.get(players.option(node, intAt(action, choice), actor)) ?? 0;
  });
  return [...mixture].every(
    ([choice, share]) => Math.abs(own.reduce((product, of) => product * of(choice), 1) - share) < 1e-9,
  );
}

/** Id under which a found policy stands. */
const found = "solved";

function writePolicy({ steps }: Graph, actor: string, { seen, situations }: Answers): Policy | null {
  const { model } = steps.request;
  const taken = model.policies.find((one) => one.actor === actor)?.policies ?? [];
  let id = found;
  for (let number = 2; taken.some((policy) => policy.id === id); number++) id = `${found}_${number}`;
  const kinds = new Map<string, number>();
  const answers: ReadonlyMap<number, number>[] = [];
  const labels = Int32Array.from(situations, ({ shares }) => {
    const key = [...shares].map(([option, share]) => `${option} ${share.toFixed(12)}`).join();
    const label = kinds.get(key) ?? answers.push(shares) - 1;
    kinds.set(key, label);
    return label;
  });
  if (situations.length === 0) return { id, weights: [], hold: { op: "number", value: 1 }, others: null };
  const columns = seen.map((_, column) => Int32Array.from(situations, ({ values }) => at(values, column)));
  const named = seen.map(({ field }) => field.kind === "track");
  const tree = growTree({ columns, named, labels }, leavesMax);
  if (tree === null) return null;
  const weigh = (option: number): Expression | null => {
    const shares = answers.map((answer) => answer.get(option) ?? 0);
    if (shares.every((share) => share === 0)) return null;
    return weightOf(tree, shares, (column, by, value) => ask(model, seen[column], by, value));
  };
  const moves = movesOf(model, actor);
  const weights = moves.flatMap(({ id: move }, option) => {
    const weight = weigh(option);
    return weight === null ? [] : [{ move, weight }];
  });
  return { id, weights, hold: weigh(moves.length), others: null };
}

type Ask = (column: number, by: "is" | "at most", value: number) => Expression;

/** The share of an option by tree: a condition where it is all or nothing. */
function weightOf(tree: DecisionTree, shares: readonly number[], question: Ask): Expression {
  const whole = shares.every((share) => share === 0 || share === 1);
  const write = (node: DecisionTree): Expression => {
    if (node.kind === "leaf") return { op: "number", value: at(shares, node.label) };
    const yes = write(node.yes);
    const no = write(node.no);
    if (JSON.stringify(yes) === JSON.stringify(no)) return yes;
    const when = question(node.column, node.by, node.value);
    if (!whole) return { op: "if", when, then: yes, else: no };
    if (isNumber(yes, 1)) return isNumber(no, 0) ? when : either(when, no);
    if (isNumber(yes, 0)) return isNumber(no, 1) ? opposite(when) : both(opposite(when), no);
    if (isNumber(no, 0)) return both(when, yes);
    if (isNumber(no, 1)) return either(opposite(when), yes);
    return either(both(when, yes), both(opposite(when), no));
  };
  return write(tree);
}

const isNumber = (one: Expression, value: number): boolean => one.op === "number" && one.value === value;

function joined(op: "and" | "or", one: Expression, other: Expression): Expression {
  return { op, of: [one, other].flatMap((part) => (part.op === op ? part.of : [part])) };
}

const both = (one: Expression, other: Expression): Expression => joined("and", one, other);
const either = (one: Expression, other: Expression): Expression => joined("or", one, other);

const opposites = { is: "is not", "is not": "is", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;

function opposite(one: Expression): Expression {
  if (one.op === "compare") return { ...one, by: opposites[one.by] };
  return one.op === "not" ? one.of : { op: "not", of: one };
}

/** A question about a field, as an expression. */
function ask(model: Model, seen: ObservedField | undefined, by: "is" | "at most", value: number): Expression {
  if (seen === undefined) throw new Error("a question about nothing");
  const { kind, id } = seen.field;
  const comparison = by === "is" ? "is" : "<=";
  if (kind === "track") {
    const states = model.tracks.find((track) => track.id === id)?.states ?? [];
    const edge = by === "at most" && (value === 0 || value === states.length - 2);
    const last = value === states.length - 2 && value !== 0;
    const state = states[edge && last ? value + 1 : value]?.id ?? "";
    const op = edge ? (last ? "is not" : "is") : comparison;
    return { op: "compare", by: op, left: { op: "track", id }, right: { op: "state", track: id, id: state } };
  }
  const number: Expression = { op: "number", value };
  if (kind === "variable") {
    const flag = model.variables.find((variable) => variable.id === id)?.kind === "flag";
    if (flag) return { op: "not", of: { op: "variable", id } };
    return { op: "compare", by: comparison, left: { op: "variable", id }, right: number };
  }
  if (kind === "round") return { op: "compare", by: comparison, left: { op: "round" }, right: number };
  if (kind !== "since" && kind !== "made") throw new Error(`nobody sees ${kind}`);
  return { op: "compare", by: comparison, left: { op: kind, mark: markOf(id) }, right: number };
}

function markOf(key: string): Mark {
  const at = key.indexOf(":");
  const kind = key.slice(0, at);
  if (kind !== "track" && kind !== "move" && kind !== "incident") throw new Error(`no mark ${key}`);
  return { kind, id: key.slice(at + 1) };
}
