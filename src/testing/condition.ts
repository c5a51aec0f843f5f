/**
 * Conditions that stand in a test: read in the words of the language, against the names of a scenario.
 */
import { hasTimes } from "../scenario/calendar.ts";
import type { Expression } from "../scenario/expression.ts";
import { parseExpression } from "../scenario/grammar.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { type ExpressionScope, resolveExpression } from "../scenario/resolve.ts";

/**
 * Reads a condition such as `reply is rejected and tension >= 6`.
 * @throws Mistake where it does not fit the scenario.
 */
export function conditionOf(model: Model, text: string): Expression {
  const { syntax, problems } = parseExpression(text);
  const resolved = syntax === null ? null : resolveExpression(syntax, scopeOf(model), { type: "condition" });
  const all = [...problems, ...(resolved?.problems ?? [])].filter(({ severity }) => severity === "error");
  const [first] = all;
  if (first === undefined && resolved?.expression) return resolved.expression;
  throw new Mistake(`"${text}": ${first?.message ?? "this is no condition"}`, first?.hint ?? null);
}

function scopeOf(model: Model): ExpressionScope {
  return {
    tracks: new Map(model.tracks.map(({ id, states }) => [id, states.map((state) => state.id)])),
    variables: new Map(model.variables.map(({ id, kind }) => [id, kind === "flag" ? "condition" : "number"])),
    assumptions: new Map(
      model.assumptions.map((one) => [one.id, typeof one.default === "boolean" ? "condition" : "number"]),
    ),
    terms: new Map(model.terms.map(({ id, type }) => [id, type])),
    actors: new Set(model.actors.map(({ id }) => id)),
    moves: new Map(model.moves.map(({ id, by }) => [id, by])),
    incidents: new Set(model.incidents.map(({ id }) => id)),
    outcomes: new Map([
      ...model.outcomes.map(({ id }) => [id, [id]] as const),
      ...model.groups.map(({ id, of }) => [id, of] as const),
    ]),
    allows: {
      state: true,
      clock: model.clock !== null,
      times: model.clock !== null && hasTimes(model.clock),
      outcome: false,
      choices: false,
    },
  };
}
