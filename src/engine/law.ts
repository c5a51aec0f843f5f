/**
 * The law of a step: what may happen in a state, and the state that follows.
 *
 * `enactLaw` compiles a model under a treatment into pure functions. The heart is `next(state, happening)`: one atomic
 * block whose right-hand sides all read the state before it. It knows nothing of chance or of who chooses; whose turn
 * it is belongs to the round protocol. Evaluation failures are thrown as `Faulted`, with the path of what failed.
 */
import { compileExpression, EvaluationFault, type EvaluationState } from "../scenario/evaluate.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Branch, Incident, Model, Move, Variable } from "../scenario/model.ts";
import { settleChance, settleWeight } from "../scenario/roundOff.ts";
import { Faulted } from "./faulted.ts";
import { type JointLaw, type JointPart, jointLaw } from "./jointStep.ts";
import type { Ended, State } from "./state.ts";
import type { Treatment } from "./treatment.ts";

/** Something that changes a state. Its type names it: the alphabet of the statechart. */
export type Happening =
  | { readonly type: `move:${string}`; readonly branch: string | null }
  | { readonly type: `incident:${string}`; readonly branch: string | null }
  | { readonly type: `avert:${string}` }
  | { readonly type: `hold:${string}` }
  /** Moves made together; the order of their actors is of consequence only where a lot was needed. */
  | { readonly type: "joint"; readonly parts: readonly JointPart[]; readonly order: readonly string[] }
  | { readonly type: `rule:${string}` }
  | { readonly type: "tick" }
  | { readonly type: "end"; readonly ended: Ended; readonly outcome: string | null };

/** Evaluates a compiled expression of the law in a state, or where a step is counted with what was chosen in it. */
type Evaluate = (state: State & Pick<EvaluationState, "chosen">) => number;
type Block = (before: State, into: Draft) => void;

/** The state under construction: sections copied when first written. */
interface Draft {
  tracks: Record<string, string>;
  variables: Record<string, number | boolean>;
  entered: Record<string, number>;
  made: Record<string, number>;
}

/** A move or incident, compiled. */
export interface LawStep {
  readonly definition: Move | Incident;
  readonly when: Evaluate;
  /** Odds of each branch in a state, not negative and not all zero; empty where there are no branches. */
  odds(state: State): readonly number[];
}

export interface Law {
  readonly model: Model;
  readonly treatment: Treatment;
  /** The round protocol in static order: incidents (dated, then others), turns, `tick`. */
  readonly order: readonly string[];
  readonly moves: ReadonlyMap<string, LawStep>;
  readonly incidents: ReadonlyMap<string, LawStep & { chance(state: State): number }>;
  readonly rules: readonly { readonly id: string; readonly when: Evaluate }[];
  readonly outcomes: readonly { readonly id: string; readonly when: Evaluate | null; readonly atEnd: boolean }[];
  /** Whether a happening may take place in a state, whoever's turn it is. */
  allows(state: State, happening: Happening): boolean;
  /** The state that follows an allowed happening. */
  next(state: State, happening: Happening): State;
  /** Moves made together. */
  readonly joint: JointLaw;
  /** Compiles a further expression of the model; `path` names it in faults. */
  evaluator(expression: Expression, path: string): Evaluate;
}

/** The moment of the round at which a happening leaves the cursor. */
function cursorAfter(order: readonly string[], cursor: string): string {
  return order[order.indexOf(cursor) + 1] ?? "tick";
}

