/** A name that does not exist gets the nearest one that does, or none. */
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/scenario/suggest.ts";

describe("the nearest name", () => {
  test.each([
    ["tensoin", ["patience", "tension"], "tension"],
    ["tenson", ["tension"], "tension"],
    ["tensionn", ["tension"], "tension"],
    ["us", ["uk", "usa"], "uk"],
    ["us", ["nato", "usa"], "usa"],
    ["recognised", ["recognized"], "recognized"],
  ])("to %s among %j is %s", (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  test("is one that differs only in case, whatever comes first", () => {
    expect(nearest("USA", ["us", "usb", "usa"])).toBe("usa");
  });

  test("is the first of equally near ones", () => {
    expect(nearest("late", ["lace", "lane", "lame"])).toBe("lace");
  });

  test.each([
    ["x", ["y", "z"]],
    ["talks", ["forces", "reply"]],
    ["reply", ["rely_on_it"]],
    ["late", []],
  ])("to %s among %j is none", (name, candidates) => {
    expect(nearest(name, candidates)).toBeNull();
  });
});
