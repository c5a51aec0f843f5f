/**
 * What a class's run looks like among all that could have followed: where it stood, and which decisions moved it most.
 *
 * From the opening of each round's turns the run is continued many times, by policy for everybody. Each decision of
 * people is weighed against its alternatives in the same luck, and set beside what the policies would have chosen.
 * Shares describe the model.
 */

import type { RunEvent } from "../engine/event.ts";
import { evolve } from "../engine/evolve.ts";
import { prepareEngine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import type { Treatment } from "../engine/treatment.ts";
import { kernelContinue } from "../ensemble/continuation.ts";
import { type Decision, type DecisionResult, decisionsOf, decisionWeigher, unscripted } from "../ensemble/swing.ts";
import type { Model } from "../scenario/model.ts";

/** What is analysed. Plain data, to be handed to another thread. */
export interface AnalysisTask {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly events: readonly RunEvent[];
  readonly seed: string;
  /** Continuations from each standing. */
  readonly runs: number;
  /** Continuations from each option of a decision. */
  readonly runsOfDecision: number;
}

/** Shares of outcomes among the continuations from a point of the run. */
export interface Standing {
  readonly position: number;
  readonly round: number;
  readonly shares: Readonly<Record<string, number>>;
}

/** A decision, and how far the outcome's share would have moved under the alternative farthest from it. */
export interface WeighedDecision {
  readonly position: number;
  readonly round: number;
  readonly actor: string;
  readonly chosen: string;
  /** Share in which the actor's policy chooses the same there. */
  readonly policyShare: number;
  readonly alternative: string;
  readonly outcome: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export interface Analysis {
  readonly runs: number;
  readonly standings: readonly Standing[];
  /** Those that moved the outcome most first. */
  readonly decisions: readonly WeighedDecision[];
  /** From this standing on, nearly all continuations ended as the class did; null where that never was so. */
  readonly settled: { readonly round: number; readonly share: number } | null;
}

/** Share of continuations from which on an outcome counts as settled. */
export const settledShare = 0.95;

/** Analyses a run. */
export function analyse(task: AnalysisTask): Analysis {
  const { model, treatment, events, seed, runs } = task;
  const outcome = events.reduce<string | null>(
    (found, event) => (event.type === "RunEnded" ? event.outcome : found),
    null,
  );
  const standings = standingsOf(task);
  const engine = prepareEngine(model, treatment);
  const weigh = decisionWeigher(model, treatment, seed, task.runsOfDecision);
  const decisions = decisionsOf(engine, events)
    .filter((decision) => isOfPeople(events, decision))
    .flatMap((decision) => {
      const weights = engine.weigher.turn(decision.state, { ...decision, site: "" });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const policyShare = (weights[decision.options.indexOf(decision.chosen)] ?? 0) / total;
      return farthest(weigh(decision), outcome).map((turning) => ({ ...turning, policyShare }));
    })
    .toSorted((one, other) => Math.abs(other.difference) - Math.abs(one.difference));
  return { runs, standings, decisions, settled: settledAt(standings, outcome) };
}

function isOfPeople(events: readonly RunEvent[], { position, actor }: Decision): boolean {
  const event = events[position];
  if (event?.type === "MovesMade") return event.moves.some((part) => part.actor === actor && part.chosen === "person");
  return (event?.type === "MoveMade" || event?.type === "TurnHeld") && event.chosen === "person";
}

function farthest(
  { position, round, actor, chosen, turnings }: DecisionResult,
  outcome: string | null,
): readonly Omit<WeighedDecision, "policyShare">[] {
  const own = turnings.filter((turning) => turning.outcome === outcome);
  const among = own.length > 0 ? own : turnings;
  const [most] = among.toSorted((one, other) => Math.abs(other.difference) - Math.abs(one.difference));
  return most === undefined ? [] : [{ position, round, actor, chosen, ...most }];
}

/** The run as each round's turns opened, and at its end. */
function standingsOf({ model, treatment, events, seed, runs }: AnalysisTask): readonly Standing[] {
  const proceed = kernelContinue(model, unscripted(treatment));
  const points: { readonly position: number; readonly state: State }[] = [];
  let state: State | null = null;
  let seen = -1;
  for (const [position, event] of events.entries()) {
    const chooses = event.type === "MoveMade" || event.type === "MovesMade" || event.type === "TurnHeld";
    if (state !== null && chooses && state.round > seen) {
      points.push({ position, state });
      seen = state.round;
    }
    state = evolve(state, event);
  }
  if (state !== null) points.push({ position: events.length, state });
  return points.map(({ position, state: at }) => {
    const ended = proceed(at, `standing:${seed}:${position}`, runs);
    const counts = model.outcomes.map(() => 0);
    for (const index of ended) if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
    const shares = Object.fromEntries(model.outcomes.map(({ id }, index) => [id, (counts[index] ?? 0) / runs]));
    return { position, round: at.round, shares };
  });
}

function settledAt(standings: readonly Standing[], outcome: string | null): Analysis["settled"] {
  if (outcome === null) return null;
  const before = standings.slice(0, -1);
  const last = before.findLastIndex(({ shares }) => (shares[outcome] ?? 0) < settledShare);
  const first = before[last + 1];
  return first === undefined ? null : { round: first.round, share: first.shares[outcome] ?? 0 };
}
