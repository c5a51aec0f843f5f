/**
 * Expressions in the words of PRISM, whose types are stricter than ours: a condition is no number there, a whole number
 * no fraction, and `/` always yields a fraction.
 *
 * So every expression is printed as what its place asks for: a condition, a number, or a whole number. Time is read off
 * counters that the module keeps; terms and the conditions of rules are formulas with names of their own.
 */

import { at, itemNamed } from "../scenario/at.ts";
import { dateOfRound, daysOfRound, hasTimes } from "../scenario/calendar.ts";
import { markKey } from "../scenario/evaluate.ts";
import {
  type CallTable,
  type Comparison,
  type Expression,
  isCall,
  type Operation,
  writeCall,
} from "../scenario/expression.ts";
import { typeOf } from "../scenario/expressionType.ts";
import { numberFunctions } from "../scenario/functions.ts";
import type { Clock, Model, Track } from "../scenario/model.ts";
import { operandsOf } from "../scenario/walk.ts";

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

/** Prints expressions. Everything that is not a single word stands in parentheses where it is a part. */
export class PrismPrinter {
  readonly words: PrismWords;

  constructor(words: PrismWords) {
    this.words = words;
  }

  /** As a condition. */
  condition(expression: Expression): string {
    return this.isCondition(expression) ? this.print(expression) : `${this.part(expression)} != 0`;
  }

  /** As a number. */
  number(expression: Expression): string {
    return this.isCondition(expression) ? `${this.conditionPart(expression)} ? 1 : 0` : this.print(expression);
  }

  /** In its own type. */
  private print(expression: Expression): string {
    const { words } = this;
    if (isCall(expression)) return writeCall(calls, expression, (argument) => this.number(argument));
    switch (expression.op) {
      case "number":
        return literal(expression.value);
      case "truth":
        return String(expression.value);
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
      case "outcome":
      case "chose":
        throw new Error("how a run ended and what was chosen is known where it is counted");
      case "not":
      case "negate":
      case "and":
      case "or":
      case "compare":
      case "in":
      case "arithmetic":
      case "if":
        return this.operation(expression);
    }
  }

  private operation(expression: Operation): string {
    switch (expression.op) {
      case "not":
        return `!${this.conditionPart(expression.of)}`;
      case "negate":
        return `-${this.part(expression.of)}`;
      case "and":
      case "or":
        return expression.of.map((one) => this.conditionPart(one)).join(expression.op === "and" ? " & " : " | ");
      case "compare":
        return this.comparison(expression.by, expression.left, expression.right);
      case "in":
        return expression.of.map((one) => `(${this.comparison("is", expression.item, one)})`).join(" | ");
      case "arithmetic":
        return this.arithmetic(expression);
      case "if": {
        const part = (branch: Expression): string =>
          this.isCondition(expression) ? this.conditionPart(branch) : this.part(branch);
        return `${this.conditionPart(expression.when)} ? ${part(expression.then)} : ${part(expression.else)}`;
      }
    }
  }

  /** As a whole number, and whether it is one: what may have a part behind the point is checked before it is set. */
  whole(expression: Expression): { readonly text: string; readonly holds: string | null } {
    const text = this.number(expression);
    if (this.isWhole(expression)) return { text, holds: null };
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
    const bools = this.isCondition(left) && this.isCondition(right);
    const sign = by === "is" ? "=" : by === "is not" ? "!=" : by;
    if (bools && (by === "is" || by === "is not")) {
      return `${this.conditionPart(left)} ${sign} ${this.conditionPart(right)}`;
    }
    return `${this.part(left)} ${sign} ${this.part(right)}`;
  }

  private arithmetic({ by, left, right }: Extract<Expression, { op: "arithmetic" }>): string {
    if (by !== "%") return `${this.part(left)} ${by} ${this.part(right)}`;
    const whole = this.isWhole(left) && right.op === "number" && Number.isInteger(right.value);
    if (whole && right.value > 0) return `mod(${this.number(left)}, ${this.number(right)})`;
    return `${this.part(left)} - ${this.part(right)} * floor(${this.part(left)} / ${this.part(right)})`;
  }

