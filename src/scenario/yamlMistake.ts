/**
 * What YAML's own errors mean to somebody who writes a scenario.
 *
 * The parser says which token it did not expect; this file says what the author most likely did (a comma inside
 * `{...}`, a colon inside a sentence, a tab) and what to write instead. Words only: it decides nothing else.
 */
import type { YAMLError } from "yaml";

export interface YamlMistake {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** Whether the rest of the tree can still be trusted. */
  readonly harmless: boolean;
  /** Whether the rest of the line belongs to it. */
  readonly restOfLine?: true;
}

const lineAround = (text: string, at: number): string => {
  const start = Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
  const end = text.slice(at).search(/[\r\n]/);
  return text.slice(start, end < 0 ? text.length : at + end);
};

/** Whether an unclosed `{` or `[` stands before this place on its line. */
const insideFlow = (text: string, at: number): boolean => {
  const before = text.slice(Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1, at);
  return /^\s*(- )?[^\s"'#][^:"']*:\s+\{/.test(before) || /^\s*- \{/.test(before);
};

/** The message on what a comma or bracket does between braces. */
export const commaMistake: YamlMistake = {
  code: "yaml-flow-comma",
  message: "between { and } a comma ends an entry and a bracket begins a list, so this expression is cut in two",
  hint: "put the expression into quotes, or write the map in block style with one entry a line",
  harmless: false,
};

const tab: YamlMistake = {
  code: "yaml-tab",
  message: "a tab stands in the indentation, where YAML allows only spaces",
  hint: "replace the tab by spaces",
  harmless: false,
};

type Mishap = Pick<YAMLError, "code" | "message" | "pos">;

/** As much of the text around an error as can matter; a document may be one line of megabytes. */
const reach = 1000;

/** Explains an error of the YAML parser. */
export function explainYaml(error: YAMLError, whole: string): YamlMistake {
  const from = Math.max(0, error.pos[0] - reach);
  const { code, message } = error;
  const start = error.pos[0] - from;
  const text = whole.slice(from, from + 2 * reach);
  return explain({ code, message, pos: [start, Math.min(error.pos[1] - from, text.length)] }, text);
}

function explain(error: Mishap, text: string): YamlMistake {
  const [start, end] = error.pos;
  const line = lineAround(text, start);
  switch (error.code) {
    case "RESOURCE_EXHAUSTION":
      return plain("too-deep", "the document is nested deeper than any scenario needs", null);
    case "TAB_AS_INDENT":
      return tab;
    case "MULTIPLE_DOCS":
      return {
        code: "yaml-documents",
        message: "a second document begins here, but a file holds one scenario",
        hint: "put each scenario into its own file, and remove the line with --- or ...",
        harmless: true,
      };
    case "BLOCK_AS_IMPLICIT_KEY":
      return explainNested(text, start);
    case "MULTILINE_IMPLICIT_KEY":
      return explainLoose(text.slice(start, end));
    case "MISSING_CHAR":
      return /quote/.test(error.message)
        ? plain("yaml-quote", "the closing quote is missing", "close the text with the quote that opened it")
        : fallback(error, text);
    case "BAD_DQ_ESCAPE":
      return {
        code: "yaml-escape",
        message: `${text.slice(start, end)} is no escape that YAML knows between double quotes`,
        hint: "write the backslash twice, or use single quotes",
        harmless: true,
      };
    case "BAD_SCALAR_START":
      return {
        code: "yaml-character",
        message: `a value cannot begin with ${text.charAt(start)} without quotes`,
        hint: "put the value into quotes",
        harmless: true,
      };
    case "BAD_INDENT":
      if (/Flow/.test(error.message)) {
        if (insideFlow(text, start) && /[,[]/.test(line)) return commaMistake;
        return plain("yaml-bracket", "a { or [ that was opened before is not closed here", "close it with } or ]");
      }
      return indentation;
    default:
      return fallback(error, text);
  }
}

const indentation: YamlMistake = {
  code: "yaml-indentation",
  message: "this line is not indented like its neighbours, so it belongs to nothing",
  hint: "align it with the entries it belongs to",
  harmless: false,
};

function explainNested(text: string, start: number): YamlMistake {
  const line = text.slice(start).split(/[\r\n]/, 1)[0] ?? "";
  if (!/:(\s|$)/.test(line)) return indentation;
  return {
    code: "yaml-colon",
    message: "a colon followed by a space begins a new entry, so this text is cut in two",
    hint: `put the whole text into quotes: "${line.trim().replaceAll('"', "'")}"`,
    harmless: true,
    restOfLine: true,
  };
}

function explainLoose(written: string): YamlMistake {
  const glued = /^[\w$-]+:\S/.exec(written);
  return plain(
    "yaml-colon-space",
    "here is a text where an entry `key: value` was expected",
    glued === null ? "write `key: value`, or indent the line below its key" : "put a space after the colon",
  );
}

function fallback(error: Mishap, text: string): YamlMistake {
  const [start, end] = error.pos;
  if (insideFlow(text, start) && /[,[]/.test(lineAround(text, start))) return commaMistake;
  if (/at node end/.test(error.message) && /["']\s*$/.test(text.slice(0, start))) {
    return plain(
      "yaml-after-quote",
      "the text goes on after its closing quote",
      "put the whole value into quotes (with the other kind of quote around it), or leave the quotes out",
    );
  }
  if (/^Implicit (?:map )?keys? need/.test(error.message)) return explainLoose(text.slice(start, end));
  if (/Not a YAML token/.test(error.message)) {
    return plain(
      "yaml-block-header",
      "> and | begin a text on the lines below, so nothing may follow them on this line",
      "put the expression into quotes if it should begin so, or move the text to the next line",
    );
  }
  const found = text.slice(start, end).split(/[\r\n]/, 1)[0] ?? "";
  return plain(
    "yaml-syntax",
    `YAML cannot read this: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
    found === "" ? null : `look at \`${found.slice(0, 40)}\`: is it indented or quoted as meant?`,
  );
}

function plain(code: string, message: string, hint: string | null): YamlMistake {
  return { code, message, hint, harmless: false };
}
