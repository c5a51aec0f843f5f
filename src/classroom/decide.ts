/**
 * From a command of a seat or of the teacher to what follows from it, in the room and in its run, or to a refusal.
 *
 * `decide` is a pure function of the room, its run, the clock and the command. What it returns belongs together: the
 * server appends it in one transaction. A choice enters the run only at the reveal; until then it is the room's secret.
 */
import type { Choice } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { hold, type Turn } from "../engine/protocol.ts";
import type { Session } from "../engine/session.ts";
import { extendChain } from "../log/chain.ts";
import { forkAt, isForkable } from "../log/fork.ts";
import type { SeatCommand, TeacherCommand } from "./command.ts";
import { decideSeating } from "./decideSeating.ts";
import { type DecideResult, following, isRoomRefused, only, type RoomDecision, refuse } from "./decision.ts";
import { type LessonPhase, outsideRoles, type Role, type RoomEvent, type StopReason, type Timing } from "./event.ts";
import { openTurns } from "./openTurns.ts";
import {
  deciding,
  evolve,
  hasDecided,
  isUnderWay,
  membersOf,
  type Proposal,
  type RoomState,
  type Seat,
  turnOf,
} from "./room.ts";
import { isChoiceOfPeople, type LessonRun, lead, moveOfOthers, proceed, runOf, sessionOf } from "./run.ts";

/** What a decision rests on. */
export interface RoomContext {
  readonly room: RoomState;
  readonly run: LessonRun;
  /** The server's clock, in milliseconds. */
  readonly now: number;
}

/** Milliseconds after which a deadline counts as missed, not met: nobody was there to see it pass. */
export const lateMs = 5000;

/** Milliseconds that a class has at least once it goes on after a deadline that was missed. */
const graceMs = 60_000;

/** The turns that are open to people now. */
export function turnsNow({ room, run }: Pick<RoomContext, "room" | "run">): readonly Turn[] {
  return room.phase === "round" ? openTurns(sessionOf(run, deciding(room))) : [];
}

/**
 * What somebody at a seat asks.
 * @param alone nobody else of the delegation is there to confirm.
 */
export function decideSeat(ground: RoomContext, seat: Seat, command: SeatCommand, alone: boolean): DecideResult {
  const { room, run } = ground;
  const { role } = seat;
  if (role === null || seat.removed) return refuse("no such seat");
  if (command.type === "Say") return say(ground, seat, role, command);
  if (room.phase !== "round") return refuse("not under way");
  if (room.paused !== null) return refuse("paused");
  if (command.turn !== turnOf(room, role)) return refuse("turn over");
  const turn = turnsNow(ground).find(({ actor }) => actor === role);
  if (turn === undefined) return refuse("not your turn");
  if (room.sealed.some(({ actor }) => actor === role)) return refuse("sealed already");
  const { move } = command;
  if (!turn.options.includes(move)) return refuse("not open");
  const choice = { version: 1, seat: seat.id, actor: role, move, position: room.position } as const;
  if (command.type === "Propose") return only({ type: "ChoiceProposed", ...choice });
  const proposers = room.proposals.filter((proposal) => proposal.actor === role && proposal.move === move);
  if (!alone && !proposers.some((proposal) => proposal.seat !== seat.id)) return refuse("someone else confirms");
  const sealed: RoomEvent = { type: "ChoiceSealed", ...choice };
  const after: RoomContext = {
    ...ground,
    room: { ...room, sealed: [...room.sealed, { seat: seat.id, actor: role, move }] },
  };
  return following(only(sealed), completes(after) ? reveal({ ...after, run }) : null);
}

/**
 * Whether all have decided and nobody need wait for the teacher. A delegation that is asked again is not waited for:
 * that would tell the others that an incident closed what it had sealed. In free turns an open move is made at once; a
 * covert one waits until time is up, as if nobody had moved.
 */
function completes(ground: RoomContext): boolean {
  const { room, run } = ground;
  if (room.pace === "by hand" || room.phase !== "round" || room.paused !== null) return false;
  const turns = turnsNow(ground);
  if (run.engine.law.treatment.turns === "free") {
    return room.sealed.some(({ move }) => isOpenMove(run, move));
  }
  // After an incident that all know of, all have the time that is left: whoever is asked again is not cut short, and
  // nobody can tell whether somebody was.
  if (room.incidents.length > 0) return false;
  return turns.length > 0 && turns.every(({ actor }) => hasDecided(room, actor));
}

/** Whether everybody sees a move when it is made. */
const isOpenMove = ({ scenario }: LessonRun, move: string): boolean =>
  scenario.model.moves.some(({ id, knownTo }) => id === move && knownTo === null);

