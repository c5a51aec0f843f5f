/**
 * What a command sees of the world it was started in: two outputs, an input, a directory, and Ctrl-C.
 *
 * Commands write through it alone, so that tests run them in the same process. Results go to `out`, everything else
 * (errors, hints, progress, prompts beside `--json`) to `err`. It decides about colour once, for all.
 */
import { styleText } from "node:util";

/** A way of marking text; on an output without colour it changes nothing. */
type Mark = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "underline";

/** Marks a text. */
type Paint = (mark: Mark, text: string) => string;

export interface Output {
  write(text: string): void;
  /** A person looks at it, as against a file or a pipe. */
  readonly isTerminal: boolean;
  /** Width in characters. */
  readonly columns: number;
  readonly paint: Paint;
}

export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly input: NodeJS.ReadableStream;
  /** Where relative paths begin. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Turns colour off, or on where nobody would look. */
  setColour(colour: boolean): void;
  /** Aborts at Ctrl-C. Until it is asked for, Ctrl-C ends the process as usual. */
  interruption(): AbortSignal;
  /**
   * Aborts when the process is asked to stop, by Ctrl-C or as service managers and containers do. Asked once more, or
   * where it has not stopped by itself in time, it ends at once.
   */
  stopping(): AbortSignal;
  /** From now on the process goes on although nobody reads its output any more. */
  outlivesReaders(): void;
  /** The command will end with 1, as something that was checked does not hold, or with 2, as the input is wrong. */
  fails(code?: 1 | 2): void;
  /** The code that the command ends with, unless it throws. */
  readonly exitCode: 0 | 1 | 2;
}

/** Ctrl-C, once everything is remembered. */
export class Interrupted extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Interrupted";
  }
}

/** The width assumed where nobody tells. */
const usualColumns = 100;

/** Milliseconds that a process has to stop by itself, once it was asked to. */
const stopMs = 1900;

/** The codes by which a process says that a signal ended it. */
const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  let outlives = false;
  // A reader that closes the pipe early, such as `head`, has what it wanted.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (outlives) return;
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
  }
  return terminalOver({
    out: process.stdout,
    err: process.stderr,
    input: process.stdin,
    directory: process.cwd(),
    environment: process.env,
    onInterrupt: (listener) => process.once("SIGINT", listener),
    onStop(listener) {
      let asked = false;
      // The first process of a container ends by no signal that it does not listen for, so both stay listened for.
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
          if (asked) process.exit(signalCodes[signal]);
          asked = true;
          setTimeout(() => process.exit(process.exitCode ?? signalCodes[signal]), stopMs).unref();
          listener();
        });
      }
    },
    onOutlive() {
      outlives = true;
    },
  });
}

/** What a terminal is made of. */
interface TerminalParts {
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly err: TerminalParts["out"];
  readonly input: NodeJS.ReadableStream;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onInterrupt: (listener: () => void) => void;
  readonly onStop?: (listener: () => void) => void;
  readonly onOutlive?: () => void;
}

/** A terminal over given streams. */
export function terminalOver(parts: TerminalParts): Terminal {
  const { environment } = parts;
  let asked: boolean | null = null;
  let exitCode: 0 | 1 | 2 = 0;
  let interruption: AbortController | null = null;
  const quiet = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";

  function output(stream: TerminalParts["out"]): Output {
    const isTerminal = stream.isTTY === true;
    return {
      write: (text) => {
        stream.write(text);
      },
      isTerminal,
      columns: Math.max(40, Math.min(isTerminal ? (stream.columns ?? usualColumns) : usualColumns, 140)),
      paint: (mark, text) =>
        (asked ?? (isTerminal && !quiet)) ? styleText(mark, text, { validateStream: false }) : text,
    };
  }

  return {
    out: output(parts.out),
    err: output(parts.err),
    input: parts.input,
    directory: parts.directory,
    environment,
    setColour(colour) {
      asked = colour;
    },
    interruption() {
      if (interruption === null) {
        const controller = new AbortController();
        parts.onInterrupt(() => controller.abort());
        interruption = controller;
      }
      return interruption.signal;
    },
    stopping() {
      const controller = new AbortController();
      (parts.onStop ?? parts.onInterrupt)(() => controller.abort());
      return controller.signal;
    },
    outlivesReaders() {
      parts.onOutlive?.();
    },
    fails(code = 1) {
      if (code > exitCode) exitCode = code;
    },
    get exitCode() {
      return exitCode;
    },
  };
}
