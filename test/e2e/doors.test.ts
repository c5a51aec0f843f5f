/**
 * The server's two doors: what there is at each, under which names, and how slow, broken and strange requests end.
 */

import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket as TcpSocket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Classroom, type Cookies, freshKey, Socket } from "./classroom.ts";
import { deafSocket } from "./deafSocket.ts";

const classroom = Classroom.ofSmallCrisis();
const proxied = Classroom.ofSmallCrisis({
  host: "127.0.0.1",
  publicUrl: new URL("https://class.example"),
  deskUrl: new URL("https://desk.example"),
});
let code = "";
let ana: Cookies = {};
beforeAll(async () => {
  for (const each of [classroom, proxied]) {
    await each.start();
    for (const file of ["index", "teach", "seat", "project", "studio"]) {
      writeFileSync(join(each.folder, `web/${file}.html`), `<title>${file}</title>`);
    }
  }
  code = await classroom.open({ scenario: "small", people: ["usa"] });
  ana = await classroom.join(code, "Ana");
});
afterAll(async () => {
  await classroom.remove();
  await proxied.remove();
});

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Asks under any name; `fetch` would not let the Host be chosen. */
function get(door: string, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(`${door}${path}`, { method, headers }, (answer) => {
      let text = "";
      answer.on("data", (data: Buffer) => {
        text += data.toString();
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

const cookieOf = (cookies: Cookies): string =>
  Object.entries(cookies)
    .map((pair) => pair.join("="))
    .join("; ");

describe("the class's door", () => {
  test.each([
    ["GET", "/teach"],
    ["GET", "/teach/CODE"],
    ["GET", "/studio"],
    ["GET", "/api/teacher"],
    ["POST", "/api/teacher/enter"],
    ["GET", "/api/rooms"],
    ["POST", "/api/rooms"],
    ["GET", "/api/studio/library"],
    ["GET", "/api/room/CODE/run.jsonl"],
    ["GET", "/api/room/CODE/room.jsonl"],
    ["GET", "/api/room/CODE/actions.csv"],
    ["GET", "/api/room/CODE/export.html"],
    ["POST", "/api/room/CODE/forget"],
    ["GET", "/desk/api/rooms"],
  ])("has no %s %s, even for the teacher", async (method, path) => {
    const headers = { cookie: cookieOf(classroom.teacher) };
    const asked = path.replace("CODE", code);
    expect((await get(classroom.address, asked, headers, method)).status).toBe(404);
    // At the desk it is there: were it not, the line above would say nothing.
    const desk = await get(classroom.desk, asked, headers, method);
    expect([404, 401]).not.toContain(desk.status);
  });

  test("has no socket for the teacher, and the desk's has none for students", async () => {
    const at = (door: string, query: string, cookies: Cookies): Promise<Socket> =>
      Socket.open(`${door.replace("http", "ws")}/ws/room/${code}${query}`, cookies);
    expect((await at(classroom.address, "?as=teacher", classroom.teacher)).closed?.code).toBe(4401);
    expect((await at(classroom.desk, "", ana)).closed?.code).toBe(4401);
    const teacher = await at(classroom.desk, "?as=teacher", classroom.teacher);
    expect(teacher.closed).toBeNull();
    await teacher.close();
    for (const door of [classroom.address, classroom.desk]) {
      const wall = await at(door, "?as=projector", classroom.teacher);
      expect(wall.closed).toBeNull();
      await wall.close();
    }
  });

  test("lets nobody look into secrets by the teacher's cookie", async () => {
    const path = `/api/room/${code}/knowledge?as=usa`;
    const teacher = await classroom.connect(code, classroom.teacher, "teacher");
    await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
    for (const type of ["GoOn", "GoOn", "EndRounds"] as const) expect(await teacher.ask({ type })).toBeNull();
    await teacher.close();
    expect((await get(classroom.desk, path, { cookie: cookieOf(classroom.teacher) })).status).toBe(200);
    expect((await get(classroom.address, path, { cookie: cookieOf(classroom.teacher) })).status).toBe(403);
  });
});

describe("the desk's door", () => {
  test("asks for the teacher's secret of everybody, from this machine as well", async () => {
    expect((await get(classroom.desk, "/api/rooms")).status).toBe(401);
    expect((await get(classroom.desk, "/api/studio/library")).status).toBe(401);
    expect((await get(classroom.desk, "/api/rooms", { "x-forwarded-for": "127.0.0.1" })).status).toBe(401);
  });

  test.each(["evil.example", "evil.example:8081", "127.0.0.1.evil.example", "192.0.2.7", "laptop.example"])(
    "does not answer under the name %s",
    async (host) => {
      const headers = { host, cookie: cookieOf(classroom.teacher), "x-forwarded-host": "localhost" };
      const answer = await get(classroom.desk, "/api/rooms", headers);
      expect(answer.status).toBe(421);
      expect(answer.text).toContain("--desk-url");
      const proxy = await get(proxied.desk, "/api/rooms", { ...headers, cookie: cookieOf(proxied.teacher) });
      expect(proxy.status).toBe(421);
    },
  );

  test.each(["localhost", "localhost:9", "127.0.0.1:8081", "[::1]:8081"])("answers as %s", async (host) => {
    const headers = { host, cookie: cookieOf(classroom.teacher) };
    expect((await get(classroom.desk, "/api/rooms", headers)).status).toBe(200);
  });

  test("answers under the names of a proxy, and behind one under /desk, sockets too", async () => {
    const cookie = cookieOf(proxied.teacher);
    for (const host of ["class.example", "desk.example"]) {
      expect((await get(proxied.desk, "/desk/api/rooms", { host, cookie })).status).toBe(200);
    }
    const address = `${classroom.desk.replace("http", "ws")}/desk/ws/room/${code}?as=teacher`;
    const teacher = await Socket.open(address, classroom.teacher);
    expect(teacher.screen.room?.code).toBe(code);
    await teacher.close();
  });

  test("a page of the class's door cannot act there", async () => {
    const headers = { origin: classroom.address, cookie: cookieOf(classroom.teacher) };
    expect((await get(classroom.desk, `/api/room/${code}/forget`, headers, "POST")).status).toBe(403);
  });
});

describe("behind a proxy with TLS", () => {
  test("students join at its address, their cookies are for TLS alone, its pages may ask", async () => {
    const room = await proxied.open({ scenario: "small", people: ["usa"] });
    const { value } = await proxied.ask({}, "GET", `/api/room/${room}`);
    expect(value.address).toBe("https://class.example/");
    const join = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${proxied.address}/api/room/${room}/join`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ key: freshKey(), name: "Ben", wish: null }),
      });
    const joined = await join({ origin: "https://class.example", "x-forwarded-proto": "https" });
    expect(joined.status).toBe(200);
    expect(joined.headers.get("set-cookie")).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
    expect((await join({ origin: "https://evil.example" })).status).toBe(403);
    // Without a proxy, nobody is believed to come by one.
    const claimed = await fetch(`${classroom.address}/api/room/${code}/join`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-proto": "https" },
      body: JSON.stringify({ key: freshKey(), name: "Ben", wish: null }),
    });
    expect(claimed.headers.get("set-cookie")).not.toContain("Secure");
  });
});

describe("pages", () => {
  test("a class's code behind the address opens the page for joining, however it is written", async () => {
    for (const written of [code, code.toLowerCase(), `${code.slice(0, 3)}-${code.slice(3)}`]) {
      const page = await get(classroom.address, `/${written}`, { accept: "text/html" });
      expect(page).toMatchObject({ status: 200, text: "<title>index</title>" });
    }
  });

  test("what is not there is a page for people and JSON for programs", async () => {
    for (const path of ["/nowhere", "/a/b/c", "/seat", "/AEIOUAE"]) {
      const page = await get(classroom.address, path, { accept: "text/html,*/*" });
      expect(page.status).toBe(404);
      expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(page.text).toContain(`<a href="/">Join your class</a>`);
    }
    expect((await get(classroom.desk, "/nowhere", { accept: "text/html" })).text).toContain(`href="/teach"`);
    for (const [path, accept] of [
      ["/api/nothing", "text/html"],
      ["/nowhere", "application/json"],
    ]) {
      const answer = await get(classroom.address, path ?? "", { accept: accept ?? "" });
      expect(answer).toMatchObject({ status: 404, text: `{"error":"not found"}` });
    }
  });

  test("are asked for anew each time, and what a room answers is kept nowhere", async () => {
    for (const [door, path] of [
      [classroom.address, "/"],
      [classroom.address, `/${code}`],
      [classroom.desk, "/teach"],
    ]) {
      expect((await get(door ?? "", path ?? "")).headers["cache-control"], path).toBe("no-cache");
    }
    expect((await get(classroom.address, `/api/room/${code}`)).headers["cache-control"]).toBe("no-store");
  });
});

describe("health", () => {
  test("is told at both doors, under any name, without secrets", async () => {
    for (const door of [classroom.address, classroom.desk]) {
      expect(await get(door, "/healthz", { host: "10.1.2.3:8081" })).toMatchObject({
        status: 200,
        text: `{"ok":true,"rooms":1}`,
      });
    }
  });

  test("turns to 503 while the server stops", async () => {
    const other = Classroom.ofSmallCrisis();
    await other.start();
    const room = await other.open({ scenario: "small", people: ["usa"] });
    // A screen that does not answer keeps the server waiting for a moment.
    const deaf = await deafSocket(other.desk, `/ws/room/${room}?as=teacher`, other.teacher);
    const stopped = other.stop();
    for (const door of [other.address, other.desk]) {
      expect(await get(door, "/healthz")).toMatchObject({ status: 503, text: `{"error":"the server stops"}` });
    }
    expect((await get(other.address, `/api/room/${room}`)).status).toBe(503);
    await stopped;
    deaf.destroy();
    await expect(get(other.address, "/healthz")).rejects.toThrow("ECONNREFUSED");
    await other.remove();
  });
});

/** Milliseconds that the tests have patience for. */
const patience = 8000;

/** What a connection was sent until it was closed. */
function untilClosed(socket: TcpSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.on("data", (data) => {
      text += data.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
    setTimeout(() => reject(new Error("the connection was left open")), patience).unref();
  });
}

describe("connections", () => {
  const open = (door: string): TcpSocket => connect(Number(new URL(door).port), "127.0.0.1");

  test("that send a byte now and then, or nothing, are ended", async () => {
    for (const [door, app] of [
      [classroom.address, classroom.doors?.forClass],
      [classroom.desk, classroom.doors?.forDesk],
    ] as const) {
      const server = app?.server;
      if (server === undefined) throw new Error("there is no server");
      expect(server.headersTimeout).toBe(10_000);
      expect(server.requestTimeout).toBe(60_000);
      expect(server.keepAliveTimeout).toBe(10_000);
      // The same clock, set so that the test need not wait as long.
      server.headersTimeout = 1500;
      const slow = open(door);
      const drip = setInterval(() => slow.write("x"), 200);
      slow.write("GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
      const silent = open(door);
      try {
        expect(await untilClosed(slow)).toMatch(/^HTTP\/1\.1 408 /);
        await untilClosed(silent);
      } finally {
        clearInterval(drip);
        server.headersTimeout = 10_000;
      }
    }
  });

  test("beyond the most are not taken, and those that broke leave no line in the log", async () => {
    const before = classroom.log.length;
    for (const garbage of ["\0\0\0\0\r\n\r\n", "GET\r\n\r\n", `GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}\r\n\r\n`]) {
      const socket = open(classroom.address);
      const closed = untilClosed(socket);
      socket.write(garbage);
      expect(await closed).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    const reset = open(classroom.address);
    await new Promise((done) => reset.once("connect", done));
    reset.write("GET / HTTP/1.1\r\n");
    reset.resetAndDestroy();
    expect((await get(classroom.address, "/healthz")).status).toBe(200);
    expect(classroom.log.slice(before)).toEqual([]);

    const server = classroom.doors?.forClass.server;
    if (server === undefined) throw new Error("there is no server");
    expect(server.maxConnections).toBe(2000);
    server.maxConnections = 1;
    const first = open(classroom.address);
    await new Promise((done) => first.once("connect", done));
    expect(await untilClosed(open(classroom.address))).toBe("");
    first.destroy();
    server.maxConnections = 2000;
  });

  test("a socket that shows nothing is sent away before its room is looked for", async () => {
    for (const path of [`/ws/room/${code}`, "/ws/room/BCDFGHJ", `/ws/room/${code}?as=projector`]) {
      const socket = await Socket.open(`${classroom.address.replace("http", "ws")}${path}`, {});
      expect(socket.closed).toEqual({ code: 4401, reason: "no seat" });
    }
  });
});

describe("faults", () => {
  test("of a route cost one request and a line without personal data", async () => {
    const { rooms } = classroom;
    if (rooms === null) throw new Error("there are no rooms");
    const find = rooms.find.bind(rooms);
    rooms.find = () => {
      throw new TypeError("broken on\npurpose");
    };
    try {
      const answer = await classroom.ask(ana, "GET", `/api/room/${code}`);
      expect(answer).toMatchObject({ status: 500, value: { error: "failed" } });
      const socket = await classroom.connect(code, ana);
      expect(socket.closed).not.toBeNull();
    } finally {
      rooms.find = find;
    }
    const [route, socket] = classroom.log.slice(-2);
    const place = String.raw`TypeError: broken on purpose \(doors\.test\.ts:\d+:\d+\)$`;
    expect(route).toMatch(new RegExp(String.raw`^\S+Z fault GET /api/room/:code: ${place}`));
    expect(socket).toMatch(new RegExp(String.raw`^\S+Z fault class socket /ws/room/:code: ${place}`));
    expect(classroom.log.join("\n")).not.toMatch(/Ana|127\.0\.0\.1|\n +at /);
    expect((await classroom.ask(ana, "GET", `/api/room/${code}`)).status).toBe(200);
  });
});
