/**
 * The Geneva scenario keeps what is said of it: its pages are generated from it, its mistakes are told, its properties
 * bite, the rival hypothesis makes the reply negligible, and nobody sits idle.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { isRefused } from "../../src/engine/event.ts";
import { openSession, prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { type VariantComparison, comparison } from "../../src/ensemble/compare.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { exportMarkdown } from "../../src/export/markdown.ts";
import { type ComparisonNames, conclusion } from "../../src/report/comparisonText.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import { chroniclesPage } from "./chronicles.ts";
import { expectBelowMark, libraryScenario, projectText } from "./pages.ts";
import { defaultRow, resultsPage } from "./results.ts";

const text = projectText("scenarios/geneva-2022.yaml");
const scenario = libraryScenario("geneva-2022");
const editions = ["geneva-2022", "geneva-2022-class", "geneva-2022-core"];

/** The scenario with a passage written otherwise; the passage must be there. */
function changed(passage: string, otherwise: string): string {
  expect(text.split(passage).length - 1, passage).toBeGreaterThan(0);
  return text.replace(passage, () => otherwise);
}

function compared({ model, hash }: Scenario, variants: readonly string[], assume: Record<string, boolean>): VariantComparison {
  const treatments = variants.map((variant) => ({ ...treat(model, { variant, assume }), variant }));
  const columns = columnsOf(model);
  const simulators = treatments.map((treatment) => simulatorOf(model, treatment, "demarche"));
  const counts = runPlan(columns, { seed: "demarche", runs: 10_000, treatments }, simulators);
  return comparison({ scenario: model.id, model: hash, seed: "demarche" }, columns, treatments, counts);
}

