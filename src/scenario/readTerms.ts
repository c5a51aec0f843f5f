/**
 * Reads the terms in the order in which they need each other, so that each knows the types of those it names.
 *
 * Terms that define each other in a circle are complained of once, with the circle.
 */
import { parseExpression } from "./grammar.ts";
import type { Term } from "./model.ts";
import { childOf, entriesOf, isBlank, type MapNode, type ScalarNode } from "./node.ts";
import type { Reader } from "./reader.ts";
import { type Syntax, syntaxParts } from "./syntax.ts";

/** Reads the terms, those that others need first, and complains about circles. */
export function readTerms(reader: Reader, root: MapNode): readonly Term[] {
  const entries = entriesOf(childOf(root, "terms"));
  const nodes = new Map<string, ScalarNode>();
  for (const { key, value } of entries) {
    const node = value.kind === "map" ? childOf(value, "value") : value;
    if (node?.kind === "scalar" && !isBlank(node)) nodes.set(key.text, node);
  }
  const needs = new Map([...nodes].map(([id, node]) => [id, [...namesIn(node)].filter((name) => nodes.has(name))]));
  const terms = new Map<string, Term>();
  for (const id of sortByNeed(reader, needs, nodes)) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const { expression, type } = reader.resolve(node, { type: "value" }, "state");
    const found = type === "number" ? "number" : "condition";
    reader.names.terms.set(id, found);
    terms.set(id, { id, type: found, value: expression ?? { op: "truth", value: true } });
  }
  return entries.map(({ key }) => terms.get(key.text)).filter((term) => term !== undefined);
}

/** Every name that an expression mentions. */
function namesIn(node: ScalarNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (syntax: Syntax): void => {
    if (syntax.kind === "name") names.add(syntax.name);
    syntaxParts(syntax).forEach(visit);
  };
  const { syntax } = parseExpression(node.text);
  if (syntax !== null) visit(syntax);
  return names;
}

/** Depth first: each term after those it needs. A circle is reported once and broken where it closes. */
function sortByNeed(
  reader: Reader,
  needs: ReadonlyMap<string, readonly string[]>,
  nodes: ReadonlyMap<string, ScalarNode>,
): readonly string[] {
  const sorted: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const from = path.indexOf(id);
    const node = nodes.get(id);
    if (from >= 0 && node !== undefined) {
      const circle = [...path.slice(from), id];
      const first = circle.slice(0, -1).reduce((least, name) => (order(name) < order(least) ? name : least));
      const at = nodes.get(first) ?? node;
      const text =
        circle.length === 2
          ? `the term ${id} is defined by itself`
          : `these terms are defined by each other in a circle: ${circle.join(" -> ")}`;
      reader.complaints.error("circular-term", at, text, "define one of them without the others");
      return;
    }
    if (done.has(id)) return;
    for (const need of needs.get(id) ?? []) visit(need, [...path, id]);
    if (!done.has(id)) sorted.push(id);
    done.add(id);
  };
  const ids = [...needs.keys()];
  const order = (id: string) => ids.indexOf(id);
  for (const id of ids) visit(id, []);
  return sorted;
}
