/**
 * Progress of a long command, on standard error and only where a person looks at it: how much, how fast, how long yet.
 *
 * The clock read here never reaches a result.
 */
import type { Terminal } from "./terminal.ts";

export interface ProgressLine {
  /** Shows that so much is done. */
  show(done: number): void;
  /** Clears the line. */
  end(): void;
}

/** A line of progress towards a total number of runs. */
export function progressLine({ err }: Terminal, total: number): ProgressLine {
  if (!err.isTerminal) return { show: () => {}, end: () => {} };
  const started = performance.now();
  let shown = started;
  return {
    show(done) {
      const now = performance.now();
      if (now - shown < 100) return;
      shown = now;
      const rate = done / ((now - started) / 1000);
      const left = (total - done) / rate;
      const share = Math.floor((100 * done) / total);
      err.write(`\r\u001b[K${share} % of ${total} runs, ${Math.round(rate)} runs/s, ${Math.ceil(left)} s left`);
    },
    end: () => err.write("\r\u001b[K"),
  };
}

/** Lines of progress one after the other, for work in several parts. */
export function partsLine(terminal: Terminal): {
  readonly show: (part: string, done: number, total: number) => void;
  readonly end: () => void;
} {
  let shown: { readonly part: string; readonly line: ProgressLine } | null = null;
  const end = (): void => shown?.line.end();
  return {
    end,
    show(part, done, total) {
      if (shown?.part !== part) {
        end();
        shown = { part, line: progressLine(terminal, total) };
      }
      shown.line.show(done);
    },
  };
}
