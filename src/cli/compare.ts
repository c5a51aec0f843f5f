/**
 * `compare`: the variants of a scenario side by side, over many runs under common random numbers.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { variantIds } from "../engine/treatment.ts";
import { columnsOf } from "../ensemble/batch.ts";
import { comparison, type VariantComparison, widestHalfWidth } from "../ensemble/compare.ts";
import { type CompareRequest, fullComparison, planComparison } from "../ensemble/fullComparison.ts";
import { type EnsemblePlan, parseRuns } from "../ensemble/plan.ts";
import { rangePoints } from "../ensemble/range.ts";
import { loadProgress, saveProgress } from "../ensemble/resume.ts";
import { type EnsembleProgress, runEnsemble } from "../ensemble/run.ts";
import { runCommandLine } from "../report/commandLine.ts";
import { type ComparisonContext, comparisonNames, comparisonText } from "../report/comparisonText.ts";
import { namingOf } from "../report/naming.ts";
import { rangesShown } from "../report/rangeText.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { counted } from "../scenario/wording.ts";
import { addReportOptions, checkReport, type ReportOptions, writeReport } from "./comparisonReport.ts";
import { openScenario } from "./library.ts";
import { progressLine } from "./progress.ts";
import { printJson } from "./runChronicle.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { addTreatmentOptions, type TreatmentOptions, treatmentRequest, wholeNumber } from "./treatmentOptions.ts";

interface Options extends TreatmentOptions, ReportOptions {
  readonly variants?: string;
  readonly runs: string;
  readonly until?: number;
  readonly workers?: number;
  readonly resume?: string;
  readonly ranges?: number;
  readonly json?: boolean;
}

const help = `
Examples:
  demarche compare geneva-2022
  demarche compare geneva-2022 --variants rejection,counter_proposals --runs 1000000 --seed b
  demarche compare geneva-2022 --until 0.002 --runs 10000000
  demarche compare geneva-2022 --report report.html
  demarche compare geneva-2022 --assume leak_chance=0.5 --json > result.json

Every variant runs the same replications: their luck is shared, and differences are paired.
Ctrl-C prints what is there and keeps a file with which --resume goes on.`;

/** Treatments that the usual design over the assumptions spreads over its points, so that many variants get fewer. */
const rangeShare = 64;

/** Defines the command. */
export function compareCommand(command: Command, terminal: Terminal): void {
  addReportOptions(addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario")))
    .option("--variants <a,b>", "variants to compare; the first is the baseline (default: all)")
    .option("--runs <n>", "runs of each variant", "10000")
    .option(
      "--until <half-width>",
      "stop as soon as every interval of a share is at most this wide either way",
      halfWidth,
    )
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber("--workers", 1))
    .option("--resume <file>", "go on from an interrupted comparison")
    .option(
      "--ranges <n>",
      "points of the design over which differences are ranged; 0 for none",
      wholeNumber("--ranges", 0),
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", help)
    .action(async (asked: string, options: Options) => compare(terminal, asked, options));
}

function halfWidth(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 0.5) return value;
  throw new Mistake(`--until ${text}: a half-width between 0 and 0.5 is needed`, "for example --until 0.002");
}

async function compare(terminal: Terminal, asked: string, options: Options): Promise<void> {
  const runs = parseRuns(options.runs);
  checkReport(terminal, options);
  const { scenario } = openScenario(terminal, asked, options.texts);
  const { model, hash } = scenario;
  const request = compareRequest(scenario, options);
  const plan = planComparison(model, request, options.seed, runs);
  const workers = options.workers ?? availableParallelism();
  const signal = terminal.interruption();
  const opens: ComparisonContext["opens"] = (variant, replication) =>
    runCommandLine(asked, plan.seed, replication, { ...treatmentRequest(options), variant });
  const progress = await count(terminal, scenario, plan, { ...options, workers, opens });
  if (signal.aborted) throw keepProgress(terminal, options, scenario, plan, progress);
  const { counts } = progress;
  const subject = { scenario: model.id, model: hash, request };
  const result = await fullComparison(subject, model, plan, counts, { workers, signal });
  if (result.faults.length > 0) terminal.fails();
  const names = comparisonNames(scenario);
  if (options.json === true) printJson(terminal, result);
  else {
    const beside = { shown: rangesShown(result, namingOf(scenario), names), opens };
    terminal.out.write(comparisonText(result, names, terminal.out.paint, beside));
  }
  if (signal.aborted) throw keepProgress(terminal, options, scenario, plan, progress);
  await writeReport(terminal, { asked, scenario, plan, counts, result, names }, { ...options, workers });
  tellUntil(terminal, result, options.until);
}

