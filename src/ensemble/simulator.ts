/**
 * What runs replications: the one place where an ensemble's executor is chosen.
 */
import { prepareEngine } from "../engine/session.ts";
import type { Treatment } from "../engine/treatment.ts";
import type { Model } from "../scenario/model.ts";
import { machineSimulate, type Simulate } from "./batch.ts";

/** A simulator of a model under a treatment and a seed. */
export function simulatorOf(model: Model, treatment: Treatment, seed: string): Simulate {
  return machineSimulate(prepareEngine(model, treatment), seed);
}
