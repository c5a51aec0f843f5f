/**
 * Policies as PRISM reads them: the share of each option at a turn, as formulas over the weights that policies give.
 */
import { chosenPolicy } from "../kernel/memory.ts";
import type { Move } from "../scenario/model.ts";
import type { PrismTerms } from "./prismTerms.ts";

/**
 * Defines the shares of a turn's options; what comes back names them.
 * @param who ends the names of the turn's formulas.
 * @param hold whose holding is among the options, and when; null where nobody may hold.
 */
export function defineShares(
  terms: PrismTerms,
  who: string,
  moves: readonly Move[],
  hold: { readonly id: string; readonly when: string } | null,
): (option: string) => string {
  const { names } = terms;
  const may = (move: Move): string => names.of(`may:${move.id}`);
  const weights = moves.map((move) =>
    terms.define(`weight:${move.id}`, `weight_${move.id}`, `${may(move)} ? ${weightOf(terms, move.by, move.id)} : 0`),
  );
  const holding =
    hold === null ? [] : [terms.define(`weight:hold:${who}`, `weight_hold_${who}`, holdWeight(terms, hold))];
  const total = terms.define(`total:${who}`, `total_${who}`, [...weights, ...holding].join(" + "));
  // Where nothing weighs anything, an actor holds, even one that must move; of pooled moves any is taken alike.
  const count = moves.map((move) => `(${may(move)} ? 1 : 0)`).join(" + ");
  const shares = new Map(
    moves.map((move, index) => {
      const even = hold !== null ? "0" : `(${may(move)} ? 1 / (${count}) : 0)`;
      const text = `${total} > 0 ? ${weights[index]} / ${total} : ${even}`;
      return [move.id, terms.define(`share:${move.id}`, `share_${move.id}`, text)];
    }),
  );
  if (hold !== null) {
    const text = `${total} > 0 ? ${holding.join("")} / ${total} : 1`;
    shares.set("hold", terms.define(`share:hold:${who}`, `share_hold_${who}`, text));
  }
  return (option) => {
    const share = shares.get(option);
    if (share === undefined) throw new Error(`${option} has no share`);
    return share;
  };
}

function holdWeight(terms: PrismTerms, { id, when }: { readonly id: string; readonly when: string }): string {
  const weight = weightOf(terms, id, "hold");
  return when === "true" ? weight : `${when} ? ${weight} : 0`;
}

function weightOf({ model, treatment, bounds }: PrismTerms, actor: string, option: string): string {
  const policy = chosenPolicy(model, treatment, actor);
  if (policy === null) return "1";
  const named = policy.weights.find(({ move }) => move === option)?.weight;
  const weight = option === "hold" ? policy.hold : (named ?? policy.others);
  return weight === null ? "0" : bounds.weight(weight);
}
