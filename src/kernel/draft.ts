/**
 * A program under construction: its locals, sites, tables and faults, and the translation of expressions over them.
 *
 * Values that can fault, or that are used more than once, are put into a local of their own at the place where the
 * reference would evaluate them. Everything else stays an expression and is evaluated where it is used, so it must be
 * used before the state changes.
 */
import type { Treatment } from "../engine/treatment.ts";
import { markKey } from "../scenario/evaluate.ts";
import type { Expression, Mark } from "../scenario/expression.ts";
import type { Model } from "../scenario/model.ts";
import { roundOff } from "../scenario/roundOff.ts";
import { choiceMax, readChoice, readChoosers } from "./chosen.ts";
import {
  and,
  type Code,
  compare,
  constant,
  type Local,
  mayFault,
  not,
  number,
  read,
  select,
  type Type,
  within,
} from "./code.ts";
import { type Layout, layOut } from "./layout.ts";
import { conditional, type FaultPoint, running, type Statement } from "./program.ts";
import { nearZero, zeroed } from "./roundOffCode.ts";
import { type Known, type StateAccess, translator } from "./translate.ts";

export type Body = Statement[];

export interface ProgramDraft {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly layout: Layout;
  readonly round: Local;
  readonly ending: Local;
  readonly sites: readonly string[];
  readonly tables: readonly (readonly number[])[];
  readonly faults: readonly FaultPoint[];
  readonly registers: readonly { readonly local: Local; readonly first: number }[];
  readonly scratches: readonly Local[];
  /** The tallies' registers, by index; filled as the program is begun. */
  readonly tallies: Local[];
  /** By actor whose choices some tally reads: what it chose in the present step (see `chosen.ts`). */
  readonly chosen: ReadonlyMap<string, Local>;
  /** The field of a track or variable. */
  fieldOf(id: string): Local;
  /** The counter of a mark, or null where nothing reads it. */
  counterOf(counts: "since" | "made", mark: string): Local | null;
  register(type: Type, low: number, high: number, first: number): Local;
  scratch(type: Type, low: number, high: number): Local;
  label(): number;
  site(name: string): number;
  fault(path: string, reason: string): number;
  table(values: readonly number[]): number;
  /** The value, translated only. */
  translate(expression: Expression, path: string, known?: Known): Code;
  knowing(expression: Expression | null, known?: Known): Known;
  /** The value; if it can fault, it is evaluated and checked here. */
  evaluate(into: Body, expression: Expression, path: string, known?: Known): Code;
  /** The value in a local of its own. */
  keep(into: Body, code: Code): Code;
  /** Keeps a value that can fault, and stops the run if it did. */
  check(into: Body, code: Code): Code;
  /** A weight or odds: stops the run where it is negative or not finite. */
  weigh(into: Body, code: Code, path: string): Code;
}

