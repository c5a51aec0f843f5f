/**
 * What the ends of runs are measured by: every outcome, and every group of outcomes.
 *
 * A group's number is taken from the runs that end in any of its outcomes, never from the outcomes' own shares: runs are
 * counted once, and differences are paired over the whole group.
 */
import type { Model } from "./model.ts";

/** An outcome or a group of them, as shares of runs are given for it. */
export interface Measure {
  readonly kind: "outcome" | "group";
  readonly id: string;
  /** Places of its outcomes in the model's list; of an outcome its own. */
  readonly members: readonly number[];
}

/** All measures: outcomes, then groups, each in document order. */
export function measuresOf({ outcomes, groups }: Pick<Model, "outcomes" | "groups">): readonly Measure[] {
  const place = (wanted: string): number => outcomes.findIndex(({ id }) => id === wanted);
  return [
    ...outcomes.map(({ id }, index): Measure => ({ kind: "outcome", id, members: [index] })),
    ...groups.map(({ id, of }): Measure => ({ kind: "group", id, members: of.map(place) })),
  ];
}

/** All measures, what the author declared to matter most before the others. */
export function headlineFirst(model: Pick<Model, "outcomes" | "groups" | "headline">): readonly Measure[] {
  const all = measuresOf(model);
  const first = all.filter(({ id }) => id === model.headline);
  return [...first, ...all.filter((measure) => !first.includes(measure))];
}

/** The groups alone. */
export const groupsOf = (model: Pick<Model, "outcomes" | "groups">): readonly Measure[] =>
  measuresOf(model).filter(({ kind }) => kind === "group");

/**
 * The measure with a name; outcomes and groups share their names.
 * @throws Error where there is none.
 */
export function measureNamed(model: Pick<Model, "outcomes" | "groups">, id: string): Measure {
  const found = measuresOf(model).find((measure) => measure.id === id);
  if (found === undefined) throw new Error(`there is no outcome or group ${id}`);
  return found;
}