describe("its pages", () => {
  test("the page of the scenario is what the document says", () => {
    expectBelowMark("docs/scenarios/geneva-2022.md", exportMarkdown(scenario).replace(/^# .*\n\n/, ""));
  });

  test("three chronicles are what the machine tells", () => {
    expectBelowMark("docs/scenarios/geneva-2022-chronicles.md", chroniclesPage(scenario));
  });

  test("the page of results belongs to this model and has its shares", () => {
    const page = "docs/scenarios/geneva-2022-results.md";
    if (process.env.UPDATE_PAGES === "1") expectBelowMark(page, resultsPage(scenario));
    expect(projectText(page)).toContain(`Model \`${scenario.hash.slice(0, 12)}\``);
    expect(projectText(page)).toContain(`\n${defaultRow(scenario)}\n`);
  });
});

describe("the usual misspellings in this very file", () => {
  const misspellings: readonly (readonly [string, string, string, string])[] = [
    ["a variable in a guard", "unity < 9 and since(rally_allies)", "unitty < 9 and since(rally_allies)", "unity"],
    ["a state opposite its track", "when: recognition is voted\n", "when: recognition is votd\n", "voted"],
    ["a track in a rule", "when: delivered and talks is open\n", "when: delivered and tlaks is open\n", "talks"],
    ["an actor", "    by: duma\n    name: Put", "    by: dumaa\n    name: Put", "duma"],
    ["a move in a policy", "      deploy_north: 6\n", "      deploy_nroth: 6\n", "deploy_north"],
    ["a key of a move", '    cameo: "154"\n', '    cameoo: "154"\n', "cameo"],
    ["a move in the history", "move: mass_forces, source", "move: mas_forces, source", "mass_forces"],
    ["a branch in the history", "branch: hears_positions", "branch: hear_positions", "hears_positions"],
    ["a source", "source: [urdupoint]", "source: [urdpoint]", "urdupoint"],
    ["an assumption in odds", "odds: 1 - demand_sincerity", "odds: 1 - demand_sincerty", "demand_sincerity"],
    ["a term", "answered and may_justify_force\n", "answered and may_justfy_force\n", "may_justify_force"],
    ["an outcome in a share", "      of: invasion\n", "      of: invasoin\n", "invasion"],
    ["a severity", "severity: de-escalation\n", "severity: deescalation\n", "de-escalation"],
    ["a track in an effect", "      donbas: shelling\n", "      donbass: shelling\n", "donbas"],
    ["a variant of a policy", "      eu: forward\n", "      eu: foward\n", "forward"],
    ["a briefing", "\n  turkey:\n    - >-", "\n  turkye:\n    - >-", "turkey"],
  ];

  test.each(misspellings)("%s", (_, right, wrong, meant) => {
    const broken = changed(right, wrong);
    const { diagnostics, scenario: read } = readScenario({ file: "geneva-2022.yaml", text: broken });
    expect(read).toBeNull();
    const [first] = diagnostics.filter(({ severity }) => severity === "error");
    const at = [...broken].findIndex((letter, index) => letter !== text[index]);
    expect(first?.span.line).toBe(broken.slice(0, at).split("\n").length);
    expect(`${first?.message} ${first?.hint}`).toContain(`\`${meant}\``);
  });
});

describe("its properties bite", () => {
  const weakened: readonly (readonly [string, string, string, string])[] = [
    ["recognise", "when: recognition is voted\n", "when: recognition <= voted\n", "appeal_first"],
    [
      "small_incursion",
      "when: measures in [build_up, in_place, entry] and answered and may_justify_force",
      "when: measures in [build_up, in_place, entry] and answered",
      "force_has_its_stated_ground",
    ],
    [
      "small_incursion, the answer",
      "when: measures in [build_up, in_place, entry] and answered and may_justify_force",
      "when: measures in [build_up, in_place, entry] and may_justify_force",
      "no_incursion_before_an_answer",
    ],
    [
      "recognition_ends_the_talks",
      "    when: recognition is recognised\n    then:\n      talks: dead\n",
      "    when: recognition is recognised\n    then:\n",
      "recognition_is_final_for_the_talks",
    ],
    ["reply_lapses", "when: date > 2022-01-30 and reply is promised", "when: date > 2022-02-02 and reply is promised", "reply_is_answered_or_lapses"],
    ["mediation_lapses", "when: date > 2022-02-10 and mediation is offered", "when: date > 2022-02-20 and mediation is offered", "turkish_window_closes"],
  ];
  const runs = 4000;

  const chunk = 500;

  /**
   * In how many runs of the two dispositions that use force each property fails.
   * @param sought a property; the runs after the first chunk in which it fails are not made.
   */
  function failures(document: string, sought?: string): ReadonlyMap<string, number> {
    const { scenario: read } = readScenario({ file: "geneva-2022.yaml", text: document });
    if (read === null) throw new Error("the weakened scenario is not read");
    const { properties } = columnsOf(read.model);
    const counts = new Map(properties.map((property) => [property, 0]));
    for (const russia of ["weighing", "pressing"]) {
      const simulate = simulatorOf(read.model, treat(read.model, { policies: { russia } }), "guards");
      for (let from = 0; from < runs; from += chunk) {
        if (sought !== undefined && (counts.get(sought) ?? 0) > 0) return counts;
        const batch = simulate(from, from + chunk);
        for (let run = 0; run < chunk; run++)
          for (const [column, property] of properties.entries())
            if (batch.properties[run * properties.length + column] === 0) counts.set(property, (counts.get(property) ?? 0) + 1);
      }
    }
    return counts;
  }

  const asItIs = failures(text);

  test("those hold in every run that are expected to, and those fail in some that are", () => {
    const expected = (verdict: RegExp) =>
      [...asItIs.keys()].filter((id) => verdict.test(scenario.texts.notes[`properties.${id}`] ?? ""));
    expect(expected(/^Expected to hold/).length).toBeGreaterThanOrEqual(7);
    for (const id of expected(/^Expected to hold/)) expect([id, asItIs.get(id)]).toEqual([id, 0]);
    expect(expected(/^Expected to fail(?:, seldom| in some runs)/).length).toBeGreaterThanOrEqual(3);
    for (const id of expected(/^Expected to fail(?:, seldom| in some runs)/)) expect(asItIs.get(id), id).toBeGreaterThan(0);
  });

  test.each(weakened)("with %s weakened one fails", (_, guard, weaker, property) => {
    expect(asItIs.get(property)).toBe(0);
    expect(failures(changed(guard, weaker), property).get(property)).toBeGreaterThan(0);
  });
});

describe("the rival hypothesis", () => {
  const replies = ["rejection", "counter_proposals", "all_points_answered", "partial_acceptance", "late_reply", "no_reply"];
  const names: ComparisonNames = { title: "", outcome: (id) => id, variant: (id) => id, question: () => null };

  test("decided beforehand, no reply moves any outcome by a point, and the report says so", () => {
    const result = compared(scenario, replies, { decided_beforehand: true });
    for (const { low, high } of result.differences) expect(Math.max(-low, high)).toBeLessThan(0.01);
    expect(conclusion(result, names)).toContain("The variants hardly differ: no outcome of any of them");
  });

  test("otherwise replies do move outcomes, and the report says by how much", () => {
    const result = compared(scenario, replies, { decided_beforehand: false });
    expect(conclusion(result, names)).toContain("The largest clear difference: under partial_acceptance");
  });
});

describe("everybody has something to do", () => {
  test("every outcome is reached under some disposition of Moscow", () => {
    const { model } = scenario;
    const reached = new Set(
      ["weighing", "pressing", "probing", "de_escalating"].flatMap((russia) => {
        const treatment = treat(model, { policies: { russia, usa: "flexible" } });
        return [...simulatorOf(model, treatment, "ends")(0, 4000).outcome].map((index) => model.outcomes[index]?.id);
      }),
    );
    expect(model.outcomes.filter(({ id }) => !reached.has(id)).map(({ id }) => id)).toEqual([]);
  });

  test("Ukraine has moves that change something in every phase of every course", () => {
    const { model } = scenario;
    const engine = prepareEngine(model, treat(model));
    const phases = new Map<string, number>();
    for (let replication = 0; replication < 150; replication++) {
      const started = startRun(engine, { seed: "kyiv", replication, model: "", document: { id: "", text: "" } });
      if (started[0]?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
      const session = openSession(engine, luckOf("kyiv", replication), started[0].state);
      while (session.state.ended === null) {
        const opening = engine.protocol.open(session.state);
        if (opening.kind === "turn" && opening.actor === "ukraine") {
          const { reply, recognition, measures } = session.state.tracks;
          const phase = measures === "entry" ? "troops" : recognition === "recognised" ? "recognised" : reply;
          const open = opening.options.filter((move) => move !== "hold").length;
          phases.set(phase ?? "", Math.min(phases.get(phase ?? "") ?? open, open));
        }
        const events = session.proposeNext();
        if (isRefused(events)) throw new Error(events.message);
        session.apply(events);
      }
    }
    expect([...phases.keys()].toSorted()).toEqual(
      ["counter", "late", "partial", "promised", "recognised", "rejection", "troops"],
    );
    for (const [phase, least] of phases) expect(least, phase).toBeGreaterThan(0);
  });

  test("each great power has dispositions with their reasons, and every actor that moves has a policy", () => {
    const { model, texts } = scenario;
    for (const { id } of model.actors) {
      const policies = model.policies.find(({ actor }) => actor === id)?.policies ?? [];
      expect(policies.length, id).toBeGreaterThanOrEqual(id === "usa" || id === "russia" ? 4 : 1);
      for (const policy of policies) expect(texts.notes[`policies.${id}.${policy.id}`], policy.id).toMatch(/\.$/);
    }
  });
});

describe.each(editions)("codes in %s", (id) => {
  const { model, texts } = libraryScenario(id);

  test("every move has a CAMEO code, a severity and a source, and those of force are violent", () => {
    for (const { id: move, cameo, severity, source } of model.moves) {
      expect(cameo, move).toMatch(/^\d{3,4}$/);
      expect(source, move).not.toEqual([]);
      expect([move, severity === "violent"]).toEqual([move, /^(?:18|19|20)/.test(cameo ?? "")]);
      expect(severity, move).not.toBeNull();
    }
  });

  test("every property has its claim with what is expected of it, every variant its question", () => {
    for (const { id: property } of model.properties) {
      expect(texts.claims[`properties.${property}`], property).toMatch(/\w/);
      expect(texts.notes[`properties.${property}`], property).toMatch(/^Expected to (?:hold|fail)/);
    }
    for (const { id: variant } of model.variants) expect(texts.questions[`variants.${variant}`], variant).toMatch(/\?$/);
  });
});
