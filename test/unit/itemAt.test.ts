/** Items that must be there: what is falsy is an item, what is absent stops the program. */
import { expect, test } from "vitest";
import { itemAt, itemNamed } from "../../src/scenario/itemAt.ts";

test("an item is given whatever it is", () => {
  expect(itemAt([7, 0], 1)).toBe(0);
  expect(itemAt(new Uint8Array([5]), 0)).toBe(5);
  expect(itemNamed({ open: false }, "open")).toBe(false);
});

test("an index or a name without an item stops the program", () => {
  expect(() => itemAt([1, 2], 2)).toThrow("there is no item 2 among 2");
  expect(() => itemAt([1, 2], -1)).toThrow("there is no item -1");
  expect(() => itemAt([1, 2], 0.5)).toThrow("there is no item 0.5");
  expect(() => itemAt([1, 2], Number.NaN)).toThrow("there is no item NaN");
  expect(() => itemNamed({}, "leak")).toThrow("there is nothing under the name leak");
});
