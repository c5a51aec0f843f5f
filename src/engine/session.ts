/**
 * A run under way: who chooses, what that leads to, and where the run stands.
 *
 * A session proposes events and applies them in two steps, so that a store can append them in between: nothing is
 * applied that was not remembered. Choices come from the script first, then from a person or a policy function where one
 * has the seat, else from the actor's policy table by keyed draw. The session itself decides nothing twice: proposing
 * again without applying gives the same events.
 */
import { type Luck, luckOf } from "../chance/draw.ts";
import type { Model } from "../scenario/model.ts";
import { conclude, type DecideContext, decide, type Standing, standing } from "./decide.ts";
import {
  type Choice,
  type Command,
  type Fault,
  isRefused,
  presentSemantics,
  type Refused,
  type RunEvent,
  type RunStarted,
} from "./event.ts";
import { evolve } from "./evolve.ts";
import { Faulted } from "./faulted.ts";
import { drawInitial, firstValues } from "./initial.ts";
import { enactLaw, type Law } from "./law.ts";
import { lawMachine } from "./machine.ts";
import { choose, policyWeights, type Weigher, weighsNothing } from "./policy.ts";
import { hold, type Opening, roundProtocol, type Turn } from "./protocol.ts";
import { causeDue, dueIncident, type Prescribed, prescribedChoice, scripted, scriptedFree } from "./script.ts";
import type { State } from "./state.ts";
import type { Treatment } from "./treatment.ts";

/** Everything compiled that runs of one treatment share. */
export interface Engine {
  readonly law: Law;
  readonly protocol: DecideContext["protocol"];
  readonly machine: DecideContext["machine"];
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
  const { state, fault } = drawStart(law, luck);
  const started: RunStarted = {
    type: "RunStarted",
    version: 2,
    model: start.model,
    document: start.document,
    semantics: presentSemantics,
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
  if (fault !== null) return [started, faulted(fault)];
  try {
    return conclude(events, { ...engine, luck }, state, false);
  } catch (error) {
    if (!(error instanceof Faulted)) throw error;
    return [...events, faulted(error.fault)];
  }
}

/** The initial state, or the first values of everything and why none could be drawn. */
function drawStart(law: Law, luck: Luck): { readonly state: State; readonly fault: Fault | null } {
  try {
    return { state: drawInitial(law, luck), fault: null };
  } catch (error) {
    if (!(error instanceof Faulted)) throw error;
    return { state: firstValues(law), fault: error.fault };
  }
}

const faulted = (fault: Fault): RunEvent => ({ type: "ModelFaulted", version: 1, fault, changes: { ended: "fault" } });

/** What a session needs next: nothing (it can go on by itself), choices of some seats, or nothing any more. */
export type Need =
  | { readonly kind: "nothing" }
  | { readonly kind: "choice"; readonly turns: readonly Turn[] }
  | { readonly kind: "over" };

export interface Session {
  readonly engine: Engine;
  readonly state: State;
  readonly luck: Luck;
  /** Actors whose turns somebody else decides, in the model's order. */
  readonly seats: readonly string[];
  /** Where the protocol stands, with the incidents passed that luck does not let occur. */
  standing(): Standing;
  /** Whether somebody has to choose. */
  need(): Need;
  /** The events of the next step, by script, policy and luck; choices of the seats stand in for their policies. */
  proposeNext(choices?: readonly Choice[]): readonly RunEvent[] | Refused;
  /** The events of a joint step in which an actor chooses this, whatever the script says; the others go by script and policy. */
  proposeAmong(choice: Choice): readonly RunEvent[] | Refused;
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

  // A scripted incident does not wait for luck, so nobody is asked before it has occurred.
  const stand = (): Standing => standing(ground, present, dueIncident(engine.law, present)?.entry.incident ?? null);

  function need(): Need {
    if (present.ended !== null) return { kind: "over" };
    try {
      const { opening, state: at } = stand();
      if (scriptedFree(engine.law, at) !== null) return { kind: "nothing" };
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
      const { command, scripted } = nextCommand(engine, ground, present, stand(), choices);
      const answer = decide(ground, present, command);
      const culprit = isRefused(answer) ? (scripted.find(({ by }) => by === answer.actor) ?? scripted[0]) : undefined;
      if (culprit === undefined || !isRefused(answer)) return answer;
      throw new Faulted({ path: culprit.path, reason: answer.message });
    } catch (error) {
      if (!(error instanceof Faulted)) throw error;
      return [faulted(error.fault)];
    }
  }

