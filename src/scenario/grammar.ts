/**
 * The grammar of expressions: text to an untyped tree, with every complaint placed in the text.
 *
 * Chevrotain reads tokens, brackets, calls and `if`; the rows of operators between them are bound by `precedence`. The
 * rules take in what authors write by mistake and complain of it themselves, so one slip hides no other. No input
 * makes the parser throw; length and nesting are limited. Names are not looked up here.
 */
import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain";
import { bind, type Piece } from "./precedence.ts";
import { type ExpressionProblem, type Syntax, syntaxParts, type TextSpan } from "./syntax.ts";
import {
  checkCase,
  createLexer,
  error,
  readDate,
  readName,
  readNumber,
  readOperator,
  readTruth,
  spanOf,
  token,
  unknownCharacters,
  vocabulary,
} from "./token.ts";

/** Longest expression, in characters. */
export const lengthMax = 10_000;
/** Deepest nesting, in levels of brackets, operators and `if`. */
export const depthMax = 200;
/** After so many complaints about one expression the rest would only confuse. */
const problemsMax = 12;

/** The Chevrotain parser; its rules yield the pieces and the trees directly. */
class ExpressionParser extends EmbeddedActionsParser {
  text = "";
  problems: ExpressionProblem[] = [];
  private readonly report = (problem: ExpressionProblem): void => {
    this.problems.push(problem);
  };

  constructor(skipValidations: boolean) {
    super(vocabulary, { maxLookahead: 1, recoveryEnabled: false, skipValidations });
    this.performSelfAnalysis();
  }

  /** A row of operands and operators. */
  readonly row: ParserMethod<[], Piece[]> = this.RULE("row", () => {
    const pieces: Piece[] = [];
    this.MANY(() => {
      this.OR([
        { ALT: () => this.operator(this.CONSUME(token.operatorWord), pieces) },
        { ALT: () => this.operator(this.CONSUME(token.operatorSign), pieces) },
        { ALT: () => pieces.push(this.SUBRULE(this.operand)) },
      ]);
    });
    return pieces;
  });

