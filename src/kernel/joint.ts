/**
 * Moves made together as statements: everything reads the state as the turns opened, and nothing is written before all
 * is worked out.
 *
 * Branches are chosen first, then every effect becomes a setting or a change of its mover, then lots decide which of
 * several settings comes last. Where a chosen move is first come, the movers are gone through one by one: the fields
 * stand as if the step ended there while its condition is asked, and are put back before the end is written.
 */

import { type JointEffect, jointEffect } from "../scenario/jointEffect.ts";
import type { Actor, Assignment, Move, Variable } from "../scenario/model.ts";
import {
  and,
  any,
  type Code,
  compare,
  constant,
  fitsInt,
  type Local,
  mayFault,
  no,
  not,
  number,
  read,
  select,
  sum,
  truth,
  yes,
} from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { conditional, type LotPick, type ProgramOption } from "./program.ts";
import { branchOdds, count, markMade, settleRange, settleWhole, write } from "./step.ts";
import type { Weighed } from "./turn.ts";

/** An actor that chooses, its offers, and where it is kept which of them it takes. */
export interface JointChoice {
  readonly actor: Actor;
  readonly offers: readonly Weighed[];
  readonly choice: Local;
}

/** A name that moves of the step may write. */
interface JointTarget {
  readonly target: Assignment["target"];
  readonly id: string;
  readonly field: Local;
  /** Null for tracks. */
  readonly variable: Variable | null;
}

/** What a mover may do to a name: whether it sets it, to what, and by how much it changes it. */
interface JointSlot {
  readonly to: JointTarget;
  readonly sets: Local | null;
  readonly value: Local | null;
  readonly change: Local | null;
}

/** What an effect comes to in one of its cases; the statement that keeps it is added to the body. */
interface JointLeaf {
  readonly id: string;
  readonly kind: "changes" | "sets";
  readonly code: Code;
  readonly body: Body;
}

/** A mover with its ways and what it does. */
interface Mover extends JointChoice {
  readonly ways: ReadonlyMap<Weighed, Local>;
  readonly slots: readonly JointSlot[];
}

/** More movers than this are not gone through in every order, where a move is first come. */
export const firstComeMoversMax = 8;

/** Writes the moves of a joint step and all that they do; everybody has chosen. */
export function writeJointStep(
  draft: ProgramDraft,
  into: Body,
  tallies: readonly Local[],
  choices: readonly JointChoice[],
): void {
  const ways = choices.map((choice) => chooseWays(draft, into, choice));
  const movers = choices.map(
    (choice, index): Mover => ({
      ...choice,
      ways: ways[index] ?? new Map(),
      slots: settleEffects(draft, into, choice, ways[index] ?? new Map()),
    }),
  );
  const targets = targetsOf(draft, movers);
  const winners = new Map(targets.map((one) => [one.id, winnerOf(draft, movers, one.id)]));
  const stands = movers.map(() => draft.scratch("truth", 0, 1));
  for (const local of stands) into.push({ do: "set", local, value: yes });
  const end: JointEnd = { draft, movers, targets, winners, stands };
  const first = any(movers.map(firstComeOf));
  const byLast = lastSettings(end);
  if (first === no) into.push(...byLast);
  else into.push(conditional(draft.keep(into, first), oneByOne(end), byLast));
  for (const [index, mover] of movers.entries()) countMoves(draft, into, tallies, mover, stands[index]);
  writeEnd(end, into);
}

interface JointEnd {
  readonly draft: ProgramDraft;
  readonly movers: readonly Mover[];
  readonly targets: readonly JointTarget[];
  /** Last value set, by name; null where no move sets it. */
  readonly winners: ReadonlyMap<string, Local | null>;
  /** Whether each mover's move is made: it was not forestalled. */
  readonly stands: readonly Local[];
}

const takes = ({ choice, offers }: JointChoice, offer: Weighed): Code =>
  compare("==", read(choice), constant(offers.indexOf(offer)));

const moves = (offers: readonly Weighed[]): readonly (Weighed & { readonly move: Move })[] =>
  offers.filter((offer): offer is Weighed & { readonly move: Move } => offer.move !== null);

/** Whether a mover has chosen a move that is first come. */
const firstComeOf = (mover: JointChoice): Code =>
  any(moves(mover.offers).flatMap((offer) => (offer.move.firstCome ? [takes(mover, offer)] : [])));

/** Whether a mover makes a move at all. */
const movesAtAll = (mover: JointChoice): Code => any(moves(mover.offers).map((offer) => takes(mover, offer)));

