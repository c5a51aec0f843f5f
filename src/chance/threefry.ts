/**
 * Threefry2x32 with 20 rounds: a counter-based generator.
 *
 * Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3". A key and a counter of two 32-bit
 * words each give two random words; there is no state, so any draw can be made alone and in any order. Only additions,
 * rotations and exclusive-ors on 32-bit words.
 */

/** Two 32-bit words, unsigned. */
export type Words = readonly [number, number];

/** Skein's key schedule parity. */
const parity = 0x1bd11bda;

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The block of two words for a counter under a key. */
export function threefry(key: Words, counter: Words): Words {
  const schedule = [key[0], key[1], parity ^ key[0] ^ key[1]];
  let x0 = (counter[0] + key[0]) | 0;
  let x1 = (counter[1] + key[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = rotations[round % 8] ?? 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + (schedule[injection % 3] ?? 0)) | 0;
      x1 = (x1 + (schedule[(injection + 1) % 3] ?? 0) + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}
