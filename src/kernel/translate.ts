/**
 * Expressions of a scenario as values of a kernel program.
 *
 * Assumptions and terms are resolved away, so what remains reads only locals, and constants fold. The arithmetic is
 * the reference's: doubles, unless bounds prove that 32-bit integers give the same. An operation that can fail becomes
 * a `guard` that names the path of the expression, exactly where the reference would fault.
 */
import { dateOfRound, daysOfRound } from "../scenario/calendar.ts";
import {
  type Call,
  type CallTable,
  type Comparison,
  type Expression,
  isCall,
  isCallOfOne,
  type Mark,
  type Operation,
} from "../scenario/expression.ts";
import { numberFunctions } from "../scenario/functions.ts";
import type { Clock, Model } from "../scenario/model.ts";
import {
  abs,
  and,
  arithmetic,
  type Code,
  compare,
  constant,
  divide,
  floor,
  greatest,
  guard,
  intervalOf,
  type Local,
  least,
  modulo,
  no,
  not,
  number,
  or,
  type Relation,
  read,
  rounded,
  select,
  sum,
  truth,
  within,
  yes,
} from "./code.ts";

/** Where the parts of a state are found. */
export interface StateAccess {
  track(id: string): Local;
  variable(id: string): Local;
  readonly round: Local;
  /** Rounds since a mark; Infinity, or whatever counts as such where it is compared, if it was never made. */
  since(mark: Mark): Code;
  made(mark: Mark): Code;
  /** Whether the run ended in an outcome. */
  outcome(id: string): Code;
  /** Whether an actor chose a move, or to hold, in the step that is counted. */
  chose(actor: string, move: string | null): Code;
}

/** What is known of locals at some point, beyond their bounds. */
export type Known = ReadonlyMap<Local, readonly [low: number, high: number]>;

export interface Translator {
  /** The value of an expression; `path` names it in faults. */
  readonly translate: (expression: Expression, path: string, known?: Known) => Code;
  /** What is known besides where a condition holds. */
  readonly knowing: (expression: Expression | null, known?: Known) => Known;
}

/** What a translator stands on. */
export interface TranslationContext {
  readonly model: Model;
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly reading: StateAccess;
  /** Index of a fault, registered on first use. */
  fault(path: string, reason: string): number;
  /** Index of a constant table, registered on first use. */
  table(values: readonly number[]): number;
  /** Largest round in which anything is read. */
  readonly roundMax: number;
}

