/**
 * A run along its positions: the state as of each, the rounds, what was done there, and how high the ladder stood.
 *
 * Everything is folded from the run's events by `evolve`, in the browser as on the server, so that scrubbing asks
 * nobody. A position is the number of an event; the state at a position is the one after that event.
 */

import { deedsIn, type RunDeed } from "../engine/deeds.ts";
import type { RunEvent } from "../engine/event.ts";
import type { State } from "../engine/state.ts";
import { statesAfter } from "../engine/transitions.ts";

/** A round of a run, and the positions of its events, both ends included. */
export interface RoundSpan {
  readonly round: number;
  readonly first: number;
  readonly last: number;
}

export interface Timeline {
  readonly events: readonly RunEvent[];
  /** The state after each event. */
  readonly states: readonly State[];
  readonly rounds: readonly RoundSpan[];
}

/** The timeline of a run's events. */
export function timelineOf(events: readonly RunEvent[]): Timeline {
  const states = statesAfter(events);
  const rounds: RoundSpan[] = [];
  for (const [position, { round }] of states.entries()) {
    const span = rounds.at(-1);
    if (span?.round === round) rounds[rounds.length - 1] = { ...span, last: position };
    else rounds.push({ round, first: position, last: position });
  }
  return { events, states, rounds };
}

/** A timeline with further events behind it. */
export function extendTimeline(timeline: Timeline, events: readonly RunEvent[]): Timeline {
  return events.length === 0 ? timeline : timelineOf([...timeline.events, ...events]);
}

/** What was done or happened at a position. */
export function doneAt({ events }: Timeline, position: number): readonly RunDeed[] {
  const event = events[position];
  return event === undefined ? [] : deedsIn(event);
}

/** A track's way from one state to another at a position; null where it did not move. */
export function trackChangeAt(
  { states }: Timeline,
  position: number,
  track: string,
): { readonly from: string; readonly to: string } | null {
  const [before, after] = [states[position - 1]?.tracks[track], states[position]?.tracks[track]];
  return before === undefined || after === undefined || before === after ? null : { from: before, to: after };
}

/** The last position up to one at which something was done or happened; a tick that changes nothing is none. */
export function lastDeed(timeline: Timeline, position: number): number {
  for (let at = position; at > 0; at--) if (doneAt(timeline, at).length > 0) return at;
  return 0;
}

/** One value along a run: from a position on, it is `value`. */
export interface CoursePoint<V> {
  readonly position: number;
  readonly value: V;
}

/** Where something read from the state changes along a run. */
export function courseOf<V>({ states }: Timeline, read: (state: State) => V): readonly CoursePoint<V>[] {
  const points: CoursePoint<V>[] = [];
  for (const [position, state] of states.entries()) {
    const value = read(state);
    if (points.length === 0 || points.at(-1)?.value !== value) points.push({ position, value });
  }
  return points;
}

/** Tracks with the rungs of their states, as a ladder is read. */
export interface Rungs {
  readonly id: string;
  readonly states: readonly { readonly id: string; readonly rung: number | null }[];
}

/** Reads the highest rung on which any track stands; a track state without one stands on none. */
export function ladderOf(tracks: readonly Rungs[]): (state: State) => number | null {
  const rungs = new Map(tracks.map(({ id, states }) => [id, new Map(states.map((state) => [state.id, state.rung]))]));
  return (state) => {
    const found = Object.entries(state.tracks).flatMap(([id, at]) => rungs.get(id)?.get(at) ?? []);
    return found.length === 0 ? null : Math.max(...found);
  };
}

/** The position in another run that stands where one stands in this: the end of the same round, or the run's end. */
export function matching(other: Timeline, round: number): number {
  const span = other.rounds.findLast((candidate) => candidate.round <= round);
  return span?.last ?? 0;
}
