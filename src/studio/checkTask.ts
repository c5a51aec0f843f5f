/**
 * A check as the studio makes it: every course explored, and every way that shows something made again on the machine,
 * as a run that can be opened.
 */

import { type CheckResult, check } from "../check/check.ts";
import type { StatePath } from "../check/statePath.ts";
import { usualSampling } from "../check/statistical.ts";
import { witnessRun } from "../check/witnessRun.ts";
import { type Engine, prepareEngine } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf } from "../scenario/texts.ts";
import type { CheckOutcome, CheckTask, FoundPath, TaskProgress } from "./task.ts";

/** Milliseconds of searching after which what was told goes out. */
const pauseMs = 100;

/** Checks a scenario. */
export async function checkScenario(
  scenario: Scenario,
  task: CheckTask,
  tell: (progress: TaskProgress) => void,
): Promise<CheckOutcome> {
  const { model, texts } = scenario;
  const { variant, assume, policies, rounds, follow, statesMax, memory } = task;
  const treatment = treat(model, { variant, assume, policies, ...(rounds === null ? {} : { rounds }) });
  const search = check({
    model,
    treatment,
    sampling: { ...usualSampling, seed: task.seed },
    choices: follow ? "policies" : "open",
    limits: { statesMax, bytesMax: memory * 2 ** 20 },
    signal: { aborted: false },
  });
  let step = search.next();
  let paused = performance.now();
  for (; step.done !== true; step = search.next()) {
    const { property, states, runs } = step.value;
    tell({ part: runs === undefined ? (property ?? "states") : "runs", done: runs ?? states, total: null });
    if (performance.now() - paused < pauseMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    paused = performance.now();
  }
  const result: CheckResult = step.value;
  const engine = prepareEngine(model, treatment);
  const found = (way: StatePath | null): FoundPath | null => foundWay(scenario, task, engine, way);
  return {
    kind: "check",
    initial: result.initial,
    states: result.states,
    transitions: result.transitions,
    choices: result.choices,
    depth: result.depth,
    deadlocks: result.deadlocks,
    complete: result.complete,
    limit: result.limit,
    properties: result.findings.map(({ property, holds, vacuous, witness: way, limit }) => ({
      id: property.id,
      claim: texts.claims[`properties.${property.id}`] ?? nameOf(texts, "properties", property.id),
      holds,
      vacuous: vacuous !== null,
      limit,
      way: found(way),
    })),
    faults: result.faults.map(({ path, reason, witness: way }) => ({ path, reason, way: found(way) })),
    deadlock: found(result.deadlock),
    missing: result.missing.map(({ kind, ids }) => ({ kind, name: ids.join(".") })),
  };
}

/** A way as a run on the machine; null where no replication within reach begins where it does. */
function foundWay(
  { model, hash }: Scenario,
  { source, seed }: CheckTask,
  engine: Engine,
  way: StatePath | null,
): FoundPath | null {
  if (way === null) return null;
  const start = { seed, model: hash, document: { id: model.id, text: source.text } };
  const trace = witnessRun(engine, way.layout, start, way.decisions);
  return trace === null ? null : { events: trace.events, steps: trace.steps.length };
}
