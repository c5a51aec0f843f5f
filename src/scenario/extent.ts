/**
 * How much a document may hold, counted after every `each` is written out.
 *
 * Everything behind the reader (lint, exports, kernel, pictures) may then compare every entry of a section with every
 * other. No scenario comes near; what exceeds is refused where it begins to.
 */
import type { Complaints } from "./complaints.ts";
import { childOf, type Entry, entriesOf, itemsOf, type MapNode, type Node } from "./node.ts";

/** Entries of a section, states of a track, values in a list. */
export const extents = {
  section: 2000,
  tracks: 500,
  states: 1000,
  list: 20_000,
} as const;

/** Entries that stand inside entries: branches, policies of an actor, weights, effects. */
const innerMax = 2000;

/** All entries together. */
const entriesMax = 100_000;

/** Whether a document is small enough to be read any further; complains where it is not. */
export function isWithinExtent(root: MapNode, complaints: Complaints): boolean {
  const counter = new Counter(complaints);
  for (const entry of root.entries) counter.section(entry);
  return counter.fits;
}

class Counter {
  readonly #complaints: Complaints;
  #entries = 0;
  fits = true;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
  }

  section({ key, value }: Entry): void {
    if (value.kind === "list") this.#refuse(value.items, extents.list, `entries under \`${key.text}\``);
    const entries = entriesOf(value);
    this.#refuse(
      entries.map((entry) => entry.key),
      key.text === "tracks" ? extents.tracks : extents.section,
      `entries under \`${key.text}\``,
    );
    for (const entry of entries) this.#inside(entry.value, `\`${key.text}.${entry.key.text}\``);
    if (key.text !== "tracks") return;
    for (const track of entries) {
      const states = childOf(track.value, "states");
      const names = states?.kind === "map" ? states.entries.map((state) => state.key) : itemsOf(states);
      this.#refuse(names, extents.states, `states of the track \`${track.key.text}\``);
    }
  }

  #inside(node: Node, where: string): void {
    if (node.kind === "list") this.#refuse(node.items, extents.list, `entries in ${where}`);
    for (const item of node.kind === "list" ? node.items : []) this.#inside(item, where);
    const entries = entriesOf(node);
    this.#count(entries);
    this.#refuse(
      entries.map((entry) => entry.key),
      innerMax,
      `entries in ${where}`,
    );
    for (const { value } of entries) this.#inside(value, where);
  }

  /** Counts entries of the whole document. */
  #count(entries: readonly Entry[]): void {
    const before = this.#entries;
    this.#entries += entries.length;
    const first = entries[entriesMax - before];
    if (first === undefined || before > entriesMax) return;
    this.#complain(first.key, `the document has more than ${entriesMax} entries, which no scenario needs`);
  }

  #refuse(found: readonly Node[], most: number, what: string): void {
    const first = found[most];
    if (first === undefined) return;
    this.#complain(first, `there are ${found.length} ${what}, but at most ${most} are allowed`);
  }

  #complain(at: Node, message: string): void {
    this.fits = false;
    this.#complaints.error("too-many", at, message, "leave some out");
  }
}
