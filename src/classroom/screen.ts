/**
 * Assembles what a screen of a room shows, for a student, the teacher or the projector.
 *
 * Secrecy is decided here and in `news.ts`, nowhere else: a student's screen takes from the run only what the engine's
 * view of the actor shows, and from the room what is public or the delegation's own.
 */

import { namingOf } from "../report/naming.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Analysis } from "./analysis.ts";
import { debriefOf, tellAnalysis } from "./debrief.ts";
import { incidentsNow, turnPositions, turnsNow } from "./decide.ts";
import { outsideRoles, type Role } from "./event.ts";
import { briefingOf, knownTo, newsOf, optionsOf, standOf, wholeNews, wholeStand } from "./news.ts";
import { deciding, type Message, membersOf, type RoomState, type Seat, seated, turnOf } from "./room.ts";
import { type Run, roundAt } from "./run.ts";
import type {
  Lamp,
  Looker,
  MessageLine,
  Named,
  NewsRound,
  OtherClass,
  RoomSection,
  Screen,
  SeatSection,
  StandSection,
  StatusSection,
  TurnSection,
} from "./sight.ts";

/** A room as it stands, with what lies beside its log. */
export interface Place {
  readonly room: RoomState;
  readonly run: Run;
  /** Name of a seat, or text of a message; null where it was forgotten. */
  readonly words: (id: string) => string | null;
  readonly here: (seat: string) => boolean;
  readonly lamps: readonly Lamp[];
  readonly analysis: Analysis | null;
  /** Other classes' runs of the same scenario. */
  readonly others: () => readonly OtherClass[];
}

/** Remembers what many screens share, as long as neither the run nor the room's public part changes. */
export type Shared = <T>(key: string, make: () => T) => T;

/** The sections of a reader's screen. */
export function screenOf(place: Place, looker: Looker, shared: Shared): Screen {
  const room = shared("room", () => roomSection(place));
  if (looker.kind === "teacher") {
    return {
      room,
      news: shared("news:teacher", () => withTeacherNews(place, wholeNews(place.run))),
      stand: shared("stand:teacher", () => wholeStand(place.run)),
      messages: place.room.messages.filter(({ news }) => !news).map((message) => lineOf(place, message, "teacher")),
      status: statusSection(place),
      ...debriefSections(place, shared, isOver(place.room)),
    };
  }
  const debrief = debriefSections(place, shared, isDebriefed(place.room));
  if (looker.kind === "projector") return { room, ...publicSections(place, null, shared), ...debrief };
  const seat = place.room.seats.find(({ id }) => id === looker.seat);
  if (seat === undefined) return { room };
  const own = seatSection(place, seat);
  if (seat.role === null || seat.removed) return { room, seat: own };
  const { role } = seat;
  const turn = turnSection(place, seat, role);
  return {
    room,
    seat: own,
    briefing: shared(`briefing:${role}`, () => briefingOf(place.run, role)),
    ...publicSections(place, seat, shared),
    ...(turn === null ? {} : { turn }),
    ...debrief,
  };
}

/** Whether the secrets of a room's run are open to all who sit in it. */
export const isDebriefed = ({ phase }: RoomState): boolean => phase === "debrief" || phase === "closed";

/** Whether nothing more happens in a room's run. */
export const isOver = (room: RoomState): boolean => room.phase === "ended" || isDebriefed(room);

function debriefSections(place: Place, shared: Shared, open: boolean): Pick<Screen, "debrief" | "analysis"> {
  if (!open) return {};
  const { room, run, analysis, others } = place;
  const debrief = shared("debrief", () => debriefOf(room, run, others()));
  return analysis === null
    ? { debrief }
    : { debrief, analysis: shared("analysis", () => tellAnalysis(run.scenario, analysis)) };
}

/** News, state of things and messages as a role knows them; nothing of the crisis before its rounds. */
function publicSections(
  place: Place,
  seat: Seat | null,
  shared: Shared,
): { readonly news: readonly NewsRound[]; readonly stand: StandSection; readonly messages: readonly MessageLine[] } {
  const role = seat?.role ?? null;
  return {
    news: shared(`news:${role ?? ""}`, () =>
      withTeacherNews(place, newsOf(place.run.scenario, knownTo(place.run, role))),
    ),
    stand: shared(`stand:${role ?? ""}`, () => standOf(place.run, role)),
    messages: place.room.messages
      .filter((message) => !message.news && (mayRead(message, seat) || opens(place.room, message)))
      // Numbers of a reader's own: the room's would tell how much others write.
      .map((message, index) => ({ ...lineOf(place, message, seat), id: String(index + 1) })),
  };
}

/** Whether a message was meant for a seat, or came from it. */
function mayRead({ from, role, to }: Pick<Message, "from" | "role" | "to">, seat: Seat | null): boolean {
  if (to === "all") return true;
  if (seat === null) return false;
  if (from === seat.id) return true;
  if (to === "teacher" || seat.role === null) return false;
  if ((outsideRoles as readonly Role[]).includes(seat.role)) return false;
  return seat.role === role || to === `to:${seat.role}`;
}

/** Whether the debrief opens a message to everybody: all but what was written to the teacher. */
const opens = (room: RoomState, { to }: Message): boolean => isDebriefed(room) && to !== "teacher";

/** The teacher's own news, told with those of the crisis. */
function withTeacherNews({ room, run, words }: Place, rounds: readonly NewsRound[]): readonly NewsRound[] {
  const { clock } = run.scenario.model;
  const all = new Map(rounds.map((round) => [round.round, round]));
  for (const { id, round, hidden } of room.messages.filter(({ news }) => news)) {
    const text = words(id);
    if (hidden || text === null) continue;
    const present = all.get(round) ?? {
      round,
      date: clock === null ? null : dateOfRound(clock, round),
      entries: [],
    };
    const deed = { who: null, what: text, way: null, forestalled: false, secret: false };
    all.set(round, { ...present, entries: [...present.entries, { kind: "teacher", deeds: [deed], changes: [] }] });
  }
  return [...all.values()].sort((one, other) => one.round - other.round);
}

