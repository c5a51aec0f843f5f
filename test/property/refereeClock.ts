/**
 * The time of the room's referee: a time of day that can be set, the time that a class lives, and one deadline.
 *
 * A deadline rings when the class has lived up to it. It was missed where nobody was there to see it pass.
 */

/** What the clock tells. */
interface Told {
  /** Time is up, so many milliseconds after the deadline; says whether anything was done. */
  readonly up: (late: number) => boolean;
  /** The time of day was set; so many milliseconds are left of what the class has lived. */
  readonly parted: (left: number) => void;
}

/** More than this much, and a deadline was missed, or a clock was set. Milliseconds. */
const much = 5000;

export class RefereeClock {
  /** Time of day. */
  now: number;
  private lived = 0;
  private drift = 0;
  private deadline: { readonly at: number; readonly lived: number; seen: boolean; waits: boolean } | null = null;
  private readonly told: Told;

  constructor(start: number, told: Told) {
    this.now = start;
    this.told = told;
  }

  /** Waits for a deadline, if there is one. A deadline that has rung rings again, as the room may be ready for it now. */
  waitFor(at: number | null): void {
    if (at === null) this.deadline = null;
    else if (this.deadline?.at === at) this.deadline.waits = true;
    else this.deadline = { at, lived: this.lived + at - this.now, seen: false, waits: true };
  }

  /** Time passes while the server runs. */
  pass(ms: number, windUp: () => void): void {
    const end = this.lived + ms;
    for (;;) {
      const { deadline } = this;
      if (deadline === null || !deadline.waits || deadline.lived > end) break;
      this.goTo(Math.max(this.lived, deadline.lived));
      deadline.waits = false;
      const late = deadline.seen ? 0 : Math.max(this.lived - deadline.lived, this.now - deadline.at);
      deadline.seen ||= late <= much;
      if (this.told.up(late)) windUp();
    }
    this.goTo(end);
  }

  private goTo(lived: number): void {
    this.now += lived - this.lived;
    this.lived = lived;
  }

  /** Somebody sets the time of day, or the machine sleeps; the server looks a moment later. */
  set(ms: number, windUp: () => void): void {
    this.now += ms;
    this.drift += ms;
    if (Math.abs(this.drift) <= much) return;
    this.drift = 0;
    if (this.deadline === null) return;
    this.told.parted(this.deadline.lived - this.lived);
    windUp();
  }

  /** The server is down for a while and starts with clocks of its own. */
  restart(ms: number): void {
    this.now += ms;
    this.lived += ms;
    this.drift = 0;
    this.deadline = null;
  }
}
