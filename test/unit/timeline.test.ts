/**
 * A run along its positions: what scrubbing shows is what the log says, at every position.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evolveAll } from "../../src/engine/evolve.ts";
import {
  courseOf,
  doneAt,
  extendTimeline,
  ladderOf,
  lastDeed,
  matching,
  timelineOf,
  trackChangeAt,
} from "../../src/studio/timeline.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { tinyRun } from "./tiny.ts";

const climb = `tracks:
  door:
    initial: shut
    states:
      shut: { rung: 1 }
      ajar: { rung: 4 }
      open: {}
variables:
  knocks: { count: [0, 9], initial: 0 }
moves:
  push: { by: one, when: door is shut, then: { door: ajar, knocks: knocks + 1 } }
  fling: { by: one, when: door is ajar, then: { door: open } }
rules:
  count: { when: door is open, then: { knocks: knocks + 1 } }
outcomes:
  inside: { when: door is open and knocks > 1 }
policies:
  one: { plain: { others: 1 } }
`;

describe("a timeline", () => {
  test("has the state that the log gives, at every position of any run", () => {
    fc.assert(
      fc.property(scenarioArbitrary, fc.string(), (seed, luck) => {
        const { model } = scenarioOf(documentText(seed));
        const { events } = recordRun(engineOf(model), { seed: luck });
        const timeline = timelineOf(events);
        for (const position of events.keys()) {
          expect(timeline.states[position]).toEqual(evolveAll(null, events.slice(0, position + 1)));
        }
        // Rounds cover all positions, each once, in order.
        const covered = timeline.rounds.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        expect(covered).toEqual([...events.keys()]);
        for (const { round, first } of timeline.rounds) expect(timeline.states[first]?.round).toBe(round);
        // Ways and courses are the changes, no more and no less.
        for (const { id } of model.tracks) {
          const course = courseOf(timeline, (state) => state.tracks[id]);
          const moved = [...events.keys()].filter((position) => trackChangeAt(timeline, position, id) !== null);
          expect(course.slice(1).map(({ position }) => position)).toEqual(moved);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("grows by events as if it had been read whole", () => {
    const { events } = tinyRun(climb);
    for (const cut of events.keys()) {
      if (cut === 0) continue;
      expect(extendTimeline(timelineOf(events.slice(0, cut)), events.slice(cut))).toEqual(timelineOf(events));
    }
  });

  test("says what was done where, how high the ladder stood, and what stands where in another run", () => {
    const timeline = timelineOf(tinyRun(climb).events);
    const done = timeline.events.flatMap((_, position) =>
      doneAt(timeline, position).map(({ id }) => `${position} ${id}`),
    );
    expect(done).toEqual(["1 push", "3 fling", "4 count"]);
    expect(lastDeed(timeline, 2)).toBe(1);
    expect(lastDeed(timeline, 0)).toBe(0);
    const track = {
      id: "door",
      states: [
        { id: "shut", rung: 1 },
        { id: "ajar", rung: 4 },
        { id: "open", rung: null },
      ],
    };
    expect(courseOf(timeline, ladderOf([track]))).toEqual([
      { position: 0, value: 1 },
      { position: 1, value: 4 },
      { position: 3, value: null },
    ]);
    expect(trackChangeAt(timeline, 1, "door")).toEqual({ from: "shut", to: "ajar" });
    expect(trackChangeAt(timeline, 2, "door")).toBeNull();
    expect(matching(timeline, 0)).toBe(1);
    expect(matching(timeline, 99)).toBe(timeline.events.length - 1);
  });
});
