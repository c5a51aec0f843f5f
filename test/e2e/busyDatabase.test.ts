/**
 * Another process writes for two seconds: nobody waits in the server, whoever asked is told that it is busy, and the same
 * command sent again is done, once.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyChain } from "../../src/log/chain.ts";
import { roomStream } from "../../src/server/database.ts";
import { Classroom, type Cookies, freshKey, type Socket } from "./classroom.ts";

let classroom: Classroom;
let code = "";
let ana: Cookies = {};
let teacher: Socket;
let student: Socket;

beforeEach(async () => {
  classroom = Classroom.ofSmallCrisis();
  await classroom.start();
  code = await classroom.open({ scenario: "small", people: ["usa", "russia"] });
  ana = await classroom.join(code, "Ana");
  teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
  await teacher.ask({ type: "GoOn" });
  student = await classroom.connect(code, ana);
});
afterEach(() => classroom.remove());

const holder = `
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
  database.exec("begin immediate");
  process.stdout.write("held");
  setTimeout(() => { database.exec("rollback"); database.close(); }, Number(process.argv[2]));
`;

/** Starts a process that holds the write lock for a while; resolves once it does. */
async function hold(ms: number): Promise<{ readonly freed: Promise<void> }> {
  const file = join(classroom.folder, "data/demarche.sqlite");
  const child = spawn(process.execPath, ["-e", holder, file, String(ms)]);
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended.then(() => Promise.reject(new Error("it did not hold")))]);
  return { freed: ended.then(([status]) => expect(status).toBe(0)) };
}

test("a locked database stops nobody: commands are refused as busy and done when they are sent again", async () => {
  const { freed } = await hold(2000);
  const begun = performance.now();
  const key = freshKey();
  expect(await student.ask({ type: "Say", to: "all", text: "once" }, key)).toBe("busy");
  for (let count = 0; count < 20; count++) expect(await teacher.ask({ type: "Broadcast", text: "x" })).toBe("busy");
  const joining = { key: freshKey(), name: "Boris", wish: null };
  const join1 = await classroom.ask({}, "POST", `/api/room/${code}/join`, joining);
  expect(join1).toMatchObject({ status: 503, value: { error: "busy" } });
  expect(await classroom.ask(classroom.teacher, "POST", `/api/room/${code}/forget`, {})).toMatchObject({
    status: 503,
    value: { error: "busy" },
  });
  // What only reads goes on as ever, and so do timers.
  const watcher = await classroom.connect(code, ana);
  expect(watcher.screen.seat).toBeDefined();
  expect(await classroom.ask(ana, "GET", `/api/room/${code}`)).toMatchObject({ status: 200 });
  classroom.now += 1;
  expect(classroom.rooms?.forgetAfter(0)).toEqual([]);
  // All this took place while the other held the lock: nothing waited for it.
  expect(performance.now() - begun).toBeLessThan(2000);
  await freed;

  for (let count = 0; count < 2; count++) {
    expect(await student.ask({ type: "Say", to: "all", text: "once" }, key)).toBeNull();
  }
  const cookies: Cookies = {};
  expect(await classroom.ask(cookies, "POST", `/api/room/${code}/join`, joining)).toMatchObject({
    value: { seat: "s2" },
  });
  expect(student.screen.messages?.map(({ text }) => text)).toEqual(["once"]);
  expect(verifyChain(classroom.rooms?.database.store.readNow(roomStream(code)) ?? [])).toBeNull();
});
