/**
 * The server's log: one line for each turn in a room's life, one for a fault, and no flood.
 */
import { expect, test } from "vitest";
import type { RoomHost } from "../../src/server/roomHost.ts";
import { ServerLog } from "../../src/server/serverLog.ts";

/** As much of a room as the log looks at. */
function roomIn(phase: RoomHost["room"]["phase"]): RoomHost {
  const room = { phase, seats: [{ name: "Ana" }, { name: "Ben" }] };
  const run = { state: { round: 4 }, events: [1, 2, 3] };
  return { code: "BCDFGHJ", room, run } as unknown as RoomHost;
}

function logAt(now: () => number, verbose = false): { readonly log: ServerLog; readonly lines: string[] } {
  const lines: string[] = [];
  return { log: new ServerLog({ write: (line) => lines.push(line), now, verbose }), lines };
}

const counts = "seats=2 round=4 events=3";

test("a room's life is told once at each turn, however often it moves", () => {
  const { log, lines } = logAt(() => 1_700_000_000_000);
  log.begins(roomIn(null), "opened");
  for (const phase of [
    null,
    "briefing",
    "briefing",
    "round",
    "round",
    "ended",
    "round",
    "ended",
    "debrief",
    "debrief",
    "closed",
  ] as const) {
    log.follow(roomIn(phase));
  }
  log.damaged("ZZZZZZZ");
  const time = "2023-11-14T22:13:20.000Z";
  expect(lines).toEqual([
    `${time} room BCDFGHJ opened ${counts}`,
    `${time} room BCDFGHJ lesson-began ${counts}`,
    `${time} room BCDFGHJ debrief ${counts}`,
    `${time} room BCDFGHJ closed ${counts}`,
    `${time} room ZZZZZZZ damaged`,
  ]);
});

test("a room that was taken up in the middle does not begin again", () => {
  const { log, lines } = logAt(() => 0);
  log.begins(roomIn("round"), "resumed");
  log.follow(roomIn("round"));
  log.follow(roomIn("debrief"));
  expect(lines.map((line) => line.split(" ")[3])).toEqual(["resumed", "debrief"]);
});

test("faults take a line each, some in a minute, and their calls only when asked for", () => {
  let now = 0;
  const { log, lines } = logAt(() => now);
  for (let index = 0; index < 200; index++) log.fault("here", new Error(`bad\n${index}`));
  expect(lines).toHaveLength(31);
  expect(lines[0]).toMatch(/^1970-01-01T00:00:00\.000Z fault here: Error: bad 0 \(serverLog\.test\.ts:\d+:\d+\)$/);
  expect(lines.at(-1)).toContain("no more of them for a minute");
  now = 60_000;
  log.fault("there", "words");
  expect(lines.at(-1)).toBe("1970-01-01T00:01:00.000Z fault there: words");
  const loud = logAt(() => 0, true);
  loud.log.fault("here", new Error("bad"));
  expect(loud.lines[1]).toMatch(/^Error: bad\n +at /);
});
