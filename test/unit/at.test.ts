/** Items that must be there: what is falsy is an item, what is absent stops the program. */

import { expect, test } from "vitest";
import { at, itemNamed } from "../../src/scenario/at.ts";

test("an item is given whatever it is", () => {
  expect(at([7, 0], 1)).toBe(0);
  expect(at(new Uint8Array([5]), 0)).toBe(5);
  expect(itemNamed({ open: false }, "open")).toBe(false);
});

test("an index or a name without an item stops the program", () => {
  expect(() => at([1, 2], 2)).toThrow("there is no element 2 in a list of 2");
  expect(() => at([1, 2], -1)).toThrow("there is no element -1");
  expect(() => at([1, 2], 0.5)).toThrow("there is no element 0.5");
  expect(() => at([1, 2], Number.NaN)).toThrow("there is no element NaN");
  expect(() => itemNamed({}, "leak")).toThrow("there is nothing under the name leak");
});
