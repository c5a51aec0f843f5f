/**
 * The solver against brute force on the machine, on generated scenarios under all three orders of turns: shares under
 * policies, their extremes over what one or two actors may choose, games of two sides, and rivals each for itself.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Engine, prepareEngine } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import { type Treatment, treat } from "../../src/engine/treatment.ts";
import type { Expression } from "../../src/scenario/expression.ts";
import { type Measure, measuresOf } from "../../src/scenario/measure.ts";
import { Mistake } from "../../src/scenario/mistake.ts";
import type { Model } from "../../src/scenario/model.ts";
import { someInside } from "../../src/scenario/walk.ts";
import type { ExactShare, Solution } from "../../src/solve/solution.ts";
import { targetNamed } from "../../src/solve/target.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, tameScenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { cases } from "../cases.ts";
import { solveModel } from "../unit/solving.ts";
import { type NaiveSpace, naiveSpace, TooLarge } from "./naiveExplorer.ts";
import { naiveRivals, naiveTallies, naiveValue, type Roles, valueOfTable } from "./naiveSolver.ts";

const nodesMax = 250;
const orders = ["in order", "simultaneous", "free"] as const;

/** A generated scenario under one order of turns, walked; null where it is too large or has nothing to be solved. */
interface Subject {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly engine: Engine;
  readonly space: NaiveSpace;
  readonly movers: readonly string[];
}

