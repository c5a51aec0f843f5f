/**
 * The crisis as a reader of a room knows it: news by round, how things stand, and what a delegation may choose.
 *
 * Everything goes through the engine's view of an actor, or of the public for seats outside the delegations. A teacher's
 * chronicle is told from the events themselves.
 */
import { hold, type Turn } from "../engine/protocol.ts";
import { viewEvents, viewState } from "../engine/view.ts";
import { type ChronicleEntry, tell } from "../report/chronicle.ts";
import { inOrder, type Naming, namingOf } from "../report/naming.ts";
import type { ToldDeed, ToldEvent } from "../report/telling.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Model, Private } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { maySee } from "../scenario/visibility.ts";
import { outsideRoles, type Role } from "./event.ts";
import type { LessonRun } from "./run.ts";
import type { BriefingSection, NewsDeed, NewsEntry, NewsRound, Option, StandSection } from "./screenSections.ts";

/** The viewer of the engine that a role looks through. */
export function viewerOf(role: Role | null): string {
  return role === null || (outsideRoles as readonly Role[]).includes(role) ? "public" : role;
}

/** The events that a role knows of. */
export function knownTo(run: LessonRun, role: Role | null, length = run.events.length): readonly ToldEvent[] {
  return viewEvents(run.scenario.model, run.events.slice(0, length), viewerOf(role));
}

/** The news of a run as they are told. */
export function newsOf(scenario: Scenario, events: readonly ToldEvent[]): readonly NewsRound[] {
  const { clock } = scenario.model;
  const { sections } = tell(events, clock, namingOf(scenario), { running: true });
  const hidden = hiddenIn(scenario.model);
  return sections
    .filter(({ entries }) => entries.length > 0)
    .map(({ firstRound, entries }) => ({
      round: firstRound,
      date: clock === null ? null : dateOfRound(clock, firstRound),
      entries: entries.map((entry) => newsEntry(entry, hidden)),
    }));
}

/** What not everybody saw: private tracks and variables, covert moves, incidents and branches, by path. */
function hiddenIn({ tracks, variables, moves, incidents }: Model): ReadonlySet<string> {
  const steps = [
    ...moves.map((move) => ({ path: `moves.${move.id}`, ...move })),
    ...incidents.map((incident) => ({ path: `incidents.${incident.id}`, ...incident })),
  ];
  return new Set([
    ...tracks.flatMap(({ id, private: viewers }) => (viewers === null ? [] : [`track.${id}`])),
    ...variables.flatMap(({ id, private: viewers }) => (viewers === null ? [] : [`variable.${id}`])),
    ...steps.flatMap(({ path, knownTo, branches }) => [
      ...(knownTo === null ? [] : [path]),
      ...branches.flatMap((branch) => (branch.knownTo === null ? [] : [`${path}.${branch.id}`])),
    ]),
  ]);
}

function newsEntry(entry: ChronicleEntry, hidden: ReadonlySet<string>): NewsEntry {
  const { deeds, changes, position } = entry;
  // Whoever looks through a view sees no secrets but their own.
  const secret = (deed: ToldDeed): boolean =>
    position !== null && pathsOf(entry, deed).some((path) => hidden.has(path));
  const told = deeds.map((deed) => ({
    who: deed.who?.name ?? null,
    what: deed.what?.name ?? "",
    way: deed.way?.name ?? null,
    forestalled: deed.fate === "forestalled",
    overruled: deed.overruled,
    secret: secret(deed),
  }));
  const outcome = entry.kind === "end" && entry.outcome !== null ? [newsOutcome(entry.outcome.name)] : [];
  return {
    kind: kindOf(entry),
    deeds: [...(entry.kind === "hold" ? [] : told), ...outcome],
    changes: changes.map((change) => {
      const { name, from, to, rungs } = change;
      return { name, from, to, rungs, secret: hidden.has(`${change.kind}.${change.id}`) };
    }),
  };
}

const newsOutcome = (what: string): NewsDeed => ({
  who: null,
  what,
  way: null,
  forestalled: false,
  overruled: [],
  secret: false,
});

/** What changes while nobody is seen to do anything has an unknown origin. */
function kindOf({ kind, deeds }: ChronicleEntry): NewsEntry["kind"] {
  if (kind === "start" || kind === "round" || kind === "hold") return "unknown";
  return deeds.some(({ fate }) => fate === "averted") ? "averted" : kind;
}

