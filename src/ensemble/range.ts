/**
 * What sampling intervals do not say: how far each difference between variants depends on the assumptions.
 *
 * Over a Latin hypercube of all assumptions and dispositions, every variant runs the same replications at every point.
 * A sign counts as found at a point where the difference is clear at 99.9 %, so that noise over many points does not
 * pass for a reversal; where both signs are found, the factor is named that tells them apart best.
 */

import type { Treatment, TreatmentRequest } from "../engine/treatment.ts";
import { measuresOf } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";
import type { CellPlan, CellResult } from "./cells.ts";
import { type Difference, pairedCounts } from "./compare.ts";
import type { Counts } from "./count.ts";
import { latinHypercube } from "./design.ts";
import { type DesignPoint, type Factor, factorsOf, type Level, placeOf, treatAt } from "./factor.ts";
import { newcombePaired } from "./statistics.ts";

/** The factor that best tells the points of one sign from all others. */
export interface BestSplit {
  readonly factor: string;
  /** The sign is found on this side of `level`, or at it. */
  readonly side: "from" | "up to" | "at";
  readonly level: Level;
  /** Points on this side, and those among them with the sign. */
  readonly inside: { readonly points: number; readonly found: number };
  readonly outside: { readonly points: number; readonly found: number };
}

/** Where a sign is found that the usual assumptions do not show. */
export interface Reversal {
  readonly sign: "more" | "less";
  readonly points: number;
  readonly divide: BestSplit | null;
  /** The point of this sign that is nearest to the usual assumptions, and its difference. */
  readonly nearest: { readonly point: DesignPoint; readonly difference: number };
}

/** A difference between two variants over the design. */
export interface VariedRange {
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  /** Smallest and largest difference over the design, the one at the usual assumptions included. */
  readonly low: number;
  readonly high: number;
  /** Points where the outcome clearly comes more often, and less often, under `to`. */
  readonly more: number;
  readonly less: number;
  /** Whether the sign turns: both signs are found, or one against the difference at the usual assumptions. */
  readonly flips: boolean;
  readonly where: Reversal | null;
}

export interface Ranges {
  /** Points of the design that could be run. */
  readonly points: number;
  /** Points at which the model was at fault; they take no part. */
  readonly faulted: number;
  /** Runs of each variant at each point. */
  readonly runs: number;
  readonly factors: readonly string[];
  readonly method: string;
  readonly ranges: readonly VariedRange[];
}

export interface RangePlan extends CellPlan {
  readonly factors: readonly Factor[];
  readonly points: readonly DesignPoint[];
}

/** Points of the design unless asked otherwise. */
export const rangePoints = 32;

/** Two-sided 99.9 % point of the normal distribution. */
const z999 = 3.290526731491926;

/** Runs of each variant at each point: about as many in all as the comparison has, within reason. */
export function rangeRuns(runs: number, points: number): number {
  return Math.max(250, Math.min(1000, Math.ceil(runs / points)));
}

/**
 * Plans the range of the differences between variants; null where the scenario has nothing to vary.
 * @param request what the comparison fixes for all variants; fixed assumptions and policies are not varied.
 */
export function planRange(
  model: Model,
  variants: readonly string[],
  request: TreatmentRequest,
  size: { readonly seed: string; readonly runs: number; readonly points: number },
): RangePlan | null {
  const factors = openFactors(model, request).filter(({ kind, id }) => !isSettled(model, variants, kind, id));
  if (factors.length === 0 || variants.length < 2) return null;
  const points = latinHypercube(size.seed, factors, size.points);
  const cells = points.map((point): readonly Treatment[] =>
    variants.map((variant) => treatAt(model, { ...request, variant }, factors, point)),
  );
  return { seed: size.seed, runs: size.runs, cells, factors, points };
}

/** Whether each of the variants says itself where a factor stands. */
function isSettled(model: Model, variants: readonly string[], kind: Factor["kind"], id: string): boolean {
  return variants.every((name) => {
    const variant = model.variants.find((candidate) => candidate.id === name);
    if (variant === undefined) return false;
    return Object.hasOwn(kind === "assumption" ? variant.assume : variant.policies, id);
  });
}

function openFactors(model: Model, request: TreatmentRequest): readonly Factor[] {
  const { variant: _, ...shared } = request;
  try {
    return factorsOf(model, shared, null);
  } catch (error) {
    if (error instanceof Error && error.name === "Mistake") return [];
    throw error;
  }
}

/**
 * The range of each difference over the design.
 * @param usual the differences at the usual assumptions, against which a sign can turn.
 */
export function rangesOf(
  model: Model,
  plan: RangePlan,
  results: readonly CellResult[],
  usual: readonly Pick<Difference, "to" | "outcome" | "difference" | "low" | "high">[],
): Ranges {
  const rows = results.flatMap((result, index) => {
    const point = plan.points[index];
    if ("fault" in result || result.counts.faults.length > 0 || point === undefined) return [];
    return [{ point, counts: result.counts }];
  });
  const treatments = plan.cells[0] ?? [];
  const [baseline, ...others] = treatments.map(({ variant }) => variant);
  return {
    points: rows.length,
    faulted: results.length - rows.length,
    runs: plan.runs,
    factors: plan.factors.map(({ name }) => name),
    method:
      "Latin hypercube over all open assumptions and dispositions; a sign counts where Newcombe's paired interval excludes zero at 99.9 %; the ends of a range carry the sampling error of single points",
    ranges: others.flatMap((to, index) =>
      measuresOf(model).map(({ id: outcome, members }) => {
        const differences = rows.map(({ point, counts }) => differenceAt(point, counts, index + 1, members));
        const reference = usual.find((entry) => entry.to === to && entry.outcome === outcome);
        return { from: baseline ?? "", to, outcome, ...summarise(plan.factors, differences, reference ?? null) };
      }),
    ),
  };
}

