/**
 * Deliberate faults: proof that the comparison of lessons would notice a room that betrays something.
 *
 * Each mutant is a module of the classroom with one mistake. Pairs of lessons of a fixed sample are played with it until
 * one of them is told apart; the sound room must not be reported for any of them.
 */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as Decide from "../../src/classroom/decide.ts";
import type { RoomEvent } from "../../src/classroom/event.ts";
import type * as Messages from "../../src/classroom/messages.ts";
import type * as Asking from "../../src/classroom/openTurns.ts";
import type * as RoomModule from "../../src/classroom/room.ts";
import type * as ScreenModule from "../../src/classroom/screen.ts";
import type { MessageLine, Screen } from "../../src/classroom/screenSections.ts";
import type * as RoomScreensModule from "../../src/server/roomScreens.ts";
import { compareLessons } from "./compareLessons.ts";
import type { LessonStore as Store } from "./lessonTrace.ts";
import { type SecretLesson, secretLesson } from "./secretLesson.ts";

// With a horizon: a room that passes turns would otherwise pass very many.
const sample = fc
  .sample(secretLesson, { seed: 20220222, numRuns: 500 })
  .filter(({ documents }) => documents[0].includes('"rounds"'));

/** Lessons in which hardly anything is open, and that in secret. */
const isSparse = ({ actors, documents }: SecretLesson): boolean =>
  Object.keys((JSON.parse(documents[0]) as { moves: object }).moves).length === actors.length;

const lessons = [...sample.slice(0, 25), ...sample.slice(25).filter(isSparse).slice(0, 40)];

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.doUnmock("../../src/classroom/openTurns.ts");
  vi.doUnmock("../../src/classroom/decide.ts");
  vi.doUnmock("../../src/classroom/messages.ts");
  vi.doUnmock("../../src/classroom/room.ts");
  vi.doUnmock("../../src/classroom/screen.ts");
  vi.doUnmock("../../src/server/roomScreens.ts");
  vi.useRealTimers();
});

/** The first thing that a screen could tell in the sample, as a sentence; null where nothing can be told. */
async function firstLeak(): Promise<string | null> {
  const { LessonStore, observed, playLesson } = await import("./lessonTrace.ts");
  const store: Store = new LessonStore();
  try {
    for (const [number, lesson] of lessons.entries()) {
      for (const steps of lesson.scripts) {
        const [one, other] = [playLesson(store, lesson, steps, 0), playLesson(store, lesson, steps, 1)];
        const leak = observed.map((screen) => compareLessons(one, other, screen).leak).find((told) => told !== null);
        if (leak !== undefined) return `lesson ${number}: ${leak}`;
      }
    }
    return null;
  } finally {
    await store.remove();
  }
}

/** A teacher's decision whose events are changed where an incident was let happen. */
const atIncidents = (
  change: (
    event: Extract<RoomEvent, { type: "IncidentInjected"; version: 2 }>,
    ground: Decide.RoomContext,
  ) => readonly RoomEvent[],
): (() => void) =>
  fault<typeof Decide>("classroom/decide.ts", (sound) => ({
    decideTeacher(ground, command) {
      const answer = sound.decideTeacher(ground, command);
      if ("refused" in answer) return answer;
      const events = answer.room.flatMap((event) =>
        event.type === "IncidentInjected" && event.version === 2 ? change(event, ground) : [event],
      );
      return { ...answer, room: events };
    },
  }));

/** The sections of a screen, changed. */
const onScreens = (
  change: (screen: Omit<Screen, "messages">, place: ScreenModule.ScreenSource) => object,
): (() => void) =>
  fault<typeof ScreenModule>("classroom/screen.ts", (sound) => ({
    screenOf(place, looker, shared) {
      const screen = sound.screenOf(place, looker, shared);
      return { ...screen, ...change(screen, place) };
    },
  }));

/** Messages as they are told, changed line by line. */
const inMessages = (change: (line: MessageLine, place: ScreenModule.ScreenSource) => MessageLine): (() => void) =>
  fault<typeof Messages>("classroom/messages.ts", (sound) => ({
    MessageFeed: class extends sound.MessageFeed {
      override update(
        place: ScreenModule.ScreenSource,
        reader: Messages.MessageReader,
      ): ReturnType<Messages.MessageFeed["update"]> {
        const told = JSON.stringify(super.update(place, reader));
        const isLine = (value: unknown): value is MessageLine =>
          typeof value === "object" && value !== null && "toName" in value;
        return JSON.parse(told, (_, value: unknown) => (isLine(value) ? change(value, place) : value));
      }
    },
  }));

