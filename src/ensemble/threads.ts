/**
 * Independent tasks on worker threads, with results in the order of the tasks whoever finished first.
 *
 * At most a few tasks per thread are under way. An aborted batch returns what is complete from the first task on,
 * without a gap.
 */

import { openPool, type Pool } from "./pool.ts";

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

/** Numbered work whose results are taken in the order of the numbers. */
export interface Sequence<R> {
  /** The first number that is left to do, and how many numbers there are. */
  readonly from: number;
  readonly total: number;
  /** Takes the next result; true ends the work there. */
  take(result: R): boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Works through a sequence in this thread. */
export async function workHere<R>(
  work: (index: number) => R,
  { from, total, take, signal }: Sequence<R>,
): Promise<void> {
  for (let index = from; index < total && signal?.aborted !== true; index++) {
    if (take(work(index))) break;
    // Lets a signal or a repaint through between pieces of work.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Works through a sequence on a crew of threads. What fails after an abort is not reported. */
export async function workInThreads<R>(
  { worker, workers, told }: Omit<Crew, "task">,
  work: (pool: Pool, index: number) => Promise<unknown>,
  { from, total, take, signal }: Sequence<R>,
): Promise<void> {
  const pool = await openPool(worker, workers, told);
  const under: Promise<R>[] = [];
  const interrupted = whenAborted(signal);
  let submitted = from;
  try {
    for (let done = from; done < total && signal?.aborted !== true; done++) {
      for (; submitted < total && under.length < workers * 3; submitted++) {
        under.push(work(pool, submitted) as Promise<R>);
      }
      const next = await Promise.race([interrupted.promise, under.shift() as Promise<R>]);
      if (next === aborted || take(next)) break;
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    interrupted.forget();
    await pool.close();
  }
}

/** The results of tasks, after those that are done, as a sequence. */
function resultsOf<T, R>(
  tasks: readonly T[],
  done: readonly R[],
  { onProgress, signal }: TaskOptions,
): Sequence<R> & { readonly results: readonly R[] } {
  const results = [...done];
  const take = (result: R): boolean => {
    results.push(result);
    onProgress?.(results.length);
    return false;
  };
  return { results, from: done.length, total: tasks.length, take, signal };
}

/** Does tasks in this thread, one after the other, after those that are done. */
export async function doHere<T, R>(
  tasks: readonly T[],
  done: readonly R[],
  work: (task: T) => R,
  options: TaskOptions,
): Promise<readonly R[]> {
  const sequence = resultsOf(tasks, done, options);
  await workHere((index) => work(tasks[index] as T), sequence);
  return sequence.results;
}

/** Does tasks on a crew of threads, after those that are done. */
export async function doInThreads<T, R>(
  crew: Crew,
  tasks: readonly T[],
  done: readonly R[],
  options: TaskOptions,
): Promise<readonly R[]> {
  const sequence = resultsOf(tasks, done, options);
  const named = (index: number): string => `${crew.task} ${index + 1} of ${tasks.length}`;
  await workInThreads(crew, (pool, index) => pool.run(tasks[index], named(index)), sequence);
  return sequence.results;
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
