/**
 * A batch: what became of a range of replications under one treatment, in typed arrays.
 *
 * Machine and kernel fill the same form, so everything that counts and compares does not know which of them ran.
 * A replication depends on nothing but model, treatment, seed and index.
 */

import type { Fault, RunEvent } from "../engine/event.ts";
import { isRunProperty } from "../engine/monitor.ts";
import { observe, type RunResult } from "../engine/observer.ts";
import { playOpen, roundsLimit, startSession, unnamed } from "../engine/play.ts";
import type { Engine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { transitionsOf } from "../engine/transitions.ts";
import { groupsOf, type Measure } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";

/** How a replication ended, by index: an outcome, or one of the ways to end without any. */
export const endings = ["outcome", "deadlock", "unfinished", "fault"] as const;

export interface Batch {
  /** First replication, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Index into `endings`, by replication. */
  readonly ended: Uint8Array;
  /** Index into the model's outcomes, or -1, by replication. */
  readonly outcome: Int16Array;
  /** Rounds that opened, by replication. */
  readonly rounds: Int32Array;
  /** Totals by replication and tally: entry `replication * tallies + tally`. */
  readonly tallies: Float64Array;
  /** Utilities by replication and actor that has one. */
  readonly utilities: Float64Array;
  /** Whether each run-level property holds (1 or 0), by replication and property. */
  readonly properties: Uint8Array;
  /** Model faults of the batch, in order of replication. */
  readonly faults: readonly { readonly replication: number; readonly fault: Fault }[];
}

/** Runs a range of replications. */
export type Simulate = (from: number, to: number) => Batch;

/** What a batch's columns are called. */
export interface Columns {
  readonly outcomes: readonly string[];
  /** Groups of outcomes, by the places of these; they have no columns of their own. */
  readonly groups: readonly Measure[];
  /** The outcome or group that matters most to the author. */
  readonly headline: string | null;
  readonly tallies: readonly string[];
  readonly utilities: readonly string[];
  readonly properties: readonly string[];
}

/** The columns of a model. */
export function columnsOf(model: Model): Columns {
  return {
    outcomes: model.outcomes.map(({ id }) => id),
    groups: groupsOf(model),
    headline: model.headline,
    tallies: model.tallies.map(({ id }) => id),
    utilities: model.actors.filter(({ utility }) => utility !== null).map(({ id }) => id),
    properties: model.properties.filter(isRunProperty).map(({ id }) => id),
  };
}

/** An empty batch, to be filled. */
export function emptyBatch(
  columns: Columns,
  from: number,
  to: number,
): Batch & { readonly faults: { replication: number; fault: Fault }[] } {
  const runs = to - from;
  return {
    from,
    to,
    ended: new Uint8Array(runs),
    outcome: new Int16Array(runs).fill(-1),
    rounds: new Int32Array(runs),
    tallies: new Float64Array(runs * columns.tallies.length),
    utilities: new Float64Array(runs * columns.utilities.length),
    properties: new Uint8Array(runs * columns.properties.length),
    faults: [],
  };
}

/** One replication on the machine, without a log. */
export function runOnMachine(engine: Engine, seed: string, replication: number, limit = roundsLimit): MachineRun {
  const observer = observe(engine.law);
  let fault: Fault | null = null;
  const see = (before: State | null, event: RunEvent, after: State): void => {
    observer.see(before, event, after);
    if (event.type === "ModelFaulted") fault = event.fault;
  };
  const { events, session } = startSession(engine, { seed, replication, ...unnamed });
  for (const { before, event, after } of transitionsOf(events)) see(before, event, after);
  playOpen({ session, limit, see });
  return { result: observer.result(), fault };
}

export interface MachineRun {
  readonly result: RunResult;
  readonly fault: Fault | null;
}

/** Runs batches on the machine: slow, and the reference. */
export function machineSimulate(engine: Engine, seed: string): Simulate {
  const { model } = engine.law;
  const columns = columnsOf(model);
  return (from, to) => {
    const batch = emptyBatch(columns, from, to);
    for (let replication = from; replication < to; replication++) {
      const row = replication - from;
      const { result, fault } = runOnMachine(engine, seed, replication);
      batch.ended[row] = endings.indexOf(result.ended ?? "unfinished");
      batch.outcome[row] = result.outcome === null ? -1 : columns.outcomes.indexOf(result.outcome);
      batch.rounds[row] = result.rounds;
      columns.tallies.forEach((id, index) => {
        batch.tallies[row * columns.tallies.length + index] = result.tallies[id] ?? 0;
      });
      columns.utilities.forEach((id, index) => {
        batch.utilities[row * columns.utilities.length + index] = result.utilities[id] ?? 0;
      });
      columns.properties.forEach((id, index) => {
        batch.properties[row * columns.properties.length + index] = result.properties[id] === true ? 1 : 0;
      });
      if (fault !== null) batch.faults.push({ replication, fault });
    }
    return batch;
  };
}
