/**
 * Draws: the luck of a replication, and what is made of one 32-bit word.
 *
 * A draw is a function of seed, site, replication and round, and of nothing that was drawn before. Hence replications
 * may run in any order and anywhere, and treatments that share a seed share their luck wherever their sites coincide.
 * A site draws at most once a round; who asks twice gets the same word.
 */
import { keyOfSeed, siteKey } from "./seed.ts";
import { type Block, threefry } from "./threefry.ts";

const words = 2 ** 32;

/** Replications count from 0 to this: they are one word of the counter. */
export const replicationMax = words - 1;

/** The word that a site draws in a round (0 to 2^33 - 1) of a replication. Each block serves two rounds. */
export function draw(key: Block, replication: number, round: number): number {
  const half = Math.floor(round / 2);
  return threefry(key, [replication, half])[round % 2 === 0 ? 0 : 1];
}

/**
 * The index that a word picks among weights, none of them negative: the first whose cumulative weight `c` has
 * `u * total < c * 2^32`, in doubles. A weight of zero is never picked.
 *
 * Where all weights are whole and total at most 65,536, `u * total` is exact and the law is the same as
 * `floor(u * total / 2^32) < c`: the high word of an integer product.
 * @throws RangeError unless the total is positive and `total * 2^32` finite.
 */
export function pick(u: number, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total * words < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`weights must add up to a positive number, not ${total}`);
  }
  const mark = u * total;
  let cumulative = 0;
  return weights.findIndex((weight) => {
    cumulative += weight;
    return mark < cumulative * words;
  });
}

/** Whether a word lets something of this chance occur. Chance 0 never does, chance 1 always. */
export function occurs(u: number, chance: number): boolean {
  return u < chance * words;
}

/** The luck of one replication under one seed. */
export interface Luck {
  readonly seed: string;
  readonly replication: number;
  /** The word that a site draws in a round. */
  at(site: string, round: number): number;
}

/** The luck of a replication. A single run is replication 0. */
export function luckOf(seed: string, replication: number): Luck {
  if (!Number.isInteger(replication) || replication < 0 || replication > replicationMax) {
    throw new RangeError(`a replication is a whole number from 0 to ${replicationMax}, not ${replication}`);
  }
  const keyOf = siteKeysOf(seed);
  return { seed, replication, at: (site, round) => draw(keyOf(site), replication, round) };
}

type SiteKeys = (site: string) => Block;

let latest: { readonly seed: string; readonly keyOf: SiteKeys } | null = null;

/** Keys of sites under a seed. Those of the latest seed are kept: the replications of an ensemble all ask for them. */
function siteKeysOf(seed: string): SiteKeys {
  if (latest?.seed === seed) return latest.keyOf;
  const key = keyOfSeed(seed);
  const known = new Map<string, Block>();
  const keyOf: SiteKeys = (site) => {
    const kept = known.get(site);
    if (kept !== undefined) return kept;
    const made = siteKey(key, site);
    known.set(site, made);
    return made;
  };
  latest = { seed, keyOf };
  return keyOf;
}
