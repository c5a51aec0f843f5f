/**
 * Holds two lessons against each other, as one screen saw them: whether it could tell them apart though it may not know
 * what they differ in.
 */
import type { Moment, Observed } from "./lessonTrace.ts";

export interface Comparison {
  /** What a screen could tell, and where; null where it kept the secrets. */
  readonly leak: string | null;
  /** Steps that were compared, and whether that was the whole lesson. */
  readonly steps: number;
  readonly whole: boolean;
  /** Secrets in which the lessons differed before the last step that was compared. */
  readonly kinds: readonly string[];
}

/** Compares as far as the lessons look the same to the viewer behind a screen. */
export function compareLessons(one: readonly Moment[], other: readonly Moment[], screen: Observed): Comparison {
  const kinds = new Set<string>();
  let steps = 0;
  for (; steps < Math.max(one.length, other.length); steps++) {
    const [left, right] = [one[steps], other[steps]];
    if (left === undefined || right === undefined) break;
    const told = `${steps} ${left.step}`;
    const difference = parting(one, other, steps, screen);
    if (difference === "may be known") break;
    if (difference !== null) return { leak: `${told}: ${difference}`, steps, whole: false, kinds: [...kinds] };
    const [heard, otherwise] = [JSON.stringify(left.heard[screen]), JSON.stringify(right.heard[screen])];
    if (heard !== otherwise)
      return { leak: `${told}: ${firstDifference(heard, otherwise)}`, steps, whole: false, kinds: [...kinds] };
    for (const kind of Object.keys({ ...left.secrets, ...right.secrets })) {
      if (left.phase === "round" && left.secrets[kind] !== right.secrets[kind]) kinds.add(kind);
    }
  }
  return { leak: null, steps, whole: steps === one.length && steps === other.length, kinds: [...kinds] };
}

/** Whether two lessons part at a step as the viewer may know; or by time alone, which it may not. Null: they do not part. */
function parting(one: readonly Moment[], other: readonly Moment[], step: number, screen: Observed): string | null {
  const [left, right] = [one[step], other[step]];
  if (left === undefined || right === undefined || left.decided !== right.decided) return "may be known";
  const [seen, otherwise] = [left.views[screen], right.views[screen]];
  const common = Math.min(seen.length, otherwise.length);
  if (!startsAlike(seen, otherwise, common)) return "may be known";
  if (seen.length === otherwise.length) return null;
  // What happens covertly and changes something in public may come at any time.
  const further = (seen.length > otherwise.length ? seen : otherwise)[common] ?? "";
  if (further.startsWith('{"type":"Changed"')) return "may be known";
  const [longer, later] = seen.length > otherwise.length ? [seen, other] : [otherwise, one];
  // One lesson has gone further. Where the other comes to the same later, only the time has told them apart.
  const next = later.slice(step).find(({ views }) => views[screen].length > common)?.views[screen];
  if (next === undefined || !startsAlike(longer, next, common + 1)) return "may be known";
  return `only one of them has come to ${longer[common]}`;
}

const startsAlike = (one: readonly string[], other: readonly string[], length: number): boolean =>
  one.slice(0, length).every((event, index) => event === other[index]);

function firstDifference(one: string, other: string): string {
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  const from = Math.max(0, (at < 0 ? one.length : at) - 120);
  return `${one.slice(from, from + 200)} | ${other.slice(from, from + 200)}`;
}
