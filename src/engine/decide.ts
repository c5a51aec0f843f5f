/**
 * From a command to the events that follow from it, or to a refusal.
 *
 * `decide` is a pure function of the state, the luck and the command. One command yields one step with everything that
 * follows from it: the rules it triggers and the end it brings. Chance is drawn here, at the sites that the protocol
 * opens. The machine makes each step, and what it reached is held against what `evolve` makes of the event.
 */
import { type Luck, occurs } from "../chance/draw.ts";
import type { BranchTaken, Choice, Chosen, Command, JointMove, Lot, Refused, RunEvent, StepCommand } from "./event.ts";
import { evolve } from "./evolve.ts";
import { Faulted } from "./faulted.ts";
import type { JointPart } from "./jointStep.ts";
import type { Happening, Law, LawStep } from "./law.ts";
import type { Machine } from "./machine.ts";
import { choose, type Weigher, weighsNothing } from "./policy.ts";
import { hold, type Opening, type Protocol, type Turn } from "./protocol.ts";
import { type Changes, differences, type Ended, type State, sameState } from "./state.ts";

/** What a decision rests on, beside the state and the command. */
export interface DecideContext {
  readonly law: Law;
  readonly protocol: Protocol;
  readonly machine: Machine;
  /** Tells when a policy has an actor hold that must move. */
  readonly weigher: Weigher;
  readonly luck: Luck;
}

/** An opening at which somebody chooses or nothing can go on by itself, and the state with its cursor there. */
export interface Standing {
  readonly opening: Opening;
  /** The state, its cursor past the incidents that luck did not let occur. */
  readonly state: State;
}

/**
 * Goes through the incidents that do not occur by draw, up to the first point where something happens.
 * @param stop an incident that is not left to luck, if it is open when its place comes.
 */
export function standing({ protocol, luck }: DecideContext, state: State, stop: string | null = null): Standing {
  let at = state;
  for (;;) {
    const opening = protocol.open(at);
    if (opening.kind !== "incident" || opening.incident === stop) return { opening, state: at };
    const certain = opening.chance === 1;
    if (certain || occurs(luck.at(opening.site, at.round), opening.chance)) return { opening, state: at };
    at = protocol.pass(at, opening.incident);
  }
}

/** Decides a command. Model faults become `ModelFaulted`. */
export function decide(ground: DecideContext, state: State, command: Command): readonly RunEvent[] | Refused {
  const events: RunEvent[] = [];
  try {
    return decideInto(events, ground, state, command);
  } catch (error) {
    if (!(error instanceof Faulted)) throw error;
    const changes: Changes = { ended: "fault" };
    const asked = events.length === 0 && isChosen(command) ? { asked: command } : {};
    return [...events, { type: "ModelFaulted", version: 1, fault: error.fault, ...asked, changes }];
  }
}

/** Whether somebody asked for a step, so that nothing but a record can tell it again. */
function isChosen(command: Command): command is StepCommand {
  if (command.type === "MakeMoves") return command.choices.some(({ chosen }) => chosen !== "draw");
  return (command.type === "MakeMove" || command.type === "CauseIncident") && command.chosen !== "draw";
}

function decideInto(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  command: Command,
): readonly RunEvent[] | Refused {
  if (state.ended !== null) return refuse("ended", "The run has ended.");
  if (command.type === "StopRun") return end(events, ground, state, "unfinished", null);
  if (command.type === "CauseIncident" || command.type === "AvertIncident") {
    return decideIncident(events, ground, state, command);
  }
  const { opening, state: at } = standing(ground, state);
  if (command.type === "LetTimePass") return letTimePass(events, ground, state, at, opening);
  if (opening.kind === "incident") return refuse("a choice is open", `First, ${opening.incident} occurs.`);
  if (command.type === "MakeMoves") return makeMoves(events, ground, state, opening, command);
  return makeMove(events, ground, state, opening, command);
}

function refuse(refused: Refused["refused"], message: string): Refused {
  return { refused, message };
}

