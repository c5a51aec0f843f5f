/**
 * Numbers sorted into groups by counting: where each group begins, and who is in it.
 *
 * Tables of edges, components and cursors all stand like this: members of group `g` from `starts[g]` up to before
 * `starts[g + 1]`, in the order in which they were given.
 */
import { intAt } from "../scenario/at.ts";

/** Members in the order of their groups. */
export interface Grouping {
  /** By group, and one more: where its members begin in `members`. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

/** Where each group begins, from the group of each of the first `length` members; a negative group is none. */
export function groupStarts(groupOf: Int32Array, length: number, groups: number): Int32Array {
  const starts = new Int32Array(groups + 1);
  for (let member = 0; member < length; member++) {
    const group = groupOf[member] ?? -1;
    if (group >= 0) starts[group + 1] = intAt(starts, group + 1) + 1;
  }
  for (let group = 0; group < groups; group++) starts[group + 1] = intAt(starts, group + 1) + intAt(starts, group);
  return starts;
}

/** Sorts the first `length` numbers by their group; a negative group is none. */
export function groupMembers(groupOf: Int32Array, length: number, groups: number): Grouping {
  const starts = groupStarts(groupOf, length, groups);
  const places = starts.slice();
  const members = new Int32Array(intAt(starts, groups));
  for (let member = 0; member < length; member++) {
    const group = groupOf[member] ?? -1;
    if (group < 0) continue;
    const place = intAt(places, group);
    members[place] = member;
    places[group] = place + 1;
  }
  return { starts, members };
}
