/**
 * Reads properties: claims that must hold of every run, of the whole state space, or in a share of runs.
 *
 * Which keys stand together decides which kind it is; exactly one kind must be meant.
 */
import type { Expression } from "./expression.ts";
import { childOf, type Entry, entriesOf, entryOf, type MapNode, type Node } from "./node.ts";
import { type Property, patternKinds, patternOf, type Scope } from "./property.ts";
import type { Reader } from "./reader.ts";

const texts = ["claim", "name", "note", "description"];

/** Reads the properties; those whose kind is unclear are left out after a complaint. */
export function readProperties(reader: Reader, root: MapNode): readonly Property[] {
  const section = childOf(root, "properties");
  const read = entriesOf(section).map((entry) => readProperty(reader, section, entry));
  return read.filter((property) => property !== null);
}

function readProperty(reader: Reader, section: Node | null, entry: Entry): Property | null {
  const { key, value } = entry;
  if (value.kind !== "map") return null;
  const kind = patternKinds.find((one) =>
    patternOf(one)
      .needs.slice(0, 1)
      .every((name) => entryOf(value, name) !== null),
  );
  if (kind === undefined) {
    reader.complaints.error(
      "property-kind",
      key,
      `the property \`${key.text}\` does not say what must hold`,
      `write one of ${patternKinds
        .toReversed()
        .map((one) => patternOf(one).words)
        .join(", ")}`,
    );
    return null;
  }
  const form = patternOf(kind);
  const missing = form.needs.filter((name) => entryOf(value, name) === null);
  const first = form.needs[0] ?? "";
  if (missing.length > 0) {
    reader.complaints.error(
      "property-kind",
      key,
      `the property \`${key.text}\` has \`${first}\` but not the \`${missing.join("` and `")}\` that belongs to it`,
      `add \`${missing[0]}\``,
    );
    return null;
  }
  const allowed = [...form.needs, ...form.may, ...texts];
  for (const other of value.entries) {
    const known = patternKinds.map(patternOf).some(({ needs, may }) => [...needs, ...may].includes(other.key.text));
    if (allowed.includes(other.key.text) || !known) continue;
    reader.complaints.error(
      "property-kind",
      other.key,
      `\`${other.key.text}\` does not go with \`${first}\` in one property`,
      form.may.length === 0 ? `with \`${first}\` stand only its own keys` : "make two properties of it",
    );
  }
  return build(reader, kind, key.text, value, section);
}

function build(
  reader: Reader,
  kind: Property["kind"],
  id: string,
  node: MapNode,
  section: Node | null,
): Property | null {
  const condition = (name: string): Expression => readCondition(reader, childOf(node, name));
  const within = () => reader.whole(childOf(node, "within"), "`within`", 0);
  switch (kind) {
    case "never":
    case "always":
      return { id, kind, of: condition(kind), ...readScope(reader, node) };
    case "eventually":
      return { id, kind, of: condition("eventually"), within: within(), ...readScope(reader, node) };
    case "first":
      return { id, kind, first: condition("first"), before: condition("before"), ...readScope(reader, node) };
    case "whenever":
      return {
        id,
        kind,
        whenever: condition("whenever"),
        eventually: condition("eventually"),
        within: within(),
        ...readScope(reader, node),
      };
    case "between":
      return readBetween(reader, id, node);
    case "reachable":
      return { id, kind, from: condition("from"), reachable: condition("reachable") };
    case "forced":
      return {
        id,
        kind,
        forced: condition("forced"),
        by: reader.references(childOf(node, "by"), "actor", reader.names.actors),
      };
    case "share":
      return readShare(reader, section, id, childOf(node, "share"));
  }
}

function readScope(reader: Reader, node: MapNode): Scope {
  return { after: reader.condition(childOf(node, "after")), until: reader.condition(childOf(node, "until")) };
}

function readCondition(reader: Reader, node: Node | null): Expression {
  return reader.condition(node) ?? { op: "truth", value: true };
}

function readBetween(reader: Reader, id: string, node: MapNode): Property | null {
  const between = childOf(node, "between");
  const [from, to] = between?.kind === "list" ? between.items : [];
  if (from === undefined || to === undefined) return null;
  return {
    id,
    kind: "between",
    from: readCondition(reader, from),
    to: readCondition(reader, to),
    never: readCondition(reader, childOf(node, "never")),
    ...readScope(reader, node),
  };
}

function readShare(reader: Reader, section: Node | null, id: string, node: Node | null): Property | null {
  const { outcomes, groups, properties } = reader.names;
  const known = [...outcomes, ...groups.keys(), ...properties];
  const of = reader.reference(childOf(node, "of"), "outcome, group or property", known);
  const ofNode = childOf(node, "of");
  if (of === null || ofNode === null) return null;
  const kind = outcomes.has(of) ? "outcome" : groups.has(of) ? "group" : "property";
  if (kind !== "property" && properties.has(of)) {
    reader.complaints.error(
      "ambiguous-name",
      ofNode,
      `\`${of}\` is both ${kind === "outcome" ? "an outcome" : "a group"} and a property`,
      "rename one of them",
    );
    return null;
  }
  const bounded = kind !== "property" ? null : childOf(section, of);
  const wide = patternKinds.find((kind) => patternOf(kind).about !== "a run" && entryOf(bounded, kind) !== null);
  if (of !== id && wide !== undefined) {
    reader.complaints.error(
      "property-kind",
      ofNode,
      `\`${of}\` is no claim about a single run (it has \`${wide}\`), so it holds in no share of runs`,
      "name an outcome, or a property such as `never` or `eventually`",
    );
    return null;
  }
  if (of === id) {
    reader.complaints.error("circular-property", ofNode, `the property \`${id}\` bounds its own share`);
    return null;
  }
  const atMost = readBound(reader, childOf(node, "at_most"));
  const atLeast = readBound(reader, childOf(node, "at_least"));
  if (atMost === null && atLeast === null && node !== null) {
    reader.complaints.error("property-kind", node, "a share needs a bound", "add `at_most: 0.3` or `at_least: 0.1`");
  }
  if (atMost !== null && atLeast !== null && atLeast > atMost && node !== null) {
    reader.complaints.error("bad-number", node, `no share is at least ${atLeast} and at most ${atMost}`);
  }
  return { id, kind: "share", of: { kind, id: of }, atMost, atLeast };
}

function readBound(reader: Reader, node: Node | null): number | null {
  if (node?.kind !== "scalar" || typeof node.value !== "number") return null;
  if (node.value >= 0 && node.value <= 1) return node.value;
  reader.complaints.error("bad-number", node, `a share lies between 0 and 1, which ${node.text} does not`);
  return null;
}
