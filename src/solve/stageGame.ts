/**
 * Two choose at once: an equilibrium of a game in a table of gains.
 *
 * Where nobody mixes, the first in document order is taken. Else supports are tried from small to large: on a pair of
 * them each side mixes so that all it plays is equally good to the other (Porter, Nudelman and Shoham 2008). Every game
 * has an equilibrium (Nash 1951), and on a table of whole size one is always met.
 */
import { at } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";

/** How each side mixes. */
export interface Equilibrium {
  readonly row: readonly number[];
  readonly column: readonly number[];
  /** Number of equilibria in which nobody mixes; more than one means that another could have been taken. */
  readonly pure: number;
}

type Gains = readonly (readonly number[])[];

/** More options than this a side may not have where somebody must mix. */
const optionsMax = 12;
/** What is so close counts as equal. */
const close = 1e-9;

/** An equilibrium of the gains of the side that chooses rows and the side that chooses columns. */
export function equilibrium(rowGains: Gains, columnGains: Gains): Equilibrium {
  const rows = rowGains.length;
  const columns = rowGains[0]?.length ?? 0;
  const scale = [...rowGains.flat(), ...columnGains.flat()].reduce((most, gain) => Math.max(most, Math.abs(gain)), 1);
  const margin = close * scale;
  const pure: (readonly [number, number])[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const best = rowGains.every((line) => at(line, column) <= at(at(rowGains, row), column) + margin);
      const line = columnGains[row] ?? [];
      if (best && line.every((gain) => gain <= at(line, column) + margin)) pure.push([row, column]);
    }
  }
  const [first] = pure;
  if (first !== undefined) {
    const only = (size: number, index: number): number[] =>
      Array.from({ length: size }, (_, one) => (one === index ? 1 : 0));
    return { row: only(rows, first[0]), column: only(columns, first[1]), pure: pure.length };
  }
  if (Math.max(rows, columns) > optionsMax) {
    throw new Mistake(`two choose at once among ${rows} and ${columns} options, too many to mix exactly`);
  }
  const turned = columnGains[0]?.map((_, column) => columnGains.map((line) => at(line, column))) ?? [];
  for (const [some, others] of supports(rows, columns)) {
    const column = indifferent(rowGains, some, others, margin);
    if (column === null) continue;
    const row = indifferent(turned, others, some, margin);
    if (row !== null) return { row, column, pure: 0 };
  }
  throw new Mistake("two choose at once, and no equilibrium of that choice was found within the precision of numbers");
}

/** Pairs of supports, small ones first, equal sizes before unequal ones. */
function* supports(
  rows: number,
  columns: number,
): Generator<readonly [mine: readonly number[], theirs: readonly number[]]> {
  const subsets = (size: number): readonly (readonly number[])[] =>
    Array.from({ length: 2 ** size - 1 }, (_, mask) =>
      Array.from({ length: size }, (__, bit) => bit).filter((bit) => (((mask + 1) >> bit) & 1) === 1),
    );
  const some = subsets(rows);
  const others = subsets(columns);
  const sizes = Array.from({ length: rows }, (_, one) => one + 1)
    .flatMap((one) => Array.from({ length: columns }, (_, other) => [one, other + 1] as const))
    .toSorted(([a, b], [c, d]) => Math.abs(a - b) - Math.abs(c - d) || a + b - c - d);
  for (const [one, other] of sizes) {
    for (const mine of some.filter(({ length }) => length === one)) {
      for (const theirs of others.filter(({ length }) => length === other)) yield [mine, theirs];
    }
  }
}

/**
 * Weights on `theirs` that make all of `mine` equally good, and nothing else better; null where there are none.
 */
function indifferent(
  gains: Gains,
  mine: readonly number[],
  theirs: readonly number[],
  margin: number,
): readonly number[] | null {
  const gainAt = (row: number, column: number): number => at(at(gains, row), column);
  const base = at(mine, 0);
  const equations = [
    ...mine.slice(1).map((row) => [...theirs.map((column) => gainAt(row, column) - gainAt(base, column)), 0]),
    [...theirs.map(() => 1), 1],
  ];
  const weights = solveLinear(equations, theirs.length);
  if (weights === null || weights.some((weight) => weight < -close)) return null;
  const width = gains[0]?.length ?? 0;
  const all = Array.from({ length: width }, () => 0);
  const total = weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  theirs.forEach((column, index) => {
    all[column] = Math.max(0, at(weights, index)) / total;
  });
  const worth = gains.map((line) => line.reduce((sum, gain, column) => sum + gain * at(all, column), 0));
  const reached = Math.min(...mine.map((row) => at(worth, row)));
  return worth.every((value) => value <= reached + margin) ? all : null;
}

/** A solution of linear equations (coefficients, then the right side), free unknowns being 0; null without one. */
function solveLinear(equations: readonly (readonly number[])[], unknowns: number): readonly number[] | null {
  const rows = equations.map((row) => [...row]);
  const pivots: number[] = [];
  let done = 0;
  for (let column = 0; column < unknowns && done < rows.length; column++) {
    let best = done;
    for (let row = done; row < rows.length; row++) {
      if (Math.abs(at(at(rows, row), column)) > Math.abs(at(at(rows, best), column))) best = row;
    }
    const pivot = rows[best];
    const value = pivot?.[column] ?? 0;
    if (pivot === undefined || Math.abs(value) < 1e-12) continue;
    [rows[done], rows[best]] = [pivot, rows[done] ?? pivot];
    for (let row = 0; row < rows.length; row++) {
      const line = rows[row];
      const factor = (line?.[column] ?? 0) / value;
      if (row === done || line === undefined || factor === 0) continue;
      for (let index = column; index <= unknowns; index++) line[index] = at(line, index) - factor * at(pivot, index);
    }
    pivots.push(column);
    done++;
  }
  if (rows.slice(done).some((row) => Math.abs(at(row, unknowns)) > 1e-9)) return null;
  const solution = Array.from({ length: unknowns }, () => 0);
  pivots.forEach((column, row) => {
    solution[column] = at(at(rows, row), unknowns) / at(at(rows, row), column);
  });
  return solution;
}
