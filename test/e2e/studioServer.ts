/**
 * A server of its own for a test of the studio: in this process, over a folder that is removed afterwards.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { Addresses } from "../../src/server/addresses.ts";
import { openDatabase } from "../../src/server/database.ts";
import { keysIn } from "../../src/server/keys.ts";
import { openLibrary, ownLibrary } from "../../src/server/library.ts";
import { Rooms } from "../../src/server/rooms.ts";
import { buildServer } from "../../src/server/server.ts";
import { ServerLog } from "../../src/server/serverLog.ts";

export interface StudioServer {
  /** The desk's door. */
  readonly app: FastifyInstance;
  readonly folder: string;
  /** The secret of the teacher's link. */
  readonly secret: string;
  /** Asks as the teacher; what was answered, and how. */
  ask<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<{ status: number; value: T }>;
  close(): Promise<void>;
}

/** Starts a server whose library is what comes with Demarche, in front of an empty folder to save into. */
export async function studioServer(web?: string): Promise<StudioServer> {
  const folder = mkdtempSync(join(tmpdir(), "demarche-studio-"));
  const [data, scenarios, pages] = [join(folder, "data"), join(folder, "scenarios"), web ?? join(folder, "web")];
  for (const path of [data, scenarios, ...(web === undefined ? [join(pages, "assets")] : [])]) {
    mkdirSync(path, { recursive: true });
  }
  const keys = keysIn(data);
  const library = openLibrary([scenarios, ownLibrary]);
  const database = openDatabase(data);
  const rooms = new Rooms(database, library, {
    clocks: { now: Date.now, elapsed: () => performance.now() },
    fault: (where, error) => log.fault(where, error),
  });
  const here = "127.0.0.1";
  const addresses = new Addresses({ publicUrl: null, deskUrl: null, host: here, deskHost: here, port: () => 80 });
  const log = new ServerLog({ write: (line) => process.stderr.write(`${line}\n`), now: Date.now });
  const context = { library, scenarios, keys, data, web: pages, rooms, now: Date.now, addresses, log };
  const doors = await buildServer(context);
  const app = doors.forDesk;
  const entered = await app.inject({ method: "POST", url: "/api/teacher/enter", payload: { key: keys.teacher } });
  const cookies = Object.fromEntries(entered.cookies.map(({ name, value }) => [name, value]));
  return {
    app,
    folder,
    secret: keys.teacher,
    async ask<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) {
      const url = `/api/studio${path}`;
      const reply = await app.inject({ method, url, cookies, ...(body === undefined ? {} : { payload: body }) });
      const text = reply.headers["content-type"]?.toString().startsWith("application/json") ? reply.json() : reply.body;
      return { status: reply.statusCode, value: text as T };
    },
    async close() {
      await doors.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
