/**
 * The next events of a writer under test: the beginning of a run, or one to three held turns that say whose they are.
 */
import type { RunEvent } from "../../src/engine/event.ts";
import { started } from "../unit/exampleRun.ts";

/** The events that a writer appends at a position in its `count`-th append. */
export function openStream(next: number, writer: string, count: number): readonly RunEvent[] {
  if (next === 0) return [started];
  return Array.from({ length: (count % 3) + 1 }, (_, index) => ({
    type: "TurnHeld",
    version: 1,
    actor: `${writer} ${count} ${index}`,
    chosen: "draw",
    changes: { cursor: "x".repeat(200) },
  }));
}
