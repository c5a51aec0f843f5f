/**
 * A scenario under policies as a Markov chain, solved exactly: shares of outcomes and of properties, means of rounds,
 * tallies and utilities, and how long runs take.
 *
 * The way to go is chosen from what reads the clock: nothing but the horizon, something, or no horizon at all.
 */
import { boundOf, isRunProperty } from "../engine/monitor.ts";
import { roundsLimit } from "../engine/play.ts";
import type { Treatment } from "../engine/treatment.ts";
import { planMemory } from "../kernel/memory.ts";
import { phaseVerdicts } from "../kernel/monitorPhase.ts";
import type { Model, Property } from "../scenario/model.ts";
import type { SearchProgress } from "../space/exploration.ts";
import type { Watch } from "../space/stepPlan.ts";
import { compileSteps, type Steps, type StepsRequest } from "../space/steps.ts";
import { solveByComponents } from "./componentPass.ts";
import { buildGraph, held, type SearchControl } from "./graph.ts";
import type { RunDistribution } from "./runDistribution.ts";
import { propagateByClock, propagateByTable } from "./transientAnalysis.ts";

/** What is solved. */
export interface ChainRequest extends SearchControl {
  readonly model: Model;
  readonly treatment: Treatment;
}

/** A solution in the making tells which part it is at: a property, or all the rest. */
export interface SolveProgress extends SearchProgress {
  readonly property: string | null;
}

export type Solving<R> = Generator<SolveProgress, R>;

/** How all runs under the policies go. */
export function* solveChain(request: ChainRequest): Solving<RunDistribution> {
  const { model, treatment } = request;
  return yield* follow(request, { model: { ...model, properties: [] }, treatment }, null);
}

/** The share of runs of which a property holds; a run in which the model is at fault satisfies nothing. */
export function* solveProperty(request: ChainRequest, property: Property): Solving<RunDistribution> {
  const watched = watchProperty(request.model, property);
  return yield* follow(request, { ...watched, treatment: request.treatment }, property.id);
}

/** The share of runs of which the property of a distribution holds. */
export const heldShare = ({ endings }: RunDistribution): number => endings.get(held) ?? 0;

/** A model with one property that is part of its states. */
export function watchProperty(model: Model, property: Property): Pick<StepsRequest, "model" | "watches"> {
  if (!isRunProperty(property)) throw new Error("runs do not decide this property");
  const watch: Watch = {
    as: "state",
    bound: boundOf(property),
    holds: phaseVerdicts(property),
  };
  const actors = model.actors.map((actor) => ({ ...actor, utility: null }));
  return { model: { ...model, actors, properties: [property], tallies: [] }, watches: [watch] };
}

/** Tells of a search as part of a solution. */
export function* tell<R>(property: string | null, search: Generator<SearchProgress, R>): Solving<R> {
  for (let step = search.next(); ; step = search.next()) {
    if (step.done === true) return step.value;
    yield { ...step.value, property };
  }
}

function* follow(
  control: SearchControl,
  request: Pick<StepsRequest, "model" | "watches" | "treatment">,
  property: string | null,
): Solving<RunDistribution> {
  const chain = { ...request, choices: { free: [] }, measured: true };
  const { treatment } = request;
  if (treatment.rounds !== null && sparesClock(request)) {
    const steps = compileSteps({ ...chain, ticks: true, clockless: true });
    return yield* tell(property, propagateByTable(yield* tell(property, buildGraph(steps, control)), treatment.rounds));
  }
  const steps = compileSteps(chain);
  if (knowsRound(steps)) return yield* tell(property, propagateByClock(steps, control));
  const ticking = compileSteps({ ...chain, ticks: true });
  return yield* tell(property, solveByComponents(yield* tell(property, buildGraph(ticking, control)), control));
}

/** Whether states know their round. */
export function knowsRound({ packing, assembly }: Steps): boolean {
  const { fields } = assembly.layout;
  return packing.digits.some(({ of }) => typeof of === "number" && fields[of]?.kind === "round");
}

/** Whether nothing but the horizon reads the clock, so that the table of one day serves all days. */
function sparesClock({
  model,
  treatment,
  watches = [],
}: Pick<StepsRequest, "model" | "watches" | "treatment">): boolean {
  const { rounds } = treatment;
  if (rounds === null || rounds > roundsLimit) return false;
  const longest = watches.reduce((most, watch) => Math.max(most, watch.as === "state" ? (watch.bound ?? 0) : 0), 0);
  if (longest + 3 >= rounds) return false;
  return !planMemory(model, { ...treatment, rounds: null }, roundsLimit).round;
}
