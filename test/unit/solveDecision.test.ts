/**
 * Decision processes and games, held to values that can be worked out on paper.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import type { Model } from "../../src/scenario/model.ts";
import { printExpression } from "../../src/scenario/print.ts";
import type { Solution } from "../../src/solve/solution.ts";
import { withTables } from "../../src/solve/solve.ts";
import { targetNamed } from "../../src/solve/target.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { solveModel } from "./solving.ts";
import { tiny } from "./tiny.ts";

const modelOf = (body: string): Model => scenarioOf(tiny(body)).model;

interface Question {
  readonly free: readonly string[];
  readonly against?: readonly string[];
  readonly most?: string;
  readonly least?: string;
  readonly rounds?: number;
}

function ask(model: Model, { free, against = [], most, least, rounds }: Question): Solution {
  const sought = most ?? least;
  const seek = most === undefined ? "least" : "most";
  const aim = sought === undefined ? null : ({ target: targetNamed(model, sought), seek } as const);
  return solveModel(model, treat(model, rounds === undefined ? {} : { rounds }), { free, against, aim });
}

const close = (value: number | null | undefined, exact: number): void => {
  expect(Math.abs((value ?? Number.NaN) - exact)).toBeLessThanOrEqual(1e-9 * Math.abs(exact));
};

/** The weights of a found policy, as text. */
const weightsOf = (solution: Solution, actor: string): Readonly<Record<string, string>> => {
  const policy = solution.policies?.find((one) => one.actor === actor)?.policy;
  const weights = (policy?.weights ?? []).map(({ move, weight }) => [move, printExpression(weight)] as const);
  return Object.fromEntries([...weights, ...(policy?.hold ? [["hold", printExpression(policy.hold)] as const] : [])]);
};

describe("bold play at red and black", () => {
  const casino = (start: number): Model =>
    modelOf(`actors:
  gambler: { must_move: true }
variables:
  fortune: { count: [0, 8], initial: ${start} }
moves:
  stake_$stake:
    each: { stake: [1, 2, 3, 4] }
    by: gambler
    when: fortune >= $stake and fortune <= 8 - $stake
    branches:
      wins: { odds: 2, then: { fortune: fortune + $stake } }
      loses: { odds: 3, then: { fortune: fortune - $stake } }
outcomes:
  rich: { when: fortune is 8 }
  ruined: { when: fortune is 0 }
`);

  // Of eight parts, with 2/5 to win each stake: the value of bold play (Dubins and Savage 1965).
  test.each([
    [1, 0.064],
    [2, 0.16],
    [3, 0.256],
    [4, 0.4],
    [5, 0.496],
    [6, 0.64],
    [7, 0.784],
  ])("from %i parts of eight", (start, value) => {
    const solution = ask(casino(start), { free: ["gambler"], most: "rich" });
    close(solution.outcomes.rich?.max, value);
    close(solution.outcomes.rich?.probability, value);
    close(solution.outcomes.ruined?.probability, 1 - value);
  });

  test("and timid play lasts longest", () => {
    const odds = 1.5;
    const timid = (odds ** 4 - 1) / (odds ** 8 - 1);
    const solution = ask(casino(4), { free: ["gambler"], most: "rounds" });
    close(solution.rounds.max, (4 - 8 * timid) / 0.2);
    expect(weightsOf(solution, "gambler")).toEqual({ stake_1: "1" });
  });
});

describe("a run that may be kept going", () => {
  const waiting = modelOf(`variables:
  place: { count: [0, 3], initial: 0 }
moves:
  wander: { by: one, when: place <= 1, then: { place: 1 - place } }
  dare:
    by: one
    when: place is 1
    branches:
      luck: { odds: 1, then: { place: 2 } }
      mishap: { odds: 1, then: { place: 3 } }
outcomes:
  reached: { when: place is 2 }
  lost: { when: place is 3 }
tallies:
  walked: { per: wander }
`);

  test("comes to no more than what leaving it comes to", () => {
    const span = ask(waiting, { free: ["one"] });
    expect(span.outcomes.reached).toEqual({ probability: null, min: 0, max: 0.5 });
    expect(span.outcomes.lost).toEqual({ probability: null, min: 0, max: 0.5 });
    expect(span.rounds).toEqual({ expected: null, min: 2, max: Number.POSITIVE_INFINITY });
    expect(span.tallies.walked).toEqual({ expected: null, min: 0, max: Number.POSITIVE_INFINITY });
  });

  test("is left where that is sought, and kept where it is feared", () => {
    const sought = ask(waiting, { free: ["one"], most: "reached" });
    expect(sought.outcomes.reached?.probability).toBe(0.5);
    const feared = ask(waiting, { free: ["one"], least: "reached" });
    expect(feared.outcomes.reached?.probability).toBe(0);
  });
});

