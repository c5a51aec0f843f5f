/**
 * Effects that arrive later: what `later` stands for, and what goes wrong with it.
 */
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { viewEvents } from "../../src/engine/view.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { solveModel } from "./solving.ts";
import { chronicle } from "./tiny.ts";

const convoy = (later: string, more = ""): string => `demarche: 2
id: convoy
title: A convoy
${more === "" ? "clock: { rounds: 6 }" : more}
actors: { a: {}, b: {} }
variables: { arms: { count: [0, 9], initial: 0 } }
moves:
  send: { by: a, when: made(send) < 2, ${later} }
  wait: { by: b, when: made(wait) < 1 }
policies: { a: { p: { send: 1 } } }
outcomes: { full: { when: arms is 2 }${more === "" ? ", rest: { otherwise: true }" : ""} }
`;

const complaints = (text: string) =>
  readScenario({ file: "t.yaml", text }).diagnostics.filter(({ severity }) => severity === "error");

const runOf = (text: string) => {
  const { model } = scenarioOf(text);
  return recordRun(engineOf(model), { seed: "a" });
};

describe("an effect that arrives later", () => {
  test("arrives after so many rounds, as the round opens", () => {
    const run = runOf(convoy("later: { after: 2, count: 2, then: { arms: arms + 1 } }"));
    const words = chronicle(run).filter(
      (word) => word === "send" || word.startsWith("rule") || word.startsWith("round"),
    );
    expect(words).toEqual(["send", "round 1", "send", "round 2", "rule send_later_1", "round 3", "rule send_later_2"]);
    expect(run.states.at(-1)).toMatchObject({ outcome: "full", variables: { arms: 2 } });
  });

  test("cannot be sent again before it has arrived, unless `count` allows more", () => {
    const { events } = runOf(convoy("later: { after: 2, then: { arms: arms + 1 } }"));
    expect(events.at(-1)).toMatchObject({ type: "ModelFaulted", fault: { path: "moves.send.then.send_later" } });
    const quick = runOf(convoy("later: { after: 1, then: { arms: arms + 1 } }"));
    expect(quick.states.at(-1)).toMatchObject({ outcome: "full" });
  });

  test("may be several, each with its own time, and belong to a branch", () => {
    const two = "later: [{ after: 1, count: 2, then: { arms: arms + 1 } }, { after: 3, count: 2, then: { arms: 0 } }]";
    const { model } = scenarioOf(convoy(two));
    expect(model.rules.map(({ id }) => id)).toEqual([
      "send_later_1_1",
      "send_later_1_2",
      "send_later_2_1",
      "send_later_2_2",
    ]);
    const branch = convoy("branches: { by_sea: { later: { after: 2, count: 2, then: { arms: arms + 1 } } } }");
    expect(scenarioOf(branch).model.tracks.map(({ id }) => id)).toEqual(["send_by_sea_later_1", "send_by_sea_later_2"]);
    expect(runOf(branch).states.at(-1)).toMatchObject({ outcome: "full" });
  });

  test("leaves the states of a scenario without a horizon finite", () => {
    const text = convoy("later: { after: 2, count: 2, then: { arms: arms + 1 } }", "turns: in order");
    const { model } = scenarioOf(text);
    const { outcomes, states } = solveModel(model, treat(model), {
      limits: { statesMax: 1000, bytesMax: 2 ** 26 },
    });
    expect(outcomes.full?.probability).toBeCloseTo(1, 12);
    expect(states).toBeLessThan(100);
  });

  test("of a secret step is a secret of those who know of it", () => {
    const later = "later: { after: 2, count: 2, then: { arms: arms + 1 } }";
    const secret = scenarioOf(convoy(`covert: true, ${later}`)).model;
    expect(secret.tracks.map((track) => track.private)).toEqual([["a"], ["a"]]);
    const shared = scenarioOf(convoy(`known_to: [b], ${later}`)).model;
    expect(shared.tracks.map((track) => track.private)).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    const { events } = recordRun(engineOf(secret), { seed: "a" });
    const seen = viewEvents(secret, events, "b");
    expect(JSON.stringify(seen)).not.toContain("send");
    expect(seen.some((event) => event.type === "Changed" && event.changes.variables?.arms === 1)).toBe(true);
  });

  test.each([
    ["later: { then: { arms: 1 } }", "later-form", "after how many rounds"],
    ["later: { after: 0, then: { arms: 1 } }", "later-form", "from 1 to"],
    ["later: { after: soon, then: { arms: 1 } }", "later-form", "from 1 to"],
    ["later: { after: 1, count: 99, then: { arms: 1 } }", "later-form", "from 1 to 20"],
    ["later: { after: 1, thn: { arms: 1 } }", "unknown-key", "`thn` is not known in `later`"],
    ["later: { after: 1, then: { amrs: 1 } }", "unknown-track-or-variable", "amrs"],
  ])("%s is told where it stands", (later, code, message) => {
    const found = complaints(convoy(later));
    expect(found.map((one) => [one.code, one.span.line])).toContainEqual([code, 8]);
    expect(found.find((one) => one.code === code)?.message).toContain(message);
  });
});
