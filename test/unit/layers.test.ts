/**
 * The architecture as a test: folders import only folders above them, nothing runs in circles, results read no clock.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layers, linesMax, sourceProblems } from "./sourceRules.ts";

const root = join(import.meta.dirname, "../../src");
const paths = globSync("**/*.{ts,tsx,svelte}", { cwd: root }).sort();
const sources = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));

const problemsOf = (files: Record<string, string>): readonly string[] => sourceProblems(new Map(Object.entries(files)));

describe("the sources", () => {
  test("keep the layers, run in no circles, and use nothing that differs between machines", () => {
    expect(sources.size).toBeGreaterThan(20);
    expect(sourceProblems(sources)).toEqual([]);
  });

  test("lie in folders of the list", () => {
    const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => path.split("/")[0]));
    expect([...folders].filter((folder) => !layers.includes(folder ?? ""))).toEqual([]);
  });
});

describe("the checker", () => {
  test.each([
    [
      "an import from a folder below",
      { "engine/law.ts": `import { a } from "../log/chain.ts";` },
      "engine stands above log",
    ],
    [
      "a type import from a folder below",
      { "engine/law.ts": `import type { A } from "../kernel/a.ts";` },
      "stands above",
    ],
    ["an import that spans lines", { "chance/a.ts": `import {\n  a,\n} from\n  "../engine/a.ts";` }, "stands above"],
    ["a late import", { "chance/a.ts": `const a = await import("../engine/a.ts");` }, "stands above"],
    ["an exported name from a folder below", { "chance/a.ts": `export { a } from "../engine/a.ts";` }, "stands above"],
    ["an unknown folder", { "utils/a.ts": `import { a } from "../scenario/a.ts";` }, "not one of the folders"],
    ["node in the engine", { "engine/a.ts": `import { join } from "node:path";` }, "run in a browser"],
    ["node in the statistics", { "ensemble/statistics.ts": `import "node:fs";` }, "run in a browser"],
    ["yaml outside the scenario folder", { "engine/a.ts": `import { parse } from "yaml";` }, "belongs to scenario/"],
    ["zod in the engine", { "engine/a.ts": `import * as z from "zod";` }, "belongs to scenario/ and log/"],
    ["chevrotain in the kernel", { "kernel/a.ts": `import { Lexer } from "chevrotain";` }, "belongs to scenario/"],
    [
      "a part of xstate in the state space",
      { "space/a.ts": `import { x } from "xstate/graph";` },
      "belongs to engine/",
    ],
    ["unkeyed chance", { "kernel/a.ts": "const u = Math.random();" }, "Math.random"],
    ["a wall clock", { "log/a.ts": "const now = Date.now();" }, "Date.now"],
    ["a date object", { "report/a.ts": "const now = new Date(0);" }, "new Date("],
    ["a locale", { "report/a.ts": "const text = (5).toLocaleString();" }, ".toLocale"],
    ["an international format", { "report/a.ts": "const f = new Intl.NumberFormat();" }, "Intl."],
    ["mathematics of the platform", { "kernel/a.ts": "const e = Math.exp(1);" }, "Math.exp"],
    ["a power", { "kernel/a.ts": "const e = a ** 0.5;" }, "**"],
    ["a file that is too long", { "engine/a.ts": "\n".repeat(linesMax + 1) }, `${linesMax} are the most`],
  ])("reports %s", (_, files, expected) => {
    const problems = problemsOf(files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  test("reports a circle of files, type imports included", () => {
    const problems = problemsOf({
      "engine/a.ts": `import type { B } from "./b.ts";`,
      "engine/b.ts": `import { c } from "./c.ts";`,
      "engine/c.ts": `import { a } from "./a.ts";`,
    });
    expect(problems).toEqual(["engine/a.ts imports engine/b.ts imports engine/c.ts imports engine/a.ts"]);
  });

  test.each([
    ["interfaces", "export interface Reading {}", "export interface Reading {}"],
    ["a type and a class", "export type Reading = number;", "export class Reading {}"],
    ["an abstract class and an enum", "export abstract class Reading {}", "export declare enum Reading {}"],
    ["types with parameters", "export type Reading<T> = T;", "export interface Reading<T> extends Set<T> {}"],
    ["a type of a component", "export type Reading = 1;", "<script module>\n  export type Reading = 2;\n</script>"],
  ])("reports a name that two files export: %s", (_, one, other) => {
    expect(problemsOf({ "kernel/a.ts": one, "log/b.ts": `const first = 1;\n${other}` })).toEqual([
      "Reading is exported by kernel/a.ts and log/b.ts; a name means one thing",
    ]);
  });

  test("leaves names alone that a file keeps to itself, passes on, mentions or only begins with", () => {
    const allowed = {
      "engine/a.ts": "export interface Reading {}\n",
      "engine/b.ts": "interface Reading {}\n/*\nexport interface Reading {}\n*/\n// export type Reading = 1;\n",
      "engine/c.ts": `export type { Reading } from "./a.ts";\nexport type ReadingOptions = 1;\n`,
      "engine/d.ts": "export const Reading = 1;\n",
    };
    expect(problemsOf(allowed)).toEqual([]);
  });

  test("accepts what the rules allow", () => {
    const allowed = {
      "scenario/a.ts": `import { parse } from "yaml";\nimport { z } from "zod";\n// Math.random() is not used\n`,
      "engine/a.ts": `import { a } from "../scenario/a.ts";\nimport { setup } from "xstate";\nconst a = 2 ** 31;`,
      "log/a.ts": `import { readFileSync } from "node:fs";\nimport { z } from "zod";`,
      "cli/a.ts": `import { a } from "../log/a.ts";\nconst now = Date.now();`,
      "index.ts": `export { a } from "./scenario/a.ts";`,
    };
    expect(problemsOf(allowed)).toEqual([]);
  });
});