function say(
  { room, run }: RoomContext,
  seat: Seat,
  role: Role,
  { to, text }: Extract<SeatCommand, { type: "Say" }>,
): DecideResult {
  if (to !== "teacher") {
    if (!isUnderWay(room)) return refuse("not under way");
    if (seat.muted) return refuse("muted");
    const outside = (outsideRoles as readonly Role[]).includes(role);
    if (outside && !(role === "press" && to === "all")) return refuse("not allowed");
    const addressee = to.startsWith("to:") ? to.slice(3) : null;
    const known = run.scenario.model.actors.some(({ id }) => id === addressee && id !== role);
    if (addressee !== null && !known) return refuse("no such delegation");
  }
  const message = `m${room.messages.length + 1}`;
  return only({ type: "MessageSent", version: 1, message, from: seat.id, role, to, text, round: run.state.round });
}

/** What the teacher asks. */
export function decideTeacher(ground: RoomContext, command: TeacherCommand): DecideResult {
  const { room, run, now } = ground;
  if (room.phase === "closed") return refuse("not now");
  if ("stage" in command && command.stage !== room.stage) return refuse("moved on");
  const message = `m${room.messages.length + 1}`;
  switch (command.type) {
    case "Admit":
    case "AdmitAll":
    case "Remove":
    case "RemoveWaiting":
    case "CloseJoining":
    case "Mute":
      return decideSeating(room, command);
    case "SeatBot":
      return seatBot(ground, command.actor);
    case "ReturnSeat":
      if (!room.bots.includes(command.actor)) return refuse("nothing to do");
      return only({ type: "SeatReturned", version: 1, actor: command.actor });
    case "GoOn":
      return goOn(ground);
    case "Reveal":
      return room.phase === "round" ? reveal(ground) : refuse("not now");
    case "Pause": {
      if (room.paused !== null || !isUnderWay(room)) return refuse("nothing to do");
      const left = room.deadline === null ? null : Math.max(0, room.deadline - now);
      return only({ type: "Paused", version: 1, left });
    }
    case "Resume": {
      if (room.paused === null) return refuse("nothing to do");
      const { left } = room.paused;
      const resumed: RoomEvent = { type: "Resumed", version: 1, deadline: left === null ? null : now + left };
      // Who was waited for may have left the choice to a policy meanwhile.
      const after: RoomContext = { ...ground, room: evolve(room, resumed) };
      return following(only(resumed), completes(after) ? reveal(after) : null);
    }
    case "Extend": {
      if (room.phase === null || room.phase === "ended") return refuse("not now");
      const more = command.minutes * 60_000;
      if (room.paused !== null) return only(stopped(room.paused.reason, (room.paused.left ?? 0) + more));
      return only({ type: "Extended", version: 1, deadline: Math.max(now, room.deadline ?? now) + more });
    }
    case "Hold":
      if (room.phase !== "round" || room.held === command.held) return refuse("nothing to do");
      return only({ type: "RevealHeld", version: 1, held: command.held });
    case "CauseIncident":
      return causeIncident(ground, command.incident);
    case "TellNews":
      return only({ type: "NewsInjected", version: 1, message, text: command.text, round: run.state.round });
    case "Broadcast": {
      const said = { from: "teacher", role: null, to: "all", text: command.text, round: run.state.round } as const;
      return only({ type: "MessageSent", version: 1, message, ...said });
    }
    case "Hide":
      if (!room.messages.some(({ id }) => id === command.message)) return refuse("nothing to do");
      return only({ type: "MessageHidden", version: 1, message: command.message, hidden: command.hidden });
    case "Undo":
      return undo(ground, command.position, command.luck);
    case "EndRounds":
      return isUnderWay(room) ? only(phase(ground, "ended", room.position)) : refuse("not now");
  }
}

function seatBot(ground: RoomContext, actor: Role): DecideResult {
  const { room } = ground;
  const people = deciding(room);
  if (!people.includes(actor)) return refuse("no such delegation");
  if (people.length === 1) return refuse("not allowed");
  const seatedBot: RoomEvent = { type: "BotSeated", version: 1, actor };
  const after: RoomContext = { ...ground, room: evolve(room, seatedBot) };
  if (room.phase !== "round") return only(seatedBot);
  if (turnsNow(after).length > 0) return following(only(seatedBot), completes(after) ? reveal(after) : null);
  return following(only(seatedBot), stillStopped(ground, reveal(after)));
}

