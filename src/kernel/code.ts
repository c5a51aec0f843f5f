/**
 * Typed values of a kernel program: what a printer turns into JavaScript today and into WebAssembly lanes later.
 *
 * Every value carries its type and bounds that contain it in every run, so that range checks, clamps and wide
 * arithmetic vanish where they can never matter. Arithmetic on `int` never leaves 32 bits: a sum or product that might
 * is a `float` (a double), as in the reference. Constructors fold constants with the very arithmetic of a run.
 * Values read locals and have no effects, but for `guard`, which names the fault of an impossible operation.
 */

import { flooredRemainder } from "../scenario/evaluate.ts";
import { type Bounds, numberFunctions } from "../scenario/functions.ts";

export type Type = "int" | "float" | "truth";

/** A variable of the program: part of the state, a register kept along the run, or a value computed once. */
export interface Local {
  readonly id: number;
  readonly role: "field" | "register" | "value";
  readonly type: Type;
  readonly low: number;
  readonly high: number;
}

export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";

interface Shape {
  readonly type: Type;
  /** Smallest and largest value, inclusive. A `float` with an infinite bound may also be not a number. */
  readonly low: number;
  readonly high: number;
  /** Never a fraction. */
  readonly whole: boolean;
}

export type Code = Shape &
  (
    | { readonly op: "constant"; readonly value: number }
    | { readonly op: "local"; readonly local: Local }
    /** An entry of one of the program's constant tables. */
    | { readonly op: "table"; readonly table: number; readonly at: Code }
    /** 1 or 0. */
    | { readonly op: "count"; readonly of: Code }
    | { readonly op: "+" | "-" | "*" | "/" | "modulo"; readonly left: Code; readonly right: Code }
    /** Floored quotient by a positive constant. */
    | { readonly op: "quotient"; readonly left: Code; readonly by: number }
    | { readonly op: "min" | "max"; readonly left: Code; readonly right: Code }
    | { readonly op: "abs" | "floor" | "round"; readonly of: Code }
    /** A whole float known to fit into 32 bits. */
    | { readonly op: "narrow"; readonly of: Code }
    /** Whether a float is finite and whole. */
    | { readonly op: "is whole"; readonly of: Code }
    | { readonly op: "compare"; readonly by: Relation; readonly left: Code; readonly right: Code }
    | { readonly op: "and" | "or"; readonly left: Code; readonly right: Code }
    | { readonly op: "not"; readonly of: Code }
    /** Only the chosen side is evaluated. */
    | { readonly op: "select"; readonly when: Code; readonly then: Code; readonly else: Code }
    /** The value, unless the condition holds: then the run faults, once the statement it stands in is done. */
    | { readonly op: "guard"; readonly unless: Code; readonly fault: number; readonly of: Code }
  );

const smallest = -0x7fffffff;
const largest = 0x7fffffff;

/** Whether an interval fits a 32-bit integer. */
export const fitsInt = (low: number, high: number): boolean => low >= smallest && high <= largest;

/** A number as it stands. */
export function constant(value: number): Code {
  const whole = Number.isInteger(value);
  const type = whole && fitsInt(value, value) ? "int" : "float";
  return { op: "constant", type, low: value, high: value, whole, value: value + 0 };
}

export const yes: Code = { op: "constant", type: "truth", low: 1, high: 1, whole: true, value: 1 };
export const no: Code = { op: "constant", type: "truth", low: 0, high: 0, whole: true, value: 0 };

/** The present value of a local, possibly known to be within tighter bounds here. */
export function read(local: Local, low = local.low, high = local.high): Code {
  return low === high && local.type === "int"
    ? constant(low)
    : { op: "local", type: local.type, low, high, whole: local.type !== "float", local };
}

/** Type, bounds and wholeness of a numeric result. */
function shape(low: number, high: number, whole: boolean): Shape {
  const sound = Number.isNaN(low) || Number.isNaN(high);
  const [from, to] = sound ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : [low, high];
  return { type: whole && fitsInt(from, to) ? "int" : "float", low: from, high: to, whole };
}

