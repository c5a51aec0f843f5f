/**
 * Commands that were asked and not yet answered. Each keeps its key however often it is sent, so it is done once.
 *
 * A server whose database is locked for a moment answers "busy": the same command is sent again after a pause, some
 * times. After a connection was lost, everything that is unanswered is sent again.
 */
import type { RoomCommand } from "../../classroom/screenSections.ts";

/** Milliseconds after which a command is sent again to a busy server, and how often. */
const busyMs = 1500;
const busyMost = 10;

interface Unanswered {
  readonly command: RoomCommand;
  readonly settle: (refused: string | null) => void;
  busy: number;
}

/** What an outbox works with. */
export interface Carrier {
  /** Sends a command, if there is a connection. */
  readonly send: (key: string, command: RoomCommand) => void;
  readonly freshKey: () => string;
  /** Does something after so many milliseconds. */
  readonly later: (after: number, work: () => void) => void;
}

export class Outbox {
  private readonly carrier: Carrier;
  private readonly unanswered = new Map<string, Unanswered>();

  constructor(carrier: Carrier) {
    this.carrier = carrier;
  }

  /** Sends a command; resolves to null once it is done, or to the reason why not. */
  ask(command: RoomCommand): Promise<string | null> {
    const key = this.carrier.freshKey();
    return new Promise((settle) => {
      this.unanswered.set(key, { command, settle, busy: 0 });
      this.carrier.send(key, command);
    });
  }

  /** A command was answered: null where it was done, else why not. */
  answered(key: string, refused: string | null): void {
    const asked = this.unanswered.get(key);
    if (asked === undefined) return;
    if (refused === "busy" && asked.busy < busyMost) {
      asked.busy += 1;
      this.carrier.later(busyMs, () => this.again(key));
      return;
    }
    this.unanswered.delete(key);
    asked.settle(refused);
  }

  /** There is a new connection: what is unanswered is sent again. */
  reconnected(): void {
    for (const key of this.unanswered.keys()) this.again(key);
  }

  private again(key: string): void {
    const asked = this.unanswered.get(key);
    if (asked !== undefined) this.carrier.send(key, asked.command);
  }
}
