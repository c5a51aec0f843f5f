/**
 * What stands on the screens of a room, told twice in the same plain form: as the referee says that it should, and as a
 * screen was told.
 */
import type { Screen } from "../../src/classroom/screenSections.ts";
import { actors, incidents } from "./plainCrisis.ts";
import type { PlainMessage, PlainSeat, RoomReferee } from "./roomReferee.ts";

/** Sections of a screen, by name; what a reader has no part in is absent. */
export type Shown = Readonly<Record<string, unknown>>;

/** Who looks: `teacher`, `projector`, or a seat's id. */
export type Reader = string;

/** What the referee says that a screen shows. */
export function expectedScreen(referee: RoomReferee, reader: Reader): Shown {
  const seat = referee.seats.find(({ id }) => id === reader) ?? null;
  const room = roomOf(referee);
  if (seat !== null && (seat.role === null || seat.removed)) return { room, seat: seatOf(referee, seat) };
  const viewer = reader === "teacher" ? reader : (seat?.role ?? "public");
  const isOpen = referee.part === "debrief" || referee.part === "closed";
  return {
    room,
    ...(seat === null ? {} : { seat: seatOf(referee, seat), turn: turnOf(referee, seat) }),
    ...(reader === "teacher" ? { status: statusOf(referee) } : {}),
    messages: referee.messages
      .filter((message) => !message.news && mayRead(message, reader, seat, isOpen))
      .map((message, index) => lineOf(referee, message, reader === "teacher" ? message.id : String(index + 1), reader)),
    news: [
      ...referee.crisis.known(viewer).map(({ round, what }) => `${round} ${what}`),
      ...referee.messages.flatMap(({ news, hidden, text, round }) =>
        news && !hidden && text !== null ? [`${round} ${text}`] : [],
      ),
    ].toSorted(),
    stand: referee.crisis.values(viewer),
    debrief: isOpen || (reader === "teacher" && referee.part === "ended"),
  };
}

/** What a screen shows, as it was told. */
export function toldScreen(screen: Partial<Screen>): Shown {
  const { room, seat, turn, status, messages, news, stand, debrief } = screen;
  const plain = room === undefined ? {} : { room: plainRoom(room) };
  const isSeat = seat !== undefined;
  if (stand === undefined) return isSeat ? { ...plain, seat: plainSeat(seat) } : plain;
  return {
    ...plain,
    ...(isSeat ? { seat: plainSeat(seat), turn: turn === undefined ? null : plainTurn(turn) } : {}),
    ...(status === undefined ? {} : { status: plainStatus(status) }),
    messages: (messages ?? []).map((line) => {
      const { id, from, role, own, teacher, to, toName, round, text, hidden } = line;
      return [id, from, role, own, teacher, to, toName, round, text, hidden];
    }),
    news: (news ?? [])
      .flatMap(({ round, entries }) =>
        entries.flatMap(({ kind, deeds }) => (kind === "end" ? [] : deeds.map(({ what }) => `${round} ${what}`))),
      )
      .toSorted(),
    stand: Object.fromEntries(stand.variables.map(({ id, value }) => [id, value])),
    debrief: debrief !== undefined,
  };
}

function roomOf(referee: RoomReferee): object {
  const { part, crisis, deadline, paused, asked, sealed, voided, told, closed } = referee;
  const has = (actor: string): boolean => voided.includes(actor) || sealed.some((one) => one.actor === actor);
  return {
    phase: part,
    round: part === null || part === "briefing" ? null : crisis.round,
    deadline,
    paused,
    joined: referee.seats.filter(({ role, removed }) => role !== null && !removed).length,
    sealed:
      asked.length === 0 || crisis.turns === "free" ? null : { count: asked.filter(has).length, of: asked.length },
    incidents: told,
    joiningClosed: closed,
    outcome: crisis.outcome,
  };
}

function plainRoom(room: Screen["room"]): object {
  const { phase, round, deadline, paused, joined, sealed, incidents: told, joiningClosed, outcome } = room;
  return { phase, round, deadline, paused, joined, sealed, incidents: told, joiningClosed, outcome };
}

function seatOf(referee: RoomReferee, seat: PlainSeat): object {
  const { role, removed, muted, name } = seat;
  const isDelegation = role !== null && referee.lesson.people.includes(role);
  const team = isDelegation ? referee.members(role).filter((other) => other !== seat) : [];
  return {
    name,
    role,
    removed,
    muted,
    bot: role !== null && referee.bots.includes(role),
    team: team.map((other) => [other.id, other.name, other.windows > 0]),
  };
}

