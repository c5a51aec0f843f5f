/**
 * Types: turns the untyped tree of an expression into a well-typed one.
 *
 * Types flow both ways. What is expected flows down through `if`, so that a bare name can be a track state; what is
 * found flows up. A condition may stand where a number is wanted, never the reverse; only states of one track compare.
 * Whatever is wrong is reported with the nearest name or the repaired text, all of it at once.
 */
import { isWholeDay } from "./calendar.ts";
import { type ChoiceCall, choiceIn, readChoice } from "./chosenMove.ts";
import type { Expression } from "./expression.ts";
import { numberFunctionOf, takesOneNumber } from "./functions.ts";
import { conditional, type ExpressionScope, Lookup, listed, numeric, type Opposite, type Typed } from "./lookup.ts";
import { printExpression } from "./print.ts";
import { type ExpressionProblem, type Syntax, type TextSpan, ungrouped } from "./syntax.ts";
import { error, type Report } from "./token.ts";

export type { ExpressionScope } from "./lookup.ts";

/** What an expression is wanted for. `value` is a number or a condition. */
export type Expected =
  | { readonly type: "number" | "condition" | "value" }
  | { readonly type: "state"; readonly track: string };

/** The typed tree, or null where there were errors; the type as far as it is known. */
export interface Resolution {
  readonly expression: Expression | null;
  readonly type: "number" | "condition" | "state" | null;
  readonly problems: ExpressionProblem[];
}

/** Resolves a tree against the names of a scenario. A tree with broken parts yields no expression. */
export function resolveExpression(syntax: Syntax, scope: ExpressionScope, expected: Expected): Resolution {
  const problems: ExpressionProblem[] = [];
  const found = new Resolver(scope, problems).check(syntax, expected);
  problems.sort((one, other) => one.start - other.start || one.end - other.end);
  const expression = problems.length > 0 ? null : (found?.expression ?? null);
  return { expression, type: found?.type ?? null, problems };
}

type Compare = Syntax & { readonly kind: "compare" };

const number: Expected = { type: "number" };
const condition: Expected = { type: "condition" };

/** One resolution. A null result stands for a part that has been complained of. */
class Resolver {
  private readonly problems: ExpressionProblem[];
  private readonly lookup: Lookup;
  private readonly report: Report;

  constructor(scope: ExpressionScope, problems: ExpressionProblem[]) {
    this.problems = problems;
    this.report = (problem) => problems.push(problem);
    this.lookup = new Lookup(scope, this.report);
  }

  /** Resolves a part of which a type is expected. */
  check(syntax: Syntax, expected: Expected): Typed | null {
    const inner = ungrouped(syntax);
    if (inner.kind === "if") return this.choice(inner, (branch) => this.check(branch, expected));
    const opposite = expected.type === "state" ? { track: expected.track, subject: false } : null;
    const found = this.infer(inner, opposite);
    if (found === null) return null;
    const fits =
      expected.type === "state"
        ? this.isState(found, inner, expected.track)
        : this.isValue(found, inner, expected.type);
    return fits ? found : null;
  }

  private isValue(found: Typed, span: TextSpan, expected: "number" | "condition" | "value"): boolean {
    if (found.type !== "state" && (expected !== "condition" || found.type === "condition")) return true;
    const written = printExpression(found.expression);
    if (found.type === "state") {
      const wanted = expected === "value" ? "a number or a condition" : `a ${expected}`;
      const compared = `compare it, like \`${written} is ${this.lookup.states(found.track)[0] ?? "STATE"}\``;
      const hint = found.expression.op === "track" ? `${compared}, or take \`rung(${written})\`` : compared;
      this.complain("state-not-expected", span, `\`${written}\` is a track state; ${wanted} was expected`, hint);
      return false;
    }
    const { op } = found.expression;
    if (op === "date" || (op === "number" && found.expression.date === true)) {
      const compared = op === "date" ? "date >= 2022-01-30" : `date >= ${written}`;
      this.complain(
        "number-not-expected",
        span,
        `\`${written}\` is a date; a condition was expected`,
        `write \`${compared}\``,
      );
      return false;
    }
    const literal = written === "0" ? "false" : written === "1" ? "true" : null;
    const proposed = literal ?? printExpression({ op: "compare", by: ">", left: found.expression, right: zero });
    const message = `\`${written}\` is a number; a condition was expected`;
    this.complain("number-not-expected", span, message, `write \`${proposed}\``);
    return false;
  }