  return {
    engine,
    luck,
    seats: engine.law.model.actors.map(({ id }) => id).filter((id) => seats.has(id)),
    get state() {
      return present;
    },
    standing: stand,
    need,
    proposeNext,
    drawn(actor) {
      const { opening, state: at } = stand();
      const turn = turnsOf(opening).find((candidate) => candidate.actor === actor);
      return turn === undefined ? null : drawChoice(engine, luck, at, turn);
    },
    propose: (command) => decide(ground, present, command),
    proposeAmong(choice) {
      try {
        const { opening, state: at } = stand();
        const choices = turnsOf(opening).map((turn) =>
          turn.actor === choice.actor ? choice : plannedChoice(engine, luck, at, turn),
        );
        return decide(ground, present, { type: "MakeMoves", choices });
      } catch (error) {
        if (!(error instanceof Faulted)) throw error;
        return [faulted(error.fault)];
      }
    },
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

/** The command that comes next, and the entries of the script that it carries out. */
interface Next {
  readonly command: Command;
  readonly scripted: readonly Prescribed[];
}

/** The command that comes next: scripted, chosen by a seat, or drawn. */
function nextCommand(
  engine: Engine,
  ground: DecideContext,
  present: State,
  { opening, state: at }: Standing,
  choices: readonly Choice[],
): Next {
  const { law } = engine;
  const due = dueIncident(law, present);
  const cause = due === null ? null : causeDue(law, due, opening);
  if (due !== null && cause !== null) return { command: cause, scripted: [due] };
  const settle = (turn: Turn): Choice => {
    const chosen = choices.find(({ actor }) => actor === turn.actor);
    const isOpen = chosen !== undefined && scripted(law.treatment, at.round, turn.actor) === null;
    return isOpen ? chosen : plannedChoice(engine, ground.luck, at, turn);
  };
  const entriesOf = (turns: readonly Turn[]): readonly Prescribed[] =>
    turns.flatMap(({ actor }) => scripted(law.treatment, at.round, actor) ?? []);
  switch (opening.kind) {
    case "turn":
      return { command: { type: "MakeMove", ...settle(opening) }, scripted: entriesOf([opening]) };
    case "joint":
      return {
        command: { type: "MakeMoves", choices: opening.turns.map(settle) },
        scripted: entriesOf(opening.turns),
      };
    case "free": {
      const prescribed = scriptedFree(law, at);
      if (prescribed !== null) {
        const turn = turnsOf(opening).find(({ actor }) => actor === prescribed.by) ?? idle(prescribed.by);
        return { command: { type: "MakeMove", ...settle(turn) }, scripted: [prescribed] };
      }
      const choice = choices[0] ?? drawFree(engine, ground.luck, at, opening);
      return { command: { type: "MakeMove", ...choice }, scripted: [] };
    }
    case "tick":
    case "still": {
      const missed = scriptedFree(law, at);
      if (missed !== null) prescribedChoice(missed, idle(missed.by), at.round);
      return { command: { type: "LetTimePass" }, scripted: [] };
    }
    default:
      return { command: { type: "LetTimePass" }, scripted: [] };
  }
}

/** What the script has an actor do, or else its policy. */
function plannedChoice(engine: Engine, luck: Luck, state: State, turn: Turn): Choice {
  const prescribed = scripted(engine.law.treatment, state.round, turn.actor);
  return prescribed === null ? drawChoice(engine, luck, state, turn) : prescribedChoice(prescribed, turn, state.round);
}

/** The turn of an actor to whom nothing is open. */
const idle = (actor: string): Turn => ({ actor, site: "turn", options: [] });

function drawFree({ weigher }: Engine, luck: Luck, state: State, opening: Opening & { readonly kind: "free" }): Choice {
  const index = choose(luck, opening.site, state.round, weigher.free(state, opening.options));
  const { actor, move } = opening.options[index] ?? { actor: "", move: "" };
  return { actor, move, chosen: "draw", branch: null };
}

function drawChoice({ weigher }: Engine, luck: Luck, state: State, turn: Turn): Choice {
  const weights = weigher.turn(state, turn);
  const index = weighsNothing(weights) ? -1 : choose(luck, turn.site, state.round, weights);
  return { actor: turn.actor, move: turn.options[index] ?? hold, chosen: "draw", branch: null };
}
