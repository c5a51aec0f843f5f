/**
 * Expands `each`: one written entry stands for one entry per combination of its parameters.
 *
 * The expansion happens in the tree, before anything else is read, so everything behind it sees ordinary entries.
 * `$name` (or `${name}`) is replaced in the key and in every string of the entry; a string that is nothing but `$name`
 * takes the parameter's value with its type. What a document may stand for is bounded, so a few lines never become a
 * million.
 */
import type { Complaints } from "./complaints.ts";
import { leftBy } from "./eachExcept.ts";
import { combinationsMax, valuesOf } from "./eachValues.ts";
import { childOf, type Entry, entriesOf, entryOf, type MapNode, type Node, type ScalarNode } from "./node.ts";
import { type Binding, Replacer } from "./parameter.ts";

/** The sections whose entries may be multiplied. */
export const eachSections = [
  "tracks",
  "variables",
  "moves",
  "incidents",
  "rules",
  "policies",
  "tallies",
  "properties",
] as const;

/** All entries of a document written out may not be longer than this. */
const writtenMax = 4_000_000;

/** The document with every `each` written out. */
export function expandEach(root: MapNode, complaints: Complaints): MapNode {
  const expander = new Expander(complaints);
  const sections: readonly string[] = eachSections;
  const entries = root.entries.map((entry) => {
    const { key, value } = entry;
    return sections.includes(key.text) && value.kind === "map"
      ? { ...entry, value: expander.section(key.text, value) }
      : entry;
  });
  return { ...root, entries };
}

class Expander {
  readonly #complaints: Complaints;
  #written = 0;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
  }

  /**
   * Policies have `each` at two levels, for an actor and for one disposition; moves and incidents have it in their
   * branches too; a tally may be a list of entries.
   */
  section(name: string, section: MapNode): MapNode {
    const expanded = this.#entries(section);
    if (name === "moves" || name === "incidents") {
      return { ...expanded, entries: expanded.entries.map((entry) => this.#branches(entry)) };
    }
    if (name !== "policies" && name !== "tallies") return expanded;
    const entries = expanded.entries.map((entry) => {
      const { value } = entry;
      if (name === "policies" && value.kind === "map") return { ...entry, value: this.#entries(value) };
      if (value.kind !== "list") return entry;
      const items = value.items.flatMap((item) => this.#expand({ ...entry, value: item }).map((one) => one.value));
      return { ...entry, value: { ...value, items } };
    });
    return { ...expanded, entries };
  }

  /** A move or incident with its branches written out. */
  #branches(entry: Entry): Entry {
    const { value } = entry;
    if (value.kind !== "map") return entry;
    const entries = value.entries.map((inner) =>
      inner.key.text === "branches" && inner.value.kind === "map"
        ? { ...inner, value: this.#entries(inner.value) }
        : inner,
    );
    return { ...entry, value: { ...value, entries } };
  }

  #entries(section: MapNode): MapNode {
    const isWritten = ({ value }: Entry): boolean =>
      childOf(value, "each") !== null || childOf(value, "except") !== null;
    if (!section.entries.some(isWritten)) return section;
    const entries = new Map<string, Entry>();
    for (const entry of section.entries) {
      for (const expanded of this.#expand(entry)) {
        const id = expanded.key.text;
        if (!entries.has(id)) entries.set(id, expanded);
        else {
          this.#complaints.error(
            "each-duplicate",
            expanded.key,
            `two entries are called \`${id}\` when each is written out`,
            "name every parameter in the key, as in `deliver_$content`",
          );
        }
      }
    }
    return { ...section, entries: [...entries.values()] };
  }

  /** An entry without `each` has nothing to leave out. */
  #withoutExcept(entry: Entry): Entry {
    const except = entryOf(entry.value, "except");
    if (except === null || entry.value.kind !== "map") return entry;
    this.#complaints.error(
      "each-form",
      except.key,
      "`except` leaves combinations of `each` out, and there is no `each` here",
      "add `each`, or remove `except`",
    );
    return { ...entry, value: { ...entry.value, entries: entry.value.entries.filter((one) => one !== except) } };
  }

  /** What an entry stands for: itself, where it has no `each`. */
  #expand(entry: Entry): readonly Entry[] {
    const { key, value, bare } = entry;
    const each = childOf(value, "each");
    if (each === null || value.kind !== "map") return [this.#withoutExcept(entry)];
    const bindings = bindingsOf(each, childOf(value, "except"), this.#complaints);
    if (bindings === null) return [];
    this.#written += bindings.length * (value.end - value.start);
    if (this.#written > writtenMax) {
      this.#complaints.error("each-form", each, "written out, the entries with `each` are too long for a scenario");
      return [];
    }
    const body: MapNode = {
      ...value,
      entries: value.entries.filter(({ key: { text } }) => text !== "each" && text !== "except"),
    };
    return bindings.map((binding) => {
      const replacer = new Replacer(binding, this.#complaints);
      return { key: replacer.scalar(key), value: replacer.node(body), bare };
    });
  }
}

/** Every combination of the parameters' values that is not left out, the first parameter changing slowest. */
function bindingsOf(each: Node, except: Node | null, complaints: Complaints): readonly Binding[] | null {
  if (each.kind !== "map" || each.entries.length === 0) {
    complaints.error(
      "each-form",
      each,
      "`each` names parameters, each with the list of its values",
      "write for example `each: { content: [rejection, counter] }`",
    );
    return null;
  }
  let bindings: readonly Binding[] = [new Map<string, ScalarNode>()];
  for (const { key, value } of entriesOf(each)) {
    const values = valuesOf(key, value, complaints);
    if (values === null) return null;
    if (bindings.length * values.length > combinationsMax) {
      complaints.error("each-form", each, `this \`each\` stands for more than ${combinationsMax} entries`);
      return null;
    }
    bindings = bindings.flatMap((binding) => values.map((item) => new Map([...binding, [key.text, item]])));
  }
  return leftBy(except, bindings, complaints);
}
