/**
 * What one seat may take of a room, and a room of the server: so much at once, so much a second, so much in all.
 *
 * Limits belong to seats, not to connections: a seat with many windows has no more than one. They are far above what a
 * class needs and far below what would be felt in another room.
 */
import type { Refusal } from "../classroom/command.ts";
import type { RoomState } from "../classroom/room.ts";

/** So many at once, and so many a second after that. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Commands of a seat, and of the teacher, in all their windows. */
const seatPace: RateLimit = { burst: 30, perSecond: 6 };
const teacherPace: RateLimit = { burst: 100, perSecond: 20 };

/** Messages of a seat. */
const sayPace: RateLimit = { burst: 30, perSecond: 0.5 };

/** Requests for a seat from one address. */
const joinPace: RateLimit = { burst: 60, perSecond: 1 };

/** Messages in a lesson: of one seat, and of all. */
export const messagesOfSeat = 400;
export const messagesOfRoom = 6000;

/** Windows of one seat, of the teacher and of the wall, that are connected at a time. */
const windowsOfSeat = 5;
const windowsOfDesk = 12;

/** Addresses that are remembered at most. */
const addressesMax = 10_000;

/** An allowance that fills up with time. */
export class TokenBucket {
  private readonly pace: RateLimit;
  private readonly elapsed: () => number;
  private left: number;
  private at: number;

  constructor(pace: RateLimit, elapsed: () => number) {
    this.pace = pace;
    this.elapsed = elapsed;
    this.left = pace.burst;
    this.at = elapsed();
  }

  /** Takes one; false where there is none. */
  take(): boolean {
    const at = this.elapsed();
    this.left = Math.min(this.pace.burst, this.left + ((at - this.at) / 1000) * this.pace.perSecond);
    this.at = at;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

/** Who uses a room: a seat by id, the teacher, or the wall. */
export type User = { readonly teacher: true } | { readonly wall: true } | { readonly seat: string };

interface Use {
  readonly commands: TokenBucket;
  readonly messages: TokenBucket;
  /** Messages that were refused in a row for being too many. */
  excess: number;
  readonly windows: Set<() => void>;
}

/** What a command comes to: it may be done, is refused, or its connection is to be closed. */
export type UseDecision = "go on" | Refusal | "close";

export class FairUse {
  private readonly elapsed: () => number;
  private readonly uses = new Map<string, Use>();
  private readonly joins = new Map<string, TokenBucket>();

  constructor(elapsed: () => number) {
    this.elapsed = elapsed;
  }

  /** One more message on a socket; whoever goes on after many refusals is disconnected. */
  message(user: User): UseDecision {
    const use = this.useOf(user);
    if (use.commands.take()) {
      use.excess = 0;
      return "go on";
    }
    use.excess += 1;
    return use.excess > seatPace.burst ? "close" : "too fast";
  }

  /** One more thing said. */
  say(user: User, room: RoomState): UseDecision {
    if (!("seat" in user)) return "go on";
    const said = room.said[user.seat] ?? 0;
    if (said >= messagesOfSeat || room.messages.length >= messagesOfRoom) return "too many messages";
    return this.useOf(user).messages.take() ? "go on" : "too fast";
  }

  /** One more request for a seat. */
  join(address: string): UseDecision {
    const known = this.joins.get(address) ?? new TokenBucket(joinPace, this.elapsed);
    if (this.joins.size >= addressesMax) this.joins.clear();
    this.joins.set(address, known);
    return known.take() ? "go on" : "too fast";
  }

  /**
   * A window is connected; where there are too many, the oldest is closed.
   * @returns what is to be called once it is disconnected.
   */
  connect(user: User, close: () => void): () => void {
    const key = keyOf(user);
    const { windows } = this.useOf(user);
    const [oldest] = windows;
    if (oldest !== undefined && windows.size >= ("seat" in user ? windowsOfSeat : windowsOfDesk)) {
      windows.delete(oldest);
      oldest();
    }
    windows.add(close);
    return () => {
      this.uses.get(key)?.windows.delete(close);
    };
  }

  private useOf(user: User): Use {
    const key = keyOf(user);
    const pace = "seat" in user ? seatPace : teacherPace;
    const use = this.uses.get(key) ?? {
      commands: new TokenBucket(pace, this.elapsed),
      messages: new TokenBucket(sayPace, this.elapsed),
      excess: 0,
      windows: new Set(),
    };
    this.uses.set(key, use);
    return use;
  }
}

const keyOf = (user: User): string => ("seat" in user ? `seat ${user.seat}` : "teacher" in user ? "teacher" : "wall");
