/**
 * Drives a run into its log.
 *
 * Nothing is applied that was not remembered first, so whenever the process stops, the log holds the run as far as it
 * came. An interruption is heard between two steps.
 */
import { setImmediate } from "node:timers/promises";
import { type Play, type PlayHost, playWith } from "../engine/play.ts";
import type { RunLog } from "./runLog.ts";

/** What a run under way is driven with. */
export interface Drive extends Omit<Play, "asks"> {
  readonly log: RunLog;
  readonly interruption: AbortSignal;
  /** Chooses for the seats, where somebody has one. */
  readonly ask?: PlayHost["ask"];
}

/** Steps between two looks for an interruption: looking costs more than a step. */
const stepsBetweenLooks = 50;

/** Drives a run to its end, or as far as it is told to go; false where it was interrupted before. */
export async function drive(run: Drive): Promise<boolean> {
  const { session, log, interruption, ask, until } = run;
  const interrupted = (): boolean => interruption.aborted && session.state.ended === null;
  if (interrupted()) return false;
  let steps = 0;
  let stopped = false;
  await playWith(
    {
      ...run,
      until() {
        stopped = until?.() === true;
        return stopped || interruption.aborted;
      },
    },
    {
      ...(ask === undefined ? {} : { ask }),
      async remember(events) {
        await log.append(events);
        steps += 1;
        if (steps % stepsBetweenLooks === 0) await setImmediate();
      },
    },
  );
  return stopped || !interrupted();
}
