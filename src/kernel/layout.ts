/**
 * How a state packs into words: which fields it has, what values each can take, and where each stands.
 *
 * Words are mixed-radix numbers below 2^32, filled first-fit from the widest field down, so a state takes about as few
 * words as its ranges allow and a small state space has small words. `pack` and `unpack` are inverse, up to what no
 * condition can tell apart: a counter at its end, and the round where nothing reads it.
 */

import type { Ended, State } from "../engine/state.ts";
import type { Treatment } from "../engine/treatment.ts";
import { at } from "../scenario/at.ts";
import { markKey } from "../scenario/evaluate.ts";
import type { Model } from "../scenario/model.ts";
import { fitsInt, type Local } from "./code.ts";
import { type Counter, type Memory, planMemory } from "./memory.ts";
import { deadlock, running, unfinished } from "./program.ts";

/** One value of a state. */
export interface Field {
  readonly kind: "track" | "variable" | "round" | "since" | "made" | "cursor" | "ending";
  /** Id of the track or variable, or key of the mark; empty for the rest. */
  readonly id: string;
  readonly local: Local;
  readonly word: number;
  /** Product of the sizes of the fields below it in its word. */
  readonly factor: number;
}

export interface Layout {
  readonly memory: Memory;
  readonly fields: readonly Field[];
  /** Number of words of a state. */
  readonly words: number;
  /** The points of the round protocol, in order. */
  readonly cursors: readonly string[];
  /** Values of the fields in a state, in their order. */
  values(state: State): number[];
  /** The state with these values. */
  state(values: readonly number[]): State;
  pack(values: readonly number[]): number[];
  unpack(words: readonly number[]): number[];
}

/** Number of values that a field can take. */
export const sizeOf = ({ low, high }: Local): number => high - low + 1;

const wordSize = 2 ** 32;

/** The points of the round protocol under a treatment: incidents, dated ones first, then turns, then the tick. */
function protocolPoints(model: Model, treatment: Treatment): readonly string[] {
  const dated = model.incidents.filter((incident) => incident.date !== null);
  const undated = model.incidents.filter((incident) => incident.date === null);
  const movers = model.actors.filter((actor) => model.moves.some((move) => move.by === actor.id));
  const turns = treatment.turns === "in order" ? movers.map((actor) => `turn:${actor.id}`) : ["turn"];
  return [
    ...[...dated, ...undated].map((incident) => `incident:${incident.id}`),
    ...(movers.length === 0 ? [] : turns),
    "tick",
  ];
}

/** Lays out the states of a model under a treatment; `limit` is the largest round of a run without a horizon. */
export function layOut(model: Model, treatment: Treatment, limit: number): Layout {
  const memory = planMemory(model, treatment, limit);
  const cursors = protocolPoints(model, treatment);
  const fields = place(listFields(model, memory, cursors));
  const words = fields.reduce((most, { word }) => Math.max(most, word + 1), 1);
  const counters = new Map(memory.counters.map((counter) => [`${counter.counts} ${markKey(counter.mark)}`, counter]));

  return {
    memory,
    fields,
    words,
    cursors,
    values: (state) => fields.map((field) => valueIn(state, field, model, cursors, counters)),
    state: (values) => stateOf(values, fields, model, cursors, counters),
    pack(values) {
      const packed = Array.from({ length: words }, () => 0);
      fields.forEach(({ word, factor, local }, index) => {
        packed[word] = (packed[word] ?? 0) + (at(values, index) - local.low) * factor;
      });
      return packed;
    },
    unpack: (packed) =>
      fields.map(({ word, factor, local }) => local.low + (Math.floor(at(packed, word) / factor) % sizeOf(local))),
  };
}

type Placed = Pick<Field, "kind" | "id" | "local">;

