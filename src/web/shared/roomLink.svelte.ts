/**
 * A page's connection to its room: the screen as the server last told it, and commands that are sent until answered.
 *
 * It reconnects by itself. A new connection is told everything anew; until then the old screen stays. Time left is
 * counted by the server's clock and this page's own ticking, never by the date that the device shows.
 */
import { type Patch, patched } from "../../classroom/patch.ts";
import type { RoomCommand, Screen, ServerMessage } from "../../classroom/screenSections.ts";
import { afterClose, type Denied, type Trouble } from "./afterClose.ts";
import { Outbox } from "./outbox.ts";
import { ownPath } from "./ownPath.ts";

/** Milliseconds without a word after which the connection counts as lost: the server speaks every 15 seconds. */
const silenceMax = 40_000;

/** A key that names a command; works without a secure context. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class RoomLink {
  screen = $state.raw<Partial<Screen>>({});
  /** Why this page does not follow its room at the moment, if so. */
  trouble = $state<Trouble | null>(null);
  /** Why the server does not let this page in, if so. */
  denied = $state<Denied | null>(null);
  private offset = 0;
  private socket: WebSocket | null = null;
  /** What this connection was told, on which the next patch builds. */
  private told: unknown = {};
  private readonly address: string;
  private tries = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private readonly outbox = new Outbox({
    send: (key, command) => this.send(key, command),
    freshKey,
    later: (after, work) => void setTimeout(work, after),
  });

  constructor(code: string, as: "seat" | "teacher" | "projector") {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.address = `${scheme}://${location.host}${ownPath(`/ws/room/${code}`)}${as === "seat" ? "" : `?as=${as}`}`;
    this.connect();
  }

  /** Asks the room for something; resolves to null once it is done, or to the reason why not. */
  ask(command: RoomCommand): Promise<string | null> {
    return this.outbox.ask(command);
  }

  /** The server's time now, in milliseconds. */
  now(): number {
    return performance.now() + this.offset;
  }

  /** Takes the seat back to this window, after it was opened in too many others. */
  here(): void {
    if (this.trouble !== "elsewhere") return;
    this.trouble = "lost";
    this.connect();
  }

  private send(key: string, command: RoomCommand): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ key, command }));
  }

  private connect(): void {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.told = {};
      this.listen();
      this.outbox.reconnected();
    });
    socket.addEventListener("message", ({ data }) => {
      this.listen();
      this.hear(JSON.parse(String(data)) as ServerMessage);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      clearTimeout(this.silence);
      this.tries += 1;
      const { again, denied, trouble } = afterClose(code, reason, this.tries);
      this.denied = denied;
      // A first try that fails is no loss yet, and tries that fail say nothing new of a server that was stopped.
      const isLoss = this.screen.room !== undefined || this.tries > 1;
      if (trouble !== "lost" || (isLoss && this.trouble !== "stopped")) this.trouble = trouble;
      // Not all browsers at once.
      if (again !== null) setTimeout(() => this.connect(), again * (0.5 + Math.random() / 2));
    });
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), silenceMax);
  }

  private hear(heard: ServerMessage): void {
    if ("done" in heard) this.outbox.answered(heard.done, null);
    else if ("refused" in heard) this.outbox.answered(heard.refused, heard.reason);
    else {
      this.offset = heard.now - performance.now();
      if (heard.screen !== undefined) this.show(heard.screen);
    }
  }

  private show(patch: Patch): void {
    this.told = patched(this.told, patch);
    this.screen = this.told as Partial<Screen>;
    this.tries = 0;
    this.trouble = null;
    this.denied = null;
  }
}

/** The code in a page's address: `/seat/CODE`. */
export const codeInAddress = (): string => location.pathname.split("/")[2] ?? "";
