/** What is said of a number that was written otherwise, and of an arrow. */
import { expect, test } from "vitest";
import { diagnosticsOf, head, world } from "./scenarioFixture.ts";

/** The complaints of a document, with their hints. */
const told = (text: string): readonly string[] =>
  diagnosticsOf(text).map(({ message, hint }) => `${message} | ${hint}`);

const variable = (initial: string): string =>
  `${head}actors: { one: {} }\nvariables:\n  x:\n    scale: [0, 9]\n    initial: ${initial}\n`;
const assumption = (value: string): string =>
  `${world}assumptions:\n  p:\n    range: [0, 1]\n    default: ${value}\n    basis: judgement\n`;

test.each([
  [variable('"4"'), 'the text "4"', "write it without quotes: `4`"],
  [variable("4,5"), "not `4,5`", "a fraction is written with a point: `4.5`"],
  [assumption("0,06"), 'the text "0,06"', "a fraction is written with a point: `0.06`"],
  [assumption('"0.06"'), 'the text "0.06"', "write it without quotes: `0.06`"],
  [assumption("6 %"), 'the text "6 %"', "write the fraction: `0.06`"],
  [`${world}assumptions:\n  p: { range: [0, 1], default: 0,06 }\n`, "cut in two", "with a point: `0.06`"],
  [`${head}actors: { one: {} }\nvariables:\n  x:\n    flag: "true"\n`, "true", "write it without quotes: `true`"],
])("a number written otherwise is told once, and what to write: %#", (text, message, hint) => {
  const found = told(text).filter((one) => !one.includes("nothing ever"));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
  expect(found[0]).toContain(hint);
});

test("an arrow is no operator, and no effect", () => {
  const rule = (when: string, then: string): string =>
    `${world}rules:\n  r:\n    when: ${when}\n    then:\n      ${then}\n`;
  expect(told(rule("tension > 3 -> leaked", "leaked: true"))).toEqual([
    '`->` is not an operator here | write `not (P) or Q` for "if P, then Q"; what a step sets stands under `then`, as in `tension: 3`',
  ]);
  expect(told(rule("tension > 3", "tension -> 3")).join()).toContain("write `tension: 3`");
});
