/**
 * Who chooses at a node, among which options, and what of the state that actor can see.
 */

import type { Field } from "../kernel/layout.ts";
import { at } from "../scenario/at.ts";
import type { Model } from "../scenario/model.ts";
import { knowsOf, maySee } from "../scenario/visibility.ts";
import type { Steps } from "../space/steps.ts";
import type { Graph } from "./graph.ts";

/** Reads the options of actors from a graph's choices. */
export interface Players {
  /** The actors whose choices are open and who have moves, in document order. */
  readonly free: readonly string[];
  /** Whose turn it is at a node; null where nobody alone chooses there. */
  chooser(node: number): string | null;
  /** Whether all choose at once at a node. */
  isJoint(node: number): boolean;
  /** The option that an actor takes in a choice at a node: a place among its moves, the last being to hold. */
  option(node: number, action: number, actor: string): number;
}

/** The players of a graph whose open choices are these actors'. */
export function playersOf({ steps, cursor }: Graph, open: readonly string[]): Players {
  const { request, assembly } = steps;
  const { model, treatment } = request;
  const free = model.actors.map(({ id }) => id).filter((id) => open.includes(id) && movesOf(model, id).length > 0);
  const choosers = assembly.layout.cursors.map((name) =>
    name.startsWith("turn:") ? name.slice("turn:".length) : null,
  );
  const sizes = free.map((id) => movesOf(model, id).length + 1);
  const pooled = treatment.turns === "free";
  return {
    free,
    chooser: (node) => choosers[at(cursor, node)] ?? null,
    isJoint: (node) => !pooled && at(assembly.layout.cursors, at(cursor, node)) === "turn",
    option(node, action, actor) {
      const holding = movesOf(model, actor).length;
      if (pooled) {
        const move = model.moves[action];
        return move?.by === actor ? movesOf(model, actor).findIndex(({ id }) => id === move.id) : holding;
      }
      const chooser = choosers[at(cursor, node)] ?? null;
      if (chooser !== null) return chooser === actor ? action : holding;
      let rest = action;
      for (let index = free.length - 1; index >= 0; index--) {
        const size = sizes[index] ?? 1;
        if (free[index] === actor) return rest % size;
        rest = Math.floor(rest / size);
      }
      return holding;
    },
  };
}

/** The moves of an actor, in document order. */
export function movesOf(model: Model, actor: string): Model["moves"] {
  return model.moves.filter(({ by }) => by === actor);
}

/** A field of the state, by its place in the layout. */
export interface ObservedField {
  readonly index: number;
  readonly field: Field;
}

/** What of a state an actor can see, and what is hidden from it. */
export function observationOf(
  { request, assembly }: Steps,
  actor: string,
): {
  readonly seen: readonly ObservedField[];
  readonly hidden: readonly ObservedField[];
} {
  const { model } = request;
  const isSeen = ({ kind, id }: Field): boolean => {
    const name = id.slice(id.indexOf(":") + 1);
    if (kind === "track" || id.startsWith("track:")) {
      return maySee(actor, model.tracks.find((track) => track.id === name)?.private ?? null);
    }
    if (kind === "variable") return maySee(actor, model.variables.find((one) => one.id === name)?.private ?? null);
    if (id.startsWith("move:")) {
      const move = model.moves.find((one) => one.id === name);
      return move === undefined || knowsOf(actor, move);
    }
    const incident = id.startsWith("incident:") ? model.incidents.find((one) => one.id === name) : undefined;
    return incident === undefined || knowsOf(actor, incident);
  };
  const fields = assembly.layout.fields
    .map((field, index) => ({ field, index }))
    .filter(({ field }) => field.kind !== "cursor" && field.kind !== "ending");
  return { seen: fields.filter(({ field }) => isSeen(field)), hidden: fields.filter(({ field }) => !isSeen(field)) };
}
