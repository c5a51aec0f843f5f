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
import type { Counts } from "./count.ts";
import type { EnsemblePlan } from "./plan.ts";

/** A simulator of a model under a treatment and a seed. */
export function simulatorOf(model: Model, treatment: Treatment, seed: string): Simulate {
  const kernel = compileKernel(model, treatment);
  const columns = columnsOf(model);
  return (from, to) => {
    const batch = emptyBatch(columns, from, to);
    for (const { replication, path, reason } of kernel.simulate(seed, from, to, batch)) {
      batch.faults.push({ replication, fault: { path, reason } });
    }
    return batch;
  };
}

/** The counts with their faults in the machine's words. */
export function openFaults(model: Model, { treatments, seed }: EnsemblePlan, counts: Counts): Counts {
  const engines = new Map<number, ReturnType<typeof prepareEngine>>();
  const faults = counts.faults.map(({ treatment, replication, fault }) => {
    const settled = treatments[treatment];
    if (settled === undefined) throw new Error(`no treatment ${treatment}`);
    const engine = engines.get(treatment) ?? prepareEngine(model, settled);
    engines.set(treatment, engine);
    const opened = runOnMachine(engine, seed, replication).fault;
    if (opened?.path !== fault.path) {
      throw new Error(`replication ${replication}: the kernel fails at ${fault.path}, the machine at ${opened?.path}`);
    }
    return { treatment, replication, fault: opened };
  });
  return { ...counts, faults };
}
