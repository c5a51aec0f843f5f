/**
 * A clumsy and a hostile class, beside a room that nobody disturbs: whatever arrives from outside, the server lives, the
 * other room stays quick, and what was acknowledged is there.
 *
 * Everything goes over loopback, from this process; the undisturbed room is used and measured from another one.
 */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { post } from "../../src/cli/participant.ts";
import { verifyChain } from "../../src/log/chain.ts";
import { openDatabase, roomStream } from "../../src/server/database.ts";
import { Dice } from "../dice.ts";
import { ServerProcess } from "../e2e/serverProcess.ts";
import { ask, Intruder, plain } from "./attackers.ts";
import { deep, garbled, mutated } from "./mutation.ts";
import type { Measured } from "./probe.ts";

/** Mutated messages and requests that are sent. */
const mutations = Number(process.env.MUTATIONS ?? 20_000);

/** Milliseconds within which the undisturbed room answers in 99 of 100 cases, and megabytes that the server may take. */
const lateMax = 300;
const memoryMax = 400;

const built = join(import.meta.dirname, "../../dist/cli/main.js");
const server = new ServerProcess();
// What is built takes less memory than what is stripped of its types at every start.
if (existsSync(built)) server.main = built;
/** Attackers who are strangers come from a device of their own: strangers are counted by address. */
const elsewhere = "127.0.0.66";

const seed = process.env.SEED ?? "hostile";
let cookie = "";
let quiet = "";
let probe: ChildProcess;
const reports: string[] = [];

async function open(people: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { value } = await post(
    server.desk,
    "/api/rooms",
    {
      scenario: "geneva-2022-class",
      language: null,
      variant: null,
      people,
      perDelegation: 6,
      timing: { briefing: 5, rounds: [60], debrief: 60 },
      pace: "automatic",
      seed: "a",
      ...more,
    },
    cookie,
  );
  return (value as { code: string }).code;
}

let keys = 0;
const freshKey = (): string => `key-${String(++keys).padStart(10, "0")}`;

async function takeSeat(code: string, name: string): Promise<string> {
  const reply = await ask(server.address, "POST", `/api/room/${code}/join`, {
    body: JSON.stringify({ key: freshKey(), name, wish: null }),
  });
  return reply.cookie;
}

/** A room in its rounds, with seats of one delegation, or of several. */
async function inRounds(roles: readonly string[]): Promise<{ code: string; teacher: Intruder; seats: string[] }> {
  const code = await open([...new Set([...roles, "russia"])].filter((role) => role !== "observer"));
  const teacher = await Intruder.open(server.desk, code, cookie, "?as=teacher");
  const seats: string[] = [];
  for (const index of roles.keys()) seats.push(await takeSeat(code, `Seat ${index}`));
  command(teacher, { type: "AdmitAll", seats: roles.map((role, index) => ({ seat: `s${index + 1}`, role })) });
  await until(() => teacher.screen.status?.seats.filter(({ role }) => role !== null).length === roles.length);
  command(teacher, { type: "GoOn", stage: 0 });
  await until(() => teacher.screen.room?.phase === "briefing");
  command(teacher, { type: "GoOn", stage: teacher.screen.status?.stage ?? -1 });
  await until(() => teacher.screen.room?.phase === "round");
  return { code, teacher, seats };
}

const command = (who: Intruder, asked: unknown): void => who.send(JSON.stringify({ key: freshKey(), command: asked }));

async function until(condition: () => boolean, seconds = 30): Promise<void> {
  for (let tries = 0; tries < seconds * 50; tries++) {
    if (condition()) return;
    await wait(20);
  }
  throw new Error("waited in vain");
}

function memory(what: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024);
}

/** Notes what the server takes by now. */
const weigh = (after: string): void => {
  if (server.pid > 0) reports.push(`  after ${after}: ${memory("VmRSS")} MB, ${memory("VmHWM")} MB at most so far`);
};

