/**
 * Draws: a function of seed, site, replication and round, and of nothing that happened before.
 *
 * A seed becomes a key, a key and a site's name become the site's key, and the counter (replication, round) picks the
 * word. So a replication can be run anywhere and alone; two treatments under one seed share their luck wherever their
 * sites coincide; and adding something unrelated to a scenario changes no other draw.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import seedrandom from "seedrandom";
import { threefry, type Words } from "./threefry.ts";

/** The key of a seed: two words of the alea generator that the seed starts. */
export function keyOfSeed(seed: string): Words {
  const generator = seedrandom.alea(seed);
  return [generator.int32() >>> 0, generator.int32() >>> 0];
}

/** The key of a site: the first 64 bits of the SHA-256 of its name (UTF-8, big-endian), enciphered under the seed's key. */
export function siteKey(key: Words, site: string): Words {
  const digest = sha256(utf8ToBytes(site));
  const view = new DataView(digest.buffer, digest.byteOffset);
  return threefry(key, [view.getUint32(0), view.getUint32(4)]);
}

/** The 32-bit word, unsigned, of a site in a replication and a round. */
export function draw(site: Words, replication: number, round: number): number {
  return threefry(site, [replication >>> 0, round >>> 1])[round & 1] ?? 0;
}

/**
 * Picks by weight: the first k with u * total < cumulative_k * 2^32, in doubles. An entry of weight zero is never picked.
 * @param u a 32-bit word, unsigned.
 * @param weights not negative, finite, not all zero.
 */
export function pick(u: number, weights: readonly number[]): number {
  let total = 0;
  for (const weight of weights) total += weight;
  const threshold = u * total;
  let cumulative = 0;
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    cumulative += weight;
    last = index;
    if (threshold < cumulative * 4294967296) return index;
  }
  return last;
}

/** Whether something of this chance occurs. */
export function occurs(u: number, chance: number): boolean {
  return u < chance * 4294967296;
}

/** The luck of one replication under one seed. */
export interface Luck {
  readonly seed: string;
  readonly replication: number;
  /** The 32-bit word of a site in a round. */
  at(site: string, round: number): number;
}

/** The luck of a replication. */
export function luckOf(seed: string, replication: number): Luck {
  const key = keyOfSeed(seed);
  const sites = new Map<string, Words>();
  return {
    seed,
    replication,
    at(site, round) {
      let known = sites.get(site);
      if (known === undefined) {
        known = siteKey(key, site);
        sites.set(site, known);
      }
      return draw(known, replication, round);
    },
  };
}
