/**
 * Decides small questions about expressions by trying every combination of what they read.
 *
 * The domain of an expression is what its tracks, variables and assumptions can be, reachable or not: so "never" is
 * certain, "sometimes" is only possible. Where the domain is too large or open (what was made when), the answer is
 * null and nobody may claim anything.
 */
import { compileExpression, EvaluationFault, type Reading } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { visitExpressions } from "./marks.ts";
import type { Assumption, InitialValue, Model } from "./model.ts";

/** More combinations than this are not tried. */
const combinationsMax = 20_000;

/** What expressions read, with the terms they name looked through. */
export interface Reads {
  readonly tracks: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly assumptions: ReadonlySet<string>;
  readonly terms: ReadonlySet<string>;
  /** Marks of `since` and `made`, as `move:ID`. */
  readonly marks: ReadonlySet<string>;
  readonly time: boolean;
  readonly outcome: boolean;
  /** Number literals, which is where comparisons change. */
  readonly literals: readonly number[];
}

/** Collects what some expressions read. */
export function readsOf(model: Model, expressions: readonly (Expression | null)[]): Reads {
  const reads = {
    tracks: new Set<string>(),
    variables: new Set<string>(),
    assumptions: new Set<string>(),
    terms: new Set<string>(),
    marks: new Set<string>(),
    time: false,
    outcome: false,
    literals: [] as number[],
  };
  const visit = (expression: Expression): void => {
    switch (expression.op) {
      case "track":
      case "rung":
      case "next":
      case "previous":
        reads.tracks.add(expression.id);
        break;
      case "variable":
        reads.variables.add(expression.id);
        break;
      case "assumption":
        reads.assumptions.add(expression.id);
        break;
      case "term": {
        if (reads.terms.has(expression.id)) break;
        reads.terms.add(expression.id);
        visitExpressions(model.terms.find(({ id }) => id === expression.id)?.value, visit);
        break;
      }
      case "since":
      case "made":
        reads.marks.add(`${expression.mark.kind}:${expression.mark.id}`);
        break;
      case "round":
      case "date":
      case "days":
        reads.time = true;
        break;
      case "outcome":
        reads.outcome = true;
        break;
      case "number":
        reads.literals.push(expression.value);
        break;
      default:
    }
  };
  visitExpressions(expressions, visit);
  return reads;
}

/** Where a question is asked: in every state that could be written down, or at the start alone. */
export type Extent = "anywhere" | "at the start";

type Value = string | number | boolean;

/**
 * Whether there is a combination for which a test of the expressions' values holds; null if that cannot be told.
 * Conditions are 1 or 0.
 */
export function exists(
  model: Model,
  expressions: readonly Expression[],
  extent: Extent,
  test: (values: readonly number[]) => boolean,
): boolean | null {
  const reads = readsOf(model, expressions);
  const rounds = extent === "at the start" ? [0] : roundsOf(model, reads);
  if (reads.outcome || rounds === null || (extent === "anywhere" && reads.marks.size > 0)) return null;
  const state = [
    ...model.tracks
      .filter(({ id }) => reads.tracks.has(id))
      .map(({ id, states, initial }) => ({
        section: "tracks" as const,
        id,
        values: extent === "anywhere" ? states.map((one) => one.id) : initial.map(valueOfInitial),
      })),
    ...model.variables
      .filter(({ id }) => reads.variables.has(id))
      .map((variable) => ({
        section: "variables" as const,
        id: variable.id,
        values: extent === "anywhere" ? rangeOf(variable) : variable.initial.map(valueOfInitial),
      })),
  ];
  const assumed = model.assumptions
    .filter(({ id }) => reads.assumptions.has(id))
    .map((assumption) => ({ id: assumption.id, values: pointsOf(assumption, reads.literals) }));
  const size = [...state, ...assumed].reduce((product, { values }) => product * values.length, rounds.length);
  if (size > combinationsMax) return null;
  const sampled = new Sample(model, expressions, { state, rounds }, test);
  const found = someCombination(
    assumed.map(({ values }) => values.length),
    (indices) =>
      sampled.holdsFor(
        Object.fromEntries(assumed.map(({ id, values }, index) => [id, values[indices[index] ?? 0] ?? 0])),
      ),
  );
  return found ? true : sampled.faulted ? null : false;
}

