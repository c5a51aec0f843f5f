/**
 * What movers of a joint step do, worked out before anything is written: which way each move turns out, what it sets and by
 * how much it changes each name.
 *
 * Every case of an effect is kept in a place of its mover and name, so that what comes afterwards need not look at effects.
 */
import { type JointEffect, jointEffect } from "../scenario/jointEffect.ts";
import type { Actor, Assignment, Move, Variable } from "../scenario/model.ts";
import { any, type Code, compare, constant, type Local, no, number, read, truth, yes } from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { conditional, type ProgramOption } from "./program.ts";
import { branchOdds, settleWhole } from "./step.ts";
import type { Weighed } from "./turn.ts";

/** An actor that chooses, its offers, and where it is kept which of them it takes. */
export interface JointChoice {
  readonly actor: Actor;
  readonly offers: readonly Weighed[];
  readonly choice: Local;
}

/** A name that moves of the step may write. */
export interface JointTarget {
  readonly target: Assignment["target"];
  readonly id: string;
  readonly field: Local;
  /** Null for tracks. */
  readonly variable: Variable | null;
}

/** What a mover may do to a name: whether it sets it, to what, and by how much it changes it. */
export interface JointSlot {
  readonly to: JointTarget;
  readonly sets: Local | null;
  readonly value: Local | null;
  readonly change: Local | null;
}

/** What an effect comes to in one of its cases; the statement that keeps it is added to the body. */
export interface JointLeaf {
  readonly id: string;
  readonly kind: "changes" | "sets";
  readonly code: Code;
  readonly body: Body;
}

/** A mover with its ways and what it does. */
export interface Mover extends JointChoice {
  readonly ways: ReadonlyMap<Weighed, Local>;
  readonly slots: readonly JointSlot[];
}

/** What is known of a joint step before lots are drawn. */
export interface JointEnd {
  readonly draft: ProgramDraft;
  readonly movers: readonly Mover[];
  readonly targets: readonly JointTarget[];
  /** Last value set, by name; null where no move sets it. */
  readonly winners: ReadonlyMap<string, Local | null>;
  /** Whether each mover's move is made: it was not forestalled. */
  readonly stands: readonly Local[];
}

/** Whether a mover has chosen an offer. */
export const takes = ({ choice, offers }: JointChoice, offer: Weighed): Code =>
  compare("==", read(choice), constant(offers.indexOf(offer)));

/** The offers that are moves. */
export const moves = (offers: readonly Weighed[]): readonly (Weighed & { readonly move: Move })[] =>
  offers.filter((offer): offer is Weighed & { readonly move: Move } => offer.move !== null);

/** Whether a mover has chosen a move that is first come. */
export const firstComeOf = (mover: JointChoice): Code =>
  any(moves(mover.offers).flatMap((offer) => (offer.move.firstCome ? [takes(mover, offer)] : [])));

/** Whether a mover makes a move at all. */
export const movesAtAll = (mover: JointChoice): Code => any(moves(mover.offers).map((offer) => takes(mover, offer)));

/** Chooses the branches of whatever a mover has chosen. */
export function chooseWays(draft: ProgramDraft, into: Body, choice: JointChoice): ReadonlyMap<Weighed, Local> {
  const ways = new Map<Weighed, Local>();
  for (const offer of moves(choice.offers)) {
    const { move, known, forced } = offer;
    if (move.branches.length === 0) continue;
    const way = draft.scratch("int", 0, move.branches.length - 1);
    const body: Body = [];
    const odds = branchOdds(draft, body, { kind: "move", definition: move, known, forced });
    const options = move.branches.map((_, index): ProgramOption => {
      const weight = odds[index] ?? constant(0);
      const taken: Body = [{ do: "set", local: way, value: constant(index) }];
      return { enabled: compare(">", weight, constant(0)), weight, body: taken };
    });
    body.push({ do: "choose", actor: null, site: draft.site(`branch:${move.id}`), steady: false, options });
    into.push(conditional(takes(choice, offer), body));
    ways.set(offer, way);
  }
  return ways;
}

/** Works out what a mover's move does to each name. */
export function settleEffects(
  draft: ProgramDraft,
  into: Body,
  choice: JointChoice,
  ways: ReadonlyMap<Weighed, Local>,
): readonly JointSlot[] {
  const leaves: JointLeaf[] = [];
  const bodies = moves(choice.offers).map((offer) => {
    const { move, known } = offer;
    const path = `moves.${move.id}`;
    const body: Body = [];
    const settle = (inside: Body, then: readonly Assignment[], at: string): void => {
      for (const assignment of then) {
        const effect = jointEffect(draft.model, assignment);
        settleEffect({ draft, assignment, path: `${at}.${assignment.id}`, known, leaves }, inside, effect);
      }
    };
    settle(body, move.then, `${path}.then`);
    const way = ways.get(offer);
    move.branches.forEach((branch, index) => {
      const inside: Body = [];
      settle(inside, branch.then, `${path}.branches.${branch.id}.then`);
      if (way !== undefined) body.push(conditional(compare("==", read(way), constant(index)), inside));
    });
    return conditional(takes(choice, offer), body);
  });
  const slots = slotsOf(draft, leaves);
  for (const { sets, value, change } of slots) {
    if (sets !== null) into.push({ do: "set", local: sets, value: no });
    if (value !== null) into.push({ do: "set", local: value, value: constant(0) });
    if (change !== null) into.push({ do: "set", local: change, value: constant(0) });
  }
  into.push(...bodies);
  return slots;
}