/** The bounds of a value. */
export const intervalOf = ({ low, high }: Code): Bounds => [low, high];

const mayBeNaN = (code: Code): boolean => code.type === "float" && !(code.low > -Infinity && code.high < Infinity);

/** Whether bounds alone may stand for a value: it is a number, and leaving it out hides no fault. */
const isPlain = (code: Code): boolean => !mayBeNaN(code) && !mayFault(code);

/** A truth counted as 1 or 0; a number as it is. */
export function number(code: Code): Code {
  if (code.type !== "truth") return code;
  if (code.op === "constant") return constant(code.value);
  const flag = code.op === "compare" && code.by === "!=" && code.right.op === "constant" && code.right.value === 0;
  if (flag && code.left.low >= 0 && code.left.high <= 1 && code.left.type === "int") return code.left;
  return { op: "count", type: "int", low: 0, high: 1, whole: true, of: code };
}

/** A number as a condition: whether it differs from 0. */
export function truth(code: Code): Code {
  if (code.type === "truth") return code;
  return code.op === "count" ? code.of : compare("!=", code, constant(0));
}

function corners(left: Code, right: Code, combine: (a: number, b: number) => number): [number, number] {
  const values = [left.low, left.high].flatMap((a) => [combine(a, right.low), combine(a, right.high)]);
  return [Math.min(...values), Math.max(...values)];
}

/** Sum, difference, product. */
export function arithmetic(op: "+" | "-" | "*", one: Code, other: Code): Code {
  const left = number(one);
  const right = number(other);
  const combine = { "+": plus, "-": minus, "*": times }[op];
  if (left.op === "constant" && right.op === "constant") return constant(combine(left.value, right.value));
  if (op !== "*" && right.op === "constant" && right.value === 0) return left;
  if (op === "+" && left.op === "constant" && left.value === 0) return right;
  if (op === "*" && right.op === "constant" && right.value === 1) return left;
  if (op === "*" && left.op === "constant" && left.value === 1) return right;
  const [low, high] = op === "-" ? [left.low - right.high, left.high - right.low] : corners(left, right, combine);
  return { op, ...shape(low, high, left.whole && right.whole), left, right };
}

const plus = (a: number, b: number): number => a + b;
const minus = (a: number, b: number): number => a - b;
const times = (a: number, b: number): number => a * b;

/** Quotient in doubles. The divisor is not zero where this is evaluated. */
export function divide(one: Code, other: Code): Code {
  const left = number(one);
  const right = number(other);
  if (left.op === "constant" && right.op === "constant") return constant(left.value / right.value);
  const apart = right.low > 0 || right.high < 0;
  const [low, high] = apart ? corners(left, right, (a, b) => a / b) : [-Infinity, Infinity];
  return { op: "/", ...shape(low, high, false), type: "float", left, right };
}

/** Floored remainder: it has the divisor's sign. The divisor is not zero where this is evaluated. */
export function modulo(one: Code, other: Code): Code {
  const left = number(one);
  const right = number(other);
  if (left.op === "constant" && right.op === "constant") return constant(flooredRemainder(left.value, right.value));
  // A dividend that is not finite leaves no number.
  const reach = mayBeNaN(left) ? Infinity : Math.max(Math.abs(right.low), Math.abs(right.high));
  const whole = left.whole && right.whole;
  const signed = right.low <= 0 || reach === Infinity;
  const bounds = shape(signed ? -reach : 0, right.high < 0 && reach < Infinity ? 0 : reach, whole);
  const ints = left.type === "int" && right.type === "int";
  return { op: "modulo", ...bounds, type: ints ? "int" : "float", left, right };
}

/** Beyond this divisor a double quotient of two ints might round up to the next whole number. */
const exactDivisorMax = 0x1fffff;

