/**
 * All states found so far, in the order in which they were found, each with the state it was first reached from.
 *
 * Whether a state is new is told by a bitmap where packed states are small numbers, else by open addressing. Memory is
 * typed arrays alone, so the store knows how much it takes and stops in good time: a store that is full says so and
 * takes nothing more in.
 */
import { intAt } from "../scenario/at.ts";
import type { Packing } from "./packing.ts";
import { grown } from "./steps.ts";

/** What ended a search early. */
export type Limit = "states" | "memory";

/** Up to this many packed states a bitmap is kept: 128 MB, of which the system gives only what is touched. */
const bitmapMax = 2 ** 30;
const noState = -1;

export class StateStore {
  readonly width: number;
  /** The words of all states, one state after the other. */
  words: Int32Array;
  /** By state: the one it was found from; -1 where a run can begin. */
  parent: Int32Array;
  count = 0;
  /** Why nothing more is taken in. */
  limit: Limit | null = null;
  private readonly bitmap: Int32Array | null;
  /** State numbers by hash, one more than the number; 0 is free. */
  private table: Int32Array;
  private readonly statesMax: number;
  private readonly bytesMax: number;

  /** Bytes that others hold on behalf of the search. */
  private besides = 0;

  /** @param indexed whether the number of a known state is wanted, not only that it is known. */
  constructor(packing: Packing, indexed: boolean, limits: { readonly statesMax: number; readonly bytesMax: number }) {
    this.width = packing.words;
    this.statesMax = limits.statesMax;
    this.bytesMax = limits.bytesMax;
    const small = !indexed && packing.words === 1 && packing.ranks <= bitmapMax;
    this.bitmap = small ? new Int32Array(Math.ceil(packing.ranks / 32)) : null;
    this.table = new Int32Array(small ? 0 : 4096);
    this.words = new Int32Array(1024 * this.width);
    this.parent = new Int32Array(1024);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.words.byteLength + this.parent.byteLength + this.table.byteLength + (this.bitmap?.byteLength ?? 0);
  }

  /** Counts in what others hold, and takes nothing more in where that is too much. */
  weigh(bytes: number): void {
    this.besides = bytes;
    if (this.limit === null && this.bytes + bytes > this.bytesMax) this.close("memory");
  }

  /**
   * Takes a state in where it is new. Returns its number: that of the last state if it is new, of an earlier one if it
   * was known, or -1 if it was known and a bitmap does not tell, or if the store is full.
   */
  admit(from: Int32Array, at: number, parent: number): number {
    if (this.bitmap !== null) {
      const word = intAt(from, at);
      const bit = 1 << (word & 31);
      const known = intAt(this.bitmap, word >>> 5);
      if ((known & bit) !== 0 || !this.hasRoom()) return noState;
      this.bitmap[word >>> 5] = known | bit;
      return this.append(from, at, parent);
    }
    const mask = this.table.length - 1;
    let slot = this.hash(from, at) & mask;
    for (let held = intAt(this.table, slot); held !== 0; held = intAt(this.table, slot)) {
      if (this.isSame(from, at, held - 1)) return held - 1;
      slot = (slot + 1) & mask;
    }
    if (!this.hasRoom()) return noState;
    this.table[slot] = this.count + 1;
    const state = this.append(from, at, parent);
    if (this.count * 4 > this.table.length * 3) this.rehash();
    return state;
  }

  private append(from: Int32Array, at: number, parent: number): number {
    const { count, width, words } = this;
    for (let word = 0; word < width; word++) words[count * width + word] = intAt(from, at + word);
    this.parent[count] = parent;
    return this.count++;
  }

  private isSame(from: Int32Array, at: number, state: number): boolean {
    const { words, width } = this;
    for (let word = 0; word < width; word++) if (words[state * width + word] !== from[at + word]) return false;
    return true;
  }

  private hash(from: Int32Array, at: number): number {
    let hash = 0;
    for (let word = 0; word < this.width; word++) {
      hash = Math.imul(hash ^ intAt(from, at + word), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }

  /** Whether one more state fits; makes room for it if so. */
  private hasRoom(): boolean {
    if (this.count < this.parent.length && this.count < this.statesMax) return this.limit === null;
    if (this.limit !== null) return false;
    if (this.count >= this.statesMax) return this.close("states");
    const room = Math.min(this.statesMax, Math.ceil(this.parent.length * 1.5));
    const table = room * 4 > this.table.length * 3 && this.bitmap === null ? this.table.length * 8 : 0;
    const more = (room - this.parent.length) * (this.width + 1) * 4 + table;
    if (this.bytes + this.besides + more > this.bytesMax) return this.close("memory");
    try {
      this.words = grown(this.words, new Int32Array(room * this.width));
      this.parent = grown(this.parent, new Int32Array(room));
    } catch (error) {
      if (error instanceof RangeError) return this.close("memory");
      throw error;
    }
    return true;
  }

  private close(limit: Limit): false {
    this.limit = limit;
    return false;
  }

  private rehash(): void {
    try {
      this.table = new Int32Array(this.table.length * 2);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.limit = "memory";
      return;
    }
    const mask = this.table.length - 1;
    for (let state = 0; state < this.count; state++) {
      let slot = this.hash(this.words, state * this.width) & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = state + 1;
    }
  }
}
