/**
 * Folding events into state: what a log means.
 *
 * `evolve` is total and reads nothing but the event: no scenario, no guard, no luck. Editing a scenario therefore never
 * rewrites an old run.
 */
import { type Draft, produce } from "immer";
import type { RunEvent } from "./event.ts";
import type { Changes, State } from "./state.ts";

function apply(draft: Draft<State>, changes: Changes): void {
  if (changes.tracks !== undefined) Object.assign(draft.tracks, changes.tracks);
  if (changes.variables !== undefined) Object.assign(draft.variables, changes.variables);
  if (changes.entered !== undefined) Object.assign(draft.entered, changes.entered);
  if (changes.made !== undefined) Object.assign(draft.made, changes.made);
  if (changes.round !== undefined) draft.round = changes.round;
  if (changes.cursor !== undefined) draft.cursor = changes.cursor;
  if (changes.outcome !== undefined) draft.outcome = changes.outcome;
  if (changes.ended !== undefined) draft.ended = changes.ended;
}

/** The state after an event; null stands before the first. */
export function evolve(state: State | null, event: RunEvent): State {
  if (event.type === "RunStarted") return event.state;
  if (state === null) throw new Error(`a run starts with RunStarted, not with ${event.type}`);
  return produce(state, (draft) => apply(draft, event.changes));
}

/** The state after several events, folded in one go. */
export function evolveAll(state: State | null, events: readonly RunEvent[]): State | null {
  const begin = events.findLastIndex((event) => event.type === "RunStarted");
  const first = events[begin];
  const base = first?.type === "RunStarted" ? first.state : state;
  if (base === null) return null;
  return produce(base, (draft) => {
    for (let index = begin + 1; index < events.length; index++) {
      const event = events[index];
      if (event !== undefined && event.type !== "RunStarted") apply(draft, event.changes);
    }
  });
}
