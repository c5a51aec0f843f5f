import { expect, test } from "vitest";
import { meanInterval, newcombePaired, t95, wilson } from "../../src/ensemble/statistics.ts";

test("Wilson's interval is the published one", () => {
  // Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3.
  const published: readonly [number, number, number, number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [count, runs, low, high] of published) {
    expect(wilson(count, runs).low).toBeCloseTo(low, 4);
    expect(wilson(count, runs).high).toBeCloseTo(high, 4);
  }
});

test("Wilson's interval says nothing without runs, and little after one", () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  expect(wilson(0, 1)).toEqual({ low: 0, high: expect.closeTo(0.7935, 4) });
  expect(wilson(1, 1)).toEqual({ low: expect.closeTo(0.2065, 4), high: 1 });
});

test("the paired interval is the published one", () => {
  // Airway hyper-responsiveness before and after transplantation (Bentur and others 2009), as analysed by Fagerland,
  // Lydersen and Laake (2014): −0.286, from −0.507 to −0.026, here with the sign of the second less the first.
  const interval = newcombePaired({ both: 1, onlyFirst: 1, onlySecond: 7, neither: 12 });
  expect(interval.low).toBeCloseTo(0.026, 3);
  expect(interval.high).toBeCloseTo(0.507, 3);
});

test("the paired interval turns round with the order of the treatments", () => {
  const counts = { both: 40, onlyFirst: 5, onlySecond: 17, neither: 138 };
  const there = newcombePaired(counts);
  const back = newcombePaired({ ...counts, onlyFirst: counts.onlySecond, onlySecond: counts.onlyFirst });
  expect(back.low).toBeCloseTo(-there.high, 12);
  expect(back.high).toBeCloseTo(-there.low, 12);
});

test("Student's t points are those of the tables", () => {
  const published: readonly [number, number][] = [
    [1, 12.7062],
    [5, 2.5706],
    [12, 2.1788],
    [13, 2.1604],
    [20, 2.086],
    [60, 2.0003],
    [120, 1.9799],
    [1_000_000, 1.96],
  ];
  for (const [degrees, point] of published) expect(t95(degrees)).toBeCloseTo(point, 4);
});

test("a mean of one run has no bounds", () => {
  expect(meanInterval(1, 3, 0)).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
});

test("a mean's interval follows from its deviations", () => {
  // 1, 2, 3, 4: mean 2.5, standard error 0.6455, three degrees of freedom.
  const { low, high } = meanInterval(4, 2.5, 5);
  expect(low).toBeCloseTo(2.5 - 3.1824463 * 0.6454972, 6);
  expect(high).toBeCloseTo(2.5 + 3.1824463 * 0.6454972, 6);
});
