/**
 * A socket of a room: tells a browser what changed on its screen, and takes its commands.
 *
 * A command that was answered `done` is in the log. Whoever sends too much or too fast is told so and, if it goes on,
 * disconnected.
 */
import type { WebSocket } from "@fastify/websocket";
import type { Heard } from "../classroom/sight.ts";
import { LogError } from "../log/logError.ts";
import { sentForm } from "./asked.ts";
import type { Giver, RoomHost, Watcher } from "./roomHost.ts";

/** Commands that may come at once, and how many a second after that. */
interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}
const student: Pace = { burst: 30, perSecond: 6 };
/** One click of the teacher lets a whole class in. */
const teacher: Pace = { burst: 300, perSecond: 30 };

/** Milliseconds between two signs of life; a browser that answers none is gone. */
const pulseMs = 15_000;

/** Bytes that may wait for a slow browser before it is disconnected; it reconnects and gets everything anew. */
const backlogMax = 4 * 1024 * 1024;

/** Connects a browser to a room. */
export function serveSocket(
  socket: WebSocket,
  host: RoomHost,
  who: { looker: Watcher["looker"]; giver: Giver | null },
  now: () => number,
): void {
  const tell = (heard: Heard): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > backlogMax) socket.close(1013, "too slow");
    else socket.send(JSON.stringify(heard));
  };
  const { burst, perSecond } = who.giver !== null && "teacher" in who.giver ? teacher : student;
  const allowance = { left: burst, at: now() };
  socket.on("message", (data: Buffer) => {
    allowance.left = Math.min(burst, allowance.left + ((now() - allowance.at) / 1000) * perSecond);
    allowance.at = now();
    allowance.left -= 1;
    if (allowance.left < -burst) return socket.close(1008, "too many messages");
    const sent = sentForm.safeParse(parse(data));
    if (!sent.success) return tell({ refused: keyOf(parse(data)), reason: "not understood" });
    const { key, command } = sent.data;
    if (allowance.left < 0) return tell({ refused: key, reason: "too fast" });
    if (who.giver === null) return tell({ refused: key, reason: "not allowed" });
    try {
      const outcome = host.ask(who.giver, key, command);
      tell("done" in outcome ? { done: key } : { refused: key, reason: outcome.refused });
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      tell({ refused: key, reason: error.reason });
    }
  });
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const pulse = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    tell({ now: now(), sections: {} });
  }, pulseMs);
  const watching = host.watch({ looker: who.looker, send: (sections) => tell({ now: now(), sections }) });
  const leave = (): void => {
    clearInterval(pulse);
    watching();
  };
  socket.on("close", leave);
  socket.on("error", leave);
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString("utf8"));
  } catch {
    return null;
  }
}

/** The key of a message that was otherwise not understood, so that its sender stops repeating it. */
function keyOf(message: unknown): string {
  return typeof message === "object" && message !== null && "key" in message ? String(message.key).slice(0, 64) : "";
}
