/**
 * The joint step: moves made together all happen, each upon the state in which the turns opened, and what they add adds
 * up. Where two set one thing differently, or a move is first come, first served, a lot says in which order.
 *
 * What each move does is worked out before anything changes. Then the moves are gone through in an order; a move that is
 * first come is forestalled where its condition fails on the state as if the step ended just before it. In the end each
 * name has the last value set plus all changes, kept in its range. Chance is not drawn here: `results` tells the
 * distinct results that a lot can have, and `settle` what comes of one order.
 */

import type { Expression } from "../scenario/expression.ts";
import { type JointEffect, jointEffect } from "../scenario/jointEffect.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Assignment, Model, Move, Variable } from "../scenario/model.ts";
import { Faulted } from "./faulted.ts";
import type { State } from "./state.ts";

/** A part of a joint step: which move, which way; a null move is holding. */
export interface JointPart {
  readonly actor: string;
  readonly move: string | null;
  readonly branch: string | null;
}

/** What comes of a joint step in one order. */
export interface JointSettled {
  /** The state after it; its cursor is as before. */
  readonly state: State;
  /** Actors whose moves came too late. */
  readonly forestalled: ReadonlySet<string>;
  /** By actor, the names it set that another's later setting replaced. */
  readonly overruled: ReadonlyMap<string, readonly string[]>;
}

/** A result that a lot can have. */
export interface LotResult {
  /** Actors whose moves are made, in an order that leads there. */
  readonly order: readonly string[];
  /** Share of all orders that lead there. */
  readonly share: number;
}

/** The law of joint steps under a treatment. */
export interface JointLaw {
  /** What comes of these moves in this order of their actors; faults where a value leaves its range. */
  settle(state: State, parts: readonly JointPart[], order: readonly string[]): JointSettled;
  /** Whether some orders give another result than others; taken to be so where there are too many to tell. */
  orderMatters(state: State, parts: readonly JointPart[]): boolean;
  /**
   * The distinct results of a lot; a single one where every order gives the same.
   * @throws LotTooLarge where there are too many to be told apart.
   */
  results(state: State, parts: readonly JointPart[]): readonly LotResult[];
}

type Evaluate = (state: State) => number;

/** What a move does to one name; a value of a track is the index of its state. */
interface Contribution {
  readonly id: string;
  readonly kind: "changes" | "sets";
  readonly value: number;
}

/** A move that is made, with all that it does. */
interface MoveInStep {
  readonly actor: string;
  readonly move: Move;
  readonly contributions: readonly Contribution[];
}

/** What has been made so far of the moves of a step. */
interface Progress {
  /** Last value set by name, and who set it. */
  readonly settings: ReadonlyMap<string, { readonly value: number; readonly by: string }>;
  /** Sum of changes by name. */
  readonly sums: ReadonlyMap<string, number>;
  /** Moves that were made. */
  readonly made: readonly string[];
  readonly forestalled: readonly string[];
}

const nothing: Progress = { settings: new Map(), sums: new Map(), made: [], forestalled: [] };

/** More intermediate situations than this are not told apart: then the lot is drawn in any case. */
const situationsMax = 20_000;

