/**
 * The report of a comparison: a page of figures and tables as files, and the further runs that they need.
 *
 * Whether the files can be written is found out before anything runs.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { runCells } from "../ensemble/cells.ts";
import type { Counts } from "../ensemble/count.ts";
import { type FullComparison, sharedRequest } from "../ensemble/fullComparison.ts";
import type { Plan } from "../ensemble/plan.ts";
import { sampleRuns, takeSamples } from "../ensemble/sample.ts";
import { planSweep, type Sweep, type SweepPlan, sweepResult } from "../ensemble/sweep.ts";
import { timesOf } from "../ensemble/times.ts";
import { compareCommandLine } from "../report/commandLine.ts";
import type { ComparisonReport } from "../report/comparisonPage.ts";
import type { ComparisonNames } from "../report/comparisonText.ts";
import { csvOf } from "../report/table.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { progressLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

export interface ReportOptions {
  readonly report?: string;
  readonly csv?: string;
  readonly sample: number;
}

/** Runs of each point of the tornado, unless the comparison has fewer. */
const tornadoRuns = 1000;

/** Adds the options of a report to a command. */
export function addReportOptions(command: Command): Command {
  return command
    .option("--report <file>", "write a page of figures: one HTML file that opens offline")
    .option("--csv <folder>", "write everything as comma-separated values into a folder")
    .option("--sample <n>", "runs followed step by step for the report", wholeNumber("--sample", 1), sampleRuns);
}

/**
 * Makes sure that the report can be written.
 * @throws Mistake where it cannot.
 */
export function checkReport(terminal: Terminal, { report, csv }: ReportOptions): void {
  if (report !== undefined) checkWritable(terminal, report);
  if (csv === undefined) return;
  const path = resolve(terminal.directory, csv);
  const folder = statSync(path, { throwIfNoEntry: false });
  if (folder !== undefined && !folder.isDirectory()) throw new Mistake(`${csv} is a file, but --csv needs a folder`);
  const nearest = folder === undefined ? dirname(path) : path;
  if (!existsSync(nearest)) throw new Mistake(`${csv} cannot be made: there is no folder ${dirname(csv)}`);
  try {
    accessSync(nearest, constants.W_OK);
  } catch {
    throw new Mistake(`${csv} cannot be written: permission denied`);
  }
}

/** A comparison that was made, and what is needed to look closer. */
export interface Made {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly counts: Counts;
  readonly result: FullComparison;
  readonly names: ComparisonNames;
}

/** Runs what the report needs besides, and writes it; nothing where no report was asked for. */
export async function writeReport(
  terminal: Terminal,
  made: Made,
  options: ReportOptions & { readonly workers: number },
): Promise<void> {
  if (options.report === undefined && options.csv === undefined) return;
  const report = await gather(terminal, made, options);
  if (options.report !== undefined) {
    // Plot and its document are loaded for a page alone.
    const { comparisonPage } = await import("../report/comparisonPage.ts");
    writeOutput(terminal, options.report, comparisonPage(report, made.scenario, made.names));
    terminal.err.write(`wrote ${options.report}\n`);
  }
  if (options.csv === undefined) return;
  const { comparisonTables } = await import("../report/comparisonTable.ts");
  const tables = comparisonTables(report);
  mkdirSync(resolve(terminal.directory, options.csv), { recursive: true });
  for (const table of tables) writeOutput(terminal, join(options.csv, `${table.name}.csv`), csvOf(table));
  terminal.err.write(`wrote ${tables.map(({ name }) => `${name}.csv`).join(", ")} to ${options.csv}\n`);
}

async function gather(
  terminal: Terminal,
  { scenario, plan, counts, result }: Made,
  { sample, workers }: ReportOptions & { readonly workers: number },
): Promise<ComparisonReport> {
  const { model } = scenario;
  const { treatments, seed } = plan;
  const signal = terminal.interruption();
  const runs = Math.min(sample, counts.runs);
  const sampling = progressLine(terminal, runs * treatments.length);
  const samples = await takeSamples({ model, seed, runs }, treatments, {
    workers,
    signal,
    onProgress: (done) => sampling.show(done * runs),
  });
  sampling.end();
  const { ranges, design, request } = result;
  return {
    result,
    ranges: ranges === null || design === null ? null : { ...design, ranges },
    times: timesOf(
      treatments.map(({ variant }) => variant),
      counts,
    ),
    samples,
    sweep: await tornado(terminal, scenario, result, workers),
    command: compareCommandLine(result.scenario, seed, counts.runs, {
      ...request,
      variants: result.variants.map(({ name }) => name),
    }),
  };
}

/** Each assumption and disposition alone, around the first variant; null where nothing can be varied. */
async function tornado(
  terminal: Terminal,
  { model, hash }: Scenario,
  { variants, runs, seed, request, scenario }: FullComparison,
  workers: number,
): Promise<Sweep | null> {
  const plan = planTornado(model, { ...request, variant: variants[0]?.name ?? "" }, seed, Math.min(tornadoRuns, runs));
  if (plan === null) return null;
  const line = progressLine(terminal, plan.runs * plan.cells.length);
  const signal = terminal.interruption();
  const onProgress = (cells: number): void => line.show(cells * plan.runs);
  const results = await runCells(model, plan, { workers, signal, onProgress });
  line.end();
  return results.length < plan.cells.length ? null : sweepResult({ scenario, model: hash }, model, plan, results);
}

function planTornado(
  model: Scenario["model"],
  request: FullComparison["request"] & { readonly variant: string },
  seed: string,
  runs: number,
): SweepPlan | null {
  const { variant, rounds } = request;
  const { assume = {}, policies = {} } = sharedRequest(request);
  try {
    return planSweep(model, { variant, assume, policies, rounds, factors: null, design: "oat", points: 0 }, seed, runs);
  } catch (error) {
    if (error instanceof Mistake) return null;
    throw error;
  }
}