/** Compiles a model under a treatment. */
export function enactLaw(model: Model, treatment: Treatment): Law {
  const context = { model, assume: treatment.assume };
  const evaluator = (expression: Expression, path: string): Evaluate => {
    const evaluate = compileExpression(expression, context);
    return (state) => {
      try {
        return evaluate(state);
      } catch (error) {
        throw error instanceof EvaluationFault ? new Faulted({ path, reason: error.reason }) : error;
      }
    };
  };
  const order = protocolOrder(model, treatment);
  const moves = new Map(model.moves.map((move) => [move.id, step(move, `moves.${move.id}`)]));
  const incidents = new Map(
    model.incidents.map((incident) => {
      const path = `incidents.${incident.id}`;
      const chance = evaluator(incident.chance, `${path}.chance`);
      return [incident.id, { ...step(incident, path), chance: (state: State) => checkChance(chance(state), path) }];
    }),
  );
  const rules = model.rules.map((rule) => ({ id: rule.id, when: evaluator(rule.when, `rules.${rule.id}.when`) }));
  const ruleBlocks = new Map(model.rules.map((rule) => [rule.id, block(rule.then, `rules.${rule.id}.then`)]));
  const outcomes = model.outcomes.map(({ id, when, atEnd }) => ({
    id,
    when: when === null ? null : evaluator(when, `outcomes.${id}.when`),
    atEnd,
  }));

  function step(definition: Move | Incident, path: string): CompiledStep {
    return {
      definition,
      when: definition.when === null ? () => 1 : evaluator(definition.when, `${path}.when`),
      then: block(definition.then, `${path}.then`),
      branches: new Map(
        definition.branches.map((branch) => [branch.id, block(branch.then, `${path}.branches.${branch.id}.then`)]),
      ),
      odds: branchOdds(definition.branches, `${path}.branches`),
    };
  }

  function branchOdds(branches: readonly Branch[], path: string): (state: State) => readonly number[] {
    const odds = branches.map((branch) => evaluator(branch.odds, `${path}.${branch.id}.odds`));
    return (state) => {
      const weights = odds.map((evaluate, index) =>
        checkWeight(evaluate(state), `${path}.${branches[index]?.id}.odds`, "odds"),
      );
      if (weights.length > 0 && weights.every((weight) => weight === 0)) {
        throw new Faulted({ path, reason: "the odds of all branches are zero" });
      }
      return weights;
    };
  }

  function block(assignments: readonly Assignment[], path: string): Block {
    const effects = assignments.map((assignment) => effect(assignment, `${path}.${assignment.id}`));
    return (before, into) => {
      for (const apply of effects) apply(before, into);
    };
  }

  function effect({ target, id, value }: Assignment, path: string): Block {
    const evaluate = evaluator(value, path);
    if (target === "track") {
      const states = model.tracks.find((track) => track.id === id)?.states ?? [];
      const mark = `track:${id}`;
      const remembered = model.since.includes(mark);
      return (before, into) => {
        const name = states[evaluate(before)]?.id;
        if (name === undefined) throw new Faulted({ path, reason: "there is no such track state" });
        if (name === before.tracks[id]) return;
        into.tracks[id] = name;
        if (remembered) into.entered[mark] = before.round;
      };
    }
    const variable = model.variables.find((candidate) => candidate.id === id);
    if (variable === undefined) throw new Error(`${path}: no variable ${id}`);
    return (before, into) => {
      into.variables[id] = settle(variable, evaluate(before), path);
    };
  }

  const draftOf = (state: State): Draft => ({
    tracks: { ...state.tracks },
    variables: { ...state.variables },
    entered: { ...state.entered },
    made: { ...state.made },
  });

  function perform(state: State, compiled: CompiledStep, mark: string, branch: string | null): State {
    const draft = draftOf(state);
    compiled.then(state, draft);
    if (branch !== null) compiled.branches.get(branch)?.(state, draft);
    if (model.since.includes(mark)) draft.entered[mark] = state.round;
    if (model.made.includes(mark)) draft.made[mark] = (state.made[mark] ?? 0) + 1;
    return { ...state, ...draft };
  }

  const joint = jointLaw(model, evaluator, (move) => demand(moves, move).when);

  const turnOf = (actor: string): string => (treatment.turns === "in order" ? `turn:${actor}` : "turn");

  const ruleConditions = new Map(rules.map((rule) => [rule.id, rule.when]));

  function allows(state: State, happening: Happening): boolean {
    if (state.ended !== null) return false;
    const [kind, id] = split(happening.type);
    if (kind === "move") return demand(moves, id).when(state) !== 0;
    if (kind === "incident" || kind === "avert") return demand(incidents, id).when(state) !== 0;
    return kind !== "rule" || demand(ruleConditions, id)(state) !== 0;
  }

  function next(state: State, happening: Happening): State {
    if (happening.type === "tick") return { ...state, round: state.round + 1, cursor: order[0] ?? "tick" };
    if (happening.type === "end") return { ...state, ended: happening.ended, outcome: happening.outcome };
    if (happening.type === "joint") {
      const { state: reached } = joint.settle(state, happening.parts, happening.order);
      return { ...reached, cursor: cursorAfter(order, "turn") };
    }
    const [kind, id] = split(happening.type);
    const branch = "branch" in happening ? happening.branch : null;
    switch (kind) {
      case "move": {
        const compiled = demand(moves, id);
        const actor = "by" in compiled.definition ? compiled.definition.by : "";
        return { ...perform(state, compiled, happening.type, branch), cursor: cursorAfter(order, turnOf(actor)) };
      }
      case "incident":
        return {
          ...perform(state, demand(incidents, id), happening.type, branch),
          cursor: cursorAfter(order, happening.type),
        };
      case "avert":
        return { ...state, cursor: cursorAfter(order, `incident:${id}`) };
      case "hold":
        return { ...state, cursor: cursorAfter(order, turnOf(id)) };
      default: {
        const draft = draftOf(state);
        demand(ruleBlocks, id)(state, draft);
        return { ...state, ...draft };
      }
    }
  }

  return { model, treatment, order, moves, incidents, rules, outcomes, allows, next, joint, evaluator };
}

