/**
 * The script of a treatment: what it prescribes for a round, and the faults of entries that cannot be carried out.
 *
 * A script overrides luck and policies and nothing else: an entry that is not enabled when its place in the round comes
 * is a model fault that names the entry. Entries of a round in which the run is over say nothing.
 */
import type { ScriptEntry } from "../scenario/model.ts";
import type { Choice, Command } from "./event.ts";
import { Faulted } from "./faulted.ts";
import type { Law } from "./law.ts";
import { hold, type Opening, type Turn } from "./protocol.ts";
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

/** An incident that the script makes occur. */
export type PrescribedIncident = Prescribed & { readonly entry: Extract<ScriptEntry, { incident: string }> };

/** The first scripted incident of this round whose place is still to come, or null. */
export function dueIncident({ order, treatment }: Law, state: State): PrescribedIncident | null {
  if (state.ended !== null) return null;
  const placeOf = ({ entry }: PrescribedIncident): number => order.indexOf(`incident:${entry.incident}`);
  return prescribedIn(treatment, state.round)
    .filter((one): one is PrescribedIncident => "incident" in one.entry)
    .filter((one) => placeOf(one) >= order.indexOf(state.cursor))
    .reduce<PrescribedIncident | null>(
      (best, one) => (best === null || placeOf(one) < placeOf(best) ? one : best),
      null,
    );
}

/**
 * The command that makes a due incident occur, or null where luck has another one occur before it.
 * @throws Faulted where it was not open when its place in the round came.
 */
export function causeDue({ order }: Law, { entry, path }: PrescribedIncident, opening: Opening): Command | null {
  const { incident, branch, round } = entry;
  const place = opening.kind === "incident" ? order.indexOf(opening.site) : order.length;
  const due = order.indexOf(`incident:${incident}`);
  if (place < due) return null;
  if (place > due) throw new Faulted({ path, reason: `${incident} is not enabled in round ${round}` });
  return { type: "CauseIncident", incident, branch, chosen: "given" };
}
