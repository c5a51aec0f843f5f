/**
 * A run as a story: what happened in each round, who did it, what it set, and how the values went.
 *
 * It is data, for the terminal and the page to print in their words. It folds values along the way and computes nothing
 * else.
 */
import { dateOfRound } from "../scenario/calendar.ts";
import type { Clock, DayNumber } from "../scenario/model.ts";
import { inOrder, type Naming } from "./naming.ts";
import { type KnownValues, type Telling, type ToldEvent, type ToldValue, tellEvent } from "./telling.ts";

/** Something worth a line of the chronicle. */
export type ChronicleEntry = Telling & {
  /** Position in the log; null in views, whose positions betray covert steps. */
  readonly position: number | null;
};

/** A round in which something happened, or several in which nothing did. */
export interface ChronicleSection {
  readonly firstRound: number;
  readonly lastRound: number;
  /** Dates of the first and the last of these rounds, where the scenario has a clock. */
  readonly dates: readonly [DayNumber, DayNumber] | null;
  /** Empty: nothing happened. */
  readonly entries: readonly ChronicleEntry[];
}

/** A value over time. `at` counts rounds; the fraction orders what happened within one. */
export interface ValueCourse {
  readonly kind: "track" | "variable";
  readonly id: string;
  readonly name: string;
  readonly points: readonly { readonly at: number; readonly value: ToldValue }[];
}

export interface Chronicle {
  readonly title: string;
  readonly sections: readonly ChronicleSection[];
  readonly courses: readonly ValueCourse[];
  /** What was known at the start. */
  readonly opening: readonly { readonly name: string; readonly value: ToldValue }[];
  /** Where the chronicle stops. */
  readonly end: number;
  readonly clock: Clock | null;
}

/** Which part of a run is told. */
export interface Excerpt {
  /** Index of the first event to tell; whoever listens remembers the rest. */
  readonly from?: number;
  /** The last round is not over yet. */
  readonly running?: boolean;
}

/** Tells a run, or what is new in it. */
export function tell(
  events: readonly ToldEvent[],
  clock: Clock | null,
  naming: Naming,
  excerpt: Excerpt = {},
): Chronicle {
  const { from = 0, running = false } = excerpt;
  const teller = new Teller(naming);
  const rounds: { round: number; entries: ChronicleEntry[] }[] = [];
  let remembered = -1;
  for (const [position, event] of events.entries()) {
    const entry = teller.see(event, position);
    if (position < from) {
      remembered = teller.round;
      continue;
    }
    if (rounds.at(-1)?.round !== teller.round) rounds.push({ round: teller.round, entries: [] });
    if (entry !== null) rounds.at(-1)?.entries.push(entry);
  }
  // That nothing more happened in a round is said neither twice nor while it lasts.
  if (rounds[0]?.round === remembered && rounds[0].entries.length === 0) rounds.shift();
  if (running && rounds.at(-1)?.entries.length === 0) rounds.pop();
  return {
    title: naming.title,
    sections: fold(rounds, clock),
    courses: teller.courses(),
    opening: teller.opening,
    end: teller.round,
    clock,
  };
}

/** Joins rounds in which nothing happened. */
function fold(
  rounds: readonly { round: number; entries: readonly ChronicleEntry[] }[],
  clock: Clock | null,
): ChronicleSection[] {
  const sections: ChronicleSection[] = [];
  for (const { round, entries } of rounds) {
    const last = sections.at(-1);
    const joins = last !== undefined && last.entries.length === 0 && entries.length === 0;
    const firstRound = joins ? last.firstRound : round;
    if (joins) sections.pop();
    const dates = clock === null ? null : ([dateOfRound(clock, firstRound), dateOfRound(clock, round)] as const);
    sections.push({ firstRound, lastRound: round, dates, entries });
  }
  return sections;
}

/** Follows the values along a run and tells each event. */
class Teller {
  round = 0;
  opening: Chronicle["opening"] = [];
  private readonly naming: Naming;
  private readonly known = { tracks: {}, variables: {} };
  /** Points by round, placed within the round once it is known how many there are. */
  private readonly history = new Map<string, { kind: ValueCourse["kind"]; id: string; steps: Step[] }>();
  private stepsOfRound = new Map<number, number>();

  constructor(naming: Naming) {
    this.naming = naming;
  }

  /** The entry of an event, or null where there is nothing to tell. */
  see(event: ToldEvent, position: number): ChronicleEntry | null {
    if (event.type === "RunStarted") return this.start(event);
    const step = (this.stepsOfRound.get(this.round) ?? 0) + 1;
    if (event.changes.round !== undefined) this.round = event.changes.round;
    else this.stepsOfRound.set(this.round, step);
    const told = tellEvent(event, this.known, this.naming);
    this.take(event.changes, event.changes.round === undefined ? step : 0);
    const isQuiet = (told.kind === "hold" || told.kind === "round") && told.changes.length === 0;
    return isQuiet ? null : { ...told, position: "version" in event ? position : null };
  }

  courses(): readonly ValueCourse[] {
    return [...this.history.values()].map(({ kind, id, steps }) => ({
      kind,
      id,
      name: this.naming.name(`${kind}s`, id),
      points: steps.map(({ round, step, value }) => ({
        at: round + step / ((this.stepsOfRound.get(round) ?? 0) + 1),
        value,
      })),
    }));
  }

  private start(event: Extract<ToldEvent, { type: "RunStarted" }>): null {
    const { naming } = this;
    // A log keeps its values sorted by id; whoever reads wants them as the scenario has them.
    const tracks = inOrder(naming, "tracks", event.state.tracks);
    const variables = inOrder(naming, "variables", event.state.variables);
    this.round = event.state.round;
    this.take({ tracks: Object.fromEntries(tracks), variables: Object.fromEntries(variables) }, 0);
    this.opening = [
      ...tracks.map(([id, value]) => ({
        name: naming.name("tracks", id),
        value: naming.name("tracks", id, "states", value),
      })),
      // A flag that is not set is told when it is.
      ...variables
        .filter(([, value]) => value !== false)
        .map(([id, value]) => ({ name: naming.name("variables", id), value })),
    ];
    return null;
  }

  /** Takes new values in. */
  private take(set: Partial<KnownValues>, step: number): void {
    Object.assign(this.known.tracks, set.tracks);
    Object.assign(this.known.variables, set.variables);
    for (const [id, value] of Object.entries(set.tracks ?? {})) this.remember("track", id, step, value);
    for (const [id, value] of Object.entries(set.variables ?? {})) this.remember("variable", id, step, value);
  }

  private remember(kind: ValueCourse["kind"], id: string, step: number, value: ToldValue): void {
    const key = `${kind}:${id}`;
    const course = this.history.get(key) ?? { kind, id, steps: [] };
    course.steps.push({ round: this.round, step, value });
    this.history.set(key, course);
  }
}

interface Step {
  readonly round: number;
  readonly step: number;
  readonly value: ToldValue;
}