  private isState(found: Typed, span: TextSpan, track: string): boolean {
    if (found.track === track) return true;
    const what = `\`${printExpression(found.expression)}\` is ${kindOf(found)}`;
    const message = `${what}; a state of \`${track}\` was expected: ${listed(this.lookup.states(track))}`;
    this.complain("wrong-state", span, message);
    return false;
  }

  /** Resolves a part by itself. */
  private infer(syntax: Syntax, opposite: Opposite | null): Typed | null {
    switch (syntax.kind) {
      case "number":
        return numeric({ op: "number", value: syntax.value });
      case "date":
        return this.lookup.mayReadClock(syntax) ? numeric({ op: "number", value: syntax.value, date: true }) : null;
      case "truth":
        return conditional({ op: "truth", value: syntax.value });
      case "name":
        return this.lookup.resolve(syntax, opposite);
      case "call":
        return this.call(syntax);
      case "group":
        return this.infer(syntax.of, opposite);
      case "not": {
        const of = this.check(syntax.of, condition);
        return of && conditional({ op: "not", of: of.expression });
      }
      case "negate": {
        const of = this.check(syntax.of, number);
        return of && numeric({ op: "negate", of: of.expression });
      }
      case "and":
      case "or":
        return this.junction(syntax.kind, syntax.of);
      case "compare":
        return this.comparison(syntax);
      case "in":
        return this.membership(syntax);
      case "arithmetic": {
        const left = this.check(syntax.left, number);
        const right = this.check(syntax.right, number);
        if (left === null || right === null) return null;
        return numeric({ op: "arithmetic", by: syntax.by, left: left.expression, right: right.expression });
      }
      case "if":
        return this.choice(syntax, (branch) => this.infer(branch, opposite));
      case "list":
      case "broken":
        return null;
    }
  }

  private choice(syntax: Syntax & { readonly kind: "if" }, resolve: (branch: Syntax) => Typed | null): Typed | null {
    const when = this.check(syntax.when, condition);
    const [first, second] = [resolve(syntax.then), resolve(syntax.else)];
    if (when === null || first === null || second === null) return null;
    const expression: Expression = {
      op: "if",
      when: when.expression,
      then: first.expression,
      else: second.expression,
    };
    if (first.type === "state" && second.type === "state" && first.track === second.track) {
      return { expression, type: "state", track: first.track };
    }
    if (first.type === "state" || second.type === "state") {
      const message = `one branch of \`if\` is ${kindOf(first)}, the other ${kindOf(second)}: they must be alike`;
      this.complain("mixed-branches", syntax, message);
      return null;
    }
    return first.type === "condition" && second.type === "condition" ? conditional(expression) : numeric(expression);
  }

  private call(syntax: Syntax & { readonly kind: "call" }): Typed | null {
    const named = this.lookup.resolveCall(syntax);
    if (named !== undefined) return named;
    const { name } = syntax;
    const op = numberFunctionOf(name);
    if (op === null) return this.lookup.reportFunction(syntax);
    const of = syntax.of.flatMap((argument) => this.check(argument, number)?.expression ?? []);
    if (of.length < syntax.of.length) return null;
    const [only, ...others] = of;
    const one = takesOneNumber(op);
    if (takesOneNumber(op) && only !== undefined && others.length === 0) return numeric({ op, of: only });
    if (!takesOneNumber(op) && others.length > 0) return numeric({ op, of });
    const wanted = one ? "one number" : "two numbers or more";
    const sample = one ? `${name}(x)` : `${name}(x, y)`;
    this.complain("wrong-arguments", syntax, `\`${name}\` takes ${wanted}`, `write \`${sample}\``);
    return null;
  }

