/**
 * Rankings of factors, from the shares at a few points that a reader can work out by hand.
 */
import { describe, expect, test } from "vitest";
import type { Factor } from "../../src/ensemble/factor.ts";
import { effectsOf, type PointResult, tornadoOf } from "../../src/ensemble/rank.ts";

const factor = (name: string): Factor => ({
  name,
  kind: "assumption",
  id: name,
  range: null,
  levels: [0, 1],
  usual: 0,
  cited: false,
});

/** A point and the share of war there; peace is the rest, and a truce never comes. */
function cell(point: PointResult["point"], war: number, usual: number | null): PointResult {
  const share = (of: number) => ({ count: 100 * of, share: of, low: of, high: of });
  const less = (of: number) => ({ difference: of, low: of, high: of });
  return {
    point,
    outcomes: { war: share(war), peace: share(1 - war), truce: share(0) },
    groups: {},
    rounds: null,
    fault: null,
    differences: usual === null ? null : { war: less(war - usual), peace: less(usual - war), truce: less(0) },
  };
}

describe("bars", () => {
  const cells = [cell({}, 0.25, null), cell({ small: 1 }, 0.375, 0.25), cell({ large: 1 }, 0.75, 0.25)];
  const bars = tornadoOf([factor("small"), factor("large")], ["war", "truce", "peace"], cells);

  test("stand widest first, for each outcome that comes at all", () => {
    expect(bars.map(({ outcome, factor: name, swing }) => [outcome, name, swing])).toEqual([
      ["war", "large", 0.5],
      ["war", "small", 0.125],
      ["peace", "large", 0.5],
      ["peace", "small", 0.125],
    ]);
  });

  test("begin at the share of the usual point, and tell each level's own", () => {
    expect(bars[0]).toMatchObject({ usual: 0.25, levels: [{ level: 1, share: 0.75, difference: 0.5 }] });
  });
});

describe("main effects", () => {
  const cells = [cell({ x: 0 }, 0.25, null), cell({ x: 1 }, 0.75, null)];

  test("say how much of the variance sampling alone explains", () => {
    // Variance 1/16; sampling errs by 0.25 * 0.75 / runs at both points, in parts of that 3 / runs.
    const noise = (runs: number) => effectsOf([factor("x")], ["war"], cells, runs)[0];
    expect(noise(12)).toMatchObject({ outcome: "war", factor: "x", variance: 0.0625, noise: 0.25 });
    expect(noise(2)?.noise).toBe(1);
  });
});
