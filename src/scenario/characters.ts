/**
 * Refuses characters that a text cannot have: they would drive a terminal, reverse the order in which a line is read, or
 * forge a line of a chronicle.
 *
 * Control characters, line and paragraph separators, overrides and isolates of the writing direction and halves of a
 * surrogate pair stand nowhere. Line breaks and tabs stand where texts run over several lines: descriptions, notes,
 * briefings, expressions; not in ids, nor in what is read as one line, such as names.
 */
import type { Complaints } from "./complaints.ts";
import { entriesOf, itemsOf, type Node, rangeWithin, type ScalarNode } from "./node.ts";

/** Never in any text. */
const unfit = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Texts that are read as one line, by their keys. */
const oneLine: ReadonlySet<string> = new Set(["name", "title", "question", "claim", "url", "grade", "date", "id"]);

/** Complains about every text of a document that has unfit characters, once for each text. */
export function refuseUnfitCharacters(root: Node, complaints: Complaints): void {
  const visit = (node: Node, key: string): void => {
    if (node.kind === "scalar") check(node, oneLine.has(key), complaints);
    else if (node.kind === "list") for (const item of itemsOf(node)) visit(item, key);
    for (const entry of entriesOf(node)) {
      check(entry.key, true, complaints);
      visit(entry.value, entry.key.text);
    }
  };
  visit(root, "");
}

function check(node: ScalarNode, inOneLine: boolean, complaints: Complaints): void {
  for (const { 0: found, index } of node.text.matchAll(unfit)) {
    const breaks = found === "\n" || found === "\t";
    // A text in block style ends with a line break, which nobody sees.
    if (breaks && (!inOneLine || index === node.text.length - 1)) continue;
    complaints.error(
      "bad-character",
      rangeWithin(node, index, index + found.length),
      breaks
        ? `a ${found === "\t" ? "tab" : "line break"} stands in a text that is read as one line`
        : `${called(found)} cannot stand in a text: it would change what a screen shows`,
      breaks ? "write it on one line, or in block style after `>-`" : "remove it",
    );
    return;
  }
}

/** A character in words: its code, and what it is where that has a name. */
function called(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code === 0x1b) return `the escape character (${number})`;
  if (code === 0x0d) return `a carriage return (${number})`;
  if (code < 0xa0) return `the control character ${number}`;
  if (code >= 0xd800 && code <= 0xdfff) return `${number}, half of a surrogate pair,`;
  if (code === 0x2028 || code === 0x2029) return `a line separator (${number})`;
  return `${number}, which changes the direction of writing,`;
}