/** The server is the same process, answers, and has written no stack trace. */
async function lives(): Promise<void> {
  expect((await ask(server.address, "GET", "/healthz")).status).toBe(200);
  expect(server.told).not.toMatch(/\n\s+at .+:\d+:\d+/);
}

afterEach(({ task }) => weigh(task.name));

beforeAll(async () => {
  await server.start();
  ({ cookie } = await post(server.desk, "/api/teacher/enter", { key: server.secret }, ""));
  quiet = await open(["usa", "russia"]);
  probe = fork(join(import.meta.dirname, "probe.ts"), [server.address, server.desk, quiet, server.secret]);
  await new Promise((resolve) => probe.once("message", resolve));
}, 120_000);

afterAll(async () => {
  if (probe.connected) probe.disconnect();
  await server.remove();
  for (const line of reports) console.log(line);
});

describe("what ends a process", { timeout: 120_000 }, () => {
  test("messages that are no messages", async () => {
    const { code, seats } = await inRounds(["usa", "ukraine"]);
    const bad: (string | Buffer)[] = [
      '{"key":{"toString":1,"valueOf":1}}',
      `{"key":${deep(30_000)}}`,
      deep(30_000),
      `{"key":"12345678","command":${deep(30_000, '{"a":', "}").replace('{"a":}', "{}")}}`,
      '{"key":"12345678","command":{"type":"__proto__"}}',
      '{"__proto__":{"key":"12345678"},"command":null}',
      '{"key":"12345678","command":{"type":"Say","to":"to:__proto__","text":"x"}}',
      '{"key":"12345678","command":{"type":"Propose","move":"constructor","turn":1}}',
      "null",
      "[]",
      '""',
      "1e999",
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.alloc(60_000, 0x5b),
    ];
    for (const message of bad) {
      const intruder = await Intruder.open(server.address, code, seats[0] ?? "");
      intruder.send(message);
      await wait(20);
      intruder.close();
    }
    const frames = [
      Buffer.from([0x81, 0xfe]),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x88, 0x81, 0, 0, 0, 0, 1]),
      Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
      Buffer.from([0x01, 0x80, 0, 0, 0, 0, 0x01, 0x80, 0, 0, 0, 0]),
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    ];
    for (const frame of frames) {
      const intruder = await Intruder.open(server.address, code, seats[1] ?? "");
      intruder.raw(frame);
      await wait(20);
      intruder.close();
    }
    await lives();
    const back = await Intruder.open(server.address, code, seats[0] ?? "");
    expect(back.screen.room?.phase).toBe("round");
    back.close();
  });

  test("connections that say nothing, half of something, or what is no request", async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => plain(server.address)));
    for (const [index, socket] of sockets.entries()) {
      socket.write(["GET / HTTP/1.1\r\nHost: a\r\n", "\u0000\u0001\u0002\r\n\r\n", "GET", ""][index % 4] ?? "");
    }
    await wait(2000);
    await lives();
    for (const socket of sockets) socket.destroy();
    for (let index = 0; index < 50; index++) {
      const socket = await plain(server.address);
      socket.write(
        `POST /api/room/${quiet}/join HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{`,
      );
      socket.destroy();
    }
    await lives();
  });

  test("documents that hang or drown their reader are answered with a sentence", async () => {
    const doubling = Array.from({ length: 60 }, (_, index) => `  t${index + 1}: t${index} + t${index}`).join("\n");
    const chain = Array.from({ length: 20_000 }, (_, index) => `  t${index + 1}: t${index} + 1`).join("\n");
    const head = "demarche: 1\nid: bad\ntitle: Bad\nclock: { start: 2022-01-01, rounds: 2 }\nactors: { a: {} }\n";
    const documents = [
      `${head}terms:\n  t0: 1\n${doubling}\nmoves: { m: { by: a, when: t60 > 1, then: {} } }\n`,
      `${head}terms:\n  t0: 1\n${chain}\n`,
      `${head}moves: ${deep(20_000)}\n`,
      `${head}${"x: 1\n".repeat(100_000)}`,
      `${head}variables:\n${Array.from({ length: 30_000 }, (_, index) => `  v${index}: { scale: [0, 9], initial: any }`).join("\n")}\n`,
    ];
    for (const text of documents) {
      const reply = await ask(server.desk, "POST", "/api/studio/read", {
        body: JSON.stringify({ id: "bad", text, language: null }),
        headers: { cookie },
      });
      expect([200, 400, 413, 422, 429, 503]).toContain(reply.status);
      expect(reply.text).not.toMatch(/\bat .+:\d+:\d+/);
    }
    await lives();
  });
});

