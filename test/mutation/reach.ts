/**
 * Which test files reach which mutants: measured once, by sources that note each place as they come past it.
 *
 * Only tests that come past a mutant can tell it from the original. Each test file is run alone, in a tree whose sources
 * hold a note at each drawn mutant; processes and threads that a test starts note as well.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identified } from "./draw.ts";
import { readLines, writeLine } from "./lines.ts";
import { runTests } from "./tree.ts";

/** What one test file reaches. */
export interface Reach {
  readonly test: string;
  /** Hash of the test file's text. */
  readonly text: string;
  /** Hash of the mutants that were noted. */
  readonly probed: string;
  readonly ms: number;
  readonly passed: boolean;
  readonly failure: string;
  readonly ids: readonly string[];
}

/** Which mutants were noted in one measurement. */
interface Probe {
  readonly probed: string;
  readonly ids: readonly string[];
}

/** Longest that one test file may take, in milliseconds. */
const fileMs = 600_000;

/** How reach is measured. */
export interface Measuring {
  /** File that keeps what was measured. */
  readonly path: string;
  /** Only unit and property tests are measured; of others what is known already. */
  readonly quick: boolean;
  readonly tell: (line: string) => void;
}

/** What is known of each test file, measured in `trees` where it is not kept yet. */
export async function measureReach(
  root: string,
  trees: readonly string[],
  mutants: readonly Identified[],
  { path, quick, tell }: Measuring,
): Promise<readonly Reach[]> {
  const needed = mutants.map(({ id }) => id);
  const probed = hash(needed.join());
  const probes = readLines<Probe>(`${path}.probes`);
  if (!probes.some((probe) => probe.probed === probed)) writeLine(`${path}.probes`, { probed, ids: needed });
  // What was measured for more mutants serves for fewer.
  const serving = new Set(
    probes.filter(({ ids }) => needed.every((id) => ids.includes(id))).map((probe) => probe.probed),
  ).add(probed);
  const [first = root] = trees;
  const tests = inOrder(globSync("test/**/*.test.ts", { cwd: first }));
  const texts = new Map(tests.map((test) => [test, hash(readFileSync(join(first, test), "utf8"))]));
  const known = readLines<Reach>(path).filter((one) => serving.has(one.probed));
  const fresh = (test: string): Reach | undefined =>
    known.findLast((one) => one.test === test && one.text === texts.get(test) && one.passed);
  const waiting = tests.filter((test) => fresh(test) === undefined && (!quick || isQuick(test)));
  const measured: Reach[] = tests.flatMap((test) => fresh(test) ?? []);
  if (waiting.length > 0) for (const tree of trees) notePlaces(tree, mutants);
  await Promise.all(
    trees.map(async (tree) => {
      for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
        const notes = join(tree, "mutation-notes.txt");
        rmSync(notes, { force: true });
        const run = await runTests(tree, [test], { limitMs: fileMs, testMs: fileMs });
        const lines = existsSync(notes) ? readFileSync(notes, "utf8").split("\n") : [];
        const ids = [...new Set(lines.filter((line) => line !== ""))].sort();
        const { ms, failure } = run;
        const one = { test, text: texts.get(test) ?? "", probed, ms, passed: run.outcome === "passed", failure, ids };
        writeLine(path, one);
        measured.push(one);
        tell(`${test}: ${run.outcome} in ${ms} ms, reaches ${ids.length} mutants ${failure}`);
      }
    }),
  );
  for (const tree of trees) restore(root, tree, mutants);
  return measured;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

const isQuick = (test: string): boolean => /^test\/(unit|property)\//.test(test);

/** Test files in the order in which they are measured: those that start processes last. */
function inOrder(tests: readonly string[]): readonly string[] {
  const place = (test: string): number => (isQuick(test) ? 0 : test.startsWith("test/e2e/") ? 2 : 1);
  return tests.toSorted().toSorted((a, b) => place(a) - place(b));
}

function notePlaces(tree: string, mutants: readonly Identified[]): void {
  const note = [
    "function mutationNote(id: string): void {",
    "  const { mutationNotes = new Set<string>() } = globalThis as { mutationNotes?: Set<string> };",
    "  Object.assign(globalThis, { mutationNotes });",
    "  if (mutationNotes.has(id)) return;",
    "  mutationNotes.add(id);",
    `  globalThis.process?.getBuiltinModule?.("node:fs").appendFileSync(${JSON.stringify(join(tree, "mutation-notes.txt"))}, id + "\\n");`,
    "}",
  ].join("\n");
  for (const [file, own] of Map.groupBy(mutants, (mutant) => mutant.file)) {
    const path = join(tree, file);
    writeFileSync(path, `${noted(readFileSync(path, "utf8"), own)}\n${note}\n`);
  }
}

/** A source that calls `mutationNote` at each of its mutants. */
export function noted(text: string, mutants: readonly Identified[]): string {
  const marks = mutants.flatMap(({ id, place: { kind, start, end } }) => [
    // At one place the longer range opens first and the shorter one closes first.
    {
      at: start,
      opens: 1,
      size: start - end,
      mark: kind === "statement" ? `{ mutationNote("${id}"); ` : `(mutationNote("${id}"), `,
    },
    { at: end, opens: 0, size: end - start, mark: kind === "statement" ? " }" : ")" },
  ]);
  const sorted = marks.toSorted((a, b) => a.at - b.at || a.opens - b.opens || a.size - b.size);
  let out = "";
  let from = 0;
  for (const { at, mark } of sorted) {
    out += text.slice(from, at) + mark;
    from = at;
  }
  return out + text.slice(from);
}

function restore(root: string, tree: string, mutants: readonly Identified[]): void {
  for (const { file } of mutants) writeFileSync(join(tree, file), readFileSync(join(root, file)));
}
