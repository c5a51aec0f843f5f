/**
 * Reads YAML text into the tree of nodes, and refuses what YAML can do but a scenario never needs.
 *
 * YAML 1.2, core schema, one document, one map. Tags, anchors, aliases, merges and directives are refused, so a
 * document means what it says and costs what it weighs. It knows nothing of scenarios: which keys exist is the
 * shape's business, what they mean the readers'.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar, type Node as YamlNode } from "yaml";
import { align } from "./alignment.ts";
import { type Complaints, placeOf } from "./complaints.ts";
import type { Entry, MapNode, Node, Range, ScalarNode } from "./node.ts";
import { commaMistake, explainYaml } from "./yamlMistake.ts";

/** Larger documents are refused before they are parsed. */
export const documentBytesMax = 2 * 1024 * 1024;

/** Deeper nesting than this is no scenario. */
const depthMax = 64;

const tooDeep = `the document is nested more than ${depthMax} levels deep, which no scenario needs`;

/** So many errors of the parser are looked at. */
const yamlErrorsMax = 2000;

/** A tag is looked for so far before the value it belongs to. */
const tagReach = 300;

/** Reads a document; null where it cannot be trusted any further. */
export function readDocument(complaints: Complaints): MapNode | null {
  const { text } = complaints.source;
  const origin: Range = { start: 0, end: 0 };
  if (text.length > documentBytesMax || new TextEncoder().encode(text).length > documentBytesMax) {
    const megabytes = documentBytesMax / 1024 / 1024;
    complaints.error("too-large", origin, `the document is larger than ${megabytes} MB, which no scenario needs`);
    return null;
  }
  if (bracketDepth(text) > depthMax) {
    complaints.error("too-deep", origin, tooDeep);
    return null;
  }
  const gap = emptyItems(text);
  if (gap !== null) {
    complaints.error(
      "empty-items",
      { start: gap, end: gap + 1 },
      "hundreds of commas have nothing between them",
      "remove them",
    );
    return null;
  }
  const document = parseYaml(text, complaints);
  if (document === null) return null;
  const trusted = reportYaml(document.errors, complaints);
  if (document.directives?.yaml.explicit === true) {
    complaints.error(
      "yaml-directive",
      origin,
      "a `%YAML` line changes how the text is read and is not accepted",
      "remove the line: scenarios are YAML 1.2",
    );
    return null;
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    if (!complaints.hasErrors) {
      complaints.error(
        "empty-document",
        origin,
        "the document is empty, but a scenario was expected",
        "begin with `demarche: 2`, or let `demarche new` write a first scenario",
      );
    }
    return null;
  }
  const root = new TreeBuilder(complaints).build(document.contents, 0);
  if (!trusted) return null;
  if (root.kind !== "map") {
    complaints.error("not-a-map", root, "a scenario is a map of `key: value` entries, beginning with `demarche: 2`");
    return null;
  }
  return root;
}

function parseYaml(text: string, complaints: Complaints): ReturnType<typeof parseDocument> | null {
  try {
    return parseDocument(text, {
      version: "1.2",
      schema: "core",
      prettyErrors: false,
      uniqueKeys: false,
      merge: false,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    complaints.error("too-deep", { start: 0, end: 0 }, tooDeep);
    return null;
  }
}

/** Reports the parser's errors; says whether the tree can be trusted. */
function reportYaml(errors: ReturnType<typeof parseDocument>["errors"], complaints: Complaints): boolean {
  const { text } = complaints.source;
  const told = new Set<string>();
  let trusted = true;
  for (const error of errors.slice(0, yamlErrorsMax)) {
    const mistake = explainYaml(error, text);
    const [start, end] = error.pos;
    const rest = text.slice(start, start + 200).split(/[\r\n]/, 1)[0] ?? "";
    const length = mistake.restOfLine ? rest.trimEnd().length : Math.min(end - start, rest.length);
    const place = `${mistake.code} ${placeOf(complaints.source, start).line}`;
    // After a comma inside braces every following token is a surprise; the first says it all.
    const echo = told.has(place) || (told.size > 0 && mistake.code === "yaml-syntax");
    told.add(place);
    if (!echo)
      complaints.syntax(mistake.code, { start, end: start + Math.max(1, length) }, mistake.message, mistake.hint);
    trusted &&= mistake.harmless;
  }
  return trusted;
}

/** Nesting of `[` and `{` as deep as they are ever written, quotes or not: a cheap bound before parsing. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    // Brackets in prose need not be closed; a new line at the margin starts anew.
    else if (code === 10 && /[a-z]/.test(text.charAt(at + 1))) depth = 0;
  }
  return deepest;
}

/** Where hundreds of commas stand with nothing between them, or null: the parser would complain of each of millions. */
function emptyItems(text: string): number | null {
  let first = 0;
  let row = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c) {
      if (row === 0) first = at;
      if (++row >= 500) return first;
    } else if (code > 32) row = 0;
  }
  return null;
}

