/**
 * Documents that nobody would write: scenarios of the library and generated ones, mutated by a seed.
 *
 * Half of the mutations know the tree (keys swapped, parts doubled, extreme numbers, terms in each other, odd keys, deep
 * nesting, `each`), the others only the text (lines, characters, an end that is missing).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { Dice } from "../dice.ts";

const folder = join(import.meta.dirname, "../../scenarios");

/** Scenarios of the library, the smaller ones more often than the large ones. */
const library = readdirSync(folder)
  .filter((file) => /^[^.]+\.yaml$/.test(file))
  .map((file) => readFileSync(join(folder, file), "utf8"))
  .sort((one, other) => one.length - other.length);

/** The mutated document of a seed. */
export function mutatedDocument(seed: string): string {
  const dice = new Dice(seed);
  const text = original(dice);
  const times = 1 + dice.below(3);
  if (dice.falls(0.4)) return repeated(times, text, (so) => mutateText(so, dice));
  const tree: unknown = parse(text);
  for (let time = 0; time < times; time++) mutateTree(tree, dice);
  return JSON.stringify(tree, null, dice.falls(0.5) ? 1 : 0);
}

function original(dice: Dice): string {
  if (dice.falls(0.6)) {
    const [document] = fc.sample(scenarioArbitrary, { numRuns: 1, seed: dice.below(2 ** 31) });
    if (document !== undefined) return documentText(document);
  }
  return library[Math.min(dice.below(library.length), dice.below(library.length))] ?? "";
}

function repeated(times: number, text: string, change: (text: string) => string): string {
  return Array.from({ length: times }).reduce<string>(change, text);
}

const oddKeys = [
  "constructor",
  "toString",
  "__proto__",
  "hasOwnProperty",
  "",
  "each",
  "null",
  "ключ",
  "🙂",
  "a b",
  "<<",
];
const oddTexts = [
  "\u001b[2J",
  "\u202eevil",
  "a\r\nb",
  "\u0000",
  "\ud800",
  "$x",
  ["$", "{x}"].join(""),
  "&a",
  "*a",
  "!t",
  "{",
  "any",
  "",
];
const extremes = [0, -0, -1, 1e308, -1e308, 2 ** 31, 2 ** 31 + 1, 2 ** 53, 1e-320, 0.1, 1e21];

type Tree = Record<string, unknown> | unknown[];

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** All maps and lists of a tree. */
function branchesOf(tree: unknown): Tree[] {
  if (!isTree(tree)) return [];
  return [tree, ...Object.values(tree).flatMap(branchesOf)];
}

/** Places of a tree: a map or list, and a key of it. */
function placeIn(tree: unknown, dice: Dice): { owner: Record<string, unknown>; key: string } | null {
  const filled = branchesOf(tree).filter((branch) => Object.keys(branch).length > 0);
  if (filled.length === 0) return null;
  const owner = dice.one(filled);
  return { owner: owner as Record<string, unknown>, key: dice.one(Object.keys(owner)) };
}

type Change = (place: { owner: Record<string, unknown>; key: string }, dice: Dice, tree: unknown) => void;

const rows: Readonly<Record<string, (value: string) => string>> = {
  doubled: (value) => `(${value}) + (${value})`,
  chosen: (value) => `if ${value} then ${value} else ${value}`,
  denied: (value) => `${"not ".repeat(50)}(${value})`,
  enclosed: (value) => `${"(".repeat(150)}${value}${")".repeat(150)}`,
  longer: (value) => Array.from({ length: 300 }, () => value).join(" or "),
};