type Make = (changes: Changes) => RunEvent;

/** Makes one happening on the machine and records it. */
function record(
  events: RunEvent[],
  { machine }: DecideContext,
  before: State,
  happening: Happening,
  make: Make,
): State {
  const after = machine.step(before, happening);
  const event = make(differences(before, after));
  if (!sameState(evolve(before, event), after)) throw new Error(`evolve and the machine disagree after ${event.type}`);
  events.push(event);
  return after;
}

/** A step or tick with the rules it triggers and the end it brings. */
function step(
  events: RunEvent[],
  ground: DecideContext,
  before: State,
  happening: Happening,
  make: Make,
): readonly RunEvent[] {
  const { law } = ground;
  let state = record(events, ground, before, happening, make);
  const applied = new Set<string>();
  for (let index = 0; index < law.rules.length; index++) {
    const rule = law.rules[index];
    if (rule === undefined || applied.has(rule.id) || rule.when(state) === 0 || rule.when(before) !== 0) continue;
    applied.add(rule.id);
    state = record(events, ground, state, { type: `rule:${rule.id}` }, (changes) => ({
      type: "RuleApplied",
      version: 1,
      rule: rule.id,
      changes,
    }));
    index = -1;
  }
  return conclude(events, ground, state, happening.type === "tick");
}

/** Ends the run where an outcome holds, or at the horizon: there the outcomes that waited for it come first. */
export function conclude(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  ticked: boolean,
): readonly RunEvent[] {
  const { outcomes, treatment } = ground.law;
  const holding = (atEnd: boolean) =>
    outcomes.find((outcome) => outcome.atEnd === atEnd && outcome.when !== null && outcome.when(state) !== 0);
  const holds = holding(false);
  if (holds !== undefined) return end(events, ground, state, "outcome", holds.id);
  if (!ticked || treatment.rounds === null || state.round < treatment.rounds) return events;
  const waited = holding(true);
  if (waited !== undefined) return end(events, ground, state, "outcome", waited.id);
  return end(events, ground, state, "outcome", outcomes.find(({ when }) => when === null)?.id ?? null);
}

function end(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  reason: Exclude<Ended, "fault">,
  outcome: string | null,
): readonly RunEvent[] {
  record(events, ground, state, { type: "end", ended: reason, outcome }, (changes) => ({
    type: "RunEnded",
    version: 1,
    reason,
    outcome,
    changes,
  }));
  return events;
}

function letTimePass(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  at: State,
  opening: Opening,
): readonly RunEvent[] | Refused {
  switch (opening.kind) {
    case "incident":
      return incidentOccurs(events, ground, state, opening.incident, null, "draw");
    case "tick":
      return step(events, ground, state, { type: "tick" }, (changes) => ({
        type: "RoundOpened",
        version: 1,
        round: at.round + 1,
        changes,
      }));
    case "still": {
      const otherwise = ground.law.outcomes.find(({ when }) => when === null)?.id ?? null;
      return end(events, ground, state, otherwise === null ? "deadlock" : "outcome", otherwise);
    }
    default:
      return refuse("a choice is open", "Somebody has to choose before time passes.");
  }
}

/** Walks to a named incident, by draw, and makes it occur or keeps it from occurring. */
function decideIncident(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  command: Extract<Command, { type: "CauseIncident" | "AvertIncident" }>,
): readonly RunEvent[] | Refused {
  const { law, protocol, luck } = ground;
  const { incident } = command;
  if (!law.incidents.has(incident)) return refuse("unknown", `There is no incident ${incident}.`);
  let at = state;
  for (;;) {
    const opening = protocol.open(at);
    if (opening.kind !== "incident") return refuse("not enabled", `${incident} cannot occur now.`);
    if (opening.incident === incident) {
      if (command.type === "CauseIncident") {
        return incidentOccurs(events, ground, state, incident, command.branch, command.chosen);
      }
      if (opening.chance === 1) return refuse("not enabled", `${incident} is certain and cannot be averted.`);
      record(events, ground, state, { type: `avert:${incident}` }, (changes) => ({
        type: "IncidentAverted",
        version: 1,
        incident,
        chosen: command.chosen,
        changes,
      }));
      return events;
    }
    if (opening.chance === 1 || occurs(luck.at(opening.site, at.round), opening.chance)) {
      return refuse("a choice is open", `First, ${opening.incident} occurs.`);
    }
    at = protocol.pass(at, opening.incident);
  }
}

