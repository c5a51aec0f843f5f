/**
 * The thread that does a task and says how far it is. It is ended from outside where the task is not wanted any more.
 */
import { availableParallelism } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario } from "../scenario/scenario.ts";
import { checkScenario } from "./checkTask.ts";
import { compareVariants } from "./compareTask.ts";
import type { Task, TaskMessage, TaskProgress } from "./task.ts";

const say = (message: TaskMessage): void => parentPort?.postMessage(message);

/** Progress is told often enough to be seen moving, not more. */
const pauseMs = 80;
let told = 0;
let part = "";

function tell(progress: TaskProgress): void {
  const now = performance.now();
  if (progress.part === part && now - told < pauseMs) return;
  part = progress.part;
  told = now;
  say({ type: "progress", progress });
}

async function work(task: Task): Promise<void> {
  const { scenario } = readScenario({ ...task.source, ...(task.overlay === null ? {} : { overlay: task.overlay }) });
  if (scenario === null) throw new Mistake("the scenario has errors");
  // One core is left to whoever uses the server meanwhile.
  const workers = Math.max(1, availableParallelism() - 1);
  const result =
    task.kind === "compare"
      ? await compareVariants(scenario, task, workers, tell)
      : checkScenario(scenario, task, tell);
  say({ type: "done", result });
}

try {
  await work(workerData as Task);
} catch (error) {
  if (!(error instanceof Mistake)) throw error;
  say({ type: "mistake", message: error.hint === null ? error.message : `${error.message}: ${error.hint}` });
}
