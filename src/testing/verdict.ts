/**
 * What a run or a scenario says about a claim: whether it holds, and the run that shows it.
 *
 * A scenario is explored exhaustively where its states are few enough, which proves or refutes; otherwise runs are
 * generated, which refutes at most. Every verdict says which of the two it comes from.
 */
import fc from "fast-check";
import { decide } from "../check/check.ts";
import { searchedModel } from "../check/runProperty.ts";
import type { StatePath } from "../check/statePath.ts";
import { witnessRun } from "../check/witnessRun.ts";
import type { RunEvent } from "../engine/event.ts";
import type { Law } from "../engine/law.ts";
import { isRunProperty, monitor, type RunProperty, verdict } from "../engine/monitor.ts";
import { completedSteps } from "../engine/transitions.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model, Property } from "../scenario/model.ts";
import { nearest } from "../scenario/suggest.ts";
import { Exploration } from "../space/exploration.ts";
import { compileSteps } from "../space/steps.ts";
import { conditionOf } from "./condition.ts";
import type { LoadedScenario } from "./loadedScenario.ts";
import { type PreparedScenario, prepareScenario, type Run, type RunOptions } from "./run.ts";
import { runs } from "./runArbitrary.ts";
import type { ToldRun } from "./tellRun.ts";

/** How a claim about a scenario is decided. */
export interface ClaimOptions extends RunOptions {
  /** `exploring` or `generating`; without it, a scenario is explored as far as `statesMax` allows, else runs are made. */
  readonly by?: "exploring" | "generating";
  /** Exploration is given up after this many states; 200,000 unless said otherwise. */
  readonly statesMax?: number;
  /** So many runs are generated; 200 unless said otherwise. */
  readonly numRuns?: number;
}

/** What came of a claim. */
export interface Verdict {
  readonly holds: boolean;
  /** How that is known, as the end of a sentence: `proved over 1,234 states`. */
  readonly known: string;
  /** A run that shows it, where there is one. */
  readonly shown: ToldRun | null;
}

/**
 * A property of the scenario by its id.
 * @throws Mistake where there is none.
 */
export function propertyOf(model: Model, id: string): Property {
  const found = model.properties.find((property) => property.id === id);
  if (found !== undefined) return found;
  const ids = model.properties.map((property) => property.id);
  const near = nearest(id, ids);
  const list = ids.length === 0 ? "the scenario has none" : `there are ${ids.join(", ")}`;
  throw new Mistake(`there is no property ${id}: ${list}`, near === null ? null : `did you mean ${near}?`);
}

/** Whether a property holds of a run; it must be one that a single run decides. */
export function verdictOnRun(run: Run, property: Property): Verdict {
  if (!isRunProperty(property)) {
    throw new Mistake(`${property.id} is not decided by a single run`, "expect it of the scenario instead of a run");
  }
  const { holds, until } = follow(run.prepared.engine.law, run.events, property);
  return { holds, known: "", shown: toldRun(run, until) };
}

/** Whether a run comes to an outcome, to one of a group, or to a condition. */
export function reachedByRun(run: Run, target: string): Verdict {
  const last = run.events.length - 1;
  const members = outcomesOf(run.prepared, target);
  if (members !== null) {
    const { outcome } = run.result;
    return { holds: outcome !== null && members.includes(outcome), known: "", shown: toldRun(run, last) };
  }
  const { holds, until } = follow(run.prepared.engine.law, run.events, neverReached(run.prepared, target));
  return { holds: !holds, known: "", shown: toldRun(run, until) };
}

/** Whether a property holds of every run of a scenario; every choice is open unless the options say otherwise. */
export function verdictOnScenario(scenario: LoadedScenario, id: string, options: ClaimOptions): Verdict {
  const prepared = prepareScenario(scenario, { choosing: "freely", ...options });
  const property = propertyOf(scenario.model, id);
  if (property.kind === "share") {
    const how = "demarche compare estimates shares, demarche solve decides them";
    throw new Mistake(`${id} is a bound on a share of runs`, how);
  }
  const proved = options.by === "generating" ? null : prove(prepared, property, options);
  if (proved !== null) return proved;
  if (!isRunProperty(property)) {
    const more = "allow more with statesMax, or set a horizon with rounds";
    throw new Mistake(`${id} is decided by exploring alone, and there are too many states for that`, more);
  }
  return sample(prepared, options, (run) => verdictOnRun(run, property));
}

/** Whether some run of a scenario comes to an outcome, to one of a group, or to a condition. */
export function reachedByScenario(scenario: LoadedScenario, target: string, options: ClaimOptions): Verdict {
  const prepared = prepareScenario(scenario, { choosing: "freely", ...options });
  const explores = options.by !== "generating";
  const members = outcomesOf(prepared, target);
  if (members !== null) {
    const found = explores ? exploreOutcomes(prepared, members, options) : null;
    return found ?? denied(sample(prepared, options, (run) => denied(reachedByRun(run, target))));
  }
  const never = neverReached(prepared, target);
  const proved = explores ? prove(prepared, never, options) : null;
  return denied(proved ?? sample(prepared, options, (run) => verdictOnRun(run, never)));
}

const denied = (one: Verdict): Verdict => ({ ...one, holds: !one.holds });

