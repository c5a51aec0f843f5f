/**
 * How likely each beginning of a draw of restricted initial values can be completed.
 *
 * Values are drawn one after the other; after each draw stands a node of a tree, numbered by what was drawn so far (the
 * last value changing fastest). A node weighs the odds of all allowed combinations below it. Engine and kernel draw by
 * the same weights, summed in the same order. Every combination is looked at once, and none is kept.
 */
import type { EvaluationState } from "../scenario/evaluate.ts";

/** A track or variable with its possible values. */
export interface StartItem {
  readonly section: "tracks" | "variables";
  readonly id: string;
  readonly values: readonly { readonly value: string | number | boolean; readonly odds: number }[];
}

/**
 * Weights level by level: that of everything, then by the first item that is drawn, and so on; items of a single value
 * have no level.
 */
export function completions(
  items: readonly StartItem[],
  allows: (reading: EvaluationState) => boolean,
): readonly Float64Array[] {
  const drawn = items.flatMap(({ values }, index) => (values.length > 1 ? [{ index, size: values.length }] : []));
  const levels = [new Float64Array(1)];
  let width = 1;
  for (const { size } of drawn) {
    width *= size;
    levels.push(new Float64Array(width));
  }
  const sections: Record<StartItem["section"], Record<string, string | number | boolean>> = {
    tracks: {},
    variables: {},
  };
  const places = items.map(() => 0);
  const set = (index: number): void => {
    const item = items[index];
    const value = item?.values[places[index] ?? 0]?.value;
    if (item !== undefined && value !== undefined) sections[item.section][item.id] = value;
  };
  for (const index of items.keys()) set(index);
  const reading = { ...sections, round: 0, entered: {}, made: {}, outcome: null } as EvaluationState;
  for (let combination = 0; combination < width; combination++) {
    if (combination > 0) advance();
    if (!allows(reading)) continue;
    let odds = 1;
    items.forEach(({ values }, index) => {
      odds *= values[places[index] ?? 0]?.odds ?? 0;
    });
    let node = 0;
    add(levels[0], 0, odds);
    drawn.forEach(({ index, size }, level) => {
      node = node * size + (places[index] ?? 0);
      add(levels[level + 1], node, odds);
    });
  }
  return levels;

  /** The next combination, the last item changing fastest. */
  function advance(): void {
    for (let index = items.length - 1; index >= 0; index--) {
      const next = (places[index] ?? 0) + 1;
      places[index] = next < (items[index]?.values.length ?? 0) ? next : 0;
      set(index);
      if (places[index] !== 0) return;
    }
  }
}

function add(list: Float64Array | undefined, index: number, amount: number): void {
  if (list !== undefined) list[index] = (list[index] ?? 0) + amount;
}
