/**
 * The words and signs of expressions, and what is to be said of a wrong one.
 *
 * The lexer takes in more than the language allows (`=`, `AND`, quoted names, `$name`, numbers with an exponent) so
 * that each gets a message of its own while the rest of the expression is still read. Every token holds its offset.
 */

import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { at } from "./at.ts";
import { parseDate } from "./calendar.ts";
import type { ExpressionProblem, Syntax, TextSpan } from "./syntax.ts";

/** Takes a complaint. */
export type Report = (problem: ExpressionProblem) => void;

/** An operator, by the one spelling that the language prints. */
export type Sign =
  | ("or" | "and" | "not" | "in" | "is" | "is not")
  | ("<" | "<=" | ">" | ">=")
  | ("+" | "-" | "*" | "/" | "%");

/** An operator where it was written. */
export interface Operator extends TextSpan {
  readonly kind: "operator";
  readonly sign: Sign;
  /** As the author spelt it. */
  readonly written: string;
}

const blank = createToken({ name: "Blank", pattern: /\s+/, group: Lexer.SKIPPED });
const date = createToken({ name: "Date", pattern: /\d{4}-\d{1,2}-\d{1,2}(?:(?: +|T)\d{1,2}:\d{2})?(?!\w)/ });
const number = createToken({ name: "Number", pattern: /\d[\w.]*|\.\d[\w.]*/ });
const operatorWord = createToken({ name: "OperatorWord", pattern: /(?:and|or|not|is|in)(?![\w$])/i });
const truth = createToken({ name: "Truth", pattern: /(?:true|false)(?![\w$])/i });
const name = createToken({ name: "Name", pattern: /[A-Za-z_$][\w$]*/ });
const quoted = createToken({ name: "Quoted", pattern: /"[^"]*"|'[^']*'/ });
const operatorSign = createToken({
  name: "OperatorSign",
  pattern: /===|!==|==|!=|<>|<=|>=|=>|=<|:=|[+\-*/]=|&&|\|\||[<>=+\-*/%!&|]/,
});

/** The tokens that the grammar's rules name one by one. */
export const token = {
  if: createToken({ name: "If", pattern: /if(?![\w$])/i }),
  then: createToken({ name: "Then", pattern: /then(?![\w$])/i }),
  else: createToken({ name: "Else", pattern: /else(?![\w$])/i }),
  open: createToken({ name: "Open", pattern: "(" }),
  close: createToken({ name: "Close", pattern: ")" }),
  openList: createToken({ name: "OpenList", pattern: "[" }),
  closeList: createToken({ name: "CloseList", pattern: "]" }),
  comma: createToken({ name: "Comma", pattern: "," }),
  date,
  number,
  operatorWord,
  operatorSign,
  truth,
  name,
  quoted,
} as const;

/** All tokens, the more particular first: where two match, the first wins. */
export const vocabulary: TokenType[] = [
  blank,
  date,
  number,
  operatorWord,
  token.if,
  token.then,
  token.else,
  truth,
  name,
  quoted,
  operatorSign,
  token.open,
  token.close,
  token.openList,
  token.closeList,
  token.comma,
];

/** The lexer with Chevrotain's own checks of the vocabulary on or off. */
export function createLexer(skipValidations: boolean): Lexer {
  return new Lexer(vocabulary, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations });
}

/** Where a token stands. */
export function spanOf(image: IToken): TextSpan {
  return { start: image.startOffset, end: image.startOffset + image.image.length };
}

/** An error with its span. */
export function error(code: string, span: TextSpan, message: string, hint: string | null = null): ExpressionProblem {
  return { code, message, hint, start: span.start, end: span.end, severity: "error" };
}

/** Symbols that mean the same as a word of the language. */
const accepted: ReadonlyMap<string, Sign> = new Map([
  ["&&", "and"],
  ["||", "or"],
  ["!", "not"],
  ["==", "is"],
  ["!=", "is not"],
]);

/** Symbols of other languages, and what they mean here. */
const foreign: ReadonlyMap<string, Sign> = new Map([
  ["=", "is"],
  ["===", "is"],
  [":=", "is"],
  ["!==", "is not"],
  ["<>", "is not"],
  ["=>", ">="],
  ["=<", "<="],
  ["&", "and"],
  ["|", "or"],
  ["+=", "+"],
  ["-=", "-"],
  ["*=", "*"],
  ["/=", "/"],
]);

/** Reads an operator token, complaining of a spelling that is not the language's. */
export function readOperator(read: IToken, report: Report): Operator {
  const span = spanOf(read);
  const written = read.image;
  if (read.tokenType === operatorWord) {
    checkCase(read, report);
    return { kind: "operator", sign: written.toLowerCase() as Sign, written, ...span };
  }
  const replacement = foreign.get(written);
  if (replacement !== undefined) {
    report(error("foreign-operator", span, `\`${written}\` is not an operator here`, `write \`${replacement}\``));
  }
  return { kind: "operator", sign: replacement ?? accepted.get(written) ?? (written as Sign), written, ...span };
}

