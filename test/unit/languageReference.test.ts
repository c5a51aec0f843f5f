import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { runOnMachine } from "../../src/ensemble/batch.ts";
import { reservedIds } from "../../src/scenario/declaration.ts";
import { nameFunctions, numberFunctionWords } from "../../src/scenario/functions.ts";
import { patternKinds, patternOf } from "../../src/scenario/property.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

interface Block {
  readonly kind: string;
  readonly text: string;
}

const page = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");

/** The fenced blocks of the page: what stands behind the opening fence, and the text. */
const blocks: readonly Block[] = [...page.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  kind: match[1] ?? "",
  text: match[2] ?? "",
}));

const whole = blocks.flatMap(({ kind, text }) => (kind === "yaml" ? [text] : [])).join("");

/** The sections of a document by key, in order. */
function sections(text: string): Map<string, string> {
  return new Map(text.split(/^(?=[a-z])/m).map((section) => [section.slice(0, section.indexOf(":")), section]));
}

/** The whole scenario of the page with some sections written otherwise. */
function varied(text: string): string {
  return [...new Map([...sections(whole), ...sections(text)]).values()].join("");
}

test("the blocks of the language reference are one scenario that lints clean", () => {
  const { diagnostics, scenario } = readScenario({ file: "language.md", text: whole });
  expect(diagnostics).toEqual([]);
  expect(scenario?.model.id).toBe("pilot-dispute");
});

test("every section of the language is shown in the reference", () => {
  const { scenario } = readScenario({ file: "language.md", text: whole });
  const empty = Object.entries(scenario?.model ?? {}).filter(([, value]) => value === null || value.length === 0);
  expect(empty).toEqual([]);
  expect(Object.keys(scenario?.texts.sources ?? {})).not.toEqual([]);
  const told = ["all", ...(scenario?.model.actors ?? []).map(({ id }) => id), "rules", "followed", "debrief"];
  expect(Object.keys(scenario?.texts.briefing ?? {})).toEqual(told);
  expect(scenario?.lessons).not.toEqual([]);
});

test("the reference names every function, and every pattern of properties with its keys", () => {
  const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, "");
  const functions = [...numberFunctionWords, ...Object.keys(nameFunctions)];
  expect(functions.filter((name) => !prose.includes(`\`${name}(`))).toEqual([]);
  const keys = patternKinds.flatMap((kind) => [...patternOf(kind).needs, ...patternOf(kind).may]);
  expect(keys.filter((key) => !prose.includes(`\`${key}\``))).toEqual([]);
});

test("the reference lists every reserved word, and no other", () => {
  const table = /^\| \| words \|\n[\s\S]*?\n\n/m.exec(page)?.[0] ?? "";
  const listed = Object.fromEntries(
    [...table.matchAll(/^\| (all names|[a-z]+s) \| (.*) \|$/gm)].map(([, kind = "", words = ""]) => [
      kind,
      [...words.matchAll(/`([a-z]+)`/g)].map(([, word = ""]) => word).sort(),
    ]),
  );
  const kinds = Object.entries(reservedIds.byKind).map(([kind, words]) => [`${kind}s`, [...words].sort()]);
  expect(listed).toEqual({ "all names": [...reservedIds.all].sort(), ...Object.fromEntries(kinds) });
});

test("variations in the reference are right as well", () => {
  const variations = blocks.filter(({ kind }) => kind === "yaml variation");
  expect(variations.length).toBeGreaterThan(0);
  for (const { text } of variations) {
    const { diagnostics } = readScenario({
      file: "language.md",
      text: varied(text),
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  }
});

test("mistakes in the reference are told as the reference says", () => {
  const mistakes = blocks.flatMap(({ kind, text }, index) =>
    kind === "yaml mistake" ? [{ text, told: blocks[index + 1] }] : [],
  );
  expect(mistakes.length).toBeGreaterThan(4);
  for (const { text, told } of mistakes) {
    const { diagnostics } = readScenario({ file: "language.md", text: varied(text) });
    const all = diagnostics.flatMap(({ severity, message, hint }) => [
      `${severity}: ${message}`,
      ...(hint === null ? [] : [`hint: ${hint}`]),
    ]);
    for (const line of told?.text.trim().split("\n") ?? ["nothing"]) expect(all).toContain(line);
  }
});

test("games in the reference come to what the reference says", () => {
  const games = blocks.flatMap(({ kind, text }, index) =>
    kind === "yaml game" ? [{ text, told: blocks[index + 1] }] : [],
  );
  expect(games.length).toBeGreaterThan(0);
  for (const { text, told } of games) {
    const { diagnostics, scenario } = readScenario({ file: "language.md", text });
    expect(diagnostics).toEqual([]);
    if (scenario === null) continue;
    const { outcome, tallies } = runOnMachine(
      prepareEngine(scenario.model, treat(scenario.model)),
      "demarche",
      0,
    ).result;
    const lines = Object.entries({ outcome, ...tallies }).map(([what, value]) => `${what}: ${value}`);
    expect(lines).toEqual(told?.text.trim().split("\n"));
  }
});

test("the overlay in the reference fits the scenario", () => {
  const overlay = blocks.find(({ kind }) => kind === "yaml overlay")?.text ?? "";
  const read = readScenario({ file: "language.md", text: whole, overlay: { file: "overlay", text: overlay } });
  expect(read.diagnostics).toEqual([]);
  expect(read.scenario?.texts.title).toBe("O piloto");
});

test("the TypeScript in the reference prints a scenario", () => {
  const source = blocks.find(({ kind }) => kind === "ts")?.text ?? "";
  const library = new URL("../../src/index.ts", import.meta.url).href;
  const text = execFileSync(process.execPath, ["--input-type=module-typescript", "-"], {
    input: source.replace('"demarche"', JSON.stringify(library)),
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    encoding: "utf8",
  });
  expect(readScenario({ file: "generated.json", text }).scenario?.model.moves).toHaveLength(2);
});
