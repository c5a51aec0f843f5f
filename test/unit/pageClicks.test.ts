/**
 * What pages do without a browser: which stage counts as seen, what a double click comes to, how commands are repeated,
 * and what follows when a connection is closed.
 */
import { describe, expect, test } from "vitest";
import type { RoomCommand, UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { afterClose } from "../../src/web/shared/afterClose.ts";
import { clockText } from "../../src/web/shared/clockText.ts";
import { Outbox } from "../../src/web/shared/outbox.ts";
import { SeenStage, seenMs } from "../../src/web/shared/seenStage.ts";
import { Clicks } from "../../src/web/teach/clicks.ts";

/** A clock that stands until it is moved. */
class StillClock {
  at = 1000;
  readonly now = (): number => this.at;
  pass(milliseconds: number): void {
    this.at += milliseconds;
  }
}

describe("a stage that was seen", () => {
  test("is the first one at once, and every later one after a while in view", () => {
    const clock = new StillClock();
    const stages = new SeenStage(clock.now);
    expect(stages.seen).toBe(0);
    stages.show(4);
    expect(stages.seen).toBe(4);
    stages.show(5);
    clock.pass(seenMs - 1);
    expect(stages.seen).toBe(4);
    clock.pass(1);
    expect(stages.seen).toBe(5);
  });

  test("is not one that was gone before it could be seen", () => {
    const clock = new StillClock();
    const stages = new SeenStage(clock.now);
    stages.show(1);
    stages.show(2);
    clock.pass(seenMs - 1);
    stages.show(3);
    clock.pass(1);
    expect(stages.seen).toBe(1);
    clock.pass(seenMs);
    expect(stages.seen).toBe(3);
  });

  test("does not begin anew where the same one is shown again", () => {
    const clock = new StillClock();
    const stages = new SeenStage(clock.now);
    stages.show(1);
    stages.show(2);
    clock.pass(seenMs / 2);
    stages.show(2);
    clock.pass(seenMs / 2);
    expect(stages.seen).toBe(2);
  });

  test("is none that came up while the window was hidden, until the window is back for a while", () => {
    const clock = new StillClock();
    const stages = new SeenStage(clock.now);
    stages.show(1);
    stages.look(false);
    stages.show(2);
    clock.pass(60_000);
    expect(stages.seen).toBe(1);
    stages.look(true);
    clock.pass(seenMs - 1);
    expect(stages.seen).toBe(1);
    clock.pass(1);
    expect(stages.seen).toBe(2);
  });
});

describe("a click", () => {
  const reveal: UnstagedCommand = { type: "Reveal" };

  test("waits for the answer to the one before it on the same button", () => {
    const clicks = new Clicks(new StillClock().now);
    const first = clicks.take(reveal);
    expect(first?.repeated).toBe(false);
    expect(clicks.take(reveal)).toBeNull();
    expect(clicks.take({ type: "Extend", minutes: 2 })).not.toBeNull();
    first?.answered();
    expect(clicks.take(reveal)?.repeated).toBe(true);
  });

  test("counts as repeated for a second, and no longer", () => {
    const clock = new StillClock();
    const clicks = new Clicks(clock.now);
    clicks.take(reveal)?.answered();
    clock.pass(999);
    const second = clicks.take(reveal);
    expect(second?.repeated).toBe(true);
    second?.answered();
    clock.pass(1000);
    expect(clicks.take(reveal)?.repeated).toBe(false);
  });

  test.each<[UnstagedCommand, UnstagedCommand]>([
    [{ type: "Pause" }, { type: "Resume" }],
    [
      { type: "Hold", held: true },
      { type: "Hold", held: false },
    ],
    [
      { type: "Mute", seat: "s1", muted: true },
      { type: "Mute", seat: "s1", muted: false },
    ],
    [
      { type: "CloseJoining", closed: true },
      { type: "CloseJoining", closed: false },
    ],
    [
      { type: "SeatBot", actor: "eu" },
      { type: "ReturnSeat", actor: "eu" },
    ],
    [
      { type: "CauseIncident", incident: "leak" },
      { type: "CauseIncident", incident: "storm" },
    ],
    [{ type: "GoOn" }, { type: "Reveal" }],
  ])("does not take back at once what it did: %j, then %j", (first, second) => {
    const clock = new StillClock();
    const clicks = new Clicks(clock.now);
    clicks.take(first)?.answered();
    clock.pass(200);
    expect(clicks.take(second)).toBeNull();
    clock.pass(400);
    expect(clicks.take(second)).not.toBeNull();
  });

  test("on one seat has nothing to do with a click on another, nor one role with another", () => {
    const clicks = new Clicks(new StillClock().now);
    for (const command of [
      { type: "Mute", seat: "s1", muted: true },
      { type: "Mute", seat: "s2", muted: true },
      { type: "Admit", seat: "s1", role: "usa" },
      { type: "Admit", seat: "s1", role: "eu" },
      { type: "Hide", message: "m1", hidden: true },
      { type: "Hide", message: "m2", hidden: true },
    ] as const) {
      expect(clicks.take(command)).not.toBeNull();
    }
  });
});

describe("a command that is not answered", () => {
  const command: RoomCommand = { type: "Pause" };

  function outbox() {
    const sent: string[] = [];
    const waiting: (() => void)[] = [];
    const pauses: number[] = [];
    let keys = 0;
    const box = new Outbox({
      send: (key) => void sent.push(key),
      freshKey: () => `key ${++keys}`,
      later: (after, work) => {
        pauses.push(after);
        waiting.push(work);
      },
    });
    return { box, sent, pauses, goOn: () => waiting.shift()?.() };
  }

  test("is sent again under its key after a reconnection, until it is answered", async () => {
    const { box, sent } = outbox();
    const outcome = box.ask(command);
    box.reconnected();
    box.answered("key of somebody else", null);
    box.answered("key 1", null);
    box.reconnected();
    expect(await outcome).toBeNull();
    expect(sent).toEqual(["key 1", "key 1"]);
  });

  test("is sent again under its key while the server is busy, after a pause, ten times", async () => {
    const { box, sent, pauses, goOn } = outbox();
    const outcome = box.ask(command);
    for (let time = 0; time < 10; time++) {
      box.answered("key 1", "busy");
      expect(sent).toHaveLength(time + 1);
      goOn();
    }
    expect(sent).toEqual(Array.from({ length: 11 }, () => "key 1"));
    expect(pauses.every((pause) => pause >= 1000 && pause <= 2000)).toBe(true);
    box.answered("key 1", "busy");
    expect(await outcome).toBe("busy");
  });

  test("ends with any other refusal, and is not sent again by a pause that was under way", async () => {
    const { box, sent, goOn } = outbox();
    const outcome = box.ask(command);
    box.answered("key 1", "busy");
    box.answered("key 1", "moved on");
    goOn();
    expect(await outcome).toBe("moved on");
    expect(sent).toEqual(["key 1"]);
  });
});

describe("after a close, a page", () => {
  test("stays away where it has no place, and says why", () => {
    expect(afterClose(4401, "no seat", 1)).toEqual({ again: null, denied: "no seat", trouble: null });
    expect(afterClose(4404, "unknown", 1)).toEqual({ again: null, denied: "unknown", trouble: null });
    expect(afterClose(4404, "damaged", 1)).toEqual({ again: null, denied: "damaged", trouble: null });
  });

  test("leaves the seat to the other windows until somebody asks for it", () => {
    expect(afterClose(4408, "opened elsewhere", 1)).toEqual({ again: null, denied: null, trouble: "elsewhere" });
  });

  test("waits longer where it sent too much, or where its network tried wrong codes", () => {
    const usual = afterClose(1006, "", 99).again ?? 0;
    expect(afterClose(1008, "too many messages", 1)).toMatchObject({ trouble: "too many messages" });
    expect(afterClose(1008, "too many messages", 1).again).toBeGreaterThan(usual);
    expect(afterClose(4404, "wait", 1)).toMatchObject({ denied: "wait" });
    expect(afterClose(4404, "wait", 1).again).toBeGreaterThan(usual);
  });

  test.each([1001, 1006, 1011, 1013])("tries again after %i, later and later", (code) => {
    const waits = [1, 2, 3, 4, 5, 6].map((tries) => afterClose(code, "", tries).again ?? 0);
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
    expect(afterClose(code, "", 1)).toMatchObject({ denied: null, trouble: code === 1001 ? "stopped" : "lost" });
  });
});

test("a clock shows minutes and seconds, and counts a second that has begun", () => {
  expect([0, 1, 59_001, 60_000, 65_000, 3_600_000, -5].map(clockText)).toEqual([
    "0:00",
    "0:01",
    "1:00",
    "1:00",
    "1:05",
    "60:00",
    "0:00",
  ]);
});
