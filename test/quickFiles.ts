/**
 * Which test files the quick tests leave out: the slowest ones, until what is left fits into the quick tests' time. A file
 * that was never measured is not left out.
 */

/** Seconds of processor time that the quick tests may take: some fifteen seconds on two cores. */
const budget = 30;

/** The files that are left out, given the seconds of processor time that each takes. */
export function slowFiles(times: Readonly<Record<string, number>>): readonly string[] {
  const cheapest = Object.entries(times)
    .filter(([file]) => !file.startsWith("test/e2e/"))
    .toSorted(([one, its], [other, theirs]) => its - theirs || (one < other ? -1 : 1));
  let spent = 0;
  return cheapest.flatMap(([file, seconds]) => {
    spent += seconds;
    return spent > budget ? [file] : [];
  });
}
