/**
 * Which delegations are asked in a turn: a fact that everybody in the room can tell, so it must betray nothing.
 *
 * Usually only those are asked that have a choice. Where a move depends on something that is hidden from some, whether
 * there is a choice is itself a secret: then the delegation is asked in each of its turns, be it only to hold. In free
 * turns the room waits for such a delegation in every round, whether or not anything is open to anybody.
 */
import { Faulted } from "../engine/faulted.ts";
import { hold, type Turn } from "../engine/protocol.ts";
import { scriptedFree } from "../engine/script.ts";
import type { Engine, Session } from "../engine/session.ts";
import { readsSecret } from "../engine/view.ts";

const known = new WeakMap<Engine, ReadonlySet<string>>();

/** The turns in which people are asked now; none where the run goes on by itself. */
export function openTurns(session: Session): readonly Turn[] {
  const need = session.need();
  if (need.kind === "over") return [];
  const { engine } = session;
  const turns = need.kind === "choice" ? need.turns : [];
  const secret = secretive(engine);
  if (engine.law.treatment.turns !== "free") {
    return turns.filter(({ actor, options }) => options.length > 1 || secret.has(actor));
  }
  const idle = session.seats.filter((actor) => secret.has(actor) && turns.every((turn) => turn.actor !== actor));
  if (idle.length === 0 || !isAtFreeTurn(session)) return turns;
  return [...turns, ...idle.map((actor) => ({ actor, site: "turn", options: [hold] }))];
}

/** Actors of whom not everybody knows what is open to them. */
function secretive(engine: Engine): ReadonlySet<string> {
  const found = known.get(engine);
  if (found !== undefined) return found;
  const { model } = engine.law;
  const actors = new Set(
    model.moves.filter(({ when }) => when !== null && readsSecret(model, when, "public")).map(({ by }) => by),
  );
  known.set(engine, actors);
  return actors;
}

/** Whether this round's free move is what comes next, though nobody may be able to make one. */
function isAtFreeTurn(session: Session): boolean {
  const { order } = session.engine.law;
  const turn = order.indexOf("turn");
  return order.indexOf(session.state.cursor) <= turn && turn <= placeOfNext(session, order);
}

/** Where in the round somebody chooses next or something happens; before it where a script says who, or the model fails. */
function placeOfNext(session: Session, order: readonly string[]): number {
  try {
    const { opening, state } = session.standing();
    if (scriptedFree(session.engine.law, state) !== null) return -1;
    return opening.kind === "incident" || opening.kind === "free" ? order.indexOf(opening.site) : order.length;
  } catch (error) {
    if (error instanceof Faulted) return -1;
    throw error;
  }
}
