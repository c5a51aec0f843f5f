/**
 * A document as a tree of nodes, each of which knows where in the file it was written.
 *
 * The tree is what all readers of a document share: YAML is gone, `each` is expanded in it, older versions are
 * upgraded in it, and whatever a node became, its range still points at the source. A scalar can say for every
 * character of its text where that character stands, through quotes, escapes, folding and parameters.
 */

/** A stretch of the source text: offsets in UTF-16 code units, the end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends Range {
  readonly kind: "scalar";
  /** As YAML 1.2 resolves it; null where nothing is written. */
  readonly value: string | number | boolean | null;
  /** As written, without quotes, escapes and folding: what expressions and ids are read from. */
  readonly text: string;
  readonly style: "plain" | "quoted" | "block";
  /** Where in the source the character at this index of the text stands. */
  readonly offsetOf: (index: number) => number;
}

interface ListNode extends Range {
  readonly kind: "list";
  readonly items: readonly Node[];
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
  /** A key in a `{...}` map that no colon follows. */
  readonly bare: boolean;
}

export interface MapNode extends Range {
  readonly kind: "map";
  /** In document order; no two keys have the same text. */
  readonly entries: readonly Entry[];
}

export type Node = ScalarNode | ListNode | MapNode;

/** The entry of a map under a key. */
export function entryOf(node: Node | null, key: string): Entry | null {
  if (node?.kind !== "map") return null;
  if (node.entries.length <= shortMap) return node.entries.find((entry) => entry.key.text === key) ?? null;
  let index = indices.get(node);
  if (index === undefined) {
    index = new Map(node.entries.map((entry) => [entry.key.text, entry]));
    indices.set(node, index);
  }
  return index.get(key) ?? null;
}

/** Longer maps are looked up by an index, made when first needed. */
const shortMap = 12;
const indices = new WeakMap<MapNode, ReadonlyMap<string, Entry>>();

/** The value of a map under a key. */
export function childOf(node: Node | null, key: string): Node | null {
  return entryOf(node, key)?.value ?? null;
}

/** The entries of a map; none where there is no map. */
export function entriesOf(node: Node | null): readonly Entry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** The members of a list, or the single thing that stands in its place; none where nothing is written. */
export function itemsOf(node: Node | null): readonly Node[] {
  if (node === null || isBlank(node)) return [];
  return node.kind === "list" ? node.items : [node];
}

/** Whether nothing is written where a value belongs. */
export function isBlank(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** The text of a scalar, or null where there is none. */
export function textOf(node: Node | null): string | null {
  return node?.kind === "scalar" && node.value !== null ? node.text : null;
}

/** Ids and other texts of a list (or of a single scalar), each with where it stands. */
export function textsOf(node: Node | null): readonly ScalarNode[] {
  return itemsOf(node).filter((item): item is ScalarNode => item.kind === "scalar");
}

/** Whether a condition such as `covert: true` is set. */
export function isTrue(node: Node | null): boolean {
  return node?.kind === "scalar" && node.value === true;
}

/** The source of the characters `start` to `end` of a scalar's text. */
export function rangeWithin(node: ScalarNode, start: number, end: number): Range {
  const from = node.offsetOf(start);
  return { start: from, end: end > start ? Math.max(from, node.offsetOf(end - 1)) + 1 : from };
}

/** The tree as plain values, which is what the shape of a document is tested on. */
export function plainValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plainValue(value)]));
}

/** What a node is, in the words of a message: `a list`, `the number 3`. */
export function describeNode(node: Node): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return node.entries.length === 0 ? "an empty map" : "a map";
  if (node.value === null) return "nothing";
  if (typeof node.value === "number") return `the number ${node.text}`;
  if (typeof node.value === "boolean") return node.text;
  return node.value.length > 40 ? "a text" : `the text "${node.value}"`;
}