/** Runs the plan, as far as it comes; what an interruption leaves is printed. */
async function count(
  terminal: Terminal,
  scenario: Scenario,
  plan: EnsemblePlan,
  { workers, opens, ...options }: Options & { readonly workers: number; readonly opens: ComparisonContext["opens"] },
): Promise<EnsembleProgress> {
  const { model, hash } = scenario;
  const columns = columnsOf(model);
  const subject = { scenario: model.id, model: hash, seed: plan.seed };
  const resultOf = (counts: EnsembleProgress["counts"]): VariantComparison =>
    comparison(subject, columns, plan.treatments, counts);
  const { until } = options;
  const resume = readResume(terminal, options, scenario, plan);
  const line = progressLine(terminal, plan.runs * plan.treatments.length);
  const signal = terminal.interruption();
  const progress = await runEnsemble(model, plan, {
    workers,
    signal,
    ...(resume === null ? {} : { resume }),
    onProgress: ({ counts }) => line.show(counts.runs * plan.treatments.length),
    ...(until === undefined ? {} : { enough: (counts) => widestHalfWidth(resultOf(counts)) <= until }),
  });
  line.end();
  if (!signal.aborted || progress.chunks === 0) return progress;
  const result = resultOf(progress.counts);
  if (options.json === true) printJson(terminal, result);
  else
    terminal.out.write(comparisonText(result, comparisonNames(scenario), terminal.out.paint, { shown: null, opens }));
  return progress;
}

function compareRequest({ model }: Scenario, options: Options): CompareRequest {
  const { assume = {}, policies = {}, rounds = null } = treatmentRequest(options);
  const asked = options.variants?.split(",").map((name) => name.trim());
  if (asked?.includes("") === true)
    throw new Mistake("--variants names nothing between two commas", "for example --variants a,b");
  const variants = asked ?? (options.variant === undefined ? variantIds(model) : [options.variant]);
  const usual = Math.max(4, Math.min(rangePoints, Math.floor(rangeShare / variants.length)));
  return { variants, assume, policies, rounds, points: options.ranges ?? usual };
}

function tellUntil(terminal: Terminal, result: VariantComparison, until: number | undefined): void {
  if (until === undefined) return;
  const reached = widestHalfWidth(result);
  const end =
    reached <= until
      ? `reached after ${counted(result.runs, "run")}`
      : `not reached: ${reached.toFixed(5)} after all runs`;
  terminal.err.write(`half-width ${until} ${end}; looking repeatedly costs the intervals some of their coverage\n`);
}

function readResume(
  terminal: Terminal,
  options: Options,
  { hash }: Scenario,
  plan: EnsemblePlan,
): EnsembleProgress | null {
  if (options.resume === undefined) return null;
  const path = resolve(terminal.directory, options.resume);
  if (!existsSync(path)) throw new Mistake(`there is no file ${options.resume} to resume from`);
  return loadProgress(options.resume, readFileSync(path, "utf8"), hash, plan);
}

function keepProgress(
  terminal: Terminal,
  options: Options,
  { hash, model }: Scenario,
  plan: EnsemblePlan,
  progress: EnsembleProgress,
): Interrupted {
  const file = options.resume ?? `${model.id}.resume.json`;
  writeFileSync(resolve(terminal.directory, file), saveProgress(hash, plan, progress));
  return new Interrupted(
    `interrupted after ${progress.counts.runs} of ${plan.runs} runs of each variant; the same command with --resume ${file} goes on`,
  );
}
