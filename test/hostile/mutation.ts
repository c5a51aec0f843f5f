/**
 * Messages and requests that are nearly right: valid ones with something wrong in them, drawn by dice.
 */
import type { Dice } from "../dice.ts";

/** Values that programs stumble over. */
const odd: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  -0,
  2 ** 53,
  0.1,
  "",
  " ",
  "\u0000",
  "\ud800",
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "%2e%2e%2f",
  "\r\nset-cookie: a=b",
  "'; drop table events; --",
  "<img src=x onerror=alert(1)>",
  "x".repeat(5000),
  "🙂".repeat(300),
  [],
  {},
  [[[[[[[[[]]]]]]]]],
  { toString: 1, valueOf: 1 },
  { toJSON: 1 },
  { length: 1e9 },
  { then: 1 },
];

const names = [
  "type",
  "key",
  "command",
  "text",
  "to",
  "turn",
  "stage",
  "move",
  "seat",
  "__proto__",
  "constructor",
  "x",
];

/** A value with one or more things wrong in it. */
export function mutated(value: unknown, dice: Dice, depth = 0): unknown {
  if (depth > 4 || dice.falls(0.15)) return dice.one(odd);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => (dice.falls(0.4) ? mutated(item, dice, depth + 1) : item));
    return dice.falls(0.2) ? [...items, dice.one(odd)] : items;
  }
  if (typeof value !== "object" || value === null) return dice.falls(0.5) ? value : dice.one(odd);
  const fields = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
    if (dice.falls(0.08)) return [];
    return [[dice.falls(0.05) ? dice.one(names) : name, dice.falls(0.4) ? mutated(part, dice, depth + 1) : part]];
  });
  if (dice.falls(0.15)) fields.push([dice.one(names), dice.one(odd)]);
  return Object.fromEntries(fields);
}

/** A text with some of its signs wrong. */
export function garbled(text: string, dice: Dice): string {
  const signs = [...text];
  for (let change = 0; change <= dice.below(4); change++) {
    const at = dice.below(signs.length + 1);
    const way = dice.below(3);
    if (way === 0) signs.splice(at, 1 + dice.below(5));
    else if (way === 1) signs.splice(at, 0, dice.one(["{", "}", "[", '"', "\\", "\u0000", "e9", ",", "\ud800"]));
    else signs.splice(at, 1, String.fromCharCode(dice.below(0xffff)));
  }
  return signs.join("");
}

/** JSON nested so deep that whoever walks it by calling itself falls. */
export const deep = (levels: number, open = "[", close = "]"): string => open.repeat(levels) + close.repeat(levels);
