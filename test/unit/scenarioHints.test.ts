/**
 * Small promises of the reader: which name is near, what a property is called, and what is said once.
 */
import { describe, expect, test } from "vitest";
import { formatDiagnostics } from "../../src/scenario/diagnosticText.ts";
import { sayProperty } from "../../src/scenario/property.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { documentShape } from "../../src/scenario/shape.ts";
import { nearest } from "../../src/scenario/suggest.ts";
import { diagnosticsOf, head, modelOf, warningsOf, world } from "./scenarioFixture.ts";

describe("the nearest name", () => {
  test("is found where two neighbours are swapped, as a single slip", () => {
    expect(nearest("tensoin", ["tension"])).toBe("tension");
    // Two letters of four differ, which would be too far; a swap is one slip.
    expect(nearest("pace", ["paec"])).toBe("paec");
    expect(nearest("paec", ["acpe", "pace"])).toBe("pace");
  });

  test("is none where more than a third of the letters differ", () => {
    expect(nearest("pace", ["pxcx"])).toBeNull();
    expect(nearest("a", ["b"])).toBeNull();
  });
});

test("numbers in quotes are values with odds, as JSON writes them", () => {
  const text = `${head}actors: { one: {} }\nvariables: { x: { scale: [-5, 9], initial: { "3": 1, "-4": 2 } } }\n`;
  expect(modelOf(text).variables[0]?.initial.map(({ value }) => value)).toEqual([3, -4]);
});

test("the form of a document takes the versions that the reader takes", () => {
  const { demarche } = documentShape.shape;
  for (const version of [1, 99, -1, "1", null]) {
    const { scenario } = readScenario({
      file: "test.yaml",
      text: world.replace("demarche: 1", `demarche: ${JSON.stringify(version)}`),
    });
    expect(demarche.safeParse(version).success, `version ${version}`).toBe(scenario !== null);
  }
  expect(demarche.safeParse(1).success).toBe(true);
});

test("a version that does not exist is complained of once", () => {
  const found = diagnosticsOf(head.replace("demarche: 1", "demarche: 99"));
  expect(found.filter(({ span }) => span.line === 1 && span.column < 13)).toHaveLength(1);
});

test("an outcome is covered by the very first one, and not by one that stands after it", () => {
  const covered = (outcomes: string): readonly string[] =>
    warningsOf(`${world}outcomes:\n${outcomes}  rest: { otherwise: true }\n`).filter((one) =>
      one.startsWith("covered"),
    );
  const [wide, narrow] = ["  leak: { when: leaked }\n", "  hot: { when: leaked and tension > 7 }\n"];
  expect(covered(wide + narrow)).toEqual(["covered-outcome: leaked and tension > 7"]);
  expect(covered(narrow + wide)).toEqual([]);
});

test("a source that is cited is not warned of, one that nothing cites is", () => {
  const sources = "sources:\n  note: { title: A note }\n  book: { title: A book }\n";
  const text = `${world}${sources}moves:\n  act: { by: usa, source: note }\n`;
  expect(warningsOf(text).filter((one) => one.startsWith("unused-source"))).toEqual(["unused-source: book"]);
});

test("a place behind the end of a text is told without an excerpt", () => {
  const span = { file: "a.yaml", line: 9, column: 1, endLine: 9, endColumn: 1 };
  const diagnostic = { severity: "error", code: "x", span, message: "it ends too soon", hint: null } as const;
  const told = formatDiagnostics([diagnostic], new Map([["a.yaml", "a: 1\nb: 2"]]), { colour: false });
  expect(told).toBe("a.yaml:9:1: error: it ends too soon\n");
});

test("a property is told with its bound where it has one, and without where it has none", () => {
  const text = `${world}moves: { act: { by: usa, then: { leaked: true } } }
properties:
  soon: { eventually: leaked, within: 3 }
  some_day: { eventually: leaked }
  answered: { whenever: leaked, eventually: tension > 7, within: 2, after: tension > 1, until: packages > 7 }
  calm: { never: tension > 9 }
`;
  const words = modelOf(text).properties.map((property) =>
    sayProperty(property, { expression: ({ op }) => op, name: (id) => id }),
  );
  expect(words).toEqual([
    "eventually variable within 3 rounds",
    "eventually variable",
    "whenever variable, eventually compare within 2 rounds, after compare, until compare",
    "never compare",
  ]);
});
