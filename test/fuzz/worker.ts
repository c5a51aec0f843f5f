/**
 * The thread that tries documents and logs: takes a seed, answers with what was found and how long it took.
 */
import { parentPort } from "node:worker_threads";
import { mutatedDocument } from "./mutateDocument.ts";
import { mutatedLog } from "./mutateLog.ts";
import { type Finding, tryDocument, tryLog } from "./trial.ts";

/** What is tried: the document or log of a seed, or a text. */
export interface Task {
  readonly kind: "document" | "log";
  readonly seed: string;
  readonly text?: string;
}

export interface Answer {
  readonly finding: Finding;
  /** Processor time in seconds, without that for making the text. */
  readonly seconds: number;
}

/** The text of a task. */
export function textOf({ kind, seed, text }: Task): string {
  return text ?? (kind === "document" ? mutatedDocument(seed) : mutatedLog(seed));
}

async function answer(task: Task): Promise<Answer> {
  const text = textOf(task);
  const began = process.threadCpuUsage();
  const finding = task.kind === "document" ? tryDocument(text) : await tryLog(text);
  const { user, system } = process.threadCpuUsage(began);
  return { finding, seconds: (user + system) / 1e6 };
}

parentPort?.on("message", (task: Task) => {
  void answer(task).then((found) => parentPort?.postMessage(found));
});
