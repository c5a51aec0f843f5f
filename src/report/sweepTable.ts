/**
 * A sweep as tables: every cell with every outcome and group, and the rankings.
 */
import type { Sweep } from "../ensemble/sweep.ts";
import type { Table, Value } from "./table.ts";

/** One row for each point and outcome or group. */
export function cellTable({ factors, cells }: Sweep): Table {
  const names = factors.map(({ name }) => name);
  const usual = new Map(factors.map((factor) => [factor.name, factor.usual]));
  const rows = cells.flatMap(({ point, outcomes, groups, differences, fault }, cell) => {
    const levels = names.map((name): Value => point[name] ?? usual.get(name) ?? null);
    const failed = fault === null ? null : `${fault.path}: ${fault.reason}`;
    const entries = Object.entries({ ...outcomes, ...groups });
    if (entries.length === 0) return [[cell, ...levels, null, null, null, null, null, null, null, null, failed]];
    return entries.map(([outcome, { count, share, low, high }]): readonly Value[] => {
      const difference = differences?.[outcome];
      return [
        cell,
        ...levels,
        outcome,
        count,
        share,
        low,
        high,
        difference?.difference ?? null,
        difference?.low ?? null,
        difference?.high ?? null,
        failed,
      ];
    });
  });
  const columns = [
    "outcome",
    "count",
    "share",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "fault",
  ];
  return { name: "cells", columns: ["cell", ...names, ...columns], rows };
}
