/**
 * Assembles what a screen of a room shows, for a student, the teacher or the projector.
 *
 * Secrecy is decided here and in `news.ts`, nowhere else: a student's screen takes from the run only what the engine's
 * view of the actor shows, and from the room what is public or the delegation's own.
 */

import type { Turn } from "../engine/protocol.ts";
import { namingOf } from "../report/naming.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Analysis } from "./analysis.ts";
import { debriefOf, tellAnalysis } from "./debrief.ts";
import { incidentsNow, turnPositions, turnsNow } from "./decide.ts";
import type { Role } from "./event.ts";
import { briefingOf, knownTo, newsOf, optionsOf, standOf, wholeNews, wholeStand } from "./news.ts";
import { deciding, hasDecided, membersOf, type RoomState, type Seat, seated, turnOf } from "./room.ts";
import { type LessonRun, roundAt } from "./run.ts";
import type {
  Named,
  NewsRound,
  Option,
  OtherClass,
  PropertyStatus,
  RoomSection,
  Screen,
  ScreenViewer,
  SeatSection,
  StandSection,
  StatusSection,
  TurnSection,
} from "./screenSections.ts";

/** A room as it stands, with what lies beside its log. */
export interface ScreenSource {
  readonly room: RoomState;
  readonly run: LessonRun;
  /** Name of a seat, or text of a message; null where it was forgotten. */
  readonly words: (id: string) => string | null;
  /** How often names and texts were forgotten since the server took the room up. */
  readonly wordsForgotten: number;
  readonly here: (seat: string) => boolean;
  readonly lamps: readonly PropertyStatus[];
  readonly analysis: Analysis | null;
  /** Other classes' runs of the same scenario. */
  readonly others: () => readonly OtherClass[];
}

/** Remembers what many screens share, as long as what it is made from does not change. */
export type Shared = <T>(key: string, make: () => T) => T;

/** The sections of a reader's screen, but for the messages, which `MessageFeed` follows. */
export function screenOf(place: ScreenSource, looker: ScreenViewer, shared: Shared): Omit<Screen, "messages"> {
  const room = shared("room", () => roomSection(place, shared));
  if (looker.kind === "teacher") {
    return {
      room,
      news: shared("news:teacher", () => withTeacherNews(place, wholeNews(place.run))),
      stand: shared("stand:teacher", () => wholeStand(place.run)),
      status: statusSection(place, shared),
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
  const turn = turnSection(place, shared, { ...seat, role });
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

function debriefSections(place: ScreenSource, shared: Shared, open: boolean): Pick<Screen, "debrief" | "analysis"> {
  if (!open) return {};
  const { room, run, analysis, others } = place;
  const debrief = shared("debrief", () => debriefOf(room, run, others()));
  return analysis === null
    ? { debrief }
    : { debrief, analysis: shared("analysis", () => tellAnalysis(run.scenario, analysis)) };
}

/** News and state of things as a role knows them; nothing of the crisis before its rounds. */
function publicSections(
  place: ScreenSource,
  seat: Seat | null,
  shared: Shared,
): { readonly news: readonly NewsRound[]; readonly stand: StandSection } {
  const role = seat?.role ?? null;
  return {
    news: shared(`news:${role ?? ""}`, () =>
      withTeacherNews(place, newsOf(place.run.scenario, knownTo(place.run, role))),
    ),
    stand: shared(`stand:${role ?? ""}`, () => standOf(place.run, role)),
  };
}

/** The teacher's own news, told with those of the crisis. */
function withTeacherNews({ room, run, words }: ScreenSource, rounds: readonly NewsRound[]): readonly NewsRound[] {
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
    const deed = { who: null, what: text, way: null, forestalled: false, overruled: [], secret: false };
    all.set(round, { ...present, entries: [...present.entries, { kind: "teacher", deeds: [deed], changes: [] }] });
  }
  return [...all.values()].sort((one, other) => one.round - other.round);
}

function roomSection(place: ScreenSource, shared: Shared): RoomSection {
  const { room, run } = place;
  const { model, texts } = run.scenario;
  const naming = namingOf({ model, texts });
  const { treatment } = run.engine.law;
  const turns = openNow(place, shared);
  const begun = room.phase !== null && room.phase !== "briefing";
  const named = (id: string): Named => ({ id, name: naming.name("actors", id) });
  const { outcome } = run.state;
  // In free turns whoever comes first moves: whether somebody has is nobody else's business before it shows.
  const silent = turns.length === 0 || treatment.turns === "free";
  const decided = turns.filter(({ actor }) => hasDecided(room, actor));
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
    sealed: silent ? null : { count: decided.length, of: turns.length },
    incidents: room.incidents.map((id) => naming.name("incidents", id)),
    joiningClosed: room.joiningClosed,
    outcome: outcome === null ? null : naming.name("outcomes", outcome),
  };
}

/** The turns that are open, worked out once for all screens. */
const openNow = ({ room, run }: ScreenSource, shared: Shared): readonly Turn[] =>
  shared(`turns ${standing(room)}`, () => turnsNow({ room, run }));

/** What decides, beside the run, who is asked now. */
const standing = ({ phase, bots }: RoomState): string => `${phase} ${bots.join(" ")}`;

const told = new WeakMap<Turn, readonly Option[]>();

/** The options of a turn in words, worked out once for all members of a delegation. */
function optionsIn(scenario: Scenario, turn: Turn): readonly Option[] {
  const known = told.get(turn) ?? optionsOf(scenario, turn);
  told.set(turn, known);
  return known;
}

function seatSection({ room, run, words, here }: ScreenSource, seat: Seat): SeatSection {
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

function turnSection(place: ScreenSource, shared: Shared, seat: Seat & { readonly role: Role }): TurnSection | null {
  const { room, run, words } = place;
  const { role } = seat;
  if (room.phase !== "round" || !deciding(room).includes(role)) return null;
  const turn = openNow(place, shared).find(({ actor }) => actor === role);
  const sealed = room.sealed.find(({ actor }) => actor === role)?.move ?? null;
  return {
    turn: turnOf(room, role),
    open: turn !== undefined,
    options: turn === undefined ? [] : optionsIn(run.scenario, turn),
    proposals: room.proposals
      .filter(({ actor }) => actor === role)
      .map(({ seat: by, move }) => ({ seat: by, name: words(by), move })),
    sealed,
    again: sealed === null && room.voided.includes(role),
    alone: isAlone(place, seat),
  };
}

/** Whether nobody else of a seat's delegation is there to confirm. */
export function isAlone({ room, here }: Pick<ScreenSource, "room" | "here">, seat: Seat): boolean {
  return seat.role === null || !membersOf(room, seat.role).some(({ id }) => id !== seat.id && here(id));
}

function statusSection(place: ScreenSource, shared: Shared): StatusSection {
  const { room, run, words, here, lamps } = place;
  const naming = namingOf(run.scenario);
  const { clock } = run.scenario.model;
  const turns = openNow(place, shared);
  const moveName = (move: string): string => (move === "hold" ? "" : naming.name("moves", move));
  return {
    stage: room.stage,
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
    incidents: shared(`incidents ${standing(room)}`, () =>
      incidentsNow({ room, run }).map((id) => ({ id, name: naming.name("incidents", id) })),
    ),
    turnsBefore: shared("turns before", () =>
      turnPositions({ room, run }).map((position) => {
        const round = roundAt(run.events, position);
        return { position, round, date: clock === null ? null : dateOfRound(clock, round) };
      }),
    ),
    runs: room.runs.length,
    lamps,
  };
}