interface Effecting {
  readonly draft: ProgramDraft;
  readonly assignment: Assignment;
  readonly path: string;
  readonly known: Weighed["known"];
  readonly leaves: JointLeaf[];
}

function settleEffect(effecting: Effecting, into: Body, effect: JointEffect): void {
  const { draft, assignment, path, known, leaves } = effecting;
  const { id } = assignment;
  switch (effect.kind) {
    case "leaves":
      return;
    case "depends": {
      const [then, otherwise]: [Body, Body] = [[], []];
      const when = draft.keep(into, truth(draft.evaluate(into, effect.when, path, known)));
      settleEffect(effecting, then, effect.then);
      settleEffect(effecting, otherwise, effect.else);
      into.push(conditional(when, then, otherwise));
      return;
    }
    case "changes": {
      const by = settleWhole(draft, into, number(draft.evaluate(into, effect.by, path, known)), path);
      leaves.push({ id, kind: "changes", code: draft.keep(into, by), body: into });
      return;
    }
    case "sets": {
      const value = draft.evaluate(into, effect.to, path, known);
      const variable = variableOf(draft, assignment);
      const whole =
        variable === null
          ? value
          : variable.kind === "flag"
            ? number(truth(value))
            : settleWhole(draft, into, number(value), path);
      leaves.push({ id, kind: "sets", code: draft.keep(into, whole), body: into });
    }
  }
}

function variableOf({ model }: ProgramDraft, { target, id }: Pick<Assignment, "target" | "id">): Variable | null {
  if (target === "track") return null;
  const variable = model.variables.find((one) => one.id === id);
  if (variable === undefined) throw new Error(`no variable ${id}`);
  return variable;
}

/** Places for what a mover may do to each name; every case of its effects is kept there. */
function slotsOf(draft: ProgramDraft, leaves: readonly JointLeaf[]): readonly JointSlot[] {
  const ids = [...new Set(leaves.map(({ id }) => id))];
  return ids.map((id) => {
    const own = leaves.filter((leaf) => leaf.id === id);
    const [sets, changes] = (["sets", "changes"] as const).map((kind) => own.filter((leaf) => leaf.kind === kind));
    const value = keptFor(draft, sets ?? []);
    const flag = value === null ? null : draft.scratch("truth", 0, 1);
    const change = keptFor(draft, changes ?? []);
    for (const { body, code } of sets ?? []) {
      if (value === null || flag === null) continue;
      body.push({ do: "set", local: value, value: code }, { do: "set", local: flag, value: yes });
    }
    for (const { body, code } of changes ?? [])
      if (change !== null) body.push({ do: "set", local: change, value: code });
    return { to: targetOf(draft, id), sets: flag, value, change };
  });
}

/** A local that holds any of these values, or 0. */
function keptFor(draft: ProgramDraft, leaves: readonly JointLeaf[]): Local | null {
  if (leaves.length === 0) return null;
  const low = Math.min(0, ...leaves.map(({ code }) => code.low));
  const high = Math.max(0, ...leaves.map(({ code }) => code.high));
  const type = leaves.every(({ code }) => code.type !== "float") ? "int" : "float";
  return draft.scratch(type, low, high);
}

function targetOf(draft: ProgramDraft, id: string): JointTarget {
  const target = draft.model.tracks.some((track) => track.id === id) ? "track" : "variable";
  return { target, id, field: draft.fieldOf(id), variable: variableOf(draft, { target, id }) };
}

/** Names that moves may write: tracks, then variables, in the order of the document. */
export function targetsOf(draft: ProgramDraft, movers: readonly Mover[]): readonly JointTarget[] {
  const written = new Set(movers.flatMap(({ slots }) => slots.map(({ to }) => to.id)));
  const { tracks, variables } = draft.model;
  return [...tracks, ...variables].flatMap(({ id }) => (written.has(id) ? [targetOf(draft, id)] : []));
}

/** What a mover may set a name to. */
export interface JointSetter {
  readonly mover: Mover;
  readonly sets: Local;
  readonly value: Local;
}

/** Whoever may set a name. */
export const settersOf = (movers: readonly Mover[], id: string): readonly JointSetter[] =>
  movers.flatMap((mover) => {
    const slot = mover.slots.find(({ to }) => to.id === id);
    return slot === undefined || slot.sets === null || slot.value === null
      ? []
      : [{ mover, sets: slot.sets, value: slot.value }];
  });

/** The last value that a name was set to. */
export function winnerOf(draft: ProgramDraft, movers: readonly Mover[], id: string): Local | null {
  const values = settersOf(movers, id).map(({ value }) => value);
  if (values.length === 0) return null;
  const type = values.every((value) => value.type === "int") ? "int" : "float";
  return draft.scratch(type, Math.min(...values.map(({ low }) => low)), Math.max(...values.map(({ high }) => high)));
}
