/**
 * Decides small questions about expressions by trying every combination of what they read.
 *
 * The domain of an expression is what its tracks, variables and assumptions can be, reachable or not: so "never" is
 * certain, "sometimes" is only possible. Where the domain is too large or open (what was made when), the answer is
 * null and nobody may claim anything.
 */
import { at } from "./at.ts";
import { compileExpression, EvaluationFault, type EvaluationState, markKey } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import type { Assumption, InitialValue, Model } from "./model.ts";
import { type OpenedSize, openedSize, termSizes } from "./openedSize.ts";
import { type Read, readOf, visitExpression } from "./walk.ts";

/** More combinations than this are not tried. */
const combinationsMax = 20_000;

/** All questions about one model together try no more combinations than this. */
const budgetMax = 1_000_000;

/** What a question costs beside its combinations. */
const questionCost = 100;

/** Parts of an expression that are tried at the cost of one combination. */
const usualSize = 100;

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
  /** What actors chose in a step. */
  readonly choices: boolean;
  /** Number literals, which is where comparisons change. */
  readonly literals: readonly number[];
  /** Assumptions that are read otherwise than by comparing them with a number. */
  readonly loose: ReadonlySet<string>;
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
    choices: false,
    literals: [] as number[],
  };
  // Each occurrence counts one, and a comparison with a number takes one away: what is left over is loose.
  const uses = new Map<string, number>();
  const use = (id: string, count: number) => uses.set(id, (uses.get(id) ?? 0) + count);
  const note = (read: Read): void => {
    switch (read.kind) {
      case "track":
        reads.tracks.add(read.id);
        return;
      case "variable":
        reads.variables.add(read.id);
        return;
      case "assumption":
        reads.assumptions.add(read.id);
        use(read.id, 1);
        return;
      case "term": {
        if (reads.terms.has(read.id)) return;
        reads.terms.add(read.id);
        const term = model.terms.find(({ id }) => id === read.id);
        if (term !== undefined) visitExpression(term.value, visit);
        return;
      }
      case "since":
      case "made":
        reads.marks.add(markKey(read.mark));
        return;
      case "calendar":
        reads.time = true;
        return;
      case "outcome":
        reads.outcome = true;
        return;
      case "chose":
        reads.choices = true;
        return;
    }
  };
  const visit = (expression: Expression): void => {
    const read = readOf(expression);
    if (read !== null) note(read);
    if (expression.op === "number") reads.literals.push(expression.value);
    if (expression.op === "compare") {
      const { left, right } = expression;
      if (left.op === "assumption" && right.op === "number") use(left.id, -1);
      if (right.op === "assumption" && left.op === "number") use(right.id, -1);
    }
  };
  for (const expression of expressions) if (expression !== null) visitExpression(expression, visit);
  const loose = [...uses].filter(([, count]) => count > 0).map(([id]) => id);
  return { ...reads, loose: new Set(loose) };
}

/** Where a question is asked: in every state that could be written down, or at the start alone. */
export type Extent = "anywhere" | "at the start";

type Value = string | number | boolean;

/** Answers questions about one model, with a limit to the work that all of them together may cost. */
export class Prober {
  readonly #model: Model;
  #budget = budgetMax;
  /** Sizes of the terms, opened. */
  readonly #terms: ReadonlyMap<string, OpenedSize>;

  constructor(model: Model) {
    this.#model = model;
    this.#terms = termSizes(model.terms);
  }

  #sizeOf(expression: Expression): number {
    return openedSize(expression, (id) => this.#terms.get(id)).parts;
  }

