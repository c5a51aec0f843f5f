/**
 * Who sits where, as the browser carries it: a signed token in a cookie that no script can read.
 *
 * A token names a room and a seat. What the seat may do is asked of the room each time, so moving or removing it needs
 * no new token.
 */
import { jwtVerify, SignJWT } from "jose";
import type { Keys } from "./keys.ts";

/** Name of the cookie for a room. */
export const seatCookie = (room: string): string => `demarche_seat_${room}`;

/** A token for a seat of a room. */
export function seatToken({ signing }: Keys, room: string, seat: string): Promise<string> {
  return new SignJWT({ room, seat })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt()
    .setExpirationTime("30 days")
    .sign(signing);
}

/** The seat that a token stands for in a room; null where it was forged, is out of date or for another room. */
export async function seatIn({ signing }: Keys, room: string, token: string | undefined): Promise<string | null> {
  if (token === undefined) return null;
  try {
    const { payload } = await jwtVerify(token, signing, { algorithms: ["HS256"] });
    return payload.room === room && typeof payload.seat === "string" ? payload.seat : null;
  } catch {
    return null;
  }
}