/** The joint steps of a model. */
export function jointLaw(
  model: Model,
  evaluator: (expression: Expression, path: string) => Evaluate,
  conditionOf: (move: string) => Evaluate,
): JointLaw {
  const compiled = new Map<string, (state: State) => readonly Contribution[]>();
  const moves = new Map(model.moves.map((move) => [move.id, move]));
  const tracks = new Map(model.tracks.map((track) => [track.id, track.states.map(({ id }) => id)]));
  const variables = new Map(model.variables.map((variable) => [variable.id, variable]));

  function moveOf(id: string): Move {
    const move = moves.get(id);
    if (move === undefined) throw new Error(`the model has no move ${id}`);
    return move;
  }

  function contributionsOf(move: Move, branch: string | null): (state: State) => readonly Contribution[] {
    const key = `${move.id} ${branch ?? ""}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const taken = move.branches.find(({ id }) => id === branch)?.then ?? [];
    const effects = [
      ...move.then.map((one) => compileEffect(one, `moves.${move.id}.then.${one.id}`)),
      ...taken.map((one) => compileEffect(one, `moves.${move.id}.branches.${branch}.then.${one.id}`)),
    ];
    const all = (state: State): readonly Contribution[] => effects.flatMap((effect) => effect(state) ?? []);
    compiled.set(key, all);
    return all;
  }

  function compileEffect(assignment: Assignment, path: string): (state: State) => Contribution | null {
    const { id, target } = assignment;
    const isNumber = target === "variable" && variables.get(id)?.kind !== "flag";
    const valued = (expression: Expression): Evaluate => {
      const evaluate = evaluator(expression, path);
      return isNumber ? (state) => wholeOf(evaluate(state), path) : evaluate;
    };
    const compile = (effect: JointEffect): ((state: State) => Contribution | null) => {
      switch (effect.kind) {
        case "leaves":
          return () => null;
        case "changes": {
          const by = valued(effect.by);
          return (state) => ({ id, kind: "changes", value: by(state) });
        }
        case "sets": {
          const to = valued(effect.to);
          return (state) => ({ id, kind: "sets", value: to(state) });
        }
        case "depends": {
          const when = evaluator(effect.when, path);
          const [then, otherwise] = [compile(effect.then), compile(effect.else)];
          return (state) => (when(state) !== 0 ? then(state) : otherwise(state));
        }
      }
    };
    return compile(jointEffect(model, assignment));
  }

  const movesIn = (state: State, parts: readonly JointPart[]): readonly MoveInStep[] =>
    parts.flatMap(({ actor, move: id, branch }) => {
      if (id === null) return [];
      const move = moveOf(id);
      return [{ actor, move, contributions: contributionsOf(move, branch)(state) }];
    });

  /** The state as the step would leave it; a count beyond its range is a fault, or kept in it. */
  function reach(state: State, { settings, sums, made }: Progress, faults: boolean): State {
    const reached = { tracks: { ...state.tracks }, variables: { ...state.variables } };
    const entered = { ...state.entered };
    const times = { ...state.made };
    for (const [id, states] of tracks) {
      const set = settings.get(id);
      if (set === undefined) continue;
      const name = states[set.value];
      if (name === undefined) throw new Error(`${id} has no state ${set.value}`);
      if (name === state.tracks[id]) continue;
      reached.tracks[id] = name;
      if (model.since.includes(`track:${id}`)) entered[`track:${id}`] = state.round;
    }
    for (const [id, variable] of variables) {
      const set = settings.get(id);
      const sum = sums.get(id);
      if (set === undefined && sum === undefined) continue;
      if (variable.kind === "flag")
        reached.variables[id] = set === undefined ? state.variables[id] === true : set.value !== 0;
      else reached.variables[id] = within(variable, (set?.value ?? Number(state.variables[id])) + (sum ?? 0), faults);
    }
    for (const id of made) {
      const mark = `move:${id}`;
      if (model.since.includes(mark)) entered[mark] = state.round;
      if (model.made.includes(mark)) times[mark] = (times[mark] ?? 0) + 1;
    }
    return { ...state, ...reached, entered, made: times };
  }

  function proceed(state: State, so: Progress, { actor, move, contributions }: MoveInStep): Progress {
    if (move.firstCome && conditionOf(move.id)(reach(state, so, false)) === 0) {
      return { ...so, forestalled: [...so.forestalled, actor] };
    }
    const settings = new Map(so.settings);
    const sums = new Map(so.sums);
    for (const { id, kind, value } of contributions) {
      if (kind === "sets") settings.set(id, { value, by: actor });
      else sums.set(id, (sums.get(id) ?? 0) + value);
    }
    return { ...so, settings, sums, made: [...so.made, move.id] };
  }

  function settle(state: State, parts: readonly JointPart[], order: readonly string[]): JointSettled {
    const steps = movesIn(state, parts);
    const inOrder = [...steps].sort((one, other) => order.indexOf(one.actor) - order.indexOf(other.actor));
    const end = inOrder.reduce((so, step) => proceed(state, so, step), nothing);
    const forestalled = new Set(end.forestalled);
    const overruled = new Map(
      steps
        .filter(({ actor }) => !forestalled.has(actor))
        .map(({ actor, contributions }) => [
          actor,
          contributions
            .filter(({ id, kind, value }) => kind === "sets" && end.settings.get(id)?.value !== value)
            .map(({ id }) => id),
        ]),
    );
    // Marks and values do not depend on the order any more, so that they stand as the document has them.
    return { state: reach(state, { ...end, made: madeInDocument(end.made) }, true), forestalled, overruled };
  }

  const madeInDocument = (made: readonly string[]): readonly string[] =>
    model.moves.filter(({ id }) => made.includes(id)).map(({ id }) => id);

  function results(state: State, parts: readonly JointPart[]): readonly LotResult[] {
    const steps = movesIn(state, parts);
    const anyOrder = [{ order: steps.map(({ actor }) => actor), share: 1 }];
    if (steps.length < 2 || !mayDiffer(steps)) return anyOrder;
    let layer: readonly Situation[] = [{ order: [], left: steps, so: nothing, share: 1 }];
    let situations = 0;
    for (let placed = 0; placed < steps.length; placed++) {
      layer = merged(layer.flatMap((one) => follow(state, one)));
      situations += layer.length;
      if (situations > situationsMax) throw new LotTooLarge(steps.length);
    }
    return layer.map(({ order, share }) => ({ order, share }));
  }

  /** What can come next in a lot: each of the moves that are left. */
  function follow(state: State, situation: Situation): readonly Situation[] {
    const { order, left, so, share } = situation;
    if (left.length === 0) return [situation];
    return left.map((step): Situation => {
      const rest = left.filter((other) => other !== step);
      const next = { order: [...order, step.actor, ...rest.map(({ actor }) => actor)], share: share / left.length };
      try {
        return { ...next, order: [...order, step.actor], left: rest, so: proceed(state, so, step) };
      } catch (error) {
        if (!(error instanceof Faulted)) throw error;
        // The model is at fault here, whatever would come.
        return { ...next, left: [], so: { ...nothing, forestalled: [error.fault.path] } };
      }
    });
  }

  function orderMatters(state: State, parts: readonly JointPart[]): boolean {
    const steps = movesIn(state, parts);
    if (steps.length < 2 || !mayDiffer(steps)) return false;
    // Of two different settings, whichever comes last stands.
    if (!steps.some(({ move }) => move.firstCome)) return true;
    try {
      return results(state, parts).length > 1;
    } catch (error) {
      if (error instanceof LotTooLarge) return true;
      throw error;
    }
  }

  return { settle, orderMatters, results };
}

/** A joint step whose results are too many to be told apart. */
export class LotTooLarge extends Mistake {
  constructor(moves: number) {
    super(
      `the orders of ${moves} moves made together have too many results to be told apart`,
      "let fewer actors move together, or contest fewer things",
    );
    this.name = "LotTooLarge";
  }
}

/** Some of the moves gone through, and those that are left. */
interface Situation {
  readonly order: readonly string[];
  readonly left: readonly MoveInStep[];
  readonly so: Progress;
  readonly share: number;
}

/** Situations that differ in nothing but how they came about, taken together. */
function merged(situations: readonly Situation[]): readonly Situation[] {
  const found = new Map<string, Situation>();
  for (const one of situations) {
    const key = keyOf(one.left, one.so);
    const known = found.get(key);
    found.set(key, known === undefined ? one : { ...known, share: known.share + one.share });
  }
  return [...found.values()];
}

/** Whether two moves set one thing differently, or one is first come. */
function mayDiffer(steps: readonly MoveInStep[]): boolean {
  if (steps.some(({ move }) => move.firstCome)) return true;
  const set = new Map<string, number>();
  for (const { id, kind, value } of steps.flatMap(({ contributions }) => contributions)) {
    if (kind !== "sets") continue;
    const other = set.get(id);
    if (other !== undefined && other !== value) return true;
    set.set(id, value);
  }
  return false;
}

const sortedById = (values: readonly (readonly [string, number])[]): readonly (readonly [string, number])[] =>
  values.toSorted(([one], [other]) => (one < other ? -1 : 1));

function keyOf(left: readonly MoveInStep[], { settings, sums, made, forestalled }: Progress): string {
  return JSON.stringify([
    left.map(({ actor }) => actor),
    sortedById([...settings].map(([id, { value }]) => [id, value] as const)),
    sortedById([...sums]),
    [...made].sort(),
    [...forestalled].sort(),
  ]);
}

function wholeOf(value: number, path: string): number {
  if (Number.isInteger(value)) return value + 0;
  const reason = Number.isFinite(value)
    ? `${value} is not a whole number: use round(...) or floor(...)`
    : `${value} is not a number`;
  throw new Faulted({ path, reason });
}

function within({ id, kind, low, high }: Variable, value: number, faults: boolean): number {
  const kept = Math.min(high, Math.max(low, value)) + 0;
  if (kind === "scale" || !faults || value === kept) return kept;
  throw new Faulted({ path: `variables.${id}`, reason: `${id} would be ${value}, outside ${low} to ${high}` });
}
