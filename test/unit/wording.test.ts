/** Words that agree with what they count and name, where lint, exports and reports use them. */
import { expect, test } from "vitest";
import { exportMarkdown } from "../../src/export/markdown.ts";
import { sayProperty } from "../../src/scenario/property.ts";
import { counted, withArticle } from "../../src/scenario/wording.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { complaint, head } from "./scenarioFixture.ts";

test("one of something is no several", () => {
  expect([0, 1, 2].map((count) => counted(count, "move"))).toEqual(["0 moves", "1 move", "2 moves"]);
  expect(["entry", "way", "branch"].map((noun) => counted(2, noun))).toEqual(["2 entries", "2 ways", "2 branches"]);
  expect(counted(1000, "run", (count) => `${count / 1000} thousand`)).toBe("1 thousand runs");
});

test("a noun has the article of its first letter", () => {
  expect(["outcome", "actor", "incident", "move", "track state"].map(withArticle)).toEqual([
    "an outcome",
    "an actor",
    "an incident",
    "a move",
    "a track state",
  ]);
});

test("reserved words are refused in good English", () => {
  const text = `${head}actors: { one: {} }\noutcomes:\n  hold:\n    otherwise: true\n`;
  expect(complaint(text, "reserved-word").message).toContain("cannot name an outcome");
});

test("one move and one round are one", () => {
  const text = `${head}clock: { rounds: 1 }\nactors: { one: {} }\nvariables: { x: { flag: false } }\nmoves:\n  go: { by: one, then: { x: true } }\noutcomes: { rest: { otherwise: true } }\nproperties:\n  p: { eventually: x, within: 1 }\n`;
  const scenario = scenarioOf(text);
  const page = exportMarkdown(scenario);
  expect(page).toContain("It lasts 1 round at most.");
  expect(page).toContain(", 1 move\n");
  const [property] = scenario.model.properties;
  if (property === undefined) throw new Error("there is a property");
  expect(sayProperty(property, { expression: () => "x", name: (id) => id })).toBe("eventually x within 1 round");
});
