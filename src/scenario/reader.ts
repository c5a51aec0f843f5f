/**
 * What every reader of a part of the document needs: expressions read in place, references looked up, numbers checked.
 *
 * A reader never stops at a mistake. Where something cannot be read it complains and goes on with a stand-in of the
 * right type, so that all complaints come together; a model with stand-ins is never handed out. The form of the
 * document (which keys, lists or maps) has been tested before, so wrong forms are passed over in silence here.
 */
import { at } from "./at.ts";
import { formatDate, hasTimes, parseDate, roundOfDate } from "./calendar.ts";
import type { Complaints } from "./complaints.ts";
import { complainUnknown, type Declarations } from "./declaration.ts";
import type { Expression } from "./expression.ts";
import { parseExpression } from "./grammar.ts";
import type { Clock, DayNumber } from "./model.ts";
import { isBlank, type Node, rangeWithin, type ScalarNode, textsOf } from "./node.ts";
import { allPartsMax, type OpenedSize, openedSize, sizeProblem } from "./openedSize.ts";
import { type Expected, type ExpressionScope, resolveExpression } from "./resolve.ts";
import type { ExpressionProblem } from "./syntax.ts";

/**
 * What an expression may look at: assumptions alone, the state, the state and the outcome of a finished run, or the
 * state and what was chosen in the step that follows.
 */
export type ExpressionAccess = "assumptions" | "state" | "ending" | "step";

/** The horizon and the calendar, as far as they could be read. */
export interface Time {
  readonly clock: Clock | null;
  readonly rounds: number | null;
}

/** The size of a term that cannot be read: whatever names it stands in for nothing, too, without a further complaint. */
const unsized: OpenedSize = { parts: Number.POSITIVE_INFINITY, levels: 0 };

/** Rounds are counted up to this. */
const wholeMax = 2 ** 31;

export class Reader {
  readonly complaints: Complaints;
  readonly names: Declarations;
  #time: Time = { clock: null, rounds: null };
  readonly #scopes = new Map<ExpressionAccess, ExpressionScope>();
  /** Sizes of the terms that have been read. */
  readonly #sizes = new Map<string, OpenedSize>();
  #parts = 0;
  /** What may be cited. */
  #citable: ReadonlySet<string> | null = null;

  constructor(names: Declarations, complaints: Complaints) {
    this.names = names;
    this.complaints = complaints;
  }

  get time(): Time {
    return this.#time;
  }

  /** Settles the clock; everything read afterwards may use dates if it has some. */
  setTime(time: Time): void {
    this.#time = time;
    this.#scopes.clear();
  }

  /** Reads a condition; null where none is written. */
  condition(node: Node | null, access: ExpressionAccess = "state"): Expression | null {
    return this.expression(node, { type: "condition" }, access);
  }

  /** Reads a number, or takes the given one where none is written. */
  number(node: Node | null, otherwise: number, access: ExpressionAccess = "state"): Expression {
    return this.expression(node, { type: "number" }, access) ?? { op: "number", value: otherwise };
  }

  /** Reads an expression; null where none is written or its place is taken by a list or map. */
  expression(node: Node | null, expected: Expected, access: ExpressionAccess): Expression | null {
    if (node?.kind !== "scalar" || isBlank(node)) return null;
    return this.resolve(node, expected, access).expression ?? standIn(expected, this.names);
  }

