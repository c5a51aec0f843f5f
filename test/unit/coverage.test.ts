/**
 * The article's 180 requirements: each has its construct in the scenario, or a reason why not.
 */
import { describe, expect, test } from "vitest";
import { coveragePage, has, type Requirement } from "../golden/coverage.ts";
import { expectPage, libraryScenario, projectText } from "../golden/pages.ts";

const requirements = JSON.parse(projectText("docs/scenarios/geneva-2022.coverage.json")) as readonly Requirement[];
const scenario = libraryScenario("geneva-2022");

describe("the coverage of the article", () => {
  test("counts every requirement once, with a construct or a reason", () => {
    expect(requirements.map(({ no }) => no)).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
    expect(requirements.filter(({ by, reason }) => by.length === 0 && (reason ?? "") === "")).toEqual([]);
  });

  test("names only what the scenario has", () => {
    const missing = requirements.flatMap(({ no, by }) =>
      by.filter((path) => !has(scenario, path)).map((path) => `${no}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test("renders every conditional but one as a construct, and every hypothesis as an assumption", () => {
    const part = (mark: RegExp) => requirements.filter(({ gives }) => mark.test(gives));
    expect(part(/^C\d+ /)).toHaveLength(24);
    expect(part(/^C\d+ /).flatMap(({ gives, reason }) => (reason === undefined ? [] : [gives.split(" ")[0]]))).toEqual([
      "C14",
    ]);
    expect(part(/^H\d+ /)).toHaveLength(12);
    expect(part(/^H\d+ /).filter(({ by }) => !by.some((path) => path.startsWith("assumptions.")))).toEqual([]);
  });

  test("labels every hypothesis as open then, with what came since", () => {
    const notes = Object.entries(scenario.texts.notes).filter(([path]) => path.startsWith("assumptions."));
    expect(
      scenario.model.assumptions.filter(({ id }) => !notes.some(([path]) => path === `assumptions.${id}`)),
    ).toEqual([]);
    for (const number of Array.from({ length: 12 }, (_, index) => index + 1)) {
      const labelled = notes.filter(
        ([, note]) => new RegExp(`\\bH${number}\\b`).test(note) && /Since then:/.test(note),
      );
      expect(
        labelled.map(([path]) => path),
        `H${number}`,
      ).not.toEqual([]);
    }
    expect(scenario.texts.notes["assumptions.decided_beforehand"]).toMatch(/rival.*Open on 22 January.*Since then:/s);
  });

  test("notices a construct that disappears", () => {
    expect(has(scenario, "moves.deliver_rejection_some.branches.taken_up")).toBe(false);
    expect(has(scenario, "moves.deliver_partial_some.branches.taken_up")).toBe(true);
    expect(has(scenario, "moves.show_force.covert")).toBe(false);
    expect(has(scenario, "moves.encourage_appeal.covert")).toBe(true);
    expect(has(scenario, "tracks.reply.states.lost")).toBe(false);
    expect(has(scenario, "policies.russia.weighing.retake_by_force")).toBe(false);
    expect(has(scenario, "briefing.nobody")).toBe(false);
    expect(has({ ...scenario, model: { ...scenario.model, rules: [] } }, "rules.reply_lapses")).toBe(false);
  });

  test("is told in an appendix", () => {
    expectPage("docs/scenarios/geneva-2022.coverage.md", coveragePage(requirements));
  });
});
