/**
 * A run on the machine with its log: how run, play and fork begin, go on and sum up.
 *
 * The observer sees every event as it is applied, so that what the run comes to needs no second pass; a run that goes
 * on from a log shows it the past first.
 */
import { luckOf } from "../chance/draw.ts";
import type { RunEvent, RunStarted } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import { type Observer, observeRun } from "../engine/observer.ts";
import { type Engine, openSession, prepareEngine, type RunStart, type Session, startRun } from "../engine/session.ts";
import { type TreatmentRequest, treat } from "../engine/treatment.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Recorded } from "./chain.ts";
import type { RunLog } from "./runLog.ts";
import { lastSeed, startOf } from "./runStart.ts";
import { requestOf } from "./verify.ts";

/** A run under way. */
export interface Execution {
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly session: Session;
  readonly observer: Observer;
  readonly log: RunLog;
}

/** Begins a run and remembers its beginning. */
export async function beginRun(
  scenario: Scenario,
  request: TreatmentRequest,
  begin: { readonly start: RunStart; readonly log: RunLog; readonly seats?: ReadonlySet<string> },
): Promise<Execution> {
  const engine = prepareEngine(scenario.model, treat(scenario.model, request));
  const events = startRun(engine, begin.start);
  await begin.log.append(events);
  return resume(scenario, engine, events, begin.log, begin.seats);
}

/** Goes on with the run that a log holds. */
export function continueRun(scenario: Scenario, log: RunLog, seats?: ReadonlySet<string>): Execution {
  const events = log.recorded.map(({ event }) => event);
  const request = requestOf(startOf(events));
  return resume(scenario, prepareEngine(scenario.model, treat(scenario.model, request)), events, log, seats);
}

function resume(
  scenario: Scenario,
  engine: Engine,
  events: readonly RunEvent[],
  log: RunLog,
  seats: ReadonlySet<string> = new Set(),
): Execution {
  const started = startOf(events);
  const observer = observeRun(engine.law, events);
  const luck = luckOf(lastSeed(events), started.replication);
  const session = openSession(engine, luck, evolveAll(null, events) ?? started.state, seats);
  return { scenario, engine, session, observer, log };
}

/** The documented result of a run. */
export interface RunSummary {
  readonly scenario: string;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly seed: string;
  readonly variant: string;
  readonly rounds: number;
  readonly outcome: string | null;
  /** Number of events. */
  readonly events: number;
  /** Digest of the last event. */
  readonly digest: string;
}

/** Sums up a run. */
export function summarise({ log, observer }: Execution): RunSummary {
  const events = log.recorded.map(({ event }) => event);
  const started: RunStarted = startOf(events);
  const { outcome, rounds } = observer.result();
  const last: Recorded | undefined = log.recorded.at(-1);
  return {
    scenario: started.document.id,
    model: started.model,
    seed: lastSeed(events),
    variant: started.variant,
    rounds,
    outcome,
    events: events.length,
    digest: last?.digest ?? "",
  };
}
