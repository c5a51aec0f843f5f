/**
 * Diagnostics as people read them at a terminal: place, message, the line with the span marked, and the hint.
 */
import { type Source, sourceOf } from "./complaints.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";

export interface DiagnosticStyle {
  /** Colours by ANSI escapes. */
  readonly colour: boolean;
}

/** Longer lines are cut around the span. */
const excerptMax = 140;

/** Renders diagnostics with excerpts of the texts they are about. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  textsByFile: ReadonlyMap<string, string>,
  style: DiagnosticStyle,
): string {
  const sources = new Map([...textsByFile].map(([file, text]) => [file, sourceOf(file, text)]));
  return diagnostics.map((diagnostic) => format(diagnostic, sources, style)).join("\n");
}

function format(diagnostic: Diagnostic, sources: ReadonlyMap<string, Source>, style: DiagnosticStyle): string {
  const { span, severity, message, hint } = diagnostic;
  const paint = painter(style.colour);
  const tone = severity === "error" ? "31" : "33";
  const head = `${span.file}:${span.line}:${span.column}: ${paint(tone, `${severity}:`)} ${paint("1", printable(message))}`;
  const source = sources.get(span.file);
  const excerpt = source === undefined ? [] : excerptOf(source, span, (marks) => paint(tone, marks));
  const advice = hint === null ? [] : [`  ${paint("36", "hint:")} ${printable(hint)}`];
  return [head, ...excerpt, ...advice, ""].join("\n");
}

function painter(colour: boolean): (code: string, text: string) => string {
  return (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
}

/** The first line of a span, and marks under what the span covers of it. */
function excerptOf(source: Source, span: Span, paint: (marks: string) => string): readonly string[] {
  const line = lineOf(source, span.line);
  if (line.trim() === "") return [];
  const start = Math.min(span.column - 1, line.length);
  const end = span.endLine === span.line ? Math.min(span.endColumn - 1, line.length) : line.trimEnd().length;
  const from = line.length > excerptMax ? Math.max(0, start - 40) : 0;
  const shown = line.slice(from, from + excerptMax);
  const lead = from > 0 ? "..." : "";
  const tail = from + excerptMax < line.length ? "..." : "";
  const number = String(span.line);
  const indent = Array.from(shown.slice(0, start - from), blankFor).join("");
  const marks = "^".repeat(Math.max(1, widthOf(shown.slice(start - from, Math.max(start, end) - from))));
  return [
    `  ${number} | ${lead}${printable(shown)}${tail}`,
    `  ${" ".repeat(number.length)} | ${" ".repeat(lead.length)}${indent}${paint(marks)}`,
  ];
}

function lineOf(source: Source, line: number): string {
  const start = source.lineStarts[line - 1] ?? source.text.length;
  return source.text.slice(start, source.lineStarts[line] ?? source.text.length).replace(/[\r\n]+$/, "");
}

/** White space as wide as a character: a tab stays a tab, so that the marks stay below what they mark. */
function blankFor(character: string): string {
  return character === "\t" ? "\t" : " ".repeat(widthOf(character));
}

/** Columns that a text takes at a terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{Mark}|\p{Cf}/u.test(character) ? 0 : isWide(character) ? 2 : 1;
  return width;
}

function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
    character,
  );
}

/** Control characters, which would drive a terminal, and those that reverse the reading order, made visible. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (found) => (found === "\t" ? found : "\ufffd"));
}