describe("what drowns a room", { timeout: 300_000 }, () => {
  test("28 watchers, and one seat that says as much as it may", async () => {
    const { teacher, code, seats } = await inRounds(["usa", ...Array.from({ length: 27 }, () => "observer")]);
    const watchers = await Promise.all(seats.map((seat) => Intruder.open(server.address, code, seat)));
    const [writer] = watchers;
    if (writer === undefined) throw new Error("nobody writes");
    for (let second = 0; second < 40; second++) {
      for (let count = 0; count < 6; count++) {
        command(writer, { type: "Say", to: "all", text: `${second} ${"word ".repeat(300)}` });
      }
      await wait(250);
    }
    const said = teacher.screen.messages?.length ?? 0;
    expect(said).toBeGreaterThan(30);
    expect(writer.refusals).toContain("too fast");
    await until(() => watchers.slice(1).every(({ screen }) => screen.messages?.length === said));
    for (const watcher of watchers) watcher.close();
    teacher.close();
  });

  test("60 windows of one seat, half of them asleep, and screens that read nothing", async () => {
    const { code, seats, teacher } = await inRounds(["usa", "ukraine"]);
    const windows: Intruder[] = [];
    for (let index = 0; index < 60; index++) {
      const opened = await Intruder.open(server.address, code, seats[0] ?? "");
      if (index % 2 === 0) opened.sleep();
      windows.push(opened);
    }
    await wait(500);
    const open = windows.filter(({ closed }) => closed === null);
    const told = windows.filter(({ closed }) => closed?.code === 4408);
    // Those that sleep do not hear that they were closed.
    expect(told.length).toBeGreaterThanOrEqual(25);
    expect(open.length + told.length).toBe(60);
    for (const window of windows) for (let count = 0; count < 5; count++) window.ping(Buffer.alloc(100));
    for (let count = 0; count < 200; count++) command(teacher, { type: "Broadcast", text: "x".repeat(1900) });
    await lives();
    for (const window of windows) window.close();
    teacher.close();
  });

  test("3,000 requests for a seat", async () => {
    const code = await open(["usa", "russia"]);
    const teacher = await Intruder.open(server.desk, code, cookie, "?as=teacher");
    const statuses = new Map<number, number>();
    for (let batch = 0; batch < 60; batch++) {
      const replies = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ask(server.address, "POST", `/api/room/${code}/join`, {
            body: JSON.stringify({ key: freshKey(), name: `Nobody ${batch} ${index}`, wish: null }),
            from: elsewhere,
          }),
        ),
      );
      for (const { status } of replies) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(statuses.get(500)).toBeUndefined();
    expect(statuses.get(429)).toBeGreaterThan(2000);
    await until(() => (teacher.screen.status?.seats.length ?? 0) > 0);
    expect(teacher.screen.status?.seats.length).toBeLessThanOrEqual(120);
    command(teacher, { type: "CloseJoining", closed: true });
    command(teacher, { type: "RemoveWaiting" });
    await until(() => teacher.screen.status?.seats.every(({ removed }) => removed) === true);
    await lives();
    teacher.close();
  });

  test("300 trials in a minute by one seat, and exports beside them", async () => {
    const { code, seats, teacher } = await inRounds(["usa", "ukraine"]);
    command(teacher, { type: "Reveal", stage: teacher.screen.status?.stage ?? -1 });
    await until(() => teacher.screen.room?.round === 1);
    command(teacher, { type: "EndRounds", stage: teacher.screen.status?.stage ?? -1 });
    await until(() => teacher.screen.room?.phase === "ended");
    command(teacher, { type: "GoOn", stage: teacher.screen.status?.stage ?? -1 });
    await until(() => teacher.screen.room?.phase === "debrief");
    const from = teacher.screen.debrief?.turns[0]?.position ?? 1;
    const trials = Array.from({ length: 300 }, () =>
      ask(server.address, "POST", `/api/room/${code}/try`, {
        body: JSON.stringify({ from, actor: "usa", moves: [], finish: true }),
        headers: { cookie: seats[0] ?? "" },
      }),
    );
    const other = await ask(server.address, "POST", `/api/room/${code}/try`, {
      body: JSON.stringify({ from, actor: "ukraine", moves: [], finish: true }),
      headers: { cookie: seats[1] ?? "" },
    });
    expect(other.status).toBe(200);
    for (let count = 0; count < 10; count++) {
      await ask(server.desk, "GET", `/api/room/${code}/export.html`, { headers: { cookie } });
    }
    const statuses = (await Promise.all(trials)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429].filter((status) => statuses.includes(status))));
    expect(statuses).toContain(200);
    await lives();
    teacher.close();
  });

  test("thousands of codes that do not exist", async () => {
    const dice = new Dice(seed);
    const letters = [..."BCDFGHJKLMNPQRSTVWXZ23456789"];
    for (let count = 0; count < 2000; count++) {
      const code = Array.from({ length: 7 }, () => dice.one(letters)).join("");
      const { status } = await ask(server.address, "GET", `/api/room/${code}`, { from: elsewhere });
      expect([404, 429]).toContain(status);
    }
    await lives();
  });
});

