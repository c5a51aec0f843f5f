/**
 * `demarche serve` as a process among others: it stops when it is asked to, as the first process of a container too, and
 * by nothing else.
 */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { post } from "../../src/cli/participant.ts";
import { databaseFile } from "../../src/server/database.ts";
import { type Cookies, freshKey, Socket } from "./classroom.ts";
import { CliSession } from "./cliSession.ts";
import { deafSocket } from "./deafSocket.ts";
import { ServerProcess } from "./serverProcess.ts";

const servers: ServerProcess[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
});

async function started(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = new ServerProcess();
  servers.push(server);
  server.environment = environment;
  await server.start();
  return server;
}

const cookiesOf = (line: string): Cookies =>
  Object.fromEntries([[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]]);

/** Opens a room; its code and the teacher's cookies. */
async function opened({ desk, secret }: ServerProcess): Promise<{ readonly code: string; readonly teacher: Cookies }> {
  const { cookie } = await post(desk, "/api/teacher/enter", { key: secret }, "");
  const request = {
    scenario: "geneva-2022-class",
    language: null,
    variant: null,
    people: ["usa"],
    perDelegation: 3,
    timing: { briefing: 5, rounds: [5], debrief: 5 },
    pace: "automatic",
    seed: "stop",
  };
  const { value } = await post(desk, "/api/rooms", request, cookie);
  return { code: (value as { code: string }).code, teacher: cookiesOf(cookie) };
}

const joined = async ({ address }: ServerProcess, code: string): Promise<Cookies> =>
  cookiesOf((await post(address, `/api/room/${code}/join`, { key: freshKey(), name: "Ana", wish: null }, "")).cookie);

const socketAt = (door: string, path: string, cookies: Cookies): Promise<Socket> =>
  Socket.open(`${door.replace("http", "ws")}${path}`, cookies);

/** Milliseconds within which a server that was asked to stop has ended: two seconds, or more where others keep busy. */
const promptly = 8000;

describe("asked to stop", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "by %s it tells ten screens, writes all into one file and ends with 0",
    async (signal) => {
      const server = await started();
      const { code, teacher } = await opened(server);
      const screens = [await socketAt(server.desk, `/ws/room/${code}?as=teacher`, teacher)];
      const ana = await joined(server, code);
      screens.push(await socketAt(server.address, `/ws/room/${code}`, ana));
      for (let index = 0; index < 8; index++) {
        screens.push(await socketAt(server.address, `/ws/room/${code}`, await joined(server, code)));
      }
      const wal = join(server.data, `${databaseFile}-wal`);
      expect(statSync(wal).size).toBeGreaterThan(0);
      // While another program has the file open, SQLite does not tidy up by itself.
      const backup = new DatabaseSync(join(server.data, databaseFile), { readOnly: true });
      backup.prepare("select count(*) from events").get();
      const begun = performance.now();
      expect(await server.stop(signal)).toBe(0);
      expect(performance.now() - begun).toBeLessThan(promptly);
      for (const screen of screens) {
        await screen.until(() => screen.closed !== null);
        expect(screen.closed).toEqual({ code: 1001, reason: "the server stops" });
      }
      expect(existsSync(wal) ? statSync(wal).size : 0).toBe(0);
      backup.close();
      expect(server.told).toMatch(new RegExp(`Z room ${code} opened seats=0 round=0 events=\\d+\\n$`));

      await server.start();
      expect(server.told).toMatch(new RegExp(`Z room ${code} resumed seats=9 round=0 events=\\d+\\n$`));
      const again = await socketAt(server.address, `/ws/room/${code}`, ana);
      expect(again.screen.seat?.id).toBe("s1");
      await again.close();
    },
  );

  test("a screen that answers nothing is not waited for, and a second signal ends it at once", async () => {
    const server = await started();
    const { code, teacher } = await opened(server);
    const path = `/ws/room/${code}?as=teacher`;
    await deafSocket(server.desk, path, teacher);
    const begun = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(promptly);
    await server.start();
    await deafSocket(server.desk, path, teacher);
    server.signal("SIGTERM");
    await new Promise((done) => setTimeout(done, 150));
    expect(await server.stop("SIGTERM")).toBe(143);
  });

  test("it ends as the first process of a container", async (context) => {
    const unshare = ["unshare", "--pid", "--fork", "--kill-child"];
    if (spawnSync("unshare", [...unshare.slice(1), "true"]).status !== 0) {
      return context.skip("a namespace of processes is not permitted here");
    }
    const data = mkdtempSync(join(tmpdir(), "demarche-first-"));
    const main = join(import.meta.dirname, "../../src/cli/main.ts");
    const words = ["serve", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data", data];
    const outer = spawn("unshare", [...unshare.slice(1), process.execPath, main, ...words]);
    try {
      await new Promise<void>((resolve) => {
        let out = "";
        outer.stdout.on("data", (text: Buffer) => {
          out += text.toString();
          if (out.includes("Ctrl-C stops")) resolve();
        });
      });
      const children = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8").trim();
      const numbers = /^NSpid:\s+\d+\s+(\d+)/m.exec(readFileSync(`/proc/${children}/status`, "utf8"));
      expect(numbers?.[1]).toBe("1");
      const ended = new Promise<number | null>((resolve) => outer.once("exit", resolve));
      const begun = performance.now();
      process.kill(Number(children), "SIGTERM");
      expect(await ended).toBe(0);
      expect(performance.now() - begun).toBeLessThan(promptly);
    } finally {
      outer.kill("SIGKILL");
      rmSync(data, { recursive: true, force: true });
    }
  });
});

