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
import type { Pool } from "./pool.ts";
import { openFaults, simulatorOf } from "./simulator.ts";
import { type Sequence, workHere, workInThreads } from "./threads.ts";

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
  const columns = columnsOf(model);
  const { chunks, counts } = options.resume ?? { chunks: 0, counts: emptyCounts(columns, plan.treatments.length) };
  const progress = { chunks, counts };
  const sequence: Sequence<Counts> = {
    from: chunks,
    total: chunkCount(plan),
    take(next) {
      progress.counts = mergeCounts(progress.counts, next);
      progress.chunks += 1;
      options.onProgress?.({ ...progress });
      return options.enough?.(progress.counts) ?? false;
    },
    signal: options.signal,
  };
  if (options.workers > 1 && sequence.total - chunks > 1) {
    const { workers } = options;
    const worker = options.worker ?? new URL("./worker", import.meta.url);
    const work = (pool: Pool, index: number): Promise<unknown> => {
      const { from, to } = chunkAt(plan, index);
      return pool.run(index, `runs ${from} to ${to - 1}`);
    };
    await workInThreads({ worker, workers, told: { model, plan } }, work, sequence);
  } else {
    const simulators = plan.treatments.map((treatment) => simulatorOf(model, treatment, plan.seed));
    await workHere((index) => runChunk(columns, simulators, chunkAt(plan, index)), sequence);
  }
  return { ...progress, counts: openFaults(model, plan, progress.counts) };
}
