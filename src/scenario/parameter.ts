/**
 * Replaces `$name` and `${name}` by the values of one combination of `each`, in keys and texts of a tree.
 *
 * Replaced characters point at the parameter they came from, everything else at itself.
 */
import type { Complaints } from "./complaints.ts";
import { childOf, type Entry, entriesOf, type Node, type ScalarNode } from "./node.ts";

/** The value of each parameter in one combination. */
export type Binding = ReadonlyMap<string, ScalarNode>;

/** A `$name` or `${name}`; a dollar before anything else stands for itself. */
const parameter = /\$(?:\{([a-z][a-z0-9_]*)\}|([a-z][a-z0-9_]*))/g;

const none: ReadonlySet<string> = new Set();

/** Replaces the parameters of one combination. */
export class Replacer {
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
    return { ...node, entries: this.#distinct(entries) };
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

  /** Two keys of a map may become one by replacing. */
  #distinct(entries: readonly Entry[]): readonly Entry[] {
    const seen = new Set<string>();
    return entries.filter(({ key }) => {
      const repeated = seen.has(key.text);
      seen.add(key.text);
      if (repeated) {
        const message = `\`${key.text}\` stands here a second time when each is written out`;
        this.#complaints.error("duplicate-key", key, message, "remove one of them");
      }
      return !repeated;
    });
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
    const near = this.#complaints.nearest(written, names);
    this.#complaints.error(
      "unknown-parameter",
      { start: node.offsetOf(index), end: node.offsetOf(index + length - 1) + 1 },
      `\`$${written}\` is no parameter of this \`each\`, which has ${names.map((name) => `\`$${name}\``).join(", ")}`,
      near === null ? null : `did you mean \`$${near}\`?`,
    );
  }
}
