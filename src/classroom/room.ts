/**
 * The state of a room, folded from its events.
 *
 * `evolve` is total and reads nothing but the event. Who is connected is no part of it: that is true of a moment, not of
 * the lesson.
 */
import { type Draft, produce } from "immer";
import type { Channel, Pace, Phase, Role, RoomEvent, RoomOpened, Timing } from "./event.ts";

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
  /** Null until the lesson begins. */
  readonly phase: Phase | null;
  readonly deadline: number | null;
  /** Set while the clock stands still. */
  readonly paused: { readonly left: number | null } | null;
  /** The reveal waits for those who are late. */
  readonly held: boolean;
  /** In the order in which they came. */
  readonly seats: readonly Seat[];
  /** Delegations for which a policy decides though people were to. */
  readonly bots: readonly Role[];
  /** Of the turn that is open. */
  readonly proposals: readonly Proposal[];
  readonly sealed: readonly Proposal[];
  readonly messages: readonly Message[];
  /** Positions of incidents that the teacher caused in the present run. */
  readonly injected: readonly number[];
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
    phase: null,
    deadline: null,
    paused: null,
    held: false,
    seats: [],
    bots: [],
    proposals: [],
    sealed: [],
    messages: [],
    injected: [],
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
      return;
    case "SeatRemoved":
      changeSeat(draft, event.seat, { removed: true });
      return;
    case "SeatMuted":
      changeSeat(draft, event.seat, { muted: event.muted });
      return;
    case "BotSeated":
      draft.bots.push(event.actor);
      draft.proposals = draft.proposals.filter(({ actor }) => actor !== event.actor);
      draft.sealed = draft.sealed.filter(({ actor }) => actor !== event.actor);
      return;
    case "SeatReturned":
      draft.bots = draft.bots.filter((actor) => actor !== event.actor);
      return;
    case "PhaseBegan":
      draft.phase = event.phase;
      if (draft.position !== event.position) closeTurn(draft);
      draft.position = event.position;
      for (const actor of event.open) draft.turns[actor] = turnOf(draft, actor) + 1;
      draft.deadline = event.deadline;
      draft.paused = null;
      draft.held = false;
      return;
    case "Paused":
      draft.paused = { left: event.left };
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
      draft.injected.push(event.position);
      closeTurn(draft);
      return;
    case "RunPointed":
      draft.run = event.run;
      draft.runs.push(event.run);
      draft.injected = draft.injected.filter((position) => position < event.shared);
      closeTurn(draft);
      return;
    case "MessageSent": {
      const { message: id, from, role, to, round } = event;
      draft.messages.push({ id, from, role, to, round, hidden: false, news: false });
      return;
    }
    case "NewsInjected": {
      const { message: id, round } = event;
      draft.messages.push({ id, from: "teacher", role: null, to: "all", round, hidden: false, news: true });
      return;
    }
    case "MessageHidden": {
      const message = draft.messages.find(({ id }) => id === event.message);
      if (message !== undefined) message.hidden = event.hidden;
    }
  }
}

/** The run has moved on: what was proposed and sealed before is settled or void. */
function closeTurn(draft: Draft<RoomState>): void {
  draft.proposals = [];
  draft.sealed = [];
}

function changeSeat(draft: Draft<RoomState>, id: string, change: Partial<Seat>): void {
  const seat = draft.seats.find((candidate) => candidate.id === id);
  if (seat !== undefined) Object.assign(seat, change);
}

/** The number of a delegation's turn; 0 before its first. */
export const turnOf = ({ turns }: Pick<RoomState, "turns">, actor: Role): number =>
  Object.hasOwn(turns, actor) ? (turns[actor] ?? 0) : 0;

/** Seats that take part: confirmed and not removed. */
export function seated(room: RoomState): readonly (Seat & { readonly role: Role })[] {
  return room.seats.flatMap((seat) => (seat.role === null || seat.removed ? [] : [{ ...seat, role: seat.role }]));
}

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
