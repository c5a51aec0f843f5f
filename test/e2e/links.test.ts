/**
 * The teacher's link and the wall's: the first can be renewed without unseating anyone, the second shows what all may see
 * and lets nobody do anything.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Classroom, type Cookies, freshKey } from "./classroom.ts";

let classroom: Classroom;
let code = "";
let ana: Cookies = {};

beforeAll(async () => {
  classroom = Classroom.ofSmallCrisis();
  await classroom.start();
  code = await classroom.open({ scenario: "small", people: ["usa", "russia"] });
  ana = await classroom.join(code, "Ana");
  const teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
  await teacher.ask({ type: "GoOn" });
  await teacher.close();
});
afterAll(() => classroom.remove());

const entered = async (cookies: Cookies): Promise<unknown> =>
  (await classroom.ask(cookies, "GET", "/api/teacher")).value.entered;

/** The wall's key, from the link that the teacher's page shows. */
async function wallKey(room = code): Promise<string> {
  const { value } = await classroom.ask(classroom.teacher, "GET", `/api/room/${room}/wall`);
  const link = new URL(String(value.link));
  expect(link.pathname).toBe(`/project/${room}`);
  // It leads where the class gets in, not to a name that only the teacher's machine knows.
  expect(link.host).toBe("laptop.example");
  return link.hash.slice(1);
}

test("a new teacher's link ends the old one and every session that came by it, and no seat", async () => {
  const other = { ...classroom.teacher };
  const own = await classroom.connect(code, classroom.teacher, "teacher");
  const theirs = await classroom.connect(code, other, "teacher");
  const screen = await classroom.connect(code, other, "projector");
  const seat = await classroom.connect(code, ana);
  expect((await classroom.ask(ana, "POST", "/api/teacher/renew", {})).status).toBe(401);
  expect(await entered(other)).toBe(true);

  const { value } = await classroom.ask(classroom.teacher, "POST", "/api/teacher/renew", {});
  const [path, secret] = String(value.link).split("#");
  expect(path).toBe("/teach");
  // Open pages of the old link are put out; the one that asked comes back by its new cookie.
  for (const socket of [own, theirs, screen]) await socket.until(() => socket.closed?.code === 1012);
  const again = await classroom.connect(code, classroom.teacher, "teacher");
  expect(await again.ask({ type: "Broadcast", text: "Still here." })).toBeNull();
  expect((await classroom.connect(code, other, "teacher")).closed).toEqual({ code: 4401, reason: "no seat" });
  expect((await classroom.connect(code, other, "projector")).closed).toEqual({ code: 4401, reason: "no seat" });
  expect([await entered(classroom.teacher), await entered(other)]).toEqual([true, false]);
  for (const path of ["/api/rooms", `/api/room/${code}/actions.csv`, "/api/studio/library"]) {
    expect((await classroom.ask(other, "GET", path)).status).toBe(401);
  }
  const late: Cookies = {};
  expect((await classroom.ask(late, "POST", "/api/teacher/enter", { key: secret })).status).toBe(200);
  expect(await entered(late)).toBe(true);

  expect(seat.closed).toBeNull();
  expect(await seat.ask({ type: "Say", to: "all", text: "I sit where I sat." })).toBeNull();
  const { value: found } = await classroom.ask(ana, "GET", `/api/room/${code}`);
  expect(found.seat).toBe("s1");
  // So it is after a restart.
  await classroom.stop();
  await classroom.start();
  expect(await entered(late)).toBe(true);
  expect((await classroom.connect(code, ana)).screen.seat).toBeDefined();
  expect((await classroom.connect(code, other, "teacher")).closed?.code).toBe(4401);
});

