/**
 * The server's own secrets: the key that signs tokens of seats, and the word in the teacher's link.
 *
 * They lie in a file of their own beside the database, readable for its owner alone, so that links and seats outlive a
 * restart. Without the file nothing is lost but these: new ones are made, the teacher takes the new link, and students
 * join again. A file that holds no keys is set aside, never overwritten.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Mistake } from "../scenario/mistake.ts";
import { writePrivate } from "./privateFiles.ts";

const form = z.strictObject({ signing: z.string().min(40), teacher: z.string().min(20) });
type Stored = z.infer<typeof form>;

export interface Keys {
  /** Signs tokens. */
  readonly signing: Uint8Array;
  /** Stands in the teacher's link, until that is renewed. */
  readonly teacher: string;
  /** Where a damaged file of keys was set aside as the server started; null where it was whole. */
  readonly setAside: string | null;
  /** Makes a new teacher's link; seats stay as they are. Throws `Mistake` where it cannot be kept. */
  renewTeacher(): void;
  /** Tells all listeners that the link was renewed. */
  tellRenewal(): void;
  /** Calls a listener when it is told; returns what ends that. */
  onRenewal(listener: () => void): () => void;
}

/**
 * The keys of a data folder, made where there are none yet.
 * @throws Mistake where the file may not be read or written.
 */
export function keysIn(folder: string): Keys {
  const file = join(folder, "keys.json");
  const text = textOf(file);
  const found = text === null ? null : storedIn(text);
  const setAside = text !== null && found === null ? aside(file) : null;
  let stored = found ?? { signing: freshSigning(), teacher: freshTeacher() };
  if (found === null) keep(file, stored);
  const listeners = new Set<() => void>();
  return {
    signing: Buffer.from(stored.signing, "base64url"),
    get teacher() {
      return stored.teacher;
    },
    setAside,
    renewTeacher() {
      const renewed = { ...stored, teacher: freshTeacher() };
      keep(file, renewed);
      stored = renewed;
    },
    tellRenewal() {
      for (const listener of listeners) listener();
    },
    onRenewal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const freshSigning = (): string => randomBytes(32).toString("base64url");
const freshTeacher = (): string => randomBytes(18).toString("base64url");

function keep(file: string, stored: Stored): void {
  try {
    writePrivate(file, `${JSON.stringify(stored)}\n`);
  } catch (error) {
    throw new Mistake(
      `${file}, the server's keys, cannot be written (${codeOf(error)})`,
      "check the folder's permissions",
    );
  }
}

/** The file's text; null where there is no file. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return null;
    const why =
      { EACCES: "permission was denied", EPERM: "permission was denied", EISDIR: "it is a folder" }[code] ?? code;
    throw new Mistake(
      `${file}, the server's keys, cannot be read: ${why}`,
      "give it back to the user who runs the server, or move it away to have new keys made: seats then join again",
    );
  }
}

function storedIn(text: string): Stored | null {
  try {
    return form.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Sets a damaged file aside under the first name that is free, and says which. */
function aside(file: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${file}.damaged` : `${file}.damaged-${number}`;
    if (existsSync(name)) continue;
    try {
      renameSync(file, name);
    } catch (error) {
      throw new Mistake(
        `${file} is damaged and cannot be set aside (${codeOf(error)})`,
        "check the folder's permissions",
      );
    }
    return name;
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown");

/** Names a secret without telling it. */
export function nameOfSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url").slice(0, 16);
}

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
