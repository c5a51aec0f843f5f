/**
 * Forgetting means gone: after it no file of the data folder holds a byte of the name or the message, and the log still
 * verifies and says that they were deleted.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyChain } from "../../src/log/chain.ts";
import { roomStream } from "../../src/server/database.ts";
import { Classroom, type Socket } from "./classroom.ts";
import { CliSession } from "./cliSession.ts";

const session = new CliSession();
/** A class that has said much, kept; every test has a copy of it. */
const kept = Classroom.ofSmallCrisis();
let classroom: Classroom;
let code = "";
let teacher: Socket;
let data = "";

/** Texts of many lengths, so that pages of the database split and are rearranged. */
const said = (who: string): readonly string[] =>
  Array.from({ length: 60 }, (_, index) => `${who}-says-${index}-${"word ".repeat((index * 37) % 300)}`.trim());

beforeAll(async () => {
  await kept.start();
  code = await kept.open({ scenario: "small", people: ["usa", "russia"] });
  const ana = await kept.join(code, "Anastasia-the-unmistakable");
  const boris = await kept.join(code, "Boris-the-unmistakable");
  const leader = await kept.connect(code, kept.teacher, "teacher");
  await leader.ask({ type: "Admit", seat: "s1", role: "usa" });
  await leader.ask({ type: "Admit", seat: "s2", role: "russia" });
  await leader.ask({ type: "GoOn" });
  for (const [cookies, name] of [
    [ana, "Anastasia"],
    [boris, "Boris"],
  ] as const) {
    const socket = await kept.connect(code, cookies);
    for (const text of said(name)) {
      kept.now += 2000;
      expect(await socket.ask({ type: "Say", to: "all", text })).toBeNull();
    }
    await socket.close();
  }
  await kept.stop();
});
beforeEach(async () => {
  classroom = Classroom.ofSmallCrisis();
  classroom.take(kept);
  classroom.now = kept.now;
  await classroom.start();
  data = join(classroom.folder, "data");
  teacher = await classroom.connect(code, classroom.teacher, "teacher");
});
afterEach(() => classroom.remove());
afterAll(async () => {
  session.remove();
  await kept.remove();
});

/** Files of the data folder that hold some bytes. */
const holding = (text: string): readonly string[] =>
  readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);

function forgotten(): readonly unknown[] {
  const events = classroom.rooms?.database.store.readNow(roomStream(code)) ?? [];
  expect(verifyChain(events)).toBeNull();
  return events.flatMap(({ event }) => (event.type === "WordsForgotten" ? [event] : []));
}

test("a seat is forgotten from the command line while the class goes on", async () => {
  expect(holding("Anastasia")).not.toEqual([]);
  const { code: ended, out } = await session.run(["forget", code, "Anastasia-the-unmistakable", "--data", data]);
  expect({ ended, out }).toEqual({
    ended: 0,
    out: `Forgotten: 61 names and messages of seat s1 in class ${code}. The log still verifies.\n`,
  });
  expect(holding("Anastasia")).toEqual([]);
  expect(holding("Boris")).not.toEqual([]);
  expect(forgotten()).toEqual([{ type: "WordsForgotten", version: 1, seat: "s1", reason: "asked" }]);

  // The server that has the room open takes it in, shows no such name any more, and goes on writing.
  classroom.rooms?.reread();
  await teacher.until(() => teacher.screen.status?.seats[0]?.name === null);
  expect(teacher.screen.messages?.filter(({ text }) => text === null)).toHaveLength(60);
  expect(await teacher.ask({ type: "Broadcast", text: "We go on." })).toBeNull();
  expect(forgotten()).toHaveLength(1);
});

test("a command that comes between the deletion and the next look goes on from there", async () => {
  await session.run(["forget", code, "s1", "--data", data]);
  expect(await teacher.ask({ type: "Broadcast", text: "We go on." })).toBeNull();
  expect(forgotten()).toHaveLength(1);
});

test("a whole class is forgotten by the teacher's page, and no file holds any of it", async () => {
  const { value } = await classroom.ask(classroom.teacher, "POST", `/api/room/${code}/forget`, {});
  expect(value).toEqual({ deleted: 122, complete: true });
  for (const text of ["Anastasia", "Boris", "-says-", "unmistakable"]) expect(holding(text), text).toEqual([]);
  expect(forgotten()).toEqual([{ type: "WordsForgotten", version: 1, seat: null, reason: "asked" }]);
  // After a restart too.
  await classroom.stop();
  await classroom.start();
  const again = await classroom.connect(code, classroom.teacher, "teacher");
  expect(again.screen.status?.seats.map(({ name }) => name)).toEqual([null, null]);
  expect(await session.run(["forget", code, "--data", data])).toMatchObject({
    code: 0,
    out: `There is nothing left to forget of class ${code}.\n`,
  });
});

test("what nobody wrote in for as long as it may be kept is forgotten, on the record; the rest is not", async () => {
  const { rooms } = classroom;
  const fresh = await classroom.open({ scenario: "small", people: ["usa"] });
  classroom.now += 10 * 24 * 3_600_000;
  await classroom.join(fresh, "Celeste-the-late");
  expect(rooms?.forgetAfter(11)).toEqual([]);
  // What looks old at once may only be a clock that was set forward: it has to look old an hour later, too.
  expect(rooms?.forgetAfter(9)).toEqual([]);
  expect(holding("Anastasia")).not.toEqual([]);
  classroom.now += 3_600_000;
  expect(rooms?.forgetAfter(9)).toEqual([code]);
  for (const text of ["Anastasia", "Boris"]) expect(holding(text)).toEqual([]);
  expect(holding("Celeste")).not.toEqual([]);
  expect(forgotten()).toEqual([{ type: "WordsForgotten", version: 1, seat: null, reason: "expired" }]);
  await teacher.until(() => teacher.screen.status?.seats.every(({ name }) => name === null) === true);
  classroom.now += 3_600_000;
  expect(rooms?.forgetAfter(9)).toEqual([]);
});

test("rooms, seats and folders that are not there are named, with what there is", async () => {
  expect(await session.run(["forget", "WRONG", "--data", data])).toMatchObject({
    code: 2,
    err: expect.stringContaining(`there is no class WRONG: there are ${code}`),
  });
  expect(await session.run(["forget", code, "Zoe", "--data", data])).toMatchObject({
    code: 2,
    err: expect.stringContaining("there are s1 (Anastasia-the-unmistakable), s2 (Boris-the-unmistakable)"),
  });
  expect(await session.run(["forget", code, "--data", join(data, "nowhere")])).toMatchObject({
    code: 2,
    err: expect.stringContaining("no class was kept in"),
  });
});
