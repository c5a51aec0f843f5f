/**
 * How cookies are set: readable by no script, sent to no other site, and marked for TLS where there is TLS.
 */
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyRequest } from "fastify";

/** Seconds that a cookie lives. */
const lifetime = 30 * 24 * 3600;

/** Options of a cookie that answers a request. */
export function cookieOptions(asked: FastifyRequest): CookieSerializeOptions {
  return { httpOnly: true, sameSite: "strict", path: "/", maxAge: lifetime, secure: asked.protocol === "https" };
}