describe("what is nearly right", { timeout: 900_000 }, () => {
  test(`${mutations} mutated messages and requests`, async () => {
    const dice = new Dice(seed);
    const { code, seats, teacher } = await inRounds(["usa", "ukraine", "observer"]);
    const valid: readonly unknown[] = [
      { key: "k-00000001", command: { type: "Propose", move: "hold", turn: 1 } },
      { key: "k-00000002", command: { type: "Seal", move: "hold", turn: 1 } },
      { key: "k-00000003", command: { type: "Say", to: "to:russia", text: "A word." } },
      { key: "k-00000004", command: { type: "Admit", seat: "s1", role: "usa" } },
      { key: "k-00000005", command: { type: "AdmitAll", seats: [{ seat: "s1", role: "usa" }] } },
      { key: "k-00000006", command: { type: "Undo", position: 3, luck: "same", stage: 2 } },
      { key: "k-00000007", command: { type: "CauseIncident", incident: "clash", stage: 2 } },
      { key: "k-00000008", command: { type: "Extend", minutes: 2, stage: 2 } },
    ];
    const bodies: readonly (readonly [method: string, path: string, body: unknown])[] = [
      ["POST", `/api/room/${code}/join`, { key: "k-00000001", name: "Ana", wish: "usa" }],
      ["POST", `/api/room/${code}/try`, { from: 3, actor: "usa", moves: ["hold"], finish: true }],
      ["POST", "/api/teacher/enter", { key: "x" }],
      [
        "POST",
        "/api/rooms",
        { scenario: "pretext", people: ["west"], timing: { briefing: 1, rounds: [1], debrief: 1 } },
      ],
      ["POST", `/api/room/${code}/forget`, { seat: "s9" }],
      ["POST", "/api/studio/runs", { scenario: "pretext", finish: true }],
      ["POST", "/api/studio/read", { id: "pretext", text: "demarche: 1\nid: a\n", language: null }],
      ["POST", "/api/studio/tasks", { kind: "check", scenario: "pretext" }],
      ["PUT", "/api/studio/scenarios/x/draft", { text: "a", base: "b" }],
      ["GET", `/api/room/${code}/knowledge?as=usa`, null],
      ["GET", `/api/room/${code}/qr.svg`, null],
      ["GET", "/api/studio/runs/run-1/openings/2", null],
      ["GET", "/api/studio/difference?left=run-1&right=run-2", null],
      ["GET", "/", null],
      ["GET", "/assets/x.js", null],
      ["DELETE", "/api/studio/tasks/task-1", null],
    ];
    let intruders: Intruder[] = [];
    const failures: string[] = [];
    for (let sent = 0; sent < mutations; sent += 20) {
      intruders = intruders.filter(({ closed }) => closed === null);
      while (intruders.length < 3) {
        intruders.push(await Intruder.open(server.address, code, seats[intruders.length] ?? ""));
      }
      const asked: Promise<unknown>[] = [];
      for (let count = 0; count < 20; count++) {
        if (dice.falls(0.5)) {
          const text = JSON.stringify(mutated(dice.one(valid), dice)) ?? "";
          dice.one([...intruders, teacher]).send(dice.falls(0.3) ? garbled(text, dice) : text);
        } else {
          const [method, path, body] = dice.one(bodies);
          const text = JSON.stringify(mutated(body, dice)) ?? "";
          const to = dice.falls(0.5) ? server.desk : server.address;
          const own = dice.one([cookie, seats[0] ?? "", "", garbled(cookie, dice)]).replaceAll(/[^\x20-\x7e]/g, "");
          const where = dice.falls(0.3) ? encodeURI(garbled(path, dice).toWellFormed()) : path;
          asked.push(
            ask(to, dice.falls(0.1) ? dice.one(["PATCH", "OPTIONS", "HEAD", "DELETE", "TRACE"]) : method, where, {
              ...(method === "GET" ? {} : { body: dice.falls(0.3) ? garbled(text, dice) : text }),
              headers: { cookie: own },
              // From many devices, so that what is nearly right is read instead of being turned away as too much.
              from: `127.0.0.${70 + dice.below(180)}`,
            }).then(({ status, text: said }) => {
              if (status >= 500 && status !== 503) failures.push(`${method} ${where} ${text}: ${status} ${said}`);
            }),
          );
        }
      }
      await Promise.all(asked);
    }
    expect(failures.slice(0, 5)).toEqual([]);
    await lives();
    for (const intruder of [...intruders, teacher]) intruder.close();
  });
});

