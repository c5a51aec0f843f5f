/**
 * Deliberate faults: proof that the room's referee would notice a room that does something else than it should.
 *
 * Each mutant is a module of the classroom or the server with one mistake. Lessons of a fixed sample are played with it
 * until the referee disagrees. They take minutes, and run where `ROOM_RUNS` is set; a sound room is tried in any case.
 */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as Decide from "../../src/classroom/decide.ts";
import type * as Seating from "../../src/classroom/decideSeating.ts";
import type { RoomEvent } from "../../src/classroom/event.ts";
import type * as Messages from "../../src/classroom/messages.ts";
import type * as RoomModule from "../../src/classroom/room.ts";
import type * as ScreenModule from "../../src/classroom/screen.ts";
import type * as RoomLogModule from "../../src/server/roomLog.ts";
import { type GeneratedLesson, generatedLesson } from "./lessonDeeds.ts";

const each = (["simultaneous", "in order", "free"] as const).map((turns) =>
  fc.sample(generatedLesson(turns), { seed: 20220225, numRuns: 120 }),
);
/** The lessons of all orders of turns, one of each after the other. */
const lessons = (each[0] ?? []).flatMap((_, index): readonly GeneratedLesson[] =>
  each.flatMap((of) => of[index] ?? []),
);

const modules = [
  "classroom/decide.ts",
  "classroom/decideSeating.ts",
  "classroom/messages.ts",
  "classroom/room.ts",
  "classroom/screen.ts",
  "server/roomLog.ts",
] as const;

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  for (const module of modules) vi.doUnmock(`../../src/${module}`);
  vi.useRealTimers();
});

/** The first dispute of so many lessons; null where there is none. */
async function dispute(among = lessons.length): Promise<string | null> {
  const { firstDispute, TrialGround } = await import("./roomTrial.ts");
  const ground = new TrialGround();
  try {
    for (const generated of lessons.slice(0, among)) {
      const found = firstDispute(ground, generated);
      if (found !== null) return found;
    }
    return null;
  } finally {
    await ground.remove();
  }
}

/** Has a module replaced by one with a mistake. */
const fault =
  <M extends object>(module: (typeof modules)[number], mistake: (sound: M) => Partial<M>): (() => void) =>
  () =>
    vi.doMock(`../../src/${module}`, async (original) => {
      const sound = await original<M>();
      return { ...sound, ...mistake(sound) };
    });

/** What an event makes of a room, changed. */
const inEvolving = (
  change: (
    before: RoomModule.RoomState,
    event: RoomEvent,
    after: RoomModule.RoomState,
  ) => Partial<RoomModule.RoomState>,
): (() => void) =>
  fault<typeof RoomModule>("classroom/room.ts", (sound) => ({
    evolve(before, event) {
      const after = sound.evolve(before, event);
      return before === null ? after : { ...after, ...change(before, event, after) };
    },
  }));

/** Commands of seats, the room or the seat changed. */
const atSeats = (change: (seat: RoomModule.Seat) => RoomModule.Seat): (() => void) =>
  fault<typeof Decide>("classroom/decide.ts", (sound) => ({
    decideSeat: (ground, seat, ...rest) => sound.decideSeat(ground, change(seat), ...rest),
  }));

/** Commands of the teacher, changed before they are decided. */
const atTheDesk = (change: (...asked: Parameters<typeof Decide.decideTeacher>) => typeof asked): (() => void) =>
  fault<typeof Decide>("classroom/decide.ts", (sound) => ({
    decideTeacher: (ground, command) => sound.decideTeacher(...change(ground, command)),
  }));

/** What readers of messages are given. */
const toReaders = (
  change: (
    place: ScreenModule.ScreenSource,
    reader: Messages.MessageReader,
  ) => readonly [ScreenModule.ScreenSource, Messages.MessageReader],
): (() => void) =>
  fault<typeof Messages>("classroom/messages.ts", (sound) => ({
    MessageFeed: class extends sound.MessageFeed {
      override update(
        place: ScreenModule.ScreenSource,
        reader: Messages.MessageReader,
      ): ReturnType<Messages.MessageFeed["update"]> {
        return super.update(...change(place, reader));
      }
    },
  }));

const unhidden = (place: ScreenModule.ScreenSource): ScreenModule.ScreenSource => ({
  ...place,
  room: { ...place.room, messages: place.room.messages.map((message) => ({ ...message, hidden: false })) },
});

test("with a sound room the referee agrees", async () => {
  expect(await dispute(process.env.ROOM_RUNS === undefined ? 5 : lessons.length)).toBeNull();
});

