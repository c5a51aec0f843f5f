/**
 * `swing`: the turning points of a run. Each decision is weighed against its alternatives by continuing the run.
 */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { prepareEngine } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import { decisionsOf, type Swing, swingResult, weighDecisions } from "../ensemble/swing.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { requestOf } from "../log/verify.ts";
import { roundTeller } from "../report/dates.ts";
import { namingOf } from "../report/naming.ts";
import { swingTable } from "../report/swingTable.ts";
import { swingText } from "../report/swingText.ts";
import { csvOf } from "../report/table.ts";
import { headlineFirst } from "../scenario/measure.ts";
import { Mistake } from "../scenario/mistake.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { progressLine } from "./progress.ts";
import { recordedScenario } from "./replay.ts";
import { printJson } from "./runChronicle.ts";
import { readLogFile } from "./runLog.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface Options {
  readonly runs: number;
  readonly actor?: string;
  readonly moves?: true;
  readonly workers?: number;
  readonly texts?: string;
  readonly json?: true;
  readonly csv?: string;
}

const help = `
Examples:
  demarche run geneva-2022 --log a.jsonl
  demarche swing a.jsonl
  demarche swing a.jsonl --actor usa --runs 5000
  demarche swing a.jsonl --moves --csv swing.csv          leave out the turns at which somebody held

From every option of a decision the run goes on by policy for everybody, whoever chose in the log.`;

/** Defines the command. */
export function swingCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log that run, play or fork wrote")
    .option("--runs <n>", "continuations from each option", wholeNumber("--runs", 2), 1000)
    .option("--actor <id>", "weigh the decisions of one actor")
    .option("--moves", "weigh moves that were made, and no turns at which somebody held")
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber("--workers", 1))
    .option("--texts <file>", "tell it in other words: a file of texts")
    .option("--json", "print the result as JSON")
    .option("--csv <file>", "write every option of every decision as comma-separated values")
    .addHelpText("after", help)
    .action(async (file: string, options: Options) => swing(terminal, file, options));
}

async function swing(terminal: Terminal, file: string, options: Options): Promise<void> {
  if (options.csv !== undefined) checkWritable(terminal, options.csv);
  const events = (await readLogFile(terminal, file)).map(({ event }) => event);
  const started = startOf(events);
  const scenario = recordedScenario(terminal, started.document, options.texts);
  if (scenario === null) throw new Mistake(`the scenario in ${file} cannot be read by this version of Demarche`);
  const { model } = scenario;
  const { actor } = options;
  if (actor !== undefined && !model.actors.some(({ id }) => id === actor)) {
    throw new Mistake(`unknown actor ${actor}: there are ${model.actors.map(({ id }) => id).join(", ")}`);
  }
  const treatment = treat(model, requestOf(started));
  const decisions = decisionsOf(prepareEngine(model, treatment), events).filter(
    (decision) =>
      (actor === undefined || decision.actor === actor) && (options.moves !== true || decision.chosen !== "hold"),
  );
  if (decisions.length === 0) throw new Mistake("nobody had anything to choose in this log");
  const seed = lastSeed(events);
  const { runs } = options;
  const total = decisions.reduce((sum, decision) => sum + decision.options.length, 0) * runs;
  const line = progressLine(terminal, total);
  const signal = terminal.interruption();
  const weighed = await weighDecisions({ model, treatment, seed, runs }, decisions, {
    workers: options.workers ?? availableParallelism(),
    signal,
    onProgress: (done) => line.show((total * done) / decisions.length),
  });
  line.end();
  const subject = {
    scenario: model.id,
    model: scenario.hash,
    seed,
    variant: started.variant,
    events: events.length,
    runs,
  };
  const endings = headlineFirst(model).map(({ id }) => id);
  const result: Swing = swingResult(subject, endings, weighed);
  if (options.csv !== undefined) {
    writeOutput(terminal, options.csv, csvOf(swingTable(result)));
    terminal.err.write(`wrote ${options.csv}\n`);
  }
  if (options.json === true) printJson(terminal, result);
  else terminal.out.write(swingText(result, namingOf(scenario), roundTeller(model.clock), terminal.out.paint));
  if (signal.aborted) throw new Interrupted(`interrupted after ${weighed.length} of ${decisions.length} decisions`);
}
