/**
 * Continues runs for the rooms, in a process of its own: the status of properties while a class plays, the analysis for
 * its debrief.
 *
 * The process is started when it is needed, and again should it end: what a model takes beyond the limits ends that
 * process, never the server. Then what was asked is asked again one at a time, and what ends it alone is given up. What
 * it finds is kept nowhere: it follows from the log, and is found again after a restart.
 */
import type { AnalysisTask } from "../classroom/analysis.ts";
import type { AnalysisReply, AnalysisRequest } from "../classroom/analysisProcess.ts";
import { propertyStatuses, type Reachability } from "../classroom/propertyStatus.ts";
import type { LessonRun } from "../classroom/run.ts";
import { isOver } from "../classroom/screen.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { childrenMost, type Ending, GuardedProcess } from "../studio/guardedProcess.ts";
import { memoryCeiling } from "../studio/memoryCeiling.ts";
import type { RoomHost } from "./roomHost.ts";

/** Continuations from each point of a run, and from each option of a decision. */
const runs = 10_000;
const runsOfDecision = 1000;

/** Courses that are tried to find a way back. */
const tries = 200;

/** What the process may take, and how long it may be silent while something is wanted of it. */
export interface AnalystLimits {
  /** Megabytes. */
  readonly memory: () => number;
  /** Milliseconds. */
  readonly silence: number;
}

const usualLimits: AnalystLimits = {
  memory: () => Math.min(1024, memoryCeiling(childrenMost)),
  silence: 120_000,
};

/** Milliseconds without work after which the process ends, to give its memory back. */
const idleMs = 60_000;

/** Continuations leave much behind that is soon forgotten; collecting it often keeps the process small. */
const flags = ["--max-semi-space-size=2"];

/** A room whose run is followed. */
export type AnalysedRoom = Pick<RoomHost, "code" | "run" | "room" | "setPropertyStatuses" | "tellAnalysis">;

interface Wanted {
  readonly asked: AnalysisRequest;
  readonly host: AnalysedRoom;
  readonly run: LessonRun;
}

export class Analyst {
  readonly #limits: AnalystLimits;
  #process: GuardedProcess | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last = 0;
  readonly #analyses = new Map<string, Wanted>();
  readonly #ways = new Map<string, Wanted>();
  /** Whose analysis is complete already, by the run that it is of. */
  readonly #done = new Map<string, LessonRun>();
  /** Since the process ended under several requests: the one that it is given now, by itself. */
  #alone: Wanted | null = null;
  #isCareful = false;
  readonly #givenUp = { analysis: new WeakSet<Scenario>(), "ways back": new WeakSet<Scenario>() };
  readonly #faulty = new WeakSet<Scenario>();

  constructor(limits: AnalystLimits = usualLimits) {
    this.#limits = limits;
  }

