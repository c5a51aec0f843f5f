/**
 * A page's connection to its room: the screen as the server last told it, and commands that are sent until answered.
 *
 * It reconnects by itself. A command keeps its key however often it is sent, so the server does it once. Time left is
 * counted by the server's clock and this page's own ticking, never by the date that the device shows.
 */
import type { Asked, Heard, Screen } from "../../classroom/sight.ts";
import { ownPath } from "./ownPath.ts";

/** Milliseconds without a word after which the connection counts as lost: the server speaks every 15 seconds. */
const silenceMax = 40_000;

/** The code by which a server closes a socket because it stops. */
const goingAway = 1001;
/** Milliseconds until a command is repeated that the server could not take for the moment, and how often at most. */
const busyMs = 400;
const busyMax = 25;

interface Pending {
  readonly command: Asked;
  readonly settle: (refused: string | null) => void;
  /** How often the server was busy. */
  busy: number;
}

/** A key that names a command; works without a secure context. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class RoomLink {
  screen = $state.raw<Partial<Screen>>({});
  connected = $state(false);
  /** The connection was there and is lost. */
  lost = $state(false);
  /** It is lost because the server said that it stops. */
  stopped = $state(false);
  /** Why the server does not let this page in, if so. */
  denied = $state<"no seat" | "unknown" | "wait" | "damaged" | null>(null);
  private offset = 0;
  private socket: WebSocket | null = null;
  private readonly pending = new Map<string, Pending>();
  private readonly address: string;
  private tries = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(code: string, as: "seat" | "teacher" | "projector") {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.address = `${scheme}://${location.host}${ownPath(`/ws/room/${code}`)}${as === "seat" ? "" : `?as=${as}`}`;
    this.connect();
  }

  /** Asks the room for something; resolves to null once it is done, or to the reason why not. */
  ask(command: Asked): Promise<string | null> {
    const key = freshKey();
    return new Promise((settle) => {
      this.pending.set(key, { command, settle, busy: 0 });
      this.send(key, command);
    });
  }

  /** The server's time now, in milliseconds. */
  now(): number {
    return performance.now() + this.offset;
  }

  private send(key: string, command: Asked): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ key, command }));
  }

  private connect(): void {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.connected = true;
      this.lost = false;
      this.stopped = false;
      this.denied = null;
      this.tries = 0;
      this.listen();
      for (const [key, { command }] of this.pending) this.send(key, command);
    });
    socket.addEventListener("message", ({ data }) => {
      this.listen();
      this.hear(JSON.parse(String(data)) as Heard);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      clearTimeout(this.silence);
      this.lost = this.lost || this.connected;
      this.connected = false;
      if (code === goingAway) this.stopped = true;
      if (code === 4401) this.denied = "no seat";
      else if (code === 4404) this.denied = reason === "wait" || reason === "damaged" ? reason : "unknown";
      else this.again();
    });
  }

  /** Tries again, after longer and longer waits, and not all browsers at once. */
  private again(): void {
    this.tries += 1;
    const wait = Math.min(5000, 250 * 2 ** Math.min(this.tries, 5)) * (0.5 + Math.random() / 2);
    setTimeout(() => this.connect(), wait);
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), silenceMax);
  }

  private hear(heard: Heard): void {
    if ("sections" in heard) {
      this.offset = heard.now - performance.now();
      const next: Record<string, unknown> = { ...this.screen };
      for (const [section, value] of Object.entries(heard.sections)) {
        if (value === null) delete next[section];
        else next[section] = value;
      }
      if (Object.keys(heard.sections).length > 0) this.screen = next as Partial<Screen>;
      return;
    }
    const key = "done" in heard ? heard.done : heard.refused;
    if ("refused" in heard && heard.reason === "busy" && this.repeats(key)) return;
    this.pending.get(key)?.settle("done" in heard ? null : heard.reason);
    this.pending.delete(key);
  }

  /** Sends a command again after a pause, under its key, so that it is done once; false where it was tried enough. */
  private repeats(key: string): boolean {
    const pending = this.pending.get(key);
    if (pending === undefined || pending.busy >= busyMax) return false;
    pending.busy += 1;
    setTimeout(
      () => {
        if (this.pending.has(key)) this.send(key, pending.command);
      },
      busyMs * (0.75 + Math.random() / 2),
    );
    return true;
  }
}

/** The code in a page's address: `/seat/CODE`. */
export const codeInAddress = (): string => location.pathname.split("/")[2] ?? "";