/** Kind and id of a happening's type or of a point of the protocol; the id is empty where there is none. */
export function split(type: string): [kind: string, id: string] {
  const colon = type.indexOf(":");
  return colon < 0 ? [type, ""] : [type.slice(0, colon), type.slice(colon + 1)];
}

interface CompiledStep extends LawStep {
  readonly then: Block;
  readonly branches: ReadonlyMap<string, Block>;
}

function protocolOrder(model: Model, treatment: Treatment): readonly string[] {
  const dated = model.incidents.filter((incident) => incident.date !== null);
  const others = model.incidents.filter((incident) => incident.date === null);
  const movers = model.actors.filter((actor) => model.moves.some((move) => move.by === actor.id));
  const turns = treatment.turns === "in order" ? movers.map((actor) => `turn:${actor.id}`) : ["turn"];
  return [
    ...[...dated, ...others].map((incident) => `incident:${incident.id}`),
    ...(movers.length > 0 ? turns : []),
    "tick",
  ];
}

/** The value a variable takes: clamped on a scale, a truth for a flag, a fault where a count leaves its range. */
function settle(variable: Variable, value: number, path: string): number | boolean {
  if (variable.kind === "flag") return value !== 0;
  if (!Number.isInteger(value)) {
    const number = Number.isFinite(value)
      ? `${value} is not a whole number: use round(...) or floor(...)`
      : `${value} is not a number`;
    throw new Faulted({ path, reason: number });
  }
  if (variable.kind === "scale") return Math.min(variable.high, Math.max(variable.low, value + 0));
  if (value < variable.low || value > variable.high) {
    throw new Faulted({
      path,
      reason: `${variable.id} would be ${value}, outside ${variable.low} to ${variable.high}`,
    });
  }
  return value + 0;
}

function checkChance(value: number, path: string): number {
  const chance = settleChance(value);
  if (chance >= 0 && chance <= 1) return chance;
  throw new Faulted({ path: `${path}.chance`, reason: `the chance is ${chance}, outside 0 to 1` });
}

/** Passes a weight on if it is a finite number that is not negative; where only rounding parts it from 0, it is 0. */
export function checkWeight(value: number, path: string, what: "odds" | "weight"): number {
  const weight = settleWeight(value);
  if (weight >= 0 && weight < Number.POSITIVE_INFINITY) return weight;
  throw new Faulted({ path, reason: `the ${what} is ${weight}, but it may not be ${weight < 0 ? "negative" : "so"}` });
}

function demand<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`the model has no ${id}`);
  return found;
}
