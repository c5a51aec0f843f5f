/**
 * What runs replications: the one place where an ensemble's executor is chosen.
 *
 * Ensembles run on the kernel. A replication at fault is opened again on the machine, whose wording of the fault is the
 * one that is reported; that both find the same fault is one more check of the two against each other.
 */
import { prepareEngine } from "../engine/session.ts";
import type { Treatment } from "../engine/treatment.ts";
import { compileKernel } from "../kernel/kernel.ts";
import type { Model } from "../scenario/model.ts";
import { columnsOf, emptyBatch, runOnMachine, type Simulate } from "./batch.ts";

/** Faults of a batch that are opened on the machine; the others are known by their path. */
const faultsOpened = 5;

/** A simulator of a model under a treatment and a seed. */
export function simulatorOf(model: Model, treatment: Treatment, seed: string): Simulate {
  const kernel = compileKernel(model, treatment);
  const columns = columnsOf(model);
  let engine: ReturnType<typeof prepareEngine> | null = null;
  return (from, to) => {
    const batch = emptyBatch(columns, from, to);
    for (const [index, { replication, path, reason }] of kernel.simulate(seed, from, to, batch).entries()) {
      engine ??= index < faultsOpened ? prepareEngine(model, treatment) : null;
      const opened = engine === null || index >= faultsOpened ? null : runOnMachine(engine, seed, replication).fault;
      if (opened !== null && opened.path !== path) {
        throw new Error(`replication ${replication}: the kernel fails at ${path}, the machine at ${opened.path}`);
      }
      batch.faults.push({ replication, fault: opened ?? { path, reason } });
    }
    return batch;
  };
}
