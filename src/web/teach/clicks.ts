/**
 * What a click on one of the teacher's buttons comes to: sent, or passed over as the second half of a double click.
 *
 * A button is a place on the page, not a command: the one that goes on with the lesson becomes the one that reveals, and
 * "Pause" becomes "Resume" under the finger.
 */
import type { UnstagedCommand } from "../../classroom/screenSections.ts";

/** Milliseconds within which a second click on a button that means something else by now belongs to the first. */
const doubleMs = 500;

/** Milliseconds within which a click that came too late for its stage is taken for a repeated one. */
const repeatMs = 1000;

/** Buttons that stand at the same place. */
const places: Partial<Record<UnstagedCommand["type"], string>> = {
  GoOn: "next",
  Reveal: "next",
  Pause: "pause",
  Resume: "pause",
  SeatBot: "who decides",
  ReturnSeat: "who decides",
};

/** The button on which a command is clicked. */
function buttonOf(command: UnstagedCommand): string {
  const place = places[command.type] ?? command.type;
  if (command.type === "Admit") return `${place} ${command.seat} ${command.role}`;
  if ("seat" in command) return `${place} ${command.seat}`;
  if ("message" in command) return `${place} ${command.message}`;
  return "actor" in command ? `${place} ${command.actor}` : place;
}

/** A click that is sent. */
export interface Click {
  /** The same button was used a moment before, so that a refusal as too late needs no words. */
  readonly repeated: boolean;
  /** To be called once it was answered. */
  readonly answered: () => void;
}

export class Clicks {
  private readonly now: () => number;
  private readonly underWay = new Set<string>();
  private readonly last = new Map<string, { readonly at: number; readonly command: string }>();

  /** @param now milliseconds that only grow. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** Takes a click; null where it is to be passed over. */
  take(clicked: UnstagedCommand): Click | null {
    const button = buttonOf(clicked);
    const command = JSON.stringify(clicked);
    const at = this.now();
    const before = this.last.get(button);
    const since = before === undefined ? Number.POSITIVE_INFINITY : at - before.at;
    if (this.underWay.has(button) || (since < doubleMs && before?.command !== command)) return null;
    this.underWay.add(button);
    this.last.set(button, { at, command });
    return { repeated: since < repeatMs, answered: () => void this.underWay.delete(button) };
  }
}
