/**
 * A treatment: everything about a run that is settled before it starts, besides seed and replication.
 *
 * It is the model's defaults, overridden by a variant, overridden by what the user asks for at the command line or in
 * an experiment. Fully explicit afterwards: every assumption, track and variable has its entry.
 */
import { Mistake } from "../scenario/mistake.ts";
import type { InitialValue, Model, ScriptEntry, Turns } from "../scenario/model.ts";
import { nearest } from "../scenario/suggest.ts";

export interface Treatment {
  /** Id of the variant, or `default`. */
  readonly variant: string;
  /** Value of every assumption. */
  readonly assume: Readonly<Record<string, number | boolean>>;
  /** Possible initial values of every track and variable. */
  readonly initial: Readonly<Record<string, readonly InitialValue[]>>;
  /** Name of the policy of every actor that has one. */
  readonly policies: Readonly<Record<string, string>>;
  readonly script: readonly ScriptEntry[];
  readonly turns: Turns;
  /** Horizon in rounds, or null. */
  readonly rounds: number | null;
}

/** What may be asked for besides the scenario's own variants. */
export interface TreatmentRequest {
  readonly variant?: string;
  readonly assume?: Readonly<Record<string, number | boolean>>;
  readonly policies?: Readonly<Record<string, string>>;
  readonly rounds?: number;
}
/** The name under which a scenario is run without a variant. */
export const defaultVariant = "default";

/** Ids of the treatments that a comparison takes if none is named: all variants, or the default alone. */
export function variantIds(model: Model): readonly string[] {
  return model.variants.length > 0 ? model.variants.map((variant) => variant.id) : [defaultVariant];
}

/**
 * Settles a treatment.
 * @throws Mistake where the request names something unknown or a value out of place.
 */
export function treat(model: Model, request: TreatmentRequest = {}): Treatment {
  const name = request.variant ?? defaultVariant;
  const variant = model.variants.find((candidate) => candidate.id === name) ?? null;
  if (variant === null && name !== defaultVariant) {
    const ids = [...model.variants.map((candidate) => candidate.id), defaultVariant];
    throw unknown("variant", name, ids);
  }
  const rounds = request.rounds ?? variant?.rounds ?? model.rounds;
  if (request.rounds !== undefined && (!Number.isInteger(request.rounds) || request.rounds < 1)) {
    throw new Mistake(`the number of rounds is ${request.rounds}, but a whole number of at least 1 is needed`);
  }
  if (rounds !== null && !model.outcomes.some((outcome) => outcome.when === null)) {
    throw new Mistake(
      "the scenario has no `otherwise` outcome, so a run that reaches the horizon would end in nothing",
      "add an outcome with `otherwise: true`",
    );
  }
  return {
    variant: name,
    assume: settleAssumptions(model, { ...variant?.assume, ...request.assume }),
    initial: Object.fromEntries(
      [...model.tracks, ...model.variables].map((item) => [item.id, variant?.initial[item.id] ?? item.initial]),
    ),
    policies: settlePolicies(model, { ...variant?.policies, ...request.policies }),
    script: variant?.script ?? [],
    turns: variant?.turns ?? model.turns,
    rounds,
  };
}

function settleAssumptions(
  model: Model,
  wanted: Readonly<Record<string, number | boolean>>,
): Record<string, number | boolean> {
  const known = model.assumptions.map((assumption) => assumption.id);
  for (const [id, value] of Object.entries(wanted)) {
    const assumption = model.assumptions.find((candidate) => candidate.id === id);
    if (assumption === undefined) throw unknown("assumption", id, known);
    if (typeof value !== typeof assumption.default) {
      const form = typeof assumption.default === "boolean" ? "true or false" : "a number";
      throw new Mistake(`assumption ${id} is ${value}, but it takes ${form}`);
    }
    if (assumption.values !== null && !assumption.values.includes(value)) {
      throw new Mistake(`assumption ${id} is ${value}, but it is one of ${assumption.values.join(", ")}`);
    }
    const [low, high] = assumption.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (typeof value === "number" && !(value >= low && value <= high)) {
      throw new Mistake(`assumption ${id} is ${value}, but it lies in ${low} to ${high}`);
    }
  }
  return Object.fromEntries(
    model.assumptions.map((assumption) => [assumption.id, wanted[assumption.id] ?? assumption.default]),
  );
}

function settlePolicies(model: Model, wanted: Readonly<Record<string, string>>): Record<string, string> {
  for (const [actor, policy] of Object.entries(wanted)) {
    const policies = model.policies.find((candidate) => candidate.actor === actor)?.policies;
    if (policies === undefined) {
      const chosen = model.policies.map((candidate) => candidate.actor);
      if (!model.actors.some(({ id }) => id === actor)) throw unknown("actor", actor, chosen);
      const list = chosen.length > 0 ? `policies are there for ${chosen.join(", ")}` : "the scenario has none";
      throw new Mistake(`${actor} has no policies to choose from: ${list}`);
    }
    const names = policies.map((candidate) => candidate.id);
    if (!names.includes(policy)) throw unknown(`policy of ${actor}`, policy, names);
  }
  return Object.fromEntries(
    model.policies.flatMap(({ actor, policies }) => {
      const id = wanted[actor] ?? policies[0]?.id;
      return id === undefined ? [] : [[actor, id]];
    }),
  );
}

function unknown(kind: string, name: string, candidates: readonly string[]): Mistake {
  const near = nearest(name, candidates);
  const list = candidates.length > 0 ? `there are ${candidates.join(", ")}` : "there are none";
  return new Mistake(`unknown ${kind} ${name}: ${list}`, near === null ? null : `did you mean ${near}?`);
}

/** The round of a script's last entry; -1 without a script. A script keeps a run alive that long, and no longer. */
export function lastScriptedRound({ script }: Treatment): number {
  return script.reduce((last, { round }) => Math.max(last, round), -1);
}
