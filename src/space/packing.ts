/**
 * How the explorer packs a state: a mixed-radix number, in one word where the ranges allow.
 *
 * It packs what the kernel's layout lists and, besides, whatever a property has to remember. The digits that change
 * least along a run stand highest (ending, round, cursor), so that the states of one moment lie close together in a
 * bitmap. Words stay below 2^30: all arithmetic on them is that of small integers, and a negative word means no state.
 */

import { type Layout, sizeOf } from "../kernel/layout.ts";
import { at, intAt } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";

/** One digit: where it stands and how large it can get. */
export interface Digit {
  /** What it holds: an index into the layout's fields, or what a property remembers. */
  readonly of: number | "phase" | "elapsed";
  readonly low: number;
  readonly size: number;
  readonly word: number;
  readonly factor: number;
}

export interface Packing {
  readonly digits: readonly Digit[];
  /** Number of words of a state. */
  readonly words: number;
  /** With one word: all states are below this. */
  readonly ranks: number;
  /** The state in which the layout's fields have these values; no property remembers anything yet. */
  pack(values: readonly number[]): Int32Array;
  /** The values of the layout's fields, in their order. */
  unpack(words: Int32Array, at: number): number[];
}

/** What a property remembers beside the state. */
export interface Extra {
  readonly of: "phase" | "elapsed";
  readonly size: number;
}

const wordMax = 2 ** 30;

/** Packs the states of a layout, with their round or without, and what properties remember. */
export function packStates(layout: Layout, extras: readonly Extra[], clockless = false): Packing {
  const heights = { track: 0, variable: 0, since: 0, made: 0, cursor: 1, round: 2, ending: 3 };
  const fields = layout.fields.map((field, index) => ({
    of: index as Digit["of"],
    low: field.local.low,
    size: sizeOf(field.local),
    height: heights[field.kind],
    id: field.id,
  }));
  const wide = fields.find(({ size }) => size > wordMax);
  if (wide !== undefined) {
    throw new Mistake(`${wide.id} can take ${wide.size} values, too many to explore`, "narrow its range");
  }
  const rest = extras.map(({ of, size }) => ({ of, low: 0, size, height: 0 }));
  const kept = fields.filter((_, index) => !clockless || layout.fields[index]?.kind !== "round");
  const open = [...rest, ...kept].toSorted((one, other) => one.height - other.height);
  const ranks = open.reduce((product, { size }) => product * size, 1);
  const room: number[] = [];
  const order = ranks <= wordMax ? open : open.toSorted((one, other) => other.size - one.size);
  const digits = order.map(({ of, low, size }): Digit => {
    const found = room.findIndex((used) => used * size <= wordMax);
    const word = found < 0 ? room.length : found;
    const factor = room[word] ?? 1;
    room[word] = factor * size;
    return { of, low, size, word, factor };
  });
  return {
    digits,
    words: room.length,
    ranks,
    pack(values) {
      const words = new Int32Array(room.length);
      for (const { of, low, word, factor } of digits) {
        if (typeof of === "number") words[word] = intAt(words, word) + (at(values, of) - low) * factor;
      }
      return words;
    },
    unpack(words, at) {
      const values = new Array<number>(layout.fields.length).fill(0);
      for (const { of, low, size, word, factor } of digits) {
        if (typeof of === "number") values[of] = low + (Math.floor(intAt(words, at + word) / factor) % size);
      }
      return values;
    },
  };
}
