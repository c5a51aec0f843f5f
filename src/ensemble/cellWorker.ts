/**
 * A worker thread of an experiment: runs the cells it is given.
 */
import { workerData } from "piscina";
import type { Treatment } from "../engine/treatment.ts";
import type { Model } from "../scenario/model.ts";
import { type CellResult, cellRunner } from "./cells.ts";

const { model, seed, runs } = workerData as { readonly model: Model; readonly seed: string; readonly runs: number };
const runCell = cellRunner(model, { seed, runs });

/** Runs one cell. */
export default function countCell(treatments: readonly Treatment[]): CellResult {
  return runCell(treatments);
}
