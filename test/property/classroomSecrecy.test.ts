/**
 * What a seat receives depends on nothing that it may not know: pairs of generated lessons that differ in secrets alone,
 * all traffic of an observed delegation, an observer and the projector held against each other byte for byte.
 *
 * The oracle is the engine's own view: as far as two lessons look the same to a viewer, every step must bring the viewer's
 * screen the same messages. `SECRECY_RUNS` sets how many scenarios are played, each with
 * up to three pairs of lessons; the heavier checks play more.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cases } from "../cases.ts";
import { type Comparison, compareLessons } from "./compareLessons.ts";
import { LessonStore, observed, playLesson } from "./lessonTrace.ts";
import { type SecretLesson, secretLesson, type Turns } from "./secretLesson.ts";

const runs = Number(process.env.SECRECY_RUNS ?? cases(120, 600));

let store: LessonStore;
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  store = new LessonStore();
});
afterAll(async () => {
  vi.useRealTimers();
  await store.remove();
});

/** All pairs of a lesson, as each observed screen saw them. */
function comparisons(kept: LessonStore, lesson: SecretLesson): readonly Comparison[] {
  const played = ([0, 1] as const).map((side) => lesson.scripts.map((steps) => playLesson(kept, lesson, steps, side)));
  return lesson.scripts.flatMap((_, script) =>
    observed.map((screen) => compareLessons(played[0]?.[script] ?? [], played[1]?.[script] ?? [], screen)),
  );
}

const orders: readonly Turns[] = ["in order", "simultaneous", "free"];

describe("two lessons that differ in secrets alone", () => {
  const seen: { readonly lesson: SecretLesson; readonly comparison: Comparison }[] = [];

  test("bring each observed screen the same bytes at each step, as long as they look the same", () => {
    fc.assert(
      fc.property(secretLesson, (lesson) => {
        for (const comparison of comparisons(store, lesson)) {
          seen.push({ lesson, comparison });
          expect(comparison.leak).toBeNull();
        }
      }),
      { seed: 20220221, numRuns: runs },
    );
  });

  test("reach each order of turns and each kind of secret", () => {
    const reached = new Set(
      seen.flatMap(({ lesson, comparison }) => comparison.kinds.map((kind) => `${lesson.turns}: ${kind}`)),
    );
    const kinds = ["names", "start", "move", "proposal", "message", "incident", "voided", "seating", "mute"];
    expect(
      orders.flatMap((order) => kinds.map((kind) => `${order}: ${kind}`)).filter((one) => !reached.has(one)),
    ).toEqual([]);
    // A comparison that ends soon shows little: most steps are compared, and many lessons to their end.
    const steps = seen.reduce((sum, { comparison }) => sum + comparison.steps, 0);
    const whole = seen.filter(({ comparison }) => comparison.whole).length;
    expect(steps / seen.length).toBeGreaterThan(6);
    expect(whole / seen.length).toBeGreaterThan(0.2);
  });
});
