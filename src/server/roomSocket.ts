/**
 * A socket of a room: tells a browser what is new on its screen, and takes its commands.
 *
 * A message is held to its form before anything reads it. A command that was answered `done` is in the log. Whoever
 * sends too fast is told so and, if it goes on, disconnected; whatever goes wrong ends this message or this connection.
 */
import type { WebSocket } from "@fastify/websocket";
import type { ScreenViewer, ServerMessage } from "../classroom/screenSections.ts";
import { LogError } from "../log/logError.ts";
import type { User } from "./fairUse.ts";
import { sentForm } from "./requestForms.ts";
import type { RoomHost } from "./roomHost.ts";

/** Milliseconds between two signs of life; a browser that answers none is gone. */
const pulseMs = 15_000;

/** Bytes that may wait for a slow browser before it is passed over; and milliseconds that it may be passed over. */
const backlogMax = 64 * 1024;
const slowMs = 60_000;

/** Why a connection is closed, as the browser reads it. */
const closings = {
  tooFast: [1008, "too many messages"],
  tooSlow: [1013, "too slow"],
  failed: [1011, "failed"],
  /** The same seat was opened in too many windows; this was the oldest. */
  elsewhere: [4408, "opened elsewhere"],
} as const satisfies Readonly<Record<string, readonly [code: number, reason: string]>>;

/** Who looks through a socket, and as whom it speaks. */
export interface Visitor {
  readonly looker: ScreenViewer;
  readonly user: User;
}

/** Connects a browser to a room. */
export function serveSocket(
  socket: WebSocket,
  host: RoomHost,
  { looker, user }: Visitor,
  { now, elapsed }: { readonly now: () => number; readonly elapsed: () => number },
): void {
  const close = (why: keyof typeof closings): void => {
    const [code, reason] = closings[why];
    socket.close(code, reason);
  };
  /** What goes wrong here is this connection's end, and nobody else's. */
  const guarded =
    <A extends readonly unknown[]>(what: string, work: (...given: A) => void) =>
    (...given: A): void => {
      try {
        work(...given);
      } catch (error) {
        host.fault(`room ${host.code}: ${what}`, error);
        close("failed");
      }
    };
  const send = (text: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  };
  const tell = (heard: ServerMessage): void => send(JSON.stringify(heard));
  let slowSince: number | null = null;
  const ready = (): boolean => {
    if (socket.bufferedAmount <= backlogMax) slowSince = null;
    else slowSince ??= elapsed();
    if (slowSince !== null && elapsed() - slowSince > slowMs) close("tooSlow");
    return slowSince === null;
  };
  let answered = true;
  const pulse = setInterval(
    guarded("a sign of life", () => {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
      tell({ now: now() });
    }),
    pulseMs,
  );
  const leavings: (() => void)[] = [() => clearInterval(pulse)];
  const leave = guarded("leaving", () => {
    for (const one of leavings.splice(0)) one();
  });
  socket.on("close", leave);
  socket.on("error", leave);
  socket.on("pong", () => {
    answered = true;
  });
  socket.on(
    "message",
    guarded("a message", (data: Buffer) => {
      const verdict = host.fairUse.message(user);
      if (verdict === "close") return close("tooFast");
      const message = parse(data);
      const sent = sentForm.safeParse(message);
      if (!sent.success) return tell({ refused: keyIn(message), reason: "not understood" });
      const { key, command } = sent.data;
      if (verdict !== "go on") return tell({ refused: key, reason: verdict });
      if ("wall" in user) return tell({ refused: key, reason: "not allowed" });
      tell(answer(host, user, key, command));
    }),
  );
  guarded("connecting", () => {
    leavings.push(host.fairUse.connect(user, () => close("elsewhere")));
    leavings.push(host.watch({ looker, ready, send: (patch) => send(`{"now":${now()},"screen":${patch}}`) }));
  })();
}

/** Has a command done; what fails is refused, and nothing of it was done. */
function answer(
  host: RoomHost,
  giver: Exclude<User, { readonly wall: true }>,
  key: string,
  command: Parameters<RoomHost["ask"]>[2],
): ServerMessage {
  try {
    const outcome = host.ask(giver, key, command);
    return "done" in outcome ? { done: key } : { refused: key, reason: outcome.refused };
  } catch (error) {
    host.fault(`room ${host.code}: ${command.type}`, error);
    return { refused: key, reason: error instanceof LogError ? error.reason : "failed" };
  }
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString("utf8"));
  } catch {
    return null;
  }
}

/** The key of a message that was otherwise not understood, so that its sender stops repeating it. */
function keyIn(message: unknown): string {
  const key = typeof message === "object" && message !== null && "key" in message ? message.key : "";
  return typeof key === "string" ? key.slice(0, 64) : "";
}
