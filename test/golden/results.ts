/**
 * What the Geneva scenario yields, as a page: shares by disposition, what no run uses, what changes nothing, the rival.
 *
 * Every number comes from runs made here, 10,000 a cell under one seed, so that cells share their luck. Nothing is
 * explained in this file: the explanations are written by hand on the page, above the mark.
 */
import { pastLikelihood } from "../../src/engine/pastLikelihood.ts";
import { prepareEngine } from "../../src/engine/session.ts";
import { type TreatmentRequest, treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { type VariantComparison, comparison } from "../../src/ensemble/compare.ts";
import { followerOf } from "../../src/ensemble/follow.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { dateOfRound, formatDate } from "../../src/scenario/calendar.ts";
import type { Assumption } from "../../src/scenario/model.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { nameOf } from "../../src/scenario/texts.ts";

const seed = "demarche";
const runs = 10_000;

interface Cell {
  readonly name: string;
  readonly request: TreatmentRequest;
}

/** Runs the cells; the first is the baseline of the differences. */
function compareCells({ model, hash }: Scenario, cells: readonly Cell[]): VariantComparison {
  const treatments = cells.map(({ name, request }) => ({ ...treat(model, request), variant: name }));
  const plan = { seed, runs, treatments };
  const simulators = treatments.map((treatment) => simulatorOf(model, treatment, seed));
  const columns = columnsOf(model);
  return comparison({ scenario: model.id, model: hash, seed }, columns, treatments, runPlan(columns, plan, simulators));
}

function percent(share: number): string {
  const text = (share * 100).toFixed(share !== 0 && Math.abs(share) < 0.0095 ? 2 : 1);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** Every disposition of every party, the others following their default. */
function dispositions({ model, texts }: Scenario): readonly Cell[] {
  return [
    { name: "default", request: {} },
    ...model.policies.flatMap(({ actor, policies }) =>
      policies.slice(1).map(({ id }) => ({
        name: `${nameOf(texts, "actors", actor)}: ${id}`,
        request: { policies: { [actor]: id } },
      })),
    ),
  ];
}

/** One row of the table of shares. */
function row({ model }: Scenario, result: VariantComparison["variants"][number]): string {
  const shares = model.outcomes.map(({ id }) => percent(result.outcomes[id]?.share ?? 0));
  return `| ${result.name} | ${shares.join(" | ")} |`;
}

function sharesTable(scenario: Scenario, compared: VariantComparison): readonly string[] {
  const heads = scenario.model.outcomes.map(({ id }) => nameOf(scenario.texts, "outcomes", id));
  return [
    `| Per cent of runs | ${heads.join(" | ")} |`,
    `| --- |${heads.map(() => " ---: |").join("")}`,
    ...compared.variants.map((variant) => row(scenario, variant)),
    "",
  ];
}

/** The row of the default, which a test makes anew each time. */
export function defaultRow(scenario: Scenario): string {
  const [result] = compareCells(scenario, [{ name: "default", request: {} }]).variants;
  return result === undefined ? "" : row(scenario, result);
}

/** The ends of an assumption's range that are not its default. */
function ends({ range, values, default: usual }: Assumption): readonly (number | boolean)[] {
  return (range ?? values ?? []).filter((value) => value !== usual);
}

/** The largest paired difference of any outcome, and whether any interval leaves zero out. */
function largest(compared: VariantComparison, name: string): { readonly text: string; readonly size: number; readonly certain: boolean } {
  const own = compared.differences.filter(({ to }) => to === name);
  const [most] = own.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  if (most === undefined) return { text: "none", size: 0, certain: false };
  const interval = `${percent(most.low)} to ${percent(most.high)}`;
  return {
    text: `${percent(most.difference)} points, ${most.outcome} (${interval})`,
    size: Math.abs(most.difference),
    certain: own.some(({ low, high }) => low > 0 || high < 0),
  };
}

function assumptionRows(scenario: Scenario): readonly string[] {
  const { model } = scenario;
  const cells = model.assumptions.flatMap((assumption) =>
    ends(assumption).map((value) => ({
      name: `${assumption.id} = ${value}`,
      request: { assume: { [assumption.id]: value } },
    })),
  );
  const compared = compareCells(scenario, [{ name: "default", request: {} }, ...cells]);
  return cells
    .map(({ name }) => ({ name, most: largest(compared, name) }))
    .toSorted((a, b) => b.most.size - a.most.size)
    .map(({ name, most }) => `| ${name} | ${most.text} | ${most.certain ? "" : "idle"} |`);
}

/** Moves and incidents that no followed run of any disposition makes, and those that fewer than one in 1,000 make. */
function unused(scenario: Scenario): Readonly<Record<"never" | "seldom" | "unusual", readonly string[]>> {
  const { model } = scenario;
  const made = new Map<string, number>();
  const usual = new Set<string>();
  const cells = dispositions(scenario);
  const followed = 1000;
  for (const { name, request } of cells) {
    const follow = followerOf(model, treat(model, request), seed);
    for (let replication = 0; replication < followed; replication++) {
      const seen = new Set<string>();
      follow(replication, (sight) => {
        if (sight.kind === "step") for (const { kind, id } of sight.deeds) seen.add(`${kind} \`${id}\``);
      });
      for (const deed of seen) made.set(deed, (made.get(deed) ?? 0) + 1);
      if (name === "default") for (const deed of seen) usual.add(deed);
    }
  }
  const all = [...model.moves.map(({ id }) => `move \`${id}\``), ...model.incidents.map(({ id }) => `incident \`${id}\``)];
  const total = cells.length * followed;
  return {
    never: all.filter((deed) => !made.has(deed)),
    unusual: all.filter((deed) => !usual.has(deed)),
    seldom: all.filter((deed) => (made.get(deed) ?? total) / total < 0.001),
  };
}

const replies = ["rejection", "counter_proposals", "all_points_answered", "partial_acceptance", "late_reply", "no_reply"];

/** The replies against each other, as usual and if the decision was taken beforehand. */
function replyRows(scenario: Scenario, decided: boolean): readonly string[] {
  const cells = replies.map((variant) => ({
    name: variant,
    request: { variant, assume: { decided_beforehand: decided } },
  }));
  const compared = compareCells(scenario, cells);
  return [
    ...sharesTable(scenario, compared),
    ...compared.variants.slice(1).map(({ name }) => `- ${name} against rejection: at most ${largest(compared, name).text}`),
    "",
  ];
}

function pastRows({ model, texts }: Scenario): readonly string[] {
  const requests: readonly Cell[] = [
    ...["usa", "russia"].flatMap((actor) =>
      (model.policies.find((entry) => entry.actor === actor)?.policies ?? []).map(({ id }) => ({
        name: `${nameOf(texts, "actors", actor)}: ${id}`,
        request: { policies: { [actor]: id } },
      })),
    ),
    { name: "decided beforehand", request: { assume: { decided_beforehand: true } } },
  ];
  return requests.map(({ name, request }) => {
    const past = pastLikelihood(prepareEngine(model, treat(model, request)));
    const recorded = past.choices.filter(({ entries }) => entries.length > 0);
    const [least] = recorded.toSorted((a, b) => a.chance - b.chance);
    const entry = model.history[least?.entries[0] ?? -1];
    const what = entry === undefined ? "" : "move" in entry ? entry.move : entry.incident;
    const day = least === undefined || model.clock === null ? "" : formatDate(dateOfRound(model.clock, least.round));
    const share = past.impossible === null ? past.chance.toExponential(1) : "not admitted";
    const parts = past.impossible === null ? [past.recorded, past.silence].map((part) => part.toExponential(1)) : ["", ""];
    return `| ${name} | ${share} | ${parts.join(" | ")} | ${day} \`${what}\` (${percent(least?.chance ?? 0)} %) |`;
  });
}

/** The generated part of the page. */
export function resultsPage(scenario: Scenario): string {
  const { never, seldom, unusual } = unused(scenario);
  const listed = (deeds: readonly string[]): string => (deeds.length === 0 ? "none" : deeds.join(", "));
  return `${[
    `Model \`${scenario.hash.slice(0, 12)}\`, seed \`${seed}\`, ${runs} runs a cell, the same replications in each.`,
    "",
    "## Shares of outcomes by disposition",
    "",
    ...sharesTable(scenario, compareCells(scenario, dispositions(scenario))),
    "## Moves and incidents that runs do without",
    "",
    "Of 1,000 runs under each disposition above:",
    "",
    `- never made: ${listed(never)}`,
    `- never made under the default: ${listed(unusual)}`,
    `- in fewer than one run in 1,000: ${listed(seldom.filter((deed) => !never.includes(deed)))}`,
    "",
    "## Assumptions at the ends of their range",
    "",
    "Each alone, against the default; the outcome that differs most, with its paired 95 % interval. `idle`: no outcome's",
    "interval leaves zero out.",
    "",
    "| Assumption | Largest difference | |",
    "| --- | --- | --- |",
    ...assumptionRows(scenario),
    "",
    "## The replies against each other",
    "",
    ...replyRows(scenario, false),
    "## The same, if the decision was taken beforehand",
    "",
    ...replyRows(scenario, true),
    "## How likely the record is",
    "",
    "Under each disposition of the two great powers, the others at their default (`demarche history`).",
    "",
    "| Disposition | Share of the whole path | Recorded choices | Silence in between | Least likely entry |",
    "| --- | --- | --- | --- | --- |",
    ...pastRows(scenario),
  ].join("\n")}\n`;
}
