/**
 * The state of a room, folded from its events.
 *
 * `evolve` is total and reads nothing but the event. Who is connected is no part of it: that is true of a moment, not of
 * the lesson.
 */
import { type Draft, produce } from "immer";
import type { Channel, LessonPhase, Pace, Role, RoomEvent, RoomOpened, StopReason, Timing } from "./event.ts";

export interface Seat {
  readonly id: string;
  /** Null until the teacher has confirmed it. */
  readonly role: Role | null;
  readonly wish: Role | null;
  readonly removed: boolean;
  readonly muted: boolean;
}

export interface Proposal {
  readonly seat: string;
  readonly actor: Role;
  readonly move: string;
}

export interface Message {
  readonly id: string;
  /** A seat's id, or `teacher`. */
  readonly from: string;
  readonly role: Role | null;
  readonly to: Channel;
  readonly round: number;
  readonly hidden: boolean;
  /** News of the teacher's, told like the crisis's own. */
  readonly news: boolean;
}

/** A clock that stands still. */
export interface Pause {
  /** Milliseconds that were left; null without a limit. */
  readonly left: number | null;
  /** Null where the teacher paused. */
  readonly reason: StopReason | null;
}

export interface RoomState {
  readonly id: string;
  readonly scenario: RoomOpened["scenario"];
  readonly overlay: string | null;
  readonly people: readonly Role[];
  readonly perDelegation: number;
  readonly timing: Timing;
  readonly pace: Pace;
  readonly openedAt: number;
  /** Stream of the present run, and of all runs so far, the present one last. */
  readonly run: string;
  readonly runs: readonly string[];
  /** Length of the present run. */
  readonly position: number;
  /**
   * How many turns have opened for each delegation: what names a turn towards a browser. The length of the run would
   * betray how much happened in secret.
   */
  readonly turns: Readonly<Record<Role, number>>;
  /** How often the lesson has come to something new: a phase, a turn, an incident. What names a stage to the teacher. */
  readonly stage: number;
  /** Null until the lesson begins. */
  readonly phase: LessonPhase | null;
  readonly deadline: number | null;
  /** Set while the clock stands still. */
  readonly paused: Pause | null;
  /** The reveal waits for those who are late. */
  readonly held: boolean;
  /** Newcomers may not ask for a seat. */
  readonly joiningClosed: boolean;
  /** In the order in which they came. */
  readonly seats: readonly Seat[];
  /** Delegations for which a policy decides though people were to. */
  readonly bots: readonly Role[];
  /** Of the turn that is open. */
  readonly proposals: readonly Proposal[];
  readonly sealed: readonly Proposal[];
  /** Delegations that had sealed and are asked again, since an incident closed what they chose. */
  readonly voided: readonly Role[];
  /** Incidents that the teacher let happen in this turn and that everybody may know of. */
  readonly incidents: readonly string[];
  readonly messages: readonly Message[];
  /** How many messages came from each seat. */
  readonly said: Readonly<Record<string, number>>;
  /** Messages that were hidden or shown again, by their index, in the order in which that happened. */
  readonly hides: readonly number[];
}

/** The state after an event; null stands before the first. */
export function evolve(state: RoomState | null, event: RoomEvent): RoomState {
  if (event.type === "RoomOpened") return opened(event);
  if (state === null) throw new Error(`a room begins with RoomOpened, not with ${event.type}`);
  return produce(state, (draft) => apply(draft, event));
}

function opened({ room, at, run, scenario, overlay, people, perDelegation, timing, pace }: RoomOpened): RoomState {
  return {
    id: room,
    scenario,
    overlay,
    people,
    perDelegation,
    timing,
    pace,
    openedAt: at,
    run,
    runs: [run],
    position: 0,
    turns: {},
    stage: 0,
    phase: null,
    deadline: null,
    paused: null,
    held: false,
    joiningClosed: false,
    seats: [],
    bots: [],
    proposals: [],
    sealed: [],
    voided: [],
    incidents: [],
    messages: [],
    said: {},
    hides: [],
  };
}

type Later = Exclude<RoomEvent, RoomOpened>;

function apply(draft: Draft<RoomState>, event: Later): void {
  switch (event.type) {
    case "SeatRequested":
      draft.seats.push({ id: event.seat, role: null, wish: event.wish, removed: false, muted: false });
      return;
    case "SeatConfirmed":
    case "SeatMoved":
      changeSeat(draft, event.seat, { role: event.role, removed: false });
      dropProposals(draft, event.seat);
      return;
    case "SeatRemoved":
      changeSeat(draft, event.seat, { removed: true });
      dropProposals(draft, event.seat);
      return;
    case "JoiningClosed":
      draft.joiningClosed = event.closed;
      return;
    case "SeatMuted":
      changeSeat(draft, event.seat, { muted: event.muted });
      return;
    case "BotSeated":
      draft.bots.push(event.actor);
      draft.proposals = draft.proposals.filter(({ actor }) => actor !== event.actor);
      draft.sealed = draft.sealed.filter(({ actor }) => actor !== event.actor);
      draft.voided = draft.voided.filter((actor) => actor !== event.actor);
      return;
    case "SeatReturned":
      draft.bots = draft.bots.filter((actor) => actor !== event.actor);
      return;
    case "PhaseBegan":
      draft.phase = event.phase;
      draft.stage += 1;
      draft.incidents = [];
      if (draft.position !== event.position) closeTurn(draft);
      draft.position = event.position;
      for (const actor of event.open) draft.turns[actor] = turnOf(draft, actor) + 1;
      draft.deadline = event.deadline;
      draft.paused = null;
      draft.held = false;
      return;
    case "Paused":
      draft.paused = { left: event.left, reason: null };
      draft.deadline = null;
      return;
    case "ClockStopped":
      draft.paused = { left: event.left, reason: event.reason };
      draft.deadline = null;
      return;
    case "Resumed":
      draft.paused = null;
      draft.deadline = event.deadline;
      return;
    case "Extended":
      draft.deadline = event.deadline;
      return;
    case "RevealHeld":
      draft.held = event.held;
      return;
    default:
      applyPlay(draft, event);
  }
}

