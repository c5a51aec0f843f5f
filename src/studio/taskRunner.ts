/**
 * Runs long tasks, each in a process of its own, with their progress for whoever listens and their results for a
 * while after.
 *
 * A task takes no more memory than its share of what was free as it began, and no longer than its time; what ends it is
 * said in one sentence.
 */
import { Mistake } from "../scenario/mistake.ts";
import { childrenMost, type Ending, GuardedProcess } from "./guardedProcess.ts";
import { memoryCeiling } from "./memoryCeiling.ts";
import type { Task, TaskMessage, TaskProgress, TaskResult } from "./task.ts";

/** A task as it stands. */
export interface TaskStatus {
  readonly id: string;
  readonly kind: Task["kind"];
  readonly scenario: string;
  readonly state: "running" | "done" | "failed" | "cancelled";
  readonly progress: TaskProgress | null;
  /** Why it failed, in one sentence. */
  readonly message: string | null;
  /** Megabytes of memory and minutes after which it is ended. */
  readonly limits: { readonly memory: number; readonly minutes: number };
}

interface Job {
  readonly task: Task;
  readonly process: GuardedProcess;
  stand: TaskStatus;
  result: TaskResult | null;
  readonly listeners: Set<(stand: TaskStatus) => void>;
}

/** Tasks that may run at once, and finished ones that are remembered. */
const runningMost = 2;
const rememberedMost = 12;

/** What tasks may take. */
export interface TaskRunnerLimits {
  /** Megabytes of a task that begins now. */
  readonly memory: () => number;
  /** Minutes of a task. */
  readonly minutes: number;
}

const defaultLimits: TaskRunnerLimits = { memory: () => memoryCeiling(childrenMost), minutes: 60 };

/** Megabytes of a task that the program and the scenario take, and the part of the rest that its states may. */
const besideStates = 256;
const stateShare = 0.6;

const minuteMs = 60_000;

export class TaskRunner {
  readonly #jobs = new Map<string, Job>();
  readonly #limits: TaskRunnerLimits;
  #last = 0;

  constructor(limits: TaskRunnerLimits = defaultLimits) {
    this.#limits = limits;
  }

  /**
   * Begins a task.
   * @throws Mistake where too many are under way, or too little memory is free.
   */
  begin(task: Task): TaskStatus {
    const running = [...this.#jobs.values()].filter(({ stand }) => stand.state === "running").length;
    if (running >= runningMost) throw new Mistake(`${running} tasks are under way`, "wait for one or cancel it");
    const memory = this.#limits.memory();
    const { minutes } = this.#limits;
    this.#last += 1;
    const id = `task-${this.#last}`;
    const stand: TaskStatus = {
      id,
      kind: task.kind,
      scenario: task.source.file.replace(/\.yaml$/, ""),
      state: "running",
      progress: null,
      message: null,
      limits: { memory, minutes },
    };
    const limits = { memory, time: minutes * minuteMs };
    const process = new GuardedProcess(new URL("./taskProcess", import.meta.url), limits, {
      heard: (message) => hear(job, message as TaskMessage),
      ended: (ending) => conclude(job, ending),
    });
    const job: Job = { task, process, stand, result: null, listeners: new Set() };
    this.#jobs.set(id, job);
    this.#forget();
    process.send(within(task, memory));
    return stand;
  }

  list(): readonly TaskStatus[] {
    return [...this.#jobs.values()].map(({ stand }) => stand).toReversed();
  }

  stand(id: string): TaskStatus | null {
    return this.#jobs.get(id)?.stand ?? null;
  }

  /** What a task was asked for. */
  task(id: string): Task | null {
    return this.#jobs.get(id)?.task ?? null;
  }

  result(id: string): TaskResult | null {
    return this.#jobs.get(id)?.result ?? null;
  }

  /** Tells a listener how a task stands, now and whenever that changes, until the returned function is called. */
  listen(id: string, listener: (stand: TaskStatus) => void): () => void {
    const job = this.#jobs.get(id);
    if (job === undefined) return () => {};
    job.listeners.add(listener);
    listener(job.stand);
    return () => job.listeners.delete(listener);
  }

  /** Ends a task that is not wanted any more. */
  async cancel(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined || job.stand.state !== "running") return;
    settle(job, { state: "cancelled" });
    await job.process.stop();
  }

  /** Ends all tasks. */
  async close(): Promise<void> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
  }

  #forget(): void {
    for (const [id, { stand }] of this.#jobs) {
      if (this.#jobs.size <= rememberedMost) return;
      if (stand.state !== "running") this.#jobs.delete(id);
    }
  }
}

function hear(job: Job, message: TaskMessage): void {
  if (job.stand.state !== "running") return;
  if (message.type === "progress") settle(job, { progress: message.progress });
  else if (message.type === "mistake") settle(job, { state: "failed", message: message.message });
  else {
    job.result = message.result;
    settle(job, { state: "done" });
  }
}

/** A task that lets go of its search before its process is ended. */
function within(task: Task, memory: number): Task {
  if (task.kind === "compare") return task;
  const states = Math.max(16, Math.floor((memory - besideStates) * stateShare));
  return { ...task, memory: Math.min(task.memory, states) };
}

function conclude(job: Job, ending: Ending): void {
  if (job.stand.state === "running") settle(job, { state: "failed", message: reasonOf(ending, job) });
}

/** Why a task came to no result, and what to do. */
function reasonOf(ending: Ending, { task, stand: { limits } }: Job): string {
  const smaller = task.kind === "check" ? "fewer states" : "fewer runs or variants";
  const instead = `ask for ${smaller}, or use demarche ${task.kind} on the command line`;
  switch (ending.kind) {
    case "memory":
      return `ended at ${ending.used} MB of memory, of ${limits.memory} MB that it may take: ${instead}`;
    case "time":
      return `ended after ${limits.minutes} minutes: ${instead}`;
    case "killed":
      return `its process was ended from outside (${ending.signal}), perhaps because memory ran out: ${instead}`;
    case "crashed":
      return `its process ended unexpectedly (exit code ${ending.code}), perhaps because memory ran out: ${instead}`;
    case "finished":
    case "stopped":
      return "its process ended without a result: begin it again";
    default:
      return ending satisfies never;
  }
}

function settle(job: Job, change: Partial<TaskStatus>): void {
  job.stand = { ...job.stand, ...change };
  for (const listener of job.listeners) listener(job.stand);
}