  /** Reads an expression and says which type it has; stands in for nothing. */
  resolve(
    node: ScalarNode,
    expected: Expected,
    access: ExpressionAccess,
  ): { expression: Expression | null; type: "number" | "condition" | "state" | null } {
    const text = expressionText(node);
    const parsed = parseExpression(text);
    this.#complain(node, parsed.problems);
    this.#warnOfComment(node);
    if (parsed.syntax === null) return { expression: null, type: null };
    const resolved = resolveExpression(parsed.syntax, this.#scope(access), expected);
    this.#complain(node, resolved.problems);
    const broken = [...parsed.problems, ...resolved.problems].some(({ severity }) => severity === "error");
    const { expression, type } = resolved;
    return { expression: broken || expression === null ? null : this.#measured(node, expression), type };
  }

  /** Settles how large a term is that others may name; null: it has been complained of. */
  defineTerm(id: string, value: Expression | null): void {
    this.#sizes.set(id, value === null ? unsized : this.#sizeOf(value));
  }

  #sizeOf(expression: Expression): OpenedSize {
    return openedSize(expression, (term) => this.#sizes.get(term));
  }

  /** The expression, or null after a complaint where it is too large with its terms opened. */
  #measured(node: ScalarNode, expression: Expression): Expression | null {
    const size = this.#sizeOf(expression);
    // What is wrong stands in a term that it names.
    if (size.parts === unsized.parts) return null;
    const problem = sizeProblem(size);
    const before = this.#parts;
    this.#parts += problem === null ? size.parts : 0;
    if (problem !== null)
      this.complaints.error("expression-too-large", node, problem, "make do with fewer terms in each other");
    else if (before <= allPartsMax && this.#parts > allPartsMax) {
      const message = `with their terms written out, the expressions up to here have more than ${allPartsMax} parts`;
      this.complaints.error("expressions-too-large", node, message, "write fewer entries, or smaller terms");
    }
    return problem === null && this.#parts <= allPartsMax ? expression : null;
  }

  /** A reference to something declared, or null after a complaint. */
  reference(node: Node | null, kind: string, known: ReadonlySet<string> | Iterable<string>): string | null {
    if (node?.kind !== "scalar" || isBlank(node)) return null;
    const ids = known instanceof Set ? known : new Set(known);
    if (ids.has(node.text)) return node.text;
    complainUnknown(this.complaints, node, kind, ids);
    return null;
  }

  /** References in a list; the list may be a single name. */
  references(node: Node | null, kind: string, known: Iterable<string>): readonly string[] {
    const ids = known instanceof Set ? known : new Set(known);
    const found = textsOf(node).map((item) => this.reference(item, kind, ids));
    return [...new Set(found.filter((id) => id !== null))];
  }

  /** Ids of sources, or `judgement`. */
  sources(node: Node | null): readonly string[] {
    if (node === null) return [];
    this.#citable ??= new Set([...this.names.sources, "judgement"]);
    return this.references(node, "source", this.#citable);
  }

  /** A whole number of at least `least`; null where there is none, after a complaint. */
  whole(node: Node | null, what: string, least: number): number | null {
    if (node?.kind !== "scalar" || isBlank(node)) return null;
    const { value } = node;
    // What is no whole number has been complained of with the form of the document.
    if (typeof value !== "number" || !Number.isInteger(value)) return null;
    if (value >= least && value <= wholeMax) return value;
    const wanted = value < least ? `at least ${least}` : `at most ${wholeMax}`;
    this.complaints.error("bad-number", node, `${what} must be a whole number of ${wanted}, not \`${node.text}\``);
    return null;
  }

  /** A date, or null after a complaint. */
  date(node: Node | null): DayNumber | null {
    if (node?.kind !== "scalar" || isBlank(node)) return null;
    const day = parseDate(node.text);
    if (day === null) {
      this.complaints.error(
        "bad-date",
        node,
        `\`${node.text}\` is no date of the calendar`,
        "write year-month-day, as in 2022-01-30, with a time if need be, as in 2022-01-30 06:00",
      );
    }
    return day;
  }

  /** The round in which a date lies, or null after a complaint. */
  roundOfDate(node: Node | null): number | null {
    const day = this.date(node);
    if (day === null || node === null) return null;
    const { clock } = this.#time;
    if (clock === null) {
      this.complaints.error(
        "date-without-clock",
        node,
        "a date needs a clock with a start date",
        "add `clock: { start: 2022-01-22 }`, or name a `round`",
      );
      return null;
    }
    const round = roundOfDate(clock, day);
    if (round === null) {
      this.complaints.error(
        "outside-clock",
        node,
        `${formatDate(day)} lies before the start on ${formatDate(clock.start)}`,
      );
      return null;
    }
    return this.withinHorizon(node, round, `${formatDate(day)} lies in round ${round}`) ? round : null;
  }

  /** Whether a round is played at all; complains if not. */
  withinHorizon(node: Node, round: number, what: string): boolean {
    const { rounds } = this.#time;
    if (rounds === null || round < rounds) return true;
    this.complaints.error(
      "outside-clock",
      node,
      `${what}, but the run ends after ${rounds} rounds (0 to ${rounds - 1})`,
    );
    return false;
  }

  #scope(access: ExpressionAccess): ExpressionScope {
    const known = this.#scopes.get(access);
    if (known !== undefined) return known;
    const scope = this.#makeScope(access);
    this.#scopes.set(access, scope);
    return scope;
  }

  #makeScope(access: ExpressionAccess): ExpressionScope {
    const { actors, tracks, variables, assumptions, terms, moves, incidents, outcomes, groups } = this.names;
    const { clock } = this.#time;
    return {
      tracks,
      variables,
      assumptions,
      terms,
      actors,
      moves,
      incidents,
      outcomes: new Map([...[...outcomes].map((id) => [id, [id]] as const), ...groups]),
      nearest: (name, candidates) => this.complaints.nearest(name, candidates),
      allows: {
        state: access !== "assumptions",
        clock: clock !== null,
        times: clock !== null && hasTimes(clock),
        outcome: access === "ending",
        choices: access === "step",
      },
    };
  }

  #complain(node: ScalarNode, problems: readonly ExpressionProblem[]): void {
    for (const { severity, code, start, end, message, hint } of problems) {
      this.complaints[severity](code, rangeWithin(node, start, end), message, hint);
    }
  }

  /** `tension > 5 #hot`: YAML takes the rest of the line away without a word. */
  #warnOfComment(node: ScalarNode): void {
    if (node.style !== "plain") return;
    const { text } = this.complaints.source;
    const glued = /^[ \t]+(#[^\s#][^\r\n]*)/.exec(text.slice(node.end, node.end + 200));
    if (glued === null) return;
    const start = node.end + glued[0].length - at(glued, 1).length;
    this.complaints.warning(
      "yaml-comment",
      { start, end: node.end + glued[0].length },
      `everything from \`#\` on is a comment, so the expression ends before it: \`${node.text}\``,
      "put a space after `#` if a comment is meant, or remove it",
    );
  }
}

/** Text of a scalar as an expression; a number that YAML accepts in another notation is written out. */
function expressionText(node: ScalarNode): string {
  if (typeof node.value !== "number" || /^[-+]?\d+(\.\d+)?$/.test(node.text)) return node.text;
  const written = node.value.toFixed(100);
  return written.includes("e") ? node.text : written.replace(/\.?0+$/, "");
}

function standIn(expected: Expected, names: Declarations): Expression {
  if (expected.type === "state") {
    return { op: "state", track: expected.track, id: names.tracks.get(expected.track)?.[0] ?? "" };
  }
  return expected.type === "condition" ? { op: "truth", value: true } : { op: "number", value: 1 };
}
