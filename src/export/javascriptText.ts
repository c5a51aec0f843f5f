/**
 * Prints expressions as plain JavaScript that a person can read, over a state `s`.
 *
 * Names stand in the code as string literals only, so an author's text is never code. Track states are strings,
 * conditions are truth values, and both become numbers where a number is wanted. What can fail (a division, a step
 * beyond a track's end) calls one of `supports`, the functions that the printed code expects around it.
 */

import { markKey } from "../scenario/evaluate.ts";
import { type CallTable, type Expression, isCall, type Operation, writeCall } from "../scenario/expression.ts";
import { type ExpressionType, typeOf } from "../scenario/expressionType.ts";
import type { Model } from "../scenario/model.ts";

/** How tightly a piece of code binds; an operand that binds less goes into parentheses. */
const binding = { choice: 0, or: 1, and: 2, comparison: 3, sum: 4, product: 5, sign: 6, atom: 7 };

interface Code {
  readonly text: string;
  readonly binds: number;
}

/** How JavaScript writes the functions of numbers. */
const calls: CallTable<string> = {
  min: (of) => `Math.min(${of.join(", ")})`,
  max: (of) => `Math.max(${of.join(", ")})`,
  abs: (of) => `Math.abs(${of})`,
  floor: (of) => `Math.floor(${of})`,
  rounded: (of) => `(Math.round(${of}) + 0)`,
};

/** A name, or any text, as a string literal. */
export const literal = (text: string): string => JSON.stringify(text);

/** Functions that printed expressions call; `tracks`, `assume`, `terms` and `clock` are the module's own data. */
export const supports = `/** A value that the scenario does not have. */
class Fault extends Error {}

function divide(a, b) {
  if (b === 0) throw new Fault("division by zero");
  return a / b;
}

/** The remainder of a division that rounds down. */
function modulo(a, b) {
  if (b === 0) throw new Fault("remainder of a division by zero");
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Place of a state among the states of its track. */
function place(track, state) {
  return tracks[track].findIndex(({ id }) => id === state);
}

/** Rung of a track's present state. */
function rung(s, track) {
  return tracks[track][place(track, s.tracks[track])].rung;
}

/** The state of a track so many places after the present one. */
function neighbour(s, track, distance) {
  const found = tracks[track][place(track, s.tracks[track]) + distance];
  if (found === undefined) throw new Fault("there is no state beyond the end of " + track);
  return found.id;
}

/** Rounds since a track was entered, or a move or incident made. */
function since(s, mark) {
  return s.round - (s.entered[mark] ?? (mark.startsWith("track:") ? 0 : -Infinity));
}

/** How often a move or incident was made. */
function made(s, mark) {
  return s.made[mark] ?? 0;
}

/** Date of a round, in days since 1970-01-01. */
function date(round) {
  const dates = clock.dates ?? [clock.start];
  const last = dates.length - 1;
  if (round <= last) return dates[round];
  if (clock.months === null) return (Math.round(dates[last] * 1440) + (round - last) * Math.round(clock.step * 1440)) / 1440;
  const { year, month, day } = partsOfDay(Math.floor(dates[last]));
  const index = year * 12 + month - 1 + (round - last) * clock.months;
  const first = dayNumber(Math.floor(index / 12), (((index % 12) + 12) % 12) + 1);
  const next = dayNumber(Math.floor((index + 1) / 12), ((((index + 1) % 12) + 12) % 12) + 1);
  return Math.min(first + day - 1, next - 1) + (dates[last] - Math.floor(dates[last]));
}

/** Days from 1970-01-01 to the first of a month. */
function dayNumber(year, month) {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) - 719468;
}

/** Year, month and day of the month of a day number. */
function partsOfDay(number) {
  const since = number + 719468;
  const era = Math.floor(since / 146097);
  const rest = since - era * 146097;
  const leapDays = Math.floor(rest / 1460) - Math.floor(rest / 36524) + Math.floor(rest / 146096);
  const yearOfEra = Math.floor((rest - leapDays) / 365);
  const dayOfYear = rest - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { year: era * 400 + yearOfEra + (month > 2 ? 0 : 1), month, day };
}
`;

/** Prints the expressions of a model. */
export class ExpressionPrinter {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Code of a truth value. */
  condition(expression: Expression): string {
    return this.#condition(expression).text;
  }

  /** Code of a number. */
  number(expression: Expression): string {
    return this.#number(expression).text;
  }

  /** Code of a track state, as its name. */
  state(expression: Expression): string {
    return this.#print(expression).text;
  }

  /** Code in the expression's own type. */
  value(expression: Expression): string {
    return this.#print(expression).text;
  }

  #typeOf(expression: Expression): ExpressionType {
    return typeOf(expression, this.#model);
  }

