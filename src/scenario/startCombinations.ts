/**
 * How many combinations of initial values a restricted start may have: each of them is tried before a run begins.
 */
import type { LintFinding } from "./lintFinding.ts";
import type { InitialValue, Model } from "./model.ts";

/** More combinations than this of initial values cannot be restricted. */
export const startsMax = 1_000_000;

/** Starts with more combinations than can be run: of the scenario itself, and of its variants. */
export function findTooManyStarts(model: Model): readonly LintFinding[] {
  if (model.start === null) return [];
  const treatments = [
    { path: "start", initial: {} as Readonly<Record<string, readonly InitialValue[]>> },
    ...model.variants
      .filter(({ initial }) => Object.keys(initial).length > 0)
      .map(({ id, initial }) => ({ path: `variants.${id}.initial`, initial })),
  ];
  return treatments.flatMap(({ path, initial }): LintFinding[] => {
    const sizes = [...model.tracks, ...model.variables].map((item) =>
      possible((Object.hasOwn(initial, item.id) ? initial[item.id] : undefined) ?? item.initial),
    );
    const combinations = sizes.reduce((product, size) => product * size, 1);
    if (combinations <= startsMax) return [];
    return [
      {
        severity: "error",
        code: "too-many-starts",
        path,
        message: `\`start\` chooses among ${combinations} combinations of initial values, but at most ${startsMax} can be tried`,
        hint: "give fewer tracks and variables more than one initial value, or list only the values that matter",
      },
    ];
  });
}

/** Values that are not ruled out by odds of 0. */
const possible = (initial: readonly InitialValue[]): number =>
  initial.filter(({ odds }) => odds.op !== "number" || odds.value !== 0).length;
