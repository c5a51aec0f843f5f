/**
 * A classroom in this process, with a clock that stands where the test puts it, and browsers that speak over real sockets.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { patched } from "../../src/classroom/patch.ts";
import { atStage, type Screen, type ServerMessage, type UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { Addresses, type ServerAddresses } from "../../src/server/addresses.ts";
import { type Database, openDatabase } from "../../src/server/database.ts";
import { keysIn } from "../../src/server/keys.ts";
import { openLibrary, ownLibrary } from "../../src/server/library.ts";
import { Rooms } from "../../src/server/rooms.ts";
import { buildServer, type Doors } from "../../src/server/server.ts";
import { ServerLog } from "../../src/server/serverLog.ts";

/** Cookies of one browser, by name. */
export type Cookies = Record<string, string>;

/** Says where the class joins without the port, which differs from run to run. */
class SameAddresses extends Addresses {
  override join(own: string | null): string {
    return super.join(own).replace(/:\d+/, "");
  }
}

export class Classroom {
  readonly folder = mkdtempSync(join(tmpdir(), "demarche-room-"));
  now = 1_700_000_000_000;
  readonly teacher: Cookies = {};
  rooms: Rooms | null = null;
  /** What the server wrote while it ran. */
  readonly log: string[] = [];
  doors: Doors | null = null;
  private database: Database | null = null;
  private readonly reach: Partial<ServerAddresses>;
  /** Where the class gets in. */
  address = "";
  /** Where the teacher gets in. */
  desk = "";

  constructor(scenarios: Readonly<Record<string, string>> = {}, reach: Partial<ServerAddresses> = {}) {
    this.reach = reach;
    for (const path of ["data", "scenarios", "web/assets"]) mkdirSync(join(this.folder, path), { recursive: true });
    for (const [id, text] of Object.entries(scenarios)) writeFileSync(join(this.folder, `scenarios/${id}.yaml`), text);
  }

  async start(): Promise<void> {
    const data = join(this.folder, "data");
    const scenarios = join(this.folder, "scenarios");
    const library = openLibrary([scenarios, ownLibrary]);
    const keys = keysIn(data);
    const now = (): number => this.now;
    this.database = openDatabase(data, now);
    const log = new ServerLog({ write: (line) => this.log.push(line), now });
    this.rooms = new Rooms(this.database, library, {
      clocks: { now, elapsed: now },
      fault: (where, error) => log.fault(where, error),
    });
    await this.rooms.resume();
    const web = join(this.folder, "web");
    const reach = { publicUrl: null, deskUrl: null, host: "0.0.0.0", deskHost: "127.0.0.1", port: () => 80 };
    const addresses = new SameAddresses({ ...reach, ...this.reach }, () => ["laptop.example"]);
    this.doors = await buildServer({ library, scenarios, keys, data, web, rooms: this.rooms, now, addresses, log });
    this.address = await this.doors.forClass.listen({ port: 0, host: "127.0.0.1" });
    this.desk = await this.doors.forDesk.listen({ port: 0, host: "127.0.0.1" });
    await this.ask(this.teacher, "POST", "/api/teacher/enter", { key: keys.teacher });
  }

  async stop(): Promise<void> {
    await this.doors?.close();
    this.rooms?.close();
    await this.database?.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The door by which a browser comes: the teacher's to the desk, the others to the class's. */
  private doorOf(cookies: Cookies, path: string): string {
    return cookies.demarche_teacher !== undefined || path.startsWith("/api/teacher") ? this.desk : this.address;
  }

  /** Asks with a browser's cookies, and keeps those that it is given; at the browser's own door unless another is named. */
  async ask(
    cookies: Cookies,
    method: "GET" | "POST",
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    door = this.doorOf(cookies, path),
  ): Promise<{ readonly status: number; readonly value: Record<string, unknown>; readonly text: string }> {
    const reply = await fetch(`${door}${path}`, {
      method,
      headers: {
        cookie: cookieText(cookies),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies[name] = value;
    }
    const text = await reply.text();
    const json = (reply.headers.get("content-type") ?? "").startsWith("application/json");
    return { status: reply.status, value: json ? (JSON.parse(text) as Record<string, unknown>) : {}, text };
  }

  /** Opens a room and returns its code. */
  async open(request: Readonly<Record<string, unknown>>): Promise<string> {
    const { value } = await this.ask(this.teacher, "POST", "/api/rooms", {
      language: null,
      variant: null,
      perDelegation: 3,
      timing: { briefing: 5, rounds: [5], debrief: 10 },
      pace: "automatic",
      seed: "a",
      ...request,
    });
    return String(value.code);
  }

  /** Lets somebody join; the cookies are the browser's from then on. */
  async join(code: string, name: string, wish: string | null = null): Promise<Cookies> {
    const cookies: Cookies = {};
    await this.ask(cookies, "POST", `/api/room/${code}/join`, { key: freshKey(), name, wish });
    return cookies;
  }

  connect(code: string, cookies: Cookies, as = ""): Promise<Socket> {
    const door = as === "" ? this.address : this.desk;
    return Socket.open(`${door.replace("http", "ws")}/ws/room/${code}${as === "" ? "" : `?as=${as}`}`, cookies);
  }
}

const cookieText = (cookies: Cookies): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

let keys = 0;
/** A key that names a command. */
export const freshKey = (): string => `test-key-${String(++keys).padStart(6, "0")}`;

/** A browser's socket: everything it heard, and the screen that this amounts to. */
export class Socket {
  readonly heard: string[] = [];
  screen: Partial<Screen> = {};
  closed: { readonly code: number; readonly reason: string } | null = null;
  private readonly socket: WebSocket;
  private readonly waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.hear(data.toString()));
    socket.on("close", (code: number, reason: Buffer) => {
      this.closed = { code, reason: reason.toString() };
      this.stir();
    });
  }

  static async open(address: string, cookies: Cookies, headers: Record<string, string> = {}): Promise<Socket> {
    const socket = new Socket(new WebSocket(address, { headers: { cookie: cookieText(cookies), ...headers } }));
    await socket.until(() => socket.screen.room !== undefined || socket.closed !== null);
    return socket;
  }

  private hear(text: string): void {
    this.heard.push(text);
    const heard = JSON.parse(text) as ServerMessage;
    if ("screen" in heard && heard.screen !== undefined)
      this.screen = patched(this.screen, heard.screen) as Partial<Screen>;
    this.stir();
  }

  private stir(): void {
    for (const look of this.waiting) look();
  }

  /** Waits until something is so. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain; heard ${this.heard.at(-1)}`)), 20_000);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Sends a command, at the stage that the screen shows, and waits for the answer: null where it was done, else why not. */
  async ask(command: UnstagedCommand, key = freshKey()): Promise<string | null> {
    const answer = (): ServerMessage | undefined =>
      this.heard
        .slice(from)
        .map((text) => JSON.parse(text) as ServerMessage)
        .find((heard) => ("done" in heard ? heard.done : "refused" in heard ? heard.refused : "") === key);
    const from = this.heard.length;
    this.socket.send(JSON.stringify({ key, command: atStage(command, this.screen.status?.stage ?? 0) }));
    await this.until(() => answer() !== undefined);
    const heard = answer();
    return heard !== undefined && "refused" in heard ? heard.reason : null;
  }

  /** Sends something as it is. */
  send(text: string): void {
    this.socket.send(text);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.until(() => this.closed !== null);
  }
}
