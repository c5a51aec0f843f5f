/**
 * What a class's run looks like among all that could have followed: where it stood, and which decisions moved it most.
 *
 * From the opening of each round's turns the run is continued many times, by policy for everybody. Each decision of
 * people is weighed against its alternatives in the same luck, and set beside what the policies would have chosen.
 * Shares describe the model.
 */

import { choicesIn } from "../engine/deeds.ts";
import type { RunEvent } from "../engine/event.ts";
import { hold } from "../engine/protocol.ts";
import { type Engine, prepareEngine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { transitionsOf } from "../engine/transitions.ts";
import type { Treatment } from "../engine/treatment.ts";
import { kernelContinue } from "../ensemble/continuation.ts";
import {
  type DecisionPoint,
  type DecisionResult,
  decisionsOf,
  decisionWeigher,
  unscripted,
} from "../ensemble/swing.ts";
import { measuresOf } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";
import { isChoiceOfPeople } from "./run.ts";

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

/** Shares of outcomes and of groups among the continuations from a point of the run. */
export interface WeighedStanding {
  readonly position: number;
  readonly round: number;
  readonly shares: Readonly<Record<string, number>>;
}

/** What the actor's policy does most often at a decision, and how often; `move` may be `hold`. */
interface Usual {
  readonly move: string;
  readonly share: number;
}

/**
 * A decision, and how far a share would have moved under the alternative farthest from it: that of the headline, or
 * without one of the outcome in which the class ended.
 */
export interface WeighedDecision {
  readonly position: number;
  readonly round: number;
  readonly actor: string;
  readonly chosen: string;
  /** Share in which the actor's policy chooses the same there. */
  readonly policyShare: number;
  readonly usual: Usual;
  readonly alternative: string;
  readonly outcome: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export interface Analysis {
  readonly runs: number;
  readonly standings: readonly WeighedStanding[];
  /** Those that moved the outcome most first, of the ones that were weighed so far. */
  readonly decisions: readonly WeighedDecision[];
  /** How many decisions of people were weighed, of how many. */
  readonly weighed: { readonly done: number; readonly of: number };
  /** From this standing on, nearly all continuations ended as the class did; null where that never was so. */
  readonly settled: { readonly round: number; readonly share: number } | null;
}

/** Share of continuations from which on an outcome counts as settled. */
export const settledShare = 0.95;

/** Analyses a run: what is known after each step, so that whoever waits can be told and other work let pass. */
export function* analyse(task: AnalysisTask): Generator<Analysis, void> {
  const { model, treatment, events, seed, runs } = task;
  const outcome = events.reduce<string | null>(
    (found, event) => (event.type === "RunEnded" ? event.outcome : found),
    null,
  );
  const engine = prepareEngine(model, treatment);
  const open = decisionsOf(engine, events).filter((decision) => isOfPeople(events, decision));
  let standings: readonly WeighedStanding[] = [];
  let decisions: readonly WeighedDecision[] = [];
  let settled: Analysis["settled"] = null;
  const known = (done: number): Analysis => ({
    runs,
    standings,
    decisions,
    weighed: { done, of: open.length },
    settled,
  });
  for (const standing of standingsOf(task)) {
    standings = [...standings, standing];
    yield known(0);
  }
  settled = settledAt(standings, outcome);
  yield known(0);
  const weigh = decisionWeigher(model, treatment, seed, task.runsOfDecision);
  for (const [index, decision] of open.entries()) {
    const weights = weightsAt(engine, decision);
    const weighed = farthest(weigh(decision), [model.headline, outcome]).map((turning) => ({
      ...turning,
      ...byPolicy(decision, weights),
    }));
    decisions = [...decisions, ...weighed].toSorted(
      (one, other) => Math.abs(other.difference) - Math.abs(one.difference),
    );
    yield known(index + 1);
  }
}

/** What the policies weigh the options of a decision with; in free turns those of all actors are pooled. */
function weightsAt({ law, weigher }: Engine, { state, actor, options }: DecisionPoint): readonly number[] {
  if (law.treatment.turns !== "free") return weigher.turn(state, { actor, options, site: "" });
  const owner = (move: string): string => law.model.moves.find(({ id }) => id === move)?.by ?? actor;
  return weigher.free(
    state,
    options.map((move) => ({ actor: owner(move), move })),
  );
}

function byPolicy(
  { options, chosen }: DecisionPoint,
  weights: readonly number[],
): Pick<WeighedDecision, "policyShare" | "usual"> {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return { policyShare: 0, usual: { move: hold, share: 1 } };
  const share = (index: number): number => (weights[index] ?? 0) / total;
  const most = options.reduce((best, _, index) => (share(index) > share(best) ? index : best), 0);
  return {
    policyShare: share(options.indexOf(chosen)),
    usual: { move: options[most] ?? hold, share: share(most) },
  };
}

/** Whether a delegation of people decided, if only by letting the time pass. */
function isOfPeople(events: readonly RunEvent[], { position, actor }: DecisionPoint): boolean {
  const event = events[position];
  const choices = event === undefined ? [] : choicesIn(event);
  return choices.some((choice) => choice.actor === actor && isChoiceOfPeople(choice));
}

function farthest(
  { position, round, actor, chosen, turnings }: DecisionResult,
  wanted: readonly (string | null)[],
): readonly Omit<WeighedDecision, "policyShare" | "usual">[] {
  const [first] = wanted.flatMap((ending) => turnings.filter(({ outcome }) => outcome === ending));
  const most = first ?? turnings.toSorted((one, other) => Math.abs(other.difference) - Math.abs(one.difference))[0];
  return most === undefined ? [] : [{ position, round, actor, chosen, ...most }];
}

/** The run as each round's turns opened, and at its end. */
function* standingsOf({ model, treatment, events, seed, runs }: AnalysisTask): Generator<WeighedStanding, void> {
  const proceed = kernelContinue(model, unscripted(treatment));
  const points: { readonly position: number; readonly state: State }[] = [];
  let end: State | null = null;
  let seen = -1;
  for (const { position, before, event, after } of transitionsOf(events)) {
    if (before !== null && before.round > seen && choicesIn(event).length > 0) {
      points.push({ position, state: before });
      seen = before.round;
    }
    end = after;
  }
  if (end !== null) points.push({ position: events.length, state: end });
  for (const { position, state: at } of points) {
    const ended = proceed(at, `standing:${seed}:${position}`, runs);
    const shares = Object.fromEntries(
      measuresOf(model).map(({ id, members }) => [
        id,
        ended.reduce((count, outcome) => count + Number(members.includes(outcome)), 0) / runs,
      ]),
    );
    yield { position, round: at.round, shares };
  }
}

function settledAt(standings: readonly WeighedStanding[], outcome: string | null): Analysis["settled"] {
  if (outcome === null) return null;
  const before = standings.slice(0, -1);
  const last = before.findLastIndex(({ shares }) => (shares[outcome] ?? 0) < settledShare);
  const first = before[last + 1];
  return first === undefined ? null : { round: first.round, share: first.shares[outcome] ?? 0 };
}
