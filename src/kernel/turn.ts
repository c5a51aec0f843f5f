/**
 * Choices of the actors as statements: which moves are open, what they weigh, what a script prescribes.
 *
 * Options stand in the order in which luck picks among them: moves in document order, holding last. Conditions are
 * evaluated before weights, weights only of open options, and none where there is but one.
 */
import type { Expression } from "../scenario/expression.ts";
import type { Actor, Move } from "../scenario/model.ts";
import {
  and,
  any,
  type Code,
  compare,
  constant,
  type Local,
  mayFault,
  no,
  not,
  number,
  or,
  read,
  select,
  sum,
  truth,
  yes,
} from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { chosenPolicy } from "./memory.ts";
import { conditional } from "./program.ts";
import { nearZero, zeroed } from "./roundOffCode.ts";
import type { Forced } from "./step.ts";
import type { Known } from "./translate.ts";

/** A move that may be open, or holding. */
export interface Offer {
  readonly actor: string;
  /** Null is holding. */
  readonly move: Move | null;
  readonly enabled: Code;
  /** What is known where the offer is taken. */
  readonly known: Known;
}

/** An offer with its weight, as a script or a policy leaves it. */
export interface Weighed extends Offer {
  readonly weight: Code;
  readonly forced: Forced | null;
}

/** The offers of moves, their conditions evaluated in order. */
export function offerMoves(draft: ProgramDraft, into: Body, moves: readonly Move[]): readonly Offer[] {
  return moves.map((move) => {
    const enabled = move.when === null ? yes : truth(draft.translate(move.when, `moves.${move.id}.when`));
    const kept = draft.keep(into, draft.check(into, enabled));
    return { actor: move.by, move, enabled: kept, known: draft.knowing(move.when) };
  });
}

/** Holding, beside an actor's moves. */
export function offerHold(actor: Actor, moves: readonly Offer[]): Offer {
  const enabled = actor.mustMove ? not(any(moves.map((offer) => offer.enabled))) : yes;
  return { actor: actor.id, move: null, enabled, known: new Map() };
}

/** The weights of an actor's turn, or of all actors' pooled moves. */
function weighOffers(draft: ProgramDraft, into: Body, offers: readonly Offer[]): readonly Code[] {
  const holder = offers.findIndex(({ move }) => move === null);
  const several = compare(">", sum(offers.map(({ enabled }) => number(enabled))), constant(1));
  // An actor that must move may hold where its only move weighs nothing, so that one is weighed too.
  const must = offers.some(({ move, enabled }) => move === null && enabled !== yes);
  const weights = offers.map((offer) => {
    const asked = must ? (offer.move === null ? no : yes) : several;
    return weighOffer(draft, into, offer, asked);
  });
  const sure = weights.some((weight) => weight.low > 0) || weights.every((weight) => weight.least > 0);
  if (sure) return weights.map(({ code }) => code);
  const kept = weights.map(({ code }) => draft.keep(into, code));
  const none = draft.keep(into, compare("==", sum(kept), constant(0)));
  return offers.map(({ enabled }, index) => {
    const weight = kept[index] ?? constant(0);
    if (holder < 0) return select(none, number(enabled), weight);
    return index === holder ? select(none, constant(1), weight) : weight;
  });
}

interface OfferWeight {
  /** 0 where the offer is not open. */
  readonly code: Code;
  /** Smallest weight where it is open. */
  readonly least: number;
  /** Smallest weight at all. */
  readonly low: number;
}

function weighOffer(
  draft: ProgramDraft,
  into: Body,
  { actor, move, enabled, known }: Offer,
  several: Code,
): OfferWeight {
  const policy = chosenPolicy(draft.model, draft.treatment, actor);
  const path = `policies.${actor}.${policy?.id}`;
  const named = policy?.weights.find((entry) => entry.move === move?.id);
  let expression: Expression | null = null;
  let name = "hold";
  if (policy !== null && move === null) expression = policy.hold;
  else if (policy !== null)
    [expression, name] = [named?.weight ?? policy.others, named === undefined ? "others" : (move?.id ?? "")];
  if (policy === null) return weighed(enabled, constant(1));
  if (expression === null) return weighed(enabled, constant(0));
  const at = `${path}.${name}`;
  const weight = number(draft.translate(expression, at, known));
  if (!mayFault(weight) && weight.low >= 0 && weight.high < Infinity) {
    return weighed(enabled, nearZero(weight) ? zeroed(draft.keep(into, weight)) : weight);
  }
  const local = draft.scratch(weight.type, Math.min(0, weight.low), Math.max(0, weight.high));
  const then: Body = [];
  then.push({ do: "set", local, value: draft.weigh(then, weight, at) });
  into.push({ do: "set", local, value: constant(0) });
  into.push(conditional(and(enabled, several), then));
  return { code: read(local, 0, Math.max(0, Math.min(weight.high, Number.MAX_VALUE))), least: 0, low: 0 };
}

function weighed(enabled: Code, weight: Code): OfferWeight {
  return { code: select(enabled, weight, constant(0)), least: weight.low, low: enabled === yes ? weight.low : 0 };
}

