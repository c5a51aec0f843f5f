/**
 * Round-off at bounds as the kernel writes it: a weight that is nearly 0 is 0, a chance that is nearly 0 or 1 is that.
 *
 * Nothing is written where a value cannot be so near a bound: whole numbers, values that stay away from it, and those
 * that are 0 or else well apart from it, such as `0.03 * tension`. A value is read several times, so it stands in a
 * local or is a constant; whether it may be near is asked of the value as it was written.
 */
import { nearlyOne, roundOff } from "../scenario/roundOff.ts";
import { and, type Code, compare, constant, select, within } from "./code.ts";

/** Whether a value may be so near 0 without being it. */
export function nearZero(code: Code): boolean {
  return leastMagnitude(code) <= roundOff;
}

/** Whether a chance may be so near 1 without being it. */
export function nearOne({ whole, low, high }: Code): boolean {
  return !whole && high >= nearlyOne && low <= 1 + roundOff;
}

/** A lower bound of how far from 0 a value is where it is not 0. */
function leastMagnitude(code: Code): number {
  const { whole, low, high } = code;
  const apart = low > 0 ? low : high < 0 ? -high : 0;
  return Math.max(apart, whole ? 1 : 0, ofParts(code));
}

function ofParts(code: Code): number {
  switch (code.op) {
    case "constant":
      return code.value === 0 ? Number.POSITIVE_INFINITY : Math.abs(code.value);
    case "*":
      return leastMagnitude(code.left) * leastMagnitude(code.right);
    case "/":
      return code.right.op === "constant" ? leastMagnitude(code.left) / Math.abs(code.right.value) : 0;
    case "+":
      return code.left.low >= 0 && code.right.low >= 0 ? ofEither(code.left, code.right) : 0;
    case "min":
    case "max":
      return ofEither(code.left, code.right);
    case "select":
      return ofEither(code.then, code.else);
    case "abs":
    case "guard":
      return leastMagnitude(code.of);
    default:
      return 0;
  }
}

const ofEither = (one: Code, other: Code): number => Math.min(leastMagnitude(one), leastMagnitude(other));

/** The value, 0 where it is nearly so. */
export function zeroed(value: Code): Code {
  const above = value.low >= -roundOff;
  const near = compare("<=", value, constant(roundOff));
  const zero = above ? near : and(compare(">=", value, constant(-roundOff)), near);
  const bounds = [above ? Math.max(0, value.low) : value.low, Math.max(0, value.high)] as const;
  return within(select(zero, constant(0), value), bounds);
}

/** The chance, 1 where it is nearly so. */
export function madeCertain(chance: Code): Code {
  const below = chance.high <= 1 + roundOff;
  const near = compare(">=", chance, constant(nearlyOne));
  const one = below ? near : and(near, compare("<=", chance, constant(1 + roundOff)));
  return within(select(one, constant(1), chance), [chance.low, below ? Math.min(1, chance.high) : chance.high]);
}
