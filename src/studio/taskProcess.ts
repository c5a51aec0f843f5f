/**
 * The process that does a task and says how far it is. It is ended from outside where the task is not wanted any more,
 * takes too much, or whoever asked is gone.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario } from "../scenario/scenario.ts";
import { checkScenario } from "./checkTask.ts";
import { compareVariants } from "./compareTask.ts";
import type { Task, TaskMessage, TaskProgress } from "./task.ts";

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
new Worker(new URL(`./heartbeat${extension}`, import.meta.url)).unref();

/** Resolves once the message is on its way: a process that ends before takes it along. */
const say = (message: TaskMessage): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));

/** Progress is told often enough to be seen moving, not more. */
const pauseMs = 80;
let told = 0;
let part = "";

function tell(progress: TaskProgress): void {
  const now = performance.now();
  if (progress.part === part && now - told < pauseMs) return;
  part = progress.part;
  told = now;
  void say({ type: "progress", progress });
}

async function work(task: Task): Promise<void> {
  const { scenario } = readScenario({ ...task.source, ...(task.overlay === null ? {} : { overlay: task.overlay }) });
  if (scenario === null) throw new Mistake("the scenario has errors");
  // One core is left to whoever uses the server meanwhile.
  const workers = Math.max(1, availableParallelism() - 1);
  const result =
    task.kind === "compare"
      ? await compareVariants(scenario, task, workers, tell)
      : await checkScenario(scenario, task, tell);
  await say({ type: "done", result });
}

async function answer(task: Task): Promise<void> {
  try {
    await work(task);
  } catch (error) {
    if (error instanceof Mistake) await say({ type: "mistake", message: `${error.message}${hintOf(error)}` });
    else await say({ type: "mistake", message: `Demarche itself failed at this: ${String(error)}` });
  }
  process.disconnect?.();
}

const hintOf = ({ hint }: Mistake): string => (hint === null ? "" : `: ${hint}`);

process.once("message", (task: Task) => void answer(task));
