/**
 * Tests a document against its shape and words what does not conform: unknown keys, missing ones, wrong forms.
 *
 * The shape says what was expected, the tree what was found and where; this file puts the two into sentences. Names
 * and expressions are not its business.
 */
import type { z } from "zod";
import type { Complaints } from "./complaints.ts";
import { eachSections } from "./each.ts";
import { describeNode, type Entry, entryOf, isBlank, type MapNode, type Node, plainValue, type Range } from "./node.ts";
import { documentShape } from "./shape.ts";
import { commaMistake } from "./yamlMistake.ts";

type Issue = z.core.$ZodIssue;

/** Words of other tools for the keys that are meant. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  if: ["when"],
  condition: ["when"],
  guard: ["when"],
  effect: ["then"],
  effects: ["then"],
  do: ["then"],
  set: ["then"],
  actor: ["by"],
  who: ["by"],
  probability: ["chance", "odds"],
  weight: ["odds"],
  chance: ["odds"],
  odds: ["chance"],
  label: ["name"],
  text: ["name", "note"],
  else: ["otherwise"],
  default: ["initial"],
  value: ["initial", "values", "add"],
  min: ["scale"],
  max: ["scale"],
  horizon: ["rounds"],
  horizons: ["rounds"],
  rounds: ["clock"],
  sources: ["source"],
  hidden: ["private"],
  secret: ["covert", "known_to", "private"],
  knows: ["known_to"],
  known: ["known_to"],
  visible_to: ["known_to", "private"],
};

/** Complains about everything in a document that has not the right form. */
export function conform(root: MapNode, complaints: Complaints): void {
  const result = documentShape.safeParse(plainValue(root));
  if (result.success) return;
  const conformer = new Conformer(root, complaints);
  for (const issue of result.error.issues) conformer.complain(issue, []);
}

class Conformer {
  readonly #root: MapNode;
  readonly #complaints: Complaints;

  constructor(root: MapNode, complaints: Complaints) {
    this.#root = root;
    this.#complaints = complaints;
  }

  complain(issue: Issue, prefix: readonly PropertyKey[]): void {
    const path = [...prefix, ...issue.path].map(String);
    // The version has its own messages.
    if (path[0] === "demarche") return;
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) this.#unknownKey(path, key, issue.message.split(" "));
    } else if (issue.code === "invalid_union") this.#union(issue, path);
    else this.#form(issue, path);
  }

  /** Where one form of several was begun (a map, a list), only what is wrong in it is said. */
  #union(issue: Extract<Issue, { code: "invalid_union" }>, path: readonly string[]): void {
    const begun = issue.errors.filter((errors) =>
      errors.every((error) => error.path.length > 0 || error.code === "unrecognized_keys"),
    );
    const [first] = begun.toSorted((one, other) => one.length - other.length);
    if (first === undefined) this.#form(issue, path);
    else for (const error of first) this.complain(error, path);
  }

  #unknownKey(path: readonly string[], key: string, known: readonly string[]): void {
    const entry = entryOf(this.#find(path)?.node ?? null, key);
    if (entry === null) return;
    if (entry.bare) {
      this.#complaints.syntax(commaMistake.code, entry.key, commaMistake.message, commaMistake.hint);
      return;
    }
    const owner = path.length === 0 ? "a scenario" : `\`${path.join(".")}\``;
    this.#complaints.error(
      "unknown-key",
      entry.key,
      `${owner} has no key \`${key}\`; it may have ${known.join(", ")}`,
      hintFor(key, known, path, this.#complaints),
    );
  }

  #form(issue: Issue, path: readonly string[]): void {
    const found = this.#find(path);
    const name = path.at(-1) ?? "";
    if (found === null) {
      const owner = this.#nearestOwner(path);
      const label = owner.path.length === 0 ? "the scenario" : `\`${owner.path.join(".")}\``;
      this.#complaints.error(
        "missing-key",
        owner.range,
        `${label} needs \`${name}\`: ${issue.message}`,
        `add \`${name}:\``,
      );
      return;
    }
    const { node, entry } = found;
    const label = /^\d+$/.test(name)
      ? `entry ${Number(name) + 1} of \`${path.slice(0, -1).join(".")}\``
      : `\`${name}\``;
    if (isBlank(node)) {
      const at = entry?.key ?? node;
      this.#complaints.error(
        "missing-value",
        at,
        `${label} has nothing behind it; expected is ${issue.message}`,
        "write a value, or remove the key",
      );
      return;
    }
    const { message, hint } = describe(issue, node, this.#complaints);
    const at = node.kind === "scalar" ? node : (entry?.key ?? node);
    this.#complaints.error(codeOf(issue, node), at, `${label} ${message}`, hint);
  }

  #find(path: readonly string[]): { node: Node; entry: Entry | null } | null {
    let found: { node: Node; entry: Entry | null } = { node: this.#root, entry: null };
    for (const name of path) {
      const { node }: { node: Node } = found;
      const entry: Entry | null = entryOf(node, name);
      const next: Node | null = node.kind === "list" ? (node.items[Number(name)] ?? null) : (entry?.value ?? null);
      if (next === null) return null;
      found = { node: next, entry };
    }
    return found;
  }

  /** The innermost entry on a path that exists: what is missing is missing there. */
  #nearestOwner(path: readonly string[]): { path: readonly string[]; range: Range } {
    for (let length = path.length - 1; length > 0; length--) {
      const owner = path.slice(0, length);
      const found = this.#find(owner);
      if (found !== null) return { path: owner, range: found.entry?.key ?? firstLine(found.node) };
    }
    return { path: [], range: this.#root.entries[0]?.key ?? this.#root };
  }
}

function firstLine(node: Node): Range {
  return node.kind === "map" ? (node.entries[0]?.key ?? node) : node;
}

function codeOf(issue: Issue, node: Node): string {
  if (issue.code === "invalid_value") return "unknown-value";
  if (issue.code === "invalid_format") return "bad-value";
  return quotable(issue, node) ? "needs-quotes" : "wrong-type";
}

/** A number or truth value that was meant as a text. */
function quotable(issue: Issue, node: Node): boolean {
  const wanted = issue.code === "invalid_type" && issue.expected === "string";
  return wanted && node.kind === "scalar" && typeof node.value !== "string";
}

function describe(issue: Issue, node: Node, complaints: Complaints): { message: string; hint: string | null } {
  const expected = issue.message;
  if (node.kind === "scalar" && quotable(issue, node)) {
    const changed = node.text !== String(node.value) ? ` and would keep only ${node.value}` : "";
    return {
      message: `is read by YAML as ${typeof node.value === "number" ? "a number" : "a truth value"}${changed}; expected is ${expected}`,
      hint: `write "${node.text}" in quotes`,
    };
  }
  const message = `is ${describeNode(node)}; expected is ${expected}`;
  if (issue.code === "invalid_value" && node.kind === "scalar") {
    const near = complaints.nearest(node.text, issue.values.map(String));
    return { message, hint: near === null ? null : `did you mean \`${near}\`?` };
  }
  return { message, hint: null };
}

function hintFor(
  key: string,
  known: readonly string[],
  path: readonly string[],
  complaints: Complaints,
): string | null {
  if (key === "each") return `\`each\` works in ${eachSections.join(", ")} and in branches`;
  const meant = Object.hasOwn(synonyms, key) ? synonyms[key]?.find((name) => known.includes(name)) : undefined;
  if (key === "rounds" && path.length === 0) return "write it below `clock:`";
  const near = meant ?? complaints.nearest(key, known);
  return near === null ? null : `did you mean \`${near}\`?`;
}
