/**
 * Incidents with a date in a run without a horizon: time goes on to their day, through it, and no further.
 */
import { describe, expect, test } from "vitest";
import { chronicle, tinyRun } from "./tiny.ts";

/** A world in which nothing can happen but one dated incident; a round takes as many days as are said. */
function words(incident: string, step = "1 day", turns = "in order"): readonly string[] {
  const body = `clock:
  start: 2022-01-22
  step: ${step}
turns: ${turns}
variables:
  x: { scale: [0, 9], initial: 0 }
moves:
  act:
    by: one
    when: x is 9
incidents:
  visit:
${incident
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
    then:
      x: 5
outcomes:
  never:
    when: x is 8
`;
  return chronicle(tinyRun(body, {}, { roundsLimit: 9 })).filter((word) => !word.startsWith("hold"));
}

describe.each(["in order", "simultaneous", "free"])("a dated incident where turns are %s", (turns) => {
  test("on its own day, that may come: the day passes, and then nothing can happen any more", () => {
    expect(words("date: 2022-01-22\nchance: 0.000001", "1 day", turns)).toEqual(["start", "round 1", "deadlock"]);
  });

  test("on its own day, that cannot come: nothing can happen any more at once", () => {
    expect(words("date: 2022-01-22\nwhen: x is 1", "1 day", turns)).toEqual(["start", "deadlock"]);
    expect(words("date: 2022-01-22\nchance: x / 9", "1 day", turns)).toEqual(["start", "deadlock"]);
  });

  test("ahead: time goes on to its day, whatever its condition says until then", () => {
    const rounds = ["start", "round 1", "round 2"];
    expect(words("date: 2022-01-24\nwhen: x is 1", "1 day", turns)).toEqual([...rounds, "deadlock"]);
    expect(words("date: 2022-01-24\nwhen: x is 0", "1 day", turns).slice(0, 4)).toEqual([...rounds, "incident visit"]);
  });

  test("in the past: nothing waits for it", () => {
    expect(words("date: 2022-01-21", "1 day", turns)).toEqual(["start", "deadlock"]);
  });

  test("within a round of a week, the whole week is its day", () => {
    expect(words("date: 2022-01-25\nchance: 0.000001", "1 week", turns)).toEqual(["start", "round 1", "deadlock"]);
    expect(words("date: 2022-01-25\nwhen: x is 1", "1 week", turns)).toEqual(["start", "deadlock"]);
    expect(words("date: 2022-01-29\nwhen: x is 1", "1 week", turns)).toEqual(["start", "round 1", "deadlock"]);
  });
});
