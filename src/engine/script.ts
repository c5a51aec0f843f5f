/**
 * The script of a treatment: what it prescribes for a round, and the faults of entries that cannot be carried out.
 *
 * A script overrides luck and policies and nothing else: an entry that is not enabled when its place in the round comes
 * is a model fault that names the entry. Entries of a round in which the run is over say nothing.
 */
import type { ScriptEntry } from "../scenario/model.ts";
import type { Choice, Command } from "./event.ts";
import { Faulted, type Law } from "./law.ts";
import { hold, type Opening, type Protocol, type Turn } from "./protocol.ts";
import type { State } from "./state.ts";
import type { Treatment } from "./treatment.ts";

/** An entry of the script, and where it stands in the document. */
export interface Prescribed {
  readonly entry: ScriptEntry;
  readonly path: string;
  /** Whose move it prescribes; empty for an incident. */
  readonly by: string;
}

/** The entries of the script for a round, in its order. */
function prescribedIn({ script, variant }: Treatment, round: number): readonly Prescribed[] {
  return script.flatMap((entry, index) =>
    entry.round === round
      ? [{ entry, path: `variants.${variant}.script.${index}`, by: "by" in entry ? entry.by : "" }]
      : [],
  );
}

/** What the script prescribes for an actor in a round. */
export function scripted(treatment: Treatment, round: number, actor: string): Prescribed | null {
  return prescribedIn(treatment, round).find(({ by }) => by === actor) ?? null;
}

/**
 * An entry as a choice at a turn.
 * @throws Faulted where its move is not open.
 */
export function prescribedChoice({ entry, path }: Prescribed, turn: Turn, round: number): Choice {
  const move = "move" in entry ? entry.move : hold;
  if (!turn.options.includes(move)) {
    const open = turn.options.length === 0 ? "nothing is open" : `open are ${turn.options.join(", ")}`;
    throw new Faulted({ path, reason: `${move} is not enabled in round ${round}; ${open}` });
  }
  return { actor: turn.actor, move, chosen: "given", branch: entry.branch };
}

/**
 * What the script prescribes where any one actor moves and this round's move is still to come.
 * @throws Faulted where it prescribes more than the one move.
 */
export function scriptedFree({ treatment, order }: Law, state: State): Prescribed | null {
  if (treatment.turns !== "free" || state.ended !== null) return null;
  if (order.indexOf(state.cursor) > order.indexOf("turn")) return null;
  const [first, second] = prescribedIn(treatment, state.round).filter(({ by }) => by !== "");
  if (second === undefined) return first ?? null;
  throw new Faulted({ path: second.path, reason: `only one move is made in round ${state.round}, as turns are free` });
}

/**
 * The first scripted incident between the cursor and the opening, as the command that makes it occur.
 * @throws Faulted where it is not open when its place in the round comes.
 */
export function scriptedIncident(
  law: Law,
  protocol: Protocol,
  state: State,
  opening: Opening,
): (Prescribed & { readonly command: Command }) | null {
  const { order, treatment } = law;
  if (state.ended !== null) return null;
  const placeOf = ({ entry }: Prescribed): number =>
    "incident" in entry ? order.indexOf(`incident:${entry.incident}`) : -1;
  const [from, to] = [order.indexOf(state.cursor), order.indexOf(pointOf(opening, order))];
  const due = prescribedIn(treatment, state.round)
    .filter((one) => placeOf(one) >= from && placeOf(one) <= to)
    .reduce<Prescribed | null>((best, one) => (best === null || placeOf(one) < placeOf(best) ? one : best), null);
  if (due === null || !("incident" in due.entry)) return null;
  const { incident, branch, round } = due.entry;
  const there = protocol.open({ ...state, cursor: `incident:${incident}` });
  if (there.kind !== "incident" || there.incident !== incident) {
    throw new Faulted({ path: due.path, reason: `${incident} is not enabled in round ${round}` });
  }
  return { ...due, command: { type: "CauseIncident", incident, branch, chosen: "given" } };
}

/** The point of the protocol at which an opening stands. */
function pointOf(opening: Opening, order: readonly string[]): string {
  switch (opening.kind) {
    case "incident":
    case "free":
    case "turn":
      return opening.site;
    case "joint":
      return "turn";
    default:
      return order.at(-1) ?? "tick";
  }
}