const relations: Readonly<Record<Comparison, Relation>> = {
  is: "==",
  "is not": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** How the kernel writes the functions of numbers. */
const calls: CallTable<Code> = {
  min: (of) => of.reduce(least),
  max: (of) => of.reduce(greatest),
  abs,
  floor,
  rounded,
};

const nothing: Known = new Map();

/** Translates expressions over one reading. */
export function translator(context: TranslationContext): Translator {
  const { model, assume, reading } = context;
  const tracks = new Map(model.tracks.map((track) => [track.id, track]));
  const variables = new Map(model.variables.map((variable) => [variable.id, variable]));
  const terms = new Map(model.terms.map((term) => [term.id, term]));
  const ordinal = (track: string, id: string): number =>
    tracks.get(track)?.states.findIndex((state) => state.id === id) ?? -1;

  function translate(expression: Expression, path: string, known: Known = nothing): Code {
    const of = (part: Expression): Code => translate(part, path, known);
    if (isCall(expression)) return call(expression, of);
    switch (expression.op) {
      case "number":
        return constant(expression.value);
      case "truth":
        return expression.value ? yes : no;
      case "state":
        return constant(ordinal(expression.track, expression.id));
      case "track":
        return readKnown(reading.track(expression.id), known);
      case "variable": {
        const value = readKnown(reading.variable(expression.id), known);
        return variables.get(expression.id)?.kind === "flag" ? truth(value) : value;
      }
      case "assumption": {
        const value = assume[expression.id] ?? 0;
        return typeof value === "number" ? constant(value) : value ? yes : no;
      }
      case "term":
        return of(terms.get(expression.id)?.value ?? { op: "number", value: 0 });
      case "round":
        return readKnown(reading.round, known);
      case "date":
      case "days":
        return calendar(expression.op, readKnown(reading.round, known));
      case "since":
        return reading.since(expression.mark);
      case "made":
        return reading.made(expression.mark);
      case "outcome":
        return reading.outcome(expression.id);
      case "chose":
        return reading.chose(expression.actor, expression.move);
      case "rung":
      case "next":
      case "previous":
        return neighbour(expression.op, expression.id, path, known);
      case "not":
      case "negate":
      case "and":
      case "or":
      case "compare":
      case "in":
      case "arithmetic":
      case "if":
        return combine(expression, path, of);
    }
  }

  function call(expression: Call, translated: (part: Expression) => Code): Code {
    if (isCallOfOne(expression)) {
      const of = translated(expression.of);
      return within(calls[expression.op](of), numberFunctions[expression.op].bounds(intervalOf(of)));
    }
    const of = expression.of.map(translated);
    return within(calls[expression.op](of), numberFunctions[expression.op].bounds(...of.map(intervalOf)));
  }

  function combine(expression: Operation, path: string, of: (part: Expression) => Code): Code {
    switch (expression.op) {
      case "not":
        return not(of(expression.of));
      case "negate":
        return arithmetic("-", constant(0), of(expression.of));
      case "and":
        return expression.of.map(of).reduce(and, yes);
      case "or":
        return expression.of.map(of).reduce(or, no);
      case "compare":
        return compare(relations[expression.by], of(expression.left), of(expression.right));
      case "in":
        return expression.of.map((one) => compare("==", of(expression.item), of(one))).reduce(or, no);
      case "arithmetic":
        return calculate(expression.by, of(expression.left), of(expression.right), path);
      case "if":
        return select(of(expression.when), of(expression.then), of(expression.else));
    }
  }

  function calculate(by: "+" | "-" | "*" | "/" | "%", left: Code, right: Code, path: string): Code {
    if (by !== "/" && by !== "%") return arithmetic(by, left, right);
    const divisor = number(right);
    const zero = compare("==", divisor, constant(0));
    // A constant zero divisor always faults; what it would yield is never read.
    const value = zero === yes ? constant(0) : by === "/" ? divide(left, divisor) : modulo(left, divisor);
    return guard(value, zero, context.fault(path, "division by zero"));
  }

  function neighbour(op: "rung" | "next" | "previous", id: string, path: string, known: Known): Code {
    const states = tracks.get(id)?.states ?? [];
    const present = readKnown(reading.track(id), known);
    if (op === "rung") {
      const rungs = states.map((state) => state.rung ?? 0);
      return lookUp(rungs, present);
    }
    const last = states.length - 1;
    const [beyond, step] =
      op === "next"
        ? ([compare("==", present, constant(last)), 1] as const)
        : ([compare("==", present, constant(0)), -1] as const);
    const moved = arithmetic("+", present, constant(step));
    const inside =
      moved.op === "constant" ? moved : { ...moved, low: Math.max(0, moved.low), high: Math.min(last, moved.high) };
    return guard(inside, beyond, context.fault(path, `there is no ${op} state of ${id}`));
  }

  function lookUp(values: readonly number[], at: Code): Code {
    const reached = values.slice(at.low, at.high + 1);
    const low = Math.min(...reached);
    const high = Math.max(...reached);
    if (low === high) return constant(low);
    if (values.every((value, index) => value === index)) return at;
    const whole = values.every(Number.isInteger);
    return { op: "table", type: whole ? "int" : "float", low, high, whole, table: context.table(values), at };
  }

  function calendar(op: "date" | "days", round: Code): Code {
    const { clock } = model;
    if (clock === null) return constant(0);
    const value = op === "date" ? dateOfRound : daysOfRound;
    const isEven = clock.months === null;
    if (clock.dates === null && isEven) return op === "days" ? constant(clock.step) : dated(clock, round);
    // Rounds of months are listed up to the last one that a run can reach.
    const named = clock.dates?.length ?? 0;
    const listed = isEven ? Math.min(named, context.roundMax + 1) : context.roundMax + 1;
    const table = lookUp(
      Array.from({ length: listed }, (_, index) => value(clock, index)),
      upTo(round, listed - 1),
    );
    if (context.roundMax < listed) return table;
    const beyond =
      op === "days"
        ? constant(clock.step)
        : dated({ ...clock, start: value(clock, listed) - listed * clock.step }, round);
    return select(compare("<", round, constant(listed)), table, beyond);
  }

  function dated(clock: Clock, round: Code): Code {
    const [start, step] = [clock.start, clock.step];
    if (Number.isInteger(start) && Number.isInteger(step)) {
      return sum([arithmetic("*", round, constant(step)), constant(start)]);
    }
    const minutes = sum([
      arithmetic("*", round, constant(Math.round(step * 1440))),
      constant(Math.round(start * 1440)),
    ]);
    return divide(minutes, constant(1440));
  }

  function knowing(expression: Expression | null, known: Known = nothing): Known {
    if (expression === null) return known;
    if (expression.op === "and") return expression.of.reduce((so, part) => knowing(part, so), known);
    if (expression.op === "term") return knowing(terms.get(expression.id)?.value ?? null, known);
    if (expression.op === "variable") return new Map(known).set(reading.variable(expression.id), [1, 1]);
    if (expression.op === "not" && expression.of.op === "variable") {
      return new Map(known).set(reading.variable(expression.of.id), [0, 0]);
    }
    if (expression.op === "in") {
      const item = number(translate(expression.item, "", known));
      const values = expression.of.map((one) => number(translate(one, "", known)));
      const low = Math.min(...values.map((value) => value.low));
      const high = Math.max(...values.map((value) => value.high));
      return tighten(item, ">=", constant(low), tighten(item, "<=", constant(high), known));
    }
    if (expression.op !== "compare") return known;
    const by = relations[expression.by];
    const left = number(translate(expression.left, "", known));
    const right = number(translate(expression.right, "", known));
    return tighten(left, by, right, tighten(right, mirrored[by], left, known));
  }

  return { translate, knowing };
}

const mirrored: Readonly<Record<Relation, Relation>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function readKnown(local: Local, known: Known): Code {
  const [low, high] = known.get(local) ?? [local.low, local.high];
  return read(local, low, high);
}

function upTo(code: Code, high: number): Code {
  return code.op === "constant" || code.high <= high ? code : { ...code, high };
}

/** What follows for a whole local from its relation to a value. */
function tighten(code: Code, by: Relation, other: Code, known: Known): Known {
  if (code.op !== "local" || code.local.type !== "int") return known;
  let [low, high] = known.get(code.local) ?? [code.local.low, code.local.high];
  if (by === "==" || by === "<=" || by === "<") {
    high = Math.min(high, by === "<" ? Math.ceil(other.high) - 1 : Math.floor(other.high));
  }
  if (by === "==" || by === ">=" || by === ">") {
    low = Math.max(low, by === ">" ? Math.floor(other.low) + 1 : Math.ceil(other.low));
  }
  if (by === "!=" && other.op === "constant") {
    if (other.value === low) low += 1;
    else if (other.value === high) high -= 1;
  }
  // A contradiction means that the condition never holds: whatever is said about it is as good.
  return low > high ? known : new Map(known).set(code.local, [low, high]);
}
