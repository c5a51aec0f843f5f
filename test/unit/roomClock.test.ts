/**
 * The clock of a room rings once for each deadline, never before it, and says how late it is.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { lateMs } from "../../src/classroom/decide.ts";
import { RoomClock } from "../../src/server/roomClock.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Two clocks that a test can set apart, over timers that it moves. */
class Times {
  shift = 0;
  readonly now = (): number => Date.now() + this.shift;
  readonly elapsed = (): number => performance.now();
}

function clock(times: { now: () => number; elapsed: () => number }) {
  const rung: number[] = [];
  const jumps: number[] = [];
  const made = new RoomClock(times, { ring: (late) => rung.push(late), jump: (left) => jumps.push(left) });
  return { made, rung, jumps };
}

test("a thousand deadlines on real timers are all met, each once and none early", async () => {
  const early: number[] = [];
  let rung = 0;
  const clocks = Array.from({ length: 1000 }, (_, index) => {
    // Times of day are whole milliseconds, timers are not: every fraction of one is tried.
    const due = Date.now() + 20 + index * 1.7 + (index % 10) / 10;
    const made: RoomClock = new RoomClock(
      { now: Date.now, elapsed: () => performance.now() },
      {
        ring: () => {
          rung += 1;
          if (Date.now() < Math.floor(due)) early.push(due - Date.now());
        },
        jump: () => {},
      },
    );
    made.set(due);
    return made;
  });
  for (let tries = 0; tries < 100 && rung < clocks.length; tries++) await wait(100);
  await wait(50);
  for (const made of clocks) made.stop();
  expect(rung).toBe(1000);
  expect(early).toEqual([]);
});

describe("with timers in hand", () => {
  test("a timer that fires early waits for what is left", () => {
    vi.useFakeTimers();
    let elapsed = 0;
    const { made, rung } = clock({ now: () => 1_000_000 + elapsed, elapsed: () => elapsed });
    made.set(1_000_100);
    elapsed = 99.4;
    vi.advanceTimersByTime(100);
    expect(rung).toEqual([]);
    elapsed = 100.2;
    vi.advanceTimersByTime(5);
    expect(rung).toHaveLength(1);
    expect(rung[0]).toBeLessThan(1);
    vi.advanceTimersByTime(10_000);
    expect(rung).toHaveLength(1);
  });

  test("a deadline that is past when it is set is said to be late", () => {
    vi.useFakeTimers();
    const times = new Times();
    const { made, rung } = clock(times);
    made.set(times.now() - 3_600_000);
    vi.advanceTimersByTime(1);
    expect(rung[0]).toBeGreaterThanOrEqual(3_600_000);
  });

  test("a process that stood still for a while finds its deadline late", () => {
    vi.useFakeTimers();
    let elapsed = 0;
    const { made, rung } = clock({ now: () => elapsed, elapsed: () => elapsed });
    made.set(1000);
    elapsed = 61_000;
    vi.advanceTimersByTime(1000);
    expect(rung).toEqual([60_000]);
  });

  test("what it rang for and could not be done is rung for again, and was not missed", () => {
    vi.useFakeTimers();
    const times = new Times();
    const { made, rung } = clock(times);
    const deadline = times.now() + 1000;
    made.set(deadline);
    vi.advanceTimersByTime(1000);
    expect(rung).toHaveLength(1);
    vi.advanceTimersByTime(lateMs * 10);
    made.set(deadline);
    vi.advanceTimersByTime(1);
    expect(rung[1]).toBe(0);
    made.ringAgain(2000);
    vi.advanceTimersByTime(1999);
    expect(rung).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(rung).toHaveLength(3);
  });

  test("a new deadline takes the old one's place, and none rings after it is stopped", () => {
    vi.useFakeTimers();
    const times = new Times();
    const { made, rung } = clock(times);
    made.set(times.now() + 1000);
    made.set(times.now() + 5000);
    vi.advanceTimersByTime(4999);
    expect(rung).toEqual([]);
    made.set(null);
    vi.advanceTimersByTime(60_000);
    expect(rung).toEqual([]);
  });

  test("a deadline in more than 24 days is waited for", () => {
    vi.useFakeTimers();
    const times = new Times();
    const { made, rung } = clock(times);
    made.set(times.now() + 30 * 86_400_000);
    vi.advanceTimersByTime(29 * 86_400_000);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(86_400_001);
    expect(rung).toHaveLength(1);
  });

  test.each([3_600_000, -3_600_000])("a time of day that is set by %d ms is noticed, with what was left", (shift) => {
    vi.useFakeTimers();
    const times = new Times();
    const { made, jumps } = clock(times);
    made.set(times.now() + 10_000);
    vi.advanceTimersByTime(4000);
    made.look();
    expect(jumps).toEqual([]);
    times.shift = shift;
    made.look();
    expect(jumps).toHaveLength(1);
    expect(Math.round(jumps[0] ?? 0)).toBe(6000);
    made.look();
    expect(jumps).toHaveLength(1);
  });

  test("small corrections of the time of day are none of anybody's business", () => {
    vi.useFakeTimers();
    const times = new Times();
    const { made, jumps } = clock(times);
    made.set(times.now() + 10_000);
    times.shift = 900;
    made.look();
    expect(jumps).toEqual([]);
  });
});
