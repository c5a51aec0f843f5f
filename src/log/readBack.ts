/**
 * One event read back from where it was stored: its bytes against its digest first, then its form.
 *
 * All stores read through this, so an event means the same wherever it lay. It never mends anything.
 */
import { digestOf, type Hash, portableHash, type Recorded, type StoredEvent } from "./chain.ts";
import { LogError, type LogPlace } from "./logError.ts";
import type { EventForm } from "./schema.ts";

/** How stored events are read. */
export interface ReadOptions<E extends StoredEvent> {
  /** Where they lie, as messages call it. */
  readonly file: string;
  readonly form: EventForm<E>;
  readonly hash?: Hash;
}

/** An event as it was found. */
export interface Found {
  readonly position: number;
  readonly digest: string;
  /** Canonical JSON of the event. */
  readonly text: string;
}

/** What to do about a log that was altered. */
export const restore = "restore the log from where it came; what stands before is intact";

/**
 * The event that belongs at the place after the previous one.
 * @throws LogError `broken` where it is not what was recorded, `newer` or `invalid` where it cannot be understood.
 */
export function readBack<E extends StoredEvent>(
  { position, digest, text }: Found,
  previous: Pick<Recorded<E>, "position" | "digest"> | undefined,
  { file, form, hash = portableHash }: ReadOptions<E>,
  line: number | null,
): Recorded<E> {
  const due = previous === undefined ? 0 : previous.position + 1;
  const place: LogPlace = { file, line, position: due };
  if (position !== due) {
    const message = `event ${position} stands where event ${due} belongs: events were removed, repeated or moved`;
    throw new LogError("broken", message, place, restore);
  }
  if (digestOf(previous?.digest ?? "", due, text, hash) !== digest) {
    // In canonical JSON, the event's own type is the last of that name.
    const type = [...text.matchAll(/"type":"(\w+)"/g)].at(-1)?.[1] ?? "of unknown type";
    const message = `event ${due} (${type}) is not what was recorded: its digest does not match`;
    throw new LogError("broken", message, place, restore);
  }
  try {
    const stored = JSON.parse(text) as { readonly version?: unknown };
    const event = form(stored);
    return { position: due, event, digest, ...(event.version === stored.version ? {} : { stored: text }) };
  } catch (error) {
    if (error instanceof LogError)
      throw new LogError(error.reason, `event ${due}: ${error.message}`, place, error.hint);
    if (error instanceof SyntaxError) throw new LogError("invalid", `event ${due} is not JSON`, place);
    throw error;
  }
}
