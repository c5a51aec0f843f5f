/**
 * The wall's way in: a link for the screen in front of one class, which shows what all may see and gives no commands.
 *
 * The link's key follows from the server's signing key and the room's code, so it lasts as long as the room and needs
 * not be kept. It is exchanged for a cookie that is good for this one wall, and says nothing about the teacher's link.
 */
import { createHmac } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { cookieOptions } from "./cookie.ts";
import { type Keys, sameSecret } from "./keys.ts";

const cookieOf = (code: string): string => `demarche_wall_${code}`;

/** What a browser sends that came by a wall's link. */
const wallForm = z.strictObject({ key: z.string().max(200) });

/** The key of a room's wall: 128 bits, as letters, digits, hyphens and underscores. */
export function wallKey({ signing }: Keys, code: string): string {
  return createHmac("sha256", signing).update(`wall of ${code}`).digest("base64url").slice(0, 22);
}

/** The address of a room's wall, from the server's root on. */
export function wallLink(keys: Keys, code: string): string {
  return `/project/${code}#${wallKey(keys, code)}`;
}

/** Lets a browser in that has the key of a room's wall; false where it has another. */
export async function enterWall(
  keys: Keys,
  code: string,
  {
    asked,
    reply,
    addresses,
  }: { readonly asked: FastifyRequest; readonly reply: FastifyReply; readonly addresses: Addresses },
): Promise<boolean> {
  const sent = wallForm.safeParse(asked.body);
  if (!sent.success || !sameSecret(sent.data.key, wallKey(keys, code))) return false;
  const token = await new SignJWT({ wall: code })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("30 days")
    .sign(keys.signing);
  reply.setCookie(cookieOf(code), token, cookieOptions(asked, addresses));
  return true;
}

/** Whether a browser shows a cookie of a room's wall, which still has to be proved. */
export const showsWall = (code: string, asked: FastifyRequest): boolean => asked.cookies[cookieOf(code)] !== undefined;

/** Whether a request comes from the wall of a room. */
export async function isWall(keys: Keys, code: string, asked: FastifyRequest): Promise<boolean> {
  const token = asked.cookies[cookieOf(code)];
  if (token === undefined) return false;
  try {
    const { payload } = await jwtVerify(token, keys.signing, { algorithms: ["HS256"] });
    return payload.wall === code;
  } catch {
    return false;
  }
}
