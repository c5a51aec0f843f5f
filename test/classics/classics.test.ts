/**
 * Classic models come out as the literature says: sizes, shortest solutions, verdicts, probabilities.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked, disagreements, tally } from "../differential/bothExplorations.ts";
import { solveModel } from "../unit/solving.ts";
import { classicModel, classics, classicText, factsOf } from "./facts.ts";

describe("the explorer finds what is known of", () => {
  test.for(Object.keys(classics))("%s", (name) => {
    expect(factsOf(classicModel(name))).toEqual(classics[name]);
  });
});

describe("a naive walk on the machine agrees about", () => {
  test.for(Object.keys(classics).filter((name) => name !== "noughts-and-crosses"))("%s", (name) => {
    const model = classicModel(name);
    const counts = tally();
    expect(disagreements({ model, treatment: treat(model), choices: "open" }, counts)).toEqual([]);
    expect(counts.compared).toBe(1);
  });
});

/** A classic with a word of its text replaced everywhere. */
const altered = (name: string, word: string, other: string) => {
  const text = classicText(name).replaceAll(word, other);
  expect(text).not.toBe(classicText(name));
  return factsOf(scenarioOf(text).model);
};

describe("a mistake in the model is found:", () => {
  test("a process that takes the turn instead of giving it away breaks the exclusion", () => {
    const { verdicts } = altered("mutual-exclusion", "turn: of_second }", "turn: of_first }");
    expect(verdicts.exclusion).toMatch(/^fails after/);
  });

  test("one philosopher who takes the right fork first, and nobody starves at the table", () => {
    // The fifth waits with the right fork, which is the first one's left.
    const text = classicText("philosophers")
      .replace("five is thinks and four is not eats, then", "five is thinks and one is thinks, then")
      .replace("five is waits and one is thinks, then", "five is waits and four is not eats, then")
      .replace("one is thinks and five is not eats", "one is thinks and five is thinks")
      .replace("when: four is waits and five is thinks", "when: four is waits and five is not eats");
    expect(factsOf(scenarioOf(text).model).deadlocks).toBe(0);
  });
});

test("noughts and crosses end as often as the positions say", () => {
  // Of 958 final positions crosses have won 626 and noughts 316; 16 are drawn. All others go on.
  const model = classicModel("noughts-and-crosses");
  const subject = { model, treatment: treat(model), choices: "open" } as const;
  const result = checked(subject);
  expect(result.endings).toEqual({ crosses_have_it: 626, noughts_have_it: 316, drawn: 16 });
});

describe("shares and means are the known ones of", () => {
  test("Knuth and Yao's die: a sixth for each face, 11/3 tosses", () => {
    const model = classicModel("die");
    const { outcomes, rounds } = solveModel(model, treat(model));
    for (const { probability } of Object.values(outcomes)) expect(probability).toBeCloseTo(1 / 6, 12);
    expect(Object.keys(outcomes)).toHaveLength(6);
    expect(rounds.expected).toBeCloseTo(11 / 3, 10);
  });

  test.for([
    [0.5, 3, 10],
    [0.6, 2, 7],
    [0.45, 9, 10],
  ] as const)("the gambler who wins with %f, has %i and wants %i", ([p, from, goal]) => {
    const text = `demarche: 1
id: gambler
title: The gambler's ruin
variables: { purse: { count: [0, ${goal}], initial: ${from} } }
incidents:
  game:
    branches:
      won: { odds: ${p}, then: { purse: purse + 1 } }
      lost: { odds: ${1 - p}, then: { purse: purse - 1 } }
outcomes: { rich: { when: purse is ${goal} }, ruined: { when: purse is 0 } }
properties: { ends: { eventually: purse is 0 or purse is ${goal} } }
`;
    const { model } = scenarioOf(text);
    const r = (1 - p) / p;
    const rich = p === 0.5 ? from / goal : (1 - r ** from) / (1 - r ** goal);
    const games = p === 0.5 ? from * (goal - from) : (from - goal * rich) / (1 - 2 * p);
    const { outcomes, rounds } = solveModel(model, treat(model));
    expect(outcomes.rich?.probability).toBeCloseTo(rich, 11);
    expect(rounds.expected).toBeCloseTo(games, 9);
    // Chance is not assumed to be fair: win and loss can take turns for ever.
    expect(factsOf(model)).toMatchObject({ states: goal + 1, verdicts: { ends: expect.stringMatching(/^fails/) } });
  });
});