function subjectOf(text: string, turns: (typeof orders)[number], selfish: boolean): Subject | null {
  const { model: written } = scenarioOf(text);
  if (!written.outcomes.some(({ when }) => when === null)) return null;
  const utility = (one: Model["actors"][number]): Model["actors"][number]["utility"] => (selfish ? one.utility : null);
  const actors = written.actors.map((one) => ({ ...one, utility: utility(one) }));
  const model = { ...written, actors, properties: [] };
  const treatment = { ...treat(model, { rounds: 2 }), turns };
  const engine = prepareEngine(model, treatment);
  const movers = model.actors.map(({ id }) => id).filter((id) => model.moves.some(({ by }) => by === id));
  try {
    const space = naiveSpace(engine, false, nodesMax, true);
    return space.faults.size > 0 ? null : { model, treatment, engine, space, movers };
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

/** What was compared, and how often something depended on who chooses. */
type Counts = Record<string, Record<"compared" | "told" | "idle" | "refused", number>>;

function count(counts: Counts, kind: string, what: keyof Counts[string]): void {
  counts[kind] ??= { compared: 0, told: 0, idle: 0, refused: 0 };
  counts[kind][what]++;
}

/** A solution; null where the solver says that it cannot be, as what is best would have to read a secret. */
function solved(
  { model, treatment }: Subject,
  open: NonNullable<Parameters<typeof solveModel>[2]>,
  counts: Counts,
  kind: string,
): Solution | null {
  try {
    return solveModel(model, treatment, open);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    count(counts, kind, error.message.includes("cannot influence") ? "idle" : "refused");
    return null;
  }
}

const isIn =
  ({ outcomes }: Model, members: readonly number[]) =>
  (state: State): number =>
    Number(members.some((member) => outcomes[member]?.id === state.outcome));

const near = (one: number | null | undefined, other: number): boolean =>
  Math.abs((one ?? Number.NaN) - other) <= 1e-9 * Math.max(1, Math.abs(other));

/** Everything in which solver and brute force differ, in words. */
function differences(subject: Subject, counts: Counts): readonly string[] {
  const { model, treatment, engine, space, movers } = subject;
  const found: string[] = [];
  const compare = (what: string, solver: number | null | undefined, naive: number): void => {
    if (!near(solver, naive)) found.push(`${what}: ${solver}, by brute force ${naive}`);
  };
  const measures = measuresOf(model);
  const naive = (roles: Roles, { members }: Measure): number => naiveValue(engine, space, roles, isIn(model, members));
  const shareOf = (solution: Solution, { kind, id }: Measure): ExactShare | undefined =>
    kind === "outcome" ? solution.outcomes[id] : solution.groups[id];
  const plain = solved(subject, {}, counts, "policies");
  if (plain === null) return found;
  for (const one of measures)
    compare(`${one.id} under policies`, shareOf(plain, one)?.probability, naive(new Map(), one));
  const tallies = naiveTallies(engine);
  for (const { id, worth, gain } of tallies) {
    const all = naiveValue(engine, space, new Map(), worth, gain);
    compare(`${id} under policies`, plain.tallies[id]?.expected, all);
    const reads = kindsRead(model, id);
    for (const kind of reads) count(counts, kind, near(all, 0) ? "compared" : "told");
  }

  const free = treatment.turns === "free" ? [movers] : [...movers.map((id) => [id]), movers.slice(0, 2)];
  for (const open of free.filter(({ length }) => length > 0)) {
    const kind = `${treatment.turns}, ${open.length > 1 ? "several" : "one"} free`;
    const span = solved(subject, { free: open }, counts, kind);
    if (span === null) continue;
    const both = (value: (roles: Roles) => number): readonly [number, number] => [
      value(new Map(open.map((actor) => [actor, -1]))),
      value(new Map(open.map((actor) => [actor, 1]))),
    ];
    for (const one of measures) {
      const [least, most] = both((roles) => naive(roles, one));
      compare(`least ${one.id} by ${open.join()}`, shareOf(span, one)?.min, least);
      compare(`most ${one.id} by ${open.join()}`, shareOf(span, one)?.max, most);
      count(counts, kind, near(least, most) ? "compared" : "told");
      if (one.kind === "group") count(counts, "group", near(least, most) ? "compared" : "told");
    }
    for (const { id, worth, gain } of tallies) {
      const [least, most] = both((roles) => naiveValue(engine, space, roles, worth, gain));
      compare(`least ${id} by ${open.join()}`, span.tallies[id]?.min, least);
      compare(`most ${id} by ${open.join()}`, span.tallies[id]?.max, most);
    }
  }

  const [one, other] = movers;
  if (one === undefined || other === undefined || treatment.turns === "free") return found;
  for (const measure of measures) {
    const { id } = measure;
    const kind = `${treatment.turns}, game`;
    const aim = { target: targetNamed(model, `${measure.kind}:${id}`), seek: "most" } as const;
    const sides = (first: 1 | -1, second: 1 | -1): Roles =>
      new Map([
        [one, first],
        [other, second],
      ]);
    const idle = near(naive(sides(1, 1), measure), naive(sides(-1, -1), measure));
    const before = counts[kind]?.idle ?? 0;
    const game = solved(subject, { free: [one], against: [other], aim }, counts, kind);
    const worth = naive(sides(1, -1), measure);
    if (game !== null) compare(`most ${id} by ${one} against ${other}`, shareOf(game, measure)?.max, worth);
    if (game !== null) count(counts, kind, worth > 0 && worth < 1 ? "told" : "compared");
    if (idle !== (counts[kind]?.idle ?? 0) > before) found.push(`${id} can${idle ? "not" : ""} be influenced`);
  }
  return found;
}

/** What of ends and choices a tally reads, for the counts. */
function kindsRead({ tallies }: Model, id: string): readonly string[] {
  const entries = tallies.find((tally) => tally.id === id)?.entries ?? [];
  const reads = (op: Expression["op"]): boolean =>
    entries.some(({ add, when }) =>
      [add, when].some((one) => one !== null && someInside(one, [], (part) => part.op === op)),
    );
  return [...(reads("chose") ? ["chosen"] : []), ...(reads("outcome") ? ["tallied end"] : [])];
}

describe("solver and brute force", () => {
  test("agree on generated scenarios", () => {
    const counts: Counts = {};
    fc.assert(
      fc.property(
        tameScenarioArbitrary,
        fc.constantFrom(...orders, "simultaneous"),
        (document, turns: (typeof orders)[number]) => {
          const subject = subjectOf(documentText(document), turns, false);
          if (subject !== null) expect(differences(subject, counts)).toEqual([]);
        },
      ),
      { seed: 25, numRuns: cases(320, 960) },
    );
    const told = Object.entries(counts).filter(([, one]) => one.told >= 2);
    expect(told.map(([kind]) => kind).sort()).toEqual([
      "chosen",
      "free, one free",
      "free, several free",
      "group",
      "in order, game",
      "in order, one free",
      "in order, several free",
      "simultaneous, game",
      "simultaneous, one free",
      "simultaneous, several free",
      "tallied end",
    ]);
  });

  test("agree on what rivals gain who choose in turn", () => {
    const counts: Counts = {};
    fc.assert(
      fc.property(tameScenarioArbitrary, (document) => {
        const subject = subjectOf(documentText(document), "in order", true);
        if (subject === null) return;
        const { model, engine, space, movers } = subject;
        const rivals = movers.filter((id) => model.actors.some((actor) => actor.id === id && actor.utility !== null));
        if (rivals.length < 2) return;
        const solution = solved(subject, { free: rivals }, counts, "rivals");
        if (solution === null) return;
        const utilities = new Map(
          model.actors.flatMap(({ id, utility }) =>
            utility === null ? [] : [[id, engine.law.evaluator(utility, `actors.${id}.utility`)] as const],
          ),
        );
        const gains = naiveRivals(engine, space, rivals, (state, actor) => utilities.get(actor)?.(state) ?? Number.NaN);
        rivals.forEach((actor, index) => {
          expect([actor, near(solution.values?.[actor], gains[index] ?? Number.NaN)]).toEqual([actor, true]);
        });
        count(counts, "rivals", new Set(gains).size > 1 ? "told" : "compared");
      }),
      { seed: 26, numRuns: cases(160, 600) },
    );
    expect(counts.rivals?.told).toBeGreaterThan(20);
  });
});

describe("the value of a game", () => {
  test.each([
    [
      "a saddle point",
      [
        [2, 1],
        [0, -1],
      ],
      1,
    ],
    [
      "matching pennies",
      [
        [1, -1],
        [-1, 1],
      ],
      0,
    ],
    [
      "rock, paper, scissors",
      [
        [0, -1, 1],
        [1, 0, -1],
        [-1, 1, 0],
      ],
      0,
    ],
    [
      "an inspection",
      [
        [0, -2],
        [-1, 0],
      ],
      -2 / 3,
    ],
  ])("of %s is known", (_, table, value) => {
    expect(valueOfTable(table)).toBeCloseTo(value, 12);
  });
});
