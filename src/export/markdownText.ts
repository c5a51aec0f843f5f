/**
 * An author's texts inside a Markdown page: shown letter for letter, never taken for Markdown or HTML.
 *
 * A text becomes one line. Signs of Markdown get a backslash, those of HTML and of tables become entities, which hold in
 * every renderer; what steers a terminal or the direction of writing is left out. An
 * underscore within a word is none of Markdown's signs.
 */
import type { Texts } from "../scenario/texts.ts";

const steering = /(?!\s)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

const entities: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "|": "&#124;", "&": "&amp;" };

/** A text as Markdown that shows it. */
export function escapedText(text: string): string {
  return text
    .replaceAll(steering, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(/[\\`*~[\]#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replaceAll(/[<>|]|&(?=#?\w+;)/g, (sign) => entities[sign] ?? sign)
    .replace(/^[-+=]/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?= |$)/, "$1\\$2");
}

/** All texts of a scenario as Markdown that shows them. */
export function escapedTexts(texts: Texts): Texts {
  const optional = (text: string | null): string | null => (text === null ? null : escapedText(text));
  return {
    title: escapedText(texts.title),
    description: optional(texts.description),
    note: optional(texts.note),
    names: each(texts.names, escapedText),
    descriptions: each(texts.descriptions, escapedText),
    notes: each(texts.notes, escapedText),
    questions: each(texts.questions, escapedText),
    claims: each(texts.claims, escapedText),
    sources: each(texts.sources, ({ title, date, grade, url }) => ({
      title: escapedText(title),
      date: optional(date),
      grade: optional(grade),
      url: optional(url),
    })),
    briefing: each(texts.briefing, (paragraphs) => paragraphs.map(escapedText)),
  };
}

function each<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
