/**
 * Which delegations are asked in a turn: a fact that everybody in the room can tell, so it must betray nothing.
 *
 * Usually only those are asked that have a choice. Where a move depends on something that is hidden from some, whether
 * there is a choice is itself a secret: then the delegation is asked in each of its turns, be it only to hold.
 */
import type { Turn } from "../engine/protocol.ts";
import type { Engine } from "../engine/session.ts";
import { readsSecret } from "../engine/view.ts";

const known = new WeakMap<Engine, ReadonlySet<string>>();

/** Whether an actor is asked in a turn of its own. */
export function isAsked(engine: Engine, { actor, options }: Turn): boolean {
  const { law } = engine;
  return law.treatment.turns === "free" || options.length > 1 || secretive(engine).has(actor);
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
