/**
 * `sweep`: one variant over a design of assumptions, dispositions and initial values.
 */
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { defaultVariant } from "../engine/treatment.ts";
import { type CellResult, runCells } from "../ensemble/cells.ts";
import { parseRuns } from "../ensemble/plan.ts";
import {
  type Design,
  planSweep,
  type Sweep,
  type SweepPlan,
  type SweepRequest,
  sweepResult,
  usualPoints,
} from "../ensemble/sweep.ts";
import { loadSweep, saveSweep } from "../ensemble/sweepState.ts";
import { namingOf } from "../report/naming.ts";
import { cellTable } from "../report/sweepTable.ts";
import { sweepText } from "../report/sweepText.ts";
import { csvOf } from "../report/table.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { openScenario } from "./library.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { progressLine } from "./progress.ts";
import { printJson } from "./runChronicle.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { addTreatmentOptions, type TreatmentOptions, treatmentRequest, wholeNumber } from "./treatmentOptions.ts";

interface Options extends TreatmentOptions {
  readonly factors?: string;
  readonly design?: string;
  readonly points?: number;
  readonly runs: string;
  readonly sobol?: true;
  readonly workers?: number;
  readonly resume?: string;
  readonly json?: true;
  readonly csv?: string;
  readonly report?: string;
}

const help = `
Examples:
  demarche sweep geneva-2022                                    each assumption alone, from end to end
  demarche sweep geneva-2022 --variant rejection --design lhs --points 200 --csv cells.csv
  demarche sweep geneva-2022 --factors leak_chance,policy:russia --design factorial --points 5
  demarche sweep geneva-2022 --factors initial:intent,patience_loss --sobol --points 256

Factors are assumptions (leak_chance), dispositions (policy:russia) and initial values (initial:tension);
without --factors all assumptions and dispositions are varied. Every point runs the same replications.
Ctrl-C keeps a file with which --resume goes on.`;

const designs: readonly Design[] = ["oat", "lhs", "factorial", "sobol"];

/** Defines the command. */
export function sweepCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario"))
    .option("--factors <a,b>", "what is varied (default: all assumptions and dispositions)")
    .option("--design <name>", "oat (one at a time), lhs (Latin hypercube), factorial or sobol (default: oat)")
    .option("--points <n>", "points of the design; for factorial, levels of a range", wholeNumber("--points", 1))
    .option("--runs <n>", "runs of each point", "1000")
    .option("--sobol", "first-order and total Sobol indices: the same as --design sobol")
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber("--workers", 1))
    .option("--resume <file>", "go on from an interrupted sweep")
    .option("--json", "print the result as JSON")
    .option("--csv <file>", "write every point as comma-separated values")
    .option("--report <file>", "write a page of figures: one HTML file that opens offline")
    .addHelpText("after", help)
    .action(async (asked: string, options: Options) => sweep(terminal, asked, options));
}

async function sweep(terminal: Terminal, asked: string, options: Options): Promise<void> {
  const runs = parseRuns(options.runs);
  const { scenario } = openScenario(terminal, asked, options.texts);
  for (const file of [options.csv, options.report]) if (file !== undefined) checkWritable(terminal, file);
  const plan = planSweep(scenario.model, requestOf(options), options.seed, runs);
  const resume = readResume(terminal, options, scenario, plan);
  const signal = terminal.interruption();
  const line = progressLine(terminal, runs * plan.cells.length);
  const results = await runCells(scenario.model, plan, {
    workers: options.workers ?? availableParallelism(),
    resume,
    signal,
    onProgress: (cells) => line.show(runs * cells),
  });
  line.end();
  if (results.length < plan.cells.length) throw keepSweep(terminal, options, scenario, plan, results);
  const result = sweepResult({ scenario: scenario.model.id, model: scenario.hash }, scenario.model, plan, results);
  await writeFiles(terminal, { asked, scenario }, result, options);
  if (options.json === true) printJson(terminal, result);
  else terminal.out.write(sweepText(result, namingOf(scenario), terminal.out.paint));
  if (result.cells.some(({ fault }) => fault !== null)) terminal.fails();
}

function requestOf(options: Options): SweepRequest {
  const design = designOf(options);
  const { variant = defaultVariant, assume = {}, policies = {}, rounds } = treatmentRequest(options);
  return {
    variant,
    assume,
    policies,
    rounds: rounds ?? null,
    factors: options.factors === undefined ? null : options.factors.split(",").map((name) => name.trim()),
    design,
    points: design === "oat" ? 0 : (options.points ?? usualPoints[design]),
  };
}

function designOf({ design, sobol, points }: Options): Design {
  const asked = design ?? (sobol === true ? "sobol" : "oat");
  const known = designs.find((name) => name === asked);
  if (known === undefined) {
    const near = nearest(asked, designs);
    throw new Mistake(
      `--design ${asked}: there are ${designs.join(", ")}`,
      near === null ? null : `did you mean ${near}?`,
    );
  }
  if (sobol === true && known !== "sobol") {
    throw new Mistake(`--sobol has a design of its own, so --design ${known} cannot be asked for with it`);
  }
  if (known === "oat" && points !== undefined) {
    throw new Mistake(
      "one at a time tries the ends and levels of each factor and takes no --points",
      "add --design lhs",
    );
  }
  return known;
}

async function writeFiles(
  terminal: Terminal,
  { asked, scenario }: { readonly asked: string; readonly scenario: Scenario },
  result: Sweep,
  options: Options,
): Promise<void> {
  if (options.csv !== undefined) {
    writeOutput(terminal, options.csv, csvOf(cellTable(result)));
    terminal.err.write(`wrote ${options.csv}\n`);
  }
  if (options.report === undefined) return;
  // Plot and its document are loaded for a page alone.
  const { sweepPage } = await import("../report/sweepPage.ts");
  writeOutput(terminal, options.report, sweepPage(result, scenario, basename(asked)));
  terminal.err.write(`wrote ${options.report}\n`);
}

function readResume(
  terminal: Terminal,
  { resume }: Options,
  { hash }: Scenario,
  plan: SweepPlan,
): readonly CellResult[] {
  if (resume === undefined) return [];
  const path = resolve(terminal.directory, resume);
  if (!existsSync(path)) throw new Mistake(`there is no file ${resume} to resume from`);
  return loadSweep(resume, readFileSync(path, "utf8"), hash, plan);
}

function keepSweep(
  terminal: Terminal,
  options: Options,
  { hash, model }: Scenario,
  plan: SweepPlan,
  results: readonly CellResult[],
): Interrupted {
  const file = options.resume ?? `${model.id}.sweep.json`;
  writeOutput(terminal, file, saveSweep(hash, plan, results));
  return new Interrupted(
    `interrupted after ${results.length} of ${plan.cells.length} points; the same command with --resume ${file} goes on`,
  );
}
