/**
 * Moves made together as statements: everything reads the state as the turns opened, and nothing is written before all
 * is worked out.
 *
 * Branches are chosen first, then every effect becomes a setting or a change of its mover, then lots decide which of
 * several settings comes last. Where a chosen move is first come, the movers are gone through one by one: the fields
 * stand as if the step ended there while its condition is asked, and are put back before the end is written.
 */
import { and, any, type Code, constant, type Local, no, number, read, select, sum, truth, yes } from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import {
  chooseWays,
  firstComeOf,
  type JointChoice,
  type JointEnd,
  type JointTarget,
  type Mover,
  moves,
  settersOf,
  settleEffects,
  takes,
  targetsOf,
  winnerOf,
} from "./jointEffects.ts";
import { lastSettings, oneByOne } from "./jointLots.ts";
import { conditional } from "./program.ts";
import { count, markMade, settleRange, write } from "./step.ts";

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
