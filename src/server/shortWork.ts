/**
 * Short work for whoever asks, in threads: which there is, how long each piece may take, and who shares turns with whom.
 */
import type { RunEvent } from "../engine/event.ts";
import type { Recorded } from "../log/chain.ts";
import type { Asker } from "../studio/fairQueue.ts";
import type { ClassAsk, RunSent } from "./classWork.ts";
import { RefusedRequest } from "./refusal.ts";
import type { StudioAsk } from "./studioWork.ts";
import { type PoolLimits, ThreadPool, type WorkLimit } from "./threadPool.ts";

/** What a thread is asked. */
export type ShortAsk =
  | { readonly of: "studio"; readonly ask: StudioAsk }
  | { readonly of: "class"; readonly ask: ClassAsk };

/** What every thread is told once. */
export interface ThreadTold {
  /** The library's folders. */
  readonly folders: readonly string[];
  /** The folder of the studio's runs. */
  readonly runs: string;
}

/** What all short work may take. */
export interface ShortWorkLimits extends PoolLimits {
  /** Part of its usual seconds that each piece may take. */
  readonly part: number;
}

const usualLimits: ShortWorkLimits = { threads: 2, heap: 128, waiting: 8, idle: 60_000, part: 1 };

const reading: WorkLimit = {
  seconds: 5,
  what: "reading this document",
  instead: "make it smaller or its terms simpler; most likely a term repeats another many times over",
};
const running: WorkLimit = { seconds: 20, what: "this run", instead: "give it fewer rounds, or go on step by step" };
const looking: WorkLimit = { seconds: 10, what: "looking at this run", instead: "open it on the command line" };
const trying: WorkLimit = { seconds: 5, what: "trying this course", instead: "try fewer moves at once" };
const keeping: WorkLimit = {
  seconds: 20,
  what: "putting this file together",
  instead: "download the class's run and look at it on the command line",
};

const studioAllowances: Readonly<Record<StudioAsk["kind"], WorkLimit>> = {
  entry: reading,
  prepare: reading,
  scenario: reading,
  diagnostics: reading,
  read: reading,
  runs: { ...looking, what: "reading the list of runs", instead: "move some files out of the folder of runs" },
  begin: running,
  upload: { ...running, what: "reading this log" },
  add: running,
  run: looking,
  "run scenario": looking,
  openings: looking,
  "go on": running,
  fork: running,
  log: looking,
  difference: looking,
};

const classAllowances: Readonly<Record<ClassAsk["kind"], WorkLimit>> = {
  trial: trying,
  knowledge: { ...trying, what: "looking at what each knew", instead: "try again" },
  keepsake: keeping,
  actions: keeping,
};

/** Whoever works in the studio. */
export const studioAsker: Asker = { group: "studio", who: "teacher" };

/** A run of a room, as it is handed over. */
export interface RunOfRoom {
  readonly code: string;
  readonly overlay: string | null;
  readonly recorded: readonly Recorded<RunEvent>[];
}

export class ShortWork {
  readonly #pool: ThreadPool;
  readonly #part: number;

  /** @param given what differs from the usual limits. */
  constructor(told: ThreadTold, given: Partial<ShortWorkLimits> = {}) {
    const limits = { ...usualLimits, ...given };
    this.#pool = new ThreadPool(new URL("./shortWorker", import.meta.url), told, limits);
    this.#part = limits.part;
  }

  #allowed(usual: WorkLimit): WorkLimit {
    return { ...usual, seconds: usual.seconds * this.#part };
  }

  /**
   * Has something of the studio done.
   * @returns the answer's text, mostly JSON.
   * @throws RefusedRequest where the input is wrong or it takes too much.
   */
  studio(ask: StudioAsk, asker: Asker = studioAsker): Promise<string> {
    return this.#pool.run(asker, { of: "studio", ask } satisfies ShortAsk, this.#allowed(studioAllowances[ask.kind]));
  }

  /**
   * Has something of a class's run done, for a seat or the teacher.
   * @returns as `studio`.
   * @throws as `studio`.
   */
  async ofClass(who: string, run: RunOfRoom, ask: ClassRequest): Promise<string> {
    const asker = { group: `room ${run.code}`, who };
    const allowance = this.#allowed(classAllowances[ask.kind]);
    const send = (sent: RunSent): Promise<string> =>
      this.#pool.run(asker, { of: "class", ask: { ...ask, run: sent } } satisfies ShortAsk, allowance);
    const known = sentRun(run);
    try {
      return await send({ ...known, recorded: null });
    } catch (error) {
      // The thread that took it has not seen the run yet.
      if (!(error instanceof RefusedRequest && error.status === 410)) throw error;
      return send(known);
    }
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

type Without<A, K extends string> = A extends unknown ? Omit<A, K> : never;

/** What is asked of a class's run. */
export type ClassRequest = Without<ClassAsk, "run">;

/** A run with its name: a room has its texts in one language, and the last digest stands for all events before. */
export function sentRun({ code, overlay, recorded }: RunOfRoom): RunSent {
  return { key: `${code} ${recorded.at(-1)?.digest ?? ""}`, overlay, recorded };
}
