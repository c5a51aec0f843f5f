/**
 * A sample: the first replications of an ensemble, followed step by step, to show how runs go and not only how they end.
 *
 * Values are read as each round opens; a run that has ended keeps its last values from then on, so that every round
 * speaks of all runs and none drops out of sight by ending. Steps of note are moves and incidents that have a severity
 * or change a track, themselves or through the rules that they trigger, and rules that change a track as time passes.
 */
import type { RunDeed } from "../engine/deeds.ts";
import type { State } from "../engine/state.ts";
import type { Treatment } from "../engine/treatment.ts";
import type { Model } from "../scenario/model.ts";
import { type Follow, followerOf } from "./follow.ts";
import { type Path, PathTree } from "./pathTree.ts";
import { type DistributionSummary, RoundDistributions, summariseDistribution } from "./roundDistributions.ts";
import { doHere, doInThreads, type TaskOptions } from "./threads.ts";

/**
 * Which steps make a path: all of note, or, where these part so soon that hardly any way is taken twice, those that led
 * to a higher rung of the ladder than the run had stood on before.
 */
export type PathKind = "steps of note" | "new heights";

export interface Sample {
  readonly variant: string;
  /** Replications 0 to runs - 1. */
  readonly runs: number;
  /** Last round shown: the first that at most one run in a hundred reaches. */
  readonly rounds: number;
  /** Runs that had not ended, by round as it opens. */
  readonly running: readonly number[];
  readonly variables: readonly { readonly id: string; readonly rounds: readonly DistributionSummary[] }[];
  /** Runs by round and track state, in the states' order. */
  readonly tracks: readonly { readonly id: string; readonly rounds: readonly (readonly number[])[] }[];
  /** Runs by round and by the highest rung that any track stands on; `rungs` ascends and is empty without a ladder. */
  readonly ladder: { readonly rungs: readonly number[]; readonly rounds: readonly (readonly number[])[] };
  readonly paths: { readonly of: PathKind; readonly tree: Path };
  /** Moves and incidents that no run of the sample saw. */
  readonly unseen: { readonly moves: readonly string[]; readonly incidents: readonly string[] };
}

/** Replications that are followed unless asked otherwise: shares are then known to about four points. */
export const sampleRuns = 500;

/** What the samples of several treatments share. */
export interface SampleTask {
  readonly model: Model;
  readonly seed: string;
  readonly runs: number;
}

/** The sample of a treatment. */
export function sampleOf({ model, seed, runs }: SampleTask, treatment: Treatment): Sample {
  return takeSample(model, treatment.variant, followerOf(model, treatment, seed), runs);
}

const sampleWorker = new URL("./sampleWorker", import.meta.url);

/** Samples of several treatments, on several threads if asked for; fewer only where the signal aborted. */
export async function takeSamples(
  task: SampleTask,
  treatments: readonly Treatment[],
  options: TaskOptions & { readonly workers: number },
): Promise<readonly Sample[]> {
  return options.workers > 1 && treatments.length > 1
    ? doInThreads(
        { worker: sampleWorker, task: "sample", workers: options.workers, told: task },
        treatments,
        [],
        options,
      )
    : doHere(treatments, [], (treatment) => sampleOf(task, treatment), options);
}

/** Follows the first replications of a variant. */
export function takeSample(model: Model, variant: string, follow: Follow, runs: number): Sample {
  const seen = new Set<string>();
  const rungIn = ladderOf(model);
  const book = new RoundDistributions([...columnsOf(model), rungIn]);
  const trees = { noted: new PathTree(), ladder: new PathTree() };
  const marked = new Set(
    [...model.moves, ...model.incidents].filter(({ severity }) => severity !== null).map(({ id }) => id),
  );
  for (let replication = 0; replication < runs; replication++) {
    followOne(follow, replication, { seen, book, trees, marked, rungIn });
  }
  const rounds = book.lastRound();
  const rungs = rungsOf(model);
  const { variables, tracks } = model;
  const counted = (column: number, values: readonly number[]): readonly (readonly number[])[] =>
    book.tallies(column, rounds).map((tally) => values.map((value) => tally.get(value) ?? 0));
  return {
    variant,
    runs,
    rounds,
    running: book.running(rounds),
    variables: variables.map(({ id }, column) => ({
      id,
      rounds: book.tallies(column, rounds).map(summariseDistribution),
    })),
    tracks: tracks.map(({ id, states }, index) => ({
      id,
      rounds: counted(variables.length + index, [...states.keys()]),
    })),
    ladder: { rungs, rounds: rungs.length === 0 ? [] : counted(variables.length + tracks.length, rungs) },
    paths: choosePaths(trees, rungs.length > 0),
    unseen: {
      moves: model.moves.map(({ id }) => id).filter((id) => !seen.has(`move:${id}`)),
      incidents: model.incidents.map(({ id }) => id).filter((id) => !seen.has(`incident:${id}`)),
    },
  };
}

