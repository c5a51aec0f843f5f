/**
 * Expands `each`: one written entry stands for one entry per combination of its parameters.
 *
 * The expansion happens in the tree, before anything else is read, so everything behind it sees ordinary entries.
 * `$name` (or `${name}`) is replaced in the key and in every string of the entry; a string that is nothing but `$name`
 * takes the parameter's value with its type. What a document may stand for is bounded, so a few lines never become a
 * million.
 */
import type { Complaints } from "./complaints.ts";
import { childOf, type Entry, entriesOf, itemsOf, type MapNode, type Node, type ScalarNode } from "./node.ts";
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

/** An entry may not stand for more entries than this. */
const combinationsMax = 1000;

/** All entries of a document written out may not be longer than this. */
const writtenMax = 4_000_000;

/** A parameter's value is a word or two. */
const valueMax = 60;

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

  /** Policies have `each` at two levels, for an actor and for one disposition; a tally may be a list of entries. */
  section(name: string, section: MapNode): MapNode {
    const expanded = this.#entries(section);
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

  #entries(section: MapNode): MapNode {
    if (!section.entries.some(({ value }) => childOf(value, "each") !== null)) return section;
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

  /** What an entry stands for: itself, where it has no `each`. */
  #expand(entry: Entry): readonly Entry[] {
    const { key, value, bare } = entry;
    const each = childOf(value, "each");
    if (each === null || value.kind !== "map") return [entry];
    const bindings = bindingsOf(each, this.#complaints);
    if (bindings === null) return [];
    this.#written += bindings.length * (value.end - value.start);
    if (this.#written > writtenMax) {
      this.#complaints.error("each-form", each, "written out, the entries with `each` are too long for a scenario");
      return [];
    }
    const body: MapNode = { ...value, entries: value.entries.filter((inner) => inner.key.text !== "each") };
    return bindings.map((binding) => {
      const replacer = new Replacer(binding, this.#complaints);
      return { key: replacer.scalar(key), value: replacer.node(body), bare };
    });
  }
}

/** Every combination of the parameters' values, the first parameter changing slowest. */
function bindingsOf(each: Node, complaints: Complaints): readonly Binding[] | null {
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
    const values = itemsOf(value);
    const scalars = values.filter((item): item is ScalarNode => item.kind === "scalar" && item.value !== null);
    const long = scalars.find(({ text }) => text.length > valueMax);
    if (long !== undefined) {
      complaints.error("each-form", long, `a value of a parameter has at most ${valueMax} characters`);
      return null;
    }
    if (!/^[a-z][a-z0-9_]*$/.test(key.text) || scalars.length === 0 || scalars.length < values.length) {
      complaints.error("each-form", value, `the parameter \`${key.text}\` needs a list of words or numbers`);
      return null;
    }
    if (bindings.length * scalars.length > combinationsMax) {
      complaints.error("each-form", each, `this \`each\` stands for more than ${combinationsMax} entries`);
      return null;
    }
    bindings = bindings.flatMap((binding) => scalars.map((item) => new Map([...binding, [key.text, item]])));
  }
  return bindings;
}