  /** The rung of a track's present state: a number for each state. */
  private rung(id: string): string {
    const { states } = trackOf(this.words.model, id);
    return states
      .slice(0, -1)
      .reduceRight(
        (rest, state) => `${this.words.name(id)} = ${this.words.state(id, state.id)} ? ${state.rung ?? 0} : (${rest})`,
        String(at(states, states.length - 1).rung ?? 0),
      );
  }

  private calendar(op: "date" | "days"): string {
    const { model, round, lastRound } = this.words;
    const clock: Clock = model.clock ?? { start: 0, step: 1, months: null, dates: null };
    if (clock.dates === null && clock.months === null) {
      if (op === "days") return String(clock.step);
      if (!hasTimes(clock)) return `${clock.start} + ${clock.step} * ${round}`;
      const [start, step] = [clock.start, clock.step].map((days) => Math.round(days * 1440));
      return `(${start} + ${step} * ${round}) / 1440`;
    }
    const of = op === "date" ? dateOfRound : daysOfRound;
    const rounds = Array.from({ length: lastRound }, (_, index) => index);
    const last = String(of(clock, lastRound));
    return rounds.reduceRight((rest, at) => `${round} = ${at} ? ${of(clock, at)} : (${rest})`, last);
  }

  private isCondition(expression: Expression): boolean {
    return typeOf(expression, this.words.model).type === "condition";
  }

  /** Whether PRISM takes a number for a whole one; a condition counts as 1 or 0. */
  private isWhole(expression: Expression): boolean {
    if (isCall(expression)) {
      if (numberFunctions[expression.op].whole === "always") return true;
      return operandsOf(expression).every((operand) => this.isWhole(operand));
    }
    switch (expression.op) {
      case "number":
        return isInt(expression.value);
      case "assumption":
        return typeOfValue(itemNamed(this.words.assume, expression.id)) !== "double";
      case "term":
        return this.isWhole(termOf(this.words.model, expression.id));
      case "since":
      case "made":
        return this.words.counter(expression.op, markKey(expression.mark)).isWhole;
      case "if":
        return this.isWhole(expression.then) && this.isWhole(expression.else);
      case "negate":
        return this.isWhole(expression.of);
      case "arithmetic":
        return expression.by !== "/" && this.isWhole(expression.left) && this.isWhole(expression.right);
      case "truth":
      case "state":
      case "track":
      case "variable":
      case "round":
      case "date":
      case "days":
      case "rung":
      case "next":
      case "previous":
      case "outcome":
      case "chose":
      case "not":
      case "and":
      case "or":
      case "compare":
      case "in":
        return true;
    }
  }
}

function trackOf(model: Model, id: string): Track {
  const track = model.tracks.find((one) => one.id === id);
  if (track === undefined) throw new Error(`there is no track ${id}`);
  return track;
}

function termOf(model: Model, id: string): Expression {
  const term = model.terms.find((one) => one.id === id);
  if (term === undefined) throw new Error(`there is no term ${id}`);
  return term.value;
}

/** How PRISM writes the functions of numbers. */
const calls: CallTable<string> = {
  min: (of) => `min(${of.join(", ")})`,
  max: (of) => `max(${of.join(", ")})`,
  abs: (of) => `max(${enclosed(of)}, -${enclosed(of)})`,
  floor: (of) => `floor(${of})`,
  rounded: (of) => `round(${of})`,
};

/** The type of a constant. */
export function typeOfValue(value: number | boolean): "bool" | "int" | "double" {
  if (typeof value === "boolean") return "bool";
  return isInt(value) ? "int" : "double";
}

/** Parentheses around everything but a word, a number or a call. */
export function enclosed(text: string): string {
  return /^[\w.]+$/.test(text) || isCallText(text) ? text : `(${text})`;
}

function isCallText(text: string): boolean {
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
