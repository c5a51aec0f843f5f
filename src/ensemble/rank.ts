/**
 * Rankings of factors: tornado, main effects, Sobol indices, and which of them drive the outcomes.
 *
 * They read the cells of a sweep and run nothing. A cell at fault is left out; where a Saltelli row has one, the row is.
 */
import type { Fault } from "../engine/event.ts";
import type { Mean, Share } from "./compare.ts";
import { type DesignPoint, type Factor, type Level, placeOf } from "./factor.ts";
import { type Index, mainEffect, sobolIndices } from "./sensitivity.ts";

/** What came of a point of a design, as far as rankings read it. */
export interface PointResult {
  readonly point: DesignPoint;
  readonly outcomes: Readonly<Record<string, Share>>;
  readonly groups: Readonly<Record<string, Share>>;
  /** Null where no run could begin. */
  readonly rounds: Mean | null;
  /** The first fault of the point; without a replication, no run of it could begin. */
  readonly fault: (Fault & { readonly replication: number | null }) | null;
  /** From the usual point, paired, by outcome; only where factors are varied one at a time. */
  readonly differences: Readonly<Record<string, { difference: number; low: number; high: number }>> | null;
}

/** Share of an outcome or group at a point; 0 where it has none. */
const shareAt = (cell: PointResult | undefined, outcome: string): number =>
  (cell?.outcomes[outcome] ?? cell?.groups[outcome])?.share ?? 0;

