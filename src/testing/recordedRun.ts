/**
 * Runs for tests: a scenario's text in, events, states and result out.
 *
 * Everything goes through the public parts (read, treat, session, observer), as a caller would use them. A run that is
 * refused or a document with an error throws: both are mistakes of the test.
 */
import { type Luck, luckOf } from "../chance/draw.ts";
import { isRefused, type RunEvent } from "../engine/event.ts";
import { evolve } from "../engine/evolve.ts";
import { observe, type RunResult } from "../engine/observer.ts";
import { type Engine, openSession, prepareEngine, startRun } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
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
export interface RecordedRunOptions {
  readonly seed?: string;
  readonly replication?: number;
  readonly roundsLimit?: number;
  /** The luck of its steps, where it is not that of the seed. */
  readonly luck?: Luck;
}

/** Runs to the end, by policy, script and luck. */
export function recordRun(engine: Engine, choice: RecordedRunOptions = {}): RecordedRun {
  const { seed = "a", replication = 0, roundsLimit = 12 } = choice;
  const events = [...startRun(engine, { seed, replication, model: "", document: { id: "", text: "" } })];
  const first = events[0];
  if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, choice.luck ?? luckOf(seed, replication), first.state);
  session.apply(events.slice(1));
  while (session.state.ended === null) {
    const next = session.state.round >= roundsLimit ? session.propose({ type: "StopRun" }) : session.proposeNext();
    if (isRefused(next)) throw new Error(next.message);
    session.apply(next);
    events.push(...next);
  }
  return { events, ...foldRun(engine, events) };
}

/** The states of a run's events, and what they amount to. */
export function foldRun(engine: Engine, events: readonly RunEvent[]): Omit<RecordedRun, "events"> {
  const observer = observe(engine.law);
  const states: State[] = [];
  for (const event of events) {
    const before = states.at(-1) ?? null;
    const after = evolve(before, event);
    observer.see(before, event, after);
    states.push(after);
  }
  return { states, result: observer.result() };
}
