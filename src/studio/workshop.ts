/**
 * The workshop: tasks under way, each in its thread, with their progress for whoever listens and their results for a
 * while after.
 */
import { Worker } from "node:worker_threads";
import { Mistake } from "../scenario/mistake.ts";
import type { Task, TaskMessage, TaskProgress, TaskResult } from "./task.ts";

/** A task as it stands. */
export interface TaskStand {
  readonly id: string;
  readonly kind: Task["kind"];
  readonly scenario: string;
  readonly state: "running" | "done" | "failed" | "cancelled";
  readonly progress: TaskProgress | null;
  /** Why it failed, in one sentence. */
  readonly message: string | null;
}

interface Job {
  readonly task: Task;
  readonly worker: Worker;
  stand: TaskStand;
  result: TaskResult | null;
  readonly listeners: Set<(stand: TaskStand) => void>;
}

/** Tasks that may run at once, and finished ones that are remembered. */
const runningMost = 2;
const rememberedMost = 12;

export class Workshop {
  readonly #jobs = new Map<string, Job>();
  #last = 0;

  /**
   * Begins a task.
   * @throws Mistake where too many are under way.
   */
  begin(task: Task): TaskStand {
    const running = [...this.#jobs.values()].filter(({ stand }) => stand.state === "running").length;
    if (running >= runningMost) throw new Mistake(`${running} tasks are under way`, "wait for one or cancel it");
    this.#last += 1;
    const id = `task-${this.#last}`;
    const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const worker = new Worker(new URL(`./taskWorker${extension}`, import.meta.url), { workerData: task });
    const stand: TaskStand = {
      id,
      kind: task.kind,
      scenario: task.source.file.replace(/\.yaml$/, ""),
      state: "running",
      progress: null,
      message: null,
    };
    const job: Job = { task, worker, stand, result: null, listeners: new Set() };
    this.#jobs.set(id, job);
    this.#forget();
    worker.on("message", (message: TaskMessage) => hear(job, message));
    worker.on("error", (error) => settle(job, { state: "failed", message: String(error) }));
    worker.on("exit", () => {
      if (job.stand.state === "running") settle(job, { state: "failed", message: "its thread ended" });
    });
    return stand;
  }

  list(): readonly TaskStand[] {
    return [...this.#jobs.values()].map(({ stand }) => stand).toReversed();
  }

  stand(id: string): TaskStand | null {
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
  listen(id: string, listener: (stand: TaskStand) => void): () => void {
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
    await job.worker.terminate();
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

function settle(job: Job, change: Partial<TaskStand>): void {
  job.stand = { ...job.stand, ...change };
  for (const listener of job.listeners) listener(job.stand);
}
