/**
 * Expressions of PRISM with their types: a condition is no number, a whole number takes no fraction, `/` yields a
 * fraction, `mod` takes whole numbers and a positive divisor. What breaks this is an error, as it is in PRISM.
 */
import type { Tree } from "./prismSyntax.ts";

export type Value = number | boolean;
export type Type = "int" | "double" | "bool";
/** Values of the variables, in order. */
export type Values = readonly Value[];

/** An expression with its type, and its value in a state. */
export interface Read {
  readonly type: Type;
  readonly value: (of: Values) => Value;
}

/** What a name stands for. */
export type Scope = (name: string) => Read;

/** Gives an expression its type and meaning. */
export function typed(tree: Tree, scope: Scope): Read {
  switch (tree.op) {
    case "number":
      return literal(tree.text);
    case "truth":
      return { type: "bool", value: () => tree.value };
    case "name":
      return scope(tree.name);
    case "minus": {
      const of = number(tree.of, scope);
      return { type: of.type, value: (values) => -of.value(values) };
    }
    case "!": {
      const of = condition(tree.of, scope);
      return { type: "bool", value: (values) => !of(values) };
    }
    case "if": {
      const when = condition(tree.when, scope);
      const [one, other] = [typed(tree.then, scope), typed(tree.else, scope)];
      if ((one.type === "bool") !== (other.type === "bool")) throw new Error("? : takes two of one type");
      const type = one.type === other.type ? one.type : "double";
      return { type, value: (of) => (when(of) ? one.value(of) : other.value(of)) };
    }
    case "call":
      return call(
        tree.name,
        tree.of.map((one) => number(one, scope)),
      );
    case "binary":
      return binary(tree.sign, tree.left, tree.right, scope);
    default:
      throw new Error(`${tree.op} is no part of an expression`);
  }
}

/** A condition. */
export function condition(tree: Tree, scope: Scope): (of: Values) => boolean {
  const { type, value } = typed(tree, scope);
  if (type !== "bool") throw new Error("a condition was expected, not a number");
  return (of) => value(of) === true;
}

/** A number. */
export function number(tree: Tree, scope: Scope): { readonly type: Type; readonly value: (of: Values) => number } {
  const { type, value } = typed(tree, scope);
  if (type === "bool") throw new Error("a number was expected, not a condition");
  return { type, value: (of) => Number(value(of)) };
}

function literal(text: string): Read {
  const value = Number(text);
  const whole = /^\d+$/.test(text);
  if (whole && value >= 2 ** 31) throw new Error(`${text} is too large for a whole number`);
  return { type: whole ? "int" : "double", value: () => value };
}

const numbers: Readonly<Record<string, (x: number, y: number) => Value>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "<": (x, y) => x < y,
  "<=": (x, y) => x <= y,
  ">": (x, y) => x > y,
  ">=": (x, y) => x >= y,
};

const conditions: Readonly<Record<string, (a: boolean, b: boolean) => boolean>> = {
  "&": (a, b) => a && b,
  "|": (a, b) => a || b,
  "=>": (a, b) => !a || b,
  "<=>": (a, b) => a === b,
};

function binary(sign: string, left: Tree, right: Tree, scope: Scope): Read {
  const logic = conditions[sign];
  if (logic !== undefined) {
    const [a, b] = [condition(left, scope), condition(right, scope)];
    return { type: "bool", value: (of) => logic(a(of), b(of)) };
  }
  if (sign === "=" || sign === "!=") {
    const [a, b] = [typed(left, scope), typed(right, scope)];
    if ((a.type === "bool") !== (b.type === "bool")) throw new Error(`${sign} compares a number with a condition`);
    return { type: "bool", value: (of) => (a.value(of) === b.value(of)) === (sign === "=") };
  }
  const [x, y] = [number(left, scope), number(right, scope)];
  const apply = numbers[sign];
  if (apply === undefined) throw new Error(`there is no operator ${sign}`);
  const whole = x.type === "int" && y.type === "int" && sign !== "/";
  const type = "+-*/".includes(sign) ? (whole ? "int" : "double") : "bool";
  return { type, value: (of) => apply(x.value(of), y.value(of)) };
}

function call(name: string, of: readonly { readonly type: Type; readonly value: (of: Values) => number }[]): Read {
  const all = (values: Values): readonly number[] => of.map(({ value }) => value(values));
  const type = of.every((one) => one.type === "int") ? "int" : "double";
  if ((name === "min" || name === "max") && of.length >= 2) {
    return { type, value: (values) => (name === "min" ? Math.min(...all(values)) : Math.max(...all(values))) };
  }
  if (name === "round" && of.length === 1) return { type: "int", value: (values) => Math.round(all(values)[0] ?? 0) };
  if (name === "floor" && of.length === 1) return { type: "int", value: (values) => Math.floor(all(values)[0] ?? 0) };
  if (name !== "mod" || of.length !== 2 || type !== "int") {
    throw new Error(`there is no function ${name} of ${of.length} such values`);
  }
  return {
    type,
    value: (values) => {
      const [a = 0, b = 0] = all(values);
      if (b <= 0) throw new Error("mod takes a positive divisor");
      return ((a % b) + b) % b;
    },
  };
}
