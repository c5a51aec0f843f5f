/**
 * Running the cells of an experiment: each a few treatments over the same replications, independent of all others.
 *
 * A cell whose model cannot even begin is a result as well, with its fault; the rest goes on. Cells are handed out in
 * order to as many threads as asked for and come back in order, so a result does not depend on their number. Progress
 * holds complete cells only, from the first on without a gap.
 */
import type { Fault } from "../engine/event.ts";
import { Faulted } from "../engine/faulted.ts";
import type { Treatment } from "../engine/treatment.ts";
import type { Model } from "../scenario/model.ts";
import { type Batch, columnsOf, type Simulate } from "./batch.ts";
import { type Counts, countBatches, emptyCounts, mergeCounts } from "./count.ts";
import { chunkRuns } from "./plan.ts";
import { simulatorOf } from "./simulator.ts";
import { doHere, doInThreads, type TaskOptions } from "./threads.ts";

/** What every cell of an experiment shares. */
export interface CellPlan {
  readonly seed: string;
  /** Replications of each treatment of a cell. */
  readonly runs: number;
  /** Treatments by cell; the first of a cell is the baseline of its pairs. */
  readonly cells: readonly (readonly Treatment[])[];
}

/** What came of a cell: counts, or why it could not be run at all. */
export type CellResult = { readonly counts: Counts } | { readonly fault: Fault };

export interface CellOptions extends TaskOptions {
  /** Number of worker threads; 1 runs in the calling thread. */
  readonly workers: number;
  /** The module that a thread runs instead of ours, without its extension. */
  readonly worker?: URL;
  /** Results of the first cells, from an earlier attempt. */
  readonly resume?: readonly CellResult[];
}

const cellWorker = new URL("./cellWorker", import.meta.url);

/** Runs the cells, or what is left of them; fewer come back only where the signal aborted. */
export async function runCells(model: Model, plan: CellPlan, options: CellOptions): Promise<readonly CellResult[]> {
  const { cells, seed, runs } = plan;
  const { workers, resume = [] } = options;
  return workers > 1 && cells.length - resume.length > 1
    ? doInThreads(
        { worker: options.worker ?? cellWorker, task: "point", workers, told: { model, seed, runs } },
        cells,
        resume,
        options,
      )
    : doHere(cells, resume, cellRunner(model, plan), options);
}

/** Batches of the latest baseline are kept up to this many replications: experiments often share it among their cells. */
const keptRuns = 2 ** 18;

/** Runs cells one by one, keeping the batches of a baseline that the next cell shares. */
export function cellRunner(
  model: Model,
  { seed, runs }: Pick<CellPlan, "seed" | "runs">,
): (treatments: readonly Treatment[]) => CellResult {
  const columns = columnsOf(model);
  let baseline: { readonly key: string; readonly simulate: Simulate } | null = null;

  function baselineOf(treatment: Treatment): Simulate {
    const key = JSON.stringify(treatment);
    if (baseline?.key !== key) baseline = { key, simulate: remembering(simulatorOf(model, treatment, seed)) };
    return baseline.simulate;
  }

  return (treatments) => {
    try {
      const simulators = treatments.map((treatment, index) =>
        index === 0 && treatments.length > 1 ? baselineOf(treatment) : simulatorOf(model, treatment, seed),
      );
      let counts = emptyCounts(columns, treatments.length);
      for (let from = 0; from < runs; from += chunkRuns) {
        const to = Math.min(runs, from + chunkRuns);
        const batches = simulators.map((simulate) => simulate(from, to));
        counts = mergeCounts(counts, countBatches(columns, batches));
      }
      return { counts };
    } catch (error) {
      if (error instanceof Faulted) return { fault: error.fault };
      throw error;
    }
  };
}

function remembering(simulate: Simulate): Simulate {
  const kept = new Map<number, Batch>();
  return (from, to) => {
    const known = kept.get(from);
    if (known !== undefined) return known;
    const batch = simulate(from, to);
    if (to <= keptRuns) kept.set(from, batch);
    return batch;
  };
}
