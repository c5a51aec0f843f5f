/**
 * Values of a kernel program as JavaScript expressions.
 *
 * The arithmetic is exactly that of the reference: whole values within 32 bits by integer operators, all else in doubles.
 * Names are numbers of locals.
 */
import { type Code, type Local, mayFault, parts } from "./code.ts";

/** A local's name in generated code: `s` for the state, `r` for registers, `t` for values computed once. */
export function nameOf(local: Local): string {
  return `${local.role === "field" ? "s" : local.role === "register" ? "r" : "t"}${local.id}`;
}

/** What a local of a type holds before anything. */
export const nothing = (type: Local["type"]): string => (type === "truth" ? "false" : "0");

/** The size up to which a condition is cheaper to evaluate wholly than to stop early, which costs a branch. */
const briefMax = 15;

const sizeOf = (code: Code): number => parts(code).reduce((size, part) => size + sizeOf(part), 1);

/** Whether a condition can be evaluated wholly, and better is. */
export const isBrief = (code: Code): boolean =>
  (code.op === "and" || code.op === "or") && sizeOf(code) <= briefMax && !mayFault(code);

/** A condition as bits, without stopping early. */
export function bits(code: Code): string {
  if (code.op === "and") return `(${bits(code.left)} & ${bits(code.right)})`;
  if (code.op === "or") return `(${bits(code.left)} | ${bits(code.right)})`;
  return print(code);
}

const isSimple = (code: Code): boolean => code.op === "constant" || code.op === "local";

/** An expression without parentheses around the whole of it. */
export function bare(text: string): string {
  if (!text.startsWith("(")) return text;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "(") depth += 1;
    if (text[index] === ")") depth -= 1;
    if (depth === 0) return index === text.length - 1 ? text.slice(1, -1) : text;
  }
  return text;
}

/** A value as JavaScript, in parentheses where it is not a word. */
export function print(code: Code): string {
  switch (code.op) {
    case "constant":
      return code.type === "truth" ? String(code.value !== 0) : code.value < 0 ? `(${code.value})` : String(code.value);
    case "local":
      return nameOf(code.local);
    case "table":
      return `T${code.table}[${print(code.at)}]`;
    case "count":
      return `(${print(code.of)} ? 1 : 0)`;
    case "*":
      if (code.type === "int") return `Math.imul(${print(code.left)}, ${print(code.right)})`;
      return `(${print(code.left)} * ${print(code.right)})`;
    case "+":
    case "-":
    case "/":
      return `(${print(code.left)} ${code.op} ${print(code.right)}${code.type === "int" ? " | 0" : ""})`;
    case "modulo":
      if (code.left.low >= 0 && code.right.low > 0 && code.type === "int")
        return `(${print(code.left)} % ${print(code.right)})`;
      return `remainder(${print(code.left)}, ${print(code.right)})`;
    case "quotient":
      return printQuotient(code.left, code.by);
    case "min":
    case "max":
      return printExtreme(code.op, code.type, code.left, code.right);
    case "abs":
      return `Math.abs(${print(code.of)})`;
    case "floor":
      return code.type === "int" ? `(Math.floor(${print(code.of)}) | 0)` : `Math.floor(${print(code.of)})`;
    case "round":
      return code.type === "int" ? `(Math.round(${print(code.of)}) | 0)` : `(Math.round(${print(code.of)}) + 0)`;
    case "narrow":
      return `(${print(code.of)} | 0)`;
    case "is whole":
      return `Number.isInteger(${print(code.of)})`;
    case "compare":
      return `(${print(code.left)} ${{ "==": "===", "!=": "!==", "<": "<", "<=": "<=", ">": ">", ">=": ">=" }[code.by]} ${print(code.right)})`;
    case "and":
      return `(${print(code.left)} && ${print(code.right)})`;
    case "or":
      return `(${print(code.left)} || ${print(code.right)})`;
    case "not":
      return `!${print(code.of)}`;
    case "select":
      return `(${print(code.when)} ? ${print(code.then)} : ${print(code.else)})`;
    case "guard":
      return `(${print(code.unless)} ? (bad === 0 && (bad = ${code.fault + 1}), ${nothing(code.type)}) : ${print(code.of)})`;
  }
}

function printQuotient(left: Code, by: number): string {
  const bits = Math.clz32(1) - Math.clz32(by);
  if (1 << bits === by) return `(${print(left)} >> ${bits})`;
  return left.low >= 0 ? `(${print(left)} / ${by} | 0)` : `(Math.floor(${print(left)} / ${by}) | 0)`;
}

function printExtreme(op: "min" | "max", type: Local["type"], left: Code, right: Code): string {
  if (type === "int" && isSimple(left) && isSimple(right)) {
    return `(${print(left)} ${op === "min" ? "<" : ">"} ${print(right)} ? ${print(left)} : ${print(right)})`;
  }
  return `Math.${op}(${print(left)}, ${print(right)})`;
}
