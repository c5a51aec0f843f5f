/**
 * A worker thread of an ensemble: compiles the plan once, then counts the chunks it is given.
 */
import { workerData } from "piscina";
import type { Model } from "../scenario/model.ts";
import { columnsOf, type Simulate } from "./batch.ts";
import type { Counts } from "./count.ts";
import { chunkAt, type EnsemblePlan, runChunk } from "./plan.ts";
import { simulatorOf } from "./simulator.ts";

const { model, plan } = workerData as { readonly model: Model; readonly plan: EnsemblePlan };
const columns = columnsOf(model);
let simulators: readonly Simulate[] | null = null;

/** Counts the chunk with this number. */
export default function countChunk(index: number): Counts {
  simulators ??= plan.treatments.map((treatment) => simulatorOf(model, treatment, plan.seed));
  return runChunk(columns, simulators, chunkAt(plan, index));
}