/** What is read of each round: variables, then tracks. */
function columnsOf({ variables, tracks }: Model): readonly ((state: State) => number)[] {
  const ordinals = tracks.map(({ id, states }) => ({
    id,
    of: new Map(states.map((state, index) => [state.id, index])),
  }));
  return [
    ...variables.map(
      ({ id }) =>
        (state: State) =>
          Number(state.variables[id] ?? 0),
    ),
    ...ordinals.map(
      ({ id, of }) =>
        (state: State) =>
          of.get(state.tracks[id] ?? "") ?? 0,
    ),
  ];
}

/** The highest rung on which any track stands; a track state without one stands on 0. */
function ladderOf({ tracks }: Model): (state: State) => number {
  const rungs = tracks.flatMap(({ id, states }) =>
    states.every(({ rung }) => rung === null)
      ? []
      : [{ id, of: new Map(states.map((state) => [state.id, state.rung ?? 0])) }],
  );
  return (state) => rungs.reduce((highest, { id, of }) => Math.max(highest, of.get(state.tracks[id] ?? "") ?? 0), 0);
}

/** Share of runs that a tree has to follow to their ends to be worth showing. */
const followedLeast = 0.5;

function choosePaths({ noted, ladder }: Notes["trees"], hasLadder: boolean): Sample["paths"] {
  const tree = noted.prune();
  return !hasLadder || followed(tree) >= followedLeast * tree.runs
    ? { of: "steps of note", tree }
    : { of: "new heights", tree: ladder.prune() };
}

/** Runs that a pruned tree follows to their ends. */
function followed({ ends, next }: Path): number {
  return (
    Object.values(ends).reduce((sum, count) => sum + count, 0) + next.reduce((sum, path) => sum + followed(path), 0)
  );
}

/** Rungs that the tracks can stand on, ascending; none if no track state carries one. A state without one stands on 0. */
function rungsOf({ tracks }: Model): readonly number[] {
  const given = tracks.flatMap(({ states }) => states.flatMap(({ rung }) => rung ?? []));
  return given.length === 0 ? [] : [...new Set([0, ...given])].sort((one, other) => one - other);
}

interface Notes {
  readonly seen: Set<string>;
  readonly book: RoundDistributions;
  readonly trees: { readonly noted: PathTree; readonly ladder: PathTree };
  readonly marked: ReadonlySet<string>;
  readonly rungIn: (state: State) => number;
}

function followOne(follow: Follow, replication: number, { seen, book, trees, marked, rungIn }: Notes): void {
  const noted = new Way();
  const climbed = new Way();
  let before: State | null = null;
  let height = 0;
  // The state in which a round opens, until its rules are through.
  let opening: State | null = null;

  follow(replication, (sight, state) => {
    const at = state();
    const turned = before !== null && changed(before.tracks, at.tracks);
    const rung = before === null || turned ? rungIn(at) : height;
    const climbs = before !== null && rung > height;
    height = Math.max(height, rung);
    before = at;
    switch (sight.kind) {
      case "start":
      case "tick":
        if (opening !== null) book.opens(opening);
        opening = at;
        noted.step([], false);
        climbed.step([], false);
        break;
      case "rule":
        noted.rule(sight.rule, turned);
        climbed.rule(sight.rule, climbs);
        if (opening !== null) opening = at;
        break;
      case "step":
        if (opening !== null) book.opens(opening);
        opening = null;
        for (const { kind, id } of sight.deeds) seen.add(`${kind}:${id}`);
        noted.step(sight.deeds, turned || sight.deeds.some(({ id }) => marked.has(id)));
        climbed.step(sight.deeds, climbs);
        break;
      case "end": {
        book.ends(at, opening === null ? at.round + 1 : at.round);
        const end = at.outcome ?? at.ended ?? "unfinished";
        trees.noted.add(noted.steps, end);
        trees.ladder.add(climbed.steps, end);
      }
    }
  });
}

/** One run's steps of some kind; what a rule makes of a step is counted as the step's. */
class Way {
  readonly steps: RunDeed[] = [];
  /** The latest deeds, while nothing has come of them; null after they were told, or after a tick. */
  private untold: readonly RunDeed[] | null = null;
  private inTick = false;

  step(deeds: readonly RunDeed[], counts: boolean): void {
    this.inTick = deeds.length === 0;
    if (counts) this.steps.push(...deeds);
    this.untold = counts ? null : deeds;
  }

  rule(id: string, counts: boolean): void {
    if (!counts) return;
    if (this.inTick) this.steps.push({ kind: "rule", id, branch: null });
    else if (this.untold !== null) this.steps.push(...this.untold);
    this.untold = null;
  }
}

function changed(before: State["tracks"], after: State["tracks"]): boolean {
  for (const id in after) if (before[id] !== after[id]) return true;
  return false;
}
