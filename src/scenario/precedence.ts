/**
 * How strongly operators bind: turns a row of operands and operators into a tree.
 *
 * From loose to tight: or, and, not, comparison with `is` and `in`, sum, product, minus sign. Comparisons do not
 * chain, and `and` does not mix with `or`, because readers disagree on what such rows mean. A row that makes no sense
 * still becomes a tree, with broken parts, so that the rest of it can be checked.
 */
import type { Arithmetic, Comparison } from "./expression.ts";
import type { Syntax, TextSpan } from "./syntax.ts";
import { error, type Operator, type Report, type Sign } from "./token.ts";

/** An operand or an operator. */
export type Piece = Syntax | Operator;

const power: Readonly<Record<Sign, number>> = {
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  "is not": 4,
  in: 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};
const comparisonPower = 4;

/** Reads one row. `around` is where to complain if the row is empty; `text` is the whole expression. */
export function bind(pieces: readonly Piece[], around: TextSpan, context: { text: string; report: Report }): Syntax {
  return new Row(pieces, around, context.text, context.report).read();
}

/** Reads a row from left to right by precedence climbing. */
class Row {
  private position = 0;
  private readonly pieces: readonly Piece[];
  private readonly around: TextSpan;
  private readonly text: string;
  private readonly report: Report;

  constructor(pieces: readonly Piece[], around: TextSpan, text: string, report: Report) {
    this.pieces = pieces;
    this.around = around;
    this.text = text;
    this.report = report;
  }

  read(): Syntax {
    const [first] = this.pieces;
    if (first === undefined) {
      this.report(error("missing-value", this.around, "a value or a condition is missing here"));
      return { kind: "broken", ...this.around };
    }
    const syntax = this.junction("or");
    const next = this.pieces[this.position];
    if (next === undefined) return syntax;
    this.reportUnread(syntax, next);
    return { kind: "broken", start: first.start, end: (this.pieces.at(-1) ?? next).end };
  }

  /** A row of `or` around rows of `and`. */
  private junction(sign: "or" | "and"): Syntax {
    const operand = (): Syntax => (sign === "or" ? this.junction("and") : this.negation());
    const first = operand();
    const of = [first];
    while (this.sign() === sign) of.push(this.right(operand));
    if (of.length === 1) return first;
    const syntax: Syntax = { kind: sign, of, start: first.start, end: (of.at(-1) ?? first).end };
    if (sign === "or" && of.some(({ kind }) => kind === "and")) this.reportMixture(syntax, of);
    return syntax;
  }

  private negation(): Syntax {
    const signs: Operator[] = [];
    while (this.sign() === "not") signs.push(this.take() as Operator);
    const last = signs.at(-1);
    const operand = last === undefined ? this.comparison() : this.operandAfter(last, () => this.comparison());
    return signs.reduceRight<Syntax>((of, { start }) => ({ kind: "not", of, start, end: of.end }), operand);
  }

  private comparison(): Syntax {
    const links: Syntax[] = [];
    let left = this.sum(5);
    for (let sign = this.sign(); sign === "not" || (sign !== null && power[sign] === comparisonPower); ) {
      const link = this.link(left);
      links.push(link);
      left = link.kind === "compare" ? link.right : link;
      sign = this.sign();
    }
    const [first, last] = [links[0], links.at(-1)];
    if (first === undefined || last === undefined) return left;
    if (links.length === 1) return first;
    const span = { start: first.start, end: last.end };
    const parts = links.map((link) =>
      this.written(link.kind === "compare" ? { ...link, start: link.left.start } : link),
    );
    const message = "comparisons cannot be chained: each compares two things";
    this.report(error("chained-comparison", span, message, `write \`${parts.join(" and ")}\``));
    return { kind: "and", of: links, ...span };
  }

