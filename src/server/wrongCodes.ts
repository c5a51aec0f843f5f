/**
 * Who tried codes that do not exist: after some, an address has to wait, so that codes cannot be found by trying.
 *
 * Enough are let pass for a school behind one address that mistypes; with thousands of millions of codes, trying that
 * many a minute finds none in years.
 */

/** Wrong codes that are let pass in a window. */
const most = 100;
const windowMs = 60_000;

/** Addresses that are remembered at most. */
const addressesMax = 10_000;

export class WrongCodes {
  private readonly now: () => number;
  private readonly tries = new Map<string, { count: number; since: number }>();

  constructor(now: () => number) {
    this.now = now;
  }

  /** Whether an address has tried too much. */
  mustWait(address: string): boolean {
    const found = this.tries.get(address);
    return found !== undefined && this.now() - found.since < windowMs && found.count >= most;
  }

  note(address: string): void {
    const found = this.tries.get(address);
    const fresh = found === undefined || this.now() - found.since >= windowMs;
    if (fresh && this.tries.size >= addressesMax) this.tries.clear();
    this.tries.set(address, fresh ? { count: 1, since: this.now() } : { ...found, count: found.count + 1 });
  }
}
