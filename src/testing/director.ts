/**
 * Leads a run on the machine from choice to choice: what is open at each point, and the events of what is picked.
 *
 * Wherever more than one option is open, the picker is asked: at the turns of actors, at incidents that may occur, at
 * branches. Scripted entries are carried out and not asked about. What the machine finds at fault ends the run there.
 */
import { occurs, pick as pickByLuck } from "../chance/draw.ts";
import { type Choice, isRefused, type Refused, type RunEvent } from "../engine/event.ts";
import { Faulted } from "../engine/faulted.ts";
import type { LawStep } from "../engine/law.ts";
import { hold, type Opening, type Turn } from "../engine/protocol.ts";
import { dueIncident, scripted, scriptedFree } from "../engine/script.ts";
import type { Session } from "../engine/session.ts";
import type { State } from "../engine/state.ts";

/** What is open: every enabled choice, or only those that the policies give a weight. */
export type Choosing = "freely" | "by policy";

/** A point at which more than one option is open. */
export interface ChoicePoint {
  readonly site: string;
  readonly options: readonly string[];
  /** The option that leaves things as they are, or else the first. */
  readonly quiet: string;
  /** The option that a drawn word picks, by the weights of policies, odds and chance. */
  readonly draw: (word: number) => string;
}

/** Chooses at a point. */
export type Picker = (point: ChoicePoint) => string;

/** Names of what an incident that may occur can do. */
export const averted = "averted";
export const occurring = "occurs";

type Answer = readonly RunEvent[] | Refused;

/** Makes the next step of a session, asking `pick` at each point. */
export function direct(session: Session, choosing: Choosing, pick: Picker): readonly RunEvent[] {
  const answer = next(session, choosing, pick);
  if (isRefused(answer)) throw new Error(`what was open was refused: ${answer.message}`);
  return answer;
}

function next(session: Session, choosing: Choosing, pick: Picker): Answer {
  const { engine, state } = session;
  const { law, protocol } = engine;
  try {
    const opening = protocol.open(state);
    const due = dueIncident(law, state);
    const place = opening.kind === "incident" ? law.order.indexOf(opening.site) : law.order.length;
    if (due !== null && place >= law.order.indexOf(`incident:${due.entry.incident}`)) return session.proposeNext();
    if (opening.kind === "incident") return incident(session, opening, pick);
    const choices = choicesAt(session, choosing, opening, pick);
    if (opening.kind !== "joint" || choices.length < opening.turns.length) return session.proposeNext(choices);
    return session.propose({ type: "MakeMoves", choices, ...orderOf(session, choices, pick) });
  } catch (error) {
    if (error instanceof Faulted) return session.proposeNext();
    throw error;
  }
}

function incident(
  session: Session,
  { incident: id, site, chance }: Extract<Opening, { kind: "incident" }>,
  pick: Picker,
): Answer {
  const draw = (word: number): string => (occurs(word, chance) ? occurring : averted);
  const comes = chance === 1 || pick({ site, options: [averted, occurring], quiet: averted, draw }) === occurring;
  if (!comes) return session.propose({ type: "AvertIncident", incident: id, chosen: "given" });
  const branch = branchOf(`branch:incident:${id}`, session.engine.law.incidents.get(id), session.state, pick);
  return session.propose({ type: "CauseIncident", incident: id, branch, chosen: "given" });
}

/** The choices of everybody who has a turn now and no entry in the script. */
function choicesAt({ engine, state }: Session, choosing: Choosing, opening: Opening, pick: Picker): readonly Choice[] {
  const { law, weigher } = engine;
  // Policies are asked only where they decide what is open, or where luck is.
  const pickBy = (site: string, options: readonly string[], weights: () => readonly number[]): string =>
    pickFrom(site, weigh(options, choosing === "freely" ? null : weights()), pick);
  // Where all weights are zero nothing is left to pick, and what is picked of nothing is holding.
  const chosenAt = (turn: Turn): string => pickBy(turn.site, turn.options, () => weigher.turn(state, turn));
  switch (opening.kind) {
    case "turn": {
      if (scripted(law.treatment, state.round, opening.actor) !== null) return [];
      const move = chosenAt(opening);
      return [given(opening.actor, move, branchOf(`branch:${move}`, law.moves.get(move), state, pick))];
    }
    case "free": {
      if (scriptedFree(law, state) !== null) return [];
      const moves = opening.options.map(({ move }) => move);
      const move = pickBy(opening.site, moves, () => weigher.free(state, opening.options));
      const actor = opening.options.find((option) => option.move === move)?.actor ?? "";
      return [given(actor, move, branchOf(`branch:${move}`, law.moves.get(move), state, pick))];
    }
    case "joint": {
      const turns = opening.turns.filter(({ actor }) => scripted(law.treatment, state.round, actor) === null);
      const told = turns.map((turn) => ({ actor: turn.actor, move: chosenAt(turn) }));
      return told.map(({ actor, move }) => {
        const branch = move === hold ? null : branchOf(`branch:${move}`, law.moves.get(move), state, pick);
        return given(actor, move, branch);
      });
    }
    default:
      return [];
  }
}

/** The order of moves made together, where it matters: one of the results that a lot can have, or left to the lot. */
function orderOf({ engine, state }: Session, choices: readonly Choice[], pick: Picker): { order?: readonly string[] } {
  const parts = choices.map(({ actor, move, branch }) => ({ actor, move: move === hold ? null : move, branch }));
  const orders = engine.law.joint.results(state, parts).map(({ order }) => order);
  if (orders.length < 2) return {};
  const options = [byLot, ...orders.map((order) => order.join(" "))];
  const picked = pick({ site: "lot", options, quiet: byLot, draw: () => byLot });
  const order = orders[options.indexOf(picked) - 1];
  return order === undefined ? {} : { order };
}

/** The option that leaves an order to the lot. */
const byLot = "by lot";

const given = (actor: string, move: string, branch: string | null): Choice => ({
  actor,
  move,
  chosen: "given",
  branch,
});

interface Weighed {
  readonly option: string;
  readonly weight: number;
}

/** Options with their weights, without those that weigh nothing; null: all alike. */
function weigh(options: readonly string[], weights: readonly number[] | null): readonly Weighed[] {
  return options
    .map((option, index) => ({ option, weight: weights === null ? 1 : (weights[index] ?? 0) }))
    .filter(({ weight }) => weight > 0);
}

/** Picks one of some options; where there is only one, nobody is asked. */
function pickFrom(site: string, open: readonly Weighed[], pick: Picker): string {
  const options = open.map(({ option }) => option);
  const [first = hold] = options;
  if (options.length < 2) return first;
  const weights = open.map(({ weight }) => weight);
  const draw = (word: number): string => options[pickByLuck(word, weights)] ?? first;
  return pick({ site, options, quiet: options.includes(hold) ? hold : first, draw });
}

function branchOf(site: string, step: LawStep | undefined, state: State, pick: Picker): string | null {
  const branches = step?.definition.branches.map(({ id }) => id) ?? [];
  return step === undefined || branches.length === 0 ? null : pickFrom(site, weigh(branches, step.odds(state)), pick);
}
