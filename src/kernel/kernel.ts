/**
 * The kernel: a model under a treatment, compiled into a function that runs replications some hundred times faster than
 * the machine, with the same results.
 *
 * A replication depends on seed and index alone. The kernel emits no events; what it finds is opened on the machine.
 * A fault stops its replication only and is given by its path; its full wording is the machine's.
 */

import { keyOfSeed, siteKey } from "../chance/seed.ts";
import { roundsLimit } from "../engine/play.ts";
import type { State } from "../engine/state.ts";
import type { Treatment } from "../engine/treatment.ts";
import { at } from "../scenario/at.ts";
import type { Model } from "../scenario/model.ts";
import { type Assembly, assembleProgram } from "./assemble.ts";
import { type Printed, printFollower, printSimulation } from "./javascript.ts";
import type { Layout } from "./layout.ts";
import type { FaultPoint, Program, ProgramEvent } from "./program.ts";

/** Results of replications, row by row; the arrays are long enough for the range. */
export interface ResultRows {
  /** 0 an outcome, 1 deadlock, 2 unfinished, 3 a model fault. */
  readonly ended: Uint8Array;
  /** Index into the model's outcomes, or -1. */
  readonly outcome: Int16Array;
  /** Rounds that opened. */
  readonly rounds: Int32Array;
  /** Totals by row and tally. */
  readonly tallies: Float64Array;
  /** Utilities by row and actor that has one. */
  readonly utilities: Float64Array;
  /** 1 where a run-level property holds, by row and property. */
  readonly properties: Uint8Array;
}

/** A replication whose model is at fault. */
export interface KernelFault extends FaultPoint {
  readonly replication: number;
}

/** A point of a run followed step by step. */
export interface Sighting {
  /** Null at the end. */
  readonly happening: ProgramEvent | null;
  readonly state: State;
  readonly fault: FaultPoint | null;
}

export interface Kernel {
  readonly program: Program;
  readonly layout: Layout;
  /** Generated code of the ensemble's loop, readable enough to be shown. */
  readonly source: string;
  /** Runs replications `from` up to before `to` into rows; the faults among them, in order. */
  simulate(seed: string, from: number, to: number, rows: ResultRows): readonly KernelFault[];
  /** Follows one replication: every state after the start, each step, rule and tick, and the end. */
  follow(seed: string, replication: number, see: (sighting: Sighting) => void): void;
}

type Simulate = (keys: Int32Array, from: number, to: number, rows: ResultRows, faults: number[]) => void;
type Observe = (
  happening: number,
  cursor: number,
  round: number,
  values: number[],
  ending: number,
  bad: number,
) => void;
type Follow = (keys: Int32Array, replication: number, observe: Observe) => void;

/** Turns programs into source text. */
export interface Printers {
  /** The body of a function that returns the ensemble's loop. */
  readonly simulation: (program: Program) => string;
  /** The body of a function that returns the loop of one run that is watched. */
  readonly follower: (program: Program) => Printed;
}

const javascript: Printers = { simulation: printSimulation, follower: printFollower };

/** Compiles a model under a treatment; a run without a horizon that reaches the round `limit` is unfinished. */
export function compileKernel(model: Model, treatment: Treatment, limit = roundsLimit): Kernel {
  return linkKernel(assembleProgram(model, treatment, limit));
}

/** Makes a program runnable. */
export function linkKernel({ program, layout }: Assembly, printers = javascript): Kernel {
  const source = printers.simulation(program);
  const run = evaluateSource(source) as Simulate;
  let follower: Follower | null = null;
  let last: { readonly seed: string; readonly keys: Int32Array } | null = null;
  const keysOf = (seed: string): Int32Array => {
    if (last?.seed !== seed) last = { seed, keys: siteKeys(program, seed) };
    return last.keys;
  };

  return {
    program,
    layout,
    source,
    simulate(seed, from, to, rows) {
      const faults: number[] = [];
      run(keysOf(seed), from, to, rows, faults);
      return Array.from({ length: faults.length / 2 }, (_, index) => {
        const point = program.faults[at(faults, 2 * index + 1)] ?? { path: "", reason: "" };
        return { replication: at(faults, 2 * index), ...point };
      });
    },
    follow(seed, replication, see) {
      follower ??= linkFollower(printers.follower(program));
      const { happenings } = follower;
      let cursorBefore = 0;
      follower.run(keysOf(seed), replication, (index, cursor, round, values, ending, bad) => {
        if (cursor >= 0) cursorBefore = cursor;
        const state = stateFrom(layout, values, cursorBefore, ending, round);
        see({ happening: happenings[index] ?? null, state, fault: program.faults[bad - 1] ?? null });
      });
    },
  };
}

interface Follower {
  readonly run: Follow;
  readonly happenings: readonly ProgramEvent[];
}

function linkFollower({ source, happenings }: Printed): Follower {
  return { run: evaluateSource(source) as Follow, happenings };
}

/** The function that generated source returns. Names in it are indices: no text of a scenario's is ever evaluated. */
function evaluateSource(source: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function(source)();
}

function stateFrom(layout: Layout, values: readonly number[], cursor: number, ending: number, round: number): State {
  const state = layout.state([...values, cursor, ending]);
  const later = round - state.round;
  if (later === 0) return state;
  // A layout without rounds tells how long ago things were, not when.
  const entered = Object.fromEntries(Object.entries(state.entered).map(([mark, at]) => [mark, at + later]));
  return { ...state, round, entered };
}

function siteKeys(program: Program, seed: string): Int32Array {
  const key = keyOfSeed(seed);
  return Int32Array.from(program.sites.flatMap((site) => siteKey(key, site)));
}

/** Rows for a number of replications. */
export function emptyRows(kernel: Kernel, runs: number): ResultRows {
  const { tallies, utilities, properties } = kernel.program.results;
  return {
    ended: new Uint8Array(runs),
    outcome: new Int16Array(runs),
    rounds: new Int32Array(runs),
    tallies: new Float64Array(runs * tallies.length),
    utilities: new Float64Array(runs * utilities.length),
    properties: new Uint8Array(runs * properties.length),
  };
}
