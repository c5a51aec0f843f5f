/**
 * The end of a run as statements: what tallies count of it, then the end itself.
 *
 * Where a program ends a run, its outcome is known, so that whatever reads the outcome there is settled beforehand. Every
 * end counts for itself: who follows single ways, as the explorer does, then needs no other place to look.
 */
import { atEndIn } from "../scenario/replace.ts";
import { type Code, no } from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { conditional } from "./program.ts";
import { count } from "./step.ts";

/** Ends the run where a condition holds. */
export function endIf(draft: ProgramDraft, into: Body, when: Code, ending: number): void {
  const holds = draft.check(into, when);
  if (holds === no) return;
  const outcome = draft.model.outcomes[ending]?.id ?? null;
  const then: Body = [];
  count(draft, then, draft.tallies, ["end"], (expression) => atEndIn(expression, outcome));
  then.push({ do: "end", ending });
  into.push(conditional(holds, then));
}