  private readonly operand: ParserMethod<[], Syntax> = this.RULE("operand", () =>
    this.OR([
      { ALT: () => this.leaf(readNumber, this.CONSUME(token.number)) },
      { ALT: () => this.leaf(readDate, this.CONSUME(token.date)) },
      { ALT: () => this.leaf(readTruth, this.CONSUME(token.truth)) },
      { ALT: () => this.leaf(readName, this.CONSUME(token.quoted)) },
      { ALT: () => this.SUBRULE(this.nameOrCall) },
      { ALT: () => this.SUBRULE(this.parentheses) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.choice) },
    ]),
  );

  private readonly nameOrCall: ParserMethod<[], Syntax> = this.RULE("nameOrCall", () => {
    const name = this.CONSUME(token.name);
    const group = this.OPTION(() => this.SUBRULE(this.parentheses));
    return this.ACTION((): Syntax => {
      const read = readName(name, this.report);
      if (group === undefined || read.kind !== "name") return { ...read, end: group?.end ?? read.end };
      const of = group.kind === "list" ? group.of : group.kind === "group" ? [group.of] : [];
      return { kind: "call", name: read.name, of, start: read.start, end: group.end };
    });
  });

  /** An expression in parentheses, or, in a call or by mistake, several. */
  private readonly parentheses: ParserMethod<[], Syntax> = this.RULE("parentheses", () => {
    const open = this.CONSUME(token.open);
    const rows = this.SUBRULE(this.rows);
    const close = this.OPTION(() => this.CONSUME(token.close));
    return this.ACTION((): Syntax => {
      const span = this.brackets(open, close, ")");
      const [only, ...others] = this.bindAll(rows, span);
      if (only === undefined) return { kind: "list", square: false, of: [], ...span };
      if (others.length > 0) return { kind: "list", square: false, of: [only, ...others], ...span };
      return { kind: "group", of: only, ...span };
    });
  });

  private readonly list: ParserMethod<[], Syntax> = this.RULE("list", () => {
    const open = this.CONSUME(token.openList);
    const rows = this.SUBRULE(this.rows);
    const close = this.OPTION(() => this.CONSUME(token.closeList));
    return this.ACTION((): Syntax => {
      const span = this.brackets(open, close, "]");
      return { kind: "list", square: true, of: this.bindAll(rows, span), ...span };
    });
  });

  private readonly rows: ParserMethod<[], Piece[][]> = this.RULE("rows", () => {
    const rows = [this.SUBRULE(this.row)];
    this.MANY(() => {
      this.CONSUME(token.comma);
      rows.push(this.SUBRULE2(this.row));
    });
    return rows;
  });

  private readonly choice: ParserMethod<[], Syntax> = this.RULE("choice", () => {
    const start = this.CONSUME(token.if);
    const when = this.SUBRULE(this.row);
    const then = this.OPTION(() => ({ word: this.CONSUME(token.then), row: this.SUBRULE2(this.row) }));
    const otherwise = this.OPTION2(() => ({ word: this.CONSUME(token.else), row: this.SUBRULE3(this.row) }));
    return this.ACTION(() => this.choose(start, when, then, otherwise));
  });

  private choose(start: IToken, when: Piece[], then?: Part, otherwise?: Part): Syntax {
    for (const word of [start, then?.word, otherwise?.word]) if (word !== undefined) checkCase(word, this.report);
    const condition = this.bind(when, spanOf(start));
    if (then === undefined || otherwise === undefined) {
      const missing = then === undefined ? "then" : "else";
      const called = condition.kind === "broken" && when[0]?.kind === "list" ? when[0].of : [];
      const [first = "CONDITION", second = "VALUE", third = "VALUE"] = called.map(({ start, end }) =>
        this.text.slice(start, end),
      );
      const hint = `write \`if ${first} then ${second} else ${third}\``;
      this.report(error(`missing-${missing}`, spanOf(start), `this \`if\` has no \`${missing}\``, hint));
    }
    const first = this.part(then, condition.end);
    const second = this.part(otherwise, first.end);
    return { kind: "if", when: condition, then: first, else: second, start: start.startOffset, end: second.end };
  }

  private part(part: Part | undefined, end: number): Syntax {
    return part === undefined ? { kind: "broken", start: end, end } : this.bind(part.row, spanOf(part.word));
  }

  private leaf(read: typeof readName, image: IToken): Syntax {
    return this.ACTION(() => read(image, this.report));
  }

  private operator(image: IToken, pieces: Piece[]): void {
    this.ACTION(() => pieces.push(readOperator(image, this.report)));
  }

  /** Binds the rows between commas; nothing at all is no row. */
  private bindAll(rows: readonly Piece[][], span: TextSpan): Syntax[] {
    if (rows.length === 1 && rows[0]?.length === 0) return [];
    return rows.map((row) => this.bind(row, span));
  }

  bind(pieces: readonly Piece[], around: TextSpan): Syntax {
    return bind(pieces, around, { text: this.text, report: this.report });
  }

  private brackets(open: IToken, close: IToken | undefined, expected: string): TextSpan {
    const before = this.LA(0);
    if (close === undefined) {
      const message = `\`${open.image}\` is not closed: \`${expected}\` was expected`;
      this.report(error("unclosed-bracket", spanOf(open), message));
    }
    return { start: open.startOffset, end: spanOf(close ?? before).end };
  }
}

/** A word of `if` with the row after it. */
interface Part {
  readonly word: IToken;
  readonly row: Piece[];
}

const lexer = createLexer(true);
const parser = new ExpressionParser(true);

/** Has Chevrotain check vocabulary and grammar, which takes too long for every start; throws if they are unsound. */
export function validateGrammar(): void {
  createLexer(false);
  new ExpressionParser(false);
}