describe("goes on", () => {
  test("when something is thrown that nobody catches, and says so in a line each", async () => {
    const thrower = `process.on("SIGUSR2", () => {
      setTimeout(() => { throw new RangeError("thrown on purpose"); });
      void Promise.reject(new Error("rejected on purpose"));
    })`;
    const server = await started({ NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(thrower)}"` });
    server.signal("SIGUSR2");
    await expect.poll(() => server.told).toContain("thrown on purpose");
    await expect.poll(() => server.told).toContain("rejected on purpose");
    expect(server.told).toMatch(/^\S+Z fault uncaught: RangeError: thrown on purpose/m);
    expect(server.told).toMatch(/^\S+Z fault unhandled rejection: Error: rejected on purpose/m);
    expect(server.told).not.toMatch(/^\s+at /m);
    expect((await fetch(`${server.desk}/healthz`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  test("when nobody reads what it says any more", async () => {
    const server = await started();
    server.closePipes();
    await opened(server);
    await opened(server);
    expect(await (await fetch(`${server.address}/healthz`)).json()).toEqual({ ok: true, rooms: 2 });
    expect(await server.stop()).toBe(0);
  });
});

describe("mistakes", () => {
  test("a port that is taken is told, with one to try that is not the other door's", async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const session = new CliSession();
    const { code, err } = await session.run([
      "serve",
      "--host",
      "127.0.0.1",
      "--port",
      `${port}`,
      "--desk-port",
      `${port + 1}`,
    ]);
    expect(code).toBe(2);
    expect(err).toContain(`port ${port} is in use`);
    expect(/try --port (\d+)/.exec(err)?.[1]).not.toBe(`${port + 1}`);
    session.remove();
    await new Promise((done) => taken.close(done));
  });

  test.each([
    [["--port", "9000", "--desk-port", "9000"], "the class and the desk cannot share port 9000"],
    [["--public-url", "class.example"], "--public-url class.example is no address of a site"],
    [["--desk-url", "https://class.example/desk"], "--desk-url https://class.example/desk is no address of a site"],
    [["--desk-host", "192.0.2.1", "--port", "0"], "192.0.2.1 is no address of this machine"],
  ])("%s", async (words, message) => {
    const session = new CliSession();
    expect(await session.run(["serve", ...words])).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    session.remove();
  });
});
