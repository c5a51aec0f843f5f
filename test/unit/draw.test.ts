import { describe, expect, test } from "vitest";
import { draw, luckOf, occurs, pick } from "../../src/chance/draw.ts";
import { keyOfSeed, siteKey } from "../../src/chance/seed.ts";

/** Pearson's statistic of counts that should all be the same. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 0.001 and 0.999 quantiles of chi-square with 255 degrees of freedom. */
const plausible = { low: 190.9, high: 330.5 };

function bytesOf(words: readonly number[]): number[] {
  const counts = new Array<number>(256).fill(0);
  for (const word of words) {
    for (const shift of [0, 8, 16, 24]) counts[(word >>> shift) & 255] = (counts[(word >>> shift) & 255] ?? 0) + 1;
  }
  return counts;
}

const many = Array.from({ length: 20_000 }, (_, index) => index);

describe("along each axis the words are spread evenly", () => {
  const axes: Readonly<Record<string, (index: number) => number>> = {
    rounds: (index) => luckOf("axis", 0).at("turn", index),
    replications: (index) => luckOf("axis", index).at("turn", 0),
    sites: (index) => luckOf("axis", 0).at(`turn:actor${index}`, 0),
    seeds: (index) => luckOf(`seed ${index}`, 0).at("turn", 0),
  };
  test.each(Object.entries(axes))("%s", (_, wordAt) => {
    const words = many.map(wordAt);
    expect(chiSquare(bytesOf(words))).toBeGreaterThan(plausible.low);
    expect(chiSquare(bytesOf(words))).toBeLessThan(plausible.high);
    // About 20,000 * 19,999 / 2 / 2^32 = 0.05 coincidences are due.
    expect(new Set(words).size).toBeGreaterThan(words.length - 3);
  });

  test.each(Object.entries(axes))("neighbours along %s are independent", (_, wordAt) => {
    const pairs = new Array<number>(256).fill(0);
    for (const index of many) {
      const pair = ((wordAt(index) >>> 28) << 4) | (wordAt(index + 1) >>> 28);
      pairs[pair] = (pairs[pair] ?? 0) + 1;
    }
    expect(chiSquare(pairs)).toBeGreaterThan(plausible.low);
    expect(chiSquare(pairs)).toBeLessThan(plausible.high);
  });
});

test("replication and round are different axes", () => {
  const key = siteKey(keyOfSeed("a"), "turn");
  const square = Array.from({ length: 60 }, (_, one) =>
    Array.from({ length: 60 }, (_, other) => draw(key, one, other)),
  );
  expect(new Set(square.flat()).size).toBe(3600);
  expect(draw(key, 3, 4)).not.toBe(draw(key, 4, 3));
  expect(draw(key, 0, 1)).not.toBe(draw(key, 1, 0));
});

test("rounds do not wrap where a 32-bit shift would", () => {
  const key = siteKey(keyOfSeed("a"), "turn");
  expect(draw(key, 0, 2 ** 32)).not.toBe(draw(key, 0, 0));
  expect(draw(key, 0, 2 ** 32 + 1)).not.toBe(draw(key, 0, 1));
});

test("luck depends on nothing that was asked before", () => {
  const forwards = luckOf("s", 7);
  const first = ["turn:a", "turn:b", "incident:c"].map((site) => forwards.at(site, 3));
  luckOf("other", 7).at("turn:a", 3);
  const backwards = luckOf("s", 7);
  const again = ["incident:c", "turn:b", "turn:a"].map((site) => backwards.at(site, 3)).reverse();
  expect(again).toEqual(first);
});

test("seeds that another algorithm confuses have different keys", () => {
  expect(keyOfSeed("a")).not.toEqual(keyOfSeed("š"));
  expect(keyOfSeed("1")).not.toEqual(keyOfSeed("1 "));
});

test("ten thousand seeds that only count up have ten thousand keys", () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => keyOfSeed(String(index)).join());
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])("%s is not a replication", (replication) => {
  expect(() => luckOf("a", replication)).toThrow(RangeError);
});

test.each([[[]], [[0, 0]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]], [[1e308, 1e308]], [[2 ** 992]]])(
  "nothing can be picked among the weights %j",
  (weights) => {
    expect(() => pick(0, weights)).toThrow(RangeError);
  },
);

test("weights count up to where 2^32 times their total is no longer a number", () => {
  expect(pick(2 ** 32 - 1, [0, 2 ** 991])).toBe(1);
  expect(() => pick(0, [2 ** 991, 2 ** 991])).toThrow(RangeError);
});

test("what has chance 0 never occurs, what has chance 1 always does", () => {
  expect(occurs(0, 0)).toBe(false);
  expect(occurs(2 ** 32 - 1, 1)).toBe(true);
});

test("a chance of one half takes exactly the lower half of the words", () => {
  expect(occurs(2 ** 31 - 1, 0.5)).toBe(true);
  expect(occurs(2 ** 31, 0.5)).toBe(false);
});