  /**
   * Whether there is a combination for which a test of the expressions' values holds; null if that cannot be told.
   * Conditions are 1 or 0.
   */
  exists(
    expressions: readonly Expression[],
    extent: Extent,
    test: (values: readonly number[]) => boolean,
  ): boolean | null {
    if (this.#budget <= 0) return null;
    const size = expressions.reduce((sum, expression) => sum + this.#sizeOf(expression), 0);
    this.#budget -= questionCost + size;
    const reads = readsOf(this.#model, expressions);
    const domain = domainOf(this.#model, reads, extent);
    if (domain === null || domain.size > combinationsMax) return null;
    // A small expression costs its combinations; a large one costs more for each.
    const effort = Math.ceil(size / usualSize);
    if (domain.size * effort > Math.max(combinationsMax, this.#budget)) return null;
    const sampled = new Sample(this.#model, expressions, domain, test);
    const found = someCombination(
      domain.assumed.map(({ values }) => values.length),
      (indices) =>
        sampled.holdsFor(
          Object.fromEntries(domain.assumed.map(({ id, values }, index) => [id, at(values, at(indices, index))])),
        ),
    );
    this.#budget -= sampled.tried * effort;
    if (found) return true;
    return sampled.faulted || domain.sampled ? null : false;
  }
}

/** What is tried; null where that is open. */
function domainOf(model: Model, reads: Reads, extent: Extent): Domain | null {
  const rounds = extent === "at the start" ? [0] : roundsOf(model, reads);
  if (reads.outcome || reads.choices || rounds === null || (extent === "anywhere" && reads.marks.size > 0)) return null;
  const tracks = model.tracks.filter(({ id }) => reads.tracks.has(id));
  const variables = model.variables.filter(({ id }) => reads.variables.has(id));
  const assumptions = model.assumptions.filter(({ id }) => reads.assumptions.has(id));
  const values = (initial: readonly InitialValue[]) => initial.map(({ value }) => value);
  const state = [
    ...tracks.map(({ id, states, initial }) => ({
      section: "tracks" as const,
      id,
      values: extent === "anywhere" ? states.map((one) => one.id) : values(initial),
    })),
    ...variables.map((variable) => ({
      section: "variables" as const,
      id: variable.id,
      values: extent === "anywhere" ? rangeOf(variable) : values(variable.initial),
    })),
  ];
  const assumed = assumptions.map((assumption) => ({
    id: assumption.id,
    values: pointsOf(assumption, reads.literals),
  }));
  return {
    state,
    rounds,
    assumed,
    size: [...state, ...assumed].reduce((product, one) => product * one.values.length, rounds.length),
    sampled: assumptions.some(({ id, range }) => range !== null && reads.loose.has(id)),
  };
}

interface Domain {
  readonly state: readonly {
    readonly section: "tracks" | "variables";
    readonly id: string;
    readonly values: readonly Value[];
  }[];
  readonly rounds: readonly number[];
  readonly assumed: readonly { readonly id: string; readonly values: readonly (number | boolean)[] }[];
  /** Number of combinations. */
  readonly size: number;
  /** Whether points stand for a whole range in a way that could miss something. */
  readonly sampled: boolean;
}

class Sample {
  readonly #model: Model;
  readonly #expressions: readonly Expression[];
  readonly #domain: Domain;
  readonly #test: (values: readonly number[]) => boolean;
  /** Whether some combination has no value, as in a division by zero: then nobody may answer with a plain no. */
  faulted = false;
  /** Number of combinations tried so far. */
  tried = 0;

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
    const reading = { ...sections, round: 0, entered: {}, made: {}, outcome: null } as EvaluationState & {
      round: number;
    };
    return someCombination([rounds.length, ...state.map(({ values }) => values.length)], (indices) => {
      this.tried++;
      reading.round = at(rounds, at(indices, 0));
      for (const [index, { section, id, values }] of state.entries()) {
        sections[section][id] = at(values, at(indices, index + 1));
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
    while (place >= 0 && at(indices, place) + 1 >= at(sizes, place)) indices[place--] = 0;
    if (place < 0) return false;
    indices[place] = at(indices, place) + 1;
  }
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
  const inside = literals.filter((literal) => literal > low && literal < high);
  const marks = [...new Set([low, ...inside, Number(assumption.default), high])].sort((one, other) => one - other);
  return marks.flatMap((mark, index) => {
    const next = marks[index + 1];
    return next === undefined ? [mark] : [mark, (mark + next) / 2];
  });
}
