/**
 * A comparison with everything that making it again needs, and with the range of each difference over the assumptions.
 *
 * This is the documented result of `compare`. What was asked for stands in it word for word, so that whoever has the
 * file and the scenario can make the same bytes.
 */
import { type Treatment, type TreatmentRequest, treat, variantIds } from "../engine/treatment.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { columnsOf } from "./batch.ts";
import { runCells } from "./cells.ts";
import { comparison, type VariantComparison } from "./compare.ts";
import type { Counts } from "./count.ts";
import type { EnsemblePlan } from "./plan.ts";
import { planRange, type Ranges, rangeRuns, rangesOf, type VariedRange } from "./range.ts";
import type { TaskOptions } from "./threads.ts";
import { type TimeCurves, timeCurves } from "./timeToOutcome.ts";

/** What a comparison is asked for, besides seed and runs. */
export interface CompareRequest {
  /** Variants in order, the baseline first. */
  readonly variants: readonly string[];
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly policies: Readonly<Record<string, string>>;
  readonly rounds: number | null;
  /** Points of the design over which differences are ranged; 0 for none. */
  readonly points: number;
}

export interface FullComparison extends VariantComparison {
  readonly request: CompareRequest;
  /** Time to outcome, by variant. */
  readonly times: readonly TimeCurves[];
  /** The range of each difference over the assumptions; null where it was not asked for or nothing can be varied. */
  readonly ranges: readonly VariedRange[] | null;
  /** Over what the differences were ranged. */
  readonly design: Omit<Ranges, "ranges"> | null;
}

/**
 * Plans a comparison.
 * @throws Mistake where the request names something unknown or one variant twice.
 */
export function planComparison(model: Model, request: CompareRequest, seed: string, runs: number): EnsemblePlan {
  const { variants } = request;
  const twice = variants.find((name, index) => variants.indexOf(name) !== index);
  if (twice !== undefined) throw new Mistake(`--variants names ${twice} twice`);
  const treatments = (variants.length === 0 ? variantIds(model) : variants).map(
    (variant): Treatment => treat(model, { ...sharedRequest(request), variant }),
  );
  return { seed, runs, treatments };
}

/** What all variants of a comparison share. */
export function sharedRequest({ assume, policies, rounds }: CompareRequest): TreatmentRequest {
  return { assume, policies, ...(rounds === null ? {} : { rounds }) };
}

/** Makes the full result of counted runs; it runs the design over the assumptions if one was asked for, to its end. */
export async function fullComparison(
  subject: { readonly scenario: string; readonly model: string; readonly request: CompareRequest },
  model: Model,
  { seed, treatments }: EnsemblePlan,
  counts: Counts,
  options: TaskOptions & { readonly workers: number },
): Promise<FullComparison> {
  const { scenario, model: hash, request } = subject;
  const columns = columnsOf(model);
  const result = comparison({ scenario, model: hash, seed }, columns, treatments, counts);
  const variants = treatments.map(({ variant }) => variant);
  const size = { seed, points: request.points, runs: rangeRuns(counts.runs, Math.max(1, request.points)) };
  const plan = request.points === 0 ? null : planRange(model, variants, sharedRequest(request), size);
  const whole = { ...result, request, times: timeCurves(variants, counts, columns.groups), ranges: null, design: null };
  if (plan === null) return whole;
  const results = await runCells(model, plan, options);
  // Part of a design is no design: what an interruption cuts off is left out.
  if (results.length < plan.cells.length) return whole;
  const { ranges, ...design } = rangesOf(model, plan, results, result.differences);
  return { ...whole, ranges, design };
}
