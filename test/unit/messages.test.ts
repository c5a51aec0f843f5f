/**
 * A reader that follows the messages of a room step by step has at every moment the list that it may see, and is told
 * only what is new.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { RoomEvent } from "../../src/classroom/event.ts";
import { MessageFeed, type MessageReader, messagesOf } from "../../src/classroom/messages.ts";
import { patched } from "../../src/classroom/patch.ts";
import { evolve, type RoomState } from "../../src/classroom/room.ts";
import type { ScreenSource } from "../../src/classroom/screen.ts";
import { digest, talkRun as run, talkOpened } from "./talkFixture.ts";

const opened: readonly RoomEvent[] = [
  talkOpened,
  ...["east", "east", "west", "press", "observer"].flatMap((role, index): RoomEvent[] => [
    { type: "SeatRequested", version: 1, seat: `s${index + 1}`, name: digest, wish: null },
    { type: "SeatConfirmed", version: 1, seat: `s${index + 1}`, role },
  ]),
];

type Happening =
  | { readonly kind: "said"; readonly from: number; readonly to: "all" | "delegation" | "teacher" | "to:west" }
  | { readonly kind: "news" | "debrief" | "forgotten" | "look" }
  | { readonly kind: "hidden"; readonly message: number; readonly hidden: boolean }
  | { readonly kind: "moved"; readonly seat: number; readonly role: string };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("said" as const),
      from: fc.integer({ min: 0, max: 5 }),
      to: fc.constantFrom("all" as const, "delegation" as const, "teacher" as const, "to:west" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("news" as const, "look" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("debrief" as const, "forgotten" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("hidden" as const),
      message: fc.integer({ min: 1, max: 12 }),
      hidden: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("moved" as const),
      seat: fc.integer({ min: 1, max: 5 }),
      role: fc.constantFrom("east", "west", "press", "observer"),
    }),
  },
);

function eventOf(room: RoomState, given: Happening): RoomEvent | null {
  const message = `m${room.messages.length + 1}`;
  switch (given.kind) {
    case "said": {
      const from = given.from === 0 ? "teacher" : `s${given.from}`;
      const role = room.seats.find(({ id }) => id === from)?.role ?? null;
      return { type: "MessageSent", version: 1, message, from, role, to: given.to, text: digest, round: 0 };
    }
    case "news":
      return { type: "NewsInjected", version: 1, message, text: digest, round: 0 };
    case "hidden":
      return { type: "MessageHidden", version: 1, message: `m${given.message}`, hidden: given.hidden };
    case "moved":
      return { type: "SeatMoved", version: 1, seat: `s${given.seat}`, role: given.role };
    case "debrief":
      return { type: "PhaseBegan", version: 1, phase: "debrief", position: 1, open: [], deadline: null };
    case "forgotten":
      return { type: "WordsForgotten", version: 1, seat: null, reason: "asked" };
    case "look":
      return null;
  }
}

describe("a reader who follows", () => {
  test.prop([fc.array(happening, { maxLength: 40 }), fc.constantFrom("teacher", "wall", "s1", "s3", "s4", "s5")])(
    "has what one who looks anew has, told only what is new",
    (happenings, who) => {
      let room: RoomState | null = null;
      for (const event of opened) room = evolve(room, event);
      if (room === null) throw new Error("no room");
      let wordsForgotten = 0;
      const feed = new MessageFeed();
      let list: unknown;
      for (const given of happenings) {
        const event = eventOf(room, given);
        if (event !== null) room = evolve(room, event);
        if (given.kind === "forgotten") wordsForgotten += 1;
        // Some screens are passed over for a while.
        if (given.kind === "look") continue;
        const place: ScreenSource = {
          room,
          run,
          words: (id) => `${wordsForgotten} ${id}`,
          wordsForgotten,
          here: () => true,
          lamps: [],
          analysis: null,
          others: () => [],
        };
        const { seats }: RoomState = room;
        const reader: MessageReader =
          who === "teacher" ? "teacher" : who === "wall" ? null : (seats.find(({ id }) => id === who) ?? null);
        const patch = feed.update(place, reader);
        if (patch !== null) list = patched(list, patch);
        expect(list).toEqual(messagesOf(place, reader));
      }
    },
  );

  test("is told one line for one message, however many there were", () => {
    let room: RoomState | null = null;
    for (const event of opened) room = evolve(room, event);
    const feed = new MessageFeed();
    for (let count = 0; count < 500; count++) {
      if (room === null) throw new Error("no room");
      const event = eventOf(room, { kind: "said", from: 1, to: "all" });
      if (event !== null) room = evolve(room, event);
      const place: ScreenSource = {
        room,
        run,
        words: (id) => id,
        wordsForgotten: 0,
        here: () => true,
        lamps: [],
        analysis: null,
        others: () => [],
      };
      const patch = feed.update(place, null);
      if (count > 0) expect(patch).toMatchObject({ length: count + 1, items: [[count, {}]] });
      expect(feed.update(place, null)).toBeNull();
    }
  });
});