/** What follows by itself while the clock stands: it goes on standing, with the time of the turn that opens. */
function stillStopped({ room, now }: RoomContext, answer: DecideResult): DecideResult {
  const next = isRoomRefused(answer) ? undefined : answer.room.at(-1);
  if (isRoomRefused(answer) || room.paused === null || next?.type !== "PhaseBegan" || next.deadline === null)
    return answer;
  return { ...answer, room: [...answer.room, stopped(room.paused.reason, next.deadline - now)] };
}

/** The clock stands still, with so many milliseconds left; without a reason where the teacher paused. */
const stopped = (reason: StopReason | null, left: number): RoomEvent =>
  reason === null ? { type: "Paused", version: 1, left } : { type: "ClockStopped", version: 1, reason, left };

/** The next part of the lesson. */
function goOn(ground: RoomContext): DecideResult {
  const { room, run } = ground;
  switch (room.phase) {
    case null:
      return only(phase(ground, "briefing", run.events.length));
    case "briefing": {
      // Delegations to which nobody came are left to their policies, on the record.
      const empty = room.people.filter((actor) => !room.bots.includes(actor) && membersOf(room, actor).length === 0);
      const people = deciding(room).filter((actor) => !empty.includes(actor));
      if (people.length === 0) return refuse("no such delegation");
      const session = sessionOf(run, people);
      const events = lead(session);
      if (isRefused(events)) return refuse("not now");
      const bots = empty.map((actor): RoomEvent => ({ type: "BotSeated", version: 1, actor }));
      return { room: [...bots, nextTurn(ground, session, run.events.length + events.length)], run: events, fork: null };
    }
    case "ended":
      return only(phase(ground, "debrief", room.position));
    case "debrief":
      return only(phase(ground, "closed", room.position));
    default:
      return refuse("not now");
  }
}

function phase(
  { room, run, now }: RoomContext,
  next: NonNullable<RoomState["phase"]>,
  position: number,
  { round, open }: { readonly round: number; readonly open: readonly Role[] } = { round: run.state.round, open: [] },
): RoomEvent {
  const minutes = minutesOf(room.timing, next, round);
  const deadline = minutes === null ? null : now + minutes * 60_000;
  return { type: "PhaseBegan", version: 1, phase: next, position, open, deadline };
}

/** Minutes that a part of the lesson takes; null without a limit. */
function minutesOf({ briefing, rounds, debrief }: Timing, part: LessonPhase, round: number): number | null {
  if (part === "briefing") return briefing;
  if (part === "debrief") return debrief;
  return part === "round" ? (rounds[Math.min(round, rounds.length - 1)] ?? null) : null;
}

/** The turn that opens where a session has come to; or the end. */
function nextTurn(ground: RoomContext, session: Session, position: number): RoomEvent {
  const { ended, round } = session.state;
  if (ended !== null) return phase(ground, "ended", position);
  return phase(ground, "round", position, { round, open: openTurns(session).map(({ actor }) => actor) });
}

/** Sealed choices enter the run; whoever has not decided holds. */
function reveal(ground: RoomContext): DecideResult {
  const { room, run } = ground;
  const session = sessionOf(run, deciding(room));
  const free = run.engine.law.treatment.turns === "free";
  const late: Role[] = [];
  const choices = openTurns(session).flatMap(({ actor, options }): readonly Choice[] => {
    const sealed = room.sealed.find((choice) => choice.actor === actor);
    if (sealed !== undefined) return [{ actor, move: sealed.move, chosen: "person", branch: null }];
    if (!free) late.push(actor);
    return free || !options.includes(hold) ? [] : [{ actor, move: hold, chosen: "given", branch: null }];
  });
  // In free turns whoever sealed first moves. An open move goes before a covert one, or its delay would betray that one.
  const moves = choices.filter(({ move }) => move !== hold);
  const queue = room.sealed.flatMap(({ actor }) => moves.filter((choice) => choice.actor === actor));
  const first = queue.find(({ move }) => isOpenMove(run, move)) ?? queue[0];
  const events = proceed(session, free ? [first ?? moveOfOthers(session) ?? []].flat() : choices);
  if (isRefused(events)) return refuse("not open");
  const revealed: RoomEvent = { type: "ChoicesRevealed", version: 1, position: run.events.length, late };
  return { room: [revealed, nextTurn(ground, session, run.events.length + events.length)], run: events, fork: null };
}

/**
 * Time is up: the reveal comes by itself, unless it is held. Null where there is nothing to do.
 * @param late milliseconds since the deadline. Where nobody can have seen it pass, the clock stops instead.
 */
export function whenTimeIsUp(ground: RoomContext, late: number): RoomDecision | null {
  const { room } = ground;
  if (room.deadline === null || room.phase !== "round" || room.pace === "by hand" || room.held) return null;
  if (late > lateMs) return only({ type: "ClockStopped", version: 1, reason: "late", left: graceMs });
  const answer = reveal(ground);
  return isRoomRefused(answer) ? null : answer;
}

