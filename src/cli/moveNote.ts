/**
 * What a move is, for whoever considers it: its description, when it is open, what it sets and how it may turn out.
 *
 * Whether a condition holds is said only of the person's own moves: these may read no secrets, another's might tell one.
 */

import type { Execution } from "../log/execution.ts";
import { namingOf } from "../report/naming.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Move } from "../scenario/model.ts";
import { printExpression } from "../scenario/print.ts";

/** Explains a move to an actor, line by line; indents show what belongs together. */
export function moveNote(execution: Execution, actor: string, id: string): readonly string[] {
  const { scenario } = execution;
  const move = scenario.model.moves.find((candidate) => candidate.id === id);
  if (move === undefined) return ["Say why and a number from the list, or a move's id."];
  const key = `moves.${move.id}`;
  const naming = namingOf(scenario);
  return [
    naming.name("moves", move.id),
    ...[scenario.texts.descriptions[key], scenario.texts.notes[key]].flatMap((text) => text ?? []),
    ...conditionLines(execution, actor, move),
    ...effectLines(move.then, ""),
    ...move.branches.flatMap((branch) => [
      `it may turn out: ${naming.name("moves", move.id, "branches", branch.id)} (odds ${printExpression(branch.odds)})`,
      ...effectLines(branch.then, "  "),
    ]),
  ];
}

function conditionLines({ engine, session }: Execution, actor: string, move: Move): readonly string[] {
  if (move.when === null) return ["always open at its turn"];
  if (move.by !== actor) return [`open when ${printExpression(move.when)}`];
  const parts: readonly Expression[] = move.when.op === "and" ? move.when.of : [move.when];
  return [
    "open when all of these hold:",
    ...parts.map((part) => {
      const holds = engine.law.evaluator(part, `moves.${move.id}.when`)(session.state) !== 0;
      return `  ${printExpression(part)}: ${holds ? "yes" : "no"}`;
    }),
  ];
}

function effectLines(then: readonly Assignment[], indent: string): readonly string[] {
  return then.map(({ id, value }) => `${indent}sets ${id} to ${printExpression(value)}`);
}
