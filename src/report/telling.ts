/**
 * What an event says happened, as data: who, what, which way it turned out, and which values it changed.
 *
 * It tells a run's events or an actor's view of them alike; what a view leaves out cannot be told. Names are the
 * scenario's own. Everything else is left to those who print it: terminal and pages, in whatever language. Nobody who
 * reads a telling has to read a sentence.
 */
import { choicesIn } from "../engine/deeds.ts";
import type { BranchTaken, Chosen, RunEvent } from "../engine/event.ts";
import { choicesSeen, type ViewEvent } from "../engine/view.ts";
import type { Naming } from "./naming.ts";

/** An event, or what somebody saw of one. */
export type ToldEvent = RunEvent | ViewEvent;

/** Something of the scenario, by its id and by its name. */
export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** A track's state by its name, or a variable's value. */
export type ToldValue = string | number | boolean;

/** One thing that somebody did or that happened. */
export interface ToldDeed {
  /** An actor; null where nobody is named. */
  readonly who: NamedThing | null;
  /** A move, an incident or a rule, as the telling says; null where somebody holds. */
  readonly what: NamedThing | null;
  /** Which way it turned out, where it has branches. */
  readonly way: NamedThing | null;
  /** Who made the choice; null where nobody chose or the reader cannot know. */
  readonly chosen: Chosen | null;
  /** A forestalled move came too late and did nothing; an averted incident did not occur. */
  readonly fate: "happened" | "forestalled" | "averted";
  /** Names of what it set and another's later setting replaced, as a lot decided. */
  readonly overruled: readonly string[];
}

/** One value that was set. */
export interface ToldChange {
  readonly kind: "track" | "variable";
  readonly id: string;
  readonly name: string;
  readonly from: ToldValue;
  readonly to: ToldValue;
  /** Rungs before and after, where both track states have one and they differ. */
  readonly rungs: readonly [number, number] | null;
}

/** What kind of thing an event tells, with what is said of it beside deeds and changes. */
export type Happened =
  | { readonly kind: "start" | "round" | "move" | "hold" | "incident" | "rule" | "unknown" }
  /** Another course is taken: in the same luck, in that of a seed, or nobody says in which (null). */
  | { readonly kind: "fork"; readonly luck: "same" | { readonly seed: string } | null }
  /** The run ends: in an outcome, or for a reason, or without either where the reader cannot know it. */
  | {
      readonly kind: "end";
      readonly outcome: NamedThing | null;
      readonly reason: "outcome" | "deadlock" | "unfinished" | null;
    }
  | { readonly kind: "fault"; readonly path: string; readonly reason: string };

/** An event, told. */
export type Telling = Happened & {
  /** In the order in which they took effect; none where nobody did anything. */
  readonly deeds: readonly ToldDeed[];
  readonly changes: readonly ToldChange[];
};

/** What a teller has to know of the scenario. */
export type TellingNames = Pick<Naming, "name" | "rungOf">;

/** The values that the reader knew before an event. */
export interface KnownValues {
  readonly tracks: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, number | boolean>>;
}

/** Tells an event. A value that nobody knew before it is no change. */
export function tellEvent(event: ToldEvent, before: KnownValues | null, names: TellingNames): Telling {
  const changes = event.type === "RunStarted" || before === null ? [] : changesIn(event.changes, before, names);
  return { ...happenedIn(event, before, names), changes };
}

