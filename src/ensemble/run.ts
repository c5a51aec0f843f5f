/**
 * Running a plan on every core: chunks go to worker threads, their counts are merged in order.
 *
 * At most a few chunks per worker are under way, so memory does not grow with the number of runs. A chunk whose worker
 * dies is run once more before the ensemble gives up. An interrupted run returns what is complete, from the first
 * replication on without a gap, so that it can be resumed.
 */
import type { Model } from "../scenario/model.ts";
import { columnsOf } from "./batch.ts";
import { type Counts, emptyCounts, mergeCounts } from "./count.ts";
import { chunkAt, chunkCount, type EnsemblePlan, runChunk } from "./plan.ts";
import { openPool } from "./pool.ts";
import { openFaults, simulatorOf } from "./simulator.ts";

/** How far an ensemble has come: its first chunks, complete, and what they count. */
export interface EnsembleProgress {
  readonly chunks: number;
  readonly counts: Counts;
}

export interface EnsembleOptions {
  /** Number of worker threads; 1 runs in the calling thread. */
  readonly workers: number;
  /** The module that a thread runs instead of ours, without its extension. */
  readonly worker?: URL;
  /** Goes on from here. */
  readonly resume?: EnsembleProgress;
  /** Told after each chunk that was merged. */
  readonly onProgress?: (progress: EnsembleProgress) => void;
  /** Asked after each chunk that was merged; true ends the ensemble there. */
  readonly enough?: (counts: Counts) => boolean;
  /** Stops the ensemble at what is complete. */
  readonly signal?: AbortSignal;
}

/** Runs a plan, or what is left of it. */
export async function runEnsemble(
  model: Model,
  plan: EnsemblePlan,
  options: EnsembleOptions,
): Promise<EnsembleProgress> {
  const start = options.resume ?? { chunks: 0, counts: emptyCounts(columnsOf(model), plan.treatments.length) };
  const left = chunkCount(plan) - start.chunks;
  const progress =
    options.workers > 1 && left > 1
      ? await runInThreads(model, plan, options, start)
      : await runHere(model, plan, options, start);
  return { ...progress, counts: openFaults(model, plan, progress.counts) };
}

/** Adds the next chunk; true if the ensemble has enough. */
function settle(progress: { chunks: number; counts: Counts }, next: Counts, options: EnsembleOptions): boolean {
  progress.counts = mergeCounts(progress.counts, next);
  progress.chunks += 1;
  options.onProgress?.({ ...progress });
  return options.enough?.(progress.counts) ?? false;
}

async function runHere(
  model: Model,
  plan: EnsemblePlan,
  options: EnsembleOptions,
  start: EnsembleProgress,
): Promise<EnsembleProgress> {
  const columns = columnsOf(model);
  const simulators = plan.treatments.map((treatment) => simulatorOf(model, treatment, plan.seed));
  const progress = { ...start };
  while (progress.chunks < chunkCount(plan) && options.signal?.aborted !== true) {
    if (settle(progress, runChunk(columns, simulators, chunkAt(plan, progress.chunks)), options)) break;
    // Lets a signal or a repaint through between chunks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return progress;
}

async function runInThreads(
  model: Model,
  plan: EnsemblePlan,
  options: EnsembleOptions,
  start: EnsembleProgress,
): Promise<EnsembleProgress> {
  const pool = await openPool(options.worker ?? new URL("./worker", import.meta.url), options.workers, { model, plan });
  const run = (index: number): Promise<Counts> => {
    const { from, to } = chunkAt(plan, index);
    return pool.run(index, `runs ${from} to ${to - 1}`) as Promise<Counts>;
  };
  const total = chunkCount(plan);
  const progress = { ...start };
  const under: Promise<Counts>[] = [];
  let submitted = start.chunks;
  try {
    while (progress.chunks < total && options.signal?.aborted !== true) {
      for (; submitted < total && under.length < options.workers * 3; submitted++) {
        under.push(run(submitted));
      }
      const next = under.shift();
      if (next === undefined || settle(progress, await abortable(next, options.signal), options)) break;
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  } finally {
    await pool.close();
  }
  return progress;
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("interrupted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
