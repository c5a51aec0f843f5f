/**
 * How cookies are set: readable by no script, sent to no other site, and marked for TLS where there is TLS.
 */
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyRequest } from "fastify";
import type { Addresses } from "./addresses.ts";

/** Seconds that a cookie lives. */
const lifetime = 30 * 24 * 3600;

/** Options of a cookie that answers a request. */
export function cookieOptions(asked: FastifyRequest, addresses: Addresses): CookieSerializeOptions {
  const secure = asked.protocol === "https" || addresses.isSecure(asked.headers.host);
  return { httpOnly: true, sameSite: "strict", path: "/", maxAge: lifetime, secure };
}
