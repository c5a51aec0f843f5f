/**
 * Which combinations of `each` are left out: those for which a condition under `except` holds.
 *
 * `except` is one condition or a list of them. A condition compares parameters with each other, with words and with
 * numbers (`$from is $to`, `$n in [3, 5]`, `$n < $m + 1`); it reads no state, as it is decided when the document is read.
 */
import type { Complaints } from "./complaints.ts";
import { flooredRemainder } from "./evaluate.ts";
import type { Arithmetic, Comparison } from "./expression.ts";
import { parseExpression } from "./grammar.ts";
import { itemsOf, type Node, type ScalarNode } from "./node.ts";
import type { Binding } from "./parameter.ts";
import type { Syntax } from "./syntax.ts";

type Value = string | number | boolean;

/** Whether a combination is left out. */
type Excludes = (binding: Binding) => boolean;

/**
 * The combinations that `except` leaves; null, with a complaint, where it makes no sense or leaves none. A condition that
 * leaves nothing out is doubted, as it hardly says what was meant.
 */
export function leftBy(
  node: Node | null,
  bindings: readonly Binding[],
  complaints: Complaints,
): readonly Binding[] | null {
  if (node === null) return bindings;
  const names = [...(bindings[0]?.keys() ?? [])];
  let left = bindings;
  for (const item of itemsOf(node)) {
    const excludes = item.kind === "scalar" ? readCondition(item, names, complaints) : complain(node, complaints);
    if (excludes === null) return null;
    if (!bindings.some(excludes)) {
      const message = `\`${item.kind === "scalar" ? item.text : "except"}\` leaves no combination out`;
      complaints.warning("each-form", item, message, "compare with values that the parameters have, or remove it");
    }
    left = left.filter((binding) => !excludes(binding));
  }
  if (left.length > 0) return left;
  complaints.error("each-form", node, "`except` leaves every combination out, so the entry stands for nothing");
  return null;
}

function complain(node: Node, complaints: Complaints, why = ""): null {
  const message = `\`except\` needs conditions on the parameters of \`each\`${why}`;
  complaints.error("each-form", node, message, "write for example `except: $from is $to`");
  return null;
}

/** What a parameter is called while the condition is parsed, where a dollar is no part of a name. */
const prefix = "parameter_of_each__";

function readCondition(node: ScalarNode, names: readonly string[], complaints: Complaints): Excludes | null {
  const unknown: string[] = [];
  const text = node.text.replaceAll(
    /\$(?:\{(\w*)\}|(\w*))/g,
    (_, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? "";
      if (!names.includes(name)) unknown.push(name);
      return prefix + name;
    },
  );
  const [stranger] = unknown;
  if (stranger !== undefined) {
    const near = complaints.nearest(stranger, names);
    const message = `\`$${stranger}\` is no parameter of this \`each\`, which has ${names.map((name) => `\`$${name}\``).join(", ")}`;
    complaints.error("unknown-parameter", node, message, near === null ? null : `did you mean \`$${near}\`?`);
    return null;
  }
  const { syntax, problems } = parseExpression(text);
  const [problem] = problems.filter(({ severity }) => severity === "error");
  if (syntax === null || problem !== undefined) return complain(node, complaints, `, and this cannot be read as one`);
  if (text === node.text) return complain(node, complaints, ", and this names none: parameters are written `$name`");
  const evaluated = conditionOf(syntax);
  if (evaluated === null)
    return complain(node, complaints, `: \`is\`, \`is not\`, \`in [...]\`, \`<\`, \`and\`, \`or\`, \`not\``);
  return evaluated;
}

/** A condition, ready to be decided; null where it is none. */
function conditionOf(syntax: Syntax): Excludes | null {
  switch (syntax.kind) {
    case "group":
      return conditionOf(syntax.of);
    case "not": {
      const of = conditionOf(syntax.of);
      return of === null ? null : (binding) => !of(binding);
    }
    case "and":
    case "or": {
      const parts = syntax.of.map(conditionOf);
      const known = parts.filter((part) => part !== null);
      if (known.length < parts.length) return null;
      return syntax.kind === "and"
        ? (binding) => known.every((holds) => holds(binding))
        : (binding) => known.some((holds) => holds(binding));
    }
    default:
      return comparisonOf(syntax);
  }
}

function comparisonOf(syntax: Syntax): Excludes | null {
  if (syntax.kind === "compare") {
    const [left, right] = [termOf(syntax.left), termOf(syntax.right)];
    return left === null || right === null ? null : (binding) => compared(left(binding), syntax.by, right(binding));
  }
  if (syntax.kind !== "in") return null;
  const item = termOf(syntax.item);
  const all = syntax.of.map(termOf);
  const known = all.filter((one) => one !== null);
  if (item === null || known.length < all.length) return null;
  return (binding) => known.some((one) => same(item(binding), one(binding))) !== syntax.negated;
}

/** A word, number or parameter, or a sum or product of such; null where it is none. */
function termOf(syntax: Syntax): ((binding: Binding) => Value) | null {
  switch (syntax.kind) {
    case "group":
      return termOf(syntax.of);
    case "number":
    case "truth":
      return () => syntax.value;
    case "name": {
      const { name } = syntax;
      if (!name.startsWith(prefix)) return () => name;
      return (binding) => binding.get(name.slice(prefix.length))?.value ?? "";
    }
    case "negate": {
      const of = termOf(syntax.of);
      return of === null ? null : (binding) => -Number(of(binding));
    }
    case "arithmetic": {
      const [left, right] = [termOf(syntax.left), termOf(syntax.right)];
      if (left === null || right === null) return null;
      return (binding) => calculated(Number(left(binding)), syntax.by, Number(right(binding)));
    }
    default:
      return null;
  }
}

function calculated(left: number, by: Arithmetic, right: number): number {
  switch (by) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return flooredRemainder(left, right);
  }
}

/** Words are alike as they are written, so the word `3` is the number 3. */
const same = (one: Value, other: Value): boolean => String(one) === String(other);

function compared(left: Value, by: Comparison, right: Value): boolean {
  switch (by) {
    case "is":
      return same(left, right);
    case "is not":
      return !same(left, right);
    case "<":
      return Number(left) < Number(right);
    case "<=":
      return Number(left) <= Number(right);
    case ">":
      return Number(left) > Number(right);
    case ">=":
      return Number(left) >= Number(right);
  }
}
