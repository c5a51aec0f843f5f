/**
 * `demarche run`: one run of a scenario, told day by day.
 */
import type { Command } from "commander";
import { replicationMax } from "../chance/draw.ts";
import { roundsLimit } from "../engine/play.ts";
import { beginRun, type Execution, summarise } from "../log/execution.ts";
import { memoryLog } from "../log/runLog.ts";
import { Mistake } from "../scenario/mistake.ts";
import { driveRun } from "./driveRun.ts";
import { openScenario } from "./library.ts";
import { checkWritable, writePage } from "./outputFile.ts";
import { printFault } from "./printFault.ts";
import { knownViewer, printChronicle, printJson } from "./runChronicle.ts";
import { newLog } from "./runLog.ts";
import type { Terminal } from "./terminal.ts";
import { addTreatmentOptions, type TreatmentOptions, treatmentRequest, wholeNumber } from "./treatmentOptions.ts";

interface RunOptions extends TreatmentOptions {
  readonly replication: number;
  readonly limit: number;
  readonly log?: string;
  readonly as?: string;
  readonly html?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche run geneva-2022 --seed a                  another seed, another course
  demarche run geneva-2022 --variant rejection       with a treatment of the scenario
  demarche run geneva-2022 --log a.jsonl             keep every event; see replay, fork, verify
  demarche run geneva-2022 --replication 73122       the very run that an ensemble counted
  demarche run geneva-2022 --as russia               what Russia saw of it
  demarche run geneva-2022 --html a.html             one page to read, print or hand around`;

/** Defines `run`. */
export function runCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario"))
    .option("--replication <k>", "run k of the seed's ensemble", wholeNumber("--replication", 0, replicationMax), 0)
    .option("--limit <n>", "stop after this many rounds without an end", wholeNumber("--limit", 1), roundsLimit)
    .option("--log <file>", "write the events: .jsonl for JSON Lines, .sqlite for a database")
    .option("--as <actor>", "tell only what this actor may see (or: public)")
    .option("--html <file>", "write the chronicle with charts as one page")
    .option("--json", "print {scenario, model, seed, variant, rounds, outcome, events, digest}")
    .addHelpText("after", examples)
    .action(async (asked: string, options: RunOptions) => {
      await run(terminal, asked, options);
    });
}

async function run(terminal: Terminal, asked: string, options: RunOptions): Promise<void> {
  if (options.json === true && options.as !== undefined) {
    throw new Mistake("--json tells the whole run and --as a part of it", "use one of them");
  }
  if (options.html !== undefined) checkWritable(terminal, options.html);
  const { scenario, source } = openScenario(terminal, asked, options.texts);
  const viewer = knownViewer(scenario.model, options.as);
  const document = { id: scenario.model.id, text: source.text };
  const start = { seed: options.seed, replication: options.replication, model: scenario.hash, document };
  const request = treatmentRequest(options);
  const log = options.log === undefined ? memoryLog() : await newLog(terminal, options.log);
  try {
    const execution = await beginRun(scenario, request, { start, log });
    const { session, observer } = execution;
    const interruption = terminal.interruption();
    await driveRun({ session, log, limit: options.limit, interruption, see: observer.see });
    show(terminal, execution, options, viewer);
  } finally {
    await log.close();
  }
}

function show(terminal: Terminal, execution: Execution, options: RunOptions, viewer: string | null): void {
  const { scenario, log, observer } = execution;
  const printed = { events: log.recorded.map(({ event }) => event), scenario, viewer, texts: options.texts };
  const result = observer.result();
  if (options.html !== undefined) writePage(terminal, options.html, printed, result);
  if (options.json === true) printJson(terminal, summarise(execution));
  else printChronicle(terminal, printed, { positions: log.file !== null && viewer === null, result });
  printFault(terminal, execution);
}
