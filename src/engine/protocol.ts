/**
 * The round protocol: who chooses next, at which site, among what.
 *
 * `open` is a pure function of the state. It passes over what cannot happen (incidents whose condition or chance
 * fails) and stops at the first point where somebody or chance may choose. It neither draws nor steps, so a machine, a
 * person, a replay and a model checker can all stand on it.
 */
import { dateOfRound, isInRound } from "../scenario/calendar.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model } from "../scenario/model.ts";
import { readOf, someInside } from "../scenario/walk.ts";
import { type Law, split } from "./law.ts";
import type { State } from "./state.ts";
import { lastScripted } from "./treatment.ts";

/** The word for making no move. */
export const hold = "hold";

/** One actor's turn: its enabled moves in document order, then `hold` where it may hold. */
export interface Turn {
  readonly actor: string;
  readonly site: string;
  readonly options: readonly string[];
}

/** The point at which the protocol stands. */
export type Opening =
  /** The run has ended. */
  | { readonly kind: "over" }
  /** Nothing can happen any more, and nothing waits on time. */
  | { readonly kind: "still" }
  /** An incident may occur, with its chance (more than 0; 1 is certain). */
  | { readonly kind: "incident"; readonly incident: string; readonly site: string; readonly chance: number }
  | ({ readonly kind: "turn" } & Turn)
  /** All choose at once. */
  | { readonly kind: "joint"; readonly turns: readonly Turn[] }
  /** Any one actor makes one of these moves; there is at least one. */
  | { readonly kind: "free"; readonly site: string; readonly options: readonly FreeOption[] }
  /** The round is over. */
  | { readonly kind: "tick" };

/** A point at which somebody chooses. */
export type ChoiceOpening = Extract<Opening, { kind: "turn" | "joint" | "free" }>;

/** Whether somebody chooses at a point, rather than luck or time going on by itself. */
export function isChoice(opening: Opening): opening is ChoiceOpening {
  return opening.kind === "turn" || opening.kind === "joint" || opening.kind === "free";
}

export interface FreeOption {
  readonly actor: string;
  readonly move: string;
}

export interface Protocol {
  /** Where the protocol stands. Throws `Faulted` where a condition or chance fails. */
  open(state: State): Opening;
  /** The state past an incident that did not occur. No event records it; the next event's cursor does. */
  pass(state: State, incident: string): State;
}

/** The protocol of a law. */
export function roundProtocol(law: Law): Protocol {
  const { model, treatment, order } = law;
  const movesOf = new Map(model.actors.map((actor) => [actor.id, model.moves.filter((move) => move.by === actor.id)]));
  const movers = model.actors.filter((actor) => (movesOf.get(actor.id)?.length ?? 0) > 0);
  const waitsOnTime = treatment.rounds !== null || readsTime(model);
  const scriptEnd = lastScripted(treatment);
  const enabled = (id: string, state: State): boolean => law.moves.get(id)?.when(state) !== 0;

  function incidentChance(id: string, state: State): number {
    const incident = law.incidents.get(id);
    if (incident === undefined || !isToday(id, state) || incident.when(state) === 0) return 0;
    return incident.chance(state);
  }

  function isToday(id: string, state: State): boolean {
    const date = dates.get(id) ?? null;
    if (date === null || model.clock === null) return true;
    return isInRound(model.clock, state.round, date);
  }
  const dates = new Map(model.incidents.map((incident) => [incident.id, incident.date]));

  function turn(actor: string, mustMove: boolean, state: State): Turn {
    const moves = (movesOf.get(actor) ?? []).filter((move) => enabled(move.id, state)).map((move) => move.id);
    const options = mustMove && moves.length > 0 ? moves : [...moves, hold];
    return { actor, site: `turn:${actor}`, options };
  }

  /** Whether nothing can happen now or later: nothing is enabled, dated ahead or waiting on time. */
  function isStill(state: State): boolean {
    if (waitsOnTime || state.round <= scriptEnd) return false;
    const clock = model.clock;
    const today = clock === null ? 0 : dateOfRound(clock, state.round);
    return !(
      model.moves.some((move) => enabled(move.id, state)) ||
      model.incidents.some(({ id, date }) =>
        date === null
          ? incidentChance(id, state) > 0
          : date >= today && (isToday(id, state) ? incidentChance(id, state) > 0 : true),
      )
    );
  }

  function openTurns(state: State): Opening | null {
    if (treatment.turns === "simultaneous") {
      const turns = movers.map((actor) => turn(actor.id, actor.mustMove, state));
      return turns.every(({ options }) => options.length === 1 && options[0] === hold) && isStill(state)
        ? { kind: "still" }
        : { kind: "joint", turns };
    }
    const options = model.moves
      .filter((move) => enabled(move.id, state))
      .map((move) => ({ actor: move.by, move: move.id }));
    return options.length > 0 ? { kind: "free", site: "turn", options } : null;
  }

  function open(state: State): Opening {
    if (state.ended !== null) return { kind: "over" };
    for (let index = order.indexOf(state.cursor); index < order.length; index++) {
      const point = order[index] ?? "tick";
      const [kind, id] = split(point);
      if (kind === "incident") {
        const chance = incidentChance(id, state);
        if (chance > 0) return { kind: "incident", incident: id, site: point, chance };
      } else if (kind === "turn" && id !== "") {
        const actor = movers.find((candidate) => candidate.id === id);
        const opened = turn(id, actor?.mustMove ?? false, state);
        const idle = opened.options.length === 1 && opened.options[0] === hold;
        return idle && isStill(state) ? { kind: "still" } : { kind: "turn", ...opened };
      } else if (kind === "turn") {
        const opened = openTurns(state);
        if (opened !== null) return opened;
      }
    }
    return isStill(state) ? { kind: "still" } : { kind: "tick" };
  }

  const pass = (state: State, incident: string): State => ({
    ...state,
    cursor: order[order.indexOf(`incident:${incident}`) + 1] ?? "tick",
  });

  return { open, pass };
}

/** Whether anything that decides what may happen reads the round, the date or how long something has lasted. */
export function readsTime(model: Model): boolean {
  const isTimed = (part: Expression): boolean => {
    const kind = readOf(part)?.kind;
    return kind === "calendar" || kind === "since";
  };
  const reads = (expression: Expression | null): boolean =>
    expression !== null && someInside(expression, model.terms, isTimed);
  return [
    ...model.moves.map((move) => move.when),
    ...model.incidents.flatMap((incident) => [incident.when, incident.chance]),
    ...model.rules.map((rule) => rule.when),
    ...model.outcomes.map((outcome) => outcome.when),
  ].some(reads);
}
