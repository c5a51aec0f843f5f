/**
 * What the server says while it runs: a line for each turn in a room's life, and a line for each fault.
 *
 * A line begins with the time and carries no personal data: no names, texts, seats' tokens or addresses of browsers.
 * docs/serving.md describes the form, which stays as it is, so that other programs may read it.
 */
import type { RoomHost } from "./roomHost.ts";

/** A turn in a room's life. */
export type RoomTurn = "opened" | "resumed" | "lesson-began" | "debrief" | "closed" | "damaged";

/** Faults that are written in a minute; more of them say nothing new. */
const faultsMax = 30;
const minuteMs = 60_000;

interface ServerLogOptions {
  /** Takes a whole line. */
  readonly write: (line: string) => void;
  /** The clock, in milliseconds since 1970-01-01. */
  readonly now: () => number;
  /** Faults come with the calls that led to them. */
  readonly verbose?: boolean;
}

export class ServerLog {
  readonly #options: ServerLogOptions;
  readonly #phases = new Map<string, RoomHost["room"]["phase"]>();
  #faults = { since: 0, count: 0 };

  constructor(options: ServerLogOptions) {
    this.#options = options;
  }

  /** A room was opened, or taken up from the log. */
  begins(host: RoomHost, turn: "opened" | "resumed"): void {
    this.#phases.set(host.code, host.room.phase);
    this.#tell(host, turn);
  }

  /** A room may have come to another phase; says so where it matters. */
  follow(host: RoomHost): void {
    const { code, room } = host;
    const { phase } = room;
    const before = this.#phases.get(code);
    if (before === phase) return;
    this.#phases.set(code, phase);
    if (before === null || before === undefined) {
      if (phase === "briefing" || phase === "round") this.#tell(host, "lesson-began");
    }
    if (phase === "debrief" || phase === "closed") this.#tell(host, phase);
  }

  /** A room cannot be read; the others go on. */
  damaged(code: string): void {
    this.#line(`room ${code} damaged`);
  }

  /**
   * Something failed that should not have; what it concerned was ended, and the server goes on.
   * @param where is a route, or what was being done: never what somebody sent.
   */
  fault(where: string, error: unknown): void {
    const now = this.#options.now();
    if (now - this.#faults.since >= minuteMs) this.#faults = { since: now, count: 0 };
    this.#faults.count += 1;
    if (this.#faults.count > faultsMax) return;
    this.#line(`fault ${where}: ${messageOf(error)}`);
    if (this.#options.verbose === true && error instanceof Error) this.#options.write(error.stack ?? "");
    if (this.#faults.count === faultsMax) this.#line("fault log: no more of them for a minute");
  }

  #tell({ code, room, run }: RoomHost, turn: RoomTurn): void {
    const rounds = run.state.round;
    this.#line(`room ${code} ${turn} seats=${room.seats.length} round=${rounds} events=${run.events.length}`);
  }

  #line(text: string): void {
    this.#options.write(`${new Date(this.#options.now()).toISOString()} ${text}`);
  }
}

/** What an error says and where it was thrown, in one line. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const [, place] = /\bat .*?([\w.-]+:\d+:\d+)\)?/.exec(error.stack ?? "") ?? [];
  return oneLine(`${error.name}: ${error.message}${place === undefined ? "" : ` (${place})`}`);
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 500);