// Rare faults take many lessons to meet: with the heavier checks only.
describe.skipIf(process.env.ROOM_RUNS === undefined)("the referee notices a room in which", () => {
  test.each<readonly [string, () => void]>([
    [
      "students read what is hidden",
      toReaders((place, reader) => [reader === "teacher" ? place : unhidden(place), reader]),
    ],
    [
      "the press reads a delegation's messages",
      toReaders((place, reader) =>
        reader !== null && reader !== "teacher" && reader.role === "press"
          ? [place, { ...reader, role: "west" }]
          : [place, reader],
      ),
    ],
    [
      "hidden news are told",
      fault<typeof ScreenModule>("classroom/screen.ts", (sound) => ({
        screenOf: (place, ...rest) => sound.screenOf(unhidden(place), ...rest),
      })),
    ],
    [
      "students are debriefed as soon as the rounds are over",
      fault<typeof ScreenModule>("classroom/screen.ts", (sound) => ({
        screenOf(place, looker, shared) {
          const screen = sound.screenOf(place, looker, shared);
          if (place.room.phase !== "ended" || looker.kind !== "projector") return screen;
          const { debrief } = sound.screenOf(place, { kind: "teacher" }, shared);
          return debrief === undefined ? screen : { ...screen, debrief };
        },
      })),
    ],
    [
      "a reveal stays held",
      inEvolving(({ held }, { type }, after) => ({ held: type === "RevealHeld" ? held || after.held : after.held })),
    ],
    [
      "a pause leaves the clock running",
      inEvolving(({ deadline }, { type }) => (type === "Paused" ? { deadline } : {})),
    ],
    [
      "what was sealed survives going back",
      inEvolving(({ sealed, runs }, { type }) =>
        type === "RunPointed" || (type === "PhaseBegan" && runs.length > 1) ? { sealed } : {},
      ),
    ],
    [
      "an incident is no new stage",
      inEvolving(({ stage }, { type }) => (type === "IncidentInjected" ? { stage } : {})),
    ],
    [
      "a policy takes over with what people had sealed",
      inEvolving(({ sealed }, { type }) => (type === "BotSeated" ? { sealed } : {})),
    ],
    [
      "the proposal of somebody who was removed counts",
      inEvolving(({ proposals }, { type }) => (type === "SeatRemoved" ? { proposals } : {})),
    ],
    [
      "more time makes the teacher's pause of a clock that stopped",
      inEvolving(({ paused }, { type }, after) =>
        type === "ClockStopped" && paused !== null && after.paused !== null
          ? { paused: { ...after.paused, reason: null } }
          : {},
      ),
    ],
    ["the muted may speak", atSeats((seat) => ({ ...seat, muted: false }))],
    ["the removed may speak", atSeats((seat) => ({ ...seat, removed: false }))],
    [
      "more time ignores the pause",
      atTheDesk((ground, command) =>
        command.type === "Extend"
          ? [{ ...ground, room: { ...ground.room, paused: null } }, command]
          : [ground, command],
      ),
    ],
    [
      "fresh luck is the old one",
      atTheDesk((ground, command) => [ground, command.type === "Undo" ? { ...command, luck: "same" } : command]),
    ],
    [
      "a command from an earlier stage is done",
      atTheDesk((ground, command) => [ground, "stage" in command ? { ...command, stage: ground.room.stage } : command]),
    ],
    [
      "all seats are turned away with those who wait",
      fault<typeof Decide>("classroom/decide.ts", (sound) => ({
        decideTeacher(ground, command) {
          const answer = sound.decideTeacher(ground, command);
          if (command.type !== "RemoveWaiting" || "refused" in answer) return answer;
          const seats = ground.room.seats.filter(({ removed }) => !removed);
          return { ...answer, room: seats.map(({ id: seat }) => ({ type: "SeatRemoved", version: 1, seat })) };
        },
      })),
    ],
    [
      "a delegation takes one too many",
      fault<typeof Seating>("classroom/decideSeating.ts", (sound) => ({
        decideSeating: (room, command) =>
          sound.decideSeating({ ...room, perDelegation: room.perDelegation + 1 }, command),
      })),
    ],
    [
      "newcomers find a closed door open",
      fault<typeof Seating>("classroom/decideSeating.ts", (sound) => ({
        requestSeat: (room, request) => sound.requestSeat({ ...room, joiningClosed: false }, request),
      })),
    ],
    [
      "whoever was removed is still of the delegation",
      fault<typeof RoomModule>("classroom/room.ts", () => ({
        membersOf: (room, actor) => room.seats.filter(({ role }) => role === actor),
      })),
    ],
    [
      "a deadline that nobody saw pass counts",
      fault<typeof Decide>("classroom/decide.ts", (sound) => ({
        whenTimeIsUp: (ground) => sound.whenTimeIsUp(ground, 0),
      })),
    ],
    [
      "time reveals where the teacher alone does",
      fault<typeof Decide>("classroom/decide.ts", (sound) => ({
        whenTimeIsUp: (ground, late) =>
          sound.whenTimeIsUp({ ...ground, room: { ...ground.room, pace: "automatic" } }, late),
      })),
    ],
    [
      "nobody notices that the machine slept",
      fault<typeof Decide>("classroom/decide.ts", () => ({ whenClockJumps: () => null })),
    ],
    [
      "what was forgotten can still be read",
      fault<typeof RoomLogModule>("server/roomLog.ts", (sound) => ({
        RoomLog: class extends sound.RoomLog {
          override reread(): void {
            this.catchUp();
            this.rereads += 1;
          }
        },
      })),
    ],
  ])("%s", async (_, mistake) => {
    mistake();
    expect(await dispute()).not.toBeNull();
  });
});