/** Chooses the branches of whatever a mover has chosen. */
function chooseWays(draft: ProgramDraft, into: Body, choice: JointChoice): ReadonlyMap<Weighed, Local> {
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
function settleEffects(
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
function targetsOf(draft: ProgramDraft, movers: readonly Mover[]): readonly JointTarget[] {
  const written = new Set(movers.flatMap(({ slots }) => slots.map(({ to }) => to.id)));
  const { tracks, variables } = draft.model;
  return [...tracks, ...variables].flatMap(({ id }) => (written.has(id) ? [targetOf(draft, id)] : []));
}

/** What a mover may set a name to. */
interface JointSetter {
  readonly mover: Mover;
  readonly sets: Local;
  readonly value: Local;
}

const settersOf = (movers: readonly Mover[], id: string): readonly JointSetter[] =>
  movers.flatMap((mover) => {
    const slot = mover.slots.find(({ to }) => to.id === id);
    return slot === undefined || slot.sets === null || slot.value === null
      ? []
      : [{ mover, sets: slot.sets, value: slot.value }];
  });

/** The last value that a name was set to. */
function winnerOf(draft: ProgramDraft, movers: readonly Mover[], id: string): Local | null {
  const values = settersOf(movers, id).map(({ value }) => value);
  if (values.length === 0) return null;
  const type = values.every((value) => value.type === "int") ? "int" : "float";
  return draft.scratch(type, Math.min(...values.map(({ low }) => low)), Math.max(...values.map(({ high }) => high)));
}

/** Movers by the order that breaks ties of lots. */
const byId = (movers: readonly Mover[]): readonly Mover[] =>
  [...movers].sort((one, other) => (one.actor.id < other.actor.id ? -1 : 1));

const lotOf = (draft: ProgramDraft, pick: LotPick["pick"], movers: readonly Mover[]): LotPick => ({
  pick,
  sites: movers.map(({ actor }) => draft.site(`lot:${actor.id}`)),
});

/** Nobody is first come: only which of several settings comes last is open, and that is picked from the end. */
function lastSettings({ draft, movers, targets, winners }: JointEnd): Body {
  const into: Body = [];
  const contests: { readonly setters: readonly JointSetter[]; readonly winner: Local; readonly open: Local }[] = [];
  for (const { id } of targets) {
    const setters = settersOf(movers, id);
    const winner = winners.get(id) ?? null;
    if (winner === null) continue;
    into.push({ do: "set", local: winner, value: constant(0) });
    for (const { sets, value } of setters) {
      into.push(conditional(read(sets), [{ do: "set", local: winner, value: read(value) }]));
    }
    if (setters.length < 2) continue;
    const open = draft.scratch("truth", 0, 1);
    const pairs = setters.flatMap((one, index) =>
      setters
        .slice(index + 1)
        .map((other) => and(and(read(one.sets), read(other.sets)), compare("!=", read(one.value), read(other.value)))),
    );
    into.push({ do: "set", local: open, value: any(pairs) });
    contests.push({ setters, winner, open });
  }
  const involved = byId(
    movers.filter((mover) => contests.some(({ setters }) => setters.some((one) => one.mover === mover))),
  );
  const isInvolved = (mover: Mover): Code =>
    any(
      contests.flatMap(({ setters, open }) => {
        const own = setters.find((one) => one.mover === mover);
        return own === undefined ? [] : [and(read(open), read(own.sets))];
      }),
    );
  // Each pick decides one contest at least.
  for (const _ of contests) {
    const options = involved.map((mover): ProgramOption => {
      const body = contests.flatMap(({ setters, winner, open }) => {
        const own = setters.find((one) => one.mover === mover);
        if (own === undefined) return [];
        const wins: Body = [
          { do: "set", local: winner, value: read(own.value) },
          { do: "set", local: open, value: no },
        ];
        return [conditional(and(read(open), read(own.sets)), wins)];
      });
      return { enabled: isInvolved(mover), weight: number(isInvolved(mover)), body };
    });
    const choose = {
      do: "choose",
      actor: null,
      site: draft.site("lot:last"),
      steady: false,
      options,
      lot: lotOf(draft, "last", involved),
    } as const;
    into.push(conditional(any(contests.map(({ open }) => read(open))), [choose]));
  }
  return into;
}

/** Somebody is first come: the movers are gone through from the first to the last. */
function oneByOne(end: JointEnd): Body {
  const { draft, movers, targets, winners, stands } = end;
  const into: Body = [];
  const counters = countersOf(draft, movers);
  const kept = [...targets.map(({ field }) => field), ...counters].map((local) => {
    const copy = draft.scratch(local.type, local.low, local.high);
    into.push({ do: "set", local: copy, value: read(local) });
    return { local, copy };
  });
  const openingOf = (local: Local): Code => read(kept.find((one) => one.local === local)?.copy ?? local);
  const states = targets.map((target) => provisional(draft, movers, target, winners.get(target.id) ?? null));
  for (const { winner, isSet, total } of states) {
    if (winner !== null) into.push({ do: "set", local: winner, value: constant(0) });
    into.push({ do: "set", local: isSet, value: no }, { do: "set", local: total, value: constant(0) });
  }
  const left = movers.map(() => draft.scratch("truth", 0, 1));
  movers.forEach((mover, index) => {
    const [is, made] = [left[index], stands[index]];
    if (is === undefined || made === undefined) return;
    into.push({ do: "set", local: is, value: movesAtAll(mover) });
    into.push({ do: "set", local: made, value: not(firstComeOf(mover)) });
  });
  const ordered = byId(movers);
  const next = draft.scratch("int", 0, movers.length - 1);
  const label = draft.label();
  const steps: Body = [];
  for (const _ of movers) {
    // Where all that are left are first come and come too late, nothing changes any more.
    const goesOn = any(movers.map((mover, index) => and(read(left[index] ?? next), not(isBlocked(draft, mover)))));
    steps.push(conditional(not(goesOn), [{ do: "leave", label }]));
    const options = ordered.map((mover): ProgramOption => {
      const index = movers.indexOf(mover);
      const local = left[index] ?? next;
      const body: Body = [
        { do: "set", local: next, value: constant(index) },
        { do: "set", local, value: no },
      ];
      return { enabled: read(local), weight: number(read(local)), body };
    });
    steps.push({
      do: "choose",
      actor: null,
      site: draft.site("lot:first"),
      steady: false,
      options,
      lot: lotOf(draft, "first", ordered),
    });
    movers.forEach((mover, index) => {
      const then: Body = [];
      const made = stands[index];
      if (made === undefined) return;
      askFirstCome(draft, then, mover, made);
      then.push(conditional(read(made), doMove(draft, mover, states, openingOf)));
      steps.push(conditional(compare("==", read(next), constant(index)), then));
    });
  }
  into.push({ do: "block", label, body: steps });
  for (const { local, copy } of kept) into.push({ do: "set", local, value: read(copy), provisional: true });
  return into;
}

/** A name while movers are gone through. */
interface ProvisionalName {
  readonly target: JointTarget;
  readonly winner: Local | null;
  readonly isSet: Local;
  readonly total: Local;
}

function provisional(
  draft: ProgramDraft,
  movers: readonly Mover[],
  target: JointTarget,
  winner: Local | null,
): ProvisionalName {
  const changes = changesOf(movers, target.id);
  const low = changes.reduce((so, { low: least }) => so + Math.min(0, least), 0);
  const high = changes.reduce((so, { high: most }) => so + Math.max(0, most), 0);
  const type = fitsInt(low, high) && changes.every((change) => change.type === "int") ? "int" : "float";
  return { target, winner, isSet: draft.scratch("truth", 0, 1), total: draft.scratch(type, low, high) };
}

const changesOf = (movers: readonly Mover[], id: string): readonly Local[] =>
  movers.flatMap(({ slots }) => slots.find(({ to }) => to.id === id)?.change ?? []);

/** The counters of moves and tracks that a joint step may set. */
function countersOf(draft: ProgramDraft, movers: readonly Mover[]): readonly Local[] {
  const found = new Set<Local>();
  for (const mover of movers) {
    for (const { move } of moves(mover.offers)) {
      for (const counts of ["since", "made"] as const) {
        const counter = draft.counterOf(counts, `move:${move.id}`);
        if (counter !== null) found.add(counter);
      }
    }
    for (const { to } of mover.slots) {
      const age = to.target === "track" ? draft.counterOf("since", `track:${to.id}`) : null;
      if (age !== null) found.add(age);
    }
  }
  return [...found];
}

/** Whether a mover's move is first come and too late, as the fields stand; a condition that may fail is asked later. */
function isBlocked(draft: ProgramDraft, mover: Mover): Code {
  return any(
    moves(mover.offers).flatMap((offer) => {
      const { move } = offer;
      if (!move.firstCome || move.when === null) return [];
      const when = truth(draft.translate(move.when, `moves.${move.id}.when`));
      return mayFault(when) ? [] : [and(takes(mover, offer), not(when))];
    }),
  );
}

/** Asks a first-come move's condition as the fields stand. */
function askFirstCome(draft: ProgramDraft, into: Body, mover: Mover, stands: Local): void {
  for (const offer of moves(mover.offers)) {
    const { move } = offer;
    if (!move.firstCome) continue;
    const body: Body = [];
    const path = `moves.${move.id}.when`;
    const when = move.when === null ? yes : truth(draft.evaluate(body, move.when, path));
    body.push({ do: "set", local: stands, value: when });
    into.push(conditional(takes(mover, offer), body));
  }
}

/** Makes a mover's move upon the fields as they stand. */
function doMove(
  draft: ProgramDraft,
  mover: Mover,
  states: readonly ProvisionalName[],
  openingOf: (local: Local) => Code,
): Body {
  const into: Body = [];
  for (const { to, sets, value, change } of mover.slots) {
    const state = states.find(({ target }) => target.id === to.id);
    if (state === undefined) continue;
    const { winner, isSet, total } = state;
    if (sets !== null && value !== null && winner !== null) {
      into.push(
        conditional(read(sets), [
          { do: "set", local: winner, value: read(value) },
          { do: "set", local: isSet, value: yes },
        ]),
      );
    }
    if (change !== null) into.push({ do: "set", local: total, value: typed(sum([read(total), read(change)]), total) });
    const opening = openingOf(to.field);
    const base = winner === null ? opening : select(read(isSet), read(winner), opening);
    into.push({ do: "set", local: to.field, value: kept(to, base, read(total)), provisional: true });
    const age = to.target === "track" ? draft.counterOf("since", `track:${to.id}`) : null;
    if (age === null) continue;
    const stays = compare("==", read(to.field), opening);
    into.push({ do: "set", local: age, value: select(stays, openingOf(age), constant(0)), provisional: true });
  }
  for (const offer of moves(mover.offers)) {
    const marks: Body = [];
    markMade(draft, marks, "move", offer.move.id);
    if (marks.length > 0) into.push(conditional(takes(mover, offer), marks));
  }
  return into;
}

/** A sum within the bounds that its register has over all movers. */
const typed = (code: Code, { type, low, high }: Local): Code => ({ ...code, type, low, high });

/** A value kept in its name's range. */
function kept({ target, variable }: JointTarget, base: Code, change: Code): Code {
  if (target === "track" || variable === null) return base;
  if (variable.kind === "flag") return number(truth(base));
  return settleRange(variable, sum([base, change]));
}

/** Counts a mover's move in tallies, in the state as the turns opened. */
function countMoves(
  draft: ProgramDraft,
  into: Body,
  tallies: readonly Local[],
  mover: Mover,
  stands: Local | undefined,
): void {
  for (const offer of moves(mover.offers)) {
    const body: Body = [];
    count(draft, body, tallies, [`move:${offer.move.id}`]);
    if (body.length === 0) continue;
    const made = stands === undefined || !offer.move.firstCome ? yes : read(stands);
    into.push(conditional(and(takes(mover, offer), made), body));
  }
}

/** Writes what comes of the step. */
function writeEnd({ draft, movers, targets, winners, stands }: JointEnd, into: Body): void {
  const standsOf = (mover: Mover): Code => {
    const local = stands[movers.indexOf(mover)];
    const firstCome = moves(mover.offers).some(({ move }) => move.firstCome);
    return local === undefined || !firstCome ? yes : read(local);
  };
  const ends = targets.map((to) => {
    const setters = settersOf(movers, to.id);
    const isSet = any(setters.map(({ mover, sets }) => and(read(sets), standsOf(mover))));
    const winner = winners.get(to.id) ?? null;
    const opening = read(to.field);
    const base = winner === null ? opening : select(isSet, read(winner), opening);
    const changes = movers.flatMap((mover) => {
      const change = mover.slots.find((slot) => slot.to.id === to.id)?.change ?? null;
      return change === null ? [] : [select(standsOf(mover), read(change), constant(0))];
    });
    return { to, value: draft.keep(into, finalValue(draft, into, to, base, changes)) };
  });
  for (const { to, value } of ends) {
    write(draft, into, to, value);
  }
  for (const mover of movers) {
    for (const offer of moves(mover.offers)) {
      const marks: Body = [];
      markMade(draft, marks, "move", offer.move.id);
      if (marks.length > 0) into.push(conditional(and(takes(mover, offer), standsOf(mover)), marks));
    }
  }
}

function finalValue(draft: ProgramDraft, into: Body, to: JointTarget, base: Code, changes: readonly Code[]): Code {
  const { variable } = to;
  if (variable === null) return base;
  if (variable.kind === "flag") return number(truth(base));
  return settleRange(variable, sum([base, ...changes]), { draft, into, path: `variables.${variable.id}` });
}
