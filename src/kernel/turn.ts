/**
 * Choices of the actors as statements: which moves are open, what they weigh, what a script prescribes.
 *
 * Options stand in the order in which luck picks among them: moves in document order, holding last. Conditions are
 * evaluated before weights, weights only of open options, and none where there is but one.
 */
import type { Expression } from "../scenario/expression.ts";
import type { Actor, Move, ScriptEntry } from "../scenario/model.ts";
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
import type { Body, Draft } from "./draft.ts";
import { chosenPolicy } from "./memory.ts";
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
  /** Index of the branch that a script forces, or -1; null where none is. */
  readonly forced: Local | null;
}

/** The offers of moves, their conditions evaluated in order. */
export function offerMoves(draft: Draft, into: Body, moves: readonly Move[]): readonly Offer[] {
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
export function weighOffers(draft: Draft, into: Body, offers: readonly Offer[]): readonly Code[] {
  const several = compare(">", sum(offers.map(({ enabled }) => number(enabled))), constant(1));
  const weights = offers.map((offer) => weighOffer(draft, into, offer, several));
  const sure = weights.some((weight) => weight.low > 0) || weights.every((weight) => weight.least > 0);
  if (sure) return weights.map(({ code }) => code);
  const kept = weights.map(({ code }) => draft.keep(into, code));
  const none = draft.keep(into, compare("==", sum(kept), constant(0)));
  const hold = offers.findIndex(({ move, enabled }) => move === null && enabled === yes);
  return offers.map(({ enabled }, index) => {
    const weight = kept[index] ?? constant(0);
    if (hold >= 0 && index !== hold) return weight;
    return select(none, number(enabled), weight);
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

function weighOffer(draft: Draft, into: Body, { actor, move, enabled, known }: Offer, several: Code): OfferWeight {
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
  if (!mayFault(weight) && weight.low >= 0 && weight.high < Infinity) return weighed(enabled, weight);
  const local = draft.scratch(weight.type, Math.min(0, weight.low), Math.max(0, weight.high));
  const then: Body = [];
  then.push({ do: "set", local, value: draft.weigh(then, weight, at) });
  into.push({ do: "set", local, value: constant(0) });
  into.push({ do: "if", when: and(enabled, several), then, else: [] });
  return { code: read(local, 0, Math.max(0, Math.min(weight.high, Number.MAX_VALUE))), least: 0, low: 0 };
}

function weighed(enabled: Code, weight: Code): OfferWeight {
  return { code: select(enabled, weight, constant(0)), least: weight.low, low: enabled === yes ? weight.low : 0 };
}

/** A script's entry for an actor, with its path. */
export interface Scripted {
  readonly round: number;
  readonly by: string;
  /** A move's id, or `hold`. */
  readonly move: string;
  readonly branch: string | null;
  readonly path: string;
}

/** What a script prescribes to actors, the first entry for each actor and round. */
export function scriptedMoves(draft: Draft): readonly Scripted[] {
  const { script, variant } = draft.treatment;
  const found: Scripted[] = [];
  script.forEach((entry: ScriptEntry, index) => {
    if (!("by" in entry)) return;
    if (found.some(({ round, by }) => round === entry.round && by === entry.by)) return;
    const { round, by, move, branch } = entry;
    found.push({ round, by, move, branch, path: `variants.${variant}.script.${index}` });
  });
  return found;
}

/**
 * Weighs offers by policy, unless a script prescribes one of them in the present round. In pooled turns the entry of
 * the actor whose open move comes first is followed.
 */
export function settleOffers(draft: Draft, into: Body, offers: readonly Offer[]): readonly Weighed[] {
  const actors = new Set(offers.map(({ actor }) => actor));
  const pooled = draft.treatment.turns === "free";
  const entries = scriptedMoves(draft).filter(({ by }) => pooled || actors.has(by));
  if (entries.length === 0) {
    const weights = weighOffers(draft, into, offers);
    return offers.map((offer, index) => ({ ...offer, weight: weights[index] ?? constant(0), forced: null }));
  }
  const byPolicy: Body = [];
  const weights = weighOffers(draft, byPolicy, offers);
  const results = offers.map((offer, index) => {
    const weight = weights[index] ?? constant(0);
    return {
      enabled: draft.scratch("truth", 0, 1),
      weight: draft.scratch(weight.type, Math.min(0, weight.low), Math.max(1, weight.high)),
      forced: branchesForced(offer, entries) ? draft.scratch("int", -1, (offer.move?.branches.length ?? 0) - 1) : null,
    };
  });
  results.forEach(({ enabled, weight, forced }, index) => {
    const offer = offers[index];
    byPolicy.push({ do: "set", local: enabled, value: offer?.enabled ?? no });
    byPolicy.push({ do: "set", local: weight, value: weights[index] ?? constant(0) });
    if (forced !== null) byPolicy.push({ do: "set", local: forced, value: constant(-1) });
  });
  let otherwise = byPolicy;
  for (const round of [...new Set(entries.map((entry) => entry.round))].reverse()) {
    const due = entries.filter((entry) => entry.round === round);
    const then = followScript(draft, offers, due, (entry) => prescribe(draft, offers, results, entry));
    otherwise = [{ do: "if", when: compare("==", read(draft.round), constant(round)), then, else: otherwise }];
  }
  into.push(...otherwise);
  return offers.map((offer, index) => {
    const result = results[index];
    if (result === undefined) throw new Error("an offer without a result");
    return {
      ...offer,
      enabled: read(result.enabled),
      weight: read(result.weight, 0, result.weight.high),
      forced: result.forced,
    };
  });
}

interface Settled {
  readonly enabled: Local;
  readonly weight: Local;
  readonly forced: Local | null;
}

const branchesForced = ({ move }: Offer, entries: readonly Scripted[]): boolean =>
  move !== null && entries.some((entry) => entry.move === move.id && entry.branch !== null);

const isOffer = ({ actor, move }: Offer, entry: Scripted): boolean =>
  actor === entry.by && (move?.id ?? "hold") === entry.move;

/** Follows the entries that are due in one round: the one whose actor's open offer comes first, if there are several. */
function followScript(
  draft: Draft,
  offers: readonly Offer[],
  due: readonly Scripted[],
  prescribed: (entry: Scripted) => Body,
): Body {
  const [first, ...others] = due;
  if (first === undefined) return [];
  const follow = (entry: Scripted): Body => {
    const open = any(offers.filter((offer) => isOffer(offer, entry)).map(({ enabled }) => enabled));
    const fault = draft.fault(entry.path, `${entry.move} is not enabled`);
    return [{ do: "if", when: not(open), then: [{ do: "fault", fault }], else: [] }, ...prescribed(entry)];
  };
  let otherwise = follow(first);
  if (others.length === 0) return otherwise;
  for (const offer of [...offers].reverse()) {
    const entry = due.find(({ by }) => by === offer.actor);
    if (entry === undefined) continue;
    otherwise = [{ do: "if", when: offer.enabled, then: follow(entry), else: otherwise }];
  }
  return otherwise;
}

/** Leaves one offer open, the scripted one. */
function prescribe(draft: Draft, offers: readonly Offer[], results: readonly Settled[], entry: Scripted): Body {
  const into: Body = [];
  results.forEach(({ enabled, weight, forced }, index) => {
    const offer = offers[index];
    const wanted = offer !== undefined && isOffer(offer, entry);
    into.push({ do: "set", local: enabled, value: wanted ? yes : no });
    into.push({ do: "set", local: weight, value: constant(wanted ? 1 : 0) });
    const branch = wanted ? (offer.move?.branches.findIndex(({ id }) => id === entry.branch) ?? -1) : -1;
    if (forced !== null) into.push({ do: "set", local: forced, value: constant(branch) });
    if (wanted && entry.branch !== null && branch < 0) {
      into.push({ do: "fault", fault: draft.fault(entry.path, `there is no branch ${entry.branch}`) });
    }
  });
  return into;
}

/** Whether an actor can do nothing but hold. */
export const isIdle = (offers: readonly Offer[]): Code =>
  not(offers.filter(({ move }) => move !== null).reduce<Code>((found, { enabled }) => or(found, enabled), no));