/** Has a module replaced by one with a mistake. */
const fault =
  <M extends object>(module: string, mistake: (sound: M) => Partial<M>): (() => void) =>
  () =>
    vi.doMock(`../../src/${module}`, async (original) => {
      const sound = await original<M>();
      return { ...sound, ...mistake(sound) };
    });

test("a sound room is not reported", async () => {
  expect(await firstLeak()).toBeNull();
});

describe("the comparison reports a room that", () => {
  test.each<readonly [string, () => void]>([
    [
      "asks only whoever has a choice",
      fault<typeof Asking>("classroom/openTurns.ts", () => ({
        openTurns(session) {
          const need = session.need();
          return need.kind === "choice" ? need.turns.filter(({ options }) => options.length > 1) : [];
        },
      })),
    ],
    [
      "passes a free turn in which nobody can move",
      fault<typeof Asking>("classroom/openTurns.ts", (sound) => ({
        openTurns: (session) => (session.need().kind === "choice" ? sound.openTurns(session) : []),
      })),
    ],
    [
      "counts only who has sealed, and waits for whoever is asked again",
      fault<typeof RoomModule>("classroom/room.ts", () => ({
        hasDecided: ({ sealed }, actor) => sealed.some((choice) => choice.actor === actor),
      })),
    ],
    [
      "goes on at once when somebody moves covertly in a free turn",
      fault<typeof Decide>("classroom/decide.ts", (sound) => ({
        decideSeat(ground, ...rest) {
          const { scenario } = ground.run;
          const moves = scenario.model.moves.map((move) => ({ ...move, knownTo: null }));
          const run = { ...ground.run, scenario: { ...scenario, model: { ...scenario.model, moves } } };
          return sound.decideSeat({ ...ground, run }, ...rest);
        },
      })),
    ],
    [
      "tells how many have sealed in free turns",
      onScreens(({ room }, place) => ({
        room: { ...room, sealed: { count: place.room.sealed.length, of: place.room.people.length } },
      })),
    ],
    [
      "gives time anew after an incident",
      atIncidents((event, { now }) => [event, { type: "Extended", version: 1, deadline: now + 240_000 }]),
    ],
    ["names covert incidents", atIncidents((event) => [{ ...event, told: true }])],
    [
      "wipes all proposals at an incident",
      atIncidents((event, { room }) => [{ ...event, dropped: room.proposals.map(({ seat }) => seat) }]),
    ],
    [
      "asks everybody again after an incident",
      atIncidents((event, { room }) => [{ ...event, voided: room.sealed.map(({ actor }) => actor) }]),
    ],
    [
      "numbers turns by the length of the run",
      onScreens(({ turn }, { run }) => (turn === undefined ? {} : { turn: { ...turn, turn: run.events.length } })),
    ],
    ["tells the stage of the lesson", onScreens(({ room }, place) => ({ room: { ...room, stage: place.room.stage } }))],
    [
      "numbers messages by the room's count",
      inMessages((line, { room }) => ({ ...line, id: `m${room.messages.length}` })),
    ],
    [
      "says who wrote, not which office",
      inMessages((line, { room, words }) => ({ ...line, from: words(room.messages.at(-1)?.from ?? "") })),
    ],
    [
      "tells every screen whenever something happens",
      fault<typeof RoomScreensModule>("server/roomScreens.ts", (sound) => ({
        RoomScreens: class extends sound.RoomScreens {
          private readonly all = new Set<RoomScreensModule.Watcher>();
          override watch(watcher: RoomScreensModule.Watcher): () => void {
            this.all.add(watcher);
            return super.watch(watcher);
          }
          override tell(): void {
            super.tell();
            for (const watcher of this.all) watcher.send("{}");
          }
        },
      })),
    ],
  ])("%s", async (_, mistake) => {
    mistake();
    expect(await firstLeak()).not.toBeNull();
  });
});
