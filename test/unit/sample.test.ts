/**
 * Samples: how runs go, told from kernel and machine alike.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { followerOf, machineFollow } from "../../src/ensemble/follow.ts";
import { type Path, PathTree } from "../../src/ensemble/pathTree.ts";
import { summariseDistribution } from "../../src/ensemble/roundDistributions.ts";
import { type Sample, takeSample } from "../../src/ensemble/sample.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

function library(id: string): Model {
  const file = join(import.meta.dirname, `../../scenarios/${id}.yaml`);
  return read(readFileSync(file, "utf8"));
}

function read(text: string): Model {
  const { scenario, diagnostics } = readScenario({ file: "test.yaml", text });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return scenario.model;
}

const sampleOf = (model: Model, runs: number): Sample =>
  takeSample(model, "default", followerOf(model, treat(model), "a"), runs);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("a sample", () => {
  test.each(["pretext", "chicken", "gamblers-ruin", "crisis-chain", "brink"])(
    "of %s is the same on the kernel and on the machine",
    (id) => {
      const model = library(id);
      const onMachine = takeSample(model, "default", machineFollow(prepareEngine(model, treat(model)), "a"), 60);
      expect(sampleOf(model, 60)).toEqual(onMachine);
    },
  );

  test("speaks of all runs in every round, ended or not", () => {
    const { tracks, runs, running } = sampleOf(library("pretext"), 200);
    expect(tracks.flatMap(({ rounds }) => rounds.map(sum))).toEqual(
      tracks.flatMap(({ rounds }) => rounds.map(() => runs)),
    );
    expect(running[0]).toBe(runs);
    expect(running.every((count, round) => round === 0 || count <= (running[round - 1] ?? 0))).toBe(true);
  });

  test("reads a round once its rules are through", () => {
    const model = read(`
demarche: 1
id: lapse
title: A test
clock: { start: 2022-01-01, rounds: 4 }
tracks: { reply: { initial: promised, states: [promised, late] } }
variables: { days_late: { scale: [0, 9], initial: 0 } }
rules: { lapses: { when: round >= 2, then: { reply: late, days_late: 3 } } }
outcomes: { over: { otherwise: true } }
`);
    const sample = sampleOf(model, 10);
    expect(sample.variables[0]?.rounds.map(({ q50 }) => q50)).toEqual([0, 0, 3, 3, 3]);
    expect(sample.tracks[0]?.rounds).toEqual([
      [10, 0],
      [10, 0],
      [0, 10],
      [0, 10],
      [0, 10],
    ]);
    expect(sample.paths.tree.next.map(({ step }) => step)).toEqual([{ kind: "rule", id: "lapses", branch: null }]);
  });

  test("stands on the highest rung of any track, and tells new heights where paths part too soon", () => {
    const model = read(`
demarche: 1
id: rungs
title: A test
clock: { start: 2022-01-01, rounds: 30 }
actors: { a: { must_move: true } }
tracks:
  talks: { initial: open, states: { open: { rung: 2 }, dead: { rung: 4 } } }
  forces: { initial: home, states: { home: { rung: 1 }, massed: { rung: 6 } } }
  mood: { initial: calm, states: [calm, sour] }
moves:
  walk_out: { by: a, when: talks is open, then: { talks: dead } }
  mass: { by: a, when: forces is home and round >= 2, then: { forces: massed } }
  sulk: { by: a, then: { mood: next(mood) }, when: mood is calm }
  smile: { by: a, then: { mood: calm }, when: mood is sour }
policies: { a: { steady: { walk_out: if round is 1 then 1000000 else 0, mass: if round is 2 then 1000000 else 0, sulk: 1, smile: 1 } } }
incidents: { wind: { chance: 0.5, then: { mood: if mood is calm then sour else calm } } }
outcomes: { over: { otherwise: true } }
`);
    const { ladder, paths } = sampleOf(model, 60);
    expect(ladder.rungs).toEqual([0, 1, 2, 4, 6]);
    const highest = ladder.rounds.map((counts) => ladder.rungs[counts.indexOf(60)] ?? null);
    expect(highest.slice(0, 5)).toEqual([2, 2, 4, 6, 6]);
    expect(paths.of).toBe("new heights");
    expect(paths.tree.next.map(({ step, runs }) => [step?.id, runs])).toEqual([["walk_out", 60]]);
    expect(paths.tree.next[0]?.next.map(({ step, ends }) => [step?.id, ends])).toEqual([["mass", { over: 60 }]]);
  });

  test("names the moves and incidents that never came", () => {
    const model = read(`
demarche: 1
id: never
title: A test
clock: { start: 2022-01-01, rounds: 3 }
actors: { a: {} }
variables: { n: { scale: [0, 9], initial: 0 } }
moves:
  possible: { by: a, then: { n: n + 1 } }
  impossible: { by: a, when: n >= 9, then: { n: 0 } }
incidents: { never: { chance: 0, then: { n: 9 } } }
outcomes: { over: { otherwise: true } }
`);
    expect(sampleOf(model, 20).unseen).toEqual({ moves: ["impossible"], incidents: ["never"] });
  });

  test("tells apart how paths end: in an outcome, or in a deadlock", () => {
    const model = read(`
demarche: 1
id: ends
title: A test
actors: { a: { must_move: true } }
tracks: { door: { initial: shut, states: [shut, open, blocked] } }
moves:
  enter: { by: a, when: door is shut, then: { door: open } }
  block: { by: a, when: door is shut, then: { door: blocked } }
outcomes: { inside: { when: door is open } }
`);
    const { tree } = sampleOf(model, 40).paths;
    const ends = Object.fromEntries(tree.next.map(({ step, ends: by }) => [step?.id, Object.keys(by)]));
    expect(ends).toEqual({ enter: ["inside"], block: ["deadlock"] });
  });

  test("counts a step whose rule changes a track among the steps of note", () => {
    const model = read(`
demarche: 1
id: chain
title: A test
clock: { start: 2022-01-01, rounds: 2 }
actors: { a: { must_move: true } }
tracks: { talks: { initial: open, states: [open, dead] } }
variables: { insults: { scale: [0, 9], initial: 0 } }
moves: { insult: { by: a, then: { insults: insults + 1 } } }
rules: { walk_out: { when: insults is 2, then: { talks: dead } } }
outcomes: { over: { otherwise: true } }
`);
    const { of, tree } = sampleOf(model, 5).paths;
    expect(of).toBe("steps of note");
    expect(tree.next).toEqual([
      { step: { kind: "move", id: "insult", branch: null }, runs: 5, ends: { over: 5 }, next: [], others: 0 },
    ]);
  });
});

describe("a tree of paths", () => {
  const deed = (id: string) => ({ kind: "move" as const, id, branch: null });

  test("keeps its sums when it is pruned", () => {
    const tree = new PathTree();
    for (let run = 0; run < 500; run++) {
      const steps = [run % 3, run % 7, run % 11, run % 13].slice(0, run % 5).map((step) => deed(`m${step}`));
      tree.add(steps, `o${run % 2}`);
    }
    let nodes = 0;
    const check = (path: Path): void => {
      nodes += 1;
      const ended = sum(Object.values(path.ends));
      expect(ended + sum(path.next.map(({ runs }) => runs)) + path.others).toBe(path.runs);
      path.next.forEach(check);
    };
    const pruned = tree.prune();
    check(pruned);
    expect(pruned.runs).toBe(500);
    expect(nodes).toBeGreaterThan(10);
    expect(nodes).toBeLessThanOrEqual(61);
  });
});

describe("a spread", () => {
  test("gives values that occurred, by the inverse of the empirical distribution", () => {
    const tally = new Map([
      [0, 4],
      [2, 15],
      [10, 1],
    ]);
    expect(summariseDistribution(tally)).toEqual({ mean: 2, q05: 0, q25: 2, q50: 2, q75: 2, q95: 2 });
  });
});
