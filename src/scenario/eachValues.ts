/**
 * The values of a parameter of `each`: a list of words and numbers, in which `1..20` stands for the whole numbers from 1
 * to 20, both included; a single range needs no list.
 */
import type { Complaints } from "./complaints.ts";
import { itemsOf, type Node, type ScalarNode } from "./node.ts";

/** An entry may not stand for more entries than this. */
export const combinationsMax = 1000;

/** A parameter's value is a word or two. */
const valueMax = 60;

const range = /^(-?\d{1,9})\.\.(-?\d{1,9})$/;

/** The values of a parameter, in order; null, with a complaint, where there are none that make sense. */
export function valuesOf(name: ScalarNode, node: Node, complaints: Complaints): readonly ScalarNode[] | null {
  const complain = (at: Node, message: string, hint: string | null = null): null => {
    complaints.error("each-form", at, message, hint);
    return null;
  };
  const items = itemsOf(node);
  const isName = /^[a-z][a-z0-9_]*$/.test(name.text);
  if (!isName || items.length === 0)
    return complain(node, `the parameter \`${name.text}\` needs a list of words or numbers`);
  const values: ScalarNode[] = [];
  for (const item of items) {
    if (item.kind !== "scalar" || item.value === null) {
      return complain(node, `the parameter \`${name.text}\` needs a list of words or numbers`);
    }
    if (item.text.length > valueMax) return complain(item, `a value of a parameter has at most ${valueMax} characters`);
    if (typeof item.value !== "string" || !item.text.includes("..")) {
      values.push(item);
      continue;
    }
    const [, from, to] = range.exec(item.text.replaceAll(" ", "")) ?? [];
    const [low, high] = [Number(from), Number(to)];
    if (from === undefined || to === undefined || low > high) {
      const message = `\`${item.text}\` is no range: expected are two whole numbers, the smaller first`;
      return complain(item, message, low > high ? `write \`${high}..${low}\`` : "write for example `1..20`");
    }
    const size = high - low + 1;
    if (size > combinationsMax) {
      return complain(
        item,
        `\`${item.text}\` has ${size} values, but one \`each\` may stand for at most ${combinationsMax} entries`,
      );
    }
    for (let number = low; number <= high; number++) values.push(numberAt(item, number));
  }
  return values;
}

/** A number of a range; it points at the whole range. */
function numberAt(written: ScalarNode, value: number): ScalarNode {
  const text = String(value);
  const offsetOf = (index: number): number => (index < text.length ? written.start : written.end);
  return { ...written, value, text, style: "plain", offsetOf };
}
