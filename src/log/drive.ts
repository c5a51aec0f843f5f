/**
 * Drives a run to its end: proposes, remembers, applies, and tells whoever listens.
 *
 * Nothing is applied that was not remembered first, so whenever the process stops, the log holds the run as far as it
 * came. An interruption is heard between two steps.
 */
import { setImmediate } from "node:timers/promises";
import type { Choice, RunEvent } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import type { Need, Session } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import type { RunLog } from "./runLog.ts";

/** What a run under way is driven with. */
export interface Drive {
  readonly session: Session;
  readonly log: RunLog;
  /** Stops a run that goes on longer than this many rounds. */
  readonly limit: number;
  readonly interruption: AbortSignal;
  /** Sees each event with the states around it. */
  readonly see?: (before: State, event: RunEvent, after: State) => void;
  /** Chooses for the seats, where somebody has one; null leaves it to policy and luck. */
  readonly ask?: (need: Extract<Need, { kind: "choice" }>) => Promise<readonly Choice[]>;
}

/** Steps between two looks for an interruption: looking costs more than a step. */
const stepsBetweenLooks = 50;

/** Drives a run to its end; false where it was interrupted before. */
export async function drive(run: Drive): Promise<boolean> {
  const { session, limit } = run;
  for (let steps = 1; session.state.ended === null; steps++) {
    if (steps % stepsBetweenLooks === 0) await setImmediate();
    if (run.interruption.aborted) return false;
    if (session.state.round >= limit) {
      await take(run, session.propose({ type: "StopRun" }));
      return true;
    }
    const need = run.ask === undefined ? null : session.need();
    const choices = need?.kind === "choice" && run.ask !== undefined ? await run.ask(need) : [];
    await take(run, session.proposeNext(choices));
  }
  return true;
}

/**
 * Remembers proposed events and applies them.
 * @throws Error where the proposal was refused: whoever may be refused asks the session first.
 */
export async function take(run: Drive, proposed: ReturnType<Session["propose"]>): Promise<void> {
  if (isRefused(proposed)) throw new Error(`a step that should be open was refused: ${proposed.message}`);
  await run.log.append(proposed);
  for (const event of proposed) {
    const before = run.session.state;
    run.session.apply([event]);
    run.see?.(before, event, run.session.state);
  }
}
