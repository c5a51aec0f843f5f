/**
 * Runs for tests: a scenario's text in, events, states and result out.
 *
 * Everything goes through the public parts (read, treat, session, observer), as a caller would use them. A run that is
 * refused or a document with an error throws: both are mistakes of the test.
 */
import type { Luck } from "../chance/draw.ts";
import type { RunEvent } from "../engine/event.ts";
import { observeRun, type RunResult } from "../engine/observer.ts";
import { playOpen, startSession, unnamed } from "../engine/play.ts";
import { type Engine, prepareEngine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { statesAfter } from "../engine/transitions.ts";
import { type TreatmentRequest, treat } from "../engine/treatment.ts";
import type { Model } from "../scenario/model.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";

/** A finished run. */
export interface RecordedRun {
  readonly events: readonly RunEvent[];
  /** The state after each event. */
  readonly states: readonly State[];
  readonly result: RunResult;
}

/** Reads a scenario that must be without error. */
export function scenarioOf(text: string): Scenario {
  const { scenario, diagnostics } = readScenario({ file: "scenario.yaml", text });
  if (scenario !== null) return scenario;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  throw new Error(errors.map(({ span, message }) => `${span.line}:${span.column} ${message}`).join("\n"));
}

/** The engine of a model under a treatment. */
export function engineOf(model: Model, request: TreatmentRequest = {}): Engine {
  return prepareEngine(model, treat(model, request));
}

/** Which run, and after how many rounds it is stopped as unfinished. */
export interface SeededRun {
  readonly seed?: string;
  readonly replication?: number;
  readonly roundsLimit?: number;
  /** The luck of its steps, where it is not that of the seed. */
  readonly luck?: Luck;
}

/** Runs to the end, by policy, script and luck. */
export function recordRun(engine: Engine, choice: SeededRun = {}): RecordedRun {
  const { seed = "a", replication = 0, roundsLimit = 12 } = choice;
  const start = startSession(engine, { seed, replication, ...unnamed }, choice.luck);
  const events = [...start.events];
  playOpen({ session: start.session, limit: roundsLimit }, (made) => events.push(...made));
  return { events, ...foldRun(engine, events) };
}

/** The states of a run's events, and what they amount to. */
export function foldRun(engine: Engine, events: readonly RunEvent[]): Omit<RecordedRun, "events"> {
  return { states: statesAfter(events), result: observeRun(engine.law, events).result() };
}
