/** Lessons and briefings: what whoever teaches with a scenario is told, apart from the model. */
import { expect, test } from "vitest";
import { readScenario } from "../../src/scenario/scenario.ts";
import { libraryScenario } from "../golden/pages.ts";
import { markedText, read } from "./scenarioFixture.ts";

const text = `demarche: 1
id: lesson
title: A lesson
clock: { start: 2031-05-01, rounds: 3 }
actors:
  north: { name: The North }
variables:
  tension: { scale: [0, 10], initial: 4 }
moves:
  press: { by: north, then: { tension: tension + 1 } }
outcomes:
  brink: { when: tension > 9 }
  end: { otherwise: true }
variants:
  short: { rounds: 2 }
lessons:
  whole:
    name: The whole of it
    briefing: 10
    rounds: [5, 7.5, 5]
    debrief: 15
  half: { variant: short, briefing: 5, rounds: [6, 6], debrief: 8 }
briefing:
  all: Read this.
  north: [Yours, Yours alone]
  rules: One move a round.
  followed: Nothing followed.
  debrief: [Why?]
`;

function complaintsOf(changed: string): readonly (readonly [string, string, string | null])[] {
  const { diagnostics } = readScenario({ file: "lesson.yaml", text: changed });
  return diagnostics.map((found) => [found.code, markedText(changed, found), found.hint]);
}

test("a lesson divides its time over the rounds that are played", () => {
  expect(read(text).lessons).toEqual([
    { id: "whole", variant: null, briefing: 10, rounds: [5, 7.5, 5], debrief: 15, minutes: 42.5 },
    { id: "half", variant: "short", briefing: 5, rounds: [6, 6], debrief: 8, minutes: 25 },
  ]);
  expect(read(text).texts.names).toMatchObject({ "lessons.whole": "The whole of it", "lessons.half": "Half" });
});

test("lessons change no hash", () => {
  const without = text.replace(/^lessons:\n(?: .*\n)+/m, "");
  expect(without).not.toContain("lessons");
  expect(read(without).hash).toBe(read(text).hash);
  expect(read(without).lessons).toEqual([]);
});

test("a lesson that does not fit what is played is refused with its place", () => {
  expect(complaintsOf(text.replace("rounds: [6, 6]", "rounds: [6, 6, 6]"))).toEqual([
    ["lesson-rounds", "[6, 6, 6]", "give one number for each round, or name a variant with another number of `rounds`"],
  ]);
  expect(complaintsOf(text.replace("variant: short", "variant: shrot"))[0]).toEqual([
    "unknown-variant",
    "shrot",
    "did you mean `short`?",
  ]);
  expect(complaintsOf(text.replace("briefing: 10", "briefing: -1")).map(([code]) => code)).toEqual(["lesson-minutes"]);
  expect(complaintsOf(text.replace("debrief: 15", "debrief: long")).map(([, marked]) => marked)).toEqual(["long"]);
});

test("a briefing for nobody is refused, in an overlay too", () => {
  expect(complaintsOf(text.replace("  north: [Yours", "  nroth: [Yours"))).toEqual([
    ["unknown-briefing", "nroth", "did you mean `north`?"],
  ]);
  const overlay = { file: "lesson.pt.yaml", text: "briefing:\n  rulse: Um passo.\n" };
  const { diagnostics } = readScenario({ file: "lesson.yaml", text, overlay });
  expect(diagnostics.map(({ span, code, hint }) => [span.file, code, hint])).toEqual([
    ["lesson.pt.yaml", "unknown-briefing", "did you mean `rules`?"],
  ]);
});

test("an actor cannot be called as a part of the briefing", () => {
  const renamed = text.replaceAll("north", "rules").replace("  rules: [Yours, Yours alone]\n", "");
  expect(complaintsOf(renamed).map(([code]) => code)).toContain("reserved-word");
});

test("the class edition of the Geneva scenario fits 50, 75 and 110 minutes in six to eight rounds", () => {
  const { lessons } = libraryScenario("geneva-2022-class");
  expect(lessons.map(({ minutes, rounds }) => [minutes, rounds.length])).toEqual([
    [50, 6],
    [75, 7],
    [110, 8],
  ]);
});
