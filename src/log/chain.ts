/**
 * The chain of digests that makes a log tell when it was altered.
 *
 * The digest of an event is the SHA-256 of its predecessor's digest in hexadecimal (nothing for the first) followed by
 * the canonical JSON (RFC 8785) of `{event, position}`. Recording times and idempotency keys lie outside. A chain
 * shows that nothing was changed, removed from within, inserted or moved; it cannot show that its last events are
 * missing, nor who wrote it.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import type { RunEvent } from "../engine/event.ts";

/** What every event at rest has: its type and the schema version of that type. */
export interface StoredEvent {
  readonly type: string;
  readonly version: number;
}

/** An event at its place in a stream. */
export interface Recorded<E extends StoredEvent = RunEvent> {
  /** Counts from 0. */
  readonly position: number;
  readonly event: E;
  /** Digest of this event and, through its predecessor's, of everything before; in hexadecimal. */
  readonly digest: string;
  /** Canonical JSON of the event as it was stored, where it was written in an older form. Its digest is that one's. */
  readonly stored?: string;
}

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. Stores pass the platform's faster one. */
export type Hash = (text: string) => string;

/** SHA-256 in plain JavaScript, which runs anywhere. */
export const portableHash: Hash = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/** Canonical JSON (RFC 8785) of a value. Throws for what JSON cannot hold: NaN, Infinity, lone surrogates. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("a value without a JSON form has no canonical JSON");
  return text;
}

/** The digest of an event, given its canonical JSON and its predecessor's digest (empty for the first). */
export function digestOf(previous: string, position: number, eventText: string, hash: Hash = portableHash): string {
  return hash(`${previous}{"event":${eventText},"position":${position}}`);
}

/** Records events one after the other behind the last one recorded, or at the start of a stream. */
export function extendChain<E extends StoredEvent>(
  last: Pick<Recorded<E>, "position" | "digest"> | undefined,
  events: readonly E[],
  hash: Hash = portableHash,
): readonly Recorded<E>[] {
  let digest = last?.digest ?? "";
  const first = last === undefined ? 0 : last.position + 1;
  return events.map((event, index) => {
    digest = digestOf(digest, first + index, canonical(event), hash);
    return { position: first + index, event, digest };
  });
}

/** The first place where a chain does not hold, or null. The events count from the start of their stream. */
export function verifyChain<E extends StoredEvent>(
  recorded: readonly Recorded<E>[],
  hash: Hash = portableHash,
): { readonly position: number; readonly type: string } | null {
  let previous = "";
  for (const [index, { position, event, digest, stored }] of recorded.entries()) {
    const expected = digestOf(previous, index, stored ?? canonical(event), hash);
    if (position !== index || digest !== expected) return { position: index, type: event.type };
    previous = digest;
  }
  return null;
}
