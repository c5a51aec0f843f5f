/**
 * The untyped tree of an expression, as it was written.
 *
 * Every node knows the span of its text, so that any complaint can point at exactly the words it means. Names are not
 * looked up and types are unknown here: that is the business of `resolve`. Parentheses are kept as nodes, because
 * mixed `and` and `or` need them.
 */
import type { Arithmetic, Comparison } from "./expression.ts";
import { nameFunctions, numberFunctionWords } from "./functions.ts";

/** A part of an expression's text, in UTF-16 code units; the end is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export type Syntax = TextSpan &
  (
    | { readonly kind: "number"; readonly value: number }
    /** A date literal, in days since 1970-01-01. */
    | { readonly kind: "date"; readonly value: number }
    | { readonly kind: "truth"; readonly value: boolean }
    /** A name of something in the scenario, or one of the words `round`, `date`, `days` and `outcome`. */
    | { readonly kind: "name"; readonly name: string }
    /** A function with its arguments; the name stands at the start. */
    | { readonly kind: "call"; readonly name: string; readonly of: readonly Syntax[] }
    /** An expression in parentheses. */
    | { readonly kind: "group"; readonly of: Syntax }
    /** Several expressions in brackets: only right of `in`. `square` is false where parentheses were written. */
    | { readonly kind: "list"; readonly square: boolean; readonly of: readonly Syntax[] }
    | { readonly kind: "not" | "negate"; readonly of: Syntax }
    | { readonly kind: "and" | "or"; readonly of: readonly Syntax[] }
    | { readonly kind: "compare"; readonly by: Comparison; readonly left: Syntax; readonly right: Syntax }
    | { readonly kind: "in"; readonly item: Syntax; readonly negated: boolean; readonly of: readonly Syntax[] }
    | { readonly kind: "arithmetic"; readonly by: Arithmetic; readonly left: Syntax; readonly right: Syntax }
    | { readonly kind: "if"; readonly when: Syntax; readonly then: Syntax; readonly else: Syntax }
    /** Stands where the text made no sense; a problem has said so. */
    | { readonly kind: "broken" }
  );

/** A complaint about an expression, placed within its text. */
export interface ExpressionProblem extends TextSpan {
  /** Stable kebab-case name of the complaint, such as `unknown-name`. */
  readonly code: string;
  /** What is wrong and what was expected. */
  readonly message: string;
  /** What to write instead, where that is known. */
  readonly hint: string | null;
  readonly severity: "error" | "warning";
}

/** The words of the language: no id of a scenario may be one of them. */
export const reservedWords: ReadonlySet<string> = new Set([
  ...["and", "or", "not", "is", "in", "if", "then", "else", "true", "false"],
  ...[...numberFunctionWords, ...Object.keys(nameFunctions), "round", "date", "days", "outcome"],
]);

/** The expression inside any parentheses. */
export function ungrouped(syntax: Syntax): Syntax {
  let inner = syntax;
  while (inner.kind === "group") inner = inner.of;
  return inner;
}

/** The parts directly inside a part. */
export function syntaxParts(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case "call":
    case "list":
    case "and":
    case "or":
      return syntax.of;
    case "group":
    case "not":
    case "negate":
      return [syntax.of];
    case "compare":
    case "arithmetic":
      return [syntax.left, syntax.right];
    case "in":
      return [syntax.item, ...syntax.of];
    case "if":
      return [syntax.when, syntax.then, syntax.else];
    case "number":
    case "date":
    case "truth":
    case "name":
    case "broken":
      return [];
  }
}
