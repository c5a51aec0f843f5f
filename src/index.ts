/**
 * Demarche as a library: read a scenario, run it, remember the run, look at it as an actor may.
 *
 * ```ts
 * const { scenario } = readScenario({ file: "pretext.yaml", text });
 * const engine = prepareEngine(scenario.model, treat(scenario.model));
 * const [started] = startRun(engine, { seed: "a", model: scenario.hash, document: { id: scenario.model.id, text } });
 * ```
 *
 * Nothing here reads a file, a clock or the environment, and all of it runs in a browser too. Stores of logs and worker
 * threads, which need Node, are the command line's and the server's.
 */
export { type Luck, luckOf } from "./chance/draw.ts";
export type { Choice, Chosen, Command, Refused, RunEvent } from "./engine/event.ts";
export { isRefused } from "./engine/event.ts";
export { evolve, evolveAll } from "./engine/evolve.ts";
export { observe, type RunResult } from "./engine/observer.ts";
export { type PolicyFunction, type PolicyInput, playOut } from "./engine/policyFunction.ts";
export { type Engine, openSession, prepareEngine, type Session, startRun } from "./engine/session.ts";
export type { Changes, State } from "./engine/state.ts";
export { type Treatment, type TreatmentRequest, treat, variantIds } from "./engine/treatment.ts";
export { type ViewEvent, type Viewer, viewEvents, viewState } from "./engine/view.ts";
export { defineScenario } from "./scenario/define.ts";
export type { Diagnostic } from "./scenario/diagnostic.ts";
export { Mistake } from "./scenario/mistake.ts";
export type { Model } from "./scenario/model.ts";
export type { Lesson } from "./scenario/readLessons.ts";
export { readScenario, type Scenario } from "./scenario/scenario.ts";
export type { ScenarioDocument } from "./scenario/shape.ts";
