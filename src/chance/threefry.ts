/**
 * Threefry2x32 with 20 rounds: a keyed bijection of 64 bits (Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
 * as easy as 1, 2, 3", 2011).
 *
 * A counter goes in, random bits come out, and nothing is remembered between calls; so any draw can be made first, on
 * any machine. Words are unsigned 32-bit integers. It scrambles counters for simulation; it keeps no secrets.
 */

/** Two unsigned 32-bit words: a key, a counter or a block of random bits. */
export type Block = readonly [number, number];

/** Key schedule parity of the Threefish family, low word. */
const parity = 0x1bd11bda;

/** Rotation distances of the eight rounds between which the key is injected twice (table 2 of the paper). */
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

const rounds = 20;

/** The block that a key and a counter give. Words may be any 32-bit integers, signed or not. */
export function threefry(key: Block, counter: Block): Block {
  const schedule = [key[0] | 0, key[1] | 0, parity ^ key[0] ^ key[1]] as const;
  let x0 = (counter[0] + schedule[0]) | 0;
  let x1 = (counter[1] + schedule[1]) | 0;
  for (let round = 0; round < rounds; round++) {
    const distance = rotations[round & 7] ?? 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << distance) | (x1 >>> (32 - distance))) ^ x0;
    if ((round & 3) !== 3) continue;
    const injection = (round + 1) >>> 2;
    x0 = (x0 + (schedule[injection % 3] ?? 0)) | 0;
    x1 = (x1 + (schedule[(injection + 1) % 3] ?? 0) + injection) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}