/**
 * Reads an expression. `syntax` is null where the text cannot be read at all; else it is the tree as far as it makes
 * sense, worth resolving for further complaints even if there are problems already.
 */
export function parseExpression(text: string): { syntax: Syntax | null; problems: ExpressionProblem[] } {
  const whole = { start: 0, end: text.length };
  if (text.trim() === "") {
    return failure(error("empty-expression", whole, "an expression was expected, but there is nothing"));
  }
  if (text.length > lengthMax) {
    const message = `the expression has ${text.length} characters; ${lengthMax} are allowed`;
    return failure(error("expression-too-long", whole, message, "name parts of it under `terms`"));
  }
  const { tokens, errors } = lexer.tokenize(text);
  if (errors.length > 0) {
    const unknown = errors.map(({ offset, length }) =>
      unknownCharacters({ start: offset, end: offset + length }, text),
    );
    return { syntax: null, problems: unknown.slice(0, problemsMax) };
  }
  if (nesting(tokens) > depthMax) return failure(tooDeep(whole));
  return parseTokens(text, tokens);
}

function parseTokens(text: string, tokens: IToken[]): { syntax: Syntax | null; problems: ExpressionProblem[] } {
  parser.text = text;
  parser.problems = [];
  parser.input = tokens;
  const row = parser.row();
  const unread = parser.errors[0]?.token;
  const problems = parser.problems;
  if (unread !== undefined) problems.push(unexpected(unread));
  const syntax =
    row === undefined || (row.length === 0 && problems.length > 0)
      ? null
      : parser.bind(row, spanOf(unread ?? (tokens[0] as IToken)));
  if (syntax !== null && depthOf(syntax) > depthMax) return failure(tooDeep(syntax));
  problems.sort((one, other) => one.start - other.start || one.end - other.end);
  return { syntax, problems: problems.slice(0, problemsMax) };
}

function failure(problem: ExpressionProblem): { syntax: null; problems: ExpressionProblem[] } {
  return { syntax: null, problems: [problem] };
}

function tooDeep(span: TextSpan): ExpressionProblem {
  const message = `the expression is nested more than ${depthMax} levels deep`;
  return error("expression-too-deep", span, message, "name parts of it under `terms`");
}

/** The complaint about a token at which the outermost row ended. */
function unexpected(unread: IToken): ExpressionProblem {
  const span = spanOf(unread);
  if (unread.tokenType === token.comma) {
    const message = "a comma stands only between the items of a list or the arguments of a function";
    return error("unexpected-comma", span, message, "fractions are written with a point, like `0.5`");
  }
  if (unread.tokenType === token.then || unread.tokenType === token.else) {
    const message = `\`${unread.image}\` has no \`if\` before it`;
    return error(`stray-${unread.image.toLowerCase()}`, span, message, "write `if CONDITION then VALUE else VALUE`");
  }
  return error("unopened-bracket", span, `\`${unread.image}\` closes nothing that was opened`);
}

/** An upper bound on how deep the parser will recurse, so that it cannot exhaust the stack. */
function nesting(tokens: readonly IToken[]): number {
  let open = 0;
  let choices = 0;
  let deepest = 0;
  let signs = 0;
  for (const { tokenType } of tokens) {
    if (tokenType === token.open || tokenType === token.openList) open++;
    else if (tokenType === token.close || tokenType === token.closeList) open--;
    else if (tokenType === token.if) choices++;
    signs = tokenType === token.operatorSign || tokenType === token.operatorWord ? signs + 1 : 0;
    deepest = Math.max(deepest, open + choices + signs);
  }
  return deepest;
}

/** Levels of the tree, counted without recursion: a long sum is a deep tree. */
function depthOf(syntax: Syntax): number {
  let level: Syntax[] = [syntax];
  let depth = 0;
  while (level.length > 0) {
    depth++;
    level = level.flatMap(syntaxParts);
  }
  return depth;
}
