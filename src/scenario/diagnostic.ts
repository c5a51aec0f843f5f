/**
 * A complaint about a document: what is wrong, where, and what to do. The only way in which bad input is reported.
 *
 * Lines and columns count from 1, in UTF-16 code units as editors do; the end is exclusive.
 */

export interface Span {
  /** File name as the reader was given it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable kebab-case name of the complaint, such as `unknown-move`. */
  readonly code: string;
  readonly span: Span;
  /** One sentence: what is wrong and what was expected. */
  readonly message: string;
  /** What to write instead, where that is known. */
  readonly hint: string | null;
  /** Of the line that ends a long list: how many more there are, which are not listed. */
  readonly unlisted?: number;
}

/** How many complaints of a severity there are, those that are not listed included. */
export function countOf(severity: Diagnostic["severity"], diagnostics: readonly Diagnostic[]): number {
  return diagnostics.reduce((sum, found) => sum + (found.severity === severity ? (found.unlisted ?? 1) : 0), 0);
}
