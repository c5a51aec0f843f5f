/**
 * Rounds and tallies as rewards of a PRISM file.
 *
 * What is counted as a round opens, or at a step that chance or a policy takes, is a reward of the state before it,
 * weighed by the step's share; what an open choice counts is a reward of its action; what is counted at the end of a
 * run is a reward of the state from which it ends.
 */
import { split } from "../engine/law.ts";
import type { Expression } from "../scenario/expression.ts";
import type { TallyEntry } from "../scenario/model.ts";
import { atChoiceOf, atEndIn, atNoChoice } from "../scenario/replace.ts";
import { firstEnds, settledEnds, stillEnds } from "./prismEnds.ts";
import type { PrismTerms } from "./prismTerms.ts";

/** The rewards, once the module is written. */
export function writeRewards(terms: PrismTerms): string {
  const { model, names } = terms;
  const first = terms.order[0] ?? "tick";
  const opens = terms.stops ? `${terms.at(first)} & !${names.of("still")}` : terms.at(first);
  const structure = (key: string, wanted: string, items: readonly string[]): string =>
    [`rewards "${names.give(`rewards:${key}`, wanted)}"`, ...items.map((item) => `  ${item};`), "endrewards"].join(
      "\n",
    );
  return [
    structure("*", "rounds", [`${opens} : 1`]),
    ...model.tallies.map(({ id, entries }) =>
      structure(
        id,
        id,
        entries.flatMap((entry) => tallied(terms, entry, opens)),
      ),
    ),
  ].join("\n\n");
}

function tallied(terms: PrismTerms, { per, add, when }: TallyEntry, opens: string): readonly string[] {
  const { printer } = terms;
  const counted = (settle: (expression: Expression) => Expression) => ({
    amount: printer.part(settle(add)),
    also: when === null ? "" : ` & ${printer.conditionPart(settle(when))}`,
  });
  if (per === "round") {
    const { amount, also } = counted((expression) => expression);
    return [`${opens}${also} : ${amount}`];
  }
  if (per === "end") {
    return [...firstEnds(terms).ends, ...settledEnds(terms).ends, ...stillEnds(terms)].map(({ guard, outcome }) => {
      const { amount, also } = counted((expression) => atEndIn(expression, outcome));
      return `${guard}${also} : ${amount}`;
    });
  }
  return terms.order
    .flatMap((point) => stepsAt(terms, point))
    .filter(({ step }) => per === "step" || step === `${per.kind}:${per.id}`)
    .map(({ step, action, here, share }) => {
      const { amount, also } = counted((expression) => inStep(terms, expression, step));
      return action === null ? `${here}${also} : ${share} * ${amount}` : `[${action}] ${here}${also} : ${amount}`;
    });
}

/** An expression where a step is counted, in which at most one actor chose. */
function inStep({ model }: PrismTerms, expression: Expression, step: string): Expression {
  const [kind, id] = split(step);
  if (kind === "hold") return atChoiceOf(expression, id, null);
  const move = kind === "move" ? model.moves.find((one) => one.id === id) : undefined;
  return move === undefined ? atNoChoice(expression) : atChoiceOf(expression, move.by, id);
}

/** A step that can be taken at a point: by its own action, or as a share of what comes there. */
interface StepAt {
  readonly step: string;
  readonly here: string;
  readonly action: string | null;
  readonly share: string;
}

function stepsAt(terms: PrismTerms, point: string): readonly StepAt[] {
  const { names } = terms;
  const here = terms.at(point);
  const [kind, id] = split(point);
  if (kind === "tick") return [];
  if (kind === "incident") return [{ step: point, here, action: null, share: names.of(`chance:${id}`) }];
  const options = [...terms.movesAt(point).map((move) => `move:${move.id}`), ...(id === "" ? [] : [`hold:${id}`])];
  // Nobody holds where a run stops.
  const live = terms.stops && id !== "" ? `${here} & (${names.of(`any:${id}`)} | !${names.of("still")})` : here;
  return options.map((step) => {
    if (terms.isOpen(point)) return { step, here: "true", action: names.of(`action:${step}`), share: "1" };
    return { step, here: live, action: null, share: names.of(`share:${step.replace("move:", "")}`) };
  });
}