interface Domain {
  readonly state: readonly {
    readonly section: "tracks" | "variables";
    readonly id: string;
    readonly values: readonly Value[];
  }[];
  readonly rounds: readonly number[];
}

class Sample {
  readonly #model: Model;
  readonly #expressions: readonly Expression[];
  readonly #domain: Domain;
  readonly #test: (values: readonly number[]) => boolean;
  /** Whether some combination has no value, as in a division by zero: then nobody may answer with a plain no. */
  faulted = false;

  constructor(
    model: Model,
    expressions: readonly Expression[],
    domain: Domain,
    test: (values: readonly number[]) => boolean,
  ) {
    this.#model = model;
    this.#expressions = expressions;
    this.#domain = domain;
    this.#test = test;
  }

  /** Whether the test holds in some state under these assumptions. */
  holdsFor(assume: Readonly<Record<string, number | boolean>>): boolean {
    const { state, rounds } = this.#domain;
    const context = { model: this.#model, assume };
    const compiled = this.#expressions.map((expression) => compileExpression(expression, context));
    const sections: Record<"tracks" | "variables", Record<string, Value>> = { tracks: {}, variables: {} };
    const reading = { ...sections, round: 0, entered: {}, made: {}, outcome: null } as Reading & { round: number };
    return someCombination([rounds.length, ...state.map(({ values }) => values.length)], (indices) => {
      reading.round = rounds[indices[0] ?? 0] ?? 0;
      for (const [index, { section, id, values }] of state.entries()) {
        sections[section][id] = values[indices[index + 1] ?? 0] ?? 0;
      }
      try {
        return this.#test(compiled.map((evaluate) => evaluate(reading)));
      } catch (error) {
        if (!(error instanceof EvaluationFault)) throw error;
        this.faulted = true;
        return false;
      }
    });
  }
}

/** Tries index vectors below the given sizes, the last changing fastest, until one passes. */
function someCombination(sizes: readonly number[], passes: (indices: readonly number[]) => boolean): boolean {
  if (sizes.includes(0)) return false;
  const indices = sizes.map(() => 0);
  for (;;) {
    if (passes(indices)) return true;
    let place = sizes.length - 1;
    while (place >= 0 && (indices[place] ?? 0) + 1 >= (sizes[place] ?? 0)) indices[place--] = 0;
    if (place < 0) return false;
    indices[place] = (indices[place] ?? 0) + 1;
  }
}

function valueOfInitial(initial: InitialValue): Value {
  return initial.value;
}

function rangeOf(variable: Model["variables"][number]): readonly Value[] {
  if (variable.kind === "flag") return [false, true];
  const size = variable.high - variable.low + 1;
  // A range that is too large by itself is not written out.
  return Array.from({ length: Math.min(size, combinationsMax + 1) }, (_, index) => variable.low + index);
}

function roundsOf(model: Model, reads: Reads): readonly number[] | null {
  if (!reads.time) return [0];
  const horizons = [model.rounds, ...model.variants.map((variant) => variant.rounds ?? model.rounds)];
  const last = Math.max(...horizons.map((rounds) => rounds ?? Number.POSITIVE_INFINITY));
  return last <= combinationsMax ? Array.from({ length: last + 1 }, (_, round) => round) : null;
}

/** Values of an assumption that can make a difference: its ends and the literals between, and points in between. */
function pointsOf(assumption: Assumption, literals: readonly number[]): readonly (number | boolean)[] {
  if (assumption.values !== null) return assumption.values;
  if (assumption.range === null) return [assumption.default];
  const [low, high] = assumption.range;
  const inside = literals.filter((literal) => literal > low && literal < high).slice(0, 4);
  const marks = [...new Set([low, ...inside, Number(assumption.default), high])].sort((one, other) => one - other);
  return marks.flatMap((mark, index) => {
    const next = marks[index + 1];
    return next === undefined ? [mark] : [mark, (mark + next) / 2];
  });
}
