/**
 * Ends: outcomes that wait for the horizon, groups of outcomes, the headline, and tallies of ends and of choices.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { comparison } from "../../src/ensemble/compare.ts";
import { emptyCounts } from "../../src/ensemble/count.ts";
import { driversOf, type Tornado } from "../../src/ensemble/rank.ts";
import { newcombePaired, wilson } from "../../src/ensemble/statistics.ts";
import { compileKernel, emptyRows } from "../../src/kernel/kernel.ts";
import { printExpression } from "../../src/scenario/print.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { complaintsOf, diagnosticsOf, errorsOf, modelOf } from "./scenarioFixture.ts";
import { solveModel } from "./solving.ts";
import { chronicle, tinyRun } from "./tiny.ts";

const head = "demarche: 2\nid: test\ntitle: Test\n";
const body = `${head}clock: { rounds: 2 }
actors: { row: {}, col: {} }
variables: { hot: { flag: [true, false] } }
moves:
  go: { by: row, then: { hot: true } }
  stay: { by: row, then: { hot: false } }
  give: { by: col }
`;
const outcomes = `outcomes:
  war: { when: hot and made(go) > 1 }
  raid: { when: hot, at: end }
  rest: { otherwise: true }
`;
const hintsOf = (text: string): readonly (string | null)[] => diagnosticsOf(text).map(({ hint }) => hint);

describe("an outcome that waits for the horizon", () => {
  test("needs one, in runs without a variant too", () => {
    const late = "outcomes:\n  late: { when: round > 0, at: end }\n  rest: { otherwise: true }\n";
    expect(errorsOf(`${head}${late}`)).toEqual(["end-without-horizon: at"]);
    expect(errorsOf(`${head}${late}variants:\n  long: { rounds: 5 }\n`)).toEqual(["end-without-horizon: at"]);
    expect(errorsOf(`${head}clock: { rounds: 3 }\n${late}variants:\n  long: { rounds: 5 }\n`)).toEqual([]);
  });

  test("is none that comes by itself, and knows no other time", () => {
    const twice = `${head}clock: { rounds: 1 }\noutcomes:\n  rest: { otherwise: true, at: end }\n`;
    expect(errorsOf(twice)).toEqual(["outcome-kind: at"]);
    expect(hintsOf(twice)).toEqual(["remove `at`"]);
    expect(errorsOf(`${body}outcomes:\n  a: { when: hot, at: start }\n  rest: { otherwise: true }\n`)).toHaveLength(1);
  });

  test("comes after whatever holds sooner, in its order, and before `otherwise`", () => {
    const crisis = (first: string, second: string) => `clock: { rounds: 2 }
variables: { heat: { count: [0, 9], initial: 0 } }
moves: { fan: { by: one, then: { heat: heat + 1 } } }
policies: { one: { fans: { fan: 1 } } }
outcomes:
  ${first}
  ${second}
  calm: { otherwise: true }
`;
    const warm = "warm: { when: heat >= 1, at: end }";
    const hot = "hot: { when: heat >= 2, at: end }";
    const end = (first: string, second: string) => chronicle(tinyRun(crisis(first, second))).slice(-2);
    expect(chronicle(tinyRun(crisis(warm, hot)))).toEqual(["start", "fan", "round 1", "fan", "round 2", "warm"]);
    expect(end(hot, warm)).toEqual(["round 2", "hot"]);
    // What holds at the horizon all the same comes first, though it is written last.
    expect(end(warm, "hot: { when: round is 2 }")).toEqual(["round 2", "hot"]);
    expect(end("cold: { when: heat is 9, at: end }", "ice: { when: heat is 8, at: end }")).toEqual(["round 2", "calm"]);
  });

  test("does not end a run at its start, and lint knows", () => {
    const always = "outcomes:\n  open: { when: round >= 0, at: end }\n  rest: { otherwise: true }\n";
    expect(complaintsOf(`${body}${always}`).filter((one) => one.includes("ends-at-start"))).toEqual([]);
  });

  test("that can never be reached is told, with what comes sooner", () => {
    const covered = `${body}outcomes:
  raid: { when: hot and round is 2, at: end }
  war: { when: hot }
  rest: { otherwise: true }
`;
    expect(complaintsOf(covered)).toContain("? covered-outcome: hot and round is 2");
    expect(hintsOf(covered)).toContain("let `war` wait with `at: end` too, or narrow it");
    const waits = covered.replace("war: { when: hot }", "war: { when: hot, at: end }");
    expect(complaintsOf(waits).filter((one) => one.includes("covered"))).toEqual([]);
    expect(
      complaintsOf(`${body}outcomes:\n  never: { when: hot and not hot, at: end }\n  rest: { otherwise: true }\n`),
    ).toEqual(expect.arrayContaining(["? never-true: hot and not hot"]));
  });
});

describe("a group of outcomes", () => {
  const grouped = (groups: string) => `${body}${outcomes}groups:\n${groups}`;

  test.each([
    ["  force: { of: [war, rayd] }\n", ["unknown-outcome: rayd"], ["did you mean `raid`?"]],
    ["  force: { of: [war, war] }\n", ["duplicate-member: war"], ["remove one"]],
    ["  force: { of: [] }\n", ["empty-group: of"], ["list some, such as `of: [war, occupation]`"]],
    ["  war: { of: [raid] }\n", ["name-taken: war"], ["rename one of them: outcomes and groups share their names"]],
    [
      "  force: { of: [war, raid] }\n  all: { of: [force, rest] }\n",
      ["group-in-group: force"],
      ["list the outcomes that are meant"],
    ],
  ])("is refused as %j", (groups, errors, hints) => {
    expect(errorsOf(grouped(groups))).toEqual(errors);
    expect(hintsOf(grouped(groups))).toEqual(hints);
  });

  test("without members is told of", () => {
    expect(errorsOf(grouped("  force: { name: By force }\n"))).toHaveLength(1);
  });

  test("stands for its outcomes where the outcome is asked for", () => {
    const text = grouped("  force: { of: [raid, war] }\n  one: { of: war }\n").replace(
      "row: {}",
      "row: { utility: '2 * (outcome is force) + (outcome is not one) + (outcome in [rest, force])' }",
    );
    const { actors } = modelOf(text);
    const [row] = actors;
    expect(row?.utility && printExpression(row.utility)).toBe(
      "2 * (outcome is raid or outcome is war) + (outcome is not war) + (outcome is rest or (outcome is raid or outcome is war))",
    );
  });

  test("is the headline, or an outcome is", () => {
    const force = grouped("  force: { of: [raid, war] }\n");
    expect(modelOf(`${force}headline: force\n`).headline).toBe("force");
    expect(modelOf(`${force}headline: rest\n`).headline).toBe("rest");
    expect(modelOf(force).headline).toBeNull();
    expect(errorsOf(`${force}headline: forse\n`)).toEqual(["unknown-outcome-or-group: forse"]);
    expect(hintsOf(`${force}headline: forse\n`)).toEqual(["did you mean `force`?"]);
  });

  test("has the share, interval and paired difference of the runs that end in any of its outcomes", () => {
    const model = modelOf(grouped("  force: { of: [raid, war] }\n"));
    const columns = columnsOf(model);
    const empty = emptyCounts(columns, 2);
    // Pairs of outcomes (war, raid, rest, none): what leaves one member for the other is no difference of the group.
    const pairs = [
      [10, 20, 3, 0],
      [30, 5, 4, 0],
      [1, 6, 20, 0],
      [0, 0, 0, 1],
    ];
    const counts = {
      ...empty,
      runs: 100,
      treatments: empty.treatments.map((treatment, index) =>
        index === 0 ? { ...treatment, outcomes: [33, 39, 27] } : { ...treatment, outcomes: [41, 31, 27], pairs },
      ),
    };
    const subject = { scenario: "", model: "", seed: "" };
    const treatments = [treat(model), { ...treat(model), variant: "other" }];
    const { variants, differences } = comparison(subject, columns, treatments, counts);
    expect(variants.map(({ groups }) => groups)).toEqual([
      { force: { count: 72, share: 0.72, ...wilson(72, 100) } },
      { force: { count: 72, share: 0.72, ...wilson(72, 100) } },
    ]);
    expect(differences.map(({ outcome }) => outcome)).toEqual(["war", "raid", "rest", "force"]);
    expect(differences[3]).toMatchObject({
      difference: 0,
      ...newcombePaired({ both: 65, onlyFirst: 7, onlySecond: 7, neither: 21 }),
    });
  });

  test("is what drivers are ranked by where it is the headline", () => {
    const bar = (outcome: string, factor: string, swing: number): Tornado => ({
      outcome,
      factor,
      cited: true,
      usual: 0,
      levels: [],
      swing,
    });
    const factors = ["a", "b"].map((name) => ({
      name,
      kind: "assumption" as const,
      id: name,
      range: null,
      levels: [],
      usual: null,
      cited: true,
    }));
    const tornado = [bar("war", "a", 0.5), bar("war", "b", 0.1), bar("force", "a", 0.2), bar("force", "b", 0.3)];
    const found = { tornado, effects: null, sobol: null };
    const ranked = (counts: (outcome: string) => boolean) =>
      driversOf(factors, counts, found).map(({ factor }) => factor);
    expect(ranked((outcome) => outcome === "war")).toEqual(["a", "b"]);
    expect(ranked((outcome) => outcome === "force")).toEqual(["b", "a"]);
  });
});

describe("a tally of ends and choices", () => {
  const tallied = (tally: string) => `${body}${outcomes}tallies:\n  sum: ${tally}\n`;

  test.each([
    ["{ add: 1, per: round, when: chose(row) is go }", "choice-not-allowed: chose(row)"],
    ["{ add: 1, per: [step, round], when: chose(row) is go }", "choice-not-allowed: chose(row)"],
    ["{ add: 1, per: end, when: 'chose(row) in [go, stay]' }", "choice-not-allowed: chose(row)"],
    ["{ add: 1, per: step, when: chose(rov) is go }", "unknown-name: rov"],
    ["{ add: 1, per: step, when: chose(row) is give }", "unknown-choice: give"],
    ["{ add: 1, per: step, when: chose(row) is gone }", "unknown-choice: gone"],
    ["{ add: 1, per: step, when: chose(row) is 2 }", "unknown-choice: 2"],
    ["{ add: 1, per: step, when: chose(row) < go }", "choice-order: chose(row) < go"],
    ["{ add: chose(row), per: step }", "bare-choice: row"],
    ["{ add: 'chose(row, col) is go', per: step }", "wrong-arguments: chose(row, col)"],
    ["{ add: outcome is war, per: step }", "outcome-not-allowed: outcome"],
    ["{ add: outcome is war, per: [end, round] }", "outcome-not-allowed: outcome"],
    ["{ add: 1, per: ends }", "unknown-move-or-incident: ends"],
  ])("is refused as %s", (tally, error) => {
    expect(errorsOf(tallied(tally))).toEqual([error]);
  });

  test("proposes the nearest actor, move and word", () => {
    expect(hintsOf(tallied("{ add: 1, per: step, when: chose(rov) is go }"))).toEqual(["did you mean `row`?"]);
    expect(hintsOf(tallied("{ add: 1, per: step, when: chose(row) is sty }"))).toEqual(["did you mean `stay`?"]);
    expect(hintsOf(tallied("{ add: 1, per: step, when: chose(row) is holt }"))).toEqual(["did you mean `hold`?"]);
    expect(hintsOf(tallied("{ add: 1, per: ends }"))).toEqual(["did you mean `end`?"]);
  });

  test("alone reads a choice: moves, policies, terms and utilities do not", () => {
    const go = "chose(row) is go";
    expect(errorsOf(body.replace("give: { by: col }", `give: { by: col, when: ${go} }`) + outcomes)).toEqual([
      "choice-not-allowed: chose(row)",
    ]);
    expect(errorsOf(`${body}${outcomes}policies: { col: { p: { give: ${go} } } }\n`)).toHaveLength(1);
    expect(errorsOf(`${body}${outcomes}terms: { t: ${go} }\n`)).toHaveLength(1);
    expect(errorsOf(body.replace("row: {}", `row: { utility: ${go} }`) + outcomes)).toHaveLength(1);
  });

  test("prints as it reads", () => {
    const { tallies } = modelOf(
      tallied(
        "{ add: 1 + (chose(row) is not hold), per: step, when: 'hold is not chose(col) and chose(row) not in [go, hold]' }",
      ),
    );
    const [entry] = tallies[0]?.entries ?? [];
    expect(entry && [printExpression(entry.add), entry.when && printExpression(entry.when)]).toEqual([
      "1 + (chose(row) is not hold)",
      "chose(col) is not hold and not (chose(row) is go or chose(row) is hold)",
    ]);
  });

  /** What a tally comes to on machine, kernel and solver, in the orders of turns. */
  function comesTo(text: string, turns: "in order" | "simultaneous" | "free"): readonly (number | null | undefined)[] {
    const { model } = scenarioOf(text);
    const treatment = { ...treat(model), turns };
    const kernel = compileKernel(model, treatment);
    const rows = emptyRows(kernel, 1);
    kernel.simulate("any", 0, 1, rows);
    const run = tinyRun(text.replace(/^demarche[\s\S]*?(?=clock)/, "").replaceAll("TURNS", turns));
    return [run.result.tallies.sum, rows.tallies[0], solveModel(model, treatment).tallies.sum?.expected];
  }

  const game = (tally: string) => `demarche: 2
id: tiny
title: Tiny
clock: { rounds: 3 }
turns: TURNS
actors: { row: {}, col: {}, none: {} }
variables: { storms: { count: [0, 9], initial: 0 } }
moves:
  go: { by: row }
  give: { by: col }
incidents: { storm: { when: round is 1, then: { storms: storms + 1 } } }
policies: { row: { p: { go: round is not 2, hold: round is 2 } }, col: { p: { give: 1 } } }
outcomes: { rough: { when: storms > 0, at: end }, rest: { otherwise: true } }
tallies: { sum: ${tally} }
`;

  // Three rounds: row goes, goes and holds, col gives each time; a storm in round 1 is a step in which nobody chooses.
  test.each([
    ["{ add: 1, per: step, when: chose(row) is go }", 2, 2],
    ["{ add: 1, per: step, when: chose(row) is hold }", 1, 1],
    ["{ add: 1, per: step, when: chose(row) is not go }", 5, 2],
    ["{ add: 1, per: step, when: chose(row) is go and chose(col) is give }", 0, 2],
    ["{ add: if chose(col) is give then 10 + round else 0.5, per: step }", 35, 33.5],
    ["{ add: 7 + storms, per: end, when: outcome is rough }", 8, 8],
    ["{ add: 7, per: end, when: outcome is not rough }", 0, 0],
    ["[{ add: round, per: end }, { add: 1, per: step, when: chose(none) is hold }]", 3, 3],
  ])("%s comes to the same on machine, kernel and solver", (tally, inOrder, simultaneous) => {
    expect(comesTo(game(tally).replace("TURNS", "in order"), "in order")).toEqual([inOrder, inOrder, inOrder]);
    const together = [simultaneous, simultaneous, simultaneous];
    expect(comesTo(game(tally).replace("TURNS", "simultaneous"), "simultaneous")).toEqual(together);
  });

  test("counts ends of many rounds in which no state knows its round", () => {
    const { model } = scenarioOf(`demarche: 2
id: tiny
title: Tiny
clock: { rounds: 80 }
actors: { row: {} }
variables: { hot: { flag: false } }
moves: { go: { by: row, then: { hot: true } }, stay: { by: row, then: { hot: false } } }
policies: { row: { p: { go: 3, stay: 1 } } }
outcomes: { hot_end: { when: hot, at: end }, rest: { otherwise: true } }
groups: { either: { of: [hot_end, rest] } }
tallies: { sum: { add: if outcome is hot_end then 8 else 4, per: end } }
`);
    const { tallies, outcomes, groups } = solveModel(model, treat(model));
    expect(tallies.sum?.expected).toBeCloseTo(7, 12);
    expect(outcomes.hot_end?.probability).toBeCloseTo(0.75, 12);
    expect(groups.either?.probability).toBe(1);
  });

  test("counts no end where the model is at fault", () => {
    const text = `clock: { rounds: 1 }
variables: { x: { count: [0, 1], initial: 0 } }
moves: { break: { by: one, then: { x: x - 1 } } }
policies: { one: { p: { break: 1 } } }
outcomes: { rest: { otherwise: true } }
tallies: { sum: { add: 1, per: end } }
`;
    expect(tinyRun(text).result).toMatchObject({ ended: "fault", tallies: { sum: 0 } });
    expect(tinyRun(text.replace("x - 1", "x + 1")).result).toMatchObject({ ended: "outcome", tallies: { sum: 1 } });
  });
});