/** A script's entry for an actor, with its path. */
interface ScriptedMove {
  readonly round: number;
  readonly by: string;
  /** A move's id, or `hold`. */
  readonly move: string;
  readonly branch: string | null;
  readonly path: string;
}

/** What a script prescribes in turns of these actors, round by round. */
function scriptedRounds(
  draft: ProgramDraft,
  actors: ReadonlySet<string>,
): ReadonlyMap<number, readonly ScriptedMove[]> {
  const { script, variant, turns } = draft.treatment;
  const rounds = new Map<number, ScriptedMove[]>();
  script.forEach((entry, index) => {
    // In pooled turns an entry of an actor without moves prescribes all the same, and is a fault.
    if (!("by" in entry) || (turns !== "free" && !actors.has(entry.by))) return;
    const due = rounds.get(entry.round) ?? [];
    due.push({ ...entry, path: `variants.${variant}.script.${index}` });
    rounds.set(entry.round, due);
  });
  return rounds;
}

/** Whether a script says anything of the present round's pooled turn: then it is settled even if nothing is open. */
export const isScripted = (draft: ProgramDraft): Code =>
  any([...scriptedRounds(draft, new Set()).keys()].map((round) => compare("==", read(draft.round), constant(round))));

interface Settled {
  readonly enabled: Local;
  readonly weight: Local;
  readonly forced: Forced | null;
}

/** Weighs offers by policy, unless a script prescribes one of them in the present round. */
export function settleOffers(draft: ProgramDraft, into: Body, offers: readonly Offer[]): readonly Weighed[] {
  const rounds = scriptedRounds(draft, new Set(offers.map(({ actor }) => actor)));
  if (rounds.size === 0) {
    const weights = weighOffers(draft, into, offers);
    return offers.map((offer, index) => ({ ...offer, weight: weights[index] ?? constant(0), forced: null }));
  }
  let branch: Body = [];
  const weights = weighOffers(draft, branch, offers);
  const results = offers.map((offer, index): Settled => {
    const { type, low, high } = weights[index] ?? constant(0);
    return {
      enabled: draft.scratch("truth", 0, 1),
      weight: draft.scratch(type, Math.min(0, low), Math.max(1, high)),
      forced: forcedBranches(draft, offer, [...rounds.values()].flat()),
    };
  });
  results.forEach((result, index) => {
    settle(branch, result, offers[index]?.enabled ?? no, weights[index] ?? constant(0), -1);
  });
  for (const [round, due] of rounds) {
    const then = followScript(draft, offers, results, due);
    branch = [conditional(compare("==", read(draft.round), constant(round)), then, branch)];
  }
  into.push(...branch);
  return results.map(({ enabled, weight, forced }, index) => ({
    ...(offers[index] ?? { actor: "", move: null, known: new Map() }),
    enabled: read(enabled),
    weight: read(weight, 0, weight.high),
    forced,
  }));
}

function settle(into: Body, { enabled, weight, forced }: Settled, open: Code, weighs: Code, branch: number): void {
  into.push({ do: "set", local: enabled, value: open }, { do: "set", local: weight, value: weighs });
  if (forced !== null) into.push({ do: "set", local: forced.branch, value: constant(branch) });
}

/** The branches of a move that a script forces, or null. */
function forcedBranches(draft: ProgramDraft, { move }: Offer, entries: readonly ScriptedMove[]): Forced | null {
  const forcing = entries.filter((entry) => entry.move === move?.id && entry.branch !== null);
  if (move === null || forcing.length === 0) return null;
  return {
    branch: draft.scratch("int", -1, move.branches.length - 1),
    entries: forcing.map(({ round, path }) => ({ round, path })),
  };
}

/** Leaves open what the script prescribes for a round; an actor's further entries for it say nothing. */
function followScript(
  draft: ProgramDraft,
  offers: readonly Offer[],
  results: readonly Settled[],
  due: readonly ScriptedMove[],
): Body {
  const [entry, second] = due;
  if (entry === undefined) return [];
  if (second !== undefined && draft.treatment.turns === "free") {
    return [{ do: "fault", fault: draft.fault(second.path, "only one move is made in a round of free turns") }];
  }
  const wanted = offers.findIndex(({ actor, move }) => actor === entry.by && (move?.id ?? "hold") === entry.move);
  const offer = offers[wanted];
  const fault = draft.fault(entry.path, `${entry.move} is not enabled`);
  const into: Body = [conditional(not(offer?.enabled ?? no), [{ do: "fault", fault }])];
  const branch = offer?.move?.branches.findIndex(({ id }) => id === entry.branch) ?? -1;
  if (entry.branch !== null && branch < 0) {
    into.push({ do: "fault", fault: draft.fault(entry.path, `there is no branch ${entry.branch}`) });
  }
  results.forEach((result, index) => {
    const open = index === wanted;
    settle(into, result, open ? yes : no, constant(open ? 1 : 0), open ? branch : -1);
  });
  return into;
}

/** Whether an actor can do nothing but hold. */
export const isIdle = (offers: readonly Offer[]): Code =>
  not(offers.filter(({ move }) => move !== null).reduce<Code>((found, { enabled }) => or(found, enabled), no));
