/**
 * Designs: at which points of its factors an experiment looks.
 *
 * Points are drawn by the same keyed luck as runs, at sites of their own, so a design is a function of its seed, its
 * factors and its size: no point depends on the factors beside it, and a design says the same on every machine.
 */

import { luckOf } from "../chance/draw.ts";
import { at } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import { type DesignPoint, type Factor, type Level, levelAt } from "./factor.ts";

/** More points than this are a mistake rather than an experiment. */
export const pointsMax = 100_000;

const words = 2 ** 32;

/** A uniform number from [0, 1) for each factor and index of a design. */
const uniform = (seed: string, site: string, index: number): number =>
  luckOf(seed, index).at(`design:${site}`, 0) / words;

/**
 * Latin hypercube: each factor's range is cut into as many strata as there are points, and each stratum holds one point
 * (McKay, Beckman and Conover 1979). Levels of other factors come as evenly as their number allows.
 */
export function latinHypercube(
  seed: string,
  factors: readonly Factor[],
  points: number,
  sample = "lhs",
): readonly DesignPoint[] {
  checkSize(points);
  const columns = factors.map((factor) => {
    const strata = shuffled(seed, `${sample}:strata:${factor.name}`, points);
    return strata.map((stratum, index) =>
      levelAt(factor, (stratum + uniform(seed, `${sample}:within:${factor.name}`, index)) / points),
    );
  });
  return Array.from({ length: points }, (_, index) => pointOf(factors, (factor) => columns[factor]?.[index]));
}

/** The numbers below n in keyed random order (Fisher and Yates; Durstenfeld 1964). */
function shuffled(seed: string, site: string, n: number): number[] {
  const order = Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = Math.floor(uniform(seed, site, last) * (last + 1));
    const moved = at(order, last);
    order[last] = at(order, other);
    order[other] = moved;
  }
  return order;
}

/** Levels of a factor for a grid: all it has, or so many from end to end of its range. */
export function gridLevels({ range, levels }: Factor, steps: number): readonly Level[] {
  if (range === null) return levels ?? [];
  if (steps < 2) throw new Mistake(`--points ${steps}: a range needs at least 2 levels`);
  const [low, high] = range;
  return Array.from({ length: steps }, (_, step) =>
    step === steps - 1 ? high : low + ((high - low) * step) / (steps - 1),
  );
}

/**
 * Full factorial: every combination of levels.
 * @throws Mistake where there are too many.
 */
export function factorial(factors: readonly Factor[], steps: number): readonly DesignPoint[] {
  const grids = factors.map((factor) => gridLevels(factor, steps));
  const size = grids.reduce((product, levels) => product * levels.length, 1);
  if (size > pointsMax) {
    throw new Mistake(
      `a full factorial of ${factors.length} factors has ${size} points, but at most ${pointsMax} are run`,
      "name fewer factors with --factors, or take --design lhs --points 64",
    );
  }
  let points: DesignPoint[] = [{}];
  factors.forEach((factor, index) => {
    points = points.flatMap((point) => (grids[index] ?? []).map((level) => ({ ...point, [factor.name]: level })));
  });
  return points;
}

/** One at a time: the usual point first, then each factor at both ends of its range or at each other level. */
export function oneAtATime(factors: readonly Factor[]): readonly DesignPoint[] {
  const others = factors.flatMap((factor) =>
    (factor.range ?? factor.levels ?? [])
      .filter((level) => level !== factor.usual)
      .map((level) => ({ [factor.name]: level })),
  );
  return [{}, ...others];
}

/** The points of a Saltelli design: two independent samples, and one mixture of them for each factor. */
export interface SaltelliDesign {
  readonly a: readonly DesignPoint[];
  readonly b: readonly DesignPoint[];
  /** By factor: sample `a` with this factor's levels from `b`. */
  readonly mixed: readonly (readonly DesignPoint[])[];
}

/** Saltelli's radial design (Saltelli and others 2010), over two independent Latin hypercubes. */
export function saltelli(seed: string, factors: readonly Factor[], points: number): SaltelliDesign {
  if (points < 2) throw new Mistake(`--points ${points}: Sobol indices need at least 2 points`);
  checkSize(points * (factors.length + 2));
  const a = latinHypercube(seed, factors, points, "a");
  const b = latinHypercube(seed, factors, points, "b");
  const mixed = factors.map(({ name }) => a.map((point, index) => ({ ...point, [name]: b[index]?.[name] ?? 0 })));
  return { a, b, mixed };
}

function pointOf(factors: readonly Factor[], level: (factor: number) => Level | undefined): DesignPoint {
  return Object.fromEntries(factors.map(({ name }, index) => [name, level(index) ?? 0]));
}

function checkSize(points: number): void {
  if (points > pointsMax) {
    throw new Mistake(`the design has ${points} points, but at most ${pointsMax} are run`, "ask for fewer --points");
  }
}
