/**
 * What a page does after its connection was closed: tries again, and when; or stays as it is, and why.
 */

/** Milliseconds until a page tries again: at most, after it sent too much, and where its network sent wrong codes. */
const waitMax = 5000;
const tooMuchMs = 15_000;
const wrongCodesMs = 30_000;

/** The code by which a server closes a socket because it stops. */
const goingAway = 1001;

/** Why a page cannot show its room. */
export type Denied = "no seat" | "unknown" | "wait" | "damaged";

/** Why a page does not follow its room at the moment. */
export type Trouble = "lost" | "stopped" | "too many messages" | "elsewhere";

export interface AfterClose {
  /** Milliseconds until it tries again; null where it does not by itself. */
  readonly again: number | null;
  readonly denied: Denied | null;
  readonly trouble: Trouble | null;
}

/**
 * What follows from a close.
 * @param tries how often it has tried in a row without hearing from the room; it waits longer and longer.
 */
export function afterClose(code: number, reason: string, tries: number): AfterClose {
  switch (code) {
    case 4401:
      return { again: null, denied: "no seat", trouble: null };
    case 4404:
      return reason === "wait"
        ? { again: wrongCodesMs, denied: "wait", trouble: null }
        : { again: null, denied: reason === "damaged" ? "damaged" : "unknown", trouble: null };
    case 4408:
      // Two windows that took the seat from each other would never end.
      return { again: null, denied: null, trouble: "elsewhere" };
    case 1008:
      return { again: tooMuchMs, denied: null, trouble: "too many messages" };
    default: {
      const again = Math.min(waitMax, 250 * 2 ** Math.min(tries, 5));
      return { again, denied: null, trouble: code === goingAway ? "stopped" : "lost" };
    }
  }
}
