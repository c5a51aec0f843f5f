/**
 * `compare`: the variants of a scenario side by side, over many runs under common random numbers.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { treat, variantIds } from "../engine/treatment.ts";
import { columnsOf } from "../ensemble/batch.ts";
import { type Comparison, comparison, widestHalfWidth } from "../ensemble/compare.ts";
import { type Plan, parseRuns } from "../ensemble/plan.ts";
import { loadProgress, saveProgress } from "../ensemble/resume.ts";
import { type Progress, runEnsemble } from "../ensemble/run.ts";
import { comparisonText } from "../report/comparisonText.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf } from "../scenario/texts.ts";
import { openScenario } from "./library.ts";
import { progressLine } from "./progress.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { addTreatmentOptions, type TreatmentOptions, treatmentRequest, wholeNumber } from "./treatmentOptions.ts";

interface Options extends TreatmentOptions {
  readonly variants?: string;
  readonly runs: string;
  readonly until?: number;
  readonly workers?: number;
  readonly resume?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  demarche compare geneva-2022
  demarche compare geneva-2022 --variants rejection,counter --runs 1000000 --seed b
  demarche compare geneva-2022 --until 0.002 --runs 10000000
  demarche compare geneva-2022 --assume leak_chance=0.5 --json

Every variant runs the same replications: their luck is shared, and differences are paired.
Ctrl-C prints what is there and keeps a file with which --resume goes on.`;

/** Defines the command. */
export function compareCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario"))
    .option("--variants <a,b>", "variants to compare; the first is the baseline (default: all)")
    .option("--runs <n>", "runs of each variant", "10000")
    .option(
      "--until <half-width>",
      "stop as soon as every interval of a share is at most this wide either way",
      halfWidth,
    )
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber("--workers", 1))
    .option("--resume <file>", "go on from an interrupted comparison")
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
  const { scenario } = openScenario(terminal, asked, options.texts);
  const plan = planOf(scenario, options, runs);
  const columns = columnsOf(scenario.model);
  const subject = { scenario: scenario.model.id, model: scenario.hash, seed: options.seed };
  const resultOf = (counts: Progress["counts"]): Comparison => comparison(subject, columns, plan.treatments, counts);
  const { until } = options;
  const resume = readResume(terminal, options, scenario, plan);
  const line = progressLine(terminal, runs * plan.treatments.length);
  const signal = terminal.interruption();
  const progress = await runEnsemble(scenario.model, plan, {
    workers: options.workers ?? availableParallelism(),
    signal,
    ...(resume === null ? {} : { resume }),
    onProgress: ({ counts }) => line.show(counts.runs * plan.treatments.length),
    ...(until === undefined ? {} : { enough: (counts) => widestHalfWidth(resultOf(counts)) <= until }),
  });
  line.end();
  const result = resultOf(progress.counts);
  if (result.faults.length > 0) terminal.fails();
  print(terminal, scenario, result, options);
  if (signal.aborted) throw keepProgress(terminal, options, scenario, plan, progress);
  tellUntil(terminal, result, until);
}

function planOf({ model }: Scenario, options: Options, runs: number): Plan {
  const asked = options.variants?.split(",").map((name) => name.trim());
  const names = asked ?? (options.variant === undefined ? variantIds(model) : [options.variant]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Mistake(`--variants names ${twice} twice`);
  const request = treatmentRequest(options);
  return { seed: options.seed, runs, treatments: names.map((variant) => treat(model, { ...request, variant })) };
}

function print(terminal: Terminal, { texts }: Scenario, result: Comparison, options: Options): void {
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const names = {
    title: texts.title,
    outcome: (id: string) => nameOf(texts, "outcomes", id),
    variant: (id: string) => nameOf(texts, "variants", id),
    question: (id: string) => texts.questions[`variants.${id}`] ?? null,
  };
  terminal.out.write(comparisonText(result, names, terminal.out.paint));
}

function tellUntil(terminal: Terminal, result: Comparison, until: number | undefined): void {
  if (until === undefined) return;
  const reached = widestHalfWidth(result);
  const end =
    reached <= until ? `reached after ${result.runs} runs` : `not reached: ${reached.toFixed(5)} after all runs`;
  terminal.err.write(`half-width ${until} ${end}; looking repeatedly costs the intervals some of their coverage\n`);
}

function readResume(terminal: Terminal, options: Options, { hash }: Scenario, plan: Plan): Progress | null {
  if (options.resume === undefined) return null;
  const path = resolve(terminal.directory, options.resume);
  if (!existsSync(path)) throw new Mistake(`there is no file ${options.resume} to resume from`);
  return loadProgress(options.resume, readFileSync(path, "utf8"), hash, plan);
}

function keepProgress(
  terminal: Terminal,
  options: Options,
  { hash, model }: Scenario,
  plan: Plan,
  progress: Progress,
): Interrupted {
  const file = options.resume ?? `${model.id}.resume.json`;
  writeFileSync(resolve(terminal.directory, file), saveProgress(hash, plan, progress));
  return new Interrupted(
    `interrupted after ${progress.counts.runs} of ${plan.runs} runs of each variant; the same command with --resume ${file} goes on`,
  );
}
