/**
 * A child process that is ended once it takes more memory or time than it may, and whose end is told as what it was.
 *
 * A thread's limits do not count typed arrays, and a process that runs out of memory takes all its threads with it; so
 * what can grow runs as a process, and its resident memory is measured from outside. The module that it runs starts
 * `heartbeat.ts`, which ends it should this process die.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a child may take, and how it runs. */
export interface ProcessLimits {
  /** Megabytes of resident memory. */
  readonly memory: number;
  /** Milliseconds; null: as long as it wants. */
  readonly time: number | null;
  /** Flags of Node for it. */
  readonly flags?: readonly string[];
}

/** Children that may run at once: the tasks of the studio, and one that analyses classes. */
export const childrenMost = 3;

/** How a child ended. */
export type Ending =
  /** By itself, as it should. */
  | { readonly kind: "finished" }
  /** Over its memory, having taken so many megabytes. */
  | { readonly kind: "memory"; readonly used: number }
  | { readonly kind: "time" }
  /** This process ended it, because it was not wanted any more. */
  | { readonly kind: "stopped" }
  /** The operating system or somebody else ended it. */
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "crashed"; readonly code: number };

/** Milliseconds between two looks at a child's memory. */
const lookMs = 100;

/** Megabytes beyond the limit that the child's own heap may take, so that the measured limit comes first. */
const heapBeyond = 64;

const mebibyte = 2 ** 20;

export class GuardedProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #ending: Ending | null = null;
  /** Bytes that it last told to take, where this process cannot look. */
  #told = 0;

  /**
   * Starts a child.
   * @param file the module that it runs, without its extension.
   * @param heard is given each message of the child's, `ended` how it ended, once, after the last of them.
   */
  constructor(
    file: URL,
    limits: ProcessLimits,
    tell: { readonly heard: (message: unknown) => void; readonly ended: (ending: Ending) => void },
  ) {
    const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const child = fork(new URL(`${file.href}${extension}`), {
      serialization: "advanced",
      execArgv: [`--max-old-space-size=${limits.memory + heapBeyond}`, ...(limits.flags ?? [])],
      // Its output is the heartbeat; what it has to say comes as messages.
      stdio: ["ignore", "pipe", "ignore", "ipc"],
    });
    this.#child = child;
    child.stdout?.on("data", (data: Buffer) => {
      this.#told = Number(data.toString().trimEnd().split("\n").at(-1)) || this.#told;
    });
    child.on("message", tell.heard);
    const look = setInterval(() => {
      const used = Math.ceil((residentBytes(child.pid) ?? this.#told) / mebibyte);
      if (used > limits.memory) this.#end({ kind: "memory", used });
    }, lookMs);
    const { time } = limits;
    const timer = time === null ? null : setTimeout(() => this.#end({ kind: "time" }), time);
    this.#gone = endOf(child).then((ending) => {
      clearInterval(look);
      if (timer !== null) clearTimeout(timer);
      tell.ended(this.#ending ?? ending);
    });
    look.unref();
    timer?.unref();
  }

  /** The child's process id. */
  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Sends it a message; one that it cannot take any more is lost with it. */
  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends it, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#end({ kind: "stopped" });
    await this.#gone;
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#child.kill("SIGKILL");
  }
}

/** How a child ends by itself, once its last message has come. */
function endOf(child: ChildProcess): Promise<Ending> {
  const silent = new Promise<void>((resolve) => child.once("disconnect", resolve));
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => void silent.then(() => resolve(endingOf(code, signal))));
    child.once("error", () => {
      if (child.pid === undefined) resolve({ kind: "crashed", code: 1 });
    });
  });
}

function endingOf(code: number | null, signal: string | null): Ending {
  if (signal !== null) return { kind: "killed", signal };
  return code === 0 ? { kind: "finished" } : { kind: "crashed", code: code ?? 1 };
}

/** Bytes of memory that a process has in use, as Linux counts them; null elsewhere. */
function residentBytes(pid: number | undefined): number | null {
  try {
    const told = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, "utf8"));
    return told === null ? null : Number(told[1]) * 1024;
  } catch {
    return null;
  }
}