function listFields(model: Model, memory: Memory, cursors: readonly string[]): readonly Placed[] {
  const fields: Placed[] = [];
  const add = (kind: Field["kind"], id: string, low: number, high: number): void => {
    const type = fitsInt(low, high) ? "int" : "float";
    fields.push({ kind, id, local: { id: fields.length, role: "field", type, low, high } });
  };
  for (const track of model.tracks) add("track", track.id, 0, track.states.length - 1);
  for (const variable of model.variables) add("variable", variable.id, variable.low, variable.high);
  if (memory.round) add("round", "", 0, memory.roundMax);
  for (const { counts, mark, high } of memory.counters) add(counts, markKey(mark), 0, high);
  add("cursor", "", 0, cursors.length - 1);
  add("ending", "", running, model.outcomes.length - 1);
  return fields;
}

/** Puts the fields into words: the widest first, each into the first word with room. */
function place(fields: readonly Placed[]): readonly Field[] {
  const room: number[] = [];
  const placed = new Map<Local, { word: number; factor: number }>();
  const order = [...fields].sort((one, other) => sizeOf(other.local) - sizeOf(one.local));
  for (const { local } of order) {
    const found = room.findIndex((used) => used * sizeOf(local) <= wordSize);
    const word = found < 0 ? room.length : found;
    placed.set(local, { word, factor: room[word] ?? 1 });
    room[word] = (room[word] ?? 1) * sizeOf(local);
  }
  return fields.map((field) => ({ ...field, ...(placed.get(field.local) ?? { word: 0, factor: 1 }) }));
}

function valueIn(
  state: State,
  { kind, id }: Field,
  model: Model,
  cursors: readonly string[],
  counters: ReadonlyMap<string, Counter>,
): number {
  switch (kind) {
    case "track":
      return model.tracks.find((track) => track.id === id)?.states.findIndex((one) => one.id === state.tracks[id]) ?? 0;
    case "variable":
      return Number(state.variables[id]);
    case "round":
      return state.round;
    case "since": {
      const never = id.startsWith("track:") ? 0 : Number.NEGATIVE_INFINITY;
      return Math.min(state.round - (state.entered[id] ?? never), counters.get(`since ${id}`)?.high ?? 0);
    }
    case "made":
      return Math.min(state.made[id] ?? 0, counters.get(`made ${id}`)?.high ?? 0);
    case "cursor":
      return cursors.indexOf(state.cursor);
    case "ending":
      return endingOf(state, model);
  }
}

/** How a state has ended, as a number: an outcome's index, `deadlock`, `unfinished` or `running`. */
function endingOf({ ended, outcome }: State, model: Model): number {
  if (outcome !== null) return model.outcomes.findIndex(({ id }) => id === outcome);
  return ended === "deadlock" ? deadlock : ended === "unfinished" ? unfinished : running;
}

function stateOf(
  values: readonly number[],
  fields: readonly Field[],
  model: Model,
  cursors: readonly string[],
  counters: ReadonlyMap<string, Counter>,
): State {
  const tracks: Record<string, string> = {};
  const variables: Record<string, number | boolean> = {};
  const entered: Record<string, number> = {};
  const made: Record<string, number> = {};
  const of = (kind: Field["kind"]): number | undefined => values[fields.findIndex((field) => field.kind === kind)];
  // Without a round of its own a state stands late enough for every counter.
  const round =
    of("round") ?? fields.reduce((most, { kind, local }) => (kind === "since" ? Math.max(most, local.high) : most), 0);
  const ending = of("ending") ?? running;
  fields.forEach(({ kind, id }, index) => {
    const value = at(values, index);
    if (kind === "track") tracks[id] = model.tracks.find((track) => track.id === id)?.states[value]?.id ?? "";
    if (kind === "variable") {
      variables[id] = model.variables.find((one) => one.id === id)?.kind === "flag" ? value !== 0 : value;
    }
    const never = value === counters.get(`since ${id}`)?.high && !id.startsWith("track:");
    if (kind === "since" && !never) entered[id] = round - value;
    if (kind === "made" && value > 0) made[id] = value;
  });
  const ended: Ended | null =
    ending >= 0 ? "outcome" : ending === deadlock ? "deadlock" : ending === running ? null : "unfinished";
  return {
    tracks,
    variables,
    round,
    entered,
    made,
    cursor: cursors[of("cursor") ?? 0] ?? "tick",
    outcome: model.outcomes[ending]?.id ?? null,
    ended,
  };
}
