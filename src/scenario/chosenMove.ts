/**
 * Reads what stands opposite `chose(ACTOR)`: a move of that actor, or `hold`.
 *
 * Moves are looked up only there, as states are only opposite their track. Whether choices may be read at all is the
 * lookup's business.
 */
import type { Expression } from "./expression.ts";
import { type Chooser, type Lookup, listed } from "./lookup.ts";
import { type Syntax, ungrouped } from "./syntax.ts";
import { error, type Report } from "./token.ts";

export type ChoiceCall = Syntax & { readonly kind: "call" };

/** The call that asks what an actor chose, if a part is one. */
export function choiceIn(syntax: Syntax): ChoiceCall | null {
  const inner = ungrouped(syntax);
  return inner.kind === "call" && inner.name === "chose" ? inner : null;
}

/** Whether an actor chose what is named; null after a complaint. */
export function readChoice(
  { actor, moves }: Chooser,
  named: Syntax,
  lookup: Lookup,
  report: Report,
): Expression | null {
  const inner = ungrouped(named);
  if (inner.kind === "broken") return null;
  const owner = inner.kind === "name" ? lookup.scope.moves.get(inner.name) : undefined;
  if (inner.kind === "name" && inner.name === "hold") return { op: "chose", actor, move: null };
  if (inner.kind === "name" && owner === actor) return { op: "chose", actor, move: inner.name };
  const known = [...moves, "hold"];
  const what =
    inner.kind !== "name"
      ? "the name of a move was expected"
      : owner === undefined
        ? `\`${inner.name}\` is not a move of \`${actor}\``
        : `\`${inner.name}\` is a move of \`${owner}\`, so \`${actor}\` never chooses it`;
  const hint = inner.kind === "name" ? lookup.nearestHint(inner.name, known) : null;
  report(error("unknown-choice", named, `${what}; \`${actor}\` chooses among ${listed(known)}`, hint));
  return null;
}
