/**
 * A trouble is told in one line: what, why, and where in Demarche if the fault is ours.
 */
import { expect, test } from "vitest";
import { Mistake } from "../../src/scenario/mistake.ts";
import { troubleText } from "../../src/server/trouble.ts";

test("one line, whatever the message holds, with the place in the source but without a stack", () => {
  const text = troubleText("room X", new Error("bad\nthing\u2028happened\u001b[31m"));
  expect(text).toMatch(/^room X: bad thing happened \[31m \(.*trouble\.test\.ts:\d+\)$/);
  expect(troubleText("room X", new Error("y".repeat(10_000))).length).toBeLessThanOrEqual(500);
});

test("what the input is to blame for has no place in the source", () => {
  expect(troubleText("room X", new Mistake("the disk is full"))).toBe("room X: the disk is full");
  expect(troubleText("room X", "text")).toBe("room X: text");
});
