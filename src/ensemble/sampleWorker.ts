/**
 * A worker thread that follows the first replications of the treatments it is given.
 */
import { workerData } from "piscina";
import type { Treatment } from "../engine/treatment.ts";
import { type Sample, type SampleTask, sampleOf } from "./sample.ts";

const task = workerData as SampleTask;

/** Samples one treatment. */
export default function sampleTreatment(treatment: Treatment): Sample {
  return sampleOf(task, treatment);
}
