/**
 * A worker for tests of threads: it doubles a number, the larger ones only once a gate is open.
 */
import { workerData } from "node:worker_threads";

/** What the worker is told: a gate that is open where it holds 1, and the least number that waits for it. */
export interface Gated {
  readonly gate: SharedArrayBuffer;
  readonly from: number;
}

/** Doubles a number; whoever waits longer than some seconds gives up. */
export default function double(number: number): number {
  // Piscina puts what threads are told behind data of its own.
  const told = (Array.isArray(workerData) ? workerData[1] : workerData) as Gated;
  if (number >= told.from) Atomics.wait(new Int32Array(told.gate), 0, 0, 8000);
  return 2 * number;
}
