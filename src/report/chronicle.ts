/**
 * A run as a story: what happened in each round, who did it, what it set, and how the values went.
 *
 * It tells a run's events or an actor's view of them alike; what a view leaves out cannot be told. It is plain data in
 * words, for the terminal and the page to lay out. It folds values along the way and computes nothing else.
 */
import type { BranchTaken, Chosen, RunEvent } from "../engine/event.ts";
import type { ViewEvent } from "../engine/view.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Clock, DayNumber } from "../scenario/model.ts";
import { inOrder, type Naming } from "./naming.ts";

/** One value that was set. */
export interface Change {
  readonly kind: "track" | "variable";
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Says yes or no, so that where it came from goes without saying. */
  readonly flag: boolean;
  /** Rungs before and after, where both track states have one and they differ. */
  readonly rungs: readonly [number, number] | null;
}

/** One thing that somebody did or that happened. */
export interface Deed {
  /** An actor's name; null where nobody is named. */
  readonly who: string | null;
  readonly what: string;
  /** How it turned out, where it has branches. */
  readonly way: string | null;
  /** Said of a choice that neither policy nor chance made. */
  readonly remark: string | null;
}

export interface Entry {
  readonly kind: "move" | "incident" | "rule" | "unknown" | "fork" | "end" | "fault";
  /** Position in the log; null in views, whose positions betray covert steps. */
  readonly position: number | null;
  readonly deeds: readonly Deed[];
  readonly changes: readonly Change[];
}

/** A round in which something happened, or several in which nothing did. */
export interface Section {
  readonly firstRound: number;
  readonly lastRound: number;
  /** Dates of the first and the last of these rounds, where the scenario has a clock. */
  readonly dates: readonly [DayNumber, DayNumber] | null;
  /** Empty: nothing happened. */
  readonly entries: readonly Entry[];
}

/** A value over time. `at` counts rounds; the fraction orders what happened within one. */
export interface Course {
  readonly kind: "track" | "variable";
  readonly id: string;
  readonly name: string;
  readonly points: readonly { readonly at: number; readonly value: string | number | boolean }[];
}

