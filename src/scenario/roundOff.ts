/**
 * Round-off at a bound: a number that misses a bound which it must keep by no more than rounding is taken as the bound.
 *
 * `0.3 - 0.1 * 3` is not 0 in doubles, and no author should have to know that. So a chance, weight or odds within
 * `roundOff` of 0, and a chance within it of 1, is that bound, from either side: a rest of 5e-17 must not win against
 * nothing. Machine, kernel and exports all read this one rule; what is farther out stays a fault.
 */

/** How near a bound is the bound: far above what rounding leaves, far below any chance that a model means. */
export const roundOff = 1e-9;

/** From here on a chance is 1. */
export const nearlyOne = 1 - roundOff;

/** A weight or odds, 0 where it is nearly so. What is negative or no number stays as it is. */
export function settleWeight(weight: number): number {
  return weight >= -roundOff && weight <= roundOff ? 0 : weight;
}

/** A chance, 0 or 1 where it is nearly so. What is outside or no number stays as it is. */
export function settleChance(chance: number): number {
  return chance >= nearlyOne && chance <= 1 + roundOff ? 1 : settleWeight(chance);
}
