/**
 * Sensitivity indices against functions whose indices are known in closed form.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { mainEffect, type SaltelliValues, sobolIndices } from "../../src/ensemble/sensitivity.ts";

/** A Saltelli design over the unit cube, put through a function. */
function values(seed: string, rows: number, factors: number, result: (x: readonly number[]) => number): SaltelliValues {
  const sample = (round: number): number[][] =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: factors }, (_, factor) => luckOf(seed, row).at(`x${factor}`, round) / 2 ** 32),
    );
  const a = sample(0);
  const b = sample(1);
  return {
    a: a.map(result),
    b: b.map(result),
    mixed: Array.from({ length: factors }, (_, factor) =>
      a.map((row, index) => result(row.with(factor, b[index]?.[factor] ?? 0))),
    ),
  };
}

/** Ishigami and Homma 1990, a = 7, b = 0.1. */
function ishigami(x: readonly number[]): number {
  const [one = 0, two = 0, three = 0] = x.map((place) => Math.PI * (2 * place - 1));
  return Math.sin(one) + 7 * Math.sin(two) ** 2 + 0.1 * three ** 4 * Math.sin(one);
}

/** Indices of the function above: the variance's parts by Sobol's decomposition. */
const variance = 49 / 8 + (0.1 * Math.PI ** 4) / 5 + (0.01 * Math.PI ** 8) / 18 + 0.5;
const alone = [0.5 * (1 + (0.1 * Math.PI ** 4) / 5) ** 2, 49 / 8, 0];
const together = 0.01 * Math.PI ** 8 * (1 / 18 - 1 / 50);
const known = {
  first: alone.map((part) => part / variance),
  total: [(alone[0] ?? 0) + together, alone[1] ?? 0, together].map((part) => part / variance),
};

describe("Sobol indices", () => {
  test("of the Ishigami function come out as known", () => {
    expect(known.first[0]).toBeCloseTo(0.3139, 4);
    expect(known.total[2]).toBeCloseTo(0.2437, 4);
    const indices = sobolIndices(values("ishigami", 8192, 3, ishigami));
    indices.forEach((found, factor) => {
      expect(Math.abs((found?.first.value ?? 9) - (known.first[factor] ?? 0))).toBeLessThan(0.03);
      expect(Math.abs((found?.total.value ?? 9) - (known.total[factor] ?? 0))).toBeLessThan(0.03);
    });
  });

  test("have intervals that contain the known value in about 95 % of cases", () => {
    let inside = 0;
    const repetitions = 100;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      sobolIndices(values(`coverage ${repetition}`, 512, 3, ishigami)).forEach((found, factor) => {
        for (const kind of ["first", "total"] as const) {
          const { low, high } = found?.[kind] ?? { low: 9, high: 9 };
          const exact = known[kind][factor] ?? 0;
          if (low <= exact && exact <= high) inside += 1;
        }
      });
    }
    expect(inside / (6 * repetitions)).toBeGreaterThan(0.9);
    expect(inside / (6 * repetitions)).toBeLessThan(0.99);
  });

  test("of a factor that does nothing are exactly zero", () => {
    const [, idle] = sobolIndices(values("idle", 64, 2, ([x = 0]) => x));
    expect(idle?.total).toEqual({ value: 0, low: 0, high: 0 });
    expect(idle?.first.value).toBe(0);
  });

  test("that every row agrees on have no width", () => {
    // Both samples mirror each other, so each row says exactly 2.
    const [only] = sobolIndices({ a: [1, 2, 3], b: [-1, -2, -3], mixed: [[-1, -2, -3]] });
    expect(only?.total).toEqual({ value: 2, low: 2, high: 2 });
  });

  test("of a sum add up to one", () => {
    const indices = sobolIndices(values("sum", 4096, 3, ([x = 0, y = 0, z = 0]) => x + 2 * y + 3 * z));
    const first = indices.map((found) => found?.first.value ?? 0);
    const exact = [1 / 14, 4 / 14, 9 / 14];
    first.forEach((value, factor) => {
      expect(Math.abs(value - (exact[factor] ?? 0))).toBeLessThan(0.03);
    });
  });

  test("do not exist for a result that never varies", () => {
    expect(sobolIndices(values("flat", 16, 2, () => 0.5))).toEqual([null, null]);
  });
});

describe("a main effect", () => {
  test("is the whole variance where the groups tell everything", () => {
    expect(mainEffect([1, 1, 5, 5], [0, 0, 1, 1])).toBe(1);
  });

  test("is zero in the mean where the groups tell nothing", () => {
    const effects = Array.from({ length: 400 }, (_, index) => {
      const word = (site: string, row: number): number => luckOf(`noise ${index}`, row).at(site, 0) / 2 ** 32;
      const rows = Array.from({ length: 40 }, (_, row) => row);
      return mainEffect(
        rows.map((row) => word("value", row)),
        rows.map((row) => Math.floor(word("group", row) * 4)),
      );
    });
    const mean = effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
    // Negative estimates are shown as zero, so the mean lies a little above it; uncorrected it would be 3/39.
    expect(mean).toBeLessThan(0.04);
  });
});
