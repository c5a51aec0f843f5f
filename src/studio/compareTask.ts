/**
 * A comparison as the studio makes it: the runs, the closer look, the figures, and replications of each outcome to open.
 */
import { variantIds } from "../engine/treatment.ts";
import { columnsOf, endings } from "../ensemble/batch.ts";
import { type CompareRequest, fullComparison, planComparison } from "../ensemble/fullComparison.ts";
import type { EnsemblePlan } from "../ensemble/plan.ts";
import { rangePoints } from "../ensemble/range.ts";
import { supplementReport } from "../ensemble/reportSupplement.ts";
import { runEnsemble } from "../ensemble/run.ts";
import { sampleRuns } from "../ensemble/sample.ts";
import { simulatorOf } from "../ensemble/simulator.ts";
import { compareCommandLine } from "../report/commandLine.ts";
import { comparisonFigures } from "../report/comparisonPage.ts";
import { comparisonNames } from "../report/comparisonText.ts";
import { figurePage } from "../report/figurePage.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf } from "../scenario/texts.ts";
import type { CompareResult, CompareTask, Example, TaskProgress } from "./task.ts";

/** Treatments that the design over the assumptions spreads over its points. */
const rangeShare = 64;

const never = new AbortController().signal;

/** Makes a comparison. */
export async function compareVariants(
  scenario: Scenario,
  task: CompareTask,
  workers: number,
  tell: (progress: TaskProgress) => void,
): Promise<CompareResult> {
  const { model, hash } = scenario;
  const { seed, runs, assume, policies, rounds } = task;
  const variants = task.variants.length === 0 ? variantIds(model) : task.variants;
  const points = task.ranges ? Math.max(4, Math.min(rangePoints, Math.floor(rangeShare / variants.length))) : 0;
  const request: CompareRequest = { variants, assume, policies, rounds, points };
  const plan = planComparison(model, request, seed, runs);
  const total = runs * plan.treatments.length;
  tell({ part: "runs", done: 0, total });
  const { counts } = await runEnsemble(model, plan, {
    workers,
    signal: never,
    onProgress: (progress) => tell({ part: "runs", done: progress.counts.runs * plan.treatments.length, total }),
  });
  const subject = { scenario: model.id, model: hash, request };
  const onProgress = (done: number): void => tell({ part: "ranges", done, total: points });
  const result = await fullComparison(subject, model, plan, counts, { workers, signal: never, onProgress });
  const look = await supplementReport(
    { model, plan, counts, result },
    { sample: sampleRuns, workers, signal: never, onProgress: (part, done, of) => tell({ part, done, total: of }) },
  );
  const { ranges, design } = result;
  const page = comparisonFigures(
    {
      ...look,
      result,
      ranges: ranges === null || design === null ? null : { ...design, ranges },
      command: compareCommandLine(model.id, seed, runs, request),
    },
    scenario,
    comparisonNames(scenario),
  );
  return { kind: "compare", result, page, html: figurePage(page), examples: examplesOf(scenario, plan, result) };
}

/** Replications that are looked through for examples, and how many of each outcome are kept. */
const looked = 2_000;
const kept = 5;

/** The first replications of each way in which runs end, by variant. */
function examplesOf(
  { model, texts }: Scenario,
  plan: EnsemblePlan,
  { variants }: CompareResult["result"],
): readonly Example[] {
  const { outcomes } = columnsOf(model);
  return plan.treatments.flatMap((treatment, index) => {
    const batch = simulatorOf(model, treatment, plan.seed)(0, Math.min(looked, plan.runs));
    const found = new Map<string, number[]>();
    for (const [replication, column] of batch.outcome.entries()) {
      const end = outcomes[column] ?? endings[batch.ended[replication] ?? 0] ?? "";
      const list = found.get(end) ?? [];
      if (list.length < kept) list.push(replication);
      found.set(end, list);
    }
    return [...found]
      .map(([outcome, replications]) => ({
        variant: treatment.variant,
        outcome,
        name: outcomes.includes(outcome) ? nameOf(texts, "outcomes", outcome) : outcome,
        share: variants[index]?.outcomes[outcome]?.share ?? 0,
        replications,
      }))
      .sort((one, other) => other.share - one.share || outcomes.indexOf(one.outcome) - outcomes.indexOf(other.outcome));
  });
}
