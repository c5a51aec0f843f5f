/**
 * How an actor chooses when no person does: weights over what is open to it, turned into a choice by a keyed draw.
 *
 * The share of each option among the weights is its chance. A table is data; a policy function is code whose choices
 * are recorded and never asked for again.
 */
import { type Luck, pick } from "../chance/draw.ts";
import type { Policy } from "../scenario/model.ts";
import { checkWeight, type Law } from "./law.ts";
import { type FreeOption, hold, type Turn } from "./protocol.ts";
import type { State } from "./state.ts";

export interface Weigher {
  /**
   * Weights of a turn's options, in their order. All are 0 only where an actor must move and its policy gives nothing
   * that is open any weight: then it holds, which is none of its options.
   */
  turn(state: State, turn: Turn): readonly number[];
  /** Weights of pooled options, in their order; at least one is positive. */
  free(state: State, options: readonly FreeOption[]): readonly number[];
}

/** Weighs options by the policies of the law's treatment; uniformly for an actor without one. */
export function policyWeights(law: Law): Weigher {
  const tables = new Map(
    law.model.policies.flatMap(({ actor, policies }) => {
      const policy = policies.find((candidate) => candidate.id === law.treatment.policies[actor]);
      return policy === undefined ? [] : [[actor, table(law, actor, policy)] as const];
    }),
  );
  const weigh = (state: State, actor: string, option: string): number => tables.get(actor)?.(state, option) ?? 1;

  return {
    turn(state, { actor, options }) {
      const mayHold = options.includes(hold);
      if (options.length === 1 && mayHold) return [1];
      const weights = options.map((option) => weigh(state, actor, option));
      if (!mayHold || weights.some((weight) => weight > 0)) return weights;
      return options.map((option) => (option === hold ? 1 : 0));
    },
    free(state, options) {
      if (options.length === 1) return [1];
      const weights = options.map(({ actor, move }) => weigh(state, actor, move));
      return weights.some((weight) => weight > 0) ? weights : options.map(() => 1);
    },
  };
}

function table(law: Law, actor: string, policy: Policy): (state: State, option: string) => number {
  const path = `policies.${actor}.${policy.id}`;
  const compile = (name: string, weight: Policy["hold"]): ((state: State) => number) => {
    if (weight === null) return () => 0;
    const evaluate = law.evaluator(weight, `${path}.${name}`);
    return (state) => checkWeight(evaluate(state), `${path}.${name}`, "weight");
  };
  const named = new Map(policy.weights.map(({ move, weight }) => [move, compile(move, weight)]));
  const held = compile(hold, policy.hold);
  const others = compile("others", policy.others);
  return (state, option) => (option === hold ? held(state) : (named.get(option) ?? others)(state));
}

/** Whether weights of a turn give nothing any chance, so that the actor holds. */
export function weighsNothing(weights: readonly number[]): boolean {
  return weights.every((weight) => weight === 0);
}

/** The index of the option that luck picks at a site. One option needs no draw. */
export function choose(luck: Luck, site: string, round: number, weights: readonly number[]): number {
  return weights.length === 1 ? 0 : pick(luck.at(site, round), weights);
}