/** One factor's bars for one outcome or group. */
export interface Tornado {
  readonly outcome: string;
  readonly factor: string;
  readonly cited: boolean;
  /** Share of the outcome at the usual point. */
  readonly usual: number;
  /** Each level that was tried, in the factor's order, and its paired difference from the usual point. */
  readonly levels: readonly {
    readonly level: Level;
    readonly share: number;
    readonly difference: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** From the smallest to the largest share over all levels, the usual one included. */
  readonly swing: number;
}

/** How much of an outcome's variance over a design lies between the levels of a factor. */
export interface Effect {
  readonly outcome: string;
  readonly factor: string;
  readonly effect: number;
  /** Variance of the outcome's share over the design. */
  readonly variance: number;
  /** Share of that variance that sampling error can explain at most. */
  readonly noise: number;
}

export interface SobolRow {
  readonly outcome: string;
  readonly factor: string;
  readonly first: Index;
  readonly total: Index;
  readonly variance: number;
  readonly noise: number;
}

/** A factor's place in the ranking. */
export interface Driver {
  readonly factor: string;
  /** Whether the scenario cites a source for it. */
  readonly cited: boolean;
  /**
   * One at a time: the widest swing of any outcome. Else the share of the variance of all outcomes together that the
   * factor explains (with Sobol indices: that involves it). Where a headline is declared, of the headline alone.
   */
  readonly effect: number;
  /** The outcome that it moves most. */
  readonly outcome: string | null;
}

/** Bars of every factor for every outcome that occurs at all, widest first within an outcome. */
export function tornadoOf(
  factors: readonly Factor[],
  outcomes: readonly string[],
  cells: readonly PointResult[],
): readonly Tornado[] {
  const usual = cells[0];
  // Against a usual point at fault nothing can be compared.
  if (usual === undefined || usual.fault !== null) return [];
  return outcomes
    .filter((outcome) => cells.some((cell) => shareAt(cell, outcome) > 0))
    .flatMap((outcome) =>
      factors
        .map(({ name, cited }): Tornado => {
          const levels = cells.flatMap((cell) => {
            const difference = cell.differences?.[outcome];
            const level = cell.point[name];
            if (level === undefined || difference === undefined || cell.fault !== null) return [];
            return [{ level, share: shareAt(cell, outcome), ...difference }];
          });
          const shares = [shareAt(usual, outcome), ...levels.map(({ share }) => share)];
          const swing = Math.max(...shares) - Math.min(...shares);
          return { outcome, factor: name, cited, usual: shareAt(usual, outcome), levels, swing };
        })
        .sort((one, other) => other.swing - one.swing),
    );
}

/** Main effects from a full factorial or a Latin hypercube. */
export function effectsOf(
  factors: readonly Factor[],
  outcomes: readonly string[],
  cells: readonly PointResult[],
  runs: number,
): readonly Effect[] {
  const sound = cells.filter(({ fault }) => fault === null);
  return outcomes.flatMap((outcome) => {
    const shares = sound.map((cell) => shareAt(cell, outcome));
    const { variance, noise } = spread(shares, runs);
    if (variance === 0) return [];
    return factors.map((factor) => {
      const groups = sound.map(({ point }) => groupOf(factor, point[factor.name], sound.length));
      return { outcome, factor: factor.name, effect: mainEffect(shares, groups), variance, noise };
    });
  });
}

/** The group that a level belongs to: itself, or its part of the range: fifths where there are points enough. */
function groupOf(factor: Factor, level: Level | undefined, points: number): number {
  const place = level === undefined ? null : placeOf(factor, level);
  if (place === null) return -1;
  if (factor.range === null) return Math.round(place * Math.max(1, (factor.levels?.length ?? 1) - 1));
  const parts = Math.max(2, Math.min(5, Math.floor(points / 4)));
  return Math.min(parts - 1, Math.floor(place * parts));
}

/** Sobol indices from the cells of a Saltelli design, in the order a, b, mixtures. */
export function sobolOf(
  factors: readonly Factor[],
  outcomes: readonly string[],
  cells: readonly PointResult[],
  points: number,
  runs: number,
): readonly SobolRow[] {
  const block = (index: number): readonly PointResult[] => cells.slice(index * points, (index + 1) * points);
  const blocks = Array.from({ length: factors.length + 2 }, (_, index) => block(index));
  const sound = Array.from({ length: points }, (_, row) => row).filter((row) =>
    blocks.every((cellsOf) => cellsOf[row]?.fault === null),
  );
  return outcomes.flatMap((outcome) => {
    const [a = [], b = [], ...mixed] = blocks.map((cellsOf) => sound.map((row) => shareAt(cellsOf[row], outcome)));
    const { variance, noise } = spread([...a, ...b], runs);
    return sobolIndices({ a, b, mixed }).flatMap((indices, index): readonly SobolRow[] =>
      indices === null ? [] : [{ outcome, factor: factors[index]?.name ?? "", ...indices, variance, noise }],
    );
  });
}

/** Variance of shares over a design, and how much of it sampling error can explain. */
function spread(shares: readonly number[], runs: number): { variance: number; noise: number } {
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  const variance = shares.reduce((sum, share) => sum + (share - mean) * (share - mean), 0) / Math.max(1, shares.length);
  const sampling = shares.reduce((sum, share) => sum + (share * (1 - share)) / runs, 0) / Math.max(1, shares.length);
  return { variance, noise: variance === 0 ? 0 : Math.min(1, sampling / variance) };
}

/** Ranks all factors by how much they move what counts: the headline, or where there is none, any of the outcomes. */
export function driversOf(
  factors: readonly Factor[],
  counts: (outcome: string) => boolean,
  found: {
    readonly tornado: readonly Tornado[] | null;
    readonly effects: readonly Effect[] | null;
    readonly sobol: readonly SobolRow[] | null;
  },
): readonly Driver[] {
  const tornado = found.tornado?.filter(({ outcome }) => counts(outcome)) ?? null;
  const weighed = (found.effects ?? [])
    .map((row) => ({ ...row, weight: row.effect * row.variance }))
    .concat(
      (found.sobol ?? []).map((row) => ({ ...row, effect: row.total.value, weight: row.total.value * row.variance })),
    )
    .filter(({ outcome }) => counts(outcome));
  const variances = new Map(weighed.map(({ outcome, variance }) => [outcome, variance]));
  const variance = [...variances.values()].reduce((sum, value) => sum + value, 0);
  return factors
    .map(({ name, cited }): Driver => {
      const bars = (tornado ?? []).filter(({ factor }) => factor === name);
      const rows = weighed.filter(({ factor }) => factor === name);
      const most = best(bars, ({ swing }) => swing) ?? best(rows, ({ weight }) => weight);
      const effect =
        tornado === null
          ? rows.reduce((sum, { weight }) => sum + weight, 0) / (variance === 0 ? 1 : variance)
          : (best(bars, ({ swing }) => swing)?.swing ?? 0);
      return { factor: name, cited, effect, outcome: effect > 0 ? (most?.outcome ?? null) : null };
    })
    .sort((one, other) => other.effect - one.effect);
}

function best<T>(items: readonly T[], value: (item: T) => number): T | null {
  return items.reduce<T | null>((found, item) => (found === null || value(item) > value(found) ? item : found), null);
}
