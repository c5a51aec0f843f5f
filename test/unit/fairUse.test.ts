/**
 * What a seat may take: it belongs to the seat and not to its windows, and fills up with time.
 */
import { expect, test } from "vitest";
import type { RoomState } from "../../src/classroom/room.ts";
import { FairUse, messagesOfRoom, messagesOfSeat } from "../../src/server/fairUse.ts";

const seat = { seat: "s1" };
const room = (said: number, all = said): RoomState =>
  ({ said: { s1: said }, messages: Array.from({ length: all }) }) as unknown as RoomState;

test("commands come in a burst and then at a pace; whoever goes on is disconnected", () => {
  let elapsed = 0;
  const use = new FairUse(() => elapsed);
  for (let count = 0; count < 30; count++) expect(use.message(seat)).toBe("go on");
  expect(use.message(seat)).toBe("too fast");
  expect(use.message({ seat: "s2" })).toBe("go on");
  elapsed += 1000;
  for (let count = 0; count < 6; count++) expect(use.message(seat)).toBe("go on");
  const verdicts = Array.from({ length: 40 }, () => use.message(seat));
  expect(verdicts.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => "too fast"));
  expect(verdicts.at(-1)).toBe("close");
});

test("the teacher may do more at once than a seat", () => {
  const use = new FairUse(() => 0);
  for (let count = 0; count < 100; count++) expect(use.message({ teacher: true })).toBe("go on");
  expect(use.message({ teacher: true })).toBe("too fast");
});

test("what is said is counted by seat and by room, and its pace is slower than that of commands", () => {
  let elapsed = 0;
  const use = new FairUse(() => elapsed);
  for (let count = 0; count < 30; count++) expect(use.say(seat, room(count))).toBe("go on");
  expect(use.say(seat, room(30))).toBe("too fast");
  elapsed += 2000;
  expect(use.say(seat, room(messagesOfSeat - 1))).toBe("go on");
  expect(use.say(seat, room(messagesOfSeat))).toBe("too many messages");
  elapsed += 2000;
  expect(use.say(seat, room(1, messagesOfRoom))).toBe("too many messages");
  expect(use.say({ teacher: true }, room(1, messagesOfRoom))).toBe("go on");
});

test("a new window of a seat closes its oldest once there are too many", () => {
  const use = new FairUse(() => 0);
  const closed: number[] = [];
  const leave = Array.from({ length: 5 }, (_, index) => use.connect(seat, () => closed.push(index)));
  use.connect({ seat: "s2" }, () => closed.push(-1));
  leave[3]?.();
  use.connect(seat, () => closed.push(5));
  expect(closed).toEqual([]);
  for (let index = 6; index < 9; index++) use.connect(seat, () => closed.push(index));
  expect(closed).toEqual([0, 1, 2]);
});

test("requests for seats are counted by address", () => {
  let elapsed = 0;
  const use = new FairUse(() => elapsed);
  const verdicts = Array.from({ length: 100 }, () => use.join("a"));
  expect(verdicts.filter((verdict) => verdict === "go on")).toHaveLength(60);
  expect(use.join("b")).toBe("go on");
  elapsed += 1000;
  expect(use.join("a")).toBe("go on");
});