class TreeBuilder {
  readonly #complaints: Complaints;
  readonly #text: string;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
    this.#text = complaints.source.text;
  }

  build(node: YamlNode | null, fallback: number, depth = 0): Node {
    const [start, end] = node?.range ?? [fallback, fallback];
    if (node === null) return blank(start, end);
    if (depth > depthMax) {
      this.#complaints.syntax("too-deep", { start, end: start + 1 }, tooDeep, null);
      return blank(start, end);
    }
    if (isAlias(node)) {
      this.#complaints.syntax(
        "yaml-alias",
        { start, end },
        `\`*${node.source}\` stands for an anchor elsewhere, which scenarios do not have: nothing is written in two places at once`,
        "write the value out, or use `each` for entries that differ in a word",
      );
      return blank(start, end);
    }
    this.#refuseProperties(node, start);
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(isNode(item) ? item : null, start, depth + 1));
      return { kind: "list", start, end: this.#trimmed(start, end), items };
    }
    return isScalar(node) ? this.#scalar(node, start, end) : blank(start, end);
  }

  #refuseProperties(node: YamlNode, start: number): void {
    if ("anchor" in node && typeof node.anchor === "string") {
      const at = Math.max(0, this.#text.lastIndexOf("&", start));
      this.#complaints.syntax(
        "yaml-anchor",
        { start: at, end: at + node.anchor.length + 1 },
        `\`&${node.anchor}\` names an anchor, which scenarios do not have`,
        node.anchor === "&" ? "write `and` for `&&`, and put a value that begins with & into quotes" : "remove it",
      );
    }
    if (typeof node.tag !== "string") return;
    const from = Math.max(0, start - tagReach);
    const found = /(!\S*)\s*$/.exec(this.#text.slice(from, start));
    const tag = found?.[1] ?? node.tag;
    const at = found === null ? start : from + found.index;
    const rest = isScalar(node) && typeof node.value === "string" ? node.value : "";
    const meant = `${tag.slice(1)} ${rest}`.trim();
    this.#complaints.syntax(
      "yaml-tag",
      { start: at, end: at + tag.length },
      `YAML reads \`${tag}\` as a tag and drops it from the value, so \`${rest}\` alone would be left`,
      /^![a-z(]/.test(tag) ? `write \`not ${meant}\`, or put the whole expression into quotes` : "remove the tag",
    );
  }

  #map(node: YamlNode & { items: unknown[] }, depth: number): MapNode {
    const [start, end] = node.range ?? [0, 0];
    const entries = new Map<string, Entry>();
    const flow = this.#text.charAt(start) === "{";
    for (const pair of node.items as { key: unknown; value: unknown }[]) {
      const entry = this.#entry(pair, flow, start, depth);
      if (entry === null) continue;
      const { key } = entry;
      const earlier = entries.get(key.text);
      if (earlier === undefined) entries.set(key.text, entry);
      else {
        const { line } = placeOf(this.#complaints.source, earlier.key.start);
        this.#complaints.error(
          "duplicate-key",
          key,
          `\`${key.text}\` stands here a second time; the first is in line ${line}`,
          "remove one of them, or merge the two",
        );
      }
    }
    return { kind: "map", start, end: this.#trimmed(start, end), entries: [...entries.values()] };
  }

  #entry(pair: { key: unknown; value: unknown }, flow: boolean, start: number, depth: number): Entry | null {
    const keyNode = isNode(pair.key) ? pair.key : null;
    const key = this.build(keyNode, start, depth + 1);
    if (key.kind !== "scalar") {
      this.#complaints.syntax(
        "yaml-key",
        key,
        "a key must be a plain word, but here is a list or a map",
        "put a text that begins with [ or { into quotes",
      );
      return null;
    }
    const bare = flow && pair.value === null;
    if (bare && !/^[A-Za-z_$][\w$-]*$/.test(key.text)) {
      this.#complaints.syntax(commaMistake.code, key, commaMistake.message, commaMistake.hint);
      return null;
    }
    if (key.text === "<<") {
      this.#complaints.syntax(
        "yaml-merge",
        key,
        "`<<` merges an anchor, which scenarios do not have",
        "write the entries out",
      );
      return null;
    }
    return { key, value: this.build(isNode(pair.value) ? pair.value : null, key.end, depth + 1), bare };
  }

  #scalar(node: Scalar, start: number, end: number): ScalarNode {
    const { value, type } = node;
    const plain = type === undefined || type === "PLAIN";
    const block = type === "BLOCK_FOLDED" || type === "BLOCK_LITERAL";
    if (typeof value === "number" && !Number.isFinite(value)) {
      this.#complaints.error(
        "yaml-number",
        { start, end },
        `\`${this.#text.slice(start, end)}\` is no number that a scenario can use`,
      );
    }
    const known = value === null || ["string", "number", "boolean"].includes(typeof value);
    const resolved = known ? (value as ScalarNode["value"]) : (node.source ?? "");
    const text = typeof resolved === "string" ? resolved : (node.source ?? String(resolved ?? ""));
    const style = plain ? "plain" : block ? "block" : "quoted";
    const quote = type === "QUOTE_SINGLE" ? "'" : type === "QUOTE_DOUBLE" ? '"' : null;
    return {
      kind: "scalar",
      start,
      end: this.#trimmed(start, end),
      value: resolved,
      text,
      style,
      offsetOf: this.#offsets(text, start, end, quote, block),
    };
  }

  /** The mapping from a text to its source, worked out when the first complaint asks for it. */
  #offsets(
    text: string,
    start: number,
    end: number,
    quote: "'" | '"' | null,
    block: boolean,
  ): (index: number) => number {
    let offsets: readonly number[] | null | undefined;
    return (index) => {
      if (offsets === undefined) {
        const header = block ? this.#text.slice(start, end).search(/[\r\n]/) : 0;
        const from = start + (quote === null ? Math.max(0, header) : 1);
        offsets = align(text, this.#text, { start: from, end: quote === null ? end : end - 1 }, quote);
      }
      return offsets?.[Math.min(index, text.length)] ?? start;
    };
  }

  /** The end of a node without the white space and line breaks that block styles count in. */
  #trimmed(start: number, end: number): number {
    let at = end;
    while (at > start && /\s/.test(this.#text.charAt(at - 1))) at--;
    return at;
  }
}

function isNode(value: unknown): value is YamlNode {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function blank(start: number, end: number): ScalarNode {
  return { kind: "scalar", start, end, value: null, text: "", style: "plain", offsetOf: () => start };
}
