/**
 * A disk that takes nothing more, in the middle of a class: everybody is told so, nothing confirmed is lost, and the class
 * goes on as soon as there is room again, with what was sent meanwhile done once.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyChain } from "../../src/log/chain.ts";
import { roomStream } from "../../src/server/database.ts";
import { Classroom, type Cookies, freshKey, type Socket } from "./classroom.ts";

const classroom = Classroom.ofSmallCrisis();
let code = "";
let cookies: Cookies = {};
let student: Socket;
beforeAll(async () => {
  await classroom.start();
  code = await classroom.open({ scenario: "small", people: ["usa"] });
  cookies = await classroom.join(code, "Ana");
  const teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
  student = await classroom.connect(code, cookies);
});
afterAll(() => classroom.remove());

const pragma = (text: string): void => classroom.rooms?.database.store.database.exec(`pragma ${text}`);

test.each([
  ["full", () => pragma("max_page_count = 1"), () => pragma("max_page_count = 1000000"), "disk full"],
  ["read-only", () => pragma("query_only = on"), () => pragma("query_only = off"), "inaccessible"],
])("a disk that is %s", async (name, stop, mend, reason) => {
  const said = student.screen.messages?.length ?? 0;
  expect(await student.ask({ type: "Say", to: "all", text: `before ${name}` })).toBeNull();
  stop();
  // Long texts, so that a database that may not grow has no room left in its last page.
  const key = freshKey();
  const late = { type: "Say", to: "all", text: "x".repeat(1900) } as const;
  let refused: string | null = null;
  for (let count = 0; count < 20 && refused === null; count++) refused = await student.ask(late, `${key}-${count}`);
  expect(refused).toBe(reason);
  const join = await classroom.ask({}, "POST", `/api/room/${code}/join`, {
    key: freshKey(),
    name: "B".repeat(40),
    wish: null,
  });
  expect([200, 503]).toContain(join.status);
  const { screen } = await classroom.connect(code, cookies);
  expect(screen.messages?.some(({ text }) => text === `before ${name}`)).toBe(true);
  mend();
  classroom.now += 60_000;
  const after = student.screen.messages?.length ?? 0;
  expect(await student.ask({ type: "Say", to: "all", text: `after ${name}` }, `${key}-after`)).toBeNull();
  expect(await student.ask({ type: "Say", to: "all", text: `after ${name}` }, `${key}-after`)).toBeNull();
  expect(student.screen.messages).toHaveLength(after + 1);
  expect(after).toBeGreaterThan(said);
  expect(verifyChain(classroom.rooms?.database.store.readNow(roomStream(code)) ?? [])).toBeNull();
});
