/**
 * A rehearsal is a lesson: every part of the preset in its order, decisions by bots in seats, an outcome, nothing left.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase, roomStream } from "../../src/server/database.ts";
import { CliSession } from "./cliSession.ts";

const session = new CliSession();
afterAll(() => session.remove());

test("goes through briefing, rounds and debrief of the preset, with sealed choices of every delegation", async () => {
  const data = session.path("rooms");
  const words = ["rehearse", "geneva-2022-class", "--preset", "50", "--speed", "300", "--data", data, "--json"];
  const { code, out, err } = await session.run(words);
  expect(err).toMatch(/300 times faster: 14 bots in 7 delegations/);
  expect(err).toMatch(/Watch it at http:\/\/127\.0\.0\.1:\d+\/teach\/\w+#\S+/);
  expect(code).toBe(0);
  const told = JSON.parse(out) as {
    outcome: string | null;
    events: number;
    parts: readonly { phase: string; planned: number; used: number }[];
  };
  expect(told.parts.map(({ phase, planned }) => [phase, planned])).toEqual([
    ["briefing", 8],
    ...[6, 6, 5, 5, 5, 4].slice(0, told.parts.length - 2).map((minutes) => ["round", minutes]),
    ["debrief", 11],
  ]);
  expect(told.outcome).not.toBeNull();

  const database = openDatabase(data);
  const [room = ""] = (await database.store.streams()).filter((stream) => stream.startsWith(roomStream("")));
  const events = database.store.readNow(room).map(({ event }) => event);
  const sealed = new Set(events.flatMap((event) => (event.type === "ChoiceSealed" ? [event.actor] : [])));
  expect(sealed).toEqual(new Set(["usa", "russia", "ukraine", "nato", "duma", "eu", "turkey"]));
  expect(events.flatMap((event) => (event.type === "PhaseBegan" ? [event.phase] : [])).at(-1)).toBe("closed");
  await database.close();
});

test("keeps nothing unless asked, and names lessons and scenarios that are not there", async () => {
  expect(await session.run(["rehearse", "geneva-2022-class", "--preset", "51"])).toMatchObject({
    code: 2,
    err: "error: geneva-2022-class has no lesson 51\nhint: there are lessons of 50, 75, 110 minutes\n",
  });
  expect(await session.run(["rehearse", "geneva-2022-clas"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean geneva-2022-class?"),
  });
  expect(existsSync(join(session.directory, "demarche-data"))).toBe(false);
});