describe("a coin that mixes slowly", () => {
  // Twenty steps in a row, each with one in two, and back to the beginning else: a million steps before an end.
  const slow = modelOf(`actors:
  one: { must_move: true }
variables:
  height: { count: [0, 21], initial: 0 }
  won: { flag: false }
moves:
  climb:
    by: one
    when: height < 20
    branches:
      higher: { odds: 1, then: { height: height + 1 } }
      down: { odds: 1, then: { height: 0 } }
  leap:
    by: one
    when: height is 20
    branches:
      well: { odds: 2, then: { height: 21, won: true } }
      ill: { odds: 3, then: { height: 21 } }
  slip:
    by: one
    when: height is 20
    branches:
      well: { odds: 3999999, then: { height: 21, won: true } }
      ill: { odds: 6000001, then: { height: 21 } }
outcomes:
  won: { when: height is 21 and won }
  lost: { when: height is 21 }
`);

  test("is followed to its end", () => {
    const solution = ask(slow, { free: ["one"] });
    close(solution.outcomes.won?.max, 0.4);
    close(solution.outcomes.won?.min, 0.3999999);
    close(solution.rounds.max, 2 ** 21 - 2 + 1);
  });
});

describe("games", () => {
  test("matching pennies: both mix evenly", () => {
    const pennies = modelOf(`clock: { rounds: 1 }
turns: simultaneous
actors:
  even: { must_move: true }
  odd: { must_move: true }
variables:
  heads_of_even: { flag: false }
  heads_of_odd: { flag: false }
moves:
  heads_$who:
    each: { who: [even, odd] }
    by: $who
    then: { heads_of_$who: true }
  tails_$who:
    each: { who: [even, odd] }
    by: $who
outcomes:
  match: { when: round is 1 and heads_of_even is heads_of_odd }
  differ: { otherwise: true }
`);
    const solution = ask(pennies, { free: ["even"], against: ["odd"], most: "match" });
    close(solution.outcomes.match?.max, 0.5);
    close(solution.outcomes.match?.probability, 0.5);
    expect(weightsOf(solution, "even")).toEqual({ heads_even: "0.5", tails_even: "0.5" });
    expect(weightsOf(solution, "odd")).toEqual({ heads_odd: "0.5", tails_odd: "0.5" });
  });

  const tree = modelOf(`clock: { rounds: 1 }
actors:
  usa: { utility: "if reply is rejected then (if escalated then -6 else 1) else if reply is countered then (if escalated then -5 else 2) else (if escalated then -4 else 0)" }
  russia: { must_move: true, utility: "if reply is rejected then (if escalated then 2 else 1) else if reply is countered then (if escalated then -1 else 1) else (if escalated then 1 else 0)" }
tracks:
  reply: { initial: none_yet, states: [none_yet, rejected, countered] }
variables:
  escalated: { flag: false }
moves:
  reject: { by: usa, then: { reply: rejected } }
  counter: { by: usa, then: { reply: countered } }
  escalate: { by: russia, then: { escalated: true } }
  talk: { by: russia }
outcomes:
  war: { when: escalated }
  peace: { otherwise: true }
`);

  test("a tree of two: the reply that leaves no pretext", () => {
    const solution = ask(tree, { free: ["usa", "russia"] });
    expect(solution.values).toEqual({ usa: 2, russia: 1 });
    expect(solution.outcomes.peace?.probability).toBe(1);
    expect(weightsOf(solution, "usa")).toEqual({ counter: "1" });
    // Subgame perfect: what Russia would have done elsewhere is part of it.
    expect(weightsOf(solution, "russia")).toEqual({ escalate: "reply is not countered", talk: "reply is countered" });
    expect(solution.notes).toEqual([]);
  });

  test("a chase without end: who flees is caught where the pursuer wants", () => {
    const chase = modelOf(`actors:
  hunter: { must_move: true }
  hare: { must_move: true }
variables:
  gap: { count: [0, 4], initial: 2 }
moves:
  rush:
    by: hunter
    branches:
      gains: { odds: 2, then: { gap: gap - 1 } }
      tires: { odds: 1, then: { gap: gap + 1 } }
  wait: { by: hunter }
  dodge:
    by: hare
    when: gap in [1, 2, 3]
    branches:
      away: { odds: 1, then: { gap: gap + 1 } }
      stumbles: { odds: 1, then: { gap: gap - 1 } }
  freeze: { by: hare }
outcomes:
  caught: { when: gap is 0 }
  escaped: { when: gap is 4 }
`);
    const solution = ask(chase, { free: ["hunter"], against: ["hare"], most: "caught" });
    const value = solution.outcomes.caught?.max ?? 0;
    close(solution.outcomes.caught?.probability, value);
    const turned = ask(chase, { free: ["hare"], against: ["hunter"], least: "caught" });
    close(turned.outcomes.caught?.min, value);
    // Against what was found for the other, nobody can do better.
    const played = withTables(chase, solution.policies ?? []);
    const treatment = treat(played, { policies: { hunter: "solved", hare: "solved" } });
    const target = targetNamed(played, "caught");
    const hunter = solveModel(played, treatment, { free: ["hunter"], aim: { target, seek: "most" } });
    const hare = solveModel(played, treatment, { free: ["hare"], aim: { target, seek: "least" } });
    close(hunter.outcomes.caught?.max, value);
    close(hare.outcomes.caught?.min, value);
    // Where the hare merely sat, the walk would be one of 2 in 3.
    expect(value).toBeLessThan(0.8);
  });

  test("several equilibria are told, and the first is taken", () => {
    const solution = ask(
      modelOf(`clock: { rounds: 1 }
turns: simultaneous
actors:
  east: { utility: if east_yields then (if west_yields then 0 else -1) else if west_yields then 1 else -10 }
  west: { utility: if west_yields then (if east_yields then 0 else -1) else if east_yields then 1 else -10 }
variables:
  east_yields: { flag: false }
  west_yields: { flag: false }
moves:
  east_yield: { by: east, then: { east_yields: true } }
  west_yield: { by: west, then: { west_yields: true } }
outcomes:
  end: { otherwise: true }
`),
      { free: ["east", "west"] },
    );
    expect(solution.values).toEqual({ east: -1, west: 1 });
    expect(solution.notes).toHaveLength(1);
    expect(solution.notes[0]).toMatch(/several equilibria/);
  });

  test("equal choices are told", () => {
    const solution = ask(
      modelOf(`clock: { rounds: 1 }
actors:
  one: { utility: 1 }
  two: { utility: 0 - 1 }
moves:
  this: { by: one }
  that: { by: two }
outcomes:
  end: { otherwise: true }
`),
      { free: ["one", "two"] },
    );
    expect(solution.notes[0]).toMatch(/^At 2 of the states .* equally good/);
    expect(weightsOf(solution, "one")).toEqual({ this: "1" });
  });
});

