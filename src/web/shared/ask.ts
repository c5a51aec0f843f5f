/**
 * Requests to the server. A refusal is a value with the server's reason; a server that does not answer is one as well.
 * One that is busy did nothing, so it is asked again.
 */
import { ownPath } from "./ownPath.ts";

/** Milliseconds until a busy server is asked again, and how often at most. */
const busyMs = 400;
const busyMax = 25;

/** What the server answered, or why it did not. */
export type Reply<T> =
  | { readonly value: T }
  | {
      readonly error: string;
      readonly status: number;
      /** The whole answer. */
      readonly answer: unknown;
    };

/** Asks the server; the body, if any, is sent as JSON. */
export async function ask<T>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  return send<T>(path, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
}

/** Sends the text of a file as it is. */
export async function sendText<T>(path: string, text: string): Promise<Reply<T>> {
  return send<T>(path, { method: "POST", headers: { "content-type": "text/plain" }, body: text });
}

async function send<T>(path: string, request: RequestInit): Promise<Reply<T>> {
  for (let tries = 0; ; tries++) {
    const reply = await sendOnce<T>(path, request);
    if (!("error" in reply) || reply.status !== 503 || reply.error !== "busy" || tries >= busyMax) return reply;
    await new Promise((done) => setTimeout(done, busyMs * (0.75 + Math.random() / 2)));
  }
}

async function sendOnce<T>(path: string, request: RequestInit): Promise<Reply<T>> {
  try {
    const response = await fetch(ownPath(path), { credentials: "same-origin", ...request });
    const answer: unknown = await response.json();
    if (response.ok) return { value: answer as T };
    return { error: reasonOf(answer), status: response.status, answer };
  } catch {
    return { error: "unreachable", status: 0, answer: null };
  }
}

/** The server's reason, with what it advises. */
function reasonOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || !("error" in answer)) return "";
  const hint = "hint" in answer && typeof answer.hint === "string" ? answer.hint : null;
  return hint === null ? String(answer.error) : `${String(answer.error)}: ${hint}`;
}
