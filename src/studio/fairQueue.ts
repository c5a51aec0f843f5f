/**
 * Work that waits, taken in turns: one piece from each group in rotation, and within a group one from each of its askers.
 *
 * However much one asks for, another's first piece waits behind at most one piece of everybody else's.
 */

/** Who asks for work: somebody, and the group in which they share their turns, such as a seat and its room. */
export interface Asker {
  readonly group: string;
  readonly who: string;
}

/** What is taken next, and whose it is. */
export interface Taken<T> {
  readonly group: string;
  readonly item: T;
}

/** A queue of work by asker. */
export class FairQueue<T> {
  readonly #waitingMost: number;
  // Maps keep the order in which keys came; whose turn is over goes to the end.
  readonly #groups = new Map<string, Map<string, T[]>>();

  /** @param waitingMost pieces of one asker that may wait. */
  constructor(waitingMost: number) {
    this.#waitingMost = waitingMost;
  }

  /** Puts a piece of work at the end of its asker's; false where too much of theirs waits already. */
  add({ group, who }: Asker, item: T): boolean {
    const askers = this.#groups.get(group) ?? new Map<string, T[]>();
    const own = askers.get(who) ?? [];
    if (own.length >= this.#waitingMost) return false;
    own.push(item);
    askers.set(who, own);
    this.#groups.set(group, askers);
    return true;
  }

  /** Takes the next piece out, of a group that may have one; null where nothing may be taken. */
  take(may: (group: string) => boolean): Taken<T> | null {
    for (const [group, askers] of this.#groups) {
      const [next] = askers;
      if (next === undefined || !may(group)) continue;
      const [who, own] = next;
      const item = own.shift();
      askers.delete(who);
      this.#groups.delete(group);
      if (own.length > 0) askers.set(who, own);
      if (askers.size > 0) this.#groups.set(group, askers);
      if (item !== undefined) return { group, item };
    }
    return null;
  }

  /** Takes everything out. */
  clear(): readonly T[] {
    const all = [...this.#groups.values()].flatMap((askers) => [...askers.values()].flat());
    this.#groups.clear();
    return all;
  }
}
