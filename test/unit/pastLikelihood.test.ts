/**
 * The likelihood of the past, against chances worked out by hand.
 */
import { describe, expect, test } from "vitest";
import { type PastLikelihood, pastLikelihood } from "../../src/engine/pastLikelihood.ts";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const body = `demarche: 1
id: past
title: Past
clock: { start: 2022-01-22, rounds: 3 }
actors: { west: {}, east: {} }
tracks:
  reply: { initial: promised, states: [promised, given] }
variables:
  aim: { scale: [0, 1], initial: { 0: 3, 1: 1 }, private: [east] }
  heard: { flag: false }
moves:
  answer:
    by: west
    when: reply is promised
    then: { reply: given }
    branches:
      heard: { odds: 1, then: { heard: true } }
      unheard: { odds: 3 }
  march: { by: east, when: reply is given and (heard or aim is 1) }
incidents:
  leak: { when: reply is given, chance: 0.1 }
policies:
  west: { usual: { answer: 1, hold: 1 } }
  east: { usual: { march: aim, hold: 1 } }
outcomes: { over: { otherwise: true } }
`;

function pastOf(history: string, turns = "in order"): PastLikelihood {
  const text = `${body}turns: ${turns}\nhistory:\n${history}`;
  const { scenario, diagnostics } = readScenario({ file: "past.yaml", text });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return pastLikelihood(prepareEngine(scenario.model, treat(scenario.model)));
}

const answered = "  - { date: 2022-01-22, by: west, move: answer, branch: unheard }\n";
const marched = "  - { date: 2022-01-23, by: east, move: march }\n";

describe("the likelihood of the past", () => {
  test("multiplies policies, branches and what did not happen, over hidden starts", () => {
    // West answers (1/2) unheard (3/4); East holds if its aim lets it: then no leak (0.9), and 1 in 4 aims at marching.
    const past = pastOf(answered + marched);
    // aim 0 (3/4): it cannot march at all; aim 1 (1/4): holds on the first day 1/2, marches on the second 1/2.
    expect(past.chance).toBeCloseTo((1 / 2) * (3 / 4) * (1 / 4) * (1 / 2) * 0.9 * (1 / 2), 12);
    expect(past.recorded * past.silence).toBeCloseTo(past.chance, 12);
    expect(past.starts.aim).toEqual({ 1: 1 });
    expect(past.impossible).toBeNull();
  });

  test("does not admit two entries of one actor in one round", () => {
    const again = "  - { date: 2022-01-22, by: west, move: answer }\n";
    for (const turns of ["in order", "simultaneous", "free"]) {
      const past = pastOf(answered + again + marched, turns);
      expect([turns, past.impossible, past.chance]).toEqual([turns, 1, 0]);
    }
    // Of two actors, the one holds nobody back but where one alone moves.
    const both = "  - { date: 2022-01-22, by: east, move: hold }\n";
    expect(pastOf(answered + both).impossible).toBeNull();
  });

  test("does not admit an incident twice in one round", () => {
    const leak = "  - { date: 2022-01-23, incident: leak }\n";
    expect(pastOf(answered + leak).impossible).toBeNull();
    expect(pastOf(answered + leak + leak).impossible).toBe(2);
  });

  test("follows a branch that the record leaves open each way", () => {
    const open = pastOf("  - { date: 2022-01-22, by: west, move: answer }\n");
    expect(open.chance).toBeCloseTo(1 / 2, 12);
    expect(pastOf(answered).chance).toBeCloseTo(3 / 8, 12);
  });

  test("names the entry that cannot be", () => {
    expect(pastOf(`  - { date: 2022-01-22, by: east, move: march }\n`)).toMatchObject({ impossible: 0, chance: 0 });
  });

  test("counts a recorded incident by its chance", () => {
    const past = pastOf(`${answered}  - { date: 2022-01-23, incident: leak }\n`);
    const leak = past.choices.find(({ site }) => site === "incident:leak");
    expect(leak).toMatchObject({ round: 1, entries: [1] });
    expect(leak?.chance).toBeCloseTo(0.1, 12);
  });

  test("takes sealed choices of one round together", () => {
    const past = pastOf(answered, "simultaneous");
    expect(past.choices).toHaveLength(1);
    expect(past.chance).toBeCloseTo((1 / 2) * (3 / 4), 12);
  });

  test("weighs the one move of a free round against all that are open", () => {
    const past = pastOf(answered, "free");
    expect(past.chance).toBeCloseTo(3 / 4, 12);
  });
});