/** Complains of a word of the language in capitals. */
export function checkCase(read: IToken, report: Report): void {
  const lower = read.image.toLowerCase();
  if (read.image === lower) return;
  const message = `the word \`${read.image}\` is written in lower case`;
  report(error("keyword-case", spanOf(read), message, `write \`${lower}\``));
}

/** Reads a number token. */
export function readNumber(read: IToken, report: Report): Syntax {
  const span = spanOf(read);
  const value = Number(read.image);
  if (!/^\d+(\.\d+)?$/.test(read.image)) {
    const message = `\`${read.image}\` is neither a number nor a name; numbers are written like \`12\` or \`0.25\``;
    report(error("malformed-number", span, message, numberHint(read.image)));
  } else if (value > Number.MAX_SAFE_INTEGER) {
    const message = `\`${read.image}\` is too large: numbers reach up to ${Number.MAX_SAFE_INTEGER}`;
    report(error("number-too-large", span, message));
  } else {
    return { kind: "number", value, ...span };
  }
  return { kind: "broken", ...span };
}

function numberHint(image: string): string | null {
  const plain = image.replaceAll("_", "").replace(/^\./, "0.").replace(/\.$/, "");
  const factor = /^(\d+(?:\.\d+)?)([A-Za-z]\w*)$/.exec(plain);
  if (/^\d+(\.\d+)?$/.test(plain)) return `write \`${plain}\``;
  const power = /^\d+(\.\d+)?[eE]\d+$/.test(plain) ? Number(plain) : Number.NaN;
  if (power <= Number.MAX_SAFE_INTEGER) return `write \`${power}\``;
  return factor === null ? null : `write \`${factor[1]} * ${factor[2]}\`, or begin the name with a letter`;
}

/** Reads a date token. */
export function readDate(read: IToken, report: Report): Syntax {
  const span = spanOf(read);
  const value = parseDate(read.image);
  if (value !== null) return { kind: "date", value, ...span };
  const [year = "", month = "", day = "", hour, minute] = read.image.split(/[-T: ]+/);
  const time = hour === undefined ? "" : ` ${hour.padStart(2, "0")}:${minute}`;
  const padded = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}${time}`;
  const repaired = parseDate(padded) === null ? null : `write \`${padded}\``;
  const message =
    repaired === null
      ? `there is no date \`${read.image}\`: dates are year, month and day, and times go from 00:00 to 23:59`
      : `the date \`${read.image}\` lacks a digit: dates are written like \`2022-01-30\``;
  report(error("invalid-date", span, message, repaired));
  return { kind: "broken", ...span };
}

/** Reads a truth token. */
export function readTruth(read: IToken, report: Report): Syntax {
  checkCase(read, report);
  return { kind: "truth", value: read.image.toLowerCase() === "true", ...spanOf(read) };
}

/** Reads a name that is not called as a function. */
export function readName(read: IToken, report: Report): Syntax {
  const span = spanOf(read);
  if (read.tokenType === quoted) {
    const bare = read.image.slice(1, -1).trim();
    const hint = /^[a-z][a-z0-9_]*$/.test(bare) ? `write \`${bare}\`` : null;
    report(error("quoted-name", span, `names stand without quotes in an expression: ${read.image}`, hint));
    return hint === null ? { kind: "broken", ...span } : { kind: "name", name: bare, ...span };
  }
  if (!read.image.includes("$")) return { kind: "name", name: read.image, ...span };
  const message = `\`${read.image}\` is not filled in: \`$\` marks a parameter of \`each\``;
  report(error("unknown-parameter", span, message, "give the entry an `each` that lists its values"));
  return { kind: "broken", ...span };
}

const replacements: ReadonlyMap<string, string> = new Map([
  ["≥", "write `>=`"],
  ["≤", "write `<=`"],
  ["≠", "write `is not`"],
  ["−", "write `-`"],
  ["–", "write `-`"],
  ["×", "write `*`"],
  ["·", "write `*`"],
  ["÷", "write `/`"],
  ["∧", "write `and`"],
  ["∨", "write `or`"],
  ["¬", "write `not`"],
  ["∈", "write `in`"],
  ["^", "there are no powers: write `x * x`"],
  ["?", "write `if ... then ... else ...`"],
  [":", "write `if ... then ... else ...`, or `is` to compare"],
  ["{", "lists are written in square brackets, like `[a, b]`"],
  ["}", "lists are written in square brackets, like `[a, b]`"],
  [".", "names have no dots"],
  ["“", "names stand without quotes"],
  ["”", "names stand without quotes"],
  ["’", "names stand without quotes"],
  ['"', "names stand without quotes"],
  ["'", "names stand without quotes"],
]);

/** The complaint about characters that begin no token. */
export function unknownCharacters(span: TextSpan, text: string): ExpressionProblem {
  const first = at([...text.slice(span.start, span.end)], 0);
  const letter = /\p{L}/u.test(first);
  const message = letter
    ? `\`${first}\` cannot stand in a name: names are made of the letters a to z, digits and \`_\``
    : `\`${first}\` has no meaning in an expression`;
  return error("unknown-character", span, message, replacements.get(first) ?? null);
}
