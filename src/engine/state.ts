/**
 * The whole state of a run, and differences between states.
 *
 * A state is plain JSON. It holds everything that any condition may read and everything that the round protocol needs
 * to go on, so the next event depends on nothing else but choices. Nothing in it is derived from elsewhere. States are
 * never mutated.
 */

/** Why a run stands still: an outcome holds, nothing can happen any more, it was stopped, or the model is at fault. */
export type Ended = "outcome" | "deadlock" | "unfinished" | "fault";

export interface State {
  /** Present state of each track. */
  readonly tracks: Readonly<Record<string, string>>;
  /** Present value of each variable: a whole number, or a truth value for a flag. */
  readonly variables: Readonly<Record<string, number | boolean>>;
  /** Number of the present round; the first is 0. */
  readonly round: number;
  /** Round in which a track was last entered or a move or incident last made, by mark, where something reads it. */
  readonly entered: Readonly<Record<string, number>>;
  /** How often a move or incident was made, by mark, where something reads it. */
  readonly made: Readonly<Record<string, number>>;
  /**
   * Where the round protocol goes on: `incident:NAME`, `turn:ACTOR`, `turn` (free or simultaneous turns) or `tick`.
   * Everything before it in this round is over.
   */
  readonly cursor: string;
  readonly outcome: string | null;
  readonly ended: Ended | null;
}

/** New values, section by section; what is not named stays. */
export interface Changes {
  readonly tracks?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, number | boolean>>;
  readonly round?: number;
  readonly entered?: Readonly<Record<string, number>>;
  readonly made?: Readonly<Record<string, number>>;
  readonly cursor?: string;
  readonly outcome?: string | null;
  readonly ended?: Ended | null;
}

const sections = ["tracks", "variables", "entered", "made"] as const;
const scalars = ["round", "cursor", "outcome", "ended"] as const;

/** What `after` sets anew, with keys in sorted order. Sections and keys never disappear from a state. */
export function differences(before: State, after: State): Changes {
  const changes: Record<string, unknown> = {};
  for (const section of sections) {
    const old: Readonly<Record<string, unknown>> = before[section];
    const present: Readonly<Record<string, unknown>> = after[section];
    const names = old === present ? [] : Object.keys(present).filter((name) => old[name] !== present[name]);
    if (names.length > 0) changes[section] = Object.fromEntries(names.sort().map((name) => [name, present[name]]));
  }
  for (const scalar of scalars) if (before[scalar] !== after[scalar]) changes[scalar] = after[scalar];
  return changes;
}

/** Whether two states are the same in every value. */
export function sameState(one: State, other: State): boolean {
  return (
    scalars.every((scalar) => one[scalar] === other[scalar]) &&
    sections.every((section) => {
      const left: Readonly<Record<string, unknown>> = one[section];
      const right: Readonly<Record<string, unknown>> = other[section];
      const names = Object.keys(left);
      return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
    })
  );
}
