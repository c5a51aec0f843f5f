/**
 * The debrief over the server: opened by the teacher alone, analysed beside the class, set beside other courses, kept as
 * files, and found again after a restart.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Classroom, type Socket } from "./classroom.ts";

const scenario = `
demarche: 1
id: bridge
title: Bridge
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
turns: simultaneous
actors:
  east: { name: East }
  west: { name: West }
tracks:
  bridge:
    initial: open
    states: { open: { rung: 0 }, shut: { rung: 4 }, blown: { rung: 9 } }
moves:
  shut: { by: west, when: bridge is open, then: { bridge: shut } }
  blow: { by: west, when: bridge is shut, then: { bridge: blown } }
  wait: { by: east }
outcomes:
  lost: { when: bridge is blown }
  kept: { otherwise: true }
properties:
  never_blown: { claim: The bridge stands, never: bridge is blown }
  way_back: { claim: The bridge can be opened, from: bridge is shut, reachable: bridge is open }
`;

const rooms: Classroom[] = [];
afterEach(async () => {
  for (const classroom of rooms.splice(0)) await classroom.remove();
});

/** A class of one person that shuts and blows up the bridge, up to the end of its rounds. */
async function lost(classroom: Classroom): Promise<{ code: string; teacher: Socket; west: Record<string, string> }> {
  const code = await classroom.open({ scenario: "bridge", people: ["west"] });
  const west = await classroom.join(code, "Wim");
  const teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "Admit", seat: "s1", role: "west" });
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
  const socket = await classroom.connect(code, west);
  for (const move of ["shut", "blow"]) {
    await socket.until(() => socket.screen.turn?.options.some((option) => option.move === move) === true);
    await socket.ask({ type: "Seal", move, turn: socket.screen.turn?.turn ?? 0 });
  }
  await socket.until(() => socket.screen.room?.phase === "ended");
  await socket.close();
  return { code, teacher, west };
}

async function started(): Promise<Classroom> {
  const classroom = new Classroom({ bridge: scenario });
  rooms.push(classroom);
  mkdirSync(join(classroom.folder, "web/keepsake"), { recursive: true });
  writeFileSync(join(classroom.folder, "web/keepsake/page.js"), "0");
  writeFileSync(join(classroom.folder, "web/keepsake/page.css"), "");
  await classroom.start();
  return classroom;
}

test("lamps and the analysis come while the class goes on, and again after a restart", async () => {
  const classroom = await started();
  const { code, teacher, west } = await lost(classroom);
  await teacher.until(() => teacher.screen.status?.lamps.some(({ light }) => light === "failed") === true);
  await teacher.until(() => teacher.screen.status?.lamps.some(({ light }) => light === "unreachable") === true);
  await teacher.until(() => (teacher.screen.analysis?.weighed.done ?? 0) === 2);
  expect(teacher.screen.analysis).toMatchObject({ runs: 10_000, weighed: { done: 2, of: 2 } });
  const found = JSON.stringify(teacher.screen.analysis);
  await teacher.ask({ type: "GoOn" });
  await classroom.stop();
  await classroom.start();
  const again = await classroom.connect(code, west);
  await again.until(() => again.screen.analysis?.weighed.done === 2);
  expect(JSON.stringify(again.screen.analysis)).toBe(found);
});

test("a class stands beside others that are over, and beside the course that it left itself", async () => {
  const classroom = await started();
  await lost(classroom);
  const { teacher } = await lost(classroom);
  await teacher.until(() => teacher.screen.debrief !== undefined);
  expect(teacher.screen.debrief?.others.map(({ own, outcome }) => [own, outcome])).toEqual([[false, "Lost"]]);
  const position = teacher.screen.status?.turnsBefore[0]?.position ?? 0;
  expect(await teacher.ask({ type: "Undo", position, luck: "same" })).toBeNull();
  await teacher.until(() => teacher.screen.debrief === undefined);
  await teacher.ask({ type: "EndRounds" });
  await teacher.until(() => teacher.screen.debrief !== undefined);
  expect(teacher.screen.debrief?.others.map(({ own, outcome }) => [own, outcome])).toEqual([
    [true, "Lost"],
    [false, "Lost"],
  ]);
});

test("the teacher keeps a page, a table and logs, without forgotten names", async () => {
  const classroom = await started();
  const { code } = await lost(classroom);
  const get = (path: string) => classroom.ask(classroom.teacher, "GET", `/api/room/${code}/${path}`);
  expect((await get("export.html")).text).toContain("Bridge");
  expect((await get("actions.csv")).text).toContain("s1,Wim,west,1,2022-01-01,sealed,shut,Shut,1");
  for (const log of ["run.jsonl", "room.jsonl"]) expect((await get(log)).text).not.toContain("Wim");
  await classroom.ask(classroom.teacher, "POST", `/api/room/${code}/forget`, {});
  expect((await get("actions.csv")).text).toContain("s1,,west,1,2022-01-01,sealed,shut,Shut,1");
  expect((await get("actions.csv")).text).not.toContain("Wim");
});