  #condition(expression: Expression): Code {
    const code = this.#print(expression);
    if (this.#typeOf(expression).type !== "number") return code;
    return { text: `${within(code, binding.comparison + 1)} !== 0`, binds: binding.comparison };
  }

  #number(expression: Expression): Code {
    const type = this.#typeOf(expression);
    const code = this.#print(expression);
    if (type.type === "number") return code;
    const text = type.type === "state" ? `place(${literal(type.track)}, ${code.text})` : `Number(${code.text})`;
    return atom(text);
  }

  #print(expression: Expression): Code {
    if (isCall(expression)) return atom(writeCall(calls, expression, (argument) => this.number(argument)));
    switch (expression.op) {
      case "number":
        return { text: String(expression.value), binds: expression.value < 0 ? binding.sign : binding.atom };
      case "truth":
        return atom(String(expression.value));
      case "state":
        return atom(literal(expression.id));
      case "track":
        return atom(`s.tracks[${literal(expression.id)}]`);
      case "variable":
        return atom(`s.variables[${literal(expression.id)}]`);
      case "assumption":
        return atom(`assume[${literal(expression.id)}]`);
      case "term":
        return atom(`terms[${literal(expression.id)}](s)`);
      case "round":
        return atom("s.round");
      case "date":
        return atom("date(s.round)");
      case "days":
        return atom("(date(s.round + 1) - date(s.round))");
      case "since":
      case "made":
        return atom(`${expression.op}(s, ${literal(markKey(expression.mark))})`);
      case "rung":
        return atom(`rung(s, ${literal(expression.id)})`);
      case "next":
      case "previous":
        return atom(`neighbour(s, ${literal(expression.id)}, ${expression.op === "next" ? 1 : -1})`);
      case "outcome":
        return { text: `s.outcome === ${literal(expression.id)}`, binds: binding.comparison };
      case "chose":
        throw new Error("only tallies ask what was chosen, and they are not exported");
      case "not":
      case "negate":
      case "and":
      case "or":
      case "compare":
      case "in":
      case "arithmetic":
      case "if":
        return this.#operation(expression);
    }
  }

  #operation(expression: Operation): Code {
    switch (expression.op) {
      case "not":
        return { text: `!${within(this.#condition(expression.of), binding.sign)}`, binds: binding.sign };
      case "negate":
        return { text: `-${within(this.#number(expression.of), binding.atom)}`, binds: binding.sign };
      case "and":
      case "or": {
        // A mixture of both is written with parentheses, as in the scenario.
        const parts = expression.of.map((part) => within(this.#condition(part), binding.comparison));
        return { text: parts.join(expression.op === "and" ? " && " : " || "), binds: binding[expression.op] };
      }
      case "compare":
        return this.#comparison(expression);
      case "in": {
        const print = this.#alike([expression.item, ...expression.of]);
        const items = expression.of.map((one) => print(one).text);
        return atom(`[${items.join(", ")}].includes(${print(expression.item).text})`);
      }
      case "arithmetic":
        return this.#arithmetic(expression);
      case "if": {
        const print = this.#alike([expression.then, expression.else]);
        const [first, second] = [print(expression.then), print(expression.else)];
        const when = within(this.#condition(expression.when), binding.or);
        return { text: `${when} ? ${within(first, binding.or)} : ${second.text}`, binds: binding.choice };
      }
    }
  }

  /** Prints expressions of one type as they are, and of several types as numbers. */
  #alike(expressions: readonly Expression[]): (expression: Expression) => Code {
    const types = new Set(expressions.map((one) => this.#typeOf(one).type));
    return types.size === 1 ? (one) => this.#print(one) : (one) => this.#number(one);
  }

  #comparison({ by, left, right }: Operation & { op: "compare" }): Code {
    const equality = by === "is" || by === "is not";
    const print = equality ? this.#alike([left, right]) : (one: Expression): Code => this.#number(one);
    const sign = by === "is" ? "===" : by === "is not" ? "!==" : by;
    const [first, second] = [left, right].map((one) => within(print(one), binding.comparison + 1));
    return { text: `${first} ${sign} ${second}`, binds: binding.comparison };
  }

  #arithmetic({ by, left, right }: Operation & { op: "arithmetic" }): Code {
    if (by === "%") return atom(`modulo(${this.number(left)}, ${this.number(right)})`);
    const certain = right.op === "number" && right.value !== 0;
    if (by === "/" && !certain) return atom(`divide(${this.number(left)}, ${this.number(right)})`);
    const binds = by === "+" || by === "-" ? binding.sum : binding.product;
    const [first, second] = [within(this.#number(left), binds), within(this.#number(right), binds + 1)];
    return { text: `${first} ${by} ${second}`, binds };
  }
}

const atom = (text: string): Code => ({ text, binds: binding.atom });

const within = ({ text, binds }: Code, least: number): string => (binds < least ? `(${text})` : text);