  /** A room's run has moved on: the status of its properties is computed, and once it is over its analysis. */
  follow(host: AnalysedRoom): void {
    const { code, run, room } = host;
    const { model } = run.scenario;
    const { treatment } = run.engine.law;
    const number = ++this.#last;
    if (!model.properties.some(({ kind }) => kind === "reachable")) host.setPropertyStatuses(propertyStatuses(run, {}));
    else if (this.#givenUp["ways back"].has(run.scenario)) host.setPropertyStatuses(propertyStatuses(run, {}));
    else {
      const task = { model, treatment, state: run.state, tries };
      this.#want(this.#ways, { host, run, asked: { kind: "ways back", subject: code, number, task } });
    }
    if (!isOver(room)) {
      this.#done.delete(code);
      this.#drop(code);
      return;
    }
    if (this.#givenUp.analysis.has(run.scenario)) return;
    if (this.#done.get(code) === run || this.#analyses.get(code)?.run === run) return;
    this.#drop(code);
    const task: AnalysisTask = { model, treatment, events: run.events, seed: run.seed, runs, runsOfDecision };
    this.#want(this.#analyses, { host, run, asked: { kind: "analysis", subject: code, number: ++this.#last, task } });
  }

  #want(list: Map<string, Wanted>, wanted: Wanted): void {
    list.set(wanted.asked.subject, wanted);
    if (this.#isCareful) this.#next();
    else this.#send(wanted.asked);
  }

  /** A room's analysis is not wanted any more. */
  #drop(code: string): void {
    const dropped = this.#analyses.get(code);
    if (dropped === undefined) return;
    this.#analyses.delete(code);
    this.#process?.send({ kind: "nothing", subject: code, number: ++this.#last } satisfies AnalysisRequest);
    if (this.#alone === dropped) this.#alone = null;
    this.#next();
  }

  get #wanted(): readonly Wanted[] {
    return [...this.#ways.values(), ...this.#analyses.values()];
  }

  /** Where care is taken, asks for one thing once the one before is answered. */
  #next(): void {
    if (!this.#isCareful || this.#alone !== null) return;
    const [next] = this.#wanted;
    if (next === undefined) this.#isCareful = false;
    else {
      this.#alone = next;
      this.#send(next.asked);
    }
  }

  #send(asked: AnalysisRequest): void {
    try {
      this.#process ??= this.#start();
      this.#process.send(asked);
      this.#rest();
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      // It is looked for again once the run moves on.
      process.stderr.write(`classes are not analysed at this moment: ${error.message}\n`);
      for (const { host, run } of this.#ways.values()) host.setPropertyStatuses(propertyStatuses(run, {}));
      this.#ways.clear();
      this.#analyses.clear();
      this.#alone = null;
    }
  }

  /** @throws Mistake where too little memory is free. */
  #start(): GuardedProcess {
    const limits = { memory: this.#limits.memory(), time: null, flags };
    const process = new GuardedProcess(new URL("../classroom/analysisProcess", import.meta.url), limits, {
      heard: (answered) => this.#hear(answered as AnalysisReply),
      ended: (ending) => {
        if (this.#process !== process) return;
        this.#process = null;
        this.#lose(reasonOf(ending));
      },
    });
    return process;
  }

  #hear(answered: AnalysisReply): void {
    const { subject, number } = answered;
    const analysis = this.#analyses.get(subject);
    const ways = this.#ways.get(subject);
    const isLast = answered.kind !== "analysis" || answered.complete;
    if (analysis?.asked.number === number) {
      if (answered.kind === "analysis") analysis.host.tellAnalysis(answered.analysis);
      if (isLast) {
        this.#analyses.delete(subject);
        this.#done.set(subject, analysis.run);
      }
    } else if (ways?.asked.number === number) {
      this.#ways.delete(subject);
      const found: Reachability = answered.kind === "ways back" ? answered.ways : {};
      ways.host.setPropertyStatuses(propertyStatuses(ways.run, found));
    }
    if (answered.kind === "failed") this.#noteFault((analysis ?? ways)?.run.scenario, subject, answered.reason);
    if (isLast && this.#alone?.asked.number === number) this.#alone = null;
    this.#next();
    this.#rest();
  }

  /** The process is gone, and what it was asked with it; the first time that may be anybody's fault. */
  #lose(reason: string): void {
    const guilty = this.#alone;
    this.#alone = null;
    if (guilty !== null) this.#giveUp(guilty, reason);
    this.#isCareful = true;
    this.#next();
  }

  /** What cannot be found is unknown, and is not looked for again in this scenario. */
  #giveUp({ asked, host, run }: Wanted, reason: string): void {
    const { subject, kind, number } = asked;
    if (kind === "nothing") return;
    this.#givenUp[kind].add(run.scenario);
    process.stderr.write(`room ${subject}: the ${kind} could not be found: ${reason}\n`);
    const list = kind === "analysis" ? this.#analyses : this.#ways;
    if (list.get(subject)?.asked.number === number) list.delete(subject);
    if (kind === "ways back") host.setPropertyStatuses(propertyStatuses(host.run, {}));
  }

  #noteFault(scenario: Scenario | undefined, subject: string, reason: string): void {
    if (scenario === undefined || this.#faulty.has(scenario)) return;
    this.#faulty.add(scenario);
    process.stderr.write(`room ${subject}: its model is at fault on the way: ${reason}\n`);
  }

  /** Ends the process once nothing is wanted for a while, or once it has been silent for too long. */
  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const isIdle = this.#wanted.length === 0;
    const over = (): void => {
      void this.close();
      if (!isIdle) this.#lose(`no answer for ${this.#limits.silence / 1000} seconds`);
    };
    this.#timer = setTimeout(over, isIdle ? idleMs : this.#limits.silence);
    this.#timer.unref();
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const process = this.#process;
    this.#process = null;
    await process?.stop();
  }
}

function reasonOf(ending: Ending): string {
  switch (ending.kind) {
    case "memory":
      return `it took ${ending.used} MB of memory`;
    case "killed":
      return `its process was ended from outside (${ending.signal})`;
    case "crashed":
      return `its process ended unexpectedly (exit code ${ending.code})`;
    case "finished":
    case "stopped":
    case "time":
      return "its process ended";
    default:
      return ending satisfies never;
  }
}
