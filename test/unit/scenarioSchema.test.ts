import { expect, test } from "vitest";
import { defineScenario } from "../../src/scenario/define.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { scenarioSchema } from "../../src/scenario/schema.ts";
import { errorsOf, read } from "./scenarioFixture.ts";

/** A part of the schema by path. */
function part(...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
    scenarioSchema(),
  );
}

test("the schema is a JSON Schema 2020-12 that refuses unknown keys and explains known ones", () => {
  expect(part("$schema")).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(part("additionalProperties")).toBe(false);
  expect(part("required")).toEqual(["demarche", "id", "title"]);
  expect(part("properties", "moves", "additionalProperties", "properties", "when", "description")).toContain(
    "possible",
  );
});

test("every key of the schema has a text to show on hovering", () => {
  const bare: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    for (const [word, value] of Object.entries(schema)) {
      if (word !== "properties") visit(value, path);
      else {
        for (const [key, inner] of Object.entries(value)) {
          if (typeof inner === "object" && inner !== null && !("description" in inner)) bare.push(`${path}.${key}`);
          visit(inner, `${path}.${key}`);
        }
      }
    }
  };
  visit(scenarioSchema(), "");
  expect(bare).toEqual([]);
});

test("expressions may be texts, numbers or truth values", () => {
  expect(part("properties", "start", "type")).toEqual(["string", "number", "boolean"]);
});

test("the schema is plain JSON and always the same", () => {
  expect(JSON.parse(JSON.stringify(scenarioSchema()))).toEqual(scenarioSchema());
});

test("a scenario defined in TypeScript is the document of the same shape", () => {
  const document = defineScenario({
    demarche: 1,
    id: "test",
    title: "Test",
    clock: { rounds: 3 },
    actors: { usa: { name: "United States" } },
    variables: { tension: { scale: [0, 10], initial: { 3: 1, 7: 2e-7 } }, leaked: { flag: false } },
    moves: { act: { by: "usa", when: "not leaked", then: { leaked: true, tension: "tension + 1" }, cameo: "036" } },
    outcomes: { war: { when: "tension > 8" }, rest: { otherwise: true } },
  });
  const text = JSON.stringify(document);
  const yaml = `demarche: 1
id: test
title: Test
clock: { rounds: 3 }
actors:
  usa: { name: United States }
variables:
  tension: { scale: [0, 10], initial: { 3: 1, 7: 0.0000002 } }
  leaked: { flag: false }
moves:
  act:
    by: usa
    when: not leaked
    then:
      leaked: true
      tension: tension + 1
    cameo: "036"
outcomes:
  war: { when: tension > 8 }
  rest: { otherwise: true }
`;
  expect(read(text).hash).toBe(read(yaml).hash);
});

test("mistakes in a defined scenario are found where its JSON has them", () => {
  const text = JSON.stringify({ demarche: 1, id: "test", title: "Test", start: 'x is "a\\b"' });
  expect(errorsOf(text).length).toBeGreaterThan(0);
  const { diagnostics } = readScenario({ file: "t", text });
  for (const { span } of diagnostics) expect(span.endColumn).toBeLessThanOrEqual(text.length + 1);
});
