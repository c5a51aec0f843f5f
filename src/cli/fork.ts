/**
 * `demarche fork`: a new run that shares another's past up to a position, then takes another decision.
 *
 * The prefix is copied verbatim, so both logs can be laid side by side. From the position on, luck and time go on to
 * the next turn; there the given move is made or refused with what is open; policies do the rest.
 */
import type { Command } from "commander";
import { roundsLimit } from "../engine/play.ts";
import { hold } from "../engine/protocol.ts";
import { continueRun, summarise } from "../log/execution.ts";
import { forkAt } from "../log/fork.ts";
import { chooseOtherwise, type OtherChoice } from "../log/otherChoice.ts";
import { memoryLog } from "../log/runLog.ts";
import { startOf } from "../log/runStart.ts";
import { Mistake } from "../scenario/mistake.ts";
import { driveRun } from "./driveRun.ts";
import { printFault } from "./printFault.ts";
import { recordedScenario } from "./replay.ts";
import { printChronicle, printJson } from "./runChronicle.ts";
import { newLog, readLogFile } from "./runLog.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface ForkOptions {
  readonly at: number;
  readonly move?: string;
  readonly hold?: true;
  readonly branch?: string;
  readonly by?: string;
  readonly seed?: string;
  readonly log?: string;
  readonly texts?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche replay a.jsonl                                            shows the positions
  demarche fork a.jsonl --at 12 --move deliver_rejection             what would have followed
  demarche fork a.jsonl --at 12 --move deliver_rejection --log b.jsonl
  demarche fork a.jsonl --at 12 --hold --log c.jsonl                 whoever has the turn holds
  demarche fork a.jsonl --at 12 --seed z --log d.jsonl               the same past, another luck
  demarche diff a.jsonl b.jsonl                                      where they part`;

/** Defines `fork`. */
export function forkCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log that run, play or fork wrote")
    .requiredOption("--at <position>", "the last position that both runs share", wholeNumber("--at", 0))
    .option("--log <file>", "where the new run is written (else it is told alone)")
    .option("--move <id>", "the move that is made at the next turn")
    .option("--hold", "no move is made at the next turn")
    .option("--branch <id>", "how the move turns out (else it is drawn)")
    .option("--by <actor>", "who decides, where several choose at once")
    .option("--seed <text>", "go on with the luck of another seed")
    .option("--texts <file>", "tell it in other words: a file of texts")
    .option("--json", "print {scenario, model, seed, variant, rounds, outcome, events, digest}")
    .addHelpText("after", examples)
    .action(async (file: string, options: ForkOptions) => {
      await fork(terminal, file, options);
    });
}

async function fork(terminal: Terminal, file: string, options: ForkOptions): Promise<void> {
  checkDecision(options);
  const recorded = await readLogFile(terminal, file);
  const { document } = startOf(recorded.map(({ event }) => event));
  const scenario = recordedScenario(terminal, document, options.texts);
  if (scenario === null) throw new Mistake(`the scenario in ${file} cannot be read by this version of Demarche`);
  const { prefix, forked } = forkAt(recorded, options.at, options.seed ?? null);
  // The decision is tried in memory first, so that a refused one leaves no file behind.
  const draft = memoryLog(prefix);
  await draft.append([forked]);
  const choice = otherChoice(options);
  const made =
    choice === null || (await chooseOtherwise(continueRun(scenario, draft), choice, terminal.interruption()));
  if (!made) throw new Interrupted("interrupted before the decision was reached");
  const log = options.log === undefined ? draft : await newLog(terminal, options.log, draft.recorded);
  try {
    const execution = continueRun(scenario, log);
    const { session, observer } = execution;
    await driveRun({ session, log, limit: roundsLimit, interruption: terminal.interruption(), see: observer.see });
    const events = log.recorded.map(({ event }) => event);
    if (options.json === true) printJson(terminal, summarise(execution));
    else
      printChronicle(
        terminal,
        { events, scenario, viewer: null, texts: options.texts },
        { positions: log.file !== null, result: observer.result() },
      );
    printFault(terminal, execution);
  } finally {
    await log.close();
  }
}

function checkDecision({ move, hold: holds, branch, seed, by }: ForkOptions): void {
  if (move !== undefined && holds === true) throw new Mistake("--move and --hold exclude each other");
  if (move === undefined && holds === undefined && seed === undefined) {
    throw new Mistake("a fork needs another decision or another luck", "give --move ID, --hold or --seed TEXT");
  }
  if (branch !== undefined && move === undefined) throw new Mistake("--branch needs the --move that it belongs to");
  if (by !== undefined && move === undefined && holds === undefined) {
    throw new Mistake("--by needs a --move or --hold");
  }
}

function otherChoice({ move, hold: holds, branch, by }: ForkOptions): OtherChoice | null {
  if (move === undefined && holds === undefined) return null;
  return { move: move ?? hold, branch: branch ?? null, actor: by ?? null };
}