function happenedIn(
  event: ToldEvent,
  before: KnownValues | null,
  names: TellingNames,
): Happened & Pick<Telling, "deeds"> {
  const plain = (kind: "start" | "round" | "unknown") => ({ kind, deeds: [] });
  switch (event.type) {
    case "RunStarted":
      return plain("start");
    case "RoundOpened":
      return plain("round");
    case "Changed":
      return plain("unknown");
    case "IncidentOccurred": {
      const chosen = "chosen" in event ? event.chosen : null;
      const deed = {
        ...incident(event.incident, names),
        way: branchThing("incidents", event.incident, event.branch, names),
      };
      return { kind: "incident", deeds: [{ ...deed, chosen, fate: "happened", overruled: [] }] };
    }
    case "IncidentAverted":
      return {
        kind: "incident",
        deeds: [{ ...incident(event.incident, names), chosen: null, fate: "averted", overruled: [] }],
      };
    case "RuleApplied":
      return {
        kind: "rule",
        deeds: [{ ...nobody, what: thing("rules", event.rule, names), fate: "happened", overruled: [] }],
      };
    case "RunForked":
      return { kind: "fork", luck: luckOf(event), deeds: [] };
    case "RunEnded": {
      const outcome = event.outcome === null ? null : thing("outcomes", event.outcome, names);
      return { kind: "end", outcome, reason: "reason" in event ? event.reason : null, deeds: [] };
    }
    case "ModelFaulted":
      return { kind: "fault", ...event.fault, deeds: [] };
    default:
      return choicesOf(event, before, names);
  }
}

/** A step that actors chose: those who hold are told where nobody does anything. */
function choicesOf(
  event: ToldEvent,
  before: KnownValues | null,
  names: TellingNames,
): Happened & Pick<Telling, "deeds"> {
  const choices: readonly SeenChoice[] = "version" in event ? choicesIn(event) : choicesSeen(event);
  const deeds = choices.map(({ actor, move, branch, chosen = null, forestalled, overruled }): ToldDeed => {
    const who = thing("actors", actor, names);
    if (move === null) return { who, what: null, way: null, chosen, fate: "happened", overruled: [] };
    return {
      who,
      what: thing("moves", move, names),
      way: branchThing("moves", move, branch, names),
      chosen,
      fate: forestalled ? "forestalled" : "happened",
      overruled: overruled.map((id) => names.name(before?.tracks[id] === undefined ? "variables" : "tracks", id)),
    };
  });
  const made = deeds.filter(({ what }) => what !== null);
  return made.length === 0 ? { kind: "hold", deeds } : { kind: "move", deeds: made };
}

interface SeenChoice {
  readonly actor: string;
  readonly move: string | null;
  readonly branch: BranchTaken | string | null;
  readonly chosen?: Chosen;
  readonly forestalled: boolean;
  readonly overruled: readonly string[];
}

const nobody = { who: null, way: null, chosen: null } as const;

const incident = (id: string, names: TellingNames) => ({ ...nobody, what: thing("incidents", id, names) });

function thing(
  section: "actors" | "moves" | "incidents" | "rules" | "outcomes",
  id: string,
  names: TellingNames,
): NamedThing {
  return { id, name: names.name(section, id) };
}

function branchThing(
  section: "moves" | "incidents",
  id: string,
  taken: BranchTaken | string | null,
  names: TellingNames,
): NamedThing | null {
  const branch = taken === null || typeof taken === "string" ? taken : taken.branch;
  return branch === null ? null : { id: branch, name: names.name(section, id, "branches", branch) };
}

function luckOf(event: Extract<ToldEvent, { type: "RunForked" }>): "same" | { readonly seed: string } | null {
  if (!("position" in event)) return null;
  return event.seed === null ? "same" : { seed: event.seed };
}

function changesIn(set: Partial<KnownValues>, before: KnownValues, names: TellingNames): readonly ToldChange[] {
  const tracks = Object.entries(set.tracks ?? {}).flatMap(([id, to]): readonly ToldChange[] => {
    const from = before.tracks[id];
    return from === undefined ? [] : [trackChange(id, from, to, names)];
  });
  const variables = Object.entries(set.variables ?? {}).flatMap(([id, to]): readonly ToldChange[] => {
    const from = before.variables[id];
    return from === undefined
      ? []
      : [{ kind: "variable", id, name: names.name("variables", id), from, to, rungs: null }];
  });
  return [...tracks, ...variables];
}

function trackChange(id: string, from: string, to: string, names: TellingNames): ToldChange {
  const [below, above] = [names.rungOf(id, from), names.rungOf(id, to)];
  return {
    kind: "track",
    id,
    name: names.name("tracks", id),
    from: names.name("tracks", id, "states", from),
    to: names.name("tracks", id, "states", to),
    rungs: below !== null && above !== null && below !== above ? [below, above] : null,
  };
}
