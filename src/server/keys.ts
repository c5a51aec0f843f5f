/**
 * The server's own secrets: the key that signs tokens of seats, and the word in the teacher's link.
 *
 * They lie in a file of their own beside the database, readable for its owner alone, so that links and seats outlive a
 * restart. Without the file nothing is lost but these: new ones are made, the teacher takes the new link, and students
 * join again.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Mistake } from "../scenario/mistake.ts";

const form = z.strictObject({ signing: z.string().min(40), teacher: z.string().min(20) });

export interface Keys {
  /** Signs tokens. */
  readonly signing: Uint8Array;
  /** Stands in the teacher's link. */
  readonly teacher: string;
}

/** The keys of a data folder, made where there are none yet. */
export function keysIn(folder: string): Keys {
  const file = join(folder, "keys.json");
  if (!existsSync(file)) {
    const made = { signing: randomBytes(32).toString("base64url"), teacher: randomBytes(18).toString("base64url") };
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: "wx" });
  }
  const { signing, teacher } = read(file);
  return { signing: Buffer.from(signing, "base64url"), teacher };
}

function read(file: string): z.infer<typeof form> {
  try {
    return form.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Mistake(
      `${file} does not hold the server's keys`,
      "remove it to have new ones made; the teacher's link and all seats then change",
    );
  }
}

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