const changes: readonly Change[] = [
  ({ owner, key }) => delete owner[key],
  ({ owner, key }, dice, tree) => {
    const other = placeIn(tree, dice);
    if (other !== null) owner[key] = structuredClone(other.owner[other.key]);
  },
  ({ owner, key }, dice) => {
    const other = dice.one(Object.keys(owner));
    [owner[key], owner[other]] = [owner[other], owner[key]];
  },
  ({ owner, key }, dice) => set(owner, `${key}${dice.below(10)}`, structuredClone(owner[key])),
  ({ owner, key }, dice) => set(owner, dice.one(oddKeys), owner[key]),
  ({ owner, key }, dice) => set(owner, key, dice.one(extremes)),
  ({ owner, key }, dice) => set(owner, key, [dice.one(extremes), dice.one(extremes)]),
  ({ owner, key }, dice) => set(owner, key, dice.one(oddTexts)),
  ({ owner, key }, dice) => set(owner, key, `${String(owner[key])}${dice.one(oddTexts)}`),
  ({ owner, key }, dice) => set(owner, key, dice.one([null, true, [], {}, "any", "2022-02-30"])),
  ({ owner, key }, dice) => {
    for (let level = dice.below(100); level > 0; level--)
      owner[key] = dice.falls(0.5) ? [owner[key]] : { a: owner[key] };
  },
  ({ owner, key }, dice) => {
    const value = owner[key];
    if (typeof value === "string" && value.length < 60) owner[key] = dice.one(Object.values(rows))(value);
  },
  ({ owner, key }, dice) => {
    const value = owner[key];
    if (Array.isArray(value) && value.length > 0)
      owner[key] = Array.from({ length: 1 + dice.below(1500) }, () => value[0]);
    else if (isTree(value)) set(value as Record<string, unknown>, "each", { x: range(dice), y: range(dice) });
  },
  ({ owner }, dice) => {
    for (let copy = dice.below(3000); copy > 0; copy--) set(owner, `k${copy}`, Object.values(owner)[0]);
  },
  (_, dice, tree) => {
    const links = dice.below(80);
    const terms = Object.fromEntries(
      Array.from({ length: links }, (__, link) => [`q${link + 1}`, `q${link} + q${link}`]),
    );
    if (!isTree(tree) || Array.isArray(tree)) return;
    tree.terms = { ...(isTree(tree.terms) ? tree.terms : {}), q0: 1, ...terms };
    tree.properties = { big: { never: `q${links} > 3` } };
  },
  (_, dice, tree) => {
    if (!isTree(tree) || Array.isArray(tree)) return;
    const hidden = Array.from(
      { length: 1 + dice.below(4) },
      (__, index) => [`h${index}`, { scale: [0, dice.one([1, 99, 999])], initial: "any" }] as const,
    );
    tree.variables = { ...(isTree(tree.variables) ? tree.variables : {}), ...Object.fromEntries(hidden) };
    // A restricted start of a million combinations takes seconds for every property; some hundreds show the same.
    const few = hidden.reduce((product, [, { scale }]) => product * (scale[1] ?? 0), 1) <= 99;
    if (few || dice.falls(0.3)) tree.start = few ? "h0 > 0" : "h0 > 9999";
  },
];

const range = (dice: Dice): readonly number[] => Array.from({ length: 1 + dice.below(60) }, (_, index) => index);

/** Sets a key of its own, whatever it is called. */
function set(owner: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
}

function mutateTree(tree: unknown, dice: Dice): void {
  const place = placeIn(tree, dice);
  if (place !== null) dice.one(changes)(place, dice, tree);
}

const characters = [
  "\u001b",
  "\u202e",
  "\u0000",
  "\t",
  "\r",
  "\n",
  "{",
  "[",
  ":",
  ": ",
  "#",
  "&",
  "*",
  "!",
  "'",
  '"',
  ",",
  "\u2028",
  "€",
  "- ",
];

function mutateText(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const lines = text.split("\n");
  const line = dice.below(lines.length);
  switch (dice.below(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + dice.one(characters) + text.slice(at);
    case 2:
      return text.slice(0, at) + dice.one(characters).repeat(dice.below(3000)) + text.slice(at);
    case 3:
      return lines.toSpliced(line, 1 + dice.below(4)).join("\n");
    case 4:
      return lines.toSpliced(line, 0, ...lines.slice(line, line + 1 + dice.below(20))).join("\n");
    case 5:
      return lines.toSpliced(line, 1, `${" ".repeat(dice.below(6))}${lines[line] ?? ""}`).join("\n");
    case 6:
      return text.slice(0, at) + text.slice(at + 1 + dice.below(30));
    default: {
      const other = dice.below(lines.length);
      return lines
        .with(line, lines[other] ?? "")
        .with(other, lines[line] ?? "")
        .join("\n");
    }
  }
}
