/**
 * What a generated scenario is about: its actors, tracks, variables, steps and calendar by name, and who may read what.
 *
 * The numbers of a seed become names here and nowhere else. An actor's words are what it may see: public tracks and
 * variables, its own secrets, and steps that it learns of. Terms read public things alone.
 */
import { at } from "../scenario/at.ts";
import { dateOfRound, formatDate } from "../scenario/calendar.ts";
import { among, type Vocabulary } from "./expressionText.ts";
import type { InitialSeed, ScenarioSeed, StepSeed } from "./scenarioSeed.ts";

/** A section of a document: entries by id. */
export type Entries = Record<string, Record<string, unknown>>;

/** What things are called, in the order in which they are taken. */
export const names = {
  actors: ["usa", "russia", "nato"],
  tracks: ["talks", "forces"],
  states: ["calm", "tense", "open", "broken"],
  variables: ["tension", "packages", "leaked", "patience"],
  assumptions: ["leak_chance", "pretext_needed", "readiness"],
  terms: ["strain", "settled"],
  moves: ["appeal", "offer", "reject", "mobilise", "suspend", "withdraw"],
  incidents: ["clash", "leak", "storm"],
  rules: ["lapse", "spiral", "cooling"],
  outcomes: ["war", "settlement"],
  group: "force",
  tallies: ["cost", "trust", "delay"],
  policies: ["pressing", "patient", "wary"],
  properties: ["first_claim", "second_claim", "third_claim", "fourth_claim"],
  variants: ["firm", "soft"],
};

/** The classes of severity, mildest first. */
export const severities = ["de-escalation", "status quo", "posturing", "non-violent", "violent", "nuclear"];

/** Round 0 of every generated calendar: 2022-01-22. */
const firstDay = 19_014;

/** What can be read and set, once the seed's numbers have become names. */
export interface World {
  readonly seed: ScenarioSeed;
  readonly actors: readonly string[];
  readonly tracks: readonly { readonly id: string; readonly states: readonly string[]; readonly secret: Secret }[];
  readonly variables: readonly WorldVariable[];
  readonly shares: readonly string[];
  readonly amounts: readonly string[];
  readonly conditions: readonly string[];
  readonly dates: readonly string[];
  /** Date of each of some rounds; empty without a calendar. */
  readonly calendar: readonly number[];
  /** Rounds of the document, or null without a horizon. */
  readonly rounds: number | null;
  readonly otherwise: boolean;
  readonly moves: readonly {
    readonly id: string;
    readonly by: string;
    readonly knownTo: Secret;
    readonly seed: StepSeed;
  }[];
  readonly incidents: readonly { readonly id: string; readonly knownTo: Secret }[];
}

/** A variable and its range. */
export interface WorldVariable {
  readonly id: string;
  readonly kind: "scale" | "count" | "flag";
  readonly low: number;
  readonly high: number;
  readonly secret: Secret;
}

/** Who may see something; null is everybody. */
export type Secret = readonly string[] | null;

/** The world of a seed. */
export function settleWorld(seed: ScenarioSeed): World {
  const actors = names.actors.slice(0, seed.actors.length);
  const secretOf = ({ secret }: InitialSeed): Secret => {
    if (secret < 4) return null;
    return secret === 4 ? [] : [among(actors, secret === 5 ? 0 : actors.length - 1)];
  };
  const calendar = calendarOf(seed);
  const { kind, rounds } = seed.clock;
  const horizon = kind === 0 || kind === 4 ? null : rounds;
  const ofKind = (kinds: readonly number[]): string[] =>
    seed.assumptions.flatMap((one, index) => (kinds.includes(one) ? [names.assumptions[index] ?? ""] : []));
  const terms = (wanted: number): string[] =>
    seed.terms.flatMap((term, index) => (term.kind === wanted ? [names.terms[index] ?? ""] : []));
  return {
    seed,
    actors,
    tracks: seed.tracks.map((track, index) => ({
      id: names.tracks[index] ?? "",
      states: names.states.slice(0, track.size),
      secret: secretOf(track),
    })),
    variables: seed.variables.map((variable, index) => {
      const low = among([0, -2, 1], variable.low);
      const isFlag = variable.kind === 2;
      return {
        id: names.variables[index] ?? "",
        kind: among(["scale", "count", "flag"] as const, variable.kind),
        low: isFlag ? 0 : low,
        high: isFlag ? 1 : low + variable.size,
        secret: secretOf(variable),
      };
    }),
    shares: ofKind([0]),
    amounts: [...ofKind([2]), ...terms(0)],
    conditions: [...ofKind([1]), ...terms(1)],
    dates: calendar.map(formatDate),
    calendar,
    rounds: horizon,
    otherwise: horizon !== null || seed.otherwise || seed.outcomes.length === 0,
    moves: seed.moves.map((move, index) => ({
      id: names.moves[index] ?? "",
      by: among(actors, move.by),
      knownTo: knownTo(actors, move),
      seed: move,
    })),
    incidents: seed.incidents.map((incident, index) => ({
      id: names.incidents[index] ?? "",
      knownTo: knownTo(actors, incident),
    })),
  };
}

