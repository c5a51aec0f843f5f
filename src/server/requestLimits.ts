/**
 * How many requests are answered, and for whom they are counted.
 *
 * A school stands behind one address: three hundred students there must neither use up each other's requests nor their
 * teachers'. Whoever has a seat, and the teacher, counts alone; only strangers are counted by address. What a browser
 * loads once and keeps is not counted, nor is the question whether the server is well.
 */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ServerContext } from "./context.ts";
import { seatCookie, seatIn } from "./seatToken.ts";
import { isTeacher } from "./teacher.ts";

/** Requests in a minute: of the teacher's browsers or of all strangers at an address, and of one seat. */
const most = 3000;
const mostOfSeat = 300;

/** Limits all requests. Cookies must be read by then. */
export async function limitRequests(app: FastifyInstance, context: ServerContext): Promise<void> {
  await app.register(rateLimit, {
    timeWindow: "1 minute",
    keyGenerator: async (asked) => (await knownAs(asked, context)) ?? `address ${asked.ip}`,
    max: (_, key) => (key.startsWith("seat ") ? mostOfSeat : most),
    allowList: ({ url }) => url.startsWith("/assets/") || url === "/healthz",
  });
}

/** Who asks, if it is the teacher or a seat of the room that the request names; null for a stranger. */
export async function knownAs(asked: FastifyRequest, context: ServerContext): Promise<string | null> {
  if (await isTeacher(asked, context)) return "teacher";
  const code = codeOf(asked);
  if (code === "") return null;
  const seat = await seatIn(context.keys, code, asked.cookies[seatCookie(code)]);
  return seat === null ? null : `seat ${code} ${seat}`;
}

/** The code that a request's address names, as rooms write it; empty if none. */
export function codeOf({ params }: FastifyRequest): string {
  if (typeof params !== "object" || params === null || !("code" in params)) return "";
  return String(params.code)
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "");
}
