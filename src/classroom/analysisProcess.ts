/**
 * The process that continues runs for the status of properties and the debrief, so that no class waits for it.
 *
 * Analyses go on step by step, one at a time in the order in which they were asked for; looking for ways back comes
 * between their steps. A later request for a subject takes the place of an earlier one.
 */
import { Worker } from "node:worker_threads";
import { type Analysis, type AnalysisTask, analyse } from "./analysis.ts";
import { findReachable, type Reachability, type ReachabilityTask } from "./propertyStatus.ts";

/** What the process is asked. `subject` names a room; `number` tells requests apart. */
export type AnalysisRequest = { readonly subject: string; readonly number: number } & (
  | { readonly kind: "analysis"; readonly task: AnalysisTask }
  | { readonly kind: "ways back"; readonly task: ReachabilityTask }
  /** The subject's analysis is not wanted any more. */
  | { readonly kind: "nothing" }
);

/** What it answers: analyses as they grow. */
export type AnalysisReply = { readonly subject: string; readonly number: number } & (
  | { readonly kind: "analysis"; readonly analysis: Analysis; readonly complete: boolean }
  | { readonly kind: "ways back"; readonly ways: Reachability }
  /** Nothing can be said: the model is at fault somewhere on the way. */
  | { readonly kind: "failed"; readonly reason: string }
);

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
new Worker(new URL(`../studio/heartbeat${extension}`, import.meta.url)).unref();

const waiting = new Map<string, { readonly number: number; readonly steps: Generator<Analysis, void> }>();
let working = false;

/** Milliseconds between two tellings of an analysis that grows. */
const pauseMs = 500;

const say = (answered: AnalysisReply): void => void process.send?.(answered);
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

process.on("message", (asked: AnalysisRequest) => {
  const { subject, number } = asked;
  if (asked.kind === "ways back") {
    attempt(subject, number, () => say({ kind: "ways back", subject, number, ways: findReachable(asked.task) }));
    return;
  }
  waiting.delete(subject);
  if (asked.kind === "analysis") waiting.set(subject, { number, steps: analyse(asked.task) });
  if (!working) void work();
});

async function work(): Promise<void> {
  working = true;
  for (;;) {
    const [first] = waiting;
    if (first === undefined) break;
    await follow(...first);
  }
  working = false;
}

async function follow(
  subject: string,
  job: { readonly number: number; readonly steps: Generator<Analysis, void> },
): Promise<void> {
  const { number, steps } = job;
  let told = 0;
  let last: Analysis | null = null;
  const isWanted = (): boolean => waiting.get(subject) === job;
  while (isWanted()) {
    const goesOn = attempt(subject, number, () => {
      const { value, done } = steps.next();
      if (done === true) {
        if (last !== null) say({ kind: "analysis", subject, number, analysis: last, complete: true });
        return false;
      }
      last = value;
      const now = performance.now();
      if (now - told < pauseMs) return true;
      told = now;
      say({ kind: "analysis", subject, number, analysis: last, complete: false });
      return true;
    });
    if (goesOn !== true && isWanted()) waiting.delete(subject);
    await pause();
  }
}

/** Does something; null where the model is at fault on the way, which is told. */
function attempt<T>(subject: string, number: number, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    say({ kind: "failed", subject, number, reason: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
