/**
 * How likely each beginning of a draw of restricted initial values can be completed.
 *
 * Values are drawn one after the other; after each draw stands a node of a tree, numbered by what was drawn so far (the
 * last value changing fastest). A node weighs the odds of all allowed combinations below it. Engine and kernel draw by
 * the same weights, summed in the same order. Every combination is looked at once, and none is kept.
 */
import { floatAt } from "../scenario/at.ts";
import type { EvaluationState } from "../scenario/evaluate.ts";

/** A track or variable with its possible values. */
export interface StartItem {
  readonly section: "tracks" | "variables";
  readonly id: string;
  readonly values: readonly { readonly value: string | number | boolean; readonly odds: number }[];
}

/** One combination of values. */
export interface Combination {
  /** The values, as conditions read them; the next combination overwrites them. */
  readonly reading: EvaluationState;
  /** Product of the odds. */
  readonly odds: number;
}

/** All combinations of the values of some items, the last item changing fastest. */
export function* combinationsOf(items: readonly StartItem[]): Generator<Combination, void> {
  const sections: Record<StartItem["section"], Record<string, string | number | boolean>> = {
    tracks: {},
    variables: {},
  };
  const places = items.map(() => 0);
  const reading = { ...sections, round: 0, entered: {}, made: {}, outcome: null } as EvaluationState;
  if (items.some(({ values }) => values.length === 0)) return;
  for (const index of items.keys()) set(index);
  do {
    let odds = 1;
    items.forEach(({ values }, index) => {
      odds *= values[places[index] ?? 0]?.odds ?? 0;
    });
    yield { reading, odds };
  } while (advance());

  function set(index: number): void {
    const item = items[index];
    const value = item?.values[places[index] ?? 0]?.value;
    if (item !== undefined && value !== undefined) sections[item.section][item.id] = value;
  }

  /** Goes on to the next combination; false after the last. */
  function advance(): boolean {
    for (let index = items.length - 1; index >= 0; index--) {
      const next = (places[index] ?? 0) + 1;
      places[index] = next < (items[index]?.values.length ?? 0) ? next : 0;
      set(index);
      if (places[index] !== 0) return true;
    }
    return false;
  }
}

/**
 * Weights level by level: that of everything, then by the first item that is drawn, and so on; items of a single value
 * have no level.
 */
export function completions(
  items: readonly StartItem[],
  allows: (reading: EvaluationState) => boolean,
): readonly Float64Array[] {
  const levels = [new Float64Array(1)];
  let width = 1;
  for (const { values } of items) {
    if (values.length < 2) continue;
    width *= values.length;
    levels.push(new Float64Array(width));
  }
  let combination = -1;
  for (const { reading, odds } of combinationsOf(items)) {
    combination++;
    if (!allows(reading)) continue;
    for (const level of levels) add(level, Math.floor((combination * level.length) / width), odds);
  }
  return levels;
}

function add(list: Float64Array, index: number, amount: number): void {
  list[index] = floatAt(list, index) + amount;
}
