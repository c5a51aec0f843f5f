/**
 * What things are called, by their ids, as the scenario's description has it.
 */
import type { Description } from "../../studio/description.ts";
import { words } from "./words.ts";

export interface Names {
  actor(id: string): string;
  move(id: string): string;
  incident(id: string): string;
  rule(id: string): string;
  outcome(id: string): string;
  track(id: string): string;
  state(track: string, id: string): string;
  rung(track: string, id: string): number | null;
  variable(id: string): string;
  variant(id: string): string;
  property(id: string): string;
  tally(id: string): string;
  branch(kind: "move" | "incident", id: string, branch: string): string;
  source(id: string): string;
}

const index = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));

/** The names of a scenario. */
export function namesOf(description: Description): Names {
  const actors = index(description.actors);
  const moves = index(description.moves);
  const incidents = index(description.incidents);
  const rules = index(description.rules);
  const outcomes = index([...description.outcomes, ...description.groups]);
  const tracks = new Map(description.tracks.map((track) => [track.id, { track, states: index(track.states) }]));
  const variables = index(description.variables);
  const variants = index(description.variants);
  const properties = index(description.properties);
  const tallies = index(description.tallies);
  return {
    actor: (id) => actors.get(id)?.name ?? id,
    move: (id) => moves.get(id)?.name ?? (id === "hold" ? words().scenario.hold : id),
    incident: (id) => incidents.get(id)?.name ?? id,
    rule: (id) => rules.get(id)?.name ?? id,
    outcome: (id) => outcomes.get(id)?.name ?? id,
    track: (id) => tracks.get(id)?.track.name ?? id,
    state: (track, id) => tracks.get(track)?.states.get(id)?.name ?? id,
    rung: (track, id) => tracks.get(track)?.states.get(id)?.rung ?? null,
    variable: (id) => variables.get(id)?.name ?? id,
    variant: (id) => variants.get(id)?.name ?? (id === "default" ? words().treat.noVariant : id),
    property: (id) => properties.get(id)?.claim ?? id,
    tally: (id) => tallies.get(id)?.name ?? id,
    branch: (kind, id, branch) =>
      (kind === "move" ? moves : incidents).get(id)?.branches.find((one) => one.id === branch)?.name ?? branch,
    source: (id) => description.sources[id]?.title ?? id,
  };
}