function roomSection({ room, run }: Place): RoomSection {
  const { model, texts } = run.scenario;
  const naming = namingOf({ model, texts });
  const { treatment } = run.engine.law;
  const turns = turnsNow({ room, run });
  const begun = room.phase !== null && room.phase !== "briefing";
  const named = (id: string): Named => ({ id, name: naming.name("actors", id) });
  const { outcome } = run.state;
  return {
    code: room.id,
    title: naming.title,
    phase: room.phase,
    round: begun ? run.state.round : null,
    rounds: treatment.rounds,
    date: model.clock === null ? null : dateOfRound(model.clock, run.state.round),
    deadline: room.deadline,
    paused: room.paused,
    turns: treatment.turns,
    delegations: room.people.map(named),
    actors: model.actors.filter(({ id }) => model.moves.some(({ by }) => by === id)).map(({ id }) => named(id)),
    joined: seated(room).length,
    sealed: turns.length === 0 ? null : { count: room.sealed.length, of: turns.length },
    outcome: outcome === null ? null : naming.name("outcomes", outcome),
  };
}

function seatSection({ room, run, words, here }: Place, seat: Seat): SeatSection {
  const naming = namingOf(run.scenario);
  const { role } = seat;
  const delegation = role !== null && room.people.includes(role);
  return {
    id: seat.id,
    name: words(seat.id),
    role,
    roleName: delegation ? naming.name("actors", role) : null,
    removed: seat.removed,
    muted: seat.muted,
    bot: role !== null && room.bots.includes(role),
    team: delegation
      ? membersOf(room, role)
          .filter(({ id }) => id !== seat.id)
          .map(({ id }) => ({ id, name: words(id), here: here(id) }))
      : [],
  };
}

function turnSection(place: Place, seat: Seat, role: Role): TurnSection | null {
  const { room, run, words } = place;
  if (room.phase !== "round" || !deciding(room).includes(role)) return null;
  const turn = turnsNow({ room, run }).find(({ actor }) => actor === role);
  return {
    turn: turnOf(room, role),
    open: turn !== undefined,
    options: turn === undefined ? [] : optionsOf(run.scenario, turn),
    proposals: room.proposals
      .filter(({ actor }) => actor === role)
      .map(({ seat: by, move }) => ({ seat: by, name: words(by), move })),
    sealed: room.sealed.find(({ actor }) => actor === role)?.move ?? null,
    alone: isAlone(place, seat),
  };
}

/** Whether nobody else of a seat's delegation is there to confirm. */
export function isAlone({ room, here }: Pick<Place, "room" | "here">, seat: Seat): boolean {
  return seat.role === null || !membersOf(room, seat.role).some(({ id }) => id !== seat.id && here(id));
}

/** A message as its reader sees it: a seat, the teacher, or nobody in particular. */
function lineOf({ run, words }: Place, message: Message, reader: Seat | "teacher" | null): MessageLine {
  const naming = namingOf(run.scenario);
  const { id, from, role, to, round, hidden } = message;
  const outside = role !== null && (outsideRoles as readonly Role[]).includes(role);
  const seat = reader === "teacher" ? null : reader;
  const knowsName = reader === "teacher" || (seat !== null && (seat.id === from || (seat.role === role && !outside)));
  return {
    id,
    // Between delegations the office speaks, not the person.
    from: from === "teacher" || !knowsName ? null : words(from),
    role: role === null || outside ? role : naming.name("actors", role),
    own: seat !== null && from === seat.id,
    teacher: from === "teacher",
    to,
    toName: to.startsWith("to:") ? naming.name("actors", to.slice(3)) : null,
    round,
    text: hidden && reader !== "teacher" ? null : words(id),
    hidden,
  };
}

function statusSection(place: Place): StatusSection {
  const { room, run, words, here, lamps } = place;
  const naming = namingOf(run.scenario);
  const { clock } = run.scenario.model;
  const turns = turnsNow({ room, run });
  const moveName = (move: string): string => (move === "hold" ? "" : naming.name("moves", move));
  return {
    pace: room.pace,
    held: room.held,
    timing: room.timing,
    perDelegation: room.perDelegation,
    seats: room.seats.map(({ id, role, wish, muted, removed }) => ({
      id,
      name: words(id),
      role,
      wish,
      here: here(id),
      muted,
      removed,
    })),
    delegations: run.scenario.model.actors
      .filter(({ id }) => run.scenario.model.moves.some(({ by }) => by === id))
      .map(({ id }) => ({
        id,
        name: naming.name("actors", id),
        by: room.bots.includes(id) ? "bot" : room.people.includes(id) ? "people" : "policy",
        turn: turns.some(({ actor }) => actor === id),
        proposals: room.proposals
          .filter(({ actor }) => actor === id)
          .map(({ seat, move }) => ({ name: words(seat), move: moveName(move) })),
        sealed: room.sealed.filter(({ actor }) => actor === id).map(({ move }) => moveName(move))[0] ?? null,
      })),
    incidents: incidentsNow({ room, run }).map((id) => ({ id, name: naming.name("incidents", id) })),
    turnsBefore: turnPositions({ room, run }).map((position) => {
      const round = roundAt(run.events, position);
      return { position, round, date: clock === null ? null : dateOfRound(clock, round) };
    }),
    runs: room.runs.length,
    lamps,
  };
}
