/**
 * What a run must remember besides its tracks and variables, so that every condition can be read.
 *
 * The round is remembered where there is a horizon or something reads the calendar. For `since` and `made` a counter is
 * kept that stops where no comparison can tell larger values apart; one that is read in any other way counts on.
 * Nothing here reads a state.
 */
import type { Treatment } from "../engine/treatment.ts";
import { markKey } from "../scenario/evaluate.ts";
import type { Comparison, Expression, Mark } from "../scenario/expression.ts";
import type { Model, Policy } from "../scenario/model.ts";
import { conditionsOf } from "../scenario/property.ts";
import { operandsOf, readOf } from "../scenario/walk.ts";
import { type Local, number, read as readLocal } from "./code.ts";
import { type StateAccess, translator } from "./translate.ts";

/** A counter of rounds since a mark, or of how often it was made. */
export interface Counter {
  readonly counts: "since" | "made";
  readonly mark: Mark;
  /** Where it stops: all larger values, and never, count as this one. */
  readonly high: number;
  /** Whether it stops short of what a run can reach, so that `high` stands for everything above. */
  readonly saturates: boolean;
}

export interface Memory {
  /** Whether states know their round. */
  readonly round: boolean;
  /** Largest round that a run reaches. */
  readonly roundMax: number;
  readonly counters: readonly Counter[];
}

/** Plans the memory of a model under a treatment. */
export function planMemory(model: Model, treatment: Treatment, limit: number): Memory {
  const roundMax = Math.min(treatment.rounds ?? limit, limit);
  const wanted = new Map<string, { counts: "since" | "made"; mark: Mark; high: number }>();
  let readsRound = treatment.rounds !== null || treatment.script.length > 0;
  readsRound ||= model.incidents.some((incident) => incident.date !== null);
  const largest = boundFinder(model, treatment, roundMax);
  const terms = new Map(model.terms.map((term) => [term.id, term.value]));
  const seen = new Set<string>();

  const want = (counts: "since" | "made", mark: Mark, high: number): void => {
    const key = `${counts} ${markKey(mark)}`;
    wanted.set(key, { counts, mark, high: Math.max(high, wanted.get(key)?.high ?? 0) });
  };

  /** Takes note of a comparison of a counter with something bounded; false where it is none. */
  const compared = (one: Expression, by: Comparison, other: Expression): boolean => {
    const counter = unfold(one, terms);
    if (counter.op !== "since" && counter.op !== "made") return false;
    const bound = largest(other);
    if (!Number.isFinite(bound)) return false;
    // From the bound on `>=` and `<` tell nothing apart, the others only from beyond it.
    want(counter.op, counter.mark, by === ">=" || by === "<" ? Math.ceil(bound) : Math.floor(bound) + 1);
    scan(other);
    return true;
  };

  function scan(expression: Expression): void {
    const read = readOf(expression);
    if (read?.kind === "calendar") readsRound = true;
    if (read?.kind === "since" || read?.kind === "made") want(read.kind, read.mark, Infinity);
    if (expression.op === "term") {
      if (seen.has(expression.id)) return;
      seen.add(expression.id);
      const value = terms.get(expression.id);
      if (value !== undefined) scan(value);
    } else if (expression.op === "compare") {
      const { left, by, right } = expression;
      if (compared(left, by, right) || compared(right, mirrored[by], left)) return;
      scan(left);
      scan(right);
    } else if (expression.op === "in") {
      const counted = expression.of.map((one) => compared(expression.item, "is", one));
      if (!counted.every(Boolean)) [expression.item, ...expression.of].forEach(scan);
    } else {
      operandsOf(expression).forEach(scan);
    }
  }

  allExpressions(model, treatment).forEach(scan);
  const counters = [...wanted.values()].map(({ counts, mark, high }): Counter => {
    // One more than can be reached is kept for `never`.
    const reach = counts === "since" ? roundMax + 1 : roundMax;
    return { counts, mark, high: Math.min(high, reach), saturates: high < reach };
  });
  return { round: readsRound, roundMax, counters };
}

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  is: "is",
  "is not": "is not",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function unfold(expression: Expression, terms: ReadonlyMap<string, Expression>): Expression {
  if (expression.op !== "term") return expression;
  const value = terms.get(expression.id);
  return value === undefined ? expression : unfold(value, terms);
}

/** The largest value an expression can have; Infinity where that is not known. */
function boundFinder(model: Model, treatment: Treatment, roundMax: number): (expression: Expression) => number {
  const place = (low: number, high: number): Local => ({ id: -1, role: "field", type: "float", low, high });
  const whole = (low: number, high: number): Local => ({ ...place(low, high), type: "int" });
  const variables = new Map(model.variables.map((variable) => [variable.id, variable]));
  const tracks = new Map(model.tracks.map((track) => [track.id, track]));
  const reading: StateAccess = {
    track: (id) => whole(0, (tracks.get(id)?.states.length ?? 1) - 1),
    variable: (id) => whole(variables.get(id)?.low ?? 0, variables.get(id)?.high ?? 0),
    round: whole(0, roundMax),
    since: () => readLocal(place(0, Infinity)),
    made: () => readLocal(place(0, Infinity)),
    outcome: () => readLocal(whole(0, 1)),
    chose: () => readLocal(whole(0, 1)),
  };
  const { translate } = translator({
    model,
    assume: treatment.assume,
    reading,
    fault: () => 0,
    table: () => 0,
    roundMax,
  });
  return (expression) => number(translate(expression, "")).high;
}

/** Every expression of a model that can matter under a treatment. */
function allExpressions(model: Model, treatment: Treatment): readonly Expression[] {
  const steps = [...model.moves, ...model.incidents];
  const found: (Expression | null)[] = [
    model.start,
    ...steps.flatMap((step) => [step.when, ...step.then.map((effect) => effect.value)]),
    ...steps
      .flatMap((step) => step.branches)
      .flatMap((branch) => [branch.odds, ...branch.then.map(({ value }) => value)]),
    ...model.incidents.map((incident) => incident.chance),
    ...model.rules.flatMap((rule) => [rule.when, ...rule.then.map((effect) => effect.value)]),
    ...model.outcomes.map((outcome) => outcome.when),
    ...model.tallies.flatMap((tally) => tally.entries.flatMap((entry) => [entry.add, entry.when])),
    ...model.actors.map((actor) => actor.utility),
    ...model.properties.flatMap(conditionsOf),
    ...model.actors.flatMap((actor) => policyExpressions(chosenPolicy(model, treatment, actor.id))),
  ];
  return found.filter((expression) => expression !== null);
}

/** The policy that an actor follows under a treatment, or null. */
export function chosenPolicy(model: Model, treatment: Treatment, actor: string): Policy | null {
  const policies = model.policies.find((candidate) => candidate.actor === actor)?.policies ?? [];
  return policies.find((policy) => policy.id === treatment.policies[actor]) ?? null;
}

function policyExpressions(policy: Policy | null): readonly (Expression | null)[] {
  return policy === null ? [] : [...policy.weights.map(({ weight }) => weight), policy.hold, policy.others];
}