  private junction(op: "and" | "or", parts: readonly Syntax[]): Typed | null {
    const of = parts.flatMap((part, index) => {
      const before = parts[index - 1];
      if (before !== undefined && this.complainOfRepeatedState(op, before, part)) return [];
      return this.check(part, condition)?.expression ?? [];
    });
    return of.length === parts.length ? conditional({ op, of }) : null;
  }

  /** Complains of the second part of `reply is rejected or late`, with the list that was meant. */
  private complainOfRepeatedState(op: "and" | "or", before: Syntax, part: Syntax): boolean {
    const compared = ungrouped(before);
    if (compared.kind !== "compare" || part.kind !== "name" || this.lookup.isValue(part.name)) return false;
    const [left, right] = [ungrouped(compared.left), ungrouped(compared.right)];
    if (left.kind !== "name" || right.kind !== "name") return false;
    if (!this.lookup.states(left.name).includes(part.name)) return false;
    const joins = compared.by === "is not" || (compared.by === "is" && op === "or");
    const list = `${compared.by === "is" ? "in" : "not in"} [${right.name}, ${part.name}]`;
    const proposed = `${left.name} ${joins ? list : `${compared.by} ${part.name}`}`;
    const message = `\`${part.name}\` is a state of \`${left.name}\`, not a condition by itself`;
    this.complain("free-state", part, message, `write \`${proposed}\``);
    return true;
  }

  private comparison(syntax: Compare): Typed | null {
    const call = choiceIn(syntax.left) ?? choiceIn(syntax.right);
    if (call !== null) return this.choiceComparison(syntax, call);
    if (isOutcome(syntax.left)) return this.outcomeComparison(syntax, syntax.right);
    if (isOutcome(syntax.right)) return this.outcomeComparison(syntax, syntax.left);
    if (syntax.left.kind === "broken" || syntax.right.kind === "broken") return null;
    const track = this.comparedTrack(syntax.left, syntax.right);
    const leftNamesTrack = track !== null && this.lookup.trackOf(syntax.left) === track;
    const left = this.infer(syntax.left, track === null ? null : { track, subject: true });
    const right = this.infer(syntax.right, track === null ? null : { track, subject: !leftNamesTrack });
    if (left === null || right === null || !this.areComparable(left, right, syntax)) return null;
    return conditional(this.compared(syntax.by, left.expression, right.expression));
  }

  /** A comparison; where rounds begin at times of the day, a date without a time is compared as a day. */
  private compared(by: Compare["by"], left: Expression, right: Expression): Expression {
    const isDay = (side: Expression): boolean => side.op === "number" && side.date === true && isWholeDay(side.value);
    const dayOf = (side: Expression, other: Expression): Expression =>
      this.lookup.scope.allows.times && side.op === "date" && isDay(other) ? { op: "floor", of: side } : side;
    return { op: "compare", by, left: dayOf(left, right), right: dayOf(right, left) };
  }

  /** The track whose states are compared: named left, unless only the right reading makes sense. */
  private comparedTrack(left: Syntax, right: Syntax): string | null {
    const ofLeft = this.lookup.trackOf(left);
    const ofRight = this.lookup.trackOf(right);
    if (ofLeft === null || ofRight === null || ofLeft === ofRight) return ofLeft ?? ofRight;
    const hasName = (track: string, side: Syntax): boolean => {
      const inner = ungrouped(side);
      return inner.kind === "name" && this.lookup.states(track).includes(inner.name);
    };
    return !hasName(ofLeft, right) && hasName(ofRight, left) ? ofRight : ofLeft;
  }

