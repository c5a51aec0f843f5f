/**
 * No document hangs whoever reads it: what is too much is refused with a place, everything else is read and used.
 *
 * Times are bounds against hanging alone, in whole seconds.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { layoutChart } from "../../src/export/chart.ts";
import { exportMermaid } from "../../src/export/mermaid.ts";
import { exportPrism } from "../../src/export/prism.ts";
import { exportXstate } from "../../src/export/xstate.ts";
import { compileKernel } from "../../src/kernel/kernel.ts";
import { documentBytesMax } from "../../src/scenario/document.ts";
import { partsMax } from "../../src/scenario/openedSize.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import { describeScenario } from "../../src/studio/description.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { markedText } from "./scenarioFixture.ts";

const head = "demarche: 2\nid: test\ntitle: Test\n";
const one = `${head}actors: { a: {} }\nvariables: { v: { scale: [0, 9], initial: 1 } }\n`;

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");

/** Errors as `code: marked text`, found in good time and each with a place. */
function refusals(text: string): readonly string[] {
  const began = performance.now();
  const { diagnostics, scenario } = readScenario({ file: "test.yaml", text });
  expect(performance.now() - began).toBeLessThan(60_000);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(scenario === null).toBe(errors.length > 0);
  return errors.map((error) => `${error.code}: ${markedText(text, error)}`);
}

/** Everything that is made of a scenario, in good time. */
async function useAll(scenario: Scenario): Promise<void> {
  const began = performance.now();
  const treatment = treat(scenario.model);
  describeScenario(scenario);
  exportMermaid(scenario);
  exportXstate(scenario);
  exportPrism(scenario, treatment);
  prepareEngine(scenario.model, treatment);
  compileKernel(scenario.model, treatment);
  await layoutChart(scenario);
  expect(performance.now() - began).toBeLessThan(120_000);
}

const doubling = (links: number): string =>
  `${one}terms:\n  t0: v + 0\n${lines(links, (link) => `  t${link + 1}: t${link} + t${link}`)}moves: { go: { by: a, when: t${links} > 3 } }\n`;

test("terms that each name the one before twice are refused where they become too large, once", () => {
  expect(refusals(doubling(60))).toEqual(["expression-too-large: t11 + t11"]);
  expect(refusals(doubling(60).replaceAll(/: t(\d+) \+ t\d+/g, ": if t$1 > 1 then t$1 else 2"))).toHaveLength(1);
});

test("terms that stay below the largest size are read and used", async () => {
  await useAll(scenarioOf(doubling(11)));
  expect(partsMax).toBeGreaterThan(2 ** 13);
});

test("terms that are chained deeper than calls can be are refused, and circles of them, too", () => {
  const chain = (count: number): string =>
    `${one}terms:\n${lines(count, (link) => `  t${count - link}: t${count - link - 1} + 1`)}  t0: v + 0\n`;
  expect(refusals(chain(1900))).toEqual(["expression-too-large: t299 + 1"]);
  expect(refusals(chain(20_000))[0]).toMatch(/^too-many/);
  const circle = `${head}terms:\n${lines(1900, (link) => `  t${link}: t${(link + 1) % 1900} > 1`)}start: t3\n`;
  expect(refusals(circle)[0]).toMatch(/^circular-term/);
});

test("all expressions together are not too large", () => {
  const many = `${doubling(11)}incidents:\n${lines(200, (index) => `  i${index}: { when: t11 > ${index} }`)}`;
  expect(refusals(many)).toEqual([expect.stringMatching(/^expressions-too-large: t11 > /)]);
});

test("thousands of misspelt names are told in good time, the first ones with what was meant", () => {
  const names = lines(2000, (index) => `  variable_number_${index}: { scale: [0, 9], initial: 1 }`);
  const uses = lines(
    1500,
    (index) => `  m${index}: { by: a, when: varible_number_${index} > 3 and varable_number_${index} > 1 }`,
  );
  const { diagnostics } = readScenario({
    file: "test.yaml",
    text: `${head}actors: { a: {} }\nvariables:\n${names}moves:\n${uses}`,
  });
  expect(diagnostics[0]?.hint).toBe("did you mean `variable_number_0`?");
  expect(diagnostics.at(-1)?.message).toBe("and 2800 more errors, which are not listed");
  const actors = lines(2000, (index) => `  actor_number_${index}: {}`);
  const by = lines(2000, (index) => `  m${index}: { by: actr_number_${index} }`);
  expect(refusals(`${head}actors:\n${actors}moves:\n${by}`)).toHaveLength(201);
});

test("sections, tracks and lists have a largest size, and a document of 2 MB is read no further", () => {
  expect(
    refusals(`${head}variables:\n${lines(40_000, (index) => `  v${index}: { scale: [0, 9], initial: 1 }`)}`),
  ).toEqual(["too-many: v2000"]);
  const states = Array.from({ length: 1001 }, (_, index) => `s${index}`).join(", ");
  expect(refusals(`${head}tracks: { t: { initial: s0, states: [${states}] } }`)).toEqual(["too-many: s1000"]);
  expect(refusals(lines(100_000, (index) => `k${index}: ${index}`))).toHaveLength(201);
  expect(documentBytesMax).toBe(2 * 1024 * 1024);
  expect(refusals(`${head}note: ${"x".repeat(documentBytesMax)}`)[0]).toMatch(/^too-large/);
});

