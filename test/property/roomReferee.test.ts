/**
 * What a room does in generated lessons is what its referee says, command by command and screen by screen.
 *
 * `ROOM_RUNS` sets how many lessons are played in each order of turns.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { generatedLesson } from "./lessonDeeds.ts";
import { firstDispute, TrialGround } from "./roomTrial.ts";

const runs = Number(process.env.ROOM_RUNS ?? 25);

let ground: TrialGround;
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  ground = new TrialGround();
});
afterAll(async () => {
  vi.useRealTimers();
  await ground.remove();
});

test.each([
  ["simultaneous", 1],
  ["in order", 2],
  ["free", 3],
] as const)("a lesson in which turns are %s goes as it should", (turns, seed) => {
  fc.assert(
    fc.property(generatedLesson(turns), (generated) => {
      expect(firstDispute(ground, generated)).toBeNull();
    }),
    { seed: 20220224 + seed, numRuns: runs },
  );
});