/** Paths of what was done. */
function pathsOf({ kind }: ChronicleEntry, { what, way }: ToldDeed): readonly string[] {
  if (what === null || kind === "rule") return [];
  const step = `${kind}s.${what.id}`;
  return way === null ? [step] : [step, `${step}.${way.id}`];
}

/** How things stand for a viewer. */
export function standOf(run: LessonRun, role: Role | null): StandSection {
  const viewer = viewerOf(role);
  const known = viewState(viewEvents(run.scenario.model, run.events, viewer));
  return standing(run.scenario, known ?? run.state, viewer);
}

/** How things stand in truth. */
export function wholeStand(run: LessonRun): StandSection {
  return standing(run.scenario, run.state, null);
}

function standing(
  { model, texts }: Scenario,
  state: {
    readonly tracks: Readonly<Record<string, string>>;
    readonly variables: Readonly<Record<string, number | boolean>>;
  },
  viewer: string | null,
): StandSection {
  const naming = namingOf({ model, texts });
  const variables = new Map(model.variables.map((variable) => [variable.id, variable]));
  const secret = (id: string): boolean => {
    const hidden = variables.get(id)?.private ?? null;
    return hidden !== null && (viewer === null || maySee(viewer, hidden));
  };
  return {
    tracks: inOrder(naming, "tracks", state.tracks).map(([id, at]) => ({
      id,
      name: naming.name("tracks", id),
      state: naming.name("tracks", id, "states", at),
      rung: naming.rungOf(id, at),
      at: naming.statesOf(id).indexOf(at),
      of: naming.statesOf(id).length,
    })),
    variables: inOrder(naming, "variables", state.variables).map(([id, value]) => ({
      id,
      name: naming.name("variables", id),
      value,
      low: variables.get(id)?.low ?? 0,
      high: variables.get(id)?.high ?? 0,
      secret: secret(id),
    })),
  };
}

/** What an actor is told before the lesson. */
export function briefingOf(run: LessonRun, role: Role | null): BriefingSection {
  const { model, texts } = run.scenario;
  const viewer = viewerOf(role);
  const naming: Naming = namingOf(run.scenario);
  const started = viewState(viewEvents(model, run.events.slice(0, 1), viewer));
  const secrets = [
    ...model.tracks.flatMap(({ id, private: hidden }) => {
      const state = started?.tracks[id];
      if (hidden === null || !maySee(viewer, hidden) || state === undefined) return [];
      return [{ name: naming.name("tracks", id), value: naming.name("tracks", id, "states", state) }];
    }),
    ...model.variables.flatMap(({ id, private: hidden }) => {
      const value = started?.variables[id];
      return hidden === null || !maySee(viewer, hidden) || value === undefined
        ? []
        : [{ name: naming.name("variables", id), value: String(value) }];
    }),
  ];
  return { all: texts.briefing.all ?? [], own: role === null ? [] : (texts.briefing[role] ?? []), secrets };
}

/** Names of those who alone learn of a step beside whoever makes it; null: everybody does. */
function partnersIn(knownTo: Private, by: string, naming: Naming): readonly string[] | null {
  return knownTo === null ? null : knownTo.filter((id) => id !== by).map((id) => naming.name("actors", id));
}

/** The options of a turn in words. */
export function optionsOf({ model, texts }: Scenario, { options }: Turn): readonly Option[] {
  const naming = namingOf({ model, texts });
  return options.map((move) => {
    const definition = model.moves.find(({ id }) => id === move);
    if (move === hold || definition === undefined) {
      return { move, name: null, description: null, knownTo: null, ways: [] };
    }
    return {
      move,
      name: naming.name("moves", move),
      description: texts.descriptions[`moves.${move}`] ?? texts.notes[`moves.${move}`] ?? null,
      knownTo: partnersIn(definition.knownTo, definition.by, naming),
      ways: definition.branches
        .filter(({ knownTo }) => knownTo === null)
        .map(({ id }) => naming.name("moves", move, "branches", id)),
    };
  });
}

/** Everything that happened, secrets included. */
export const wholeNews = ({ scenario, events }: LessonRun): readonly NewsRound[] => newsOf(scenario, events);
