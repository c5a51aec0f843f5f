/**
 * The glossary says where each word stands in the code: the file is there and exports the name, and no word comes twice.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const rows = readFileSync(join(root, "docs/glossary.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:word|---) /.test(line));

const row = /^\| ([^|`]+) \| [A-Z][^|]+\. \| `([\w/.]+)` `(\w+)` \|$/;

/** What is wrong with a line of the glossary, or null. */
function problem(line: string): string | null {
  const [, word, file = "", name = ""] = row.exec(line) ?? [];
  if (word === undefined) return `not a row of word, sentence, file and name: ${line}`;
  const path = join(root, "src", file);
  if (!existsSync(path)) return `${word}: there is no ${file}`;
  const exported = new RegExp(`^export (?:\\w+ )*(?:function\\*?|const|interface|type|class) ${name}\\b`, "m");
  return exported.test(readFileSync(path, "utf8")) ? null : `${word}: ${file} does not export ${name}`;
}

test("every word of the glossary stands where it says", () => {
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.map(problem).filter((found) => found !== null)).toEqual([]);
});

test("no word is explained twice", () => {
  const words = rows.map((line) => row.exec(line)?.[1]);
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
});

test.each([
  ["a file that is gone", "| deed | What was done. | `engine/gone.ts` `RunDeed` |", "there is no engine/gone.ts"],
  ["a name that is gone", "| deed | What was done. | `engine/deeds.ts` `Deed` |", "does not export Deed"],
  ["a row without its place", "| deed | What was done. | |", "not a row"],
])("the test finds %s", (_, line, expected) => {
  expect(problem(line)).toContain(expected);
});
