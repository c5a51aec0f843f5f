/**
 * In which order moves made together count: lots over what is contested.
 *
 * Where nobody is first come, only the last of several settings is open, and it is picked from the end. Where a chosen move
 * is first come, the movers are gone through one by one: the fields stand as if the step ended there while its condition is
 * asked, and are put back afterwards.
 */
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
import {
  firstComeOf,
  type JointEnd,
  type JointSetter,
  type JointTarget,
  type Mover,
  moves,
  movesAtAll,
  settersOf,
  takes,
} from "./jointEffects.ts";
import { conditional, type LotPick, type ProgramOption } from "./program.ts";
import { markMade, settleRange } from "./step.ts";

/** More movers than this are not gone through in every order, where a move is first come. */
export const firstComeMoversMax = 8;

/** Movers by the order that breaks ties of lots. */
const byId = (movers: readonly Mover[]): readonly Mover[] =>
  [...movers].sort((one, other) => (one.actor.id < other.actor.id ? -1 : 1));

const lotOf = (draft: ProgramDraft, pick: LotPick["pick"], movers: readonly Mover[]): LotPick => ({
  pick,
  sites: movers.map(({ actor }) => draft.site(`lot:${actor.id}`)),
});

/** Nobody is first come: only which of several settings comes last is open, and that is picked from the end. */
export function lastSettings({ draft, movers, targets, winners }: JointEnd): Body {
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
export function oneByOne(end: JointEnd): Body {
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
