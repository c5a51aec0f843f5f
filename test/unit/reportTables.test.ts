/**
 * What reports are made of: numbers, tables, marks on axes, keys, command lines.
 */
import { describe, expect, test } from "vitest";
import { compareCommandLine, sweepCommandLine } from "../../src/report/commandLine.ts";
import { roundMarks, roundNumbers, roundTeller } from "../../src/report/figures/axis.ts";
import { outcomeKeys } from "../../src/report/figures/key.ts";
import { brief, grouped, percent, points } from "../../src/report/number.ts";
import { csvOf } from "../../src/report/table.ts";
import type { Model, Severity } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

describe("numbers", () => {
  test("carry a real minus sign, and none where they round to zero", () => {
    expect([points(0.0312), points(-0.0312), points(-0.0001), points(0)]).toEqual(["+3.1", "−3.1", "0.0", "0.0"]);
    expect([percent(0.5), percent(1, 0), brief(-1234), brief(0.123456)]).toEqual(["50.0", "100", "−1,234", "0.123"]);
    expect([grouped(999), grouped(1000), grouped(1234567)]).toEqual(["999", "1,000", "1,234,567"]);
  });
});

describe("a table as CSV", () => {
  test("quotes what needs it and keeps full precision", () => {
    const table = {
      name: "t",
      columns: ["a", "b,c"],
      rows: [
        [1 / 3, 'say "no"'],
        [null, "two\nlines"],
        [true, " spaced"],
      ],
    };
    expect(csvOf(table)).toBe('a,"b,c"\r\n0.3333333333333333,"say ""no"""\r\n,"two\nlines"\r\ntrue," spaced"\r\n');
  });
});

describe("marks on axes", () => {
  test.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-0.13, 0.11, 5, [-0.1, -0.05, 0, 0.05, 0.1]],
    [0, 12, 5, [0, 5, 10]],
    [3, 3, 5, [3]],
    [0, 0.004, 5, [0, 0.001, 0.002, 0.003, 0.004]],
  ])("from %f to %f are round numbers", (low, high, about, expected) => {
    const marks = roundNumbers(low, high, about);
    expect(marks.map((mark) => Number(mark.toFixed(9)))).toEqual(expected);
  });

  test("tell rounds as dates where there is a calendar", () => {
    const tell = roundTeller({ start: 19_014, step: 1, months: null, dates: null });
    expect([tell(0), tell(10)]).toEqual(["22 Jan", "1 Feb"]);
    expect(roundTeller(null)(7)).toBe("7");
    expect(roundMarks(40)).toEqual([0, 10, 20, 30, 40]);
    expect(roundMarks(1)).toEqual([0, 1]);
  });
});

describe("keys of outcomes", () => {
  const model = (severities: readonly (Severity | null)[]): Model => {
    const outcomes = severities.map(
      (severity, index) => `o${index}: { when: n is ${index}${severity === null ? "" : `, severity: ${severity}`} }`,
    );
    const { scenario, diagnostics } = readScenario({
      file: "keys.yaml",
      text: `demarche: 1\nid: keys\ntitle: Keys\nvariables: { n: { scale: [0, 20], initial: 20 } }\noutcomes:\n  ${outcomes.join("\n  ")}\n`,
    });
    if (scenario === null) throw new Error(JSON.stringify(diagnostics));
    return scenario.model;
  };

  test("never paint violence green, and give each outcome its own colour while there are any", () => {
    const severities: readonly Severity[] = ["violent", "violent", "violent", "violent", "violent", "de-escalation"];
    const keys = outcomeKeys(model(severities), (id) => id);
    expect(keys.filter(({ colour }) => colour === "var(--key-0)").map(({ id }) => id)).toEqual(["o5"]);
    expect(new Set(keys.map(({ colour }) => colour)).size).toBe(6);
    expect(outcomeKeys(model(new Array<null>(12).fill(null)), (id) => id).map(({ number }) => number)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
  });
});

describe("the command line that makes a result again", () => {
  test("names everything that was asked for, safe for a shell", () => {
    const shared = { assume: { leak: 0.3, hot: true }, policies: { a: "hard" }, rounds: 12 };
    expect(compareCommandLine("geneva", "it's a", 1000, { variants: ["x", "y"], points: 16, ...shared })).toBe(
      "demarche compare geneva --variants x,y --runs 1000 --seed 'it'\\''s a' --assume leak=0.3 --assume hot=true --policy a=hard --rounds 12 --ranges 16",
    );
    const request = {
      variant: "x",
      factors: ["leak"],
      design: "lhs",
      points: 8,
      assume: {},
      policies: {},
      rounds: null,
    };
    expect(sweepCommandLine("geneva", "a", 10, { ...request, design: "lhs" })).toBe(
      "demarche sweep geneva --variant x --design lhs --points 8 --factors leak --runs 10 --seed a",
    );
  });
});
