/**
 * Requests to the server. A refusal is a value with the server's reason; a server that does not answer is one as well.
 */

/** What the server answered, or why it did not. */
export type Reply<T> = { readonly value: T } | { readonly error: string; readonly status: number };

/** Asks the server; the body, if any, is sent as JSON. */
export async function ask<T>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  try {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return { value: answer as T };
    const error = typeof answer === "object" && answer !== null && "error" in answer ? String(answer.error) : "";
    return { error, status: response.status };
  } catch {
    return { error: "unreachable", status: 0 };
  }
}
