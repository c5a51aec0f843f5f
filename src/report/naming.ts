/**
 * What things are called on a page: the scenario's texts where they can be read, the ids in plain words where not.
 *
 * A log outlives its scenario's language; whoever replays an old one still gets a readable chronicle.
 */
import type { Model } from "../scenario/model.ts";
import { type NamedSection, nameOf, readable, type Texts } from "../scenario/texts.ts";

/** A variable's range, for the axis of its chart. */
interface ValueRange {
  readonly low: number;
  readonly high: number;
  readonly flag: boolean;
}

/** Names, and the few facts about things that make them readable. */
export interface Naming {
  /** Title of the scenario. */
  readonly title: string;
  /** Name of something by its section and ids, such as `("moves", ID, "branches", BRANCH)`; a property's claim. */
  name(section: NamedSection, ...ids: readonly string[]): string;
  /** Name of an outcome or of a group of outcomes; they share their ids. */
  ending(id: string): string;
  /** Ids of all tracks or variables as the scenario has them; none where that is not known. */
  idsOf(section: "tracks" | "variables"): readonly string[];
  /** States of a track in order; none where they are not known. */
  statesOf(track: string): readonly string[];
  /** Rung of a track state on the escalation ladder, or null. */
  rungOf(track: string, state: string): number | null;
  rangeOf(variable: string): ValueRange | null;
}

const known = new WeakMap<Texts, { readonly model: Model; readonly naming: Naming }>();

/** The names that a scenario gives; worked out once for each scenario. */
export function namingOf({ model, texts }: { readonly model: Model; readonly texts: Texts }): Naming {
  const found = known.get(texts);
  if (found?.model === model) return found.naming;
  const naming = makeNaming(model, texts);
  known.set(texts, { model, naming });
  return naming;
}

function makeNaming(model: Model, texts: Texts): Naming {
  const tracks = new Map(model.tracks.map((track) => [track.id, track.states]));
  const variables = new Map(model.variables.map((variable) => [variable.id, variable]));
  const doubles = new Set([
    ...namesakes(texts, "tracks", model.tracks),
    ...namesakes(texts, "variables", model.variables),
  ]);
  return {
    title: texts.title === "" ? readable(model.id) : texts.title,
    name: (section, ...ids) => {
      const id = ids.join(".");
      if (doubles.has(`${section}.${id}`)) return `${nameOf(texts, section, ...ids)} (${id})`;
      const claim = section === "properties" ? texts.claims[`properties.${id}`] : undefined;
      return claim ?? nameOf(texts, section, ...ids);
    },
    ending: (id) => nameOf(texts, model.groups.some((group) => group.id === id) ? "groups" : "outcomes", id),
    idsOf: (section) => model[section].map(({ id }) => id),
    statesOf: (track) => (tracks.get(track) ?? []).map(({ id }) => id),
    rungOf: (track, state) => tracks.get(track)?.find(({ id }) => id === state)?.rung ?? null,
    rangeOf: (id) => {
      const variable = variables.get(id);
      return variable === undefined ? null : { low: variable.low, high: variable.high, flag: variable.kind === "flag" };
    },
  };
}

/** Paths of things that share their name with another: there the id has to tell them apart. */
function namesakes(texts: Texts, section: NamedSection, items: readonly { readonly id: string }[]): readonly string[] {
  const names = items.map(({ id }) => nameOf(texts, section, id));
  const shared = names.filter((name, index) => names.indexOf(name) !== index);
  return items.filter((_, index) => shared.includes(names[index] ?? "")).map(({ id }) => `${section}.${id}`);
}

/** Names for a run whose scenario cannot be read any more. */
export function plainNaming(title: string): Naming {
  return {
    title,
    name: (_section, ...ids) => readable(ids.at(-1) ?? ""),
    ending: readable,
    idsOf: () => [],
    statesOf: () => [],
    rungOf: () => null,
    rangeOf: () => null,
  };
}

/** Values by id as entries in the scenario's order; what it does not know comes last. */
export function inOrder<V>(
  naming: Naming,
  section: "tracks" | "variables",
  values: Readonly<Record<string, V>>,
): readonly (readonly [string, V])[] {
  const known = naming.idsOf(section);
  const place = (id: string): number => (known.includes(id) ? known.indexOf(id) : known.length);
  return Object.entries(values).toSorted(([one], [other]) => place(one) - place(other));
}