export function floor(of: Code): Code {
  const value = number(of);
  if (value.whole) return value;
  if (value.op === "constant") return constant(numberFunctions.floor.value(value.value));
  const [low, high] = numberFunctions.floor.bounds(intervalOf(value));
  if (value.op === "/" && value.left.type === "int" && value.right.op === "constant") {
    const by = value.right.value;
    if (Number.isInteger(by) && by > 0 && by <= exactDivisorMax) {
      return { op: "quotient", ...shape(low, high, true), left: value.left, by };
    }
  }
  return { op: "floor", ...shape(low, high, true), of: value };
}

/** The nearest whole number; of two that are as near, the greater. */
export function rounded(of: Code): Code {
  const value = number(of);
  if (value.whole) return value;
  if (value.op === "constant") return constant(numberFunctions.rounded.value(value.value));
  const [low, high] = numberFunctions.rounded.bounds(intervalOf(value));
  return { op: "round", ...shape(low, high, true), of: value };
}

export function abs(of: Code): Code {
  const value = number(of);
  if (value.low >= 0) return value;
  if (value.op === "constant") return constant(numberFunctions.abs.value(value.value));
  const [low, high] = numberFunctions.abs.bounds(intervalOf(value));
  return { op: "abs", ...shape(low, high, value.whole), of: value };
}

export function least(one: Code, other: Code): Code {
  return extreme("min", number(one), number(other));
}

export function greatest(one: Code, other: Code): Code {
  return extreme("max", number(one), number(other));
}

function extreme(op: "min" | "max", left: Code, right: Code): Code {
  const { value, bounds } = numberFunctions[op];
  if (left.op === "constant" && right.op === "constant") return constant(value(left.value, right.value));
  if (isPlain(left) && isPlain(right)) {
    const [below, above] = op === "min" ? [left, right] : [right, left];
    if (below.high <= above.low) return left;
    if (above.high <= below.low) return right;
  }
  const [low, high] = bounds(intervalOf(left), intervalOf(right));
  const ints = left.type === "int" && right.type === "int";
  return { op, ...shape(low, high, left.whole && right.whole), type: ints ? "int" : "float", left, right };
}

/** The value, known to lie in an interval as well. */
export function within(code: Code, [low, high]: Bounds): Code {
  if (code.op === "constant" || !(low > code.low || high < code.high)) return code;
  return { ...code, low: Math.max(low, code.low), high: Math.min(high, code.high) };
}

/** A whole value as an int, where its bounds allow. */
export function narrow(code: Code): Code {
  return code.type === "float" && fitsInt(code.low, code.high) && code.whole
    ? { op: "narrow", type: "int", low: code.low, high: code.high, whole: true, of: code }
    : code;
}

/** The value, known to be whole from here on. */
export function asWhole(code: Code): Code {
  return code.whole ? code : ({ ...code, whole: true, low: Math.ceil(code.low), high: Math.floor(code.high) } as Code);
}

export function isWhole(code: Code): Code {
  if (code.whole && !mayBeNaN(code)) return yes;
  return { op: "is whole", type: "truth", low: 0, high: 1, whole: true, of: code };
}

