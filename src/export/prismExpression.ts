/**
 * Expressions in the words of PRISM, whose types are stricter than ours: a condition is no number there, a whole number
 * no fraction, and `/` always yields a fraction.
 *
 * So every expression is printed as what its place asks for: a condition, a number, or a whole number. Time is read off
 * counters that the module keeps; terms and the conditions of rules are formulas with names of their own.
 */

import { dateOfRound, daysOfRound } from "../scenario/calendar.ts";
import { markKey } from "../scenario/evaluate.ts";
import type { Comparison, Expression } from "../scenario/expression.ts";
import type { Clock, Model } from "../scenario/model.ts";

/** What an expression may name, and what it is called in the module. */
export interface PrismWords {
  readonly model: Model;
  /** Values of assumptions. */
  readonly assume: Readonly<Record<string, number | boolean>>;
  /** Of a track, variable or assumption. */
  name(id: string): string;
  /** Of a term. */
  term(id: string): string;
  /** Of a track state. */
  state(track: string, id: string): string;
  /** What tells how long ago, or how often. */
  counter(kind: "since" | "made", mark: string): { readonly text: string; readonly isWhole: boolean };
  readonly round: string;
  /** Largest round that can be. */
  readonly lastRound: number;
}

type Type = "bool" | "int" | "double";

/** Prints expressions. Everything that is not a single word stands in parentheses where it is a part. */
export class PrismPrinter {
  readonly words: PrismWords;

  constructor(words: PrismWords) {
    this.words = words;
  }

  /** As a condition. */
  condition(expression: Expression): string {
    if (this.typeOf(expression) !== "bool") return `${this.part(expression)} != 0`;
    const { op } = expression;
    if (op === "truth") return String(expression.value);
    if (op === "not") return `!${this.conditionPart(expression.of)}`;
    if (op === "and" || op === "or") {
      return expression.of.map((one) => this.conditionPart(one)).join(op === "and" ? " & " : " | ");
    }
    if (op === "compare") return this.comparison(expression.by, expression.left, expression.right);
    if (op === "in") return expression.of.map((one) => `(${this.comparison("is", expression.item, one)})`).join(" | ");
    if (op === "if") {
      const [when, yes, no] = [expression.when, expression.then, expression.else].map((one) => this.conditionPart(one));
      return `${when} ? ${yes} : ${no}`;
    }
    if (op === "term") return this.words.term(expression.id);
    if (op === "variable" || op === "assumption") return this.words.name(expression.id);
    throw new Error(`a condition of kind ${op} cannot be exported`);
  }

  /** As a number. */
  number(expression: Expression): string {
    if (this.typeOf(expression) === "bool") return `${this.conditionPart(expression)} ? 1 : 0`;
    const { words } = this;
    switch (expression.op) {
      case "number":
        return literal(expression.value);
      case "state":
        return words.state(expression.track, expression.id);
      case "track":
      case "variable":
      case "assumption":
        return words.name(expression.id);
      case "term":
        return words.term(expression.id);
      case "round":
        return words.round;
      case "date":
      case "days":
        return this.calendar(expression.op);
      case "since":
      case "made":
        return words.counter(expression.op, markKey(expression.mark)).text;
      case "rung":
        return this.rung(expression.id);
      case "next":
        return `${words.name(expression.id)} + 1`;
      case "previous":
        return `${words.name(expression.id)} - 1`;
      case "negate":
        return `-${this.part(expression.of)}`;
      case "arithmetic":
        return this.arithmetic(expression);
      case "if":
        return `${this.conditionPart(expression.when)} ? ${this.part(expression.then)} : ${this.part(expression.else)}`;
      case "min":
      case "max":
        if (expression.of.length === 1 && expression.of[0] !== undefined) return this.number(expression.of[0]);
        return `${expression.op}(${expression.of.map((one) => this.number(one)).join(", ")})`;
      case "abs":
        return `max(${this.part(expression.of)}, -${this.part(expression.of)})`;
      case "floor":
        return `floor(${this.number(expression.of)})`;
      default:
        throw new Error(`a number of kind ${expression.op} cannot be exported`);
    }
  }

  /** As a whole number, and whether it is one: what may have a part behind the point is checked before it is set. */
  whole(expression: Expression): { readonly text: string; readonly holds: string | null } {
    const text = this.number(expression);
    if (this.typeOf(expression) !== "double") return { text, holds: null };
    return { text: `floor(${text})`, holds: `${enclosed(text)} = floor(${text})` };
  }

  /** A number as a part of something larger. */
  part(expression: Expression): string {
    return enclosed(this.number(expression));
  }