/** Decides a property by exploring; null where that would take too many states. */
function prove(
  prepared: PreparedScenario,
  property: Exclude<Property, { kind: "share" }>,
  options: ClaimOptions,
): Verdict | null {
  const search = decide(groundOf(prepared, options), property);
  let states = 0;
  let step = search.next();
  for (; step.done !== true; step = search.next()) states = step.value.states;
  const { holds, witness: way } = step.value;
  if (holds === null) return null;
  const known = `${holds ? "proved over" : "refuted among"} ${counted(states)} states`;
  return { holds, known, shown: holds || way === null ? null : toldWay(prepared, way) };
}

/** Looks for an end by exploring; null where that would take too many states. */
function exploreOutcomes(
  prepared: PreparedScenario,
  members: readonly string[],
  options: ClaimOptions,
): Verdict | null {
  const { model, treatment, choices, limits } = groundOf(prepared, options);
  const steps = compileSteps({ ...searchedModel({ model, treatment, choices }, [], []), choices });
  const exploration = new Exploration(steps, limits);
  const endings = model.outcomes.flatMap(({ id }, index) => (members.includes(id) ? [index] : []));
  const found = () => endings.flatMap((ending) => exploration.firstEndings.get(ending) ?? [])[0];
  while (found() === undefined && exploration.advance(stepsAtOnce)) {}
  const edge = found();
  const states = counted(exploration.store.count);
  if (edge === undefined) {
    return exploration.complete ? { holds: false, known: `proved over ${states} states`, shown: null } : null;
  }
  const decisions = exploration.optionsAlong([...exploration.pathTo(edge.from), edge]);
  const way: StatePath = { layout: steps.assembly.layout, decisions, repeats: null };
  return { holds: true, known: `found among ${states} states`, shown: toldWay(prepared, way) };
}

/** Ways that a search takes between two looks at what it found. */
const stepsAtOnce = 10_000;

function groundOf({ scenario, engine, choosing }: PreparedScenario, { statesMax = 200_000 }: ClaimOptions) {
  return {
    model: scenario.model,
    treatment: engine.law.treatment,
    choices: choosing === "freely" ? ("open" as const) : ("policies" as const),
    limits: { statesMax, bytesMax: 2 ** 30 },
    signal: { aborted: false },
  };
}

/** A way of the explorer as a run on the machine; null where no run of the seed begins as it does. */
function toldWay(prepared: PreparedScenario, { layout, decisions }: StatePath): ToldRun | null {
  const { scenario, seed } = prepared;
  const document = { id: scenario.model.id, text: scenario.text };
  const trace = witnessRun(prepared.engine, layout, { seed, model: scenario.hash, document }, decisions);
  return trace === null ? null : { prepared, events: trace.events, until: trace.events.length - 1, drawn: null };
}

/** Tries a claim on generated runs; what fails is shrunk. */
function sample(
  prepared: PreparedScenario,
  { numRuns = 200, ...options }: ClaimOptions,
  judge: (run: Run) => Verdict,
): Verdict {
  const generated = runs(prepared.scenario, { ...options, choosing: prepared.choosing });
  const result = fc.check(
    fc.property(generated, (run) => judge(run).holds),
    { seed: sampleSeed, numRuns },
  );
  const [run] = result.counterexample ?? [];
  if (run !== undefined) return { ...judge(run), known: `in run ${result.numRuns} of ${numRuns} generated` };
  return { holds: true, known: `in all ${numRuns} generated runs, which proves nothing of others`, shown: null };
}

/** The seed of the generator: the same test makes the same runs. */
const sampleSeed = 20220126;

/** The outcomes that a name stands for: itself, or those of the group; null where it is neither. */
function outcomesOf({ scenario: { model } }: PreparedScenario, target: string): readonly string[] | null {
  if (model.outcomes.some(({ id }) => id === target)) return [target];
  return model.groups.find(({ id }) => id === target)?.of ?? null;
}

/** Says that a run never comes to a condition. */
function neverReached({ scenario }: PreparedScenario, target: string): RunProperty {
  const { model } = scenario;
  if (/^[a-z][a-z0-9_-]*$/.test(target) && !named(model).includes(target)) {
    const known = [...model.outcomes, ...model.groups].map(({ id }) => id).concat(named(model));
    const near = nearest(target, known);
    throw new Mistake(
      `${target} is neither an outcome nor a condition; outcomes are ${model.outcomes.map(({ id }) => id).join(", ")}`,
      near === null ? null : `did you mean ${near}?`,
    );
  }
  return { id: "reached", kind: "never", of: conditionOf(model, target), after: null, until: null };
}

/** Names that can be a condition by themselves. */
function named(model: Model): readonly string[] {
  return [
    ...model.variables.filter(({ kind }) => kind === "flag").map(({ id }) => id),
    ...model.terms.filter(({ type }) => type === "condition").map(({ id }) => id),
    ...model.assumptions.filter((one) => typeof one.default === "boolean").map(({ id }) => id),
  ];
}

/** Reads a run-level property along events: whether it holds, and the position at which that is settled. */
function follow(law: Law, events: readonly RunEvent[], property: RunProperty): { holds: boolean; until: number } {
  const last = events.length - 1;
  const watch = monitor(law, property);
  for (const { position, event, after } of completedSteps(events)) {
    watch.read(after);
    if (watch.phase === "failed" || watch.phase === "held") {
      // That the model is at fault afterwards is no part of what settles it.
      return { holds: watch.phase === "held", until: event.type === "ModelFaulted" ? position - 1 : position };
    }
  }
  return { holds: verdict(property, watch.phase), until: last };
}

function toldRun(run: Run, until: number): ToldRun {
  return { prepared: run.prepared, events: run.events, until, drawn: run.drawn ? run.replication : null };
}

function counted(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
