/**
 * What an expression is worth in a given state: compiles it once into closures over the model.
 *
 * Everything is a double: a condition is 1 or 0, a track state its place among its track's states. Only what decides
 * is evaluated: `and`, `or` and `if` stop early. The arithmetic is that of plain JavaScript operators, which generated
 * code must repeat exactly. Nothing is read but the reading, the model and the assumptions.
 */
import { at } from "./at.ts";
import { dateOfRound, daysOfRound } from "./calendar.ts";
import { type Call, type Expression, isCall, isCallOfOne, type Mark, type Operation } from "./expression.ts";
import { numberFunctions } from "./functions.ts";
import type { Clock, Model } from "./model.ts";

/** The part of a state that expressions read. */
export interface EvaluationState {
  /** Present state of each track. */
  readonly tracks: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, number | boolean>>;
  readonly round: number;
  /** Round of the last entry or making, by mark such as `track:reply`. */
  readonly entered: Readonly<Record<string, number>>;
  /** How often, by mark such as `move:appeal`. */
  readonly made: Readonly<Record<string, number>>;
  readonly outcome: string | null;
  /** Where a step is counted: by actor that chose in it, its move, or null for holding. */
  readonly chosen?: ReadonlyMap<string, string | null>;
}

/** What stays the same during a run: the model and the values of its assumptions. */
export interface EvaluationContext {
  readonly model: Model;
  /** By assumption; its default where none is given. */
  readonly assume: Readonly<Record<string, number | boolean>>;
}

/** The model asks for a value that does not exist: a fault of the scenario, not of the program. */
export class EvaluationFault extends Error {
  /** What was asked for, as a sentence without its end. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "EvaluationFault";
    this.reason = reason;
  }
}

type Evaluate = (reading: EvaluationState) => number;

/** Compiles an expression; the result throws an `EvaluationFault` where it has no value. */
export function compileExpression(expression: Expression, context: EvaluationContext): Evaluate {
  return new Compiler(context).compile(expression);
}

/** The key under which a state remembers a mark. */
export function markKey(mark: Mark): string {
  return `${mark.kind}:${mark.id}`;
}

/** The remainder of a division that rounds down: it has the sign of the divisor. The divisor must not be 0. */
export function flooredRemainder(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest;
}

class Compiler {
  private readonly context: EvaluationContext;
  private readonly terms = new Map<string, Evaluate>();

  constructor(context: EvaluationContext) {
    this.context = context;
  }