const holds = { "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge };
function eq(a: number, b: number): boolean {
  return a === b;
}
function ne(a: number, b: number): boolean {
  return a !== b;
}
function lt(a: number, b: number): boolean {
  return a < b;
}
function le(a: number, b: number): boolean {
  return a <= b;
}
function gt(a: number, b: number): boolean {
  return a > b;
}
function ge(a: number, b: number): boolean {
  return a >= b;
}

export function compare(by: Relation, one: Code, other: Code): Code {
  if (one.type === "truth" && other.op === "constant" && (by === "==" || by === "!=")) {
    if (other.value === 0 || other.value === 1) return (by === "==") === (other.value === 1) ? one : not(one);
  }
  const left = number(one);
  const right = number(other);
  if (left.op === "constant" && right.op === "constant") return holds[by](left.value, right.value) ? yes : no;
  const settled = isPlain(left) && isPlain(right) ? settle(by, left, right) : null;
  if (settled !== null) return settled ? yes : no;
  return { op: "compare", type: "truth", low: 0, high: 1, whole: true, by, left, right };
}

/** Whether bounds alone decide a comparison. */
function settle(by: Relation, left: Code, right: Code): boolean | null {
  const apart = left.high < right.low || left.low > right.high;
  switch (by) {
    case "==":
      return apart ? false : null;
    case "!=":
      return apart ? true : null;
    case "<":
      return left.high < right.low ? true : left.low >= right.high ? false : null;
    case "<=":
      return left.high <= right.low ? true : left.low > right.high ? false : null;
    case ">":
      return left.low > right.high ? true : left.high <= right.low ? false : null;
    case ">=":
      return left.low >= right.high ? true : left.high < right.low ? false : null;
  }
}

export function and(one: Code, other: Code): Code {
  const left = truth(one);
  const right = truth(other);
  if (left.op === "constant") return left.value === 0 ? left : right;
  if (right.op === "constant" && (right.value === 1 || !mayFault(left))) return right.value === 0 ? right : left;
  return { op: "and", type: "truth", low: 0, high: 1, whole: true, left, right };
}

export function or(one: Code, other: Code): Code {
  const left = truth(one);
  const right = truth(other);
  if (left.op === "constant") return left.value === 1 ? left : right;
  if (right.op === "constant" && (right.value === 0 || !mayFault(left))) return right.value === 1 ? right : left;
  return { op: "or", type: "truth", low: 0, high: 1, whole: true, left, right };
}

export const all = (codes: readonly Code[]): Code => codes.reduce(and, yes);
export const any = (codes: readonly Code[]): Code => codes.reduce(or, no);
export const sum = (codes: readonly Code[]): Code =>
  codes.reduce((total, code) => arithmetic("+", total, code), constant(0));

export function not(of: Code): Code {
  const value = truth(of);
  if (value.op === "constant") return value.value === 0 ? yes : no;
  if (value.op === "not") return value.of;
  return { op: "not", type: "truth", low: 0, high: 1, whole: true, of: value };
}

export function select(when: Code, then: Code, otherwise: Code): Code {
  const condition = truth(when);
  if (condition.op === "constant") return condition.value === 1 ? then : otherwise;
  if (then.type === "truth" && otherwise.type === "truth") {
    if (otherwise.op === "constant" && otherwise.value === 0) return and(condition, then);
    return { op: "select", type: "truth", low: 0, high: 1, whole: true, when: condition, then, else: otherwise };
  }
  const one = number(then);
  const other = number(otherwise);
  const bounds = shape(Math.min(one.low, other.low), Math.max(one.high, other.high), one.whole && other.whole);
  const ints = one.type === "int" && other.type === "int";
  return { op: "select", ...bounds, type: ints ? "int" : "float", when: condition, then: one, else: other };
}

/** The value, or a fault where the condition holds. */
export function guard(of: Code, unless: Code, fault: number): Code {
  if (unless.op === "constant" && unless.value === 0) return of;
  return { op: "guard", type: of.type, low: of.low, high: of.high, whole: of.whole, unless, fault, of };
}

/** The values directly inside a value. */
export function parts(code: Code): readonly Code[] {
  switch (code.op) {
    case "constant":
    case "local":
      return [];
    case "table":
      return [code.at];
    case "quotient":
      return [code.left];
    case "select":
      return [code.when, code.then, code.else];
    case "guard":
      return [code.unless, code.of];
    case "count":
    case "abs":
    case "floor":
    case "round":
    case "narrow":
    case "is whole":
    case "not":
      return [code.of];
    case "+":
    case "-":
    case "*":
    case "/":
    case "modulo":
    case "min":
    case "max":
    case "compare":
    case "and":
    case "or":
      return [code.left, code.right];
  }
}

/** Whether evaluating may fault. */
export function mayFault(code: Code): boolean {
  return code.op === "guard" || parts(code).some(mayFault);
}

/** The locals that a value reads. */
export function reads(code: Code, into: Set<Local> = new Set()): Set<Local> {
  if (code.op === "local") into.add(code.local);
  for (const part of parts(code)) reads(part, into);
  return into;
}
