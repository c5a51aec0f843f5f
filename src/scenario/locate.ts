/**
 * Finds the node of a document that a path of the model names, for faults and findings that come after reading.
 *
 * Paths follow the document (`moves.deliver_rejection.then.patience`, `variants.rejection.script.2`). What the document
 * writes shorter than the model (a single tally entry, a flag's value) is allowed for.
 */
import { childOf, entryOf, type MapNode, type Node, type Range, rangeWithin, type ScalarNode } from "./node.ts";

/** The most exact place that the document has for a path; null if it does not know its first word. */
export function locateNode(root: MapNode, path: string): ScalarNode | Range | null {
  const [first = "", ...rest] = path.split(".");
  if (first === "initial") {
    const id = rest[0] ?? "";
    const section = entryOf(childOf(root, "tracks"), id) === null ? "variables" : "tracks";
    const holder = childOf(childOf(root, section), id);
    const written = entryOf(holder, "initial") ?? entryOf(holder, "flag");
    if (written === null) return entryOf(childOf(root, section), id)?.key ?? null;
    return written.value.kind === "scalar" ? written.value : written.key;
  }
  const entry = entryOf(root, first);
  // An entry of a section is pointed at by its id, even where it is short enough to be written in one word.
  const named = rest.length === 1 ? entryOf(entry?.value ?? null, rest[0] ?? "") : null;
  if (named !== null) return named.key;
  return entry === null ? null : descend(entry.value, entry.key, rest);
}

function descend(node: Node, key: Range, path: readonly string[]): ScalarNode | Range {
  const [name, ...rest] = path;
  // A whole map is no place to point at: its key is.
  if (name === undefined) return node.kind === "scalar" && node.value !== null ? node : key;
  if (/^\d+$/.test(name) && node.kind !== "scalar") {
    const item = node.kind === "list" ? node.items[Number(name)] : undefined;
    if (item !== undefined) return descend(item, item, rest);
    if (node.kind === "map" && entryOf(node, name) === null) return descend(node, key, rest);
  }
  const entry = entryOf(node, name);
  return entry === null
    ? node.kind === "scalar" && node.value !== null
      ? node
      : key
    : descend(entry.value, entry.key, rest);
}

/** A word within what stands at a path, or the whole of it where the word does not stand there. */
export function locateWord(root: MapNode, path: string, word: string): Range | null {
  const node = locateNode(root, path);
  if (node === null || !("offsetOf" in node)) return node;
  const found = new RegExp(`(?<![a-z0-9_])${word}(?![a-z0-9_])`).exec(node.text);
  return found === null ? node : rangeWithin(node, found.index, found.index + word.length);
}