  /** A condition as a part of something larger. */
  conditionPart(expression: Expression): string {
    return enclosed(this.condition(expression));
  }

  private comparison(by: Comparison, left: Expression, right: Expression): string {
    const bools = this.typeOf(left) === "bool" && this.typeOf(right) === "bool";
    const sign = by === "is" ? "=" : by === "is not" ? "!=" : by;
    if (bools && (by === "is" || by === "is not")) {
      return `${this.conditionPart(left)} ${sign} ${this.conditionPart(right)}`;
    }
    return `${this.part(left)} ${sign} ${this.part(right)}`;
  }

  private arithmetic({ by, left, right }: Extract<Expression, { op: "arithmetic" }>): string {
    if (by !== "%") return `${this.part(left)} ${by} ${this.part(right)}`;
    const whole = this.typeOf(left) !== "double" && right.op === "number" && Number.isInteger(right.value);
    if (whole && right.value > 0) return `mod(${this.number(left)}, ${this.number(right)})`;
    return `${this.part(left)} - ${this.part(right)} * floor(${this.part(left)} / ${this.part(right)})`;
  }

  /** The rung of a track's present state: a number for each state. */
  private rung(id: string): string {
    const states = this.words.model.tracks.find((track) => track.id === id)?.states ?? [];
    const last = states.at(-1);
    return states
      .slice(0, -1)
      .reduceRight(
        (rest, state) => `${this.words.name(id)} = ${this.words.state(id, state.id)} ? ${state.rung ?? 0} : (${rest})`,
        String(last?.rung ?? 0),
      );
  }

  private calendar(op: "date" | "days"): string {
    const { model, round, lastRound } = this.words;
    const clock: Clock = model.clock ?? { start: 0, step: 1, dates: null };
    if (clock.dates === null) return op === "days" ? String(clock.step) : `${clock.start} + ${clock.step} * ${round}`;
    const of = op === "date" ? dateOfRound : daysOfRound;
    const rounds = Array.from({ length: lastRound + 1 }, (_, index) => index);
    const last = rounds.pop() ?? 0;
    return rounds.reduceRight((rest, at) => `${round} = ${at} ? ${of(clock, at)} : (${rest})`, String(of(clock, last)));
  }

  private typeOf(expression: Expression): Type {
    const { model } = this.words;
    switch (expression.op) {
      case "truth":
      case "not":
      case "and":
      case "or":
      case "compare":
      case "in":
      case "outcome":
        return "bool";
      case "number":
        return isInt(expression.value) ? "int" : "double";
      case "variable":
        return model.variables.find(({ id }) => id === expression.id)?.kind === "flag" ? "bool" : "int";
      case "assumption":
        return typeOfValue(this.words.assume[expression.id] ?? 0);
      case "term": {
        const term = model.terms.find(({ id }) => id === expression.id);
        return term === undefined ? "double" : this.typeOf(term.value);
      }
      case "if": {
        const [one, other] = [this.typeOf(expression.then), this.typeOf(expression.else)];
        return one === "bool" && other === "bool" ? "bool" : this.joined([one, other]);
      }
      case "since":
      case "made":
        return this.words.counter(expression.op, markKey(expression.mark)).isWhole ? "int" : "double";
      case "arithmetic":
        if (expression.by === "/") return "double";
        return this.joined([this.typeOf(expression.left), this.typeOf(expression.right)]);
      case "min":
      case "max":
        return this.joined(expression.of.map((one) => this.typeOf(one)));
      case "negate":
      case "abs":
        return this.joined([this.typeOf(expression.of)]);
      default:
        return "int";
    }
  }

  private joined(types: readonly Type[]): Type {
    return types.includes("double") ? "double" : "int";
  }
}

/** The type of a constant. */
export function typeOfValue(value: number | boolean): Type {
  if (typeof value === "boolean") return "bool";
  return isInt(value) ? "int" : "double";
}

/** Parentheses around everything but a word, a number or a call. */
export function enclosed(text: string): string {
  return /^[\w.]+$/.test(text) || isCall(text) ? text : `(${text})`;
}

function isCall(text: string): boolean {
  if (!/^\w+\(/.test(text) || !text.endsWith(")")) return false;
  let depth = 0;
  for (const [index, letter] of [...text].entries()) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (depth === 0 && letter === ")" && index < text.length - 1) return false;
  }
  return true;
}

/** PRISM's whole numbers are those of 32 bits. */
const isInt = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 31;

/** A number in digits. */
export function literal(value: number): string {
  const text = isInt(value) || !Number.isInteger(value) ? String(Math.abs(value)) : `${Math.abs(value)}.0`;
  const plain = text.replace("e+", "e");
  return value < 0 ? `-${plain}` : plain;
}
