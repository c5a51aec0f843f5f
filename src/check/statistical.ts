/**
 * Statistical checking: what runs of the kernel tell of shares where a state space is too large to be solved.
 *
 * Bounds are decided by Wald's sequential probability ratio test (Wald 1945): it draws as many runs as it needs, and
 * decides wrongly with at most the stated error wherever the share is not within the margin of the bound. Estimates come
 * from a fixed sample, large enough by Okamoto's bound (1958) that the share is off by more than the margin with at most
 * the stated error, whatever it is. Runs are replications of the seed, one after the other, so all can be made again.
 */

import { isRunProperty } from "../engine/monitor.ts";
import type { Treatment } from "../engine/treatment.ts";
import { compileKernel, emptyRows, type Kernel, type ResultRows } from "../kernel/kernel.ts";
import { at } from "../scenario/at.ts";
import { measureNamed } from "../scenario/measure.ts";
import type { Model, Property } from "../scenario/model.ts";

/** How sure statistical checking has to be. */
export interface Sampling {
  readonly seed: string;
  /** Chance of a wrong answer that is put up with. */
  readonly error: number;
  /** Distance from the truth that is put up with. */
  readonly margin: number;
  /** A test that needs more runs than this is given up. */
  readonly runsMax: number;
}

/** As sure as statistical checking is unless something else is asked for. */
export const usualSampling: Omit<Sampling, "seed"> = { error: 0.001, margin: 0.005, runsMax: 4_000_000 };

/** What is sampled. */
export interface SampleRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly sampling: Sampling;
  readonly signal: { readonly aborted: boolean };
}

/** Sampling, telling how many runs were drawn; null where it was ended by its user. */
export type SamplingRun<R> = Generator<number, R | null>;

/** What a sequential test came to. */
export interface TestedBound {
  /** Null: undecided after so many runs. */
  readonly holds: boolean | null;
  readonly runs: number;
  /** Share of the runs drawn. */
  readonly share: number;
}

/** An estimate of the share of runs in which something holds. */
export interface EstimatedShare {
  readonly runs: number;
  readonly share: number;
  /** The first replication in which it does not hold. */
  readonly firstWithout: number | null;
}

/** At most so many runs between two looks for Ctrl-C, and about so many rounds: runs may take a million rounds each. */
const chunk = 2048;
const roundsAtOnce = 2 ** 20;

/** The natural logarithm from additions and multiplications alone, so that every platform gives the same bytes. */
export function naturalLogarithm(value: number): number {
  if (!(value > 0)) return value === 0 ? -Infinity : Number.NaN;
  let halvings = 0;
  let rest = value;
  for (; rest > Math.SQRT2; halvings++) rest /= 2;
  for (; rest < Math.SQRT1_2; halvings--) rest *= 2;
  // ln x = 2 artanh((x - 1) / (x + 1)), whose argument is below 0.18.
  const ratio = (rest - 1) / (rest + 1);
  let sum = 0;
  for (let power = ratio, n = 1; n < 24; n += 2, power *= ratio * ratio) sum += power / n;
  return 2 * sum + halvings * Math.LN2;
}

/** Okamoto's size of a sample whose share is off by more than the margin with at most this error. */
export const okamotoRuns = (margin: number, error: number): number =>
  Math.ceil(naturalLogarithm(2 / error) / (2 * margin * margin));

/** Wald's test of a share against a bound: whether it lies above or below. */
export class SequentialTest {
  private readonly gain: number;
  private readonly loss: number;
  private readonly threshold: number;
  private held = 0;
  private missed = 0;

  constructor(bound: number, margin: number, error: number) {
    const inside = bound > 0 && bound < 1;
    // Near an end the margin shrinks, so that a single run never decides about a share that may be as it is.
    const half = inside ? Math.min(margin, bound / 2, (1 - bound) / 2) : margin;
    const low = Math.max(0, bound - half);
    const high = Math.min(1, bound + half);
    this.gain = low === 0 ? Infinity : naturalLogarithm(high / low);
    this.loss = high === 1 ? Infinity : naturalLogarithm((1 - low) / (1 - high));
    this.threshold = naturalLogarithm((1 - error) / error);
  }

  /** Takes in one run; the side of the bound once that is settled. */
  add(holds: boolean): "above" | "below" | null {
    if (holds) this.held++;
    else this.missed++;
    const weight = weighed(this.held, this.gain) - weighed(this.missed, this.loss);
    if (weight >= this.threshold) return "above";
    return weight <= -this.threshold ? "below" : null;
  }
}