describe("afterwards", { timeout: 60_000 }, () => {
  test("the undisturbed room was quick throughout, and the server stayed small", async () => {
    const measured = await new Promise<Measured>((resolve) => {
      probe.once("message", (message) => resolve(message as Measured));
      probe.send("stop");
    });
    reports.push(
      `undisturbed room: ${measured.clicks} clicks, median ${measured.median.toFixed(1)} ms, 99th percentile ${measured.late.toFixed(1)} ms, longest ${measured.longest.toFixed(1)} ms`,
      `server: ${memory("VmHWM")} MB at most, ${memory("VmRSS")} MB now`,
    );
    expect(measured.failures).toEqual([]);
    expect(measured.clicks).toBeGreaterThan(100);
    expect(measured.late).toBeLessThan(lateMax);
    expect(memory("VmHWM")).toBeLessThan(memoryMax);
  });

  test("what was written verifies, and the server's log names no stack", async () => {
    expect(server.told).not.toMatch(/\n\s+at .+:\d+:\d+/);
    expect(server.told.split("\n").length).toBeLessThan(2000);
    await server.stop();
    const database = openDatabase(server.data);
    for (const stream of await database.store.streams()) {
      expect(verifyChain(database.store.readNow(stream)), stream).toBeNull();
    }
    expect(database.store.readNow(roomStream(quiet)).length).toBeGreaterThan(100);
    await database.close();
  });
});
