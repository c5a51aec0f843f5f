/**
 * The clock of one room: rings once for each deadline, and says how late.
 *
 * A deadline is a time of day, as the log holds it; how long until then is lived on a clock that nobody can set. Timers
 * may fire early: then the rest is waited for. Where the time of day and the other clock part, the machine slept or its
 * clock was set, and neither tells how long the class has had: that is told apart from ringing.
 */

import { lateMs } from "../classroom/decide.ts";

/** Two clocks, in milliseconds. */
export interface Clocks {
  /** Time of day, since 1970-01-01; may be set. */
  readonly now: () => number;
  /** Time that only grows, at the pace of time; may stand while the machine sleeps. */
  readonly elapsed: () => number;
}

/** Milliseconds by which the two clocks may part before it counts as a jump. */
const jumpMs = 5000;

/** Longest wait that a timer can take. */
const waitMax = 2 ** 31 - 1;

/** What a clock tells. */
export interface Bell {
  /** The deadline has passed; `late` by so many milliseconds. */
  readonly ring: (late: number) => void;
  /** The clocks have parted; `left` until the deadline, as the class has lived it. */
  readonly jump: (left: number) => void;
}

export class RoomClock {
  private readonly clocks: Clocks;
  private readonly bell: Bell;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** The deadline as a time of day and as elapsed time; null while none runs. */
  private due: { readonly at: number; readonly elapsed: number; seen: boolean } | null = null;
  private offset: number;

  constructor(clocks: Clocks, bell: Bell) {
    this.clocks = clocks;
    this.bell = bell;
    this.offset = clocks.now() - clocks.elapsed();
  }

  /**
   * Waits for a deadline, or for none. Where it has rung for the same one already, it rings again: what it rang for may
   * be possible by now.
   */
  set(deadline: number | null): void {
    if (deadline === null) this.stop();
    else if (this.due?.at !== deadline) {
      const { now, elapsed } = this.clocks;
      this.due = { at: deadline, elapsed: elapsed() + deadline - now(), seen: false };
      this.wait();
    } else if (this.timer === null) this.wait();
  }

  /** Rings again for the present deadline after a while, where what it rang for could not be done. */
  ringAgain(after: number): void {
    if (this.due !== null) this.wait(after);
  }

  /** Milliseconds until the deadline, as the class lives them; null while none runs. */
  get left(): number | null {
    return this.due === null ? null : this.due.elapsed - this.clocks.elapsed();
  }

  /** Looks whether the clocks have parted. To be called about once a second. */
  look(): void {
    const { now, elapsed } = this.clocks;
    const offset = now() - elapsed();
    const jumped = Math.abs(offset - this.offset) > jumpMs;
    this.offset = jumped ? offset : this.offset;
    const { left } = this;
    if (jumped && left !== null) this.bell.jump(left);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.due = null;
  }

  private wait(least = 0): void {
    const left = this.left ?? 0;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fire(), Math.min(Math.max(left, least, 0), waitMax));
    this.timer.unref();
  }

  private fire(): void {
    this.timer = null;
    const { due, left } = this;
    if (due === null || left === null) return;
    // Timers round: one that fires a moment early waits for what is left.
    if (left > 0) {
      this.wait(1);
      return;
    }
    // A deadline that was met and could not be kept, as the teacher held it, was not missed.
    const late = due.seen ? 0 : Math.max(-left, this.clocks.now() - due.at);
    due.seen = due.seen || late <= lateMs;
    this.bell.ring(late);
  }
}