test("every section at its largest size is read and used", async () => {
  const moves = lines(2000, (index) => `  m${index}: { by: a, when: v > ${index % 9}, then: { v: v + 1 } }`);
  await useAll(scenarioOf(`${one}moves:\n${moves}`));
});

test.each([
  [
    "each to one",
    (index: number) => `m${index}: { by: a, when: t is s${index}, then: { t: s${(index * 7 + 1) % 400} } }`,
  ],
  ["each to all", (index: number) => `m${index}: { by: a, then: { t: s${index} } }`],
])("a chart of 400 states, %s, is run, exported and drawn", async (_, move) => {
  const states = Array.from({ length: 400 }, (__, index) => `s${index}`).join(", ");
  const text = `${head}actors: { a: {} }\ntracks: { t: { initial: s0, states: [${states}] } }\nmoves:\n${lines(400, (index) => `  ${move(index)}`)}`;
  await useAll(scenarioOf(text));
});

const odd = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];

test("names of what every object has are ids like others: refused where they cannot be, unknown where they are none", () => {
  const sections = ["actors", "moves", "variables", "tracks", "terms", "outcomes", "policies", "variants", "briefing"];
  for (const key of odd) {
    expect(refusals(`${head}${key}: 1\n`)).toEqual([`unknown-key: ${key}`]);
    for (const section of sections) {
      expect(refusals(`${head}${section}:\n  ${key}: { ${key}: { ${key}: 1 } }\n`).length).toBeGreaterThan(0);
    }
    const named = `${one}moves: { go: { by: ${key}, when: ${key} > ${key}(v), then: { ${key}: 1 } } }\n`;
    expect(refusals(named).map((found) => found.replace(/:.*/, ""))).toEqual([
      "unknown-actor",
      "unknown-name",
      "unknown-function",
      "unknown-track-or-variable",
    ]);
  }
});

test("deep nesting is refused in all its forms", () => {
  for (const text of [
    `note: ${"[".repeat(100_000)}`,
    `note: ${"{a: ".repeat(100_000)}`,
    `note:\n${"- ".repeat(400_000)}x`,
    lines(1300, (index) => `${" ".repeat(index)}a:`),
    `note: [${",".repeat(1_900_000)}`,
    `start: ${"(".repeat(900_000)}1`,
    `start: ${"(".repeat(4000)}true${")".repeat(4000)}`,
    `start: ${"if true then ".repeat(700)}`,
    `start: ${"not ".repeat(2000)}true`,
  ]) {
    expect(refusals(`${head}${text}\n`).length).toBeGreaterThan(0);
  }
});

test("`each` stands for no more than can be written out", () => {
  const pairs = Array.from({ length: 1000 }, (_, index) => `x${index}: [1, 2]`).join(", ");
  expect(refusals(`${head}actors: { a: {} }\nmoves:\n  m$x0: { by: a, each: { ${pairs} } }\n`)[0]).toMatch(
    /^each-form/,
  );
});

test("characters that drive a terminal or reverse a line are refused in every text, and line breaks in names", () => {
  const found = refusals(readFileSync("test/fixtures/terminal-escapes.yaml", "utf8"));
  expect(found).toEqual(["bad-character: \\", "bad-character: \\", "bad-character: \\", "bad-character: \\"]);
  for (const bad of ["\\x7f", "\\x9b", "\\u2028", "\\u2066", "\\ud800"]) {
    expect(refusals(`${head}note: "a${bad}b"\n`)).toEqual(["bad-character: \\"]);
    expect(refusals(`${head}sources: { "a${bad}b": {} }\n`)).toContain("bad-character: \\");
  }
  expect(refusals(`${head}note: "one\\ntwo"\nactors: { a: { name: "one\\ntwo" } }\n`)).toEqual(["bad-character: \\"]);
  expect(refusals(`${head}actors:\n  a:\n    name: >\n      A long\n      name\n`)).toEqual([]);
});

test("characters of an overlay are looked at as well", () => {
  const overlay = { file: "test.pt.yaml", text: 'actors: { a: { name: "\\e[2J" } }\n' };
  const { diagnostics } = readScenario({ file: "test.yaml", text: one, overlay });
  expect(diagnostics.map(({ code, span }) => `${span.file} ${code}`)).toContain("test.pt.yaml bad-character");
});

test("a start with more combinations than can be tried is told, also where a variant makes it so", () => {
  const two = (first: string) =>
    `${head}variables:\n  x: { scale: [1, 9999], initial: ${first} }\n  y: { scale: [1, 9999], initial: any }\nstart: x > y\n`;
  expect(refusals(two("any"))).toEqual(["too-many-starts: x > y"]);
  expect(refusals(two("1"))).toEqual(["impossible-start: x > y"]);
  expect(refusals(two("9"))).toEqual([]);
  const variant = `${two("9")}variants: { wide: { initial: { x: any } } }\n`;
  expect(refusals(variant)).toEqual([expect.stringMatching(/^too-many-starts/)]);
});

test("a range says how far it may reach", () => {
  const { diagnostics } = readScenario({
    file: "test.yaml",
    text: `${head}variables: { x: { count: [0, 9007199254740992], initial: 1 } }\n`,
  });
  expect(diagnostics[0]?.message).toBe(
    "the range from 0 to 9007199254740992 is too wide: its ends lie from -2147483648 to 2147483648",
  );
  expect(refusals(`${head}variables: { x: { count: [-2147483648, 2147483648], initial: 1 } }\n`)).toEqual([]);
});
