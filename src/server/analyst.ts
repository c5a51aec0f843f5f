/**
 * Whoever continues runs for the rooms, in a thread of its own: lamps while a class plays, the analysis for its debrief.
 *
 * The thread is started when it is needed, and again should it end. What it finds is kept nowhere: it follows from the
 * log, and is found again after a restart.
 */
import { Worker } from "node:worker_threads";
import type { AnalysisTask } from "../classroom/analysis.ts";
import type { Answered, Asked } from "../classroom/analysisWorker.ts";
import { lampsOf, type WaysBack } from "../classroom/lamps.ts";
import type { Run } from "../classroom/run.ts";
import { isOver } from "../classroom/screen.ts";
import type { RoomHost } from "./roomHost.ts";

/** Continuations from each point of a run, and from each option of a decision. */
const runs = 10_000;
const runsOfDecision = 1000;

/** Courses that are tried to find a way back. */
const tries = 200;

/** Milliseconds without work after which the thread ends, to give its memory back. */
const idleMs = 60_000;

/** Continuations leave much behind that is soon forgotten; collecting it often keeps the server small. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

interface Wanted {
  readonly number: number;
  readonly host: RoomHost;
  readonly run: Run;
}

export class Analyst {
  #worker: Worker | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;
  #last = 0;
  readonly #analyses = new Map<string, Wanted>();
  readonly #ways = new Map<string, Wanted>();
  /** Whose analysis is complete already, by the run that it is of. */
  readonly #done = new Map<string, Run>();

  /** A room's run has moved on: its lamps are looked after, and once it is over its analysis. */
  follow(host: RoomHost): void {
    const { code, run, room } = host;
    const { model } = run.scenario;
    const { treatment } = run.engine.law;
    if (!model.properties.some(({ kind }) => kind === "reachable")) host.shine(lampsOf(run, {}));
    else {
      const wanted = { number: ++this.#last, host, run };
      this.#ways.set(code, wanted);
      const task = { model, treatment, state: run.state, tries };
      this.#ask({ kind: "ways back", subject: code, number: wanted.number, task });
    }
    if (!isOver(room)) {
      this.#done.delete(code);
      if (this.#analyses.delete(code)) this.#ask({ kind: "nothing", subject: code, number: ++this.#last });
      return;
    }
    if (this.#done.get(code) === run || this.#analyses.get(code)?.run === run) return;
    const wanted = { number: ++this.#last, host, run };
    this.#analyses.set(code, wanted);
    const task: AnalysisTask = { model, treatment, events: run.events, seed: run.seed, runs, runsOfDecision };
    this.#ask({ kind: "analysis", subject: code, number: wanted.number, task });
  }

  #ask(asked: Asked): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(asked);
    this.#rest();
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const worker = new Worker(new URL(`../classroom/analysisWorker${extension}`, import.meta.url), { resourceLimits });
    worker.unref();
    worker.on("message", (answered: Answered) => this.#hear(answered));
    worker.on("error", (error) => process.stderr.write(`the analysis of a class failed: ${String(error)}\n`));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { host, run } of this.#ways.values()) host.shine(lampsOf(run, {}));
      this.#analyses.clear();
      this.#ways.clear();
    });
    return worker;
  }

  #hear(answered: Answered): void {
    const { subject, number } = answered;
    const analysis = this.#analyses.get(subject);
    const ways = this.#ways.get(subject);
    if (analysis?.number === number) {
      if (answered.kind === "analysis") analysis.host.tellAnalysis(answered.analysis);
      if (answered.kind !== "analysis" || answered.complete) {
        this.#analyses.delete(subject);
        this.#done.set(subject, analysis.run);
      }
    } else if (ways?.number === number) {
      this.#ways.delete(subject);
      const found: WaysBack = answered.kind === "ways back" ? answered.ways : {};
      ways.host.shine(lampsOf(ways.run, found));
    }
    this.#rest();
  }

  /** Ends the thread once nothing is wanted for a while. */
  #rest(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#analyses.size > 0 || this.#ways.size > 0) return;
    this.#idle = setTimeout(() => void this.close(), idleMs);
    this.#idle.unref();
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
