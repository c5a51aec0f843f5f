/**
 * What solving a scenario comes to: exact shares and means, or their extremes over what is left open.
 */
import { isRunProperty } from "../engine/monitor.ts";
import { deadlock } from "../kernel/program.ts";
import { groupsOf } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";
import { faulted } from "./graph.ts";
import { heldShare } from "./markovChain.ts";
import type { PolicyTable } from "./policyTable.ts";
import type { RunDistribution } from "./runDistribution.ts";

/** A share of runs: under policies, or its extremes over the choices that are left open. What was not asked is null. */
export interface ExactShare {
  readonly probability: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** A mean: infinite where it is, null where it does not exist or was not asked. */
export interface ExactMean {
  readonly expected: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface Solution {
  /** Distinct states that a run can be in, given what is open. */
  readonly states: number;
  readonly method: string;
  /** No share is off by more than this, no mean by more than this times the sum of what it is made of. */
  readonly precision: number;
  readonly outcomes: Readonly<Record<string, ExactShare>>;
  /** Share of runs that end in any outcome of a group. */
  readonly groups: Readonly<Record<string, ExactShare>>;
  readonly properties: Readonly<Record<string, ExactShare>>;
  readonly rounds: ExactMean;
  readonly tallies: Readonly<Record<string, ExactMean>>;
  /** Mean utility by actor that has one; null where choices are open. */
  readonly values: Readonly<Record<string, number | null>> | null;
  /** The tables that attain the solution. */
  readonly policies: readonly PolicyTable[] | null;
  /** Share of runs that end in no outcome, by how; null where choices are open. */
  readonly stopped: Readonly<Record<"deadlock" | "fault" | "endless", number>> | null;
  /** Share of runs by how many rounds they take, as far as it was followed; null where choices are open. */
  readonly lengths: readonly number[] | null;
  /** What a reader should know of the solution, as sentences. */
  readonly notes: readonly string[];
}

/** A share that adds up to a little more than all is all; where nothing else can come, it is exactly all. */
const shareOf = (share: number, certain: boolean): number => (certain ? 1 : Math.min(1, share));

const known = (probability: number): ExactShare => ({ probability, min: null, max: null });

const mean = (expected: number | undefined): ExactMean => ({
  expected: expected === undefined || Number.isNaN(expected) ? null : expected,
  min: null,
  max: null,
});

/** The solution of a chain, from the distribution of its runs and, by property, the distribution that tells its share. */
export function chainSolution(
  model: Model,
  distribution: RunDistribution,
  properties: ReadonlyMap<string, RunDistribution>,
): Solution {
  const ends = [...distribution.endings].filter(([, share]) => share > 0);
  const shareIn = (endings: readonly number[]): number =>
    shareOf(
      endings.reduce((sum, ending) => sum + (distribution.endings.get(ending) ?? 0), 0),
      ends.length > 0 && ends.every(([ending]) => endings.includes(ending)) && distribution.endless === 0,
    );
  const share = (ending: number): number => shareIn([ending]);
  const actors = model.actors.filter(({ utility }) => utility !== null);
  return {
    states: distribution.states,
    method: distribution.method,
    precision: [...properties.values()].reduce(
      (most, { precision }) => Math.max(most, precision),
      distribution.precision,
    ),
    outcomes: Object.fromEntries(model.outcomes.map(({ id }, index) => [id, known(share(index))])),
    groups: Object.fromEntries(groupsOf(model).map(({ id, members }) => [id, known(shareIn(members))])),
    properties: Object.fromEntries(
      model.properties.filter(isRunProperty).flatMap(({ id }) => {
        const run = properties.get(id);
        if (run === undefined) return [];
        const held = heldShare(run);
        const all = [...run.endings.values()].filter((one) => one > 0).length === 1 && held > 0;
        return [[id, known(shareOf(held, all))]];
      }),
    ),
    rounds: mean(distribution.sums[0]),
    tallies: Object.fromEntries(model.tallies.map(({ id }, index) => [id, mean(distribution.sums[index + 1])])),
    values: Object.fromEntries(actors.map(({ id }, index) => [id, mean(distribution.utilities[index]).expected])),
    policies: null,
    stopped: { deadlock: share(deadlock), fault: share(faulted), endless: distribution.endless },
    lengths: distribution.lengths,
    notes:
      distribution.endless > 0 && actors.length > 0 ? ["A run that never ends counts 0 in the actors' utilities."] : [],
  };
}

/** A solution in which nothing is known yet but how it is found. */
export function spanSolution(model: Model, found: Pick<Solution, "states" | "method" | "precision">): Solution {
  const nothing: ExactShare = { probability: null, min: null, max: null };
  return {
    ...found,
    outcomes: Object.fromEntries(model.outcomes.map(({ id }) => [id, nothing])),
    groups: Object.fromEntries(model.groups.map(({ id }) => [id, nothing])),
    properties: Object.fromEntries(model.properties.filter(isRunProperty).map(({ id }) => [id, nothing])),
    rounds: mean(undefined),
    tallies: Object.fromEntries(model.tallies.map(({ id }) => [id, mean(undefined)])),
    values: null,
    policies: null,
    stopped: null,
    lengths: null,
    notes: [],
  };
}