function plainSeat({ name, role, removed, muted, bot, team }: NonNullable<Screen["seat"]>): object {
  return { name, role, removed, muted, bot, team: team.map((one) => [one.id, one.name, one.here]) };
}

function turnOf(referee: RoomReferee, seat: PlainSeat): object | null {
  const role = seat.role ?? "";
  if (referee.part !== "round" || !referee.deciding.includes(role)) return null;
  const isOpen = referee.asked.includes(role);
  const sealed = referee.sealed.find(({ actor }) => actor === role)?.move ?? null;
  return {
    turn: referee.turnNumbers[role] ?? 0,
    open: isOpen,
    options: isOpen ? referee.crisis.options(role) : [],
    proposals: referee.proposals
      .filter(({ actor }) => actor === role)
      .map((one) => [one.seat, nameAt(referee, one.seat), one.move]),
    sealed,
    again: sealed === null && referee.voided.includes(role),
    alone: referee.alone(seat),
  };
}

function plainTurn({ turn, open, options, proposals, sealed, again, alone }: NonNullable<Screen["turn"]>): object {
  const told = proposals.map(({ seat, name, move }) => [seat, name, move]);
  return { turn, open, options: options.map(({ move }) => move), proposals: told, sealed, again, alone };
}

const nameAt = (referee: RoomReferee, id: string): string | null =>
  referee.seats.find((seat) => seat.id === id)?.name ?? null;

function statusOf(referee: RoomReferee): object {
  const { lesson, bots, asked, proposals, sealed, crisis } = referee;
  const said = (move: string): string => (move === "hold" ? "" : move);
  return {
    stage: referee.stage,
    held: referee.held,
    seats: referee.seats.map(({ id, name, role, wish, windows, muted, removed }) => [
      id,
      name,
      role,
      wish,
      windows > 0,
      muted,
      removed,
    ]),
    delegations: actors.map((actor) => [
      actor,
      bots.includes(actor) ? "bot" : lesson.people.includes(actor) ? "people" : "policy",
      asked.includes(actor),
      proposals.filter((one) => one.actor === actor).map((one) => [nameAt(referee, one.seat), said(one.move)]),
      sealed.filter((one) => one.actor === actor).map((one) => said(one.move))[0] ?? null,
    ]),
    incidents: incidents.filter((one) => referee.part === "round" && crisis.incidentsOpen().includes(one)),
    turnsBefore: referee.before.map(({ round }) => round),
    runs: referee.runs,
  };
}

function plainStatus(status: NonNullable<Screen["status"]>): object {
  const { stage, held, seats, delegations, incidents: open, turnsBefore, runs } = status;
  return {
    stage,
    held,
    seats: seats.map(({ id, name, role, wish, here, muted, removed }) => [id, name, role, wish, here, muted, removed]),
    delegations: delegations.map(({ id, by, turn, proposals, sealed }) => [
      id,
      by,
      turn,
      proposals.map(({ name, move }) => [name, move]),
      sealed,
    ]),
    incidents: open.map(({ id }) => id),
    turnsBefore: turnsBefore.map(({ round }) => round),
    runs,
  };
}

/** Who may read what was said. */
function mayRead(message: PlainMessage, reader: Reader, seat: PlainSeat | null, debriefed: boolean): boolean {
  const { from, role, to } = message;
  if (reader === "teacher" || to === "all") return true;
  if (from === reader) return true;
  // What was written to the teacher stays between the two.
  if (to === "teacher") return false;
  if (debriefed) return true;
  const own = seat?.role ?? null;
  return own !== null && own !== "press" && own !== "observer" && (own === role || to === `to:${own}`);
}

function lineOf(referee: RoomReferee, message: PlainMessage, id: string, reader: Reader): readonly unknown[] {
  const { from, role, to, round, text, hidden } = message;
  const isTeachers = from === "teacher";
  const seat = referee.seats.find((one) => one.id === reader) ?? null;
  const isColleague = seat !== null && seat.role === role && role !== "press" && role !== "observer";
  const knowsName = reader === "teacher" || from === reader || isColleague;
  return [
    id,
    isTeachers || !knowsName ? null : nameAt(referee, from),
    role,
    from === reader && !isTeachers,
    isTeachers,
    to,
    to.startsWith("to:") ? to.slice(3) : null,
    round,
    hidden && reader !== "teacher" ? null : text,
    hidden,
  ];
}
