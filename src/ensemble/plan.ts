/**
 * A plan: which replications of which treatments are to be run, in which chunks.
 *
 * Chunks are fixed by the plan and not by who works on them, and are counted and merged in order, so that a result is
 * the same bytes for any number of workers.
 */
import type { Treatment } from "../engine/treatment.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Columns, Simulate } from "./batch.ts";
import { type Counts, countBatches, emptyCounts, mergeCounts } from "./count.ts";

export interface EnsemblePlan {
  readonly seed: string;
  /** Replications 0 to runs - 1 of every treatment. */
  readonly runs: number;
  readonly treatments: readonly Treatment[];
}

/** Replications in a chunk: small enough to report progress and to fit the caches, large enough to hide overheads. */
export const chunkRuns = 2048;

/** The largest ensemble: an index is one 32-bit word of the counter. */
export const runsMax = 2 ** 32;

/**
 * The number of runs as the user wrote it.
 * @throws Mistake unless it is a whole number of at least 1 and at most 2^32.
 */
export function parseRuns(text: string): number {
  const runs = Number(text.replaceAll("_", ""));
  if (!/^[0-9_]+(e[0-9]+)?$/i.test(text) || !Number.isInteger(runs) || runs < 1) {
    throw new Mistake(`--runs ${text}: a whole number of at least 1 is needed`, "for example --runs 10000");
  }
  if (runs > runsMax) throw new Mistake(`--runs ${text}: at most ${runsMax} runs can be told apart under one seed`);
  return runs;
}

/** A stretch of replications: [from, to). */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** The chunk with a number, the first being 0. */
export function chunkAt({ runs }: EnsemblePlan, index: number): Chunk {
  return { from: index * chunkRuns, to: Math.min(runs, (index + 1) * chunkRuns) };
}

/** The number of chunks. */
export function chunkCount({ runs }: EnsemblePlan): number {
  return Math.ceil(runs / chunkRuns);
}

/** Runs one chunk of every treatment. */
export function runChunk(columns: Columns, simulators: readonly Simulate[], { from, to }: Chunk): Counts {
  return countBatches(
    columns,
    simulators.map((simulate) => simulate(from, to)),
  );
}

/** Runs a whole plan in this thread. */
export function runPlan(columns: Columns, plan: EnsemblePlan, simulators: readonly Simulate[]): Counts {
  let counts = emptyCounts(columns, plan.treatments.length);
  for (let index = 0; index < chunkCount(plan); index++) {
    counts = mergeCounts(counts, runChunk(columns, simulators, chunkAt(plan, index)));
  }
  return counts;
}
