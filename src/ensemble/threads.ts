/**
 * Independent tasks on worker threads, with results in the order of the tasks whoever finished first.
 *
 * At most a few tasks per thread are under way. An aborted batch returns what is complete from the first task on,
 * without a gap.
 */

import { openPool } from "./pool.ts";

/** Threads that do one kind of task: their module, without its extension, and what it is told once. */
export interface Crew {
  readonly worker: URL;
  /** What one of its tasks is called. */
  readonly task: string;
  readonly workers: number;
  readonly told: unknown;
}

export interface TaskOptions {
  /** Told how many tasks are complete, earlier ones included. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Does tasks in this thread, one after the other, after those that are done. */
export async function doHere<T, R>(
  tasks: readonly T[],
  done: readonly R[],
  work: (task: T) => R,
  { onProgress, signal }: TaskOptions,
): Promise<readonly R[]> {
  const results = [...done];
  for (const task of tasks.slice(done.length)) {
    if (signal?.aborted === true) break;
    results.push(work(task));
    onProgress?.(results.length);
    // Lets a signal or a repaint through between tasks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

/** Does tasks on a crew of threads, after those that are done. */
export async function doInThreads<T, R>(
  crew: Crew,
  tasks: readonly T[],
  done: readonly R[],
  { onProgress, signal }: TaskOptions,
): Promise<readonly R[]> {
  const pool = await openPool(crew.worker, crew.workers, crew.told);
  const results = [...done];
  const under: Promise<R>[] = [];
  let submitted = results.length;
  const interrupted = whenAborted(signal);
  try {
    while (results.length < tasks.length) {
      for (; submitted < tasks.length && under.length < crew.workers * 3; submitted++) {
        under.push(pool.run(tasks[submitted], `${crew.task} ${submitted + 1} of ${tasks.length}`) as Promise<R>);
      }
      const next = await Promise.race([interrupted.promise, under.shift() as Promise<R>]);
      if (next === aborted) break;
      results.push(next);
      onProgress?.(results.length);
    }
  } finally {
    interrupted.forget();
    await pool.close();
  }
  return results;
}

const aborted = Symbol("aborted");

/** Resolves once a signal aborts. */
function whenAborted(signal: AbortSignal | undefined): { promise: Promise<typeof aborted>; forget: () => void } {
  let forget = (): void => {};
  const promise = new Promise<typeof aborted>((resolve) => {
    if (signal === undefined) return;
    const abort = (): void => resolve(aborted);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    forget = () => signal.removeEventListener("abort", abort);
  });
  return { promise, forget: () => forget() };
}