/** Begins the program of a model under a treatment. */
export function draftProgram(model: Model, treatment: Treatment, limit: number): ProgramDraft {
  const layout = layOut(model, treatment, limit);
  const registers: { local: Local; first: number }[] = [];
  const scratches: Local[] = [];
  const sites: string[] = [];
  const tables: number[][] = [];
  const faults: FaultPoint[] = [];
  let locals = layout.fields.length;
  let labels = 0;

  const local = (role: Local["role"], type: Type, low: number, high: number): Local => ({
    id: locals++,
    role,
    type,
    low,
    high,
  });
  const register = (type: Type, low: number, high: number, first: number): Local => {
    const made = local("register", type, low, high);
    registers.push({ local: made, first });
    return made;
  };
  const known = new Map(layout.fields.map((field) => [`${field.kind} ${field.id}`, field.local]));
  const round = known.get("round ") ?? register("int", 0, layout.memory.roundMax, 0);
  const ending = register("int", running, model.outcomes.length - 1, running);
  const fieldOf = (id: string): Local => {
    const found = known.get(`track ${id}`) ?? known.get(`variable ${id}`);
    if (found === undefined) throw new Error(`the state has no field ${id}`);
    return found;
  };
  const scratch = (type: Type, low: number, high: number): Local => {
    const made = local("value", type, low, high);
    scratches.push(made);
    return made;
  };
  const chosen = new Map(
    [...readChoosers(model)].map((actor) => [actor, scratch("int", 0, choiceMax(model, actor))] as const),
  );
  const counterOf = (counts: "since" | "made", mark: string): Local | null => known.get(`${counts} ${mark}`) ?? null;

  const index = <T>(list: T[], same: (one: T) => boolean, make: () => T): number => {
    const found = list.findIndex(same);
    return found >= 0 ? found : list.push(make()) - 1;
  };
  const fault = (path: string, reason: string): number =>
    index(
      faults,
      (one) => one.path === path && one.reason === reason,
      () => ({ path, reason }),
    );
  const table = (values: readonly number[]): number =>
    index(
      tables,
      (one) => one.length === values.length && one.every((value, at) => value === values[at]),
      () => [...values],
    );
  const reading: StateAccess = {
    track: fieldOf,
    variable: fieldOf,
    round,
    since: (mark) => readSince(layout, counterOf("since", markKey(mark)), mark),
    made: (mark) => {
      const counter = counterOf("made", markKey(mark));
      return counter === null ? constant(0) : read(counter);
    },
    chose: (actor, move) => readChoice(model, chosen.get(actor), actor, move),
    outcome: (id) => compare("==", read(ending), constant(model.outcomes.findIndex((outcome) => outcome.id === id))),
  };
  const { translate, knowing } = translator({
    model,
    assume: treatment.assume,
    reading,
    fault,
    table,
    roundMax: layout.memory.roundMax,
  });

  function keep(into: Body, code: Code): Code {
    if (code.op === "constant" || (code.op === "local" && code.local.role === "value")) return code;
    const kept = local("value", code.type, code.low, code.high);
    into.push({ do: "set", local: kept, value: code });
    return { op: "local", type: code.type, low: code.low, high: code.high, whole: code.whole, local: kept };
  }
  function check(into: Body, code: Code): Code {
    if (!mayFault(code)) return code;
    const kept = keep(into, code);
    into.push({ do: "check" });
    return kept;
  }
  function weigh(into: Body, code: Code, path: string): Code {
    const near = nearZero(number(code));
    const weight = check(into, number(code));
    if (weight.low >= 0 && weight.high < Infinity) return near ? zeroed(keep(into, weight)) : weight;
    const kept = keep(into, weight);
    const least = constant(near ? -roundOff : 0);
    const proper = and(compare(">=", kept, least), compare("<", kept, constant(Infinity)));
    const point = fault(path, "negative or not a number");
    into.push(conditional(not(proper), [{ do: "fault", fault: point }]));
    return within(near ? zeroed(kept) : kept, [0, Number.MAX_VALUE]);
  }

  return {
    model,
    treatment,
    layout,
    round,
    ending,
    sites,
    tables,
    faults,
    registers,
    scratches,
    tallies: [],
    chosen,
    fieldOf,
    counterOf,
    register,
    scratch,
    label: () => labels++,
    site: (name) =>
      index(
        sites,
        (one) => one === name,
        () => name,
      ),
    fault,
    table,
    translate,
    knowing,
    evaluate: (into, expression, path, so) => check(into, translate(expression, path, so)),
    keep,
    check,
    weigh,
  };
}

/** A saturated counter stands for itself: nothing tells its end from anything larger. */
function readSince({ memory }: Layout, counter: Local | null, mark: Mark): Code {
  if (counter === null) return constant(Number.POSITIVE_INFINITY);
  const plan = memory.counters.find((one) => one.counts === "since" && markKey(one.mark) === markKey(mark));
  if (plan?.saturates !== false || mark.kind === "track") return read(counter);
  return select(
    compare("==", read(counter), constant(counter.high)),
    constant(Number.POSITIVE_INFINITY),
    read(counter),
  );
}
