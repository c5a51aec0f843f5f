/**
 * Lines from whoever sits at the terminal, or from a pipe.
 *
 * Lines that arrive before they are asked for wait in order, so a piped script plays like a person. Ctrl-C ends the
 * waiting.
 */
import { createInterface } from "node:readline";

/** Asks for lines one at a time. */
export interface LineInput {
  /** The next line without surrounding blanks; null when there will be none any more. */
  next(): Promise<string | null>;
  close(): void;
}

/** Lines of a stream. */
export function lineInput(input: NodeJS.ReadableStream, interruption: AbortSignal): LineInput {
  const waiting: ((line: string | null) => void)[] = [];
  const arrived: string[] = [];
  let ended = false;
  const reader = createInterface({ input, terminal: false });
  reader.on("line", (line) => {
    const asker = waiting.shift();
    if (asker === undefined) arrived.push(line.trim());
    else asker(line.trim());
  });
  const end = (): void => {
    ended = true;
    for (const asker of waiting.splice(0)) asker(null);
  };
  reader.on("close", end);
  interruption.addEventListener("abort", end);
  return {
    next() {
      const line = arrived.shift();
      if (line !== undefined && !interruption.aborted) return Promise.resolve(line);
      if (ended || interruption.aborted) return Promise.resolve(null);
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    close: () => reader.close(),
  };
}
