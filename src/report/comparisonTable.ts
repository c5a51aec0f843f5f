/**
 * Everything that a comparison found, as tables.
 */
import type { VariantComparison } from "../ensemble/compare.ts";
import type { Sample } from "../ensemble/sample.ts";
import type { ComparisonReport } from "./comparisonPage.ts";
import { ladderTable, timeTable } from "./figures/course.ts";
import { pathTable } from "./figures/paths.ts";
import { differenceTable, shareTable } from "./figures/shares.ts";
import { tornadoTable } from "./figures/tornado.ts";
import type { Table, Value } from "./table.ts";

/** The tables of a report, each with its name; those that would be empty are left out. */
export function comparisonTables({ result, ranges, samples, sweep }: ComparisonReport): readonly Table[] {
  const endings = [result.variants[0]?.outcomes, result.variants[0]?.groups].flatMap((shares) =>
    Object.keys(shares ?? {}),
  );
  return [
    shareTable(result),
    meanTable(result),
    differenceTable(result, ranges),
    timeTable(result.times, endings, result.runs),
    variableTable(samples),
    ladderTable(samples),
    pathTable(samples),
    ...(sweep === null ? [] : [tornadoTable(sweep)]),
  ].filter(({ rows }) => rows.length > 0);
}

/** Means of rounds, tallies and utilities, and shares of properties. */
export function meanTable({ variants }: VariantComparison): Table {
  return {
    name: "means",
    columns: ["variant", "kind", "id", "value", "low", "high"],
    rows: variants.flatMap(({ name, rounds, tallies, utilities, properties }) => {
      const means = (kind: string, values: typeof tallies): readonly (readonly Value[])[] =>
        Object.entries(values).map(([id, { mean, low, high }]) => [name, kind, id, mean, low, high]);
      return [
        [name, "rounds", "", rounds.mean, rounds.low, rounds.high],
        ...means("tally", tallies),
        ...means("utility", utilities),
        ...Object.entries(properties).map(([id, { share, low, high }]) => [name, "property", id, share, low, high]),
      ];
    }),
  };
}

/** Spreads of all variables by round. */
function variableTable(samples: readonly Sample[]): Table {
  return {
    name: "variables",
    columns: ["variant", "variable", "round", "runs", "running", "mean", "q05", "q25", "q50", "q75", "q95"],
    rows: samples.flatMap(({ variant, variables, runs, running }) =>
      variables.flatMap(({ id, rounds }) =>
        rounds.map(({ mean, q05, q25, q50, q75, q95 }, round) => [
          variant,
          id,
          round,
          runs,
          running[round] ?? 0,
          mean,
          q05,
          q25,
          q50,
          q75,
          q95,
        ]),
      ),
    ),
  };
}
