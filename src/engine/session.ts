/**
 * A run under way: who chooses, what that leads to, and where the run stands.
 *
 * A session proposes events and applies them in two steps, so that a store can append them in between: nothing is
 * applied that was not remembered. Choices come from the script first, then from a person or a policy function where one
 * has the seat, else from the actor's policy table by keyed draw. The session itself decides nothing twice: proposing
 * again without applying gives the same events.
 */
import { type Luck, luckOf } from "../chance/draw.ts";
import type { Model, ScriptEntry } from "../scenario/model.ts";
import { conclude, decide, type Ground, type Standing, standing } from "./decide.ts";
import type { Choice, Command, Refused, RunEvent, RunStarted } from "./event.ts";
import { evolve } from "./evolve.ts";
import { drawInitial } from "./initial.ts";
import { enactLaw, Faulted, type Law } from "./law.ts";
import { lawMachine } from "./machine.ts";
import { choose, policyWeights, type Weigher } from "./policy.ts";
import { hold, type Opening, roundProtocol, type Turn } from "./protocol.ts";
import type { State } from "./state.ts";
import type { Treatment } from "./treatment.ts";

/** Everything compiled that runs of one treatment share. */
export interface Engine {
  readonly law: Law;
  readonly protocol: Ground["protocol"];
  readonly machine: Ground["machine"];
  readonly weigher: Weigher;
}

/** Compiles a model under a treatment for runs on the machine. */
export function prepareEngine(model: Model, treatment: Treatment): Engine {
  const law = enactLaw(model, treatment);
  return { law, protocol: roundProtocol(law), machine: lawMachine(law), weigher: policyWeights(law) };
}

/** How one run begins. */
export interface RunStart {
  readonly seed: string;
  /** Which replication of the seed's ensemble; a single run is replication 0. */
  readonly replication?: number;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly document: RunStarted["document"];
}

/** The first events of a run: `RunStarted`, and its end where an outcome holds at once. */
export function startRun(engine: Engine, start: RunStart): readonly RunEvent[] {
  const { law } = engine;
  const { treatment, model } = law;
  const replication = start.replication ?? 0;
  const luck = luckOf(start.seed, replication);
  const state = drawInitial(law, luck);
  const started: RunStarted = {
    type: "RunStarted",
    version: 1,
    model: start.model,
    document: start.document,
    semantics: 1,
    seed: start.seed,
    replication,
    variant: treatment.variant,
    assume: treatment.assume,
    policies: treatment.policies,
    rounds: treatment.rounds,
    clock: model.clock,
    state,
  };
  const events: RunEvent[] = [started];
  try {
    return conclude(events, { ...engine, luck }, state, false);
  } catch (error) {
    if (!(error instanceof Faulted)) throw error;
    return [...events, { type: "ModelFaulted", version: 1, fault: error.fault, changes: { ended: "fault" } }];
  }
}

/** What a session needs next: nothing (it can go on by itself), choices of some seats, or nothing any more. */
export type Need =
  | { readonly kind: "nothing" }
  | { readonly kind: "choice"; readonly turns: readonly Turn[] }
  | { readonly kind: "over" };

export interface Session {
  readonly engine: Engine;
  readonly state: State;
  readonly luck: Luck;
  /** Where the protocol stands, with the incidents passed that luck does not let occur. */
  standing(): Standing;
  /** Whether somebody has to choose. */
  need(): Need;
  /** The events of the next step, by script, policy and luck; choices of the seats stand in for their policies. */
  proposeNext(choices?: readonly Choice[]): readonly RunEvent[] | Refused;
  /** What an actor's policy draws where it has a turn now, or null. */
  drawn(actor: string): Choice | null;
  /** The events of a command. */
  propose(command: Command): readonly RunEvent[] | Refused;
  /** Takes events into the run's state, once they are remembered. */
  apply(events: readonly RunEvent[]): void;
}

/**
 * A session that goes on from a state.
 * @param seats actors whose turns somebody else decides: a person or a policy function.
 */
export function openSession(engine: Engine, luck: Luck, state: State, seats: ReadonlySet<string> = new Set()): Session {
  let present = state;
  const ground = { ...engine, luck };

  function need(): Need {
    if (present.ended !== null) return { kind: "over" };
    try {
      const { opening, state: at } = standing(ground, present);
      const turns = turnsOf(opening).filter(
        ({ actor }) => seats.has(actor) && scripted(engine.law.treatment, at.round, actor) === null,
      );
      return turns.length === 0 ? { kind: "nothing" } : { kind: "choice", turns };
    } catch (error) {
      if (error instanceof Faulted) return { kind: "nothing" };
      throw error;
    }
  }

  function proposeNext(choices: readonly Choice[] = []): readonly RunEvent[] | Refused {
    try {
      const at = standing(ground, present);
      const fault = missedIncident(engine, present, at.opening);
      if (fault !== null) return [fault];
      return decide(ground, present, nextCommand(engine, ground, present, at, choices));
    } catch (error) {
      if (!(error instanceof Faulted)) throw error;
      return [{ type: "ModelFaulted", version: 1, fault: error.fault, changes: { ended: "fault" } }];
    }
  }

  return {
    engine,
    luck,
    get state() {
      return present;
    },
    standing: () => standing(ground, present),
    need,
    proposeNext,
    drawn(actor) {
      const { opening, state: at } = standing(ground, present);
      const turn = turnsOf(opening).find((candidate) => candidate.actor === actor);
      return turn === undefined ? null : drawChoice(engine, luck, at, turn);
    },
    propose: (command) => decide(ground, present, command),
    apply(events) {
      for (const event of events) present = evolve(present, event);
    },
  };
}