  private areComparable(left: Typed, right: Typed, syntax: Compare): boolean {
    if (left.type === "state" || right.type === "state") {
      if (left.track !== right.track) this.complainOfUnlike(left, right, syntax, rungHint(left, right, syntax.by));
      return left.track === right.track;
    }
    const ordered = syntax.by !== "is" && syntax.by !== "is not";
    if (left.type === "number" && right.type === "number") return this.areBothDates(left, right, syntax);
    if (left.type === right.type && !ordered) return true;
    const [truth, side] = left.type === "condition" ? [left, syntax.left] : [right, syntax.right];
    const written = printExpression(truth.expression);
    if (ordered) {
      const message = `\`${written}\` is a condition, true or false; \`${syntax.by}\` compares numbers or states`;
      this.complain("condition-compared", side, message, `write \`${written}\` by itself, or \`not\` before it`);
      return false;
    }
    const other = printExpression((truth === left ? right : left).expression);
    const literal = other === "1" ? "true" : other === "0" ? "false" : null;
    this.complainOfUnlike(left, right, syntax, literal && `write \`${written} ${syntax.by} ${literal}\``);
    return false;
  }

  /** A date stands for its day number, so a date compared with a plain number would be a slip without a trace. */
  private areBothDates(left: Typed, right: Typed, syntax: Compare): boolean {
    const [one, other] = [left.expression, right.expression];
    const isDate = (side: Expression): boolean => side.op === "date" || (side.op === "number" && side.date === true);
    const isPlain = (side: Expression): boolean => (side.op === "number" ? side.date !== true : side.op === "round");
    if (!((isDate(one) && isPlain(other)) || (isPlain(one) && isDate(other)))) return true;
    const message = `\`${printExpression(one)}\` and \`${printExpression(other)}\` cannot be compared: one is a date, the other not`;
    this.complain(
      "date-compared",
      syntax,
      message,
      "write a date like `date >= 2022-01-30`, or a round like `round >= 3`",
    );
    return false;
  }

  private complainOfUnlike(left: Typed, right: Typed, span: TextSpan, hint: string | null): void {
    const [one, other] = [printExpression(left.expression), printExpression(right.expression)];
    const message = `\`${one}\` is ${kindOf(left)} and \`${other}\` is ${kindOf(right)}: they cannot be compared`;
    this.complain("unlike-comparison", span, message, hint);
  }

  private membership(syntax: Syntax & { readonly kind: "in" }): Typed | null {
    const { item, of: elements } = syntax;
    if (elements.length === 0) {
      const span = { start: item.end, end: syntax.end };
      this.complain("empty-list", span, "the list is empty, so nothing can be in it", "write `in [a, b]`");
      return null;
    }
    const found = this.member(item, elements);
    if (found === null) return null;
    return conditional(syntax.negated ? { op: "not", of: found } : found);
  }

  private member(item: Syntax, elements: readonly Syntax[]): Expression | null {
    const call = choiceIn(item);
    if (call !== null) {
      const chooser = this.lookup.chooser(call);
      return chooser && this.eachOf(elements, (element) => readChoice(chooser, element, this.lookup, this.report));
    }
    if (isOutcome(item)) return this.eachOf(elements, (element) => this.outcome(item, element));
    return this.plainMembership(item, elements);
  }

  /** Whether one of the elements is meant, each a condition by itself. */
  private eachOf(elements: readonly Syntax[], resolve: (element: Syntax) => Expression | null): Expression | null {
    const of = elements.flatMap((element) => resolve(element) ?? []);
    return of.length < elements.length ? null : oneOf(of);
  }