  /** One comparison, from the operator on. */
  private link(left: Syntax): Syntax {
    const operator = this.take() as Operator;
    let sign = operator.sign;
    let negated = sign === "not";
    if (sign === "is" && this.sign() === "not") {
      this.take();
      sign = "is not";
      negated = true;
    }
    if (this.sign() === "in" && (sign === "is" || sign === "is not" || sign === "not")) {
      sign = "in";
      this.take();
    }
    if (sign === "in") return this.membership(left, operator, negated);
    if (sign === "not") {
      const message = "`not` stands between two values: `is not` or `not in` was expected";
      this.report(error("stray-not", operator, message, "write `is not` to compare"));
      sign = "is not";
    }
    const right = this.operandAfter(operator, () => this.sum(5));
    return { kind: "compare", by: sign as Comparison, left, right, start: left.start, end: right.end };
  }

  private membership(item: Syntax, operator: Operator, negated: boolean): Syntax {
    const list = this.pieces[this.position];
    if (list?.kind === "list") {
      this.position++;
      if (!list.square) {
        const items = list.of.map((element) => this.written(element)).join(", ");
        const message = "a list is written in square brackets";
        this.report(error("list-brackets", list, message, `write \`in [${items}]\``));
      }
      return { kind: "in", item, negated, of: list.of, start: item.start, end: list.end };
    }
    const single = this.operandAfter(operator, () => this.sum(5));
    if (single.kind !== "broken") {
      const only = this.written(single.kind === "group" ? single.of : single);
      const hint = `write \`${negated ? "not in" : "in"} [${only}]\`, or \`${negated ? "is not" : "is"} ${only}\``;
      this.report(error("list-brackets", single, "after `in`, a list in square brackets was expected", hint));
    }
    return { kind: "in", item, negated, of: [single], start: item.start, end: single.end };
  }