function turnsOf(opening: Opening): readonly Turn[] {
  if (opening.kind === "turn") return [opening];
  if (opening.kind === "joint") return opening.turns;
  if (opening.kind !== "free") return [];
  const actors = [...new Set(opening.options.map(({ actor }) => actor))];
  return actors.map((actor) => ({
    actor,
    site: opening.site,
    options: opening.options.filter((option) => option.actor === actor).map(({ move }) => move),
  }));
}

/** The command that comes next: scripted, chosen by a seat, or drawn. */
function nextCommand(
  engine: Engine,
  ground: Ground,
  present: State,
  { opening, state: at }: Standing,
  choices: readonly Choice[],
): Command {
  const { treatment } = engine.law;
  const given = scriptedIncident(engine, present, opening);
  if (given !== null) return given;
  const choiceOf = (turn: Turn): Choice =>
    scriptedChoice(treatment, at.round, turn) ??
    choices.find(({ actor }) => actor === turn.actor) ??
    drawChoice(engine, ground.luck, at, turn);
  switch (opening.kind) {
    case "turn":
      return { type: "MakeMove", ...choiceOf(opening) };
    case "joint":
      return { type: "MakeMoves", choices: opening.turns.map(choiceOf) };
    case "free": {
      const prescribed = turnsOf(opening).find(({ actor }) => scripted(treatment, at.round, actor) !== null);
      const entry = prescribed ?? missingFree(treatment, at.round);
      if (entry !== undefined) return { type: "MakeMove", ...choiceOf(entry) };
      const chosen = choices[0];
      if (chosen !== undefined) return { type: "MakeMove", ...chosen };
      const weights = engine.weigher.free(at, opening.options);
      const option = opening.options[choose(ground.luck, opening.site, at.round, weights)];
      return { type: "MakeMove", actor: option?.actor ?? "", move: option?.move ?? "", chosen: "draw", branch: null };
    }
    default:
      return { type: "LetTimePass" };
  }
}

function drawChoice({ weigher }: Engine, luck: Luck, state: State, turn: Turn): Choice {
  const index = choose(luck, turn.site, state.round, weigher.turn(state, turn));
  return { actor: turn.actor, move: turn.options[index] ?? hold, chosen: "draw", branch: null };
}

interface Scripted {
  readonly entry: Extract<ScriptEntry, { by: string }>;
  readonly path: string;
}

/** What the script prescribes for an actor in a round. */
function scripted({ script, variant }: Treatment, round: number, actor: string): Scripted | null {
  const index = script.findIndex((entry) => "by" in entry && entry.by === actor && entry.round === round);
  const entry = script[index];
  return entry !== undefined && "by" in entry ? { entry, path: `variants.${variant}.script.${index}` } : null;
}

function scriptedChoice(treatment: Treatment, round: number, turn: Turn): Choice | null {
  const prescribed = scripted(treatment, round, turn.actor);
  if (prescribed === null) return null;
  const { entry, path } = prescribed;
  if (!turn.options.includes(entry.move)) {
    throw new Faulted({
      path,
      reason: `${entry.move} is not enabled in round ${round}; open are ${turn.options.join(", ")}`,
    });
  }
  return { actor: turn.actor, move: entry.move, chosen: "given", branch: entry.branch };
}

/** In free turns, a scripted actor that has no enabled move at all: its entry is a fault when it is settled. */
function missingFree({ script }: Treatment, round: number): Turn | undefined {
  const entry = script.find((candidate) => "by" in candidate && candidate.round === round);
  return entry !== undefined && "by" in entry ? { actor: entry.by, site: "turn", options: [] } : undefined;
}

function scriptedIncident({ law }: Engine, state: State, opening: Opening): Command | null {
  const index = law.treatment.script.findIndex((entry) => isDue(law, state, opening, entry));
  const entry = law.treatment.script[index];
  if (entry === undefined || !("incident" in entry)) return null;
  return { type: "CauseIncident", incident: entry.incident, branch: entry.branch, chosen: "given" };
}

/** Whether a scripted incident of this round stands at the cursor or between it and the opening. */
function isDue({ order }: Law, state: State, opening: Opening, entry: ScriptEntry): boolean {
  if (!("incident" in entry) || entry.round !== state.round) return false;
  const index = order.indexOf(`incident:${entry.incident}`);
  return index >= order.indexOf(state.cursor) && index <= order.indexOf(pointOf(opening, order));
}

/** The fault of a scripted incident that is not open when its place in the round comes. */
function missedIncident(engine: Engine, state: State, opening: Opening): RunEvent | null {
  const { law, protocol } = engine;
  const { script, variant } = law.treatment;
  for (const [index, entry] of script.entries()) {
    if (!("incident" in entry) || !isDue(law, state, opening, entry)) continue;
    const there = protocol.open({ ...state, cursor: `incident:${entry.incident}` });
    if (there.kind === "incident" && there.incident === entry.incident) continue;
    const reason = `${entry.incident} is not enabled in round ${state.round}`;
    const fault = { path: `variants.${variant}.script.${index}`, reason };
    return { type: "ModelFaulted", version: 1, fault, changes: { ended: "fault" } };
  }
  return null;
}

/** The point of the protocol at which an opening stands. */
function pointOf(opening: Opening, order: readonly string[]): string {
  switch (opening.kind) {
    case "incident":
    case "free":
      return opening.site;
    case "turn":
      return opening.site;
    case "joint":
      return "turn";
    default:
      return order.at(-1) ?? "tick";
  }
}
