/**
 * Time to outcome: when runs end in what.
 */
import { expect, test } from "vitest";
import { emptyCounts, roundsShown } from "../../src/ensemble/count.ts";
import { lengthQuantiles, timeCurves } from "../../src/ensemble/timeToOutcome.ts";

const columns = { outcomes: ["war", "peace"], groups: [], headline: null, tallies: [], utilities: [], properties: [] };

/** Counts of one treatment with these lengths, by outcome and without outcome. */
function counts(lengths: readonly (readonly number[])[]) {
  const empty = emptyCounts(columns, 1);
  return { ...empty, treatments: empty.treatments.map((treatment) => ({ ...treatment, lengths })) };
}

test("curves add up the runs that had ended", () => {
  const groups = [{ kind: "group" as const, id: "ended", members: [0, 1] }];
  const [curve] = timeCurves(["only"], counts([[0, 2, 3], [0, 0, 0, 5], []]), groups);
  expect(curve).toEqual({
    variant: "only",
    ended: [
      [0, 2, 5, 5],
      [0, 0, 0, 5],
    ],
    groups: [[0, 2, 5, 10]],
  });
});

test("curves are cut where nearly all runs have ended, and all variants share their rounds", () => {
  const straggler = [0, 1000, ...new Array<number>(200).fill(0), 1];
  const [curve] = timeCurves(["only"], counts([straggler, [], []]), []);
  expect(curve?.ended[0]).toEqual([0, 1000]);
  const one = counts([[0, 1], [], []]);
  const other = counts([[0, 0, 0, 1], [], []]);
  const both = { ...one, treatments: [...one.treatments, ...other.treatments] };
  expect(timeCurves(["one", "other"], both, []).map(({ ended }) => ended[0])).toEqual([
    [0, 1, 1, 1],
    [0, 0, 0, 1],
  ]);
});

test("quantiles are the least lengths that so many runs do not exceed", () => {
  const of = (...lengths: readonly (readonly number[])[]) => {
    const [treatment] = counts(lengths).treatments;
    if (treatment === undefined) throw new Error("there is one treatment");
    return lengthQuantiles(treatment);
  };
  // 20 runs of 1 to 20 rounds, told apart by how they ended.
  const odd = Array.from({ length: 21 }, (_, rounds) => rounds % 2);
  const even = Array.from({ length: 21 }, (_, rounds) => (rounds > 0 && rounds % 2 === 0 ? 1 : 0));
  expect(of(odd, even, [])).toEqual({ q05: 1, q25: 5, q50: 10, q75: 15, q95: 19 });
  expect(of([0, 0, 7], [], [])).toEqual({ q05: 2, q25: 2, q50: 2, q75: 2, q95: 2 });
  // A run that ended at once, and one that went on for longer than lengths are told apart.
  const long = [1, ...new Array<number>(roundsShown - 1).fill(0), 1];
  expect(of(long, [], [])).toEqual({ q05: 0, q25: 0, q50: 0, q75: null, q95: null });
});
