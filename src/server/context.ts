/**
 * What all parts of the server share: where scenarios come from, where events are kept, and who is who.
 */
import type { Addresses } from "./addresses.ts";
import type { Keys } from "./keys.ts";
import type { Library } from "./library.ts";
import type { Listing } from "./listing.ts";
import type { Rooms } from "./rooms.ts";
import type { ServerLog } from "./serverLog.ts";
import type { ShortWork, ShortWorkLimits } from "./shortWork.ts";

export interface ServerContext {
  readonly library: Library;
  /** The folder of scenarios into which edited documents are saved. */
  readonly scenarios: string;
  readonly keys: Keys;
  /** The folder with everything the server keeps. */
  readonly data: string;
  readonly rooms: Rooms;
  /** The clock, in milliseconds since 1970-01-01. */
  readonly now: () => number;
  /** Where the class and the teacher find the server. */
  readonly addresses: Addresses;
  readonly log: ServerLog;
  /** The folder with the built pages. */
  readonly web: string;
  /** What differs from the usual limits of short work. */
  readonly shortLimits?: Partial<ShortWorkLimits>;
}

/** The same, with what the server itself starts: threads for short work, and the library read by them. */
export interface WorkingContext extends ServerContext {
  readonly work: ShortWork;
  readonly listing: Listing;
}
