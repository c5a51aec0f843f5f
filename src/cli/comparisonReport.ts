/**
 * The report of a comparison: a page of figures and tables as files, and the further runs that they need.
 *
 * Whether the files can be written is found out before anything runs.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import type { Counts } from "../ensemble/count.ts";
import type { FullComparison } from "../ensemble/fullComparison.ts";
import type { EnsemblePlan } from "../ensemble/plan.ts";
import { supplementReport } from "../ensemble/reportSupplement.ts";
import { sampleRuns } from "../ensemble/sample.ts";
import { compareCommandLine } from "../report/commandLine.ts";
import type { ComparisonReport } from "../report/comparisonPage.ts";
import type { ComparisonNames } from "../report/comparisonText.ts";
import { csvOf } from "../report/table.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { partsLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

export interface ReportOptions {
  readonly report?: string;
  readonly csv?: string;
  readonly sample: number;
}

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
  /** The scenario as it was asked for: an id or a path. */
  readonly asked: string;
  readonly scenario: Scenario;
  readonly plan: EnsemblePlan;
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
  { asked, scenario, plan, counts, result }: Made,
  { sample, workers }: ReportOptions & { readonly workers: number },
): Promise<ComparisonReport> {
  const line = partsLine(terminal);
  const look = await supplementReport(
    { model: scenario.model, plan, counts, result },
    {
      sample,
      workers,
      signal: terminal.interruption(),
      onProgress: line.show,
    },
  );
  line.end();
  const { ranges, design, request } = result;
  return {
    ...look,
    result,
    ranges: ranges === null || design === null ? null : { ...design, ranges },
    command: compareCommandLine(basename(asked), plan.seed, counts.runs, {
      ...request,
      variants: result.variants.map(({ name }) => name),
    }),
  };
}
