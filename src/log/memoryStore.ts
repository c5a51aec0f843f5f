/**
 * Streams in memory: for tests, for trials that may come to nothing, and for the browser.
 *
 * It keeps the whole contract but one thing: nothing survives the process.
 */
import type { RunEvent } from "../engine/event.ts";
import { extendChain, type Recorded, type StoredEvent } from "./chain.ts";
import {
  type Append,
  type AppendResult,
  commandDigest,
  type EventStore,
  judgeAppend,
  type KeyUse,
} from "./eventStore.ts";
import { Subscriptions } from "./subscriptions.ts";

interface Stream<E extends StoredEvent> {
  readonly recorded: Recorded<E>[];
  readonly keys: Map<string, KeyUse>;
}

/** A store whose streams live as long as it does. */
export function memoryStore<E extends StoredEvent = RunEvent>(): EventStore<E> {
  const streams = new Map<string, Stream<E>>();
  const subscriptions = new Subscriptions<E>((stream, from) => streams.get(stream)?.recorded.slice(from) ?? [], null);

  function append(name: string, request: Append<E>): AppendResult<E> {
    const stream = streams.get(name) ?? { recorded: [], keys: new Map<string, KeyUse>() };
    const { recorded, keys } = stream;
    const { key, prefix = [], events } = request;
    const command = commandDigest(request.command);
    const first = recorded.length;
    const judged = judgeAppend(request, first, (key === undefined ? null : keys.get(key)) ?? null, command);
    if (judged !== "new") {
      if (!("repeats" in judged)) return judged;
      const { repeats } = judged;
      return { appended: recorded.slice(repeats.first, repeats.first + repeats.count), repeated: true };
    }
    const appended = [...prefix, ...extendChain(prefix.at(-1) ?? recorded.at(-1), events)];
    recorded.push(...appended);
    if (key !== undefined) keys.set(key, { first, count: appended.length, command });
    streams.set(name, stream);
    subscriptions.announce(name);
    return { appended, repeated: false };
  }

  return {
    append: async (stream, request) => append(stream, request),
    read: async (stream, from = 0, to) => streams.get(stream)?.recorded.slice(from, to) ?? [],
    streams: async () => [...streams.keys()].sort(),
    subscribe: (stream, from, listener) => subscriptions.add(stream, from, listener),
    close: async () => subscriptions.close(),
  };
}
