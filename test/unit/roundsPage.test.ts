/** The page on what happens in a round says what happens in a round: each of its examples is read, run and compared. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { complaintsOf, pageExamples, resultOf } from "./pageExample.ts";

const page = readFileSync(new URL("../../docs/rounds.md", import.meta.url), "utf8");
const examples = pageExamples(page);

test.for(examples.map((example) => [example.line, example] as const))(
  "the example on line %i gives what the page says",
  ([, { body, results }]) => {
    expect(results).not.toEqual([]);
    for (const { info, text } of results) expect(resultOf(body, info)).toBe(text);
    // What lint says of an example stands on the page as well.
    if (results.every(({ info }) => info !== "text lint")) expect(complaintsOf(body)).toEqual([]);
  },
);

test("every paragraph of the page but the introduction stands beside an example", () => {
  const body = page.slice(page.indexOf("\n## The start\n"));
  const parts = body
    .split(/^(```[\s\S]*?^```)$/m)
    .flatMap((part) => (part.startsWith("```") ? [part] : part.split("\n\n")));
  const told = parts.map((part) => part.trim()).filter((part) => part !== "" && !part.startsWith("#"));
  const isBlock = (part: string | undefined): boolean => part?.startsWith("```") === true;
  expect(told.filter(isBlock).length).toBeGreaterThan(50);
  expect(told.filter((part, index) => !isBlock(part) && !isBlock(told[index + 1]))).toEqual([]);
});
