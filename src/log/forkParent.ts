/**
 * Whether each fork in a log names the past that it copied.
 *
 * Re-execution sees events alone, so it finds a fork at the wrong place; that the named parent is the event right before
 * the fork takes the digests of the log.
 */
import type { Recorded } from "./chain.ts";
import type { Divergence } from "./verify.ts";

/** Holds each fork to the past it copied. Null: every fork names the event right before it. */
export function verifyForks(recorded: readonly Recorded[]): Divergence | null {
  for (const [position, { event }] of recorded.entries()) {
    if (event.type !== "RunForked" || event.parent === recorded[position - 1]?.digest) continue;
    const message = "The fork names another parent than the past it copied.";
    return { position, found: event, expected: null, message };
  }
  return null;
}
