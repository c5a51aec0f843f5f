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
  const { sorted, circular } = sortByNeed(reader, needs, nodes);
  for (const id of sorted) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const { expression, type } = reader.resolve(node, { type: "value" }, "state");
    const found = type === "number" ? "number" : "condition";
    reader.names.terms.set(id, found);
    // A term of a circle has no value: whoever opened it would never end.
    const read = circular.has(id) ? null : expression;
    const value = read ?? ({ op: "truth", value: true } as const);
    reader.defineTerm(id, read);
    terms.set(id, { id, type: found, value });
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
): { readonly sorted: Iterable<string>; readonly circular: ReadonlySet<string> } {
  const circular = new Set<string>();
  const order = new Map([...needs.keys()].map((id, index) => [id, index]));
  const sorted = new Set<string>();
  const complain = (circle: readonly string[]): void => {
    for (const id of circle) circular.add(id);
    const first = circle.reduce((least, id) => ((order.get(id) ?? 0) < (order.get(least) ?? 0) ? id : least));
    const node = nodes.get(first);
    if (node === undefined) return;
    const text =
      circle.length === 1
        ? `the term ${first} is defined by itself`
        : `these terms are defined by each other in a circle: ${[...circle, circle[0]].join(" -> ")}`;
    reader.complaints.error("circular-term", node, text, "define one of them without the others");
  };
  for (const root of needs.keys()) {
    // A stack of our own: terms may be chained deeper than calls can be.
    const path = new Map<string, Iterator<string>>();
    const enter = (id: string): void => {
      path.set(id, (needs.get(id) ?? []).values());
    };
    const stack: string[] = [];
    if (!sorted.has(root)) {
      stack.push(root);
      enter(root);
    }
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const next = path.get(id)?.next();
      if (next === undefined || next.done === true) {
        stack.pop();
        path.delete(id);
        sorted.add(id);
      } else if (path.has(next.value)) complain(stack.slice(stack.indexOf(next.value)));
      else if (!sorted.has(next.value)) {
        stack.push(next.value);
        enter(next.value);
      }
    }
  }
  return { sorted, circular };
}