type Sign = -1 | 0 | 1;

/** A difference at one point of the design. */
interface DesignDifference {
  readonly point: DesignPoint;
  readonly difference: number;
  readonly sign: Sign;
}

function signOf(interval: { readonly low: number; readonly high: number } | null): Sign {
  if (interval === null) return 0;
  return interval.low > 0 ? 1 : interval.high < 0 ? -1 : 0;
}

function differenceAt(
  point: DesignPoint,
  counts: Counts,
  treatment: number,
  members: readonly number[],
): DesignDifference {
  const paired = pairedCounts(counts.treatments[treatment]?.pairs ?? [], members);
  const difference = counts.runs === 0 ? 0 : (paired.onlySecond - paired.onlyFirst) / counts.runs;
  return { point, difference, sign: signOf(newcombePaired(paired, z999)) };
}

function summarise(
  factors: readonly Factor[],
  perPoint: readonly DesignDifference[],
  reference: Pick<Difference, "difference" | "low" | "high"> | null,
): Omit<VariedRange, "from" | "to" | "outcome"> {
  const values = [...perPoint, ...(reference === null ? [] : [reference])].map(({ difference }) => difference);
  const usual = signOf(reference);
  const more = perPoint.filter(({ sign }) => sign > 0).length;
  const less = perPoint.filter(({ sign }) => sign < 0).length;
  // The sign that is unusual: against the usual assumptions, or else the rarer of the two.
  const sign: Sign = usual > 0 || (usual === 0 && less <= more) ? -1 : 1;
  const found = sign > 0 ? more : less;
  const flips = found > 0 && (usual !== 0 || (more > 0 && less > 0));
  return {
    low: values.length === 0 ? 0 : Math.min(...values),
    high: values.length === 0 ? 0 : Math.max(...values),
    more,
    less,
    flips,
    where: flips ? reversal(factors, perPoint, sign) : null,
  };
}

function reversal(factors: readonly Factor[], perPoint: readonly DesignDifference[], sign: Sign): Reversal | null {
  const turned = perPoint.filter((difference) => difference.sign === sign);
  const distance = ({ point }: DesignDifference): number => distanceFromUsual(factors, point);
  const [first, ...rest] = turned;
  if (first === undefined) return null;
  const nearest = rest.reduce((best, difference) => (distance(difference) < distance(best) ? difference : best), first);
  return {
    sign: sign > 0 ? "more" : "less",
    points: turned.length,
    divide: bestSplit(factors, perPoint, sign),
    nearest: { point: nearest.point, difference: nearest.difference },
  };
}

/** Mean distance of a point from where the factors usually stand, each on its own range. */
function distanceFromUsual(factors: readonly Factor[], point: DesignPoint): number {
  return factors.reduce((sum, factor) => {
    const level = point[factor.name];
    if (level === undefined || factor.usual === null) return sum;
    if (factor.range === null) return sum + (level === factor.usual ? 0 : 1);
    return sum + Math.abs((placeOf(factor, level) ?? 0) - (placeOf(factor, factor.usual) ?? 0));
  }, 0);
}

/** The split of one factor that leaves the least disorder (Gini) about who has the sign; null where none helps. */
function bestSplit(factors: readonly Factor[], perPoint: readonly DesignDifference[], sign: Sign): BestSplit | null {
  let best: { readonly divide: BestSplit; readonly disorder: number } | null = null;
  const all = disorder(perPoint.filter((difference) => difference.sign === sign).length, perPoint.length);
  for (const factor of factors) {
    for (const { side, level, holds } of splits(factor, perPoint)) {
      const within = perPoint.filter(({ point }) => holds(point[factor.name]));
      const beyond = perPoint.filter(({ point }) => !holds(point[factor.name]));
      const found = (of: readonly DesignDifference[]): number =>
        of.filter((difference) => difference.sign === sign).length;
      const inside = { points: within.length, found: found(within) };
      const outside = { points: beyond.length, found: found(beyond) };
      if (within.length === 0 || beyond.length === 0) continue;
      if (inside.found / within.length <= outside.found / beyond.length) continue;
      const left = disorder(inside.found, within.length) + disorder(outside.found, beyond.length);
      if (left < (best?.disorder ?? all)) {
        best = { divide: { factor: factor.name, side, level, inside, outside }, disorder: left };
      }
    }
  }
  return best?.divide ?? null;
}

/** Gini impurity times the number of points. */
function disorder(found: number, points: number): number {
  return points === 0 ? 0 : (2 * found * (points - found)) / points;
}

interface Split {
  readonly side: BestSplit["side"];
  readonly level: Level;
  holds(level: Level | undefined): boolean;
}

function splits(factor: Factor, perPoint: readonly DesignDifference[]): readonly Split[] {
  if (factor.range === null) {
    return (factor.levels ?? []).map((level) => ({ side: "at", level, holds: (other) => other === level }));
  }
  const levels = perPoint.map(({ point }) => Number(point[factor.name])).sort((one, other) => one - other);
  return levels.slice(1).flatMap((level, index): readonly Split[] => {
    const middle = ((levels[index] ?? level) + level) / 2;
    return [
      { side: "from", level: middle, holds: (other) => Number(other) >= middle },
      { side: "up to", level: middle, holds: (other) => Number(other) <= middle },
    ];
  });
}
