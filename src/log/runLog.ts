/**
 * The log of one run as whoever makes it sees it: what is remembered, and a way to remember more.
 */
import type { RunEvent } from "../engine/event.ts";
import { extendChain, type Recorded } from "./chain.ts";

/** A log under way. */
export interface RunLog {
  /** As the user named it; null in memory. */
  readonly file: string | null;
  readonly recorded: readonly Recorded[];
  /** Remembers events; they are on the medium when this returns. */
  append(events: readonly RunEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** A log that nobody keeps, perhaps with a past. */
export function memoryLog(past: readonly Recorded[] = []): RunLog {
  const recorded = [...past];
  return {
    file: null,
    recorded,
    append(events) {
      recorded.push(...extendChain(recorded.at(-1), events));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
