/**
 * A school behind one address: limits keep strangers off, and stand in nobody's way who has a seat or teaches.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Classroom, type Cookies } from "./classroom.ts";

const classroom = Classroom.ofSmallCrisis();
let code = "";
let usa: Cookies = {};
beforeAll(async () => {
  await classroom.start();
  code = await classroom.open({ scenario: "small", people: ["usa"] });
  usa = await classroom.join(code, "Ana");
});
afterAll(() => classroom.remove());

test("a teacher admits a whole class with one click", async () => {
  const full = await classroom.open({ scenario: "small", people: ["usa"], perDelegation: 6 });
  const leader = await classroom.connect(full, classroom.teacher, "teacher");
  for (let index = 0; index < 40; index++) await classroom.join(full, `P${index}`);
  const asked = Array.from({ length: 40 }, (_, index) =>
    leader.ask({ type: "Admit", seat: `s${index + 1}`, role: "press" }),
  );
  expect(new Set(await Promise.all(asked))).toEqual(new Set([null]));
  await leader.close();
});

test("strangers do not use up the requests of those who have a seat", async () => {
  const stranger = async (): Promise<number> => (await classroom.ask({}, "GET", `/api/room/${code}`)).status;
  let status = 200;
  for (let count = 0; count < 4000 && status === 200; count += 20) {
    const statuses = await Promise.all(Array.from({ length: 20 }, stranger));
    status = Math.max(...statuses);
  }
  expect(status).toBe(429);
  expect((await classroom.ask({ ...usa }, "GET", `/api/room/${code}`)).status).toBe(200);
  expect((await classroom.ask({ ...classroom.teacher }, "GET", "/api/rooms")).status).toBe(200);
});
