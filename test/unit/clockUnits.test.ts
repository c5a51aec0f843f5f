/**
 * Rounds of hours, months and years in runs: dates without a time are whole days, everywhere alike.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { solveModel } from "./solving.ts";

const crisis = (when: string, clock = "{ start: 2024-02-26, step: 6 hours, rounds: 20 }"): string => `demarche: 2
id: hours
title: A crisis of hours
clock: ${clock}
actors: { a: {} }
variables: { told: { count: [0, 40], initial: 0 } }
moves: { tell: { by: a, when: ${JSON.stringify(when)}, then: { told: told + 1 } } }
policies: { a: { p: { tell: 1 } } }
outcomes: { end: { otherwise: true } }
tallies: { told: { add: told, when: round >= 0, per: tell } }
`;

/** How often the move was made, on the machine; kernel and solver must agree on the tally. */
function timesTold(text: string): number {
  const { model } = scenarioOf(text);
  const times = Number(recordRun(engineOf(model), { seed: "a", roundsLimit: 1000 }).states.at(-1)?.variables.told);
  const { tallies } = solveModel(model, treat(model));
  expect(tallies.told?.expected).toBeCloseTo((times * (times - 1)) / 2, 9);
  return times;
}

describe("a date without a time", () => {
  test.each([
    ["date is 2024-02-28", 4],
    ["date is 2024-02-28 06:00", 1],
    ["date is 2024-02-28 05:00", 0],
    ["date is not 2024-02-28", 16],
    ["date in [2024-02-26, 2024-02-28 18:00]", 5],
    ["date > 2024-02-28", 8],
    ["date >= 2024-02-28 12:00", 10],
    ["date <= 2024-02-26", 4],
  ])("%s holds in %i of 20 rounds of six hours", (when, times) => {
    expect(timesTold(crisis(when))).toBe(times);
  });

  test("is the day of a round where rounds are days", () => {
    expect(timesTold(crisis("date is 2024-02-28", "{ start: 2024-02-26, step: 1 day, rounds: 20 }"))).toBe(1);
  });

  test("comes in rounds of months and years", () => {
    expect(timesTold(crisis("date > 2024-12-31", "{ start: 2024-01-31, step: 1 month, rounds: 20 }"))).toBe(8);
    expect(timesTold(crisis("days is 366", "{ start: 2024-01-01, step: 1 year, rounds: 12 }"))).toBe(3);
  });

  test("an incident occurs in the round in which its date lies, with a time or without", () => {
    const text = crisis("false").replace(
      "policies:",
      "incidents: { leap: { date: 2024-02-29, then: { told: told + 1 } }, noon: { date: 2024-02-28 13:30, then: { told: told + 10 } } }\npolicies:",
    );
    const { events } = recordRun(engineOf(scenarioOf(text).model), { seed: "a", roundsLimit: 1000 });
    const rounds: number[] = [];
    let round = 0;
    for (const event of events) {
      if (event.type === "RoundOpened") ({ round } = event);
      if (event.type === "IncidentOccurred") rounds.push(round);
    }
    expect(rounds).toEqual([10, 12]);
  });
});

test("what is dated on the day of the start comes in the first round, at whatever time that begins", () => {
  const text = crisis("false", "{ start: 2024-02-26 06:00, step: 6 hours, rounds: 8 }").replace(
    "policies:",
    "incidents: { first: { date: 2024-02-26, then: { told: told + 1 } } }\nhistory: [{ date: 2024-02-26, incident: first }]\npolicies:",
  );
  const { model } = scenarioOf(text);
  expect(model.history).toEqual([{ round: 0, incident: "first", branch: null }]);
  const { events } = recordRun(engineOf(model), { seed: "a" });
  expect(events[1]).toMatchObject({ type: "IncidentOccurred", incident: "first" });
  expect(solveModel(model, treat(model)).outcomes.end?.probability).toBe(1);
});

test("a crisis of hours with dates, incidents and a history is read without a complaint", () => {
  const text = `demarche: 2
id: tz
title: Dates
clock: { start: 2024-02-26, step: 6 hours, rounds: 160 }
actors: { a: {} }
tracks: { t: { initial: s, states: [s, l, m] } }
moves: { go: { by: a, when: date is 2024-03-10 and t is s, then: { t: l } } }
incidents:
  leap: { date: 2024-02-29, then: { t: s } }
  dst: { date: 2024-03-31, when: t is l, then: { t: m } }
outcomes: { m: { when: t is m }, rest: { otherwise: true } }
policies: { a: { p: { go: 1 } } }
history: [ { date: 2024-03-10, by: a, move: go } ]
`;
  const { diagnostics, scenario } = readScenario({ file: "t.yaml", text });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(scenario?.model.history).toEqual([{ round: 52, by: "a", move: "go", branch: null }]);
  const { events } = recordRun(engineOf(scenarioOf(text).model), { seed: "a", roundsLimit: 1000 });
  expect(events.at(-1)).toMatchObject({ type: "RunEnded" });
});