/**
 * The machine's clock was set, or the machine slept: the clock of a lesson under way stops. Null where none runs.
 * @param left milliseconds until the deadline, as the class has lived them.
 */
export function whenClockJumps({ room }: Pick<RoomContext, "room">, left: number): RoomDecision | null {
  if (room.deadline === null || !isUnderWay(room)) return null;
  return only({ type: "ClockStopped", version: 1, reason: "jumped", left: Math.max(0, Math.round(left)) });
}

/** Incidents that the teacher can let occur now. */
export function incidentsNow(ground: Pick<RoomContext, "room" | "run">): readonly string[] {
  const { room, run } = ground;
  if (room.phase !== "round") return [];
  return run.scenario.model.incidents
    .map(({ id }) => id)
    .filter((incident) => {
      const asked = { type: "CauseIncident", incident, branch: null, chosen: "person" } as const;
      const events = sessionOf(run, deciding(room)).propose(asked);
      return !isRefused(events) && !events.some(({ type }) => type === "ModelFaulted");
    });
}

function causeIncident(ground: RoomContext, incident: string): DecideResult {
  const { room, run } = ground;
  if (room.phase !== "round") return refuse("not now");
  const session = sessionOf(run, deciding(room));
  const caused = session.propose({ type: "CauseIncident", incident, branch: null, chosen: "person" });
  if (isRefused(caused)) return refuse("not open");
  session.apply(caused);
  const led = lead(session);
  if (isRefused(led)) return refuse("not open");
  const events = [...caused, ...led];
  const position = run.events.length;
  const length = position + events.length;
  const goesOn = led.length === 0 && session.state.ended === null;
  const told = run.scenario.model.incidents.some(({ id, knownTo }) => id === incident && knownTo === null);
  const isOpen = ({ actor, move }: Proposal): boolean =>
    goesOn && openTurns(session).some((turn) => turn.actor === actor && turn.options.includes(move));
  const injected: RoomEvent = {
    type: "IncidentInjected",
    version: 2,
    incident,
    position,
    length,
    told,
    voided: room.sealed.filter((choice) => !isOpen(choice)).map(({ actor }) => actor),
    dropped: room.proposals.filter((proposal) => !isOpen(proposal)).map(({ seat }) => seat),
  };
  if (!goesOn) return { room: [injected, nextTurn(ground, session, length)], run: events, fork: null };
  const recorded = [...run.recorded, ...extendChain(run.recorded.at(-1), events)];
  const after: RoomContext = {
    ...ground,
    room: evolve(room, injected),
    run: runOf(run.scenario, recorded, run.engine),
  };
  return following({ room: [injected], run: events, fork: null }, completes(after) ? reveal(after) : null);
}

/** Goes back to an earlier turn in a new run; the old one stays as it is. */
function undo(ground: RoomContext, position: number, luck: "same" | "fresh"): DecideResult {
  const { room, run } = ground;
  if (room.phase !== "round" && room.phase !== "ended") return refuse("not now");
  if (!turnPositions(ground).includes(position)) return refuse("nothing to do");
  const seed = luck === "same" ? null : `${run.seed}/${room.runs.length + 1}`;
  const { prefix, forked } = forkAt(run.recorded, position - 1, seed);
  const past = [...prefix, ...extendChain(prefix.at(-1), [forked])];
  const session = sessionOf(runOf(run.scenario, past, run.engine), deciding(room));
  const led = lead(session);
  if (isRefused(led)) return refuse("not now");
  const events = [forked, ...led];
  const stream = `${room.runs[0] ?? room.run}.${room.runs.length + 1}`;
  const pointed: RoomEvent = { type: "RunPointed", version: 1, run: stream, parent: room.run, shared: position, luck };
  return {
    room: [pointed, nextTurn(ground, session, position + events.length)],
    run: events,
    fork: { stream, prefix },
  };
}

/** Lengths that the run had when people's turns opened: where it can be taken up again. */
export function turnPositions({ room, run }: Pick<RoomContext, "room" | "run">): readonly number[] {
  const people = new Set(room.people);
  return run.events.flatMap((event, index) => {
    const chose =
      (event.type === "MovesMade" && event.moves.some(({ actor }) => people.has(actor))) ||
      ((event.type === "MoveMade" || event.type === "TurnHeld") && isChoiceOfPeople(event) && people.has(event.actor));
    return chose && isForkable(run.events, index - 1) ? [index] : [];
  });
}
