/**
 * What actors chose in the step that is being counted, where some tally reads it.
 *
 * An actor whose choices are read has a local of its own: 0 where it did not choose, 1 where it holds, and from 2 on
 * its moves in document order. It is set where choices are made and read where the step is counted, never later.
 */

import type { Model } from "../scenario/model.ts";
import { visitExpression } from "../scenario/walk.ts";
import { type Code, compare, constant, type Local, no, read } from "./code.ts";
import type { Statement } from "./program.ts";

/** What statements about choices need of a program under construction. */
interface ChoiceLocals {
  readonly model: Model;
  /** By actor whose choices are read. */
  readonly chosen: ReadonlyMap<string, Local>;
}

/** The actors whose choices some tally reads. */
export function readChoosers(model: Model): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { entries } of model.tallies) {
    for (const { add, when } of entries) {
      for (const expression of when === null ? [add] : [add, when]) {
        visitExpression(expression, (part) => {
          if (part.op === "chose") found.add(part.actor);
        });
      }
    }
  }
  return found;
}

/** The largest value of an actor's local. */
export const choiceMax = (model: Model, actor: string): number =>
  1 + model.moves.filter(({ by }) => by === actor).length;

/** A move (null: holding) as the local of its actor has it. */
function choiceCode(model: Model, actor: string, move: string | null): number {
  if (move === null) return 1;
  return 2 + model.moves.filter(({ by }) => by === actor).findIndex(({ id }) => id === move);
}

/** Whether an actor chose this, read from its local. */
export const readChoice = (model: Model, local: Local | undefined, actor: string, move: string | null): Code =>
  local === undefined ? no : compare("==", read(local), constant(choiceCode(model, actor, move)));

/** Statements where an actor makes its choice among those of others. */
export function noteChoice({ model, chosen }: ChoiceLocals, actor: string, move: string | null): Statement[] {
  const local = chosen.get(actor);
  return local === undefined ? [] : [{ do: "set", local, value: constant(choiceCode(model, actor, move)) }];
}

/** Statements where a step begins in which nobody chooses. */
export const noteNoChoices = ({ chosen }: ChoiceLocals): Statement[] =>
  [...chosen.values()].map((local) => ({ do: "set" as const, local, value: constant(0) }));

/** Statements where an actor chooses alone. */
export const noteSoleChoice = (draft: ChoiceLocals, actor: string, move: string | null): Statement[] => [
  ...noteNoChoices(draft),
  ...noteChoice(draft, actor, move),
];
