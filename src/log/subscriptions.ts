/**
 * Who listens to which stream, and how far each has heard.
 *
 * A listener's place is a position, and all it hears is read from the store from there on; so nothing can be left out
 * or told twice, however appends, other processes and new subscriptions interleave. Telling happens in a task of its
 * own, never inside an append.
 */
import type { Recorded, StoredEvent } from "./chain.ts";
import type { Listener } from "./eventStore.ts";

interface Subscription<E extends StoredEvent> {
  readonly stream: string;
  readonly listener: Listener<E>;
  next: number;
}

/** Milliseconds between two looks for what other processes appended. */
export const pollMsDefault = 200;

export class Subscriptions<E extends StoredEvent> {
  readonly #read: (stream: string, from: number) => readonly Recorded<E>[];
  readonly #active = new Set<Subscription<E>>();
  readonly #pollMs: number | null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #closed = false;

  /** @param pollMs how often to look by itself; null where nobody else can append. */
  constructor(read: (stream: string, from: number) => readonly Recorded<E>[], pollMs: number | null) {
    this.#read = read;
    this.#pollMs = pollMs;
  }

  add(stream: string, from: number, listener: Listener<E>): () => void {
    if (this.#closed) throw new Error("the store is closed");
    const subscription = { stream, listener, next: from };
    this.#active.add(subscription);
    queueMicrotask(() => this.#tell(subscription));
    if (this.#pollMs !== null && this.#timer === null) {
      this.#timer = setInterval(() => this.announce(null), this.#pollMs);
      // Listening alone keeps no process alive.
      this.#timer.unref?.();
    }
    return () => {
      this.#active.delete(subscription);
      if (this.#active.size === 0) this.#stop();
    };
  }

  /** There may be news of a stream, or (null) of any. */
  announce(stream: string | null): void {
    for (const subscription of this.#active) {
      if (stream === null || subscription.stream === stream) queueMicrotask(() => this.#tell(subscription));
    }
  }

  close(): void {
    this.#closed = true;
    this.#active.clear();
    this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #tell(subscription: Subscription<E>): void {
    if (!this.#active.has(subscription)) return;
    try {
      for (const recorded of this.#read(subscription.stream, subscription.next)) {
        if (!this.#active.has(subscription)) return;
        subscription.next = recorded.position + 1;
        subscription.listener(recorded);
      }
    } catch (error) {
      this.#active.delete(subscription);
      throw error;
    }
  }
}
