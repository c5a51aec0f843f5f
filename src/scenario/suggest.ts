/**
 * The nearest name: what an author probably meant by a name that does not exist.
 *
 * Nearness is the Damerau-Levenshtein distance (insertion, deletion, substitution, swap of neighbours; the variant
 * that edits no part twice). A name too far from all candidates gets no suggestion: a wrong hint is worse than none.
 */

/**
 * The candidate nearest to a name, or null if none is near. One that differs only in case wins; among equally near
 * ones the first does. At most a third of the letters may differ, though always one.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    if (offered === wanted) return candidate;
    const longer = Math.max(wanted.length, offered.length);
    const limit = Math.min(Math.max(1, Math.floor(longer / 3)), longer - 1, bestDistance - 1);
    if (Math.abs(wanted.length - offered.length) > limit) continue;
    const distance = editDistance(wanted, offered);
    if (distance > limit) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const present = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let distance = Math.min(at(last, column) + 1, at(present, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) distance = Math.min(distance, at(beforeLast, column - 2) + 1);
      present.push(distance);
    }
    beforeLast = last;
    last = present;
  }
  return at(last, to.length);
}

function at(distances: readonly number[], index: number): number {
  return distances[index] ?? Number.POSITIVE_INFINITY;
}
