/**
 * Drives a solution in the making: shows how far it is on standard error, and ends it on Ctrl-C.
 */
import { setImmediate } from "node:timers/promises";
import { Stopped } from "../solve/graph.ts";
import type { SolveProgress, Solving } from "../solve/markovChain.ts";
import { Interrupted, type Terminal } from "./terminal.ts";

/** Drives a solution, showing how far it is and listening for Ctrl-C. */
export async function driveSolving<R>(terminal: Terminal, solving: Solving<R>): Promise<R> {
  const show = solvingLine(terminal);
  try {
    for (let step = solving.next(); ; step = solving.next()) {
      if (step.done === true) return step.value;
      show(step.value);
      await setImmediate();
    }
  } catch (error) {
    if (error instanceof Stopped) throw new Interrupted("interrupted: nothing is solved yet");
    throw error;
  } finally {
    show(null);
  }
}

/** A line of progress; the clock read here never reaches a result. */
function solvingLine({ err }: Terminal): (progress: SolveProgress | null) => void {
  if (!err.isTerminal) return () => {};
  let shown = performance.now();
  return (progress) => {
    if (progress === null) {
      err.write("\r\u001b[K");
      return;
    }
    const now = performance.now();
    if (now - shown < 100) return;
    shown = now;
    const what = progress.property === null ? "" : `${progress.property}: `;
    const megabytes = Math.ceil(progress.bytes / 2 ** 20);
    err.write(`\r\u001b[K${what}${progress.states} states, ${progress.expanded} done, ${megabytes} MB`);
  };
}
