/** The mutation run itself: its mutants are those that it names, drawn by the seed alone, and its table counts right. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { inDrawnOrder, possibleMutants } from "../mutation/draw.ts";
import { mutantsOf, mutate } from "../mutation/operators.ts";
import { noted } from "../mutation/reach.ts";
import { mutationTable } from "../mutation/table.ts";
import type { Verdict } from "../mutation/trial.ts";

const root = join(import.meta.dirname, "../..");

const mutated = (text: string): readonly string[] => mutantsOf("a.ts", text).map((mutant) => mutate(text, mutant));

describe("the operators", () => {
  test.each([
    ["a < b;", ["{}", "a <= b;"]],
    ["a === b || c;", ["{}", "(a === b) && (c);", "a !== b || c;"]],
    ["x = a ?? b;", ["{}", "x = a;"]],
    ["x = a?.b;", ["{}", "x = a.b;"]],
    ["x = a.some(b);", ["{}", "x = a.every(b);"]],
    ["x = a.filter(b);", ["{}", "x = a;"]],
    ["x = Math.min(a, b);", ["{}", "x = Math.max(a, b);"]],
    ["x = a.slice(b);", ["{}", "x = a;", "x = a.slice((b) + 1);"]],
    ["x = 3;", ["{}", "x = 4;"]],
    ["x = 60_000;", ["{}", "x = 0;"]],
    ["x = !a;", ["{}", "x = (a);"]],
    ["x = a ? b : c;", ["{}", "x = !(a) ? b : c;"]],
    ["const f = () => { if (a) return; b(); }", 4],
    [`const f = () => "tag";`, [`const f = () => "mutant";`]],
  ])("change %s", (text, expected) => {
    const got = mutated(text);
    if (typeof expected === "number") expect(got).toHaveLength(expected);
    else expect(got.toSorted()).toEqual(expected.toSorted());
  });

  test("leave types, imports and the wording of texts alone", () => {
    expect(mutated(`import { a } from "b";\ntype A = 1 | true;\nconst x: 2 = say("text");`)).toEqual([]);
  });
});

describe("the draw", () => {
  const all = possibleMutants(root, "chance");

  test("is the same for a seed and another for another", () => {
    const order = (seed: string): readonly string[] => inDrawnOrder(all, seed).map(({ id }) => id);
    expect(order("1")).toEqual(order("1"));
    expect(order("1")).not.toEqual(order("2"));
    expect(new Set(order("1")).size).toBe(all.length);
  });

  test("does not depend on the order of the files", () => {
    expect(inDrawnOrder(all.toReversed(), "1")).toEqual(inDrawnOrder(all, "1"));
  });
});

test.each(["classroom", "log"])("notes at every mutant of %s leave programs that can be read", (folder) => {
  for (const [file, own] of Map.groupBy(possibleMutants(root, folder), (mutant) => mutant.file)) {
    const text = noted(readFileSync(join(root, file), "utf8"), own);
    const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
    expect(
      diagnostics?.map(({ messageText }) => messageText),
      file,
    ).toEqual([]);
    expect(text.split("mutationNote(").length - 1).toBe(own.length);
  }
});

describe("the table", () => {
  const mutants = mutantsOf("src/log/a.ts", "a < b;").map((mutant, index) => ({ ...mutant, id: `m${index}` }));
  const drawn = [{ folder: "log", possible: 20, rejected: 3, mutants }];
  const verdict = (index: number, outcome: Verdict["outcome"]): Verdict => {
    const { file = "", line = 0, operator = "", replacement = "" } = mutants[index] ?? {};
    return {
      ...{ id: `m${index}`, file, line, operator, original: "a < b", replacement, outcome },
      ...{ by: "", run: 1, leftOut: 0, reached: 1, ms: 1 },
    };
  };

  test("counts killed and survived, and names the folder that is below", () => {
    const text = mutationTable(drawn, [verdict(0, "killed"), verdict(1, "survived")], [], "1");
    expect(text).toContain("| `log` | 20 | 2 | 2 | 1 | 1 | 0 | 50 % |");
    expect(text).toContain("Below 85 %: log.");
    expect(text).toContain("- src/log/a.ts:1, boundary: `a < b` → `a <= b`");
  });

  test("does not count an equivalent, and says which reasons are stale", () => {
    const reason = { file: "src/log/a.ts", line: 1, operator: "boundary", replacement: "a <= b", why: "Because." };
    const verdicts = [verdict(0, "killed"), verdict(1, "survived")];
    expect(mutationTable(drawn, verdicts, [reason], "1")).toContain("| `log` | 20 | 2 | 2 | 1 | 0 | 1 | 100 % |");
    const text = mutationTable(drawn, verdicts, [{ ...reason, line: 2 }], "1");
    expect(text).toContain("no longer speak for a drawn mutant: src/log/a.ts:2.");
    expect(text).toContain("| `log` | 20 | 2 | 2 | 1 | 1 | 0 | 50 % |");
  });

  test("takes the last word on a mutant", () => {
    const text = mutationTable(drawn, [verdict(0, "survived"), verdict(0, "killed")], [], "1");
    expect(text).toContain("| `log` | 20 | 2 | 1 | 1 | 0 | 0 | 100 % |");
  });
});
