/**
 * A pool of worker threads that keeps within its memory and survives a thread that dies.
 *
 * A task whose thread dies is done once more before the pool gives up. What a task leaves behind is small and soon
 * forgotten; left to itself, every thread would let its youngest objects fill dozens of megabytes before it sweeps them
 * up.
 */
import { Mistake } from "../scenario/mistake.ts";

export interface Pool {
  /** Has a thread do a task; `name` says which, should it fail twice. */
  run(task: unknown, name: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Megabytes for the youngest objects of a thread: batches and counts of a chunk fit several times over. */
const youngMb = 4;

/**
 * How Piscina calls an answer that it no longer waits for: one that was on its way as the pool closed or its thread ended.
 * The task has been given up or is done once more, so the answer is of no use, and it is no fault.
 */
const lateAnswer = "Unexpected message from Worker";

/**
 * Starts a pool.
 * @param file the module whose default export does a task, without its extension.
 * @param told what every thread is told once.
 */
export async function openPool(file: URL, workers: number, told: unknown): Promise<Pool> {
  const { Piscina } = await import("piscina");
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  const pool = new Piscina({
    filename: `${file.href}${extension}`,
    minThreads: workers,
    maxThreads: workers,
    workerData: told,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
  pool.on("error", (error: Error) => {
    if (!error.message.startsWith(lateAnswer)) throw error;
  });
  return {
    run: (task, name) => {
      const once = (): Promise<unknown> => pool.run(task);
      const result = once().catch(() => once().catch((error: unknown) => Promise.reject(lost(name, error))));
      // A task that fails while others are awaited is reported when its turn comes.
      result.catch(() => undefined);
      return result;
    },
    close: () => pool.destroy(),
  };
}

/** A task that failed twice. */
function lost(name: string, error: unknown): Mistake {
  const reason = error instanceof Error ? error.message : String(error);
  return new Mistake(
    `the worker of ${name} failed twice: ${reason}`,
    "fewer --workers need less memory; --workers 1 runs everything in one thread and shows where it fails",
  );
}
