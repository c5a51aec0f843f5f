/**
 * A damaged room stays one damaged room: the server starts, serves all others, says what is wrong with this one, and
 * keeps its data.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { digestOf } from "../../src/log/chain.ts";
import type { RoomTrouble } from "../../src/server/roomTrouble.ts";
import { Classroom, type Cookies, freshKey } from "./classroom.ts";
import { CliSession } from "./cliSession.ts";

/** Two classes in their first turn, kept; every test has a copy of them. */
const kept = Classroom.ofSmallCrisis();
let classroom: Classroom;
let bad = "";
let good = "";
let ana: Cookies = {};

beforeAll(async () => {
  await kept.start();
  for (const name of ["bad", "good"]) {
    const code = await kept.open({ scenario: "small", people: ["usa", "russia"] });
    if (name === "bad") bad = code;
    else good = code;
    ana = await kept.join(code, `Ana-of-${name}`);
    const teacher = await kept.connect(code, kept.teacher, "teacher");
    await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
    await teacher.ask({ type: "GoOn" });
    await teacher.ask({ type: "GoOn" });
    await teacher.close();
  }
  await kept.stop();
});
afterAll(() => kept.remove());
beforeEach(() => {
  classroom = Classroom.ofSmallCrisis();
  classroom.take(kept);
});
afterEach(() => classroom.remove());

/** Does something to the database, and starts the server over it. */
async function after(damage: (database: DatabaseSync) => void): Promise<void> {
  const database = new DatabaseSync(join(classroom.folder, "data/demarche.sqlite"));
  damage(database);
  database.close();
  await classroom.start();
}

/** Writes a stream anew with an event changed, each with the digest that belongs to it. */
function rewrite(database: DatabaseSync, stream: string, at: number, change: (event: string) => string): void {
  const rows = database.prepare("select position, event from events where stream = ? order by position").all(stream);
  const update = database.prepare("update events set event = ?, digest = ? where stream = ? and position = ?");
  let digest = "";
  for (const [position, row] of rows.entries()) {
    const event = position === at ? change(String(row.event)) : String(row.event);
    digest = digestOf(digest, position, event);
    update.run(event, digest, stream, position);
  }
}

const deleteAt = (stream: string, position: number) => (database: DatabaseSync) =>
  database.prepare("delete from events where stream = ? and position = ?").run(stream, position);

const last = (database: DatabaseSync, stream: string): number =>
  Number(database.prepare("select max(position) as last from events where stream = ?").get(stream)?.last);

test.each<[name: string, remedy: string, why: RegExp, damage: (database: DatabaseSync) => void]>([
  ["its first row is missing", "restore", /removed/, (database) => deleteAt(`room.${bad}`, 0)(database)],
  ["a row is missing", "restore", /removed/, (database) => deleteAt(`room.${bad}`, 2)(database)],
  [
    "its last row is missing",
    "restore",
    /last event is missing/,
    (database) => deleteAt(`room.${bad}`, last(database, `room.${bad}`))(database),
  ],
  [
    "a row was altered",
    "restore",
    /not what was recorded/,
    (database) =>
      database
        .prepare("update events set event = replace(event, '\"usa\"', '\"eu\"') where stream = ?")
        .run(`room.${bad}`),
  ],
  ["its run has no beginning", "restore", /removed/, (database) => deleteAt(`run.${bad}`, 0)(database)],
  [
    "its run is not there at all",
    "restore",
    /no beginning|missing/,
    (database) => database.prepare("delete from events where stream = ?").run(`run.${bad}`),
  ],
  [
    "the last rows of its run are missing",
    "restore",
    /missing from the log of the class's run/,
    (database) => deleteAt(`run.${bad}`, last(database, `run.${bad}`))(database),
  ],
  [
    "a newer version wrote it",
    "newer version",
    /version/,
    (database) =>
      rewrite(database, `room.${bad}`, last(database, `room.${bad}`), () => '{"type":"SeatPainted","version":1}'),
  ],
  [
    "this version rejects its scenario",
    "older version",
    /scenario/,
    (database) => {
      rewrite(database, `run.${bad}`, 0, (event) => {
        const { document, ...rest } = JSON.parse(event);
        return JSON.stringify({ ...rest, document: { ...document, text: "demarche: 99" } });
      });
    },
  ],
])("%s", async (_, remedy, why, damage) => {
  await after(damage);
  const { value } = await classroom.ask(classroom.teacher, "GET", "/api/rooms");
  expect(value.rooms).toMatchObject([{ code: good }]);
  const [trouble] = value.troubles as RoomTrouble[];
  expect(trouble).toMatchObject({ code: bad, remedy, why: expect.stringMatching(why) });
  expect(value.troubles).toHaveLength(1);

  // Whoever asks for it is told, and is no guesser of codes.
  for (let count = 0; count < 40; count++) {
    const asked = await classroom.ask({}, "GET", `/api/room/${bad}`);
    expect(asked).toMatchObject({ status: 503, value: { error: "damaged" } });
  }
  const joined = await classroom.ask({}, "POST", `/api/room/${bad}/join`, { key: freshKey(), name: "Zoe", wish: null });
  expect(joined).toMatchObject({ status: 503, value: { error: "damaged" } });
  const socket = await classroom.connect(bad, classroom.teacher, "teacher");
  expect(socket.closed).toEqual({ code: 4404, reason: "damaged" });
  const rows = await classroom.ask(classroom.teacher, "GET", `/api/room/${bad}/rows.jsonl`);
  expect(rows.text.split("\n").filter((line) => line.includes(`"room.${bad}"`)).length).toBeGreaterThan(2);
  expect(rows.text).not.toContain(good);
  expect((await classroom.ask(ana, "GET", `/api/room/${bad}/rows.jsonl`)).status).toBe(404);

  // The other goes on.
  const teacher = await classroom.connect(good, classroom.teacher, "teacher");
  expect(await teacher.ask({ type: "Broadcast", text: "We go on." })).toBeNull();
  expect((await classroom.connect(good, ana)).screen.seat).toBeDefined();
  expect(await classroom.open({ scenario: "small", people: ["usa"] })).toMatch(/^\w{7}$/);

  // Names are forgotten where the log can no longer say so, too.
  const session = new CliSession();
  const { code, out } = await session.run(["forget", bad, "--data", join(classroom.folder, "data")]);
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("Forgotten: 1 name") });
  session.remove();
});

test("names of a damaged room are forgotten in time, and the server goes on when one gets damaged meanwhile", async () => {
  await classroom.start();
  const database = classroom.rooms?.database.store.database;
  database?.prepare("delete from events where stream = ? and position = 1").run(`room.${bad}`);
  classroom.now += 1;
  expect(classroom.rooms?.forgetAfter(0)?.toSorted()).toEqual([bad, good].toSorted());
  expect(classroom.rooms?.database.wordsOf(bad).size).toBe(0);
  const teacher = await classroom.connect(good, classroom.teacher, "teacher");
  expect(await teacher.ask({ type: "Broadcast", text: "We go on." })).toBeNull();
});
