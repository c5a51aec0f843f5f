/**
 * Threads for short work that somebody could make large: each piece has its time and its memory, and whoever asks for
 * much waits for themselves alone.
 *
 * A piece that takes too long or too much is ended with its thread, and another thread takes its place; nobody else's
 * work is lost. One group of askers never has all threads.
 */
import { Worker } from "node:worker_threads";
import { type Asker, FairQueue } from "../studio/fairQueue.ts";
import { RefusedRequest } from "./refusal.ts";

/** What a thread says: that it is ready, and then what each piece of work came to. */
export type Told =
  | { readonly type: "ready" }
  | { readonly type: "answer"; readonly text: string }
  /** The input is wrong, or something is not there. */
  | { readonly type: "refused"; readonly status: number; readonly message: string; readonly hint: string | null }
  /** We are wrong. */
  | { readonly type: "failed"; readonly reason: string };

/** What a piece of work may take, and how that is said. */
export interface WorkLimit {
  readonly seconds: number;
  /** What is done, as in `reading the document`. */
  readonly what: string;
  /** What to do where it takes too much. */
  readonly instead: string;
}

/** What a pool may take. */
export interface PoolLimits {
  readonly threads: number;
  /** Megabytes of objects in one thread. */
  readonly heap: number;
  /** Pieces of one asker that may wait. */
  readonly waiting: number;
  /** Milliseconds without work after which a thread ends, to give its memory back. */
  readonly idle: number;
}

interface Piece {
  readonly ask: object;
  readonly allowance: WorkLimit;
  readonly answer: (text: string) => void;
  readonly refuse: (reason: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  /** What it works at, for which group, and what ends that. */
  busy: { readonly piece: Piece; readonly group: string; timer: ReturnType<typeof setTimeout> | null } | null;
  rest: ReturnType<typeof setTimeout> | null;
}

/** How many times its allowance a piece may take by the clock on the wall, where others keep the processors busy. */
const patience = 6;

/** Milliseconds of processor time that a thread has used; null where the platform does not tell. */
async function processorMs(worker: Worker): Promise<number | null> {
  if (typeof worker.cpuUsage !== "function") return null;
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1000;
  } catch {
    return null;
  }
}

export class ThreadPool {
  readonly #file: URL;
  readonly #told: unknown;
  readonly #limits: PoolLimits;
  readonly #queue: FairQueue<Piece>;
  readonly #threads = new Set<Thread>();
  #isClosed = false;

  /**
   * @param file the module that does the work, without its extension; it says `ready`, then answers each message.
   * @param told what every thread is told once.
   */
  constructor(file: URL, told: unknown, limits: PoolLimits) {
    this.#file = file;
    this.#told = told;
    this.#limits = limits;
    this.#queue = new FairQueue(limits.waiting);
  }

  /**
   * Has a thread do a piece of work, and gives its answer.
   * @throws RefusedRequest where the input is wrong, it took too much, or the asker has too much waiting.
   */
  run(asker: Asker, ask: object, allowance: WorkLimit): Promise<string> {
    return new Promise((answer, refuse) => {
      if (this.#isClosed) refuse(new RefusedRequest(503, "the server is stopping"));
      else if (this.#queue.add(asker, { ask, allowance, answer, refuse })) this.#assign();
      else refuse(new RefusedRequest(429, "too many of your requests are waiting", "wait a moment"));
    });
  }

  /** Ends all threads; what waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { refuse } of this.#queue.clear()) refuse(new RefusedRequest(503, "the server is stopping"));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  /** Gives work to threads as long as there are both. */
  #assign(): void {
    const share = Math.max(1, this.#limits.threads - 1);
    const mayHave = (group: string): boolean =>
      [...this.#threads].filter(({ busy }) => busy?.group === group).length < share;
    for (;;) {
      const free = [...this.#threads].find(({ busy }) => busy === null);
      if (free === undefined && this.#threads.size >= this.#limits.threads) return;
      const next = this.#queue.take(mayHave);
      if (next === null) return;
      const thread = free ?? this.#start();
      if (thread.rest !== null) clearTimeout(thread.rest);
      thread.busy = { piece: next.item, group: next.group, timer: null };
      if (thread.isReady) this.#begin(thread);
    }
  }

  /** Time runs from here: a thread that has just been started loads its programs first. */
  #begin(thread: Thread): void {
    const { busy } = thread;
    if (busy === null) return;
    const { ask, allowance } = busy.piece;
    const end = (): void => {
      if (thread.busy !== busy) return;
      const spent = `took longer than ${allowance.seconds} seconds and was ended`;
      this.#lose(thread, new RefusedRequest(422, `${allowance.what} ${spent}`, allowance.instead));
      void thread.worker.terminate();
    };
    const most = allowance.seconds * 1000;
    const before = processorMs(thread.worker);
    // On a busy machine a second of work takes longer than a second: what counts is the work, up to a multiple.
    const look = async (): Promise<void> => {
      busy.timer = setTimeout(end, most * (patience - 1));
      const [first, last] = await Promise.all([before, processorMs(thread.worker)]);
      const left = first === null || last === null ? 0 : most - (last - first);
      if (left <= 0) end();
      else setTimeout(end, Math.min(left * patience, most * (patience - 1))).unref();
    };
    busy.timer = setTimeout(() => void look(), most);
    thread.worker.postMessage(ask);
  }

  #start(): Thread {
    const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const worker = new Worker(new URL(`${this.#file.href}${extension}`), {
      workerData: this.#told,
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heap, maxYoungGenerationSizeMb: 8 },
    });
    worker.unref();
    const thread: Thread = { worker, isReady: false, busy: null, rest: null };
    this.#threads.add(thread);
    worker.on("message", (told: Told) => this.#hear(thread, told));
    worker.on("error", (error: Error & { code?: string }) => this.#lose(thread, this.#reasonOf(thread, error)));
    worker.on("exit", () => this.#lose(thread, new RefusedRequest(503, "the work was interrupted", "try again")));
    return thread;
  }

  #hear(thread: Thread, told: Told): void {
    if (told.type === "ready") {
      thread.isReady = true;
      this.#begin(thread);
      return;
    }
    const { busy } = thread;
    if (busy === null) return;
    if (busy.timer !== null) clearTimeout(busy.timer);
    thread.busy = null;
    thread.rest = setTimeout(() => {
      this.#threads.delete(thread);
      void thread.worker.terminate();
    }, this.#limits.idle);
    thread.rest.unref();
    if (told.type === "answer") busy.piece.answer(told.text);
    else if (told.type === "failed") busy.piece.refuse(new Error(told.reason));
    else busy.piece.refuse(new RefusedRequest(told.status, told.message, told.hint));
    this.#assign();
  }

  /** A thread is gone, and what it worked at with it. */
  #lose(thread: Thread, reason: Error): void {
    if (!this.#threads.delete(thread)) return;
    const { busy, rest } = thread;
    if (rest !== null) clearTimeout(rest);
    if (busy !== null && busy.timer !== null) clearTimeout(busy.timer);
    busy?.piece.refuse(reason);
    if (!this.#isClosed) this.#assign();
  }

  #reasonOf({ busy }: Thread, error: Error & { code?: string }): Error {
    if (error.code !== "ERR_WORKER_OUT_OF_MEMORY" || busy === null) return error;
    const { what, instead } = busy.piece.allowance;
    return new RefusedRequest(422, `${what} took more than ${this.#limits.heap} MB of memory and was ended`, instead);
  }
}