function applyPlay(draft: Draft<RoomState>, event: Later): void {
  switch (event.type) {
    case "ChoiceProposed":
      draft.proposals = draft.proposals.filter(({ seat }) => seat !== event.seat);
      draft.proposals.push({ seat: event.seat, actor: event.actor, move: event.move });
      return;
    case "ChoiceSealed":
      draft.sealed.push({ seat: event.seat, actor: event.actor, move: event.move });
      return;
    case "ChoicesRevealed":
      closeTurn(draft);
      return;
    case "IncidentInjected":
      if (event.version === 1) closeTurn(draft);
      else keepOpenChoices(draft, event);
      return;
    case "RunPointed":
      draft.run = event.run;
      draft.runs.push(event.run);
      closeTurn(draft);
      return;
    case "MessageSent": {
      const { message: id, from, role, to, round } = event;
      draft.messages.push({ id, from, role, to, round, hidden: false, news: false });
      draft.said[from] = (Object.hasOwn(draft.said, from) ? (draft.said[from] ?? 0) : 0) + 1;
      return;
    }
    case "NewsInjected": {
      const { message: id, round } = event;
      draft.messages.push({ id, from: "teacher", role: null, to: "all", round, hidden: false, news: true });
      return;
    }
    case "MessageHidden": {
      const index = draft.messages.findIndex(({ id }) => id === event.message);
      const message = draft.messages[index];
      if (message === undefined) return;
      message.hidden = event.hidden;
      draft.hides.push(index);
    }
  }
}

/** The run has moved on: what was proposed and sealed before is settled or void. */
function closeTurn(draft: Draft<RoomState>): void {
  draft.proposals = [];
  draft.sealed = [];
  draft.voided = [];
}

/** An incident came in between: what is still open stands, the rest is asked again. */
function keepOpenChoices(
  draft: Draft<RoomState>,
  { incident, length, told, voided, dropped }: Extract<RoomEvent, { type: "IncidentInjected"; version: 2 }>,
): void {
  draft.stage += 1;
  draft.position = length;
  if (told) draft.incidents.push(incident);
  draft.proposals = draft.proposals.filter(({ seat }) => !dropped.includes(seat));
  draft.sealed = draft.sealed.filter(({ actor }) => !voided.includes(actor));
  draft.voided = [...new Set([...draft.voided, ...voided])];
  // A choice for the turn as it was is not taken for one in the turn as it is.
  for (const actor of voided) draft.turns[actor] = turnOf(draft, actor) + 1;
}

/** Whoever leaves a delegation has no say in it any more. */
function dropProposals(draft: Draft<RoomState>, seat: string): void {
  draft.proposals = draft.proposals.filter((proposal) => proposal.seat !== seat);
}

function changeSeat(draft: Draft<RoomState>, id: string, change: Partial<Seat>): void {
  const seat = draft.seats.find((candidate) => candidate.id === id);
  if (seat !== undefined) Object.assign(seat, change);
}

/** The number of a delegation's turn; 0 before its first. */
export const turnOf = ({ turns }: Pick<RoomState, "turns">, actor: Role): number =>
  Object.hasOwn(turns, actor) ? (turns[actor] ?? 0) : 0;

/**
 * Whether a delegation has decided in this turn, as the others can tell: also where an incident closed what it had
 * sealed, which is for it alone to know.
 */
export const hasDecided = ({ sealed, voided }: Pick<RoomState, "sealed" | "voided">, actor: Role): boolean =>
  voided.includes(actor) || sealed.some((choice) => choice.actor === actor);

/** Seats that take part: confirmed and not removed. */
export function seated(room: RoomState): readonly (Seat & { readonly role: Role })[] {
  return room.seats.flatMap((seat) => (seat.role === null || seat.removed ? [] : [{ ...seat, role: seat.role }]));
}

/** Seats that wait to be let in. */
export const waiting = (room: RoomState): readonly Seat[] =>
  room.seats.filter(({ role, removed }) => role === null && !removed);

/** Members of a delegation. */
export function membersOf(room: RoomState, actor: Role): readonly Seat[] {
  return seated(room).filter(({ role }) => role === actor);
}

/** Delegations for which people decide now. */
export function deciding(room: RoomState): readonly Role[] {
  return room.people.filter((actor) => !room.bots.includes(actor));
}

/** Whether anything can still be decided or said in role. */
export function isUnderWay(room: RoomState): boolean {
  return room.phase === "briefing" || room.phase === "round";
}