  compile(expression: Expression): Evaluate {
    if (isCall(expression)) return this.call(expression);
    switch (expression.op) {
      case "number":
        return constant(expression.value);
      case "truth":
        return constant(Number(expression.value));
      case "state":
        return constant(this.ordinals(expression.track).get(expression.id) ?? missing(`state ${expression.id}`));
      case "track": {
        const { id } = expression;
        const ordinal = this.ordinal(id);
        return ({ tracks }) => ordinal(tracks[id]);
      }
      case "variable": {
        const { id } = expression;
        return ({ variables }) => Number(variables[id]);
      }
      case "assumption":
        return constant(this.assumption(expression.id));
      case "term":
        return this.term(expression.id);
      case "round":
        return ({ round }) => round;
      case "date": {
        const clock = this.clock();
        return ({ round }) => dateOfRound(clock, round);
      }
      case "days": {
        const clock = this.clock();
        return ({ round }) => daysOfRound(clock, round);
      }
      case "since": {
        const key = markKey(expression.mark);
        const never = expression.mark.kind === "track" ? 0 : Number.NEGATIVE_INFINITY;
        return ({ round, entered }) => round - (entered[key] ?? never);
      }
      case "made": {
        const key = markKey(expression.mark);
        return ({ made }) => made[key] ?? 0;
      }
      case "rung":
        return this.rung(expression.id);
      case "next":
      case "previous":
        return this.neighbour(expression.id, expression.op);
      case "outcome": {
        const { id } = expression;
        return ({ outcome }) => (outcome === id ? 1 : 0);
      }
      case "chose": {
        const { actor, move } = expression;
        return ({ chosen }) => (chosen?.get(actor) === move ? 1 : 0);
      }
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

  private operation(expression: Operation): Evaluate {
    switch (expression.op) {
      case "not": {
        const of = this.compile(expression.of);
        return (reading) => (of(reading) === 0 ? 1 : 0);
      }
      case "negate": {
        const of = this.compile(expression.of);
        return (reading) => -of(reading);
      }
      case "and": {
        const of = this.compileAll(expression.of);
        return (reading) => (of.every((part) => part(reading) !== 0) ? 1 : 0);
      }
      case "or": {
        const of = this.compileAll(expression.of);
        return (reading) => (of.some((part) => part(reading) !== 0) ? 1 : 0);
      }
      case "compare":
        return compare(expression.by, this.compile(expression.left), this.compile(expression.right));
      case "in": {
        const item = this.compile(expression.item);
        const of = this.compileAll(expression.of);
        return (reading) => {
          const value = item(reading);
          return of.some((part) => part(reading) === value) ? 1 : 0;
        };
      }
      case "arithmetic":
        return calculate(expression.by, this.compile(expression.left), this.compile(expression.right));
      case "if": {
        const when = this.compile(expression.when);
        const first = this.compile(expression.then);
        const second = this.compile(expression.else);
        return (reading) => (when(reading) === 0 ? second(reading) : first(reading));
      }
    }
  }

  private call(call: Call): Evaluate {
    if (isCallOfOne(call)) {
      const { value } = numberFunctions[call.op];
      const of = this.compile(call.of);
      return (reading) => value(of(reading));
    }
    const { value } = numberFunctions[call.op];
    const of = this.compileAll(call.of);
    return (reading) => value(...of.map((part) => part(reading)));
  }

  private compileAll(expressions: readonly Expression[]): Evaluate[] {
    return expressions.map((expression) => this.compile(expression));
  }

  private assumption(id: string): number {
    const { assume, model } = this.context;
    if (Object.hasOwn(assume, id)) return Number(assume[id]);
    return Number(model.assumptions.find((one) => one.id === id)?.default ?? missing(`assumption ${id}`));
  }

  /** A term is compiled once, however often it is used. */
  private term(id: string): Evaluate {
    const known = this.terms.get(id);
    if (known !== undefined) return known;
    const term = this.context.model.terms.find((one) => one.id === id) ?? missing(`term ${id}`);
    this.terms.set(id, () => missing(`end of the circular term ${id}`));
    const compiled = this.compile(term.value);
    this.terms.set(id, compiled);
    return compiled;
  }

  private clock(): Clock {
    return this.context.model.clock ?? missing("clock");
  }

  private states(track: string): readonly { readonly id: string; readonly rung: number | null }[] {
    return (this.context.model.tracks.find(({ id }) => id === track) ?? missing(`track ${track}`)).states;
  }

  private ordinals(track: string): ReadonlyMap<string, number> {
    return new Map(this.states(track).map(({ id }, index) => [id, index]));
  }

  /** The place of a track's present state among its states. */
  private ordinal(track: string): (state: string | undefined) => number {
    const ordinals = this.ordinals(track);
    return (state) => ordinals.get(state ?? "") ?? missing(`state ${state} of ${track}`);
  }

  private rung(track: string): Evaluate {
    const rungs = this.states(track).map(({ rung }) => rung ?? 0);
    const ordinal = this.ordinal(track);
    return ({ tracks }) => at(rungs, ordinal(tracks[track]));
  }

  private neighbour(track: string, op: "next" | "previous"): Evaluate {
    const last = this.states(track).length - 1;
    const ordinal = this.ordinal(track);
    return ({ tracks }) => {
      const place = ordinal(tracks[track]) + (op === "next" ? 1 : -1);
      if (place >= 0 && place <= last) return place;
      throw new EvaluationFault(
        `${op}(${track}) beyond the ${op === "next" ? "last" : "first"} state ${tracks[track]}`,
      );
    };
  }
}

function constant(value: number): Evaluate {
  return () => value;
}

function compare(by: (Expression & { op: "compare" })["by"], left: Evaluate, right: Evaluate): Evaluate {
  switch (by) {
    case "is":
      return (reading) => (left(reading) === right(reading) ? 1 : 0);
    case "is not":
      return (reading) => (left(reading) !== right(reading) ? 1 : 0);
    case "<":
      return (reading) => (left(reading) < right(reading) ? 1 : 0);
    case "<=":
      return (reading) => (left(reading) <= right(reading) ? 1 : 0);
    case ">":
      return (reading) => (left(reading) > right(reading) ? 1 : 0);
    case ">=":
      return (reading) => (left(reading) >= right(reading) ? 1 : 0);
  }
}

function calculate(by: (Expression & { op: "arithmetic" })["by"], left: Evaluate, right: Evaluate): Evaluate {
  switch (by) {
    case "+":
      return (reading) => left(reading) + right(reading);
    case "-":
      return (reading) => left(reading) - right(reading);
    case "*":
      return (reading) => left(reading) * right(reading);
    case "/":
      return (reading) => left(reading) / divisor(right(reading), "division");
    case "%":
      return (reading) => flooredRemainder(left(reading), divisor(right(reading), "remainder of a division"));
  }
}

function divisor(value: number, what: string): number {
  if (value === 0) throw new EvaluationFault(`${what} by zero`);
  return value;
}

/** What a resolved model cannot lack: to come here is a bug. */
function missing(what: string): never {
  throw new Error(`The model has no ${what}.`);
}
