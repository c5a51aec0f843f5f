/**
 * Expands `each`: one written entry stands for one entry per combination of its parameters.
 *
 * The expansion happens in the tree, before anything else is read, so everything behind it sees ordinary entries.
 * `$name` (or `${name}`) is replaced in the key and in every string of the entry; a string that is nothing but `$name`
 * takes the parameter's value with its type. Replaced characters point at the `$name` they came from, so complaints
 * stay in the source.
 */
import type { Complaints } from "./complaints.ts";
import { childOf, type Entry, entriesOf, itemsOf, type MapNode, type Node, type ScalarNode } from "./node.ts";
import { nearest } from "./suggest.ts";

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

type Binding = ReadonlyMap<string, ScalarNode>;

/** The document with every `each` written out. */
export function expandEach(root: MapNode, complaints: Complaints): MapNode {
  const sections: readonly string[] = eachSections;
  return {
    ...root,
    entries: root.entries.map((entry) => {
      if (!sections.includes(entry.key.text) || entry.value.kind !== "map") return entry;
      const expanded = expandEntries(entry.value, complaints);
      return { ...entry, value: entry.key.text === "policies" ? expandInside(expanded, complaints) : expanded };
    }),
  };
}

/** Policies have `each` at two levels: for an actor, and for one disposition of an actor. */
function expandInside(section: MapNode, complaints: Complaints): MapNode {
  return {
    ...section,
    entries: section.entries.map((entry) =>
      entry.value.kind === "map" ? { ...entry, value: expandEntries(entry.value, complaints) } : entry,
    ),
  };
}

function expandEntries(section: MapNode, complaints: Complaints): MapNode {
  if (!section.entries.some(({ value }) => childOf(value, "each") !== null)) return section;
  const entries = new Map<string, Entry>();
  for (const entry of section.entries) {
    const each = childOf(entry.value, "each");
    for (const expanded of each === null ? [entry] : expand(entry, each, complaints)) {
      const id = expanded.key.text;
      if (!entries.has(id)) entries.set(id, expanded);
      else {
        complaints.error(
          "each-duplicate",
          expanded.key,
          `two entries are called \`${id}\` when each is written out`,
          each === null ? "rename one of them" : "name every parameter in the key, as in `deliver_$content`",
        );
      }
    }
  }
  return { ...section, entries: [...entries.values()] };
}

function expand(entry: Entry, each: Node, complaints: Complaints): readonly Entry[] {
  const bindings = bindingsOf(each, complaints);
  if (bindings === null || entry.value.kind !== "map") return [];
  const body: MapNode = { ...entry.value, entries: entry.value.entries.filter(({ key }) => key.text !== "each") };
  return bindings.map((binding) => {
    const replacer = new Replacer(binding, complaints);
    return { key: replacer.scalar(entry.key), value: replacer.node(body), bare: entry.bare };
  });
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

/** A `$name` or `${name}`; a dollar before anything else stands for itself. */
const parameter = /\$(?:\{([a-z][a-z0-9_]*)\}|([a-z][a-z0-9_]*))/g;

const none: ReadonlySet<string> = new Set();

class Replacer {
  readonly #binding: Binding;
  readonly #complaints: Complaints;

  constructor(binding: Binding, complaints: Complaints) {
    this.#binding = binding;
    this.#complaints = complaints;
  }

  /** Replaces in a whole tree; parameters of an `each` inside it (in policies) are left for later. */
  node(node: Node, later: ReadonlySet<string> = none): Node {
    if (node.kind === "scalar") return this.scalar(node, later);
    if (node.kind === "list") return { ...node, items: node.items.map((item) => this.node(item, later)) };
    const entries = node.entries.map(({ key, value, bare }) => {
      const inner = entriesOf(childOf(value, "each")).map((parameter) => parameter.key.text);
      const left = inner.length === 0 ? later : new Set([...later, ...inner]);
      return { key: this.scalar(key, left), value: this.node(value, left), bare };
    });
    return { ...node, entries };
  }

  scalar(node: ScalarNode, later: ReadonlySet<string> = none): ScalarNode {
    if (typeof node.value !== "string" || !node.value.includes("$")) return node;
    const offsets: number[] = [];
    let text = "";
    let whole: ScalarNode | null = null;
    const copy = (from: number, to: number) => {
      for (let index = from; index < to; index++) offsets.push(index);
      text += node.text.slice(from, to);
    };
    let at = 0;
    for (const match of node.text.matchAll(parameter)) {
      const written = match[1] ?? match[2] ?? "";
      const name = this.#bound(written, match[1] !== undefined);
      if (name === null && [...later].some((other) => written === other || written.startsWith(`${other}_`))) continue;
      const value = name === null ? undefined : this.#binding.get(name);
      if (name === null || value === undefined) {
        this.#complain(node, match.index, match[0].length, written);
        continue;
      }
      const end = match[1] === undefined ? match.index + 1 + name.length : match.index + match[0].length;
      copy(at, match.index);
      for (let index = 0; index < value.text.length; index++) {
        offsets.push(index === value.text.length - 1 ? end - 1 : match.index);
      }
      text += value.text;
      at = end;
      if (match.index === 0 && end === node.text.length) whole = value;
    }
    copy(at, node.text.length);
    const offsetOf = (index: number) => node.offsetOf(offsets[index] ?? node.text.length);
    return { ...node, value: whole?.value ?? text, text, offsetOf };
  }

  /** The parameter that is meant: the name as written, or the longest one that a further `_word` follows. */
  #bound(written: string, braced: boolean): string | null {
    if (this.#binding.has(written)) return written;
    if (braced) return null;
    const heads = [...this.#binding.keys()].filter((name) => written.startsWith(`${name}_`));
    return heads.sort((one, other) => other.length - one.length)[0] ?? null;
  }

  #complain(node: ScalarNode, index: number, length: number, written: string): void {
    const names = [...this.#binding.keys()];
    const near = nearest(written, names);
    this.#complaints.error(
      "unknown-parameter",
      { start: node.offsetOf(index), end: node.offsetOf(index + length - 1) + 1 },
      `\`$${written}\` is no parameter of this \`each\`, which has ${names.map((name) => `\`$${name}\``).join(", ")}`,
      near === null ? null : `did you mean \`$${near}\`?`,
    );
  }
}
