/**
 * The expression as data: what a condition, an effect, odds or a weight is once names and types are resolved.
 *
 * An expression names things by their ids and carries no positions, so it is plain JSON, is part of the model's
 * hash, and can be printed back into the words it was read from. It is typed by construction: `resolve` only
 * builds well-typed trees, so evaluators need not check types again.
 *
 * Three types exist: a number (a double), a condition (true or false; counts 1 or 0 where a number is wanted) and a
 * track state (an ordinal among the states of one track, comparable only with states of the same track).
 */
import { isNumberFunction, type OneNumberFunction, type SeveralNumbersFunction, takesOneNumber } from "./functions.ts";

/** What a time-reading function looks back to. */
export interface Mark {
  readonly kind: "track" | "move" | "incident";
  readonly id: string;
}

export type Comparison = "is" | "is not" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

export type Expression =
  /** A whole or fractional literal; a date literal is the whole number of days since 1970-01-01 with `date: true`. */
  | { readonly op: "number"; readonly value: number; readonly date?: true }
  | { readonly op: "truth"; readonly value: boolean }
  /** A state of a track, by name. */
  | { readonly op: "state"; readonly track: string; readonly id: string }
  /** The present state of a track. */
  | { readonly op: "track"; readonly id: string }
  /** A variable: a number, or a condition if it is a flag. */
  | { readonly op: "variable"; readonly id: string }
  /** An assumption: a number or a condition. */
  | { readonly op: "assumption"; readonly id: string }
  /** A term, evaluated where it is used. */
  | { readonly op: "term"; readonly id: string }
  /** Number of the present round; the first is 0. */
  | { readonly op: "round" }
  /** Date of the present round, in days since 1970-01-01. */
  | { readonly op: "date" }
  /** Length of the present round, in days. */
  | { readonly op: "days" }
  /** Rounds since the mark; Infinity for a move or incident never made; since the start for a track never changed. */
  | { readonly op: "since"; readonly mark: Mark }
  /** How often a move or incident was made. */
  | { readonly op: "made"; readonly mark: Mark }
  /** Rung of the track's present state; 0 where the state has none. */
  | { readonly op: "rung"; readonly id: string }
  /** The track state after or before the present one; a fault beyond the end. */
  | { readonly op: "next" | "previous"; readonly id: string }
  /** Whether the run ended in this outcome (in utilities and in tallies that count at the end). */
  | { readonly op: "outcome"; readonly id: string }
  /** Whether an actor chose this move, or to hold (null), in the step that is counted (in tallies per step). */
  | { readonly op: "chose"; readonly actor: string; readonly move: string | null }
  | { readonly op: "not"; readonly of: Expression }
  | { readonly op: "negate"; readonly of: Expression }
  | { readonly op: "and" | "or"; readonly of: readonly Expression[] }
  | { readonly op: "compare"; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  /** `item in [a, b]`; `not in` is a `not` around it. */
  | { readonly op: "in"; readonly item: Expression; readonly of: readonly Expression[] }
  | { readonly op: "arithmetic"; readonly by: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly op: "if"; readonly when: Expression; readonly then: Expression; readonly else: Expression }
  /** A function of numbers. */
  | { readonly op: SeveralNumbersFunction; readonly of: readonly Expression[] }
  | { readonly op: OneNumberFunction; readonly of: Expression };

/** A function of numbers with its arguments. */
export type Call = Extract<Expression, { op: OneNumberFunction | SeveralNumbersFunction }>;

/** Whatever is made of parts, except calls. */
export type Operation = Extract<
  Expression,
  { op: "not" | "negate" | "and" | "or" | "compare" | "in" | "arithmetic" | "if" }
>;

/** Whether an expression is a function of numbers: with this aside, a switch need not name the functions. */
export function isCall(expression: Expression): expression is Call {
  return isNumberFunction(expression.op);
}

/** How every function of numbers is written in terms of its arguments. */
export type CallTable<T> = {
  readonly [Name in OneNumberFunction]: (of: T) => T;
} & { readonly [Name in SeveralNumbersFunction]: (of: readonly T[]) => T };

/** Writes a call by a table; `write` writes one argument. */
export function writeCall<T>(table: CallTable<T>, call: Call, write: (argument: Expression) => T): T {
  return isCallOfOne(call) ? table[call.op](write(call.of)) : table[call.op](call.of.map(write));
}

/** Whether a call takes one number. */
export function isCallOfOne(call: Call): call is Extract<Call, { op: OneNumberFunction }> {
  return takesOneNumber(call.op);
}
