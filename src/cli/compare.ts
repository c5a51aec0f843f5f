/**
 * `compare`: the variants of a scenario side by side, over many runs under common random numbers.
 */
import type { Command } from "commander";
import { treat, variantIds } from "../engine/treatment.ts";
import { columnsOf, machineSimulate } from "../ensemble/batch.ts";
import { comparison } from "../ensemble/compare.ts";
import { parseRuns, runPlan } from "../ensemble/plan.ts";
import { prepareEngine } from "../engine/session.ts";
import { comparisonText } from "../report/comparisonText.ts";
import { nameOf } from "../scenario/texts.ts";
import { openScenario } from "./library.ts";
import type { Terminal } from "./terminal.ts";
import { addTreatmentOptions, type TreatmentOptions, treatmentRequest } from "./treatmentOptions.ts";

interface Options extends TreatmentOptions {
  readonly variants?: string;
  readonly runs: string;
  readonly json?: boolean;
}

const help = `
Examples:
  demarche compare geneva-2022
  demarche compare geneva-2022 --variants rejection,counter --runs 100000 --seed b
  demarche compare geneva-2022 --assume leak_chance=0.5 --json

Every variant runs the same replications: their luck is shared, and differences are paired.`;

/** Defines the command. */
export function compareCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario"))
    .option("--variants <a,b>", "variants to compare; the first is the baseline (default: all)")
    .option("--runs <n>", "runs of each variant", "10000")
    .option("--json", "print the result as JSON")
    .addHelpText("after", help)
    .action(async (asked: string, options: Options) => compare(terminal, asked, options));
}

async function compare(terminal: Terminal, asked: string, options: Options): Promise<void> {
  const runs = parseRuns(options.runs);
  const { scenario } = openScenario(terminal, asked, options.texts);
  const { model, texts, hash } = scenario;
  const names = options.variants?.split(",").map((name) => name.trim()) ?? (options.variant === undefined ? variantIds(model) : [options.variant]);
  const request = treatmentRequest(options);
  const treatments = names.map((variant) => treat(model, { ...request, variant }));
  const plan = { seed: options.seed, runs, treatments };
  const columns = columnsOf(model);
  const simulators = treatments.map((treatment) => machineSimulate(prepareEngine(model, treatment), options.seed));
  const counts = runPlan(columns, plan, simulators);
  const result = comparison({ scenario: model.id, model: hash, seed: options.seed }, columns, treatments, counts);
  if (result.faults.length > 0) terminal.fails();
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const shown = {
    title: texts.title,
    outcome: (id: string) => nameOf(texts, "outcomes", id),
    variant: (id: string) => nameOf(texts, "variants", id),
    question: (id: string) => texts.questions[`variants.${id}`] ?? null,
  };
  terminal.out.write(comparisonText(result, shown, terminal.out.paint));
}
