/**
 * The state space by which explorers are measured has exactly the size that is known of it, and fits its memory.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked } from "../differential/bothExplorations.ts";

const { model } = scenarioOf(readFileSync(new URL("../../bench/yardstick.yaml", import.meta.url), "utf8"));

const sizeOf = (rounds: number | null) => {
  const treatment = treat(model, rounds === null ? {} : { rounds });
  const limits = { statesMax: 2 ** 31, bytesMax: 2 ** 30 };
  const { states, transitions, bytes } = checked({ model, treatment, choices: "open" }, { limits });
  return { states, transitions, bytesPerState: bytes / states };
};

test("five rounds have 12,441 states", () => {
  expect(sizeOf(5)).toMatchObject({ states: 12_441 });
});

test("sixty rounds have 5,249,150 states and 12,949,079 transitions, at no more than 32 bytes a state with all ways back", () => {
  const { bytesPerState, ...size } = sizeOf(null);
  expect(size).toEqual({ states: 5_249_150, transitions: 12_949_079 });
  expect(bytesPerState).toBeLessThanOrEqual(32);
});