describe("is refused, and says why:", () => {
  const secretive = modelOf(`clock: { rounds: 1 }
actors:
  north: {}
  south: {}
variables:
  resolve: { flag: { true: 1, false: 1 }, private: [south] }
  guessed: { flag: false }
moves:
  guess: { by: north, then: { guessed: true } }
  wait: { by: south }
outcomes:
  right: { when: round is 1 and guessed is resolve }
  wrong: { otherwise: true }
properties:
  guesses: { eventually: guessed }
  could_guess: { from: not guessed, reachable: guessed }
`);

  test.each<[string, Question, RegExp]>([
    [
      "a solution that would read a secret",
      { free: ["north"], most: "right" },
      /have to read resolve, which north cannot see/,
    ],
    ["the same without a target", { free: ["north"] }, /have to read resolve, which north cannot see/],
    ["an unknown actor", { free: ["nroth"], most: "right" }, /unknown actor nroth: there are north, south/],
    ["an unknown target", { free: ["north"], most: "rihgt" }, /no outcome, group, property, tally or utility rihgt/],
    ["a property that no single run decides", { free: ["north"], most: "could_guess" }, /not one of single runs/],
    ["an actor without a utility", { free: ["north"], most: "south" }, /south has no utility/],
    ["a target that nobody is free for", { free: [], most: "right" }, /nobody is free/],
    [
      "a target that those who are free cannot influence",
      { free: ["south"], most: "right" },
      /south cannot influence right: it comes to 0.5/,
    ],
    ["an opponent without a target", { free: ["north"], against: ["south"] }, /nothing is sought/],
    [
      "an opponent of itself",
      { free: ["north"], against: ["north"], most: "right" },
      /north cannot seek something and its opposite/,
    ],
  ])("%s", (_, question, message) => {
    expect(() => ask(secretive, question)).toThrow(message);
  });

  test("a solution that need not read the secret is none", () => {
    const solution = ask(secretive, { free: ["north"], most: "guesses" });
    expect(solution.properties.guesses?.probability).toBe(1);
    expect(weightsOf(solution, "north")).toEqual({ guess: "1" });
  });
});

test("rivals in free turns share one move, of which no equilibrium is computed", () => {
  const model = modelOf(`turns: free
actors:
  a: { utility: x }
  b: { utility: 0 - x }
variables:
  x: { scale: [0, 9], initial: 3 }
moves:
  up: { by: a, then: { x: x + 1 } }
  down: { by: b, then: { x: x - 1 } }
outcomes:
  high: { when: x > 6 }
  low: { otherwise: true }
`);
  expect(() => ask(model, { free: ["a", "b"], rounds: 2 })).toThrow("in free turns a, b share one move");
});