/** No run weighs nothing, even where each would settle all. */
const weighed = (runs: number, weight: number): number => (runs === 0 ? 0 : runs * weight);

/** Tests a bound on a share of runs. */
export function* testBound(
  request: SampleRequest,
  bound: Extract<Property, { kind: "share" }>,
): SamplingRun<TestedBound> {
  const { error, margin, runsMax } = request.sampling;
  const { of, atLeast, atMost } = bound;
  const sides = [
    ...(atLeast === null ? [] : [{ bound: atLeast, good: "above" as const }]),
    ...(atMost === null ? [] : [{ bound: atMost, good: "below" as const }]),
  ];
  const tests = sides.map((side) => ({ ...side, test: new SequentialTest(side.bound, margin, error / sides.length) }));
  const open = new Set(tests);
  let held = 0;
  for (const { rows, from, to, kernel } of draw(request, runsMax)) {
    const holds = reader(request.model, kernel, of);
    for (let row = 0; row < to - from; row++) {
      const good = holds(rows, row);
      if (good) held++;
      const runs = from + row + 1;
      for (const one of open) {
        const side = one.test.add(good);
        if (side === null) continue;
        if (side !== one.good) return { holds: false, runs, share: held / runs };
        open.delete(one);
      }
      if (open.size === 0) return { holds: true, runs, share: held / runs };
    }
    yield to;
    if (request.signal.aborted) return null;
  }
  return { holds: null, runs: runsMax, share: held / runsMax };
}

/** Estimates the shares of runs in which run-level properties hold, all from one sample. */
export function* estimateShares(
  request: SampleRequest,
  ids: readonly string[],
): SamplingRun<ReadonlyMap<string, EstimatedShare>> {
  const runs = okamotoRuns(request.sampling.margin, request.sampling.error);
  const counted = ids.map((id) => ({ id, held: 0, firstWithout: null as number | null }));
  for (const { rows, from, to, kernel } of draw(request, runs)) {
    for (const one of counted) {
      const holds = reader(request.model, kernel, { kind: "property", id: one.id });
      for (let row = 0; row < to - from; row++) {
        if (holds(rows, row)) one.held++;
        // Neither a fault of the model nor a run that was cut short refutes a claim.
        else if (at(rows.ended, row) < unfinished) one.firstWithout ??= from + row;
      }
    }
    yield to;
    if (request.signal.aborted) return null;
  }
  return new Map(
    counted.map(({ id, held, firstWithout }) => [id, { runs, share: held / runs, firstWithout }] as const),
  );
}

/** Index of runs that were cut short, behind those that ended; a fault comes after it. */
const unfinished = 2;

interface Drawn {
  readonly kernel: Kernel;
  readonly rows: ResultRows;
  readonly from: number;
  readonly to: number;
}

/** Draws so many replications, piece by piece. */
function* draw({ model, treatment, sampling }: SampleRequest, runs: number): Generator<Drawn> {
  const kernel = compileKernel(
    { ...model, tallies: [], actors: model.actors.map((actor) => ({ ...actor, utility: null })) },
    treatment,
  );
  const rows = emptyRows(kernel, chunk);
  let rounds = 0;
  for (let from = 0; from < runs; ) {
    // The first run is alone: nobody knows yet how long runs are.
    const usual = from === 0 ? 1 : Math.floor((roundsAtOnce * from) / Math.max(1, rounds));
    const to = Math.min(runs, from + Math.max(1, Math.min(chunk, usual)));
    kernel.simulate(sampling.seed, from, to, rows);
    yield { kernel, rows, from, to };
    for (let row = 0; row < to - from; row++) rounds += at(rows.rounds, row);
    from = to;
  }
}

/** Tells whether a run is one of those that a share counts. */
function reader(
  model: Model,
  kernel: Kernel,
  { kind, id }: Extract<Property, { kind: "share" }>["of"],
): (rows: ResultRows, row: number) => boolean {
  if (kind !== "property") {
    const { members } = measureNamed(model, id);
    return ({ outcome }, row) => members.includes(at(outcome, row));
  }
  const index = model.properties.filter(isRunProperty).findIndex((property) => property.id === id);
  const columns = kernel.program.results.properties.length;
  return ({ properties, ended }, row) => at(ended, row) <= unfinished && properties[row * columns + index] === 1;
}
