/**
 * What a report shows besides a comparison's counts: how sampled runs go, and what each assumption or disposition alone
 * makes of the first variant.
 */
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { runCells } from "./cells.ts";
import type { Counts } from "./count.ts";
import { type FullComparison, sharedRequest } from "./fullComparison.ts";
import type { EnsemblePlan } from "./plan.ts";
import { type Sample, takeSamples } from "./sample.ts";
import { planSweep, type Sweep, type SweepPlan, sweepResult } from "./sweep.ts";

/** A comparison that was counted. */
export interface Counted {
  readonly model: Model;
  readonly plan: EnsemblePlan;
  readonly counts: Counts;
  readonly result: FullComparison;
}

export interface ReportSupplement {
  readonly samples: readonly Sample[];
  /** One factor at a time, around the first variant; null where nothing can be varied, or not in time. */
  readonly sweep: Sweep | null;
}

export interface SupplementOptions {
  /** Runs of each variant that are followed step by step. */
  readonly sample: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Told how many runs of each part are done. */
  readonly onProgress: (part: "samples" | "factors", done: number, total: number) => void;
}

/** Runs of each point of the factors' design, unless the comparison has fewer. */
const factorRuns = 1000;

/** Looks closer at a comparison. */
export async function supplementReport(
  { model, plan, counts, result }: Counted,
  options: SupplementOptions,
): Promise<ReportSupplement> {
  const { treatments, seed } = plan;
  const { workers, signal, onProgress } = options;
  const runs = Math.min(options.sample, counts.runs);
  const total = runs * treatments.length;
  const samples = await takeSamples({ model, seed, runs }, treatments, {
    workers,
    signal,
    onProgress: (done) => onProgress("samples", done * runs, total),
  });
  return { samples, sweep: await factorsAlone(model, result, options) };
}

async function factorsAlone(
  model: Model,
  { variants, runs, seed, request, scenario, model: hash }: FullComparison,
  { workers, signal, onProgress }: SupplementOptions,
): Promise<Sweep | null> {
  const plan = planFactors(model, request, variants[0]?.name ?? "", seed, Math.min(factorRuns, runs));
  if (plan === null) return null;
  const total = plan.runs * plan.cells.length;
  const results = await runCells(model, plan, {
    workers,
    signal,
    onProgress: (cells) => onProgress("factors", cells * plan.runs, total),
  });
  return results.length < plan.cells.length ? null : sweepResult({ scenario, model: hash }, model, plan, results);
}

function planFactors(
  model: Model,
  request: FullComparison["request"],
  variant: string,
  seed: string,
  runs: number,
): SweepPlan | null {
  const { rounds } = request;
  const { assume = {}, policies = {} } = sharedRequest(request);
  try {
    return planSweep(model, { variant, assume, policies, rounds, factors: null, design: "oat", points: 0 }, seed, runs);
  } catch (error) {
    if (error instanceof Mistake) return null;
    throw error;
  }
}
