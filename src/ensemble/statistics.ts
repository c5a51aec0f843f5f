/**
 * Interval estimates for shares, paired differences and means.
 *
 * Every interval is two-sided with a stated confidence of 95 %. Shares use Wilson's score interval (Wilson 1927; Brown,
 * Cai and DasGupta 2001); differences of shares under common random numbers use Newcombe's interval for paired data
 * (Newcombe 1998, Statistics in Medicine 17, 2635–2650, method 10), which is built from Wilson's.
 */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % point of the normal distribution. */
export const z95 = 1.959963984540054;

/** Wilson's score interval of a share: `count` of `runs`. Without runs it is 0 to 1. */
export function wilson(count: number, runs: number, z: number = z95): Interval {
  if (runs === 0) return { low: 0, high: 1 };
  const share = count / runs;
  const square = (z * z) / runs;
  const centre = (share + square / 2) / (1 + square);
  const half = (z * Math.sqrt((share * (1 - share) + square / 4) / runs)) / (1 + square);
  return { low: count === 0 ? 0 : Math.max(0, centre - half), high: count === runs ? 1 : Math.min(1, centre + half) };
}

/** How often something held under two treatments of the same replications. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** Newcombe's interval of the second share less the first. */
export function newcombePaired(counts: PairedCounts, z: number = z95): Interval {
  const { both, onlyFirst, onlySecond, neither } = counts;
  const runs = both + onlyFirst + onlySecond + neither;
  if (runs === 0) return { low: -1, high: 1 };
  const first = both + onlyFirst;
  const second = both + onlySecond;
  const one = wilson(first, runs, z);
  const two = wilson(second, runs, z);
  const p1 = first / runs;
  const p2 = second / runs;
  const correlation = pairedCorrelation(counts, runs);
  const half = (up: number, down: number): number =>
    Math.sqrt(Math.max(0, up * up - 2 * correlation * up * down + down * down));
  const difference = (onlySecond - onlyFirst) / runs;
  return {
    low: Math.max(-1, difference - half(p2 - two.low, one.high - p1)),
    high: Math.min(1, difference + half(two.high - p2, p1 - one.low)),
  };
}

/** Newcombe's continuity-corrected correlation of the two indicators. */
function pairedCorrelation({ both, onlyFirst, onlySecond, neither }: PairedCounts, runs: number): number {
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > runs / 2 ? product - runs / 2 : Math.min(product, 0);
  return corrected / Math.sqrt(margins);
}

/** Two-sided 95 % points of Student's t for 1 to 12 degrees of freedom. */
const t95Table = [
  12.706204736432095, 4.302652729696142, 3.182446305284263, 2.776445105197793, 2.570581835636314, 2.446911848791681,
  2.364624251592785, 2.306004135204166, 2.262157162798204, 2.228138851964939, 2.200985160091639, 2.178812829663418,
];

/**
 * Two-sided 95 % point of Student's t: from the table, beyond it by the Cornish–Fisher expansion (Abramowitz and Stegun
 * 26.7.5), which errs by less than 1e-6 there. Polynomials only, so every platform gives the same bytes.
 */
export function t95(degrees: number): number {
  const tabled = t95Table[degrees - 1];
  if (tabled !== undefined) return tabled;
  const z = z95;
  const s = z * z;
  const terms = [
    (z * (s + 1)) / 4,
    (z * (5 * s * s + 16 * s + 3)) / 96,
    (z * (3 * s * s * s + 19 * s * s + 17 * s - 15)) / 384,
    (z * (79 * s * s * s * s + 776 * s * s * s + 1482 * s * s - 1920 * s - 945)) / 92160,
  ];
  return terms.reduceRight((sum, term) => (sum + term) / degrees, 0) + z;
}

/** Student's t interval of a mean, from the number of runs, their mean and the sum of squared deviations. */
export function meanInterval(runs: number, mean: number, squares: number): Interval {
  if (runs < 2) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const half = t95(runs - 1) * Math.sqrt(squares / (runs - 1) / runs);
  return { low: mean - half, high: mean + half };
}
