/** Solves models to the end, as the command line does. */
import type { Treatment } from "../../src/engine/treatment.ts";
import type { Model } from "../../src/scenario/model.ts";
import type { Solution } from "../../src/solve/solution.ts";
import { type SolveRequest, solve } from "../../src/solve/solve.ts";

/** Drives what tells its progress to its end. */
export function driven<R>(solving: Generator<unknown, R>): R {
  for (let step = solving.next(); ; step = solving.next()) if (step.done === true) return step.value;
}

/** What a test grants a solution. */
export const grant = { limits: { statesMax: 2 ** 30, bytesMax: 2 ** 31 }, signal: { aborted: false } };

/** The solution of a model under a treatment. */
export function solveModel(
  model: Model,
  treatment: Treatment,
  open: Partial<Pick<SolveRequest, "free" | "against" | "aim" | "limits">> = {},
): Solution {
  return driven(solve({ model, treatment, ...grant, free: [], against: [], aim: null, ...open }));
}