export interface Chronicle {
  readonly title: string;
  readonly sections: readonly Section[];
  readonly courses: readonly Course[];
  /** What was known at the start, in words. */
  readonly opening: readonly { readonly name: string; readonly value: string }[];
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

/** An event, or what somebody saw of one. */
export type Told = RunEvent | ViewEvent;

type Values = Record<string, string | number | boolean>;

/** Tells a run, or what is new in it. */
export function tell(events: readonly Told[], clock: Clock | null, naming: Naming, excerpt: Excerpt = {}): Chronicle {
  const { from = 0, running = false } = excerpt;
  const teller = new Teller(naming);
  const rounds: { round: number; entries: Entry[] }[] = [];
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
function fold(rounds: readonly { round: number; entries: readonly Entry[] }[], clock: Clock | null): Section[] {
  const sections: Section[] = [];
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

/** Follows the values along a run and puts each event into words. */
class Teller {
  round = 0;
  opening: readonly { readonly name: string; readonly value: string }[] = [];
  private readonly naming: Naming;
  private readonly tracks: Values = {};
  private readonly variables: Values = {};
  /** Points by round, placed within the round once it is known how many there are. */
  private readonly history = new Map<string, { kind: Course["kind"]; id: string; steps: Step[] }>();
  private stepsOfRound = new Map<number, number>();

  constructor(naming: Naming) {
    this.naming = naming;
  }

  /** The entry of an event, or null where there is nothing to tell. */
  see(event: Told, position: number): Entry | null {
    if (event.type === "RunStarted") return this.start(event);
    const step = (this.stepsOfRound.get(this.round) ?? 0) + 1;
    if (event.changes.round !== undefined) this.round = event.changes.round;
    else this.stepsOfRound.set(this.round, step);
    const changes = this.take(event.changes, event.changes.round === undefined ? step : 0);
    const told = this.word(event);
    if (told === null && changes.length === 0) return null;
    const { kind, deeds } = told ?? { kind: "unknown" as const, deeds: [] };
    return { kind, position: "version" in event ? position : null, deeds, changes };
  }

  courses(): readonly Course[] {
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

  private start(event: Extract<Told, { type: "RunStarted" }>): null {
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
        .map(([id, value]) => ({ name: naming.name("variables", id), value: wordOf(value) })),
    ];
    return null;
  }

  /** Takes new values in and says what they change. */
  private take(
    set: {
      readonly tracks?: Readonly<Record<string, string>>;
      readonly variables?: Readonly<Record<string, number | boolean>>;
    },
    step: number,
  ): readonly Change[] {
    const changes: Change[] = [];
    for (const [id, value] of Object.entries(set.tracks ?? {})) {
      const before = this.tracks[id];
      this.tracks[id] = value;
      this.remember("track", id, step, value);
      if (before !== undefined) changes.push(this.trackChange(id, String(before), value));
    }
    for (const [id, value] of Object.entries(set.variables ?? {})) {
      const before = this.variables[id];
      this.variables[id] = value;
      this.remember("variable", id, step, value);
      if (before === undefined) continue;
      const name = this.naming.name("variables", id);
      changes.push({
        kind: "variable",
        id,
        name,
        from: wordOf(before),
        to: wordOf(value),
        flag: typeof value === "boolean",
        rungs: null,
      });
    }
    return changes;
  }

  private trackChange(id: string, from: string, to: string): Change {
    const { naming } = this;
    const [below, above] = [naming.rungOf(id, from), naming.rungOf(id, to)];
    const moved = below !== null && above !== null && below !== above;
    return {
      kind: "track",
      id,
      name: naming.name("tracks", id),
      from: naming.name("tracks", id, "states", from),
      to: naming.name("tracks", id, "states", to),
      flag: false,
      rungs: moved ? [below, above] : null,
    };
  }

  private remember(kind: Course["kind"], id: string, step: number, value: string | number | boolean): void {
    const key = `${kind}:${id}`;
    const course = this.history.get(key) ?? { kind, id, steps: [] };
    course.steps.push({ round: this.round, step, value });
    this.history.set(key, course);
  }

  /** What an event says happened, or null where it says nothing worth a line. */
  private word(event: Exclude<Told, { type: "RunStarted" }>): Pick<Entry, "kind" | "deeds"> | null {
    const { naming } = this;
    switch (event.type) {
      case "MoveMade":
        return { kind: "move", deeds: [this.deed(event)] };
      case "MovesMade": {
        const made = event.moves.flatMap((part) =>
          part.move === null ? [] : [this.deed({ ...part, move: part.move })],
        );
        return made.length === 0 ? null : { kind: "move", deeds: made };
      }
      case "IncidentOccurred": {
        const way = branchId(event.branch);
        const what = naming.name("incidents", event.incident);
        const named = way === null ? null : naming.name("incidents", event.incident, "branches", way);
        const remark = "chosen" in event ? remarkOf(event.chosen) : null;
        return { kind: "incident", deeds: [{ who: null, what, way: named, remark }] };
      }
      case "IncidentAverted":
        return { kind: "incident", deeds: [said(`${naming.name("incidents", event.incident)} is averted`)] };
      case "RuleApplied":
        return { kind: "rule", deeds: [said(naming.name("rules", event.rule))] };
      case "Changed":
        return { kind: "unknown", deeds: [said("Something happened, it is not known what")] };
      case "RunForked":
        return { kind: "fork", deeds: [said(forkWords(event))] };
      case "RunEnded":
        return { kind: "end", deeds: [said(this.endWords(event))] };
      case "ModelFaulted":
        return { kind: "fault", deeds: [said(`The model is at fault in ${event.fault.path}: ${event.fault.reason}`)] };
      default:
        return null;
    }
  }

  private deed(part: {
    readonly actor: string;
    readonly move: string;
    readonly branch: BranchTaken | string | null;
    readonly chosen?: Chosen;
    readonly forestalled?: boolean;
  }): Deed {
    const { naming } = this;
    const way = branchId(part.branch);
    const remark = part.forestalled === true ? "forestalled, without effect" : remarkOf(part.chosen ?? "draw");
    return {
      who: naming.name("actors", part.actor),
      what: naming.name("moves", part.move),
      way: way === null ? null : naming.name("moves", part.move, "branches", way),
      remark,
    };
  }

  private endWords(event: Extract<Told, { type: "RunEnded" }>): string {
    if (event.outcome !== null) return this.naming.name("outcomes", event.outcome);
    if (!("reason" in event)) return "The run ends without an outcome";
    if (event.reason === "deadlock") return "Nothing can happen any more";
    return "Stopped, unfinished";
  }
}

interface Step {
  readonly round: number;
  readonly step: number;
  readonly value: string | number | boolean;
}

function said(what: string): Deed {
  return { who: null, what, way: null, remark: null };
}

function branchId(branch: BranchTaken | string | null): string | null {
  return branch === null || typeof branch === "string" ? branch : branch.branch;
}

function remarkOf(chosen: Chosen): string | null {
  if (chosen === "person") return "chosen by a person";
  return chosen === "given" ? "as given" : null;
}

function forkWords(event: Extract<Told, { type: "RunForked" }>): string {
  if (!("position" in event)) return "Another course is taken from here";
  const luck = event.seed === null ? "the same luck" : `the luck of seed "${event.seed}"`;
  return `Another course is taken from here, with ${luck}`;
}

/** A value in words. */
export function wordOf(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}