  private plainMembership(item: Syntax, elements: readonly Syntax[]): Expression | null {
    const track = this.lookup.trackOf(item);
    const found = this.infer(item, track === null ? null : { track, subject: true });
    const of = elements.flatMap((element) => {
      const resolved = this.infer(element, track === null ? null : { track, subject: false });
      if (found === null || resolved === null) return [];
      const span = { start: element.start, end: element.end };
      const compared: Compare = { kind: "compare", by: "is", left: item, right: element, ...span };
      return this.areComparable(found, resolved, compared) ? resolved.expression : [];
    });
    if (found === null || of.length < elements.length) return null;
    const { expression } = found;
    if (expression.op !== "date" || !this.lookup.scope.allows.times) return { op: "in", item: expression, of };
    return { op: "or", of: of.map((date) => this.compared("is", expression, date)) };
  }

  private outcomeComparison(syntax: Compare, named: Syntax): Typed | null {
    if (syntax.by !== "is" && syntax.by !== "is not") {
      const message = `outcomes have no order: \`${syntax.by}\` cannot compare them`;
      this.complain("outcome-order", syntax, message, "write `outcome is NAME` or `outcome in [A, B]`");
      return null;
    }
    const found = this.outcome(isOutcome(syntax.left) ? syntax.left : syntax.right, named);
    return found && conditional(syntax.by === "is" ? found : { op: "not", of: found });
  }

  /** `chose(ROW) is MOVE`: a move of that actor, or `hold`. */
  private choiceComparison(syntax: Compare, call: ChoiceCall): Typed | null {
    if (syntax.by !== "is" && syntax.by !== "is not") {
      const message = `moves have no order: \`${syntax.by}\` cannot compare them`;
      this.complain("choice-order", syntax, message, "write `chose(ACTOR) is MOVE` or `chose(ACTOR) in [A, B]`");
      return null;
    }
    const chooser = this.lookup.chooser(call);
    const found =
      chooser &&
      readChoice(chooser, choiceIn(syntax.left) === call ? syntax.right : syntax.left, this.lookup, this.report);
    return found && conditional(syntax.by === "is" ? found : { op: "not", of: found });
  }

  private outcome(subject: Syntax, named: Syntax): Expression | null {
    const { outcomes, allows } = this.lookup.scope;
    if (!allows.outcome) {
      const message =
        "`outcome` may be read only in a utility, or in a tally that counts `per: end` and nothing else: elsewhere the run is not over yet";
      this.complain("outcome-not-allowed", subject, message);
      return null;
    }
    const inner = ungrouped(named);
    if (inner.kind === "broken") return null;
    const members = inner.kind === "name" ? outcomes.get(inner.name) : undefined;
    if (members !== undefined) return oneOf(members.map((id) => ({ op: "outcome", id })));
    const hint = inner.kind === "name" ? this.lookup.nearestHint(inner.name, outcomes.keys()) : null;
    const what = inner.kind === "name" ? `\`${inner.name}\` is not an outcome` : "the name of an outcome was expected";
    const message = `${what}; the outcomes are ${listed([...outcomes.keys()])}`;
    this.complain("unknown-outcome", named, message, hint);
    return null;
  }

  private complain(code: string, span: TextSpan, message: string, hint: string | null = null): void {
    this.problems.push(error(code, span, message, hint));
  }
}

const zero: Expression = { op: "number", value: 0 };

/** Whether one of several conditions holds. */
function oneOf(of: readonly Expression[]): Expression {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { op: "or", of };
}

function isOutcome(syntax: Syntax): boolean {
  const inner = ungrouped(syntax);
  return inner.kind === "name" && inner.name === "outcome";
}

function kindOf(found: Typed): string {
  if (found.type !== "state") return `a ${found.type}`;
  return found.expression.op === "track" ? "a track" : `a state of \`${found.track}\``;
}

/** How to compare rungs, where tracks were compared with each other or with a number. */
function rungHint(left: Typed, right: Typed, by: string): string | null {
  const [one, other] = [left, right].map(({ expression, type }) => {
    if (type === "number") return printExpression(expression);
    return expression.op === "track" ? `rung(${expression.id})` : null;
  });
  return one && other ? `to compare rungs, write \`${one} ${by} ${other}\`` : null;
}