function incidentOccurs(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  incident: string,
  wanted: string | null,
  chosen: Chosen,
): readonly RunEvent[] | Refused {
  const branch = takeBranch(
    ground,
    state,
    ground.law.incidents.get(incident),
    `branch:incident:${incident}`,
    wanted,
    chosen,
  );
  if (branch !== null && "refused" in branch) return branch;
  const happening: Happening = { type: `incident:${incident}`, branch: branch?.branch ?? null };
  return step(events, ground, state, happening, (changes) => ({
    type: "IncidentOccurred",
    version: 1,
    incident,
    chosen,
    branch,
    changes,
  }));
}

/** Which way a step turns out: as wanted, if its odds allow, or by draw. */
function takeBranch(
  { luck }: DecideContext,
  state: State,
  compiled: LawStep | undefined,
  site: string,
  wanted: string | null,
  chosen: Chosen,
): BranchTaken | Refused | null {
  const ids = compiled?.definition.branches.map((branch) => branch.id) ?? [];
  if (compiled === undefined || ids.length === 0) {
    return wanted === null ? null : refuse("unknown", `It has no branch ${wanted}.`);
  }
  const odds = compiled.odds(state);
  if (wanted === null) {
    const id = ids[choose(luck, site, state.round, odds)] ?? "";
    return { branch: id, chosen: "draw" };
  }
  const index = ids.indexOf(wanted);
  if (index < 0) return refuse("unknown", `It has no branch ${wanted}; there are ${ids.join(", ")}.`);
  if (odds[index] === 0) return refuse("not enabled", `The branch ${wanted} cannot be taken now: its odds are zero.`);
  return { branch: wanted, chosen: chosen === "draw" ? "given" : chosen };
}

function makeMove(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  opening: Opening,
  choice: Choice,
): readonly RunEvent[] | Refused {
  const { actor, move, chosen } = choice;
  if (opening.kind === "joint") return refuse("incomplete", "Turns are simultaneous: all choices are made at once.");
  const refusal = refuseChoice(ground, state, opening, choice);
  if (refusal !== null) return refusal;
  if (move === hold) {
    return step(events, ground, state, { type: `hold:${actor}` }, (changes) => ({
      type: "TurnHeld",
      version: 1,
      actor,
      chosen,
      changes,
    }));
  }
  const branch = takeBranch(ground, state, ground.law.moves.get(move), `branch:${move}`, choice.branch, chosen);
  if (branch !== null && "refused" in branch) return branch;
  const happening: Happening = { type: `move:${move}`, branch: branch?.branch ?? null };
  return step(events, ground, state, happening, (changes) => ({
    type: "MoveMade",
    version: 1,
    actor,
    move,
    chosen,
    branch,
    changes,
  }));
}

function refuseChoice(ground: DecideContext, state: State, opening: Opening, choice: Choice): Refused | null {
  const { actor, move } = choice;
  const definition = ground.law.moves.get(move)?.definition;
  if (move !== hold && definition === undefined) return refuse("unknown", `There is no move ${move}.`);
  if (definition !== undefined && "by" in definition && definition.by !== actor) {
    return refuse("unknown", `${move} is a move of ${definition.by}, not of ${actor}.`);
  }
  if (opening.kind === "turn") {
    if (opening.actor !== actor) return refuse("not its turn", `It is the turn of ${opening.actor}, not of ${actor}.`);
    return isOpen(ground, state, opening, choice) ? null : notEnabled(move, opening.options);
  }
  if (opening.kind === "free") {
    const open = opening.options.map((option) => option.move);
    return open.includes(move) ? null : notEnabled(move, open);
  }
  return refuse("not its turn", "Nobody has a turn now: time passes first.");
}

