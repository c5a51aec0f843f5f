/**
 * Turning points as a table: every option of every decision with every outcome and group.
 */
import type { Swing } from "../ensemble/swing.ts";
import type { Table, Value } from "./table.ts";

/** One row for each decision, option and outcome or group; the paired difference stands where the option is the farthest. */
export function swingTable({ decisions }: Swing): Table {
  return {
    name: "swing",
    columns: [
      "position",
      "round",
      "actor",
      "chosen",
      "option",
      "outcome",
      "count",
      "share",
      "low",
      "high",
      "difference",
      "difference_low",
      "difference_high",
    ],
    rows: decisions.flatMap(({ position, round, actor, chosen, options, turnings }) =>
      options.flatMap(({ move, outcomes, groups }) =>
        Object.entries({ ...outcomes, ...groups }).map(([outcome, { count, share, low, high }]): readonly Value[] => {
          const turn = turnings.find((one) => one.outcome === outcome && one.alternative === move);
          const difference = [turn?.difference ?? null, turn?.low ?? null, turn?.high ?? null];
          return [position, round, actor, chosen, move, outcome, count, share, low, high, ...difference];
        }),
      ),
    ),
  };
}
