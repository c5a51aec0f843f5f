/**
 * The trial of one mutant: the tests that reach it are run against it until one fails.
 *
 * Quick tests come first, and first of all those that have told apart others of the same file. They are run in batches,
 * so that a mutant that hangs does not cost the time of all. A mutant is killed where a test fails or the time is far
 * exceeded; all others survive, with the tests named that were left out for their time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identified } from "./draw.ts";
import { mutate } from "./operators.ts";
import type { Reach } from "./reach.ts";
import { runTests, type TestRun } from "./tree.ts";

/** How a trial ended. */
export interface Verdict {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly original: string;
  readonly replacement: string;
  readonly outcome: "killed" | "survived";
  /** The test that told it apart and what it said; `too slow` where one did not end; empty where none did. */
  readonly by: string;
  /** How many test files were run, were left out for their time, and reach it. */
  readonly run: number;
  readonly leftOut: number;
  readonly reached: number;
  readonly ms: number;
}

/** Expected milliseconds of a batch of test files; the last is used for all that remain. */
const batchesMs = [4_000, 12_000, 30_000];

/** Expected milliseconds of tests that one mutant is worth, at most. */
const trialMs = 60_000;

/** A batch hangs where it takes this many times what it took before, and a while for starting; but never longer than so. */
const hangTimes = 6;
const startMs = 30_000;
const hangMs = 240_000;

/** Longest that one test may take, where a mutant may make it wait for ever. */
const testMs = 60_000;

/** Runs a mutant in a tree against the test files that reach it, and puts the original back. */
export async function tryMutant(
  tree: string,
  mutant: Identified,
  reach: readonly Reach[],
  killers: ReadonlyMap<string, number>,
): Promise<Verdict> {
  const reaching = reach.filter(({ passed, ids }) => passed && ids.includes(mutant.id));
  // A test that killed once is worth being tried before others that are several times as quick.
  const worth = ({ test, ms }: Reach): number => ms / (1 + 3 * (killers.get(test) ?? 0));
  const batches = batchesOf(reaching.toSorted((a, b) => worth(a) - worth(b)));
  const path = join(tree, mutant.file);
  const original = readFileSync(path, "utf8");
  const { id, file, line, operator, start, end, replacement } = mutant;
  const about = { id, file, line, operator, original: original.slice(start, end), replacement };
  const begun = performance.now();
  let run = 0;
  const ended = (outcome: Verdict["outcome"], by: string): Verdict => {
    const ms = Math.round(performance.now() - begun);
    const leftOut = outcome === "survived" ? reaching.length - run : 0;
    return { ...about, outcome, by, run, leftOut, reached: reaching.length, ms };
  };
  writeFileSync(path, mutate(original, mutant));
  try {
    for (const batch of batches) {
      const expected = batch.reduce((sum, { ms }) => sum + ms, 0);
      const names = batch.map(({ test }) => test);
      const limits = { limitMs: Math.min(startMs + hangTimes * expected, hangMs), testMs };
      const result = await runTwice(tree, names, limits);
      run += batch.length;
      if (result.outcome === "hung") return ended("killed", `too slow: ${names.join(", ")}`);
      if (result.outcome === "failed") return ended("killed", result.failure);
    }
    return ended("survived", "");
  } finally {
    writeFileSync(path, original);
  }
}

/**
 * Runs test files, and where one that starts processes failed, that one again: on a busy machine it may fail for want of
 * time, and kills where it fails twice. Where it does not, the others are asked without it.
 */
async function runTwice(
  tree: string,
  names: readonly string[],
  limits: Parameters<typeof runTests>[2],
): Promise<TestRun> {
  const result = await runTests(tree, names, limits);
  const [busy] = result.failure.match(/^test\/e2e\/[^ :]+/) ?? [];
  if (busy === undefined) return result;
  const again = await runTests(tree, [busy], limits);
  const others = names.filter((name) => name !== busy);
  return again.outcome === "passed" && others.length > 0 ? runTwice(tree, others, limits) : again;
}

function batchesOf(reaching: readonly Reach[]): readonly (readonly Reach[])[] {
  const batches: Reach[][] = [];
  let batch: Reach[] = [];
  let filled = 0;
  let total = 0;
  for (const one of reaching) {
    if (total + one.ms > trialMs && total > 0) continue;
    total += one.ms;
    const most = batchesMs[Math.min(batches.length, batchesMs.length - 1)] ?? 0;
    if (batch.length > 0 && filled + one.ms > most) {
      batches.push(batch);
      batch = [];
      filled = 0;
    }
    batch.push(one);
    filled += one.ms;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
