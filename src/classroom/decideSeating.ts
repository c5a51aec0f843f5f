/**
 * Who has a seat: asking for one, letting in, moving, muting, turning away.
 *
 * Nothing here concerns the run. Limits keep a room to what one class can be.
 */
import type { Placement, RoomRefused, TeacherCommand } from "./command.ts";
import { type DecideResult, isRoomRefused, only, refuse } from "./decision.ts";
import { outsideRoles, type Role, type RoomEvent } from "./event.ts";
import { evolve, membersOf, type RoomState, type Seat, waiting } from "./room.ts";

/** Seats that may wait to be let in at one time, and that may ever ask for one in a room. */
export const waitingMax = 120;
const seatsMax = 1000;

/** Commands of the teacher that are about seats. */
type SeatingCommand = Extract<
  TeacherCommand,
  { type: "Admit" | "AdmitAll" | "Remove" | "RemoveWaiting" | "CloseJoining" | "Mute" }
>;

/** Somebody asks for a seat. */
export function requestSeat(
  room: RoomState,
  request: { readonly name: string; readonly wish: Role | null },
): DecideResult {
  if (room.phase === "closed") return refuse("not now");
  if (room.joiningClosed) return refuse("joining closed");
  if (room.seats.length >= seatsMax || waiting(room).length >= waitingMax) return refuse("room full");
  const seat = `s${room.seats.length + 1}`;
  return only({ type: "SeatRequested", version: 1, seat, ...request });
}

/** What the teacher asks about seats and who may have one. */
export function decideSeating(room: RoomState, command: SeatingCommand): DecideResult {
  switch (command.type) {
    case "Admit":
      return admit(room, command);
    case "AdmitAll":
      return admitAll(room, command.seats);
    case "Remove": {
      const seat = seatOf(room, command);
      if (seat === undefined) return refuse("no such seat");
      return seat.removed ? refuse("nothing to do") : only({ type: "SeatRemoved", version: 1, seat: seat.id });
    }
    case "RemoveWaiting": {
      const seats = waiting(room).map(({ id }) => id);
      if (seats.length === 0) return refuse("nothing to do");
      return only(...seats.map((seat): RoomEvent => ({ type: "SeatRemoved", version: 1, seat })));
    }
    case "CloseJoining":
      if (room.joiningClosed === command.closed) return refuse("nothing to do");
      return only({ type: "JoiningClosed", version: 1, closed: command.closed });
    case "Mute": {
      const seat = seatOf(room, command);
      if (seat === undefined) return refuse("no such seat");
      if (seat.muted === command.muted) return refuse("nothing to do");
      return only({ type: "SeatMuted", version: 1, seat: seat.id, muted: command.muted });
    }
  }
}

const seatOf = (room: RoomState, { seat }: { readonly seat: string }): Seat | undefined =>
  room.seats.find(({ id }) => id === seat);

/** Lets in all who find a place, in the order given; who finds none goes on waiting. */
function admitAll(room: RoomState, seats: readonly Placement[]): DecideResult {
  const events: RoomEvent[] = [];
  let present = room;
  let refused: RoomRefused = refuse("nothing to do");
  for (const { seat, role } of seats) {
    const answer = admit(present, { seat, role });
    if (isRoomRefused(answer)) refused = answer;
    else {
      events.push(...answer.room);
      for (const event of answer.room) present = evolve(present, event);
    }
  }
  return events.length === 0 ? refused : only(...events);
}

/** Lets somebody in, to a role; or moves them to another. */
function admit(room: RoomState, placement: Placement): DecideResult {
  const { role } = placement;
  const seat = seatOf(room, placement);
  if (seat === undefined) return refuse("no such seat");
  const delegation = room.people.includes(role);
  if (!delegation && !(outsideRoles as readonly Role[]).includes(role)) return refuse("no such role");
  if (seat.role === role && !seat.removed) return refuse("nothing to do");
  const members = membersOf(room, role).filter(({ id }) => id !== seat.id);
  if (delegation && members.length >= room.perDelegation) return refuse("delegation full");
  const type = seat.role === null ? "SeatConfirmed" : "SeatMoved";
  const admitted: RoomEvent = { type, version: 1, seat: seat.id, role };
  // A policy that decided only because nobody sat there makes way.
  const empty = delegation && members.length === 0 && room.bots.includes(role);
  return empty ? only(admitted, { type: "SeatReturned", version: 1, actor: role }) : only(admitted);
}