test("the wall's link shows what the projector sees, after restarts too, and gives no other right", async () => {
  const wall: Cookies = {};
  const key = await wallKey();
  expect((await classroom.ask(wall, "POST", `/api/room/${code}/wall`, { key: `${key}x` })).status).toBe(403);
  expect((await classroom.ask(wall, "POST", `/api/room/${code}/wall`, { key: 7 })).status).toBe(403);
  expect((await classroom.connect(code, wall, "projector")).closed).toEqual({ code: 4401, reason: "no seat" });
  expect((await classroom.ask(wall, "POST", `/api/room/${code}/wall`, { key })).status).toBe(200);

  const byTeacher = await classroom.connect(code, classroom.teacher, "projector");
  const byLink = await classroom.connect(code, wall, "projector");
  expect(byLink.screen).toEqual(byTeacher.screen);
  expect(Object.keys(byLink.screen)).not.toContain("status");
  for (const command of [{ type: "GoOn" }, { type: "Say", to: "all", text: "x" }] as const) {
    expect(await byLink.ask(command)).toBe("not allowed");
  }
  for (const as of ["teacher", ""]) expect((await classroom.connect(code, wall, as)).closed?.code).toBe(4401);
  for (const path of [
    "/api/rooms",
    `/api/room/${code}/wall`,
    `/api/room/${code}/wall.svg`,
    `/api/room/${code}/actions.csv`,
  ]) {
    // At the class's door the teacher's routes are not there at all.
    expect((await classroom.ask(wall, "GET", path)).status, path).toBe(404);
  }
  expect((await classroom.ask(wall, "GET", `/api/room/${code}/knowledge`)).status).toBe(403);
  expect((await classroom.ask(wall, "POST", "/api/teacher/enter", { key })).status).toBe(403);

  // It is one room's.
  const elsewhere = await classroom.open({ scenario: "small", people: ["usa"] });
  expect(await wallKey(elsewhere)).not.toBe(key);
  expect((await classroom.ask({}, "POST", `/api/room/${elsewhere}/wall`, { key })).status).toBe(403);
  const swapped = { [`demarche_wall_${elsewhere}`]: wall[`demarche_wall_${code}`] ?? "" };
  expect((await classroom.connect(elsewhere, swapped, "projector")).closed?.code).toBe(4401);
  // No seat's token opens a wall, and no wall's token a seat.
  const seatAsWall = { [`demarche_wall_${code}`]: ana[`demarche_seat_${code}`] ?? "" };
  expect((await classroom.connect(code, seatAsWall, "projector")).closed?.code).toBe(4401);
  const wallAsSeat = { [`demarche_seat_${code}`]: wall[`demarche_wall_${code}`] ?? "" };
  expect((await classroom.connect(code, wallAsSeat)).closed?.code).toBe(4401);

  await classroom.stop();
  await classroom.start();
  expect(await wallKey()).toBe(key);
  expect((await classroom.connect(code, wall, "projector")).screen.room).toBeDefined();
  const picture = await classroom.ask(classroom.teacher, "GET", `/api/room/${code}/wall.svg`);
  expect(picture.text).toContain("<svg");
});

test("what each knew is the wall's to show once the debrief is open", async () => {
  const wall: Cookies = {};
  await classroom.ask(wall, "POST", `/api/room/${code}/wall`, { key: await wallKey() });
  const teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "EndRounds" });
  expect((await classroom.ask(wall, "GET", `/api/room/${code}/knowledge`)).status).toBe(403);
  expect(await teacher.ask({ type: "GoOn" })).toBeNull();
  expect((await classroom.ask(wall, "GET", `/api/room/${code}/knowledge?as=usa`)).status).toBe(200);
  expect((await classroom.ask({}, "GET", `/api/room/${code}/knowledge?as=usa`)).status).toBe(403);
});

test("a wrong key is tried some times, not many", async () => {
  const tries: number[] = [];
  for (let count = 0; count < 25; count++) {
    tries.push((await classroom.ask({}, "POST", `/api/room/${code}/wall`, { key: freshKey() })).status);
  }
  expect(tries.at(-1)).toBe(429);
});