  /** A sum or, from the power of products up, a product. */
  private sum(lowest: number): Syntax {
    const tighter = (): Syntax => (lowest === power["*"] ? this.signed() : this.sum(power["*"]));
    let left = tighter();
    for (let sign = this.sign(); sign !== null && power[sign] === lowest; sign = this.sign()) {
      if (sign === "%" && !this.operandFollows(this.position + 1)) {
        left = this.percentage(left, this.take() as Operator);
        continue;
      }
      const right = this.right(tighter);
      left = { kind: "arithmetic", by: sign as Arithmetic, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  private signed(): Syntax {
    const piece = this.pieces[this.position];
    if (piece?.kind !== "operator" || (piece.sign !== "-" && piece.sign !== "+")) return this.operand();
    this.position++;
    const of = this.operandAfter(piece, () => this.signed());
    if (piece.sign === "-") {
      const folds = of.kind === "number" && of.value >= 0;
      if (folds) return { kind: "number", value: of.value === 0 ? 0 : -of.value, start: piece.start, end: of.end };
      return { kind: "negate", of, start: piece.start, end: of.end };
    }
    const message = "`+` has nothing on its left: a change is written with the name of what it changes";
    const hint = of.kind === "number" ? `write \`x + ${of.value}\`, or \`${of.value}\` alone` : null;
    this.report(error("plus-sign", piece, message, hint));
    return of;
  }

  /** An operand, with any that follow it without an operator. */
  private operand(): Syntax {
    const piece = this.pieces[this.position];
    if (piece === undefined) {
      const end = this.pieces.at(-1)?.end ?? this.around.end;
      return { kind: "broken", start: end, end };
    }
    if (piece.kind === "operator") {
      const message = `\`${piece.written}\` has nothing on its left: a value was expected`;
      this.report(error("missing-value", piece, message, this.leftHint(piece)));
      return { kind: "broken", start: piece.start, end: piece.start };
    }
    this.position++;
    let operand: Syntax = piece;
    if (piece.kind === "list") {
      const empty = piece.of.length === 0 && !piece.square;
      if (empty) this.report(error("missing-value", piece, "a value is missing between the parentheses"));
      else this.report(error("stray-list", piece, "a list stands only after `in`", this.listHint(piece.of)));
      operand = { kind: "broken", start: piece.start, end: piece.end };
    }
    const next = this.pieces[this.position];
    if (next === undefined || next.kind === "operator") return operand;
    this.reportMissingOperator(piece, next);
    while (this.position < this.pieces.length && this.pieces[this.position]?.kind !== "operator") this.position++;
    const last = this.pieces[this.position - 1] ?? next;
    return { kind: "broken", start: piece.start, end: last.end };
  }

  /** Takes an operator and what stands on its right. */
  private right(operand: () => Syntax): Syntax {
    return this.operandAfter(this.take() as Operator, operand);
  }

  private operandAfter(operator: Operator, operand: () => Syntax): Syntax {
    const next = this.pieces[this.position];
    if (next === undefined) {
      const message = `\`${operator.written}\` has nothing on its right: a value was expected`;
      this.report(error("missing-value", operator, message));
      return { kind: "broken", start: operator.end, end: operator.end };
    }
    if (next.kind === "if") {
      const message = `after \`${operator.written}\`, an \`if\` needs parentheses around it`;
      this.report(error("bare-if", next, message, `write \`(${this.written(next)})\``));
    } else if (next.kind === "operator" && next.sign === "not" && operator.sign !== "and" && operator.sign !== "or") {
      const message = `after \`${operator.written}\`, a \`not\` needs parentheses around it and what it denies`;
      this.report(error("bare-not", next, message, "write `(not ...)`"));
      return this.negation();
    }
    return operand();
  }

  private percentage(left: Syntax, operator: Operator): Syntax {
    const count = left.kind === "arithmetic" ? left.right : left;
    if (count.kind === "number") {
      const share = Number((count.value / 100).toPrecision(15));
      const message = "`%` is the remainder of a division; shares are written as fractions";
      this.report(error("percentage", { start: count.start, end: operator.end }, message, `write \`${share}\``));
    } else {
      const message = "`%` has nothing on its right: it is the remainder of a division";
      this.report(error("missing-value", operator, message, "to take a share, write `* 0.25`"));
    }
    return { kind: "broken", start: left.start, end: operator.end };
  }

  private reportMixture(span: TextSpan, of: readonly Syntax[]): void {
    const grouped = of.map((part) => (part.kind === "and" ? `(${this.written(part)})` : this.written(part)));
    const message = "`and` and `or` are mixed: parentheses must say which belong together";
    this.report(error("mixed-and-or", span, message, `perhaps \`${grouped.join(" or ")}\``));
  }

  /** What to say of `x in [1, 2] + 1`: nothing binds tighter to a list than `in`. */
  private reportUnread(before: Syntax, next: Piece): void {
    if (next.kind !== "operator") {
      this.reportMissingOperator(before, next);
      return;
    }
    const message = `\`${next.written}\` cannot follow a comparison: parentheses must say what it belongs to`;
    this.report(
      error("unexpected-operator", next, message, `perhaps \`(${this.written(before)}) ${next.written} ...\``),
    );
  }

  private reportMissingOperator(left: Syntax, right: Syntax): void {
    const message = `an operator is missing between \`${this.written(left)}\` and \`${this.written(right)}\``;
    const hint = left.kind === "name" && right.kind === "name" ? `perhaps \`${left.name} is ${right.name}\`` : null;
    this.report(error("missing-operator", { start: left.start, end: right.end }, message, hint));
  }

  /** What to say of `a is b or is c`. */
  private leftHint(operator: Operator): string | null {
    const before = this.pieces[this.position - 1];
    const joined = before?.kind === "operator" && power[before.sign] <= power.and;
    return joined && power[operator.sign] === comparisonPower
      ? `repeat what is compared before \`${operator.written}\`, or use \`in [a, b]\``
      : null;
  }

  private listHint(of: readonly Syntax[]): string {
    return `write \`... in [${of.map((element) => this.written(element)).join(", ")}]\``;
  }

  private operandFollows(position: number): boolean {
    const piece = this.pieces[position];
    return piece !== undefined && (piece.kind !== "operator" || piece.sign === "-" || piece.sign === "+");
  }

  private take(): Piece | undefined {
    return this.pieces[this.position++];
  }

  /** The operator that comes next, if one does. */
  private sign(): Sign | null {
    const piece = this.pieces[this.position];
    return piece?.kind === "operator" ? piece.sign : null;
  }

  private written(span: TextSpan): string {
    return this.text.slice(span.start, span.end);
  }
}
