import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { occurs, pick } from "../../src/chance/draw.ts";

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Weights with whole total up to 65,536, some of them zero, at least one positive. */
const wholeWeights = fc
  .array(
    fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 0, max: 5000 }) }),
    {
      minLength: 1,
      maxLength: 13,
    },
  )
  .filter((weights) => weights.some((weight) => weight > 0));

const anyWeights = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true })), { minLength: 1, maxLength: 8 })
  .filter((weights) => weights.reduce((sum, weight) => sum + weight, 0) > 0);

/** The number of words, of 2^32, that pick each of the weights, in exact whole arithmetic. */
function exactCounts(weights: readonly number[]): readonly bigint[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  let cumulative = 0n;
  let below = 0n;
  return weights.map((weight) => {
    cumulative += BigInt(weight);
    // Words u with u * total < cumulative * 2^32.
    const words = (cumulative * 2n ** 32n + total - 1n) / total;
    const count = words - below;
    below = words;
    return count;
  });
}

test.prop([wholeWeights])("each weight gets its exact share of the words, to within one word", (weights) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let first = 0n;
  exactCounts(weights).forEach((count, index) => {
    const share = (BigInt(weights[index] ?? 0) * 2n ** 32n) / BigInt(total);
    expect(count === share || count === share + 1n || count === share - 1n).toBe(true);
    if (count > 0n) {
      expect(pick(Number(first), weights)).toBe(index);
      expect(pick(Number(first + count - 1n), weights)).toBe(index);
    }
    first += count;
  });
  expect(first).toBe(2n ** 32n);
});

test.prop([word, wholeWeights])("for whole weights the integer form picks the same", (u, weights) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const high = Number((BigInt(u) * BigInt(total)) >> 32n);
  let cumulative = 0;
  const index = weights.findIndex((weight) => {
    cumulative += weight;
    return high < cumulative;
  });
  expect(pick(u, weights)).toBe(index);
});

test.prop([word, anyWeights])("something is always picked, and never what weighs nothing", (u, weights) => {
  expect(weights[pick(u, weights)]).toBeGreaterThan(0);
});

test.prop([word, anyWeights, fc.integer({ min: -20, max: 20 })])("only proportions matter", (u, weights, power) => {
  fc.pre(weights.every((weight) => weight === 0 || weight > 1e-200));
  expect(
    pick(
      u,
      weights.map((weight) => weight * 2 ** power),
    ),
  ).toBe(pick(u, weights));
});

test.prop([word, word, anyWeights])("a greater word never picks an earlier weight", (one, other, weights) => {
  expect(pick(Math.min(one, other), weights)).toBeLessThanOrEqual(pick(Math.max(one, other), weights));
});

test.prop([word, fc.integer({ min: 0, max: 1024 })])(
  "occurring is picking between a chance and its rest",
  (u, part) => {
    const chance = part / 1024;
    expect(occurs(u, chance)).toBe(pick(u, [chance, 1 - chance]) === 0 && chance > 0);
  },
);