/** Whether a turn has a choice; a policy whose weights are all zero has an actor hold that must move, a person cannot. */
function isOpen({ weigher }: DecideContext, state: State, turn: Turn, { move, chosen }: Choice): boolean {
  if (turn.options.includes(move)) return true;
  return move === hold && chosen !== "person" && weighsNothing(weigher.turn(state, turn));
}

function notEnabled(move: string, open: readonly string[]): Refused {
  return refuse("not enabled", `${move} is not open now; open are ${open.join(", ")}.`);
}

/** A joint step: every actor with moves has chosen. Branches are drawn before the lot. */
function makeMoves(
  events: RunEvent[],
  ground: DecideContext,
  state: State,
  opening: Opening,
  { choices, order: wanted }: Extract<StepCommand, { type: "MakeMoves" }>,
): readonly RunEvent[] | Refused {
  if (opening.kind !== "joint") return refuse("not its turn", "Turns are not simultaneous now.");
  const taken: ChosenMove[] = [];
  for (const turn of opening.turns) {
    const choice = choices.find((candidate) => candidate.actor === turn.actor);
    if (choice === undefined) return refuse("incomplete", `${turn.actor} has not chosen yet.`);
    if (!isOpen(ground, state, turn, choice)) return notEnabled(choice.move, turn.options);
    const move = takeJointMove(ground, state, choice);
    if ("refused" in move) return { ...move, actor: turn.actor };
    taken.push(move);
  }
  const parts = taken.map(({ actor, move, branch }) => ({ actor, move, branch: branch?.branch ?? null }));
  const lot = lotOf(ground, state, parts, wanted ?? null);
  if (lot !== null && "refused" in lot) return lot;
  const order = lot?.order ?? parts.map(({ actor }) => actor);
  const { forestalled, overruled } = ground.law.joint.settle(state, parts, order);
  const moves = taken.map((one) => ({
    ...one,
    forestalled: forestalled.has(one.actor),
    overruled: overruled.get(one.actor) ?? [],
  }));
  return step(events, ground, state, { type: "joint", parts, order }, (changes) => ({
    type: "MovesMade",
    version: 2,
    moves,
    lot,
    changes,
  }));
}

type ChosenMove = Omit<JointMove, "forestalled" | "overruled">;

/** A choice of the joint step with the way it turns out; its odds read the state as the turns opened. */
function takeJointMove(ground: DecideContext, state: State, choice: Choice): ChosenMove | Refused {
  const { actor, move, chosen } = choice;
  if (move === hold) return { actor, move: null, chosen, branch: null };
  const branch = takeBranch(ground, state, ground.law.moves.get(move), `branch:${move}`, choice.branch, chosen);
  if (branch !== null && "refused" in branch) return branch;
  return { actor, move, chosen, branch };
}

/** The order in which moves are gone through: as given, or by lot; null where every order gives the same. */
function lotOf(
  { law, luck }: DecideContext,
  state: State,
  parts: readonly JointPart[],
  wanted: readonly string[] | null,
): Lot | Refused | null {
  const movers = parts.flatMap(({ actor, move }) => (move === null ? [] : [actor]));
  if (wanted !== null && (wanted.length !== movers.length || !movers.every((actor) => wanted.includes(actor)))) {
    return refuse("unknown", `The order must name each of ${movers.join(", ")} once.`);
  }
  if (!law.joint.orderMatters(state, parts)) return null;
  if (wanted !== null) return { order: wanted, chosen: "given" };
  const words = movers.map((actor) => ({ actor, word: luck.at(`lot:${actor}`, state.round) }));
  words.sort((one, other) => one.word - other.word || (one.actor < other.actor ? -1 : 1));
  return { order: words.map(({ actor }) => actor), chosen: "draw" };
}
