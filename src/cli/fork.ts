/**
 * `demarche fork`: a new run that shares another's past up to a position, then takes another decision.
 *
 * The prefix is copied verbatim, so both logs can be laid side by side. From the position on, luck and time go on to
 * the next turn; there the given move is made or refused with what is open; policies do the rest.
 */
import type { Command } from "commander";
import { type Choice, isRefused } from "../engine/event.ts";
import { hold, type Opening } from "../engine/protocol.ts";
import { roundsLimit } from "../ensemble/batch.ts";
import { forkAt } from "../log/fork.ts";
import { Mistake } from "../scenario/mistake.ts";
import { nearest } from "../scenario/suggest.ts";
import { type Conduct, conduct, take } from "./conduct.ts";
import { continueRun, type Execution, summarise, tellFault } from "./execution.ts";
import { recordedScenario } from "./replay.ts";
import { memoryLog, newLog, readLogFile } from "./runLog.ts";
import { printJson, printStory, startOf } from "./story.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface ForkOptions {
  readonly at: number;
  readonly move?: string;
  readonly hold?: true;
  readonly branch?: string;
  readonly by?: string;
  readonly seed?: string;
  readonly log: string;
  readonly texts?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche replay a.jsonl                                            shows the positions
  demarche fork a.jsonl --at 12 --move deliver_rejection --log b.jsonl
  demarche fork a.jsonl --at 12 --hold --log c.jsonl                 whoever has the turn holds
  demarche fork a.jsonl --at 12 --seed z --log d.jsonl               the same past, another luck
  demarche diff a.jsonl b.jsonl                                      where they part`;

/** Defines `fork`. */
export function forkCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log that run, play or fork wrote")
    .requiredOption("--at <position>", "the last position that both runs share", wholeNumber("--at", 0))
    .requiredOption("--log <file>", "where the new run is written")
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
  await decideAnew(continueRun(scenario, draft), options, terminal.interruption());
  const log = await newLog(terminal, options.log, draft.recorded);
  try {
    const execution = continueRun(scenario, log);
    const { session, observer } = execution;
    await conduct({ session, log, limit: roundsLimit, interruption: terminal.interruption(), see: observer.see });
    const events = log.recorded.map(({ event }) => event);
    if (options.json === true) printJson(terminal, summarise(execution));
    else printStory(terminal, { events, scenario, viewer: null }, { positions: true, result: observer.result() });
    tellFault(terminal, execution);
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

/** Goes on to the next turn and makes the given decision there. */
async function decideAnew(execution: Execution, options: ForkOptions, interruption: AbortSignal): Promise<void> {
  const { session, log, scenario } = execution;
  if (options.move === undefined && options.hold === undefined) return;
  const { moves } = scenario.model;
  if (options.move !== undefined && !moves.some(({ id }) => id === options.move)) {
    const near = nearest(
      options.move,
      moves.map(({ id }) => id),
    );
    throw new Mistake(`there is no move ${options.move}`, near === null ? null : `did you mean ${near}?`);
  }
  const run: Conduct = { session, log, limit: roundsLimit, interruption };
  for (;;) {
    const { opening } = session.standing();
    if (opening.kind === "over") throw new Mistake("the run ends before anybody has a turn again");
    const chooses = opening.kind === "turn" || opening.kind === "joint" || opening.kind === "free";
    const proposed = chooses ? given(execution, opening, options) : session.proposeNext();
    if (isRefused(proposed)) throw new Mistake(proposed.message);
    await take(run, proposed);
    if (chooses) return;
  }
}

type Choosing = Extract<Opening, { kind: "turn" | "joint" | "free" }>;

/** The events of the given decision where somebody chooses. */
function given({ scenario, session, engine }: Execution, opening: Choosing, options: ForkOptions) {
  const move = options.move ?? hold;
  const owner = scenario.model.moves.find(({ id }) => id === move)?.by ?? null;
  const actor = options.by ?? (opening.kind === "turn" ? opening.actor : owner);
  if (actor === null) {
    throw new Mistake(
      opening.kind === "free" ? "nobody can hold here: one enabled move is made" : "several actors choose at once",
      opening.kind === "free"
        ? `open are ${opening.options.map((option) => option.move).join(", ")}`
        : "say --by ACTOR",
    );
  }
  const choice: Choice = { actor, move, chosen: "given", branch: options.branch ?? null };
  if (opening.kind !== "joint") return session.propose({ type: "MakeMove", ...choice });
  const turn = opening.turns.find((candidate) => candidate.actor === actor);
  if (turn === undefined) throw new Mistake(`${actor} has no turn here`);
  const { round } = session.standing().state;
  const scripted = engine.law.treatment.script.some(
    (entry) => "by" in entry && entry.by === actor && entry.round === round,
  );
  // A script is overruled by the fork for this actor and stands for the others.
  if (!scripted) return session.proposeNext([choice]);
  const others = opening.turns.flatMap((candidate) =>
    candidate === turn ? [choice] : (session.drawn(candidate.actor) ?? []),
  );
  return session.propose({ type: "MakeMoves", choices: others });
}
