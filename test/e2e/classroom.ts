/**
 * A classroom in this process, with a clock that stands where the test puts it, and browsers that speak over real sockets.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import type { ShortWorkLimits } from "../../src/server/shortWork.ts";
import { patience } from "../patience.ts";

/** Cookies of one browser, by name. */
export type Cookies = Record<string, string>;

/** Says where the class joins without the port, which differs from run to run. */
class SameAddresses extends Addresses {
  override join(own: string | null): string {
    return super.join(own).replace(/:\d+/, "");
  }
}

/** Two offices with something to do in each of eight rounds: enough where a test is about the class, not the crisis. */
const smallCrisis = `
demarche: 1
id: small
title: A small crisis
clock: { start: 2022-01-01, step: 1 day, rounds: 8 }
turns: simultaneous
actors:
  usa: { name: United States }
  russia: { name: Russia }
tracks:
  talks: { name: Talks, initial: open, states: { open: { rung: 1 }, stalled: { rung: 3 }, dead: { rung: 6 } } }
variables:
  tension: { name: Tension, scale: [0, 10], initial: 3 }
incidents:
  opening: { name: The talks open, date: 2022-01-01, then: { tension: tension + 1 } }
moves:
  press: { by: usa, name: Press for an answer, then: { tension: tension + 1 } }
  offer: { by: usa, name: Make an offer, then: { tension: tension - 1 } }
  stall: { by: russia, name: Stall the talks, when: talks is open, then: { talks: stalled } }
  return: { by: russia, name: Return to the talks, when: talks is stalled, then: { talks: open } }
  leave: { by: russia, name: Leave the talks, covert: true, when: tension > 8, then: { talks: dead } }
outcomes:
  broken: { name: Broken, when: talks is dead }
  kept: { name: Kept, otherwise: true }
`;

export class Classroom {
  /** A server with the scenario `small` alone. */
  static ofSmallCrisis(reach: Partial<ServerAddresses> = {}): Classroom {
    const classroom = new Classroom({ small: smallCrisis }, reach);
    classroom.library = [];
    return classroom;
  }

  readonly folder = mkdtempSync(join(tmpdir(), "demarche-room-"));
  now = 1_700_000_000_000;
  readonly teacher: Cookies = {};
  rooms: Rooms | null = null;
  /** What the server wrote while it ran. */
  readonly log: string[] = [];
  doors: Doors | null = null;
  private database: Database | null = null;
  private readonly reach: Partial<ServerAddresses>;
  /** Folders of scenarios beside its own. Listing what comes with Demarche reads all of it. */
  library: readonly string[] = [ownLibrary];
  /** What differs from the usual limits of short work. */
  shortLimits: Partial<ShortWorkLimits> = {};
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
    const library = openLibrary([scenarios, ...this.library]);
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
    const { rooms, shortLimits } = this;
    const context = { library, scenarios, keys, data, web, rooms, now, addresses, log, shortLimits };
    this.doors = await buildServer(context);
    this.address = await this.doors.forClass.listen({ port: 0, host: "127.0.0.1" });
    this.desk = await this.doors.forDesk.listen({ port: 0, host: "127.0.0.1" });
    await this.ask(this.teacher, "POST", "/api/teacher/enter", { key: keys.teacher });
  }

  /** Begins with the data of another server, which must not run. */
  take({ folder }: Classroom): void {
    cpSync(join(folder, "data"), join(this.folder, "data"), { recursive: true });
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
      const timer = setTimeout(() => reject(new Error(`waited in vain; heard ${this.heard.at(-1)}`)), patience);
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
