/**
 * Collects the complaints about one file, by offset, and turns them into diagnostics with lines and columns.
 *
 * The same complaint about the same place is kept once: an entry that `each` multiplies is wrong once, not six times.
 * Nothing here decides what is wrong.
 */
import { at } from "./at.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";
import type { Range } from "./node.ts";
import { nearest } from "./suggest.ts";

/** The text of a file and where its lines begin. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** Finds the lines of a text: they end in `\n`, `\r\n` or a lone `\r`, as in YAML. */
export function sourceOf(file: string, text: string): Source {
  const lineStarts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lineStarts.push(at + 1);
  }
  return { file, text, lineStarts };
}

/** Line and column of an offset, both counted from 1. */
export function placeOf(source: Source, offset: number): { line: number; column: number } {
  const { lineStarts } = source;
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (at(lineStarts, middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - at(lineStarts, low) + 1 };
}

/** The span of a range of offsets. */
export function spanOf(source: Source, range: Range): Span {
  const start = placeOf(source, range.start);
  const end = placeOf(source, Math.max(range.start, range.end));
  return { file: source.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** Entries of a section are indented by so much in a document in block style. */
const entryIndent = 2;

/** Nobody reads more errors or more warnings than this about one file; of the others their number is told. */
export const complaintsMax = 200;

/** Letters that are compared in search of names that may have been meant, for all complaints about a file together. */
const comparedMax = 20_000_000;

/** A longer name is no slip of the pen of another one. */
const nameMax = 80;

const messageMax = 600;

export class Complaints {
  readonly source: Source;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #counts = { error: 0, warning: 0 };
  readonly #seen = new Set<string>();
  readonly #lastPlaces = new Map<"error" | "warning", Span>();
  #compared = 0;
  readonly #doubted = new Set<number>();

  constructor(source: Source) {
    this.source = source;
  }

  /** What has been found, in the order of the document; what is too much to read is counted at the end. */
  get diagnostics(): readonly Diagnostic[] {
    const rest = (["error", "warning"] as const).flatMap((severity): readonly Diagnostic[] => {
      const more = this.#counts[severity] - complaintsMax;
      const span = this.#lastPlaces.get(severity);
      if (more <= 0 || span === undefined) return [];
      const what = more === 1 ? severity : `${severity}s`;
      const message = `and ${more} more ${what}, which are not listed`;
      return [{ severity, code: "more", span, message, hint: null, unlisted: more }];
    });
    return [...this.#diagnostics.toSorted(byPosition), ...rest];
  }

  get hasErrors(): boolean {
    return this.#counts.error > 0;
  }

  /**
   * The name that was probably meant by one that does not exist, or null. After very many names nobody looks any more,
   * so that a document in which everything is misspelt is read in good time.
   */
  nearest(name: string, candidates: Iterable<string>): string | null {
    if (name.length > nameMax || this.#compared > comparedMax) return null;
    const offered = [...candidates];
    this.#compared += offered.length * name.length;
    return nearest(name, offered);
  }

  error(code: string, at: Range, message: string, hint: string | null = null): void {
    this.#add("error", code, at, message, hint);
  }

  warning(code: string, at: Range, message: string, hint: string | null = null): void {
    this.#add("warning", code, at, message, hint);
  }

  /**
   * An error of YAML itself. What else is found in the same entry is left out: the entry does not say what its author
   * meant, so further complaints would only mislead.
   */
  syntax(code: string, at: Range, message: string, hint: string | null = null): void {
    const kept = this.#keep({ severity: "error", code, span: spanOf(this.source, at), message, hint }, at);
    if (kept) this.#doubt(placeOf(this.source, at.start).line);
  }

  #add(severity: "error" | "warning", code: string, at: Range, message: string, hint: string | null): void {
    const span = spanOf(this.source, at);
    if (!this.#doubted.has(span.line)) this.#keep({ severity, code, span, message, hint }, at);
  }

  #keep(diagnostic: Diagnostic, at: Range): boolean {
    const identity = `${diagnostic.code}:${at.start}:${at.end}`;
    if (this.#seen.has(identity)) return false;
    this.#seen.add(identity);
    if (this.#counts[diagnostic.severity]++ >= complaintsMax) {
      this.#lastPlaces.set(diagnostic.severity, diagnostic.span);
      return false;
    }
    const { message, hint } = diagnostic;
    this.#diagnostics.push({
      ...diagnostic,
      message: shortened(message),
      hint: hint === null ? null : shortened(hint),
    });
    return true;
  }

  /** Doubts the lines of the entry around a line: up to its key, and down to the next key beside it. */
  #doubt(line: number): void {
    if (this.#doubted.has(line)) return;
    const entry = Math.min(this.#indentOf(line), entryIndent);
    let first = line;
    while (first > 1 && this.#indentOf(first) > entry) first--;
    this.#doubted.add(first);
    for (let next = first + 1; next <= this.source.lineStarts.length && this.#indentOf(next) > entry; next++) {
      this.#doubted.add(next);
    }
  }

  /** How far a line is indented; lines without content belong to what is above them. */
  #indentOf(line: number): number {
    const start = this.source.lineStarts[line - 1] ?? this.source.text.length;
    const content = this.source.text.slice(start, this.source.lineStarts[line]).search(/[^ \t\r\n]/);
    return content < 0 ? Number.POSITIVE_INFINITY : content;
  }
}

/** A message quotes the document, which may be long. */
function shortened(text: string): string {
  return text.length <= messageMax ? text : `${text.slice(0, messageMax)}...`;
}

/** Diagnostics in the order in which their places are read. */
export function byPosition(one: Diagnostic, other: Diagnostic): number {
  return one.span.line - other.span.line || one.span.column - other.span.column || rank(one) - rank(other);
}

function rank(diagnostic: Diagnostic): number {
  return diagnostic.severity === "error" ? 0 : 1;
}
