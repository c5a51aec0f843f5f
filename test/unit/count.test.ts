import { expect, test } from "vitest";
import type { Treatment } from "../../src/engine/treatment.ts";
import { type Batch, type Columns, emptyBatch } from "../../src/ensemble/batch.ts";
import { comparison } from "../../src/ensemble/compare.ts";
import { countBatches, mergeCounts } from "../../src/ensemble/count.ts";

const columns: Columns = {
  outcomes: ["war", "peace"],
  groups: [{ kind: "group", id: "over", members: [0, 1] }],
  headline: "over",
  tallies: ["cost"],
  utilities: [],
  properties: ["calm"],
};

/** A batch in which replication r ends in the outcome, length and cost that the lists say. */
function batchOf(from: number, outcomes: readonly number[], costs: readonly number[]): Batch {
  const batch = emptyBatch(columns, from, from + outcomes.length);
  outcomes.forEach((outcome, row) => {
    batch.outcome[row] = outcome;
    batch.rounds[row] = row + 1;
    batch.tallies[row] = costs[row] ?? 0;
    batch.properties[row] = outcome === 1 ? 1 : 0;
  });
  return batch;
}

const treatment = (variant: string): Treatment => ({
  variant,
  assume: {},
  initial: {},
  policies: {},
  script: [],
  turns: "in order",
  rounds: null,
});

test("counts of two ranges merge into the counts of the whole", () => {
  const outcomes = [0, 1, 1, 0, 1, 1, 1, 0];
  const costs = [3, 1, 4, 1, 5, 9, 2, 6];
  const whole = countBatches(columns, [batchOf(0, outcomes, costs)]);
  const first = countBatches(columns, [batchOf(0, outcomes.slice(0, 3), costs.slice(0, 3))]);
  const rest = batchOf(3, outcomes.slice(3), costs.slice(3));
  rest.rounds.forEach((_, row) => {
    rest.rounds[row] = row + 4;
  });
  const merged = mergeCounts(first, countBatches(columns, [rest]));
  expect(merged.runs).toBe(8);
  expect(merged.treatments[0]?.outcomes).toEqual(whole.treatments[0]?.outcomes);
  expect(merged.treatments[0]?.lengths).toEqual(whole.treatments[0]?.lengths);
  expect(merged.treatments[0]?.pairs).toEqual(whole.treatments[0]?.pairs);
  expect(merged.treatments[0]?.tallies[0]?.mean).toBeCloseTo(31 / 8, 12);
  expect(merged.treatments[0]?.tallies[0]?.squares).toBeCloseTo(whole.treatments[0]?.tallies[0]?.squares ?? 0, 9);
});

test("differences are counted replication by replication", () => {
  const counts = countBatches(columns, [batchOf(0, [0, 0, 1, 1, 1], []), batchOf(0, [1, 0, 1, 1, 0], [])]);
  const result = comparison(
    { scenario: "s", model: "m", seed: "a" },
    columns,
    [treatment("a"), treatment("b")],
    counts,
  );
  const war = result.differences.find(({ outcome }) => outcome === "war");
  expect(war?.difference).toBe(0);
  // One run left war and one came to it: the pairs are not all equal, so luck was not wholly shared.
  expect(war?.saved).toBeCloseTo(1 - 0.4 / 0.48, 12);
  expect(result.variants.map(({ outcomes }) => outcomes.war?.count)).toEqual([2, 2]);
});

test("treatments with the same runs differ in nothing", () => {
  const same = [0, 1, 0, 1, 1];
  const counts = countBatches(columns, [batchOf(0, same, []), batchOf(0, same, [])]);
  const result = comparison(
    { scenario: "s", model: "m", seed: "a" },
    columns,
    [treatment("a"), treatment("b")],
    counts,
  );
  expect(result.differences.map(({ difference }) => difference)).toEqual([0, 0, 0]);
  // All runs end in the group, so that nothing of it varies.
  expect(result.differences.map(({ saved }) => saved)).toEqual([1, 1, null]);
});

test("runs that end without an outcome are counted apart", () => {
  const batch = batchOf(0, [0, -1, 1], []);
  batch.ended[1] = 3;
  const counts = countBatches(columns, [{ ...batch, faults: [{ replication: 1, fault: { path: "x", reason: "y" } }] }]);
  const result = comparison({ scenario: "s", model: "m", seed: "a" }, columns, [treatment("a")], counts);
  expect(result.variants[0]?.stopped).toEqual({ deadlock: 0, unfinished: 0, fault: 1 });
  expect(result.faults).toEqual([{ variant: "a", replication: 1, fault: { path: "x", reason: "y" } }]);
});
