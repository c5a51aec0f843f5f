/**
 * A folder of logs as an event store: the stream `NAME` is the file `NAME.jsonl`.
 *
 * What a stream holds is kept in memory once read; what others appended is found on the next look.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../engine/event.ts";
import type { StoredEvent } from "./chain.ts";
import type { EventStore } from "./eventStore.ts";
import { LogError, platformError } from "./logError.ts";
import { LogFile, type LogFileOptions } from "./logFile.ts";
import type { EventForm } from "./schema.ts";
import { pollMsDefault, Subscriptions } from "./subscriptions.ts";

const ending = ".jsonl";

/** Opens a folder of logs. It has to exist. */
export function fileStore<E extends StoredEvent = RunEvent>(
  folder: string,
  form: EventForm<E>,
  options: LogFileOptions & { readonly pollMs?: number } = {},
): EventStore<E> {
  const files = new Map<string, LogFile<E>>();
  const subscriptions = new Subscriptions<E>(
    (stream, from) => fileOf(stream).read().recorded.slice(from),
    options.pollMs ?? pollMsDefault,
  );

  function fileOf(stream: string): LogFile<E> {
    const kept = files.get(stream);
    if (kept !== undefined) return kept;
    if (!/^\w[\w.-]{0,199}$/.test(stream)) {
      const message = `${JSON.stringify(stream)} cannot be the name of a file`;
      throw new LogError("bad name", message, {}, "use letters, digits, hyphens, dots and underscores");
    }
    const file = new LogFile<E>(join(folder, stream + ending), form, options);
    files.set(stream, file);
    return file;
  }

  return {
    async append(stream, request) {
      const result = fileOf(stream).append(request);
      if ("appended" in result && !result.repeated) subscriptions.announce(stream);
      return result;
    },
    read: async (stream, from = 0, to) => fileOf(stream).read().recorded.slice(from, to),
    async streams() {
      try {
        const names = readdirSync(folder).filter((name) => name.endsWith(ending) && !name.startsWith("."));
        return names.map((name) => name.slice(0, -ending.length)).sort();
      } catch (error) {
        throw platformError(error, folder, "read");
      }
    },
    subscribe(stream, from, listener) {
      fileOf(stream);
      return subscriptions.add(stream, from, listener);
    },
    async close() {
      subscriptions.close();
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
}
