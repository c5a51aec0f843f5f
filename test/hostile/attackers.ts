/**
 * Browsers that mean no good, and the means that they share.
 */
import { request } from "node:http";
import { connect, type Socket as NetSocket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { type Patch, patched } from "../../src/classroom/patch.ts";
import type { Screen, ServerMessage } from "../../src/classroom/screenSections.ts";

/** An answer to a request. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly cookie: string;
}

/** Sends a request as it is given; status 0 where the connection was ended instead. */
export function ask(
  address: string,
  method: string,
  path: string,
  given: {
    readonly body?: string | Buffer;
    readonly headers?: Readonly<Record<string, string>>;
    /** The address to ask from, one of the loopback's. */
    readonly from?: string;
  } = {},
): Promise<Reply> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const failed = (): void => resolve({ status: 0, text: "", cookie: "" });
    try {
      const asked = request(
        {
          hostname,
          port,
          method,
          path,
          headers: { "content-type": "application/json", ...given.headers },
          ...(given.from === undefined ? {} : { localAddress: given.from }),
        },
        (reply) => {
          const parts: Buffer[] = [];
          reply.on("data", (part: Buffer) => parts.push(part));
          reply.on("error", failed);
          reply.on("end", () => {
            const cookie = (reply.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");
            resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8"), cookie });
          });
        },
      );
      asked.setTimeout(30_000, () => asked.destroy());
      asked.on("error", failed);
      asked.end(given.body);
    } catch {
      // Node itself refuses some paths and headers: these never reach a network.
      failed();
    }
  });
}

/** A browser on a room's socket that may send anything. */
export class Intruder {
  screen: Partial<Screen> = {};
  closed: { readonly code: number; readonly reason: string } | null = null;
  readonly refusals: string[] = [];
  heard = 0;
  private readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.hear(JSON.parse(data.toString("utf8")) as ServerMessage));
    socket.on("close", (code: number, reason: Buffer) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on("error", () => {});
  }

  /** Connects with a cookie, and waits for a screen or a refusal. */
  static async open(address: string, code: string, cookie: string, query = ""): Promise<Intruder> {
    const url = `${address.replace("http", "ws")}/ws/room/${code}${query}`;
    const intruder = new Intruder(new WebSocket(url, { headers: { cookie } }));
    for (let tries = 0; tries < 500 && intruder.heard === 0 && intruder.closed === null; tries++) await wait(10);
    return intruder;
  }

  private hear(heard: ServerMessage): void {
    this.heard += 1;
    if ("refused" in heard) this.refusals.push(heard.reason);
    else if ("screen" in heard && heard.screen !== undefined) this.show(heard.screen);
  }

  private show(patch: Patch): void {
    this.screen = patched(this.screen, patch) as Partial<Screen>;
  }

  send(data: string | Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
  }

  /** The connection beneath, to write on what is no WebSocket frame. */
  raw(data: Buffer): void {
    const beneath: unknown = Reflect.get(this.socket, "_socket");
    if (typeof beneath === "object" && beneath !== null && "write" in beneath && typeof beneath.write === "function") {
      beneath.write(data);
    }
  }

  /** Reads nothing any more, as a phone that went to sleep. */
  sleep(): void {
    this.socket.pause();
  }

  ping(data: Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping(data);
  }

  close(): void {
    this.socket.terminate();
  }
}

/** A plain connection, to say what no browser says. */
export function plain(address: string): Promise<NetSocket> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.once("connect", () => resolve(socket));
    socket.once("close", () => resolve(socket));
  });
}
