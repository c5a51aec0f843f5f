/**
 * Reads initial values in all their forms: one value, a list, `any`, or a map from values to odds.
 *
 * Whatever is written becomes a list of possible values with odds; a fixed value is a list of one.
 */
import type { Expression } from "./expression.ts";
import type { InitialValue } from "./model.ts";
import { isBlank, itemsOf, type Node, type ScalarNode } from "./node.ts";
import { numberHint } from "./numberHint.ts";
import type { Reader } from "./reader.ts";

const one: Expression = { op: "number", value: 1 };

/** `any` may stand for this many values. */
const anyMax = 10_000;

/** What a track or variable may hold: what its initial values are checked against. */
export type Holder =
  | { readonly kind: "track"; readonly id: string; readonly states: readonly string[] }
  | { readonly kind: "scale" | "count" | "flag"; readonly id: string; readonly low: number; readonly high: number };

/** Reads initial values: one, a list, `any`, or a map from values to odds. */
export function readInitial(reader: Reader, node: Node | null, holder: Holder): readonly InitialValue[] {
  if (node === null || isBlank(node)) return [{ value: someValue(holder), odds: one }];
  if ((node.kind === "list" && node.items.length === 0) || (node.kind === "map" && node.entries.length === 0)) {
    const message = `\`${holder.id}\` begins with one of its values, but none is named`;
    reader.complaints.error("no-value", node, message, "name a value, or write `any`");
    return [{ value: someValue(holder), odds: one }];
  }
  if (node.kind === "map") {
    const read = node.entries.map(({ key, value }) => {
      const found = readValue(reader, unquoted(key), holder);
      return found === null ? null : { value: found, odds: reader.number(value, 1, "assumptions") };
    });
    return orSome(read, holder);
  }
  if (node.kind === "scalar" && node.text === "any") return anyValue(reader, node, holder);
  const seen = new Set<unknown>();
  const read = itemsOf(node).map((item) => {
    const value = item.kind === "scalar" ? readValue(reader, item, holder) : null;
    if (value !== null && seen.has(value)) {
      reader.complaints.error(
        "duplicate-value",
        item,
        `${value} is listed twice`,
        "give odds as a map if one value is likelier: `{ 3: 1, 7: 2 }`",
      );
      return null;
    }
    seen.add(value);
    return value === null ? null : { value, odds: one };
  });
  return orSome(read, holder);
}

function orSome(read: readonly (InitialValue | null)[], holder: Holder): readonly InitialValue[] {
  const values = read.filter((value) => value !== null);
  return values.length > 0 ? values : [{ value: someValue(holder), odds: one }];
}

function someValue(holder: Holder): string | number | boolean {
  if (holder.kind === "track") return holder.states[0] ?? "";
  return holder.kind === "flag" ? false : holder.low;
}

function anyValue(reader: Reader, node: ScalarNode, holder: Holder): readonly InitialValue[] {
  if (holder.kind === "track") return holder.states.map((value) => ({ value, odds: one }));
  if (holder.kind === "flag") return [false, true].map((value) => ({ value, odds: one }));
  const count = holder.high - holder.low + 1;
  if (count > anyMax) {
    reader.complaints.error(
      "too-many-values",
      node,
      `\`any\` would stand for ${count} values, but at most ${anyMax} are tried`,
      "list the values that matter",
    );
    return [{ value: holder.low, odds: one }];
  }
  return Array.from({ length: count }, (_, index) => ({ value: holder.low + index, odds: one }));
}

/** A key as what it says: JSON writes every key in quotes, numbers and truth values too. */
function unquoted(key: ScalarNode): ScalarNode {
  if (key.style !== "quoted") return key;
  if (/^-?\d+$/.test(key.text)) return { ...key, value: Number(key.text) };
  return key.text === "true" || key.text === "false" ? { ...key, value: key.text === "true" } : key;
}

function readValue(reader: Reader, node: ScalarNode, holder: Holder): string | number | boolean | null {
  if (isBlank(node)) return null;
  if (holder.kind === "track") return reader.reference(node, "track state", holder.states);
  const { value } = node;
  if (holder.kind === "flag") {
    if (typeof value === "boolean") return value;
    reader.complaints.error(
      "wrong-type",
      node,
      `\`${holder.id}\` is a flag, so its value is true or false, not \`${node.text}\``,
      numberHint(node),
    );
    return null;
  }
  if (typeof value !== "number" || !Number.isInteger(value)) {
    reader.complaints.error(
      "wrong-type",
      node,
      `\`${holder.id}\` holds whole numbers from ${holder.low} to ${holder.high}, not ${node.style === "quoted" ? `the text "${node.text}"` : `\`${node.text}\``}`,
      numberHint(node),
    );
    return null;
  }
  if (value < holder.low || value > holder.high) {
    reader.complaints.error(
      "outside-range",
      node,
      `${value} lies outside the range of \`${holder.id}\`, ${holder.low} to ${holder.high}`,
    );
    return null;
  }
  return value;
}
