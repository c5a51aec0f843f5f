/**
 * Who reads which message: a plain table, for every sender, channel and reader, before the debrief and after it.
 */
import { describe, expect, test } from "vitest";
import type { Channel, RoomEvent } from "../../src/classroom/event.ts";
import { type MessageReader, messagesOf } from "../../src/classroom/messages.ts";
import { evolve, type RoomState } from "../../src/classroom/room.ts";
import type { MessageLine } from "../../src/classroom/screenSections.ts";
import { digest, talkRun as run, talkOpened } from "./talkFixture.ts";

/** Who sits where; `new` waits to be let in, `gone` was removed from East. */
const seats = { ada: "east", ben: "east", cleo: "west", pia: "press", pit: "press", olga: "observer" } as const;

const opened: readonly RoomEvent[] = [
  talkOpened,
  { type: "SeatRequested", version: 1, seat: "new", name: digest, wish: "east" },
  ...Object.entries(seats).flatMap(([seat, role]): RoomEvent[] => [
    { type: "SeatRequested", version: 1, seat, name: digest, wish: null },
    { type: "SeatConfirmed", version: 1, seat, role },
  ]),
];

const debrief: RoomEvent = {
  ...{ type: "PhaseBegan", version: 1, phase: "debrief", position: 1, open: [], deadline: null },
};

const said = (from: string, to: Channel): RoomEvent => {
  const role = Object.entries(seats).find(([seat]) => seat === from)?.[1] ?? null;
  return { type: "MessageSent", version: 1, message: `${from} to ${to}`, from, role, to, text: digest, round: 2 };
};

const hide = (message: string, hidden: boolean): RoomEvent => ({ type: "MessageHidden", version: 1, message, hidden });

function roomAfter(...events: readonly RoomEvent[]): RoomState {
  let room: RoomState | null = null;
  for (const event of [...opened, ...events]) room = evolve(room, event);
  if (room === null) throw new Error("no room");
  return room;
}

function read(room: RoomState, who: string): readonly MessageLine[] {
  const seat = room.seats.find(({ id }) => id === who);
  const reader: MessageReader = who === "teacher" ? "teacher" : (seat ?? null);
  const words = (id: string): string => `<${id}>`;
  const nothing = { here: () => true, lamps: [], analysis: null, others: () => [] };
  return messagesOf({ room, run, words, wordsForgotten: 0, ...nothing }, reader);
}

const everybody = ["teacher", "ada", "ben", "cleo", "pia", "pit", "olga", "new", "wall"];

const readersOf = (room: RoomState): string => everybody.filter((who) => read(room, who).length > 0).join(" ");

const all = everybody.join(" ");

describe("a message is read", () => {
  test.each<[string, Channel, string]>([
    ["ada", "all", all],
    ["ada", "delegation", "teacher ada ben"],
    ["ada", "to:west", "teacher ada ben cleo"],
    ["ada", "teacher", "teacher ada"],
    ["cleo", "delegation", "teacher cleo"],
    ["cleo", "to:east", "teacher ada ben cleo"],
    ["pia", "all", all],
    ["pia", "teacher", "teacher pia"],
    // What the press or observers say is not for others who sit outside too.
    ["pia", "delegation", "teacher pia"],
    ["olga", "teacher", "teacher olga"],
    ["teacher", "all", all],
  ])("from %s to %s by %s", (from, to, readers) => {
    expect(readersOf(roomAfter(said(from, to)))).toBe(readers);
    // The debrief opens all but what was written to the teacher.
    expect(readersOf(roomAfter(said(from, to), debrief))).toBe(to === "teacher" ? readers : all);
  });

  test("by whoever has its role now: a seat that is moved reads as its new delegation, and still its own", () => {
    const moved: RoomEvent = { type: "SeatMoved", version: 1, seat: "ben", role: "west" };
    expect(readersOf(roomAfter(said("ada", "delegation"), moved))).toBe("teacher ada");
    expect(readersOf(roomAfter(said("ben", "delegation"), moved))).toBe("teacher ada ben");
  });
});

describe("a hidden message", () => {
  const text = "ada to all";
  const room = roomAfter(said("ada", "all"), hide(text, true));

  test.each(everybody.filter((who) => who !== "teacher"))("has no words for %s, in the debrief neither", (who) => {
    for (const one of [room, roomAfter(said("ada", "all"), hide(text, true), debrief)]) {
      expect(read(one, who)).toMatchObject([{ text: null, hidden: true }]);
    }
  });

  test("is read by the teacher", () => {
    expect(read(room, "teacher")).toMatchObject([{ text: `<${text}>`, hidden: true }]);
  });

  test("is read by all once it is shown again, and no other is hidden with it", () => {
    const shown = roomAfter(said("cleo", "all"), said("ada", "all"), hide(text, true));
    expect(read(shown, "wall").map((line) => line.text)).toEqual(["<cleo to all>", null]);
    const again = evolve(shown, hide(text, false));
    expect(read(again, "wall").map((line) => line.text)).toEqual(["<cleo to all>", `<${text}>`]);
  });

  test("that is not there changes nothing", () => {
    const before = roomAfter(said("ada", "all"));
    expect(evolve(before, hide("nothing", true))).toEqual(before);
  });
});

describe("a line", () => {
  const from = (room: RoomState, who: string): string | null | undefined => read(room, who)[0]?.from;

  test("names the person to the teacher and to the own delegation, and the office alone to all others", () => {
    const room = roomAfter(said("ada", "all"));
    for (const who of ["teacher", "ada", "ben"]) expect(from(room, who)).toBe("<ada>");
    for (const who of ["cleo", "pia", "olga", "new", "wall"]) expect(from(room, who)).toBeNull();
    expect(read(room, "cleo")).toMatchObject([{ role: "East", own: false, teacher: false, to: "all", round: 2 }]);
    expect(read(room, "ada")).toMatchObject([{ own: true }]);
    expect(read(room, "teacher")).toMatchObject([{ own: false }]);
  });

  test("does not name one journalist to another", () => {
    const room = roomAfter(said("pia", "all"));
    for (const who of ["pit", "ada", "wall"]) expect(from(room, who)).toBeNull();
    for (const who of ["pia", "teacher"]) expect(from(room, who)).toBe("<pia>");
    expect(read(room, "ada")).toMatchObject([{ role: "press" }]);
  });

  test("of the teacher has no name and no role", () => {
    const room = roomAfter(said("teacher", "all"));
    for (const who of everybody) expect(read(room, who)).toMatchObject([{ from: null, role: null, teacher: true }]);
  });

  test("names the addressee", () => {
    expect(read(roomAfter(said("ada", "to:west")), "cleo")).toMatchObject([{ to: "to:west", toName: "West" }]);
    expect(read(roomAfter(said("ada", "all")), "cleo")).toMatchObject([{ toName: null }]);
  });

  test("is numbered among those that the reader may read, as the room's numbers tell how much others write", () => {
    const room = roomAfter(said("ada", "delegation"), said("ada", "teacher"), said("cleo", "all"));
    expect(read(room, "cleo").map(({ id }) => id)).toEqual(["1"]);
    expect(read(room, "ada").map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(read(room, "teacher").map(({ id }) => id)).toEqual(["ada to delegation", "ada to teacher", "cleo to all"]);
  });

  test("is no news: the teacher's news stand among those of the crisis", () => {
    const news: RoomEvent = { type: "NewsInjected", version: 1, message: "m1", text: digest, round: 0 };
    expect(readersOf(roomAfter(news))).toBe("");
  });
});
