/**
 * A property of single runs, decided over all runs.
 *
 * It is decided in the product of states and monitor phases: breadth first, until it fails, so a counterexample is as
 * short as can be. Where a run may go on for ever, a property that demands something fails on a cycle on which it never
 * comes: nothing is assumed of fairness, neither of actors nor of chance.
 */

import { boundOf, type RunProperty } from "../engine/monitor.ts";
import type { Treatment } from "../engine/treatment.ts";
import { pendingPhase, phaseVerdicts } from "../kernel/monitorPhase.ts";
import { at, intAt } from "../scenario/at.ts";
import type { Model, Property } from "../scenario/model.ts";
import { patterns } from "../scenario/property.ts";
import { EdgeTable, findCycle } from "../space/cycle.ts";
import { Exploration, type SearchLimits, type SearchProgress } from "../space/exploration.ts";
import type { Limit } from "../space/stateStore.ts";
import type { Watch } from "../space/stepPlan.ts";
import { compileSteps, type Steps } from "../space/steps.ts";
import { pathEndingWith, pathOver, type StatePath } from "./statePath.ts";

/** What is explored, and how far. */
export interface SearchRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly choices: "open" | "policies";
  readonly limits: SearchLimits;
  /** Ends the search where it stands. */
  readonly signal: { readonly aborted: boolean };
}

/** What came of a property. */
export interface PropertyAnswer {
  /** Null: not decided. */
  readonly holds: boolean | null;
  /** A counterexample where it does not hold; where it holds of some runs only, a witness. */
  readonly witness: StatePath | null;
  /** The property itself cannot be evaluated on the path, so it does not hold of all runs. */
  readonly faults: boolean;
  /** Why it is not decided; `sample`: so many runs as were drawn do not tell. */
  readonly limit: Limit | "interrupted" | "sample" | null;
  /** What is known of the share of runs that it is about. */
  readonly share: KnownShare | null;
}

/** A share of runs, and how it is known: worked out, or told by runs that were drawn. */
export type KnownShare =
  | { readonly method: "exact"; readonly share: number; readonly precision: number }
  | {
      readonly method: "sequential test" | "fixed sample";
      readonly share: number;
      readonly runs: number;
      /** The chance that what is said of it is wrong, wherever the truth is further off than the margin. */
      readonly error: number;
      readonly margin: number;
      /** A replication that violates the property. */
      readonly violation: number | null;
    };

/** Progress while a property is decided; null: all of the state space. */
export interface CheckProgress extends SearchProgress {
  readonly property: string | null;
  /** Runs drawn, where a property is tested on runs. */
  readonly runs?: number;
}

export type CheckSearch<R> = Generator<CheckProgress, R>;

/** The answer of a search that came to its end. */
export const answer = (holds: boolean, path: StatePath | null = null, faults = false): PropertyAnswer => ({
  holds,
  witness: path,
  faults,
  limit: null,
  share: null,
});

/** The answer of a search that was ended early. */
export const undecided = (limit: PropertyAnswer["limit"]): PropertyAnswer => ({
  holds: null,
  witness: null,
  faults: false,
  limit,
  share: null,
});

/** Ways between two looks for Ctrl-C. */
const budget = 50_000;

/** Drives an exploration; whether it came to its end. */
export function* runSearch(
  exploration: Exploration,
  property: string | null,
  signal: { readonly aborted: boolean },
): CheckSearch<boolean> {
  for (let more = true; more; ) {
    more = exploration.advance(budget);
    yield { ...exploration.progress, property };
    if (signal.aborted) return false;
  }
  return exploration.complete || exploration.failure !== null;
}

/** The steps of a request with other properties, and without what only runs add up. */
function stepsFor(
  { model, treatment, choices }: SearchRequest,
  properties: readonly Property[],
  watches: readonly Watch[],
) {
  return compileSteps({ ...searchedModel({ model, treatment, choices }, properties, []), watches, choices });
}

/** A model and a treatment whose policies matter only where they decide what is open. */
export function searchedModel(
  { model, treatment, choices }: Pick<SearchRequest, "model" | "treatment" | "choices">,
  properties: readonly Property[],
  tallies: Model["tallies"],
): { readonly model: Model; readonly treatment: Treatment } {
  const open = choices === "open";
  return {
    model: { ...model, properties, tallies, policies: open ? [] : model.policies },
    treatment: { ...treatment, policies: open ? {} : treatment.policies },
  };
}

/** Decides a property of single runs. */
export function* decideRunProperty(request: SearchRequest, property: RunProperty): CheckSearch<PropertyAnswer> {
  const bound = boundOf(property);
  const holds = phaseVerdicts(property);
  const steps = stepsFor(request, [property], [{ as: "state", bound, holds }]);
  const demands = bound === null && patterns[property.kind].owes !== "nothing";
  // Where states know their round, no state comes again.
  const cycles = demands && !steps.assembly.layout.fields.some(({ kind }) => kind === "round");
  const edges = cycles ? new EdgeTable() : null;
  const owes = patterns[property.kind].owes === "once due" ? owingStates(steps) : () => true;
  const exploration: Exploration = new Exploration(
    steps,
    request.limits,
    edges === null
      ? null
      : {
          see(from, target) {
            if (from >= 0 && target >= 0 && owes(exploration, from) && owes(exploration, target)) {
              edges.add(from, target);
            }
          },
          get bytes() {
            return edges.bytes;
          },
        },
  );
  const ended = yield* runSearch(exploration, property.id, request.signal);
  if (exploration.failure !== null) {
    return answer(false, pathEndingWith(exploration, exploration.failure));
  }
  const cycle = edges === null ? null : findCycle(edges, exploration.store.count);
  if (cycle !== null) {
    const loop = cycle.slice(1).map((state, index) => exploration.edgeTo(at(cycle, index), state));
    return answer(false, pathOver(exploration, exploration.pathTo(at(cycle, 0)), loop));
  }
  const own = ownFault(exploration, property.id);
  if (own !== null) return own;
  return ended ? answer(true) : undecided(exploration.limit ?? "interrupted");
}

/** The answer where a property cannot be evaluated: other faults of the model are told apart from what it claims. */
export function ownFault(exploration: Exploration, id: string): PropertyAnswer | null {
  const { faults } = exploration.steps.assembly.program;
  const own = [...exploration.faults].find(([number]) => faults[number]?.path === `properties.${id}`);
  return own === undefined ? null : answer(false, pathEndingWith(exploration, own[1]), true);
}

/** Tells whether a state's monitor owes something. */
function owingStates({ packing }: Steps): (exploration: Exploration, state: number) => boolean {
  const digit = packing.digits.find(({ of }) => of === "phase");
  if (digit === undefined) return () => true;
  const { word, factor, size } = digit;
  return ({ store }, state) =>
    Math.floor(intAt(store.words, state * store.width + word) / factor) % size === pendingPhase;
}
