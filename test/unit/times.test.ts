/**
 * Time to outcome: when runs end in what.
 */
import { expect, test } from "vitest";
import { emptyCounts } from "../../src/ensemble/count.ts";
import { timesOf } from "../../src/ensemble/times.ts";

const columns = { outcomes: ["war", "peace"], tallies: [], utilities: [], properties: [] };

/** Counts of one treatment with these lengths, by outcome and without outcome. */
function counts(lengths: readonly (readonly number[])[]) {
  const empty = emptyCounts(columns, 1);
  return { ...empty, treatments: empty.treatments.map((treatment) => ({ ...treatment, lengths })) };
}

test("curves add up the runs that had ended", () => {
  const [curve] = timesOf(["only"], counts([[0, 2, 3], [0, 0, 0, 5], []]));
  expect(curve).toEqual({
    variant: "only",
    ended: [
      [0, 2, 5, 5],
      [0, 0, 0, 5],
    ],
  });
});

test("curves are cut where nearly all runs have ended, and all variants share their rounds", () => {
  const straggler = [0, 1000, ...new Array<number>(200).fill(0), 1];
  const [curve] = timesOf(["only"], counts([straggler, [], []]));
  expect(curve?.ended[0]).toEqual([0, 1000]);
  const one = counts([[0, 1], [], []]);
  const other = counts([[0, 0, 0, 1], [], []]);
  const both = { ...one, treatments: [...one.treatments, ...other.treatments] };
  expect(timesOf(["one", "other"], both).map(({ ended }) => ended[0])).toEqual([
    [0, 1, 1, 1],
    [0, 0, 0, 1],
  ]);
});
