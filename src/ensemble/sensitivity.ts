/**
 * Sensitivity: how much each factor of a design moves a result.
 *
 * First-order Sobol indices by Saltelli and others 2010 and total ones by Jansen 1999, with intervals by the delta
 * method for the ratio of two means; main effects of any other design as the share of variance between groups. Pure
 * arithmetic on numbers that were computed elsewhere; it runs nothing.
 */
import { at } from "../scenario/at.ts";
import { type Interval, z95 } from "./statistics.ts";

export interface Index extends Interval {
  /** Estimate; sampling error may put it a little outside 0 to 1. */
  readonly value: number;
}

export interface SobolIndices {
  /** Share of the variance that the factor explains alone. */
  readonly first: Index;
  /** Share of the variance that involves the factor, alone or together with others. */
  readonly total: Index;
}

/** Values of a result over a Saltelli design. */
export interface SaltelliValues {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly mixed: readonly (readonly number[])[];
}

/** Indices of each factor; null where the result does not vary over the design. */
export function sobolIndices({ a, b, mixed }: SaltelliValues): readonly (SobolIndices | null)[] {
  const centre = mean([...a, ...b]);
  // The variance over both samples, as one number per row, so that rows stay independent of each other.
  const spread = a.map((value, row) => (square(value - centre) + square(at(b, row) - centre)) / 2);
  const constant = spread.every((value) => value === 0);
  return mixed.map((values) => {
    if (constant) return null;
    const first = values.map((value, row) => (at(b, row) - centre) * (value - at(a, row)));
    const total = values.map((value, row) => square(at(a, row) - value) / 2);
    return { first: ratio(first, spread), total: ratio(total, spread) };
  });
}

/** The ratio of two means over the same rows, with its delta-method interval. */
function ratio(upper: readonly number[], lower: readonly number[]): Index {
  const below = mean(lower);
  const value = mean(upper) / below;
  const rows = upper.length;
  const residual = upper.reduce((sum, up, row) => sum + square(up - value * at(lower, row)), 0);
  const half = (z95 * Math.sqrt(residual / (rows - 1) / rows)) / below;
  return { value, low: value - half, high: value + half };
}

/**
 * The share of a result's variance that lies between the groups of a factor (the correlation ratio), less what groups
 * of this size would show by accident: an estimate of the first-order effect from any design.
 */
export function mainEffect(values: readonly number[], groups: readonly number[]): number {
  const centre = mean(values);
  const total = values.reduce((sum, value) => sum + square(value - centre), 0);
  if (total === 0) return 0;
  const members = new Map<number, number[]>();
  values.forEach((value, row) => {
    const group = at(groups, row);
    const list = members.get(group) ?? [];
    members.set(group, [...list, value]);
  });
  const between = [...members.values()].reduce((sum, list) => sum + list.length * square(mean(list) - centre), 0);
  const free = values.length - members.size;
  if (free <= 0) return between / total;
  // Epsilon squared (Kelley 1935): groups of pure accident come out at zero in the mean.
  const within = (total - between) / free;
  return Math.max(0, (between - (members.size - 1) * within) / total);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const square = (value: number): number => value * value;
