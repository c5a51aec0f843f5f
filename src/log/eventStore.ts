/**
 * The contract of every event store, whatever it keeps its streams in.
 *
 * A stream only grows, and only at the position where its writer believed it to end: of several writers at one
 * position exactly one wins, and the others are told where the stream stands. The events of one append are remembered
 * all or none. What an append returned survives the death of the process, and in stores on disk that of the machine.
 */
import type { RunEvent } from "../engine/event.ts";
import { canonical, type Hash, portableHash, type Recorded, type StoredEvent } from "./chain.ts";

/** What is asked of a stream. */
export interface Append<E extends StoredEvent = RunEvent> {
  /** Position that the first event is to take: the number of events that the writer knows of. */
  readonly expected: number;
  /** At least one event, unless there is a prefix. */
  readonly events: readonly E[];
  /** Events of another stream that come first, verbatim, digests included. Only a new stream takes them. */
  readonly prefix?: readonly Recorded<E>[];
  /** Names this append within its stream, so that asking again does not append again. */
  readonly key?: string;
  /** What the key stands for, as plain JSON; a key that comes again with another command is refused. */
  readonly command?: unknown;
}

/** The events are remembered: now, or (`repeated`) they were when this key first came. */
export interface Appended<E extends StoredEvent = RunEvent> {
  readonly appended: readonly Recorded<E>[];
  readonly repeated: boolean;
}

/** Nothing was appended: the stream ends elsewhere, or the key was used for another command. A value, not an error. */
export type AppendRefused =
  | { readonly conflict: { readonly expected: number; readonly actual: number } }
  | { readonly keyReused: { readonly key: string; readonly position: number } };

export type AppendResult<E extends StoredEvent = RunEvent> = Appended<E> | AppendRefused;

/** Hears each event of a stream once, in order. */
export type Listener<E extends StoredEvent = RunEvent> = (recorded: Recorded<E>) => void;

/** All methods throw `LogError` where the store cannot be read or written. */
export interface EventStore<E extends StoredEvent = RunEvent> {
  append(stream: string, request: Append<E>): Promise<AppendResult<E>>;
  /** Events from a position up to, not including, another. A stream nobody wrote to has none. */
  read(stream: string, from?: number, to?: number): Promise<readonly Recorded<E>[]>;
  /** Names of all streams, sorted by code units. */
  streams(): Promise<readonly string[]>;
  /**
   * Tells a listener every event from a position on: those that are there, then each new one, whoever appends it. None
   * is left out and none comes twice. A listener that throws hears no more; its error surfaces by itself.
   * @returns what ends the subscription.
   */
  subscribe(stream: string, from: number, listener: Listener<E>): () => void;
  /** Lets go of files and subscriptions. Closing twice is harmless. */
  close(): Promise<void>;
}

/** The append that a key was first used for. */
export interface KeyUse {
  readonly first: number;
  readonly count: number;
  /** Digest of the command's canonical JSON. */
  readonly command: string;
}

/** Digest of a command, by which a repetition is recognised. */
export function commandDigest(command: unknown, hash: Hash = portableHash): string {
  return hash(canonical(command ?? null));
}

/** What a request comes to where a stream ends at `next`: a refusal, the repetition of an earlier append, or new. */
export function judgeAppend<E extends StoredEvent>(
  { expected, events, prefix = [], key }: Append<E>,
  next: number,
  use: KeyUse | null,
  digest: string,
): AppendRefused | { readonly repeats: KeyUse } | "new" {
  if (events.length + prefix.length === 0) throw new RangeError("an append takes at least one event");
  if (prefix.length > 0 && expected !== 0) throw new RangeError("only a new stream takes a prefix");
  if (key !== undefined && use !== null) {
    return use.command === digest ? { repeats: use } : { keyReused: { key, position: use.first } };
  }
  return expected === next ? "new" : { conflict: { expected, actual: next } };
}
