/**
 * Work that waits is taken in turns.
 */
import { describe, expect, test } from "vitest";
import { FairQueue } from "../../src/studio/fairQueue.ts";

const everybody = (): boolean => true;

function drain(queue: FairQueue<string>, may: (group: string) => boolean = everybody): readonly string[] {
  const items: string[] = [];
  for (let taken = queue.take(may); taken !== null; taken = queue.take(may)) items.push(taken.item);
  return items;
}

describe("a fair queue", () => {
  test("takes one of each group in rotation, and within a group one of each asker", () => {
    const queue = new FairQueue<string>(10);
    for (const item of ["a1", "a2", "a3", "a4"]) queue.add({ group: "A", who: "first" }, item);
    queue.add({ group: "A", who: "second" }, "a5");
    for (const item of ["b1", "b2"]) queue.add({ group: "B", who: "first" }, item);
    queue.add({ group: "C", who: "first" }, "c1");
    expect(drain(queue)).toEqual(["a1", "b1", "c1", "a5", "b2", "a2", "a3", "a4"]);
  });

  test("lets whoever comes later go before all but one of what somebody else has waiting", () => {
    const queue = new FairQueue<string>(1000);
    for (let index = 0; index < 300; index++) queue.add({ group: "A", who: "seat" }, "many");
    expect(queue.take(everybody)?.item).toBe("many");
    queue.add({ group: "B", who: "seat" }, "one");
    expect([queue.take(everybody)?.item, queue.take(everybody)?.item]).toContain("one");
  });

  test("passes over a group that may not have anything now, and keeps its place", () => {
    const queue = new FairQueue<string>(10);
    for (const item of ["a1", "a2"]) queue.add({ group: "A", who: "x" }, item);
    queue.add({ group: "B", who: "x" }, "b1");
    expect(queue.take((group) => group !== "A")).toEqual({ group: "B", item: "b1" });
    expect(queue.take((group) => group !== "A")).toBeNull();
    expect(drain(queue)).toEqual(["a1", "a2"]);
  });

  test("refuses more of one asker than may wait, and nobody else's", () => {
    const queue = new FairQueue<string>(2);
    const mine = { group: "A", who: "x" };
    expect([1, 2, 3].map((index) => queue.add(mine, String(index)))).toEqual([true, true, false]);
    expect(queue.add({ group: "A", who: "y" }, "other")).toBe(true);
    queue.take(everybody);
    expect(queue.add(mine, "4")).toBe(true);
    expect(queue.clear()).toHaveLength(3);
    expect(queue.take(everybody)).toBeNull();
  });
});