/** Who learns of a step: everybody, nobody but its maker, or its maker and one actor. */
function knownTo(actors: readonly string[], { covert, severity }: StepSeed): Secret {
  if (covert === 7) return [];
  return covert === 6 ? [among(actors, severity)] : null;
}

/** Dates of the first rounds; none for a clock without a calendar. Kinds: 0 no clock, 5 rounds alone, 6 hours, 7 months. */
function calendarOf({ clock }: ScenarioSeed): readonly number[] {
  const { kind, rounds, gaps } = clock;
  if (kind === 0 || kind === 5) return [];
  const steps = {
    start: firstDay,
    step: kind === 2 ? 7 : kind === 6 ? 0.25 : 1,
    months: kind === 7 ? 1 : null,
    dates: null,
  };
  const even = Array.from({ length: rounds }, (_, round) => dateOfRound(steps, round));
  if (kind !== 3) return even;
  const days = [firstDay];
  for (let round = 1; round < rounds; round++) days.push(at(days, round - 1) + at(gaps, round - 1));
  return days;
}

/** Who reads everything; no actor has this name. */
export const everybody = "everybody";

/** What may be read: by an actor, in public (`null`), or by `everybody` together. */
export function wordsOf(world: World, viewer: string | null, terms = true): Vocabulary {
  const open = ({ secret }: { secret: Secret }): boolean =>
    viewer === everybody || secret === null || (viewer !== null && secret.includes(viewer));
  const tracks = world.tracks.filter(open);
  const variables = world.variables.filter(open);
  const known = ({ knownTo: secret, by }: { knownTo: Secret; by?: string }): boolean =>
    open({ secret }) || (by !== undefined && by === viewer);
  const steps = [...world.moves.filter(known), ...world.incidents.filter(known)].map(({ id }) => id);
  const isTerm = (id: string): boolean => names.terms.includes(id);
  return {
    tracks,
    numbers: variables.filter(({ kind }) => kind !== "flag").map(({ id }) => id),
    flags: variables.filter(({ kind }) => kind === "flag").map(({ id }) => id),
    conditions: world.conditions.filter((id) => terms || !isTerm(id)),
    amounts: world.amounts.filter((id) => terms || !isTerm(id)),
    shares: world.shares,
    marks: [...tracks.map(({ id }) => id), ...steps],
    steps,
    dates: world.dates,
  };
}

/** Every value of a variable, smallest first. */
export const valuesOf = ({ kind, low, high }: WorldVariable): readonly (number | boolean)[] =>
  kind === "flag" ? [false, true] : Array.from({ length: high - low + 1 }, (_, index) => low + index);

/** Tracks and variables that may begin in at least two ways, with one of these values each. */
export function uncertain(world: World): readonly { readonly text: string; readonly id: string }[] {
  const items = [
    ...world.tracks.map(({ id, states }, index) => ({ id, values: states, seed: among(world.seed.tracks, index) })),
    ...world.variables.map((one, index) => ({
      id: one.id,
      values: valuesOf(one),
      seed: among(world.seed.variables, index),
    })),
  ];
  return items
    .filter(({ seed, values }) => seed.form >= 2 && values.length >= 2)
    .map(({ id, seed, values }) => ({
      id,
      text: `${id} is ${among<string | number | boolean>(values, seed.initial)}`,
    }));
}
