/**
 * `demarche play`: a person decides for one or more actors, the others follow their policies.
 *
 * Every step is in the log before it takes effect, so leaving is always safe. Taking a decision back begins a fork in a
 * new log; the old course is kept.
 */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { choicesIn } from "../engine/deeds.ts";
import type { Choice, RunEvent } from "../engine/event.ts";
import { roundsLimit } from "../engine/play.ts";
import type { Turn } from "../engine/protocol.ts";
import { beginRun, continueRun, type Execution, summarise } from "../log/execution.ts";
import { forkAt } from "../log/fork.ts";
import type { RunLog } from "../log/runLog.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { endWords } from "../report/chronicleText.ts";
import type { ChronicleWords } from "../report/chronicleWords.ts";
import { namingOf } from "../report/naming.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { driveRun } from "./driveRun.ts";
import { openScenario } from "./library.ts";
import { type LineInput, lineInput } from "./lineInput.ts";
import { printFault } from "./printFault.ts";
import { recordedScenario } from "./replay.ts";
import { printJson, wordsIn } from "./runChronicle.ts";
import { newLog, openLog, readLogFile } from "./runLog.ts";
import { Interrupted, type Output, type Terminal } from "./terminal.ts";
import { type SeatInput, TerminalSeat } from "./terminalSeat.ts";
import {
  addTreatmentOptions,
  collect,
  type TreatmentOptions,
  treatmentRequest,
  wholeNumber,
} from "./treatmentOptions.ts";

interface PlayOptions extends TreatmentOptions {
  readonly as?: readonly string[];
  readonly log?: string;
  readonly at?: number;
  readonly json?: true;
}

const examples = `
Examples:
  demarche play geneva-2022 --as russia              choose for Russia; the others follow their policies
  demarche play geneva-2022 --as usa --as russia     two seats at one keyboard
  demarche play geneva-2022-russia.jsonl             go on where you left
  demarche play found/way_back.jsonl --at 12 --as russia    another course from a position on, in a log of its own`;

/** Defines `play`. */
export function playCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario|log>", "path or id of a scenario, or a log to go on with"))
    .option("--as <actor>", "the actor you decide for (may be repeated)", collect)
    .option("--log <file>", "where the run is kept (default: SCENARIO-ACTOR.jsonl)")
    .option("--at <position>", "go on from this position of the log, in a log of its own", wholeNumber("--at", 0))
    .option("--json", "print {scenario, model, seed, variant, rounds, outcome, events, digest} at the end")
    .addHelpText("after", examples)
    .action(async (asked: string, options: PlayOptions) => {
      await play(terminal, asked, options);
    });
}

async function play(terminal: Terminal, asked: string, options: PlayOptions): Promise<void> {
  const output = options.json === true ? terminal.err : terminal.out;
  const resumed = isLog(terminal, asked);
  if (options.at !== undefined && !resumed) {
    throw new Mistake("--at names a position of a log, and this is a scenario", "leave --at out to begin a run");
  }
  let execution = resumed ? await resume(terminal, asked, options) : await begin(terminal, asked, options);
  const input = lineInput(terminal.input, terminal.interruption());
  try {
    const table = new Table({ terminal, output, input, words: wordsIn(options.texts) }, seatsOf(execution, options));
    table.open(execution, resumed);
    for (;;) {
      const left = await table.playOn(execution);
      if (left === null || left.kind !== "undo") break;
      execution = await takeBack(terminal, execution, left.luck, output, table.actors);
      table.turnBack(execution);
    }
    if (options.json === true) printJson(terminal, summarise(execution));
    printFault(terminal, execution);
  } finally {
    input.close();
    await execution.log.close();
  }
}

/** Whether the argument names a log rather than a scenario. */
function isLog({ directory }: Terminal, asked: string): boolean {
  const [file = ""] = asked.split("#");
  if (!/\.(jsonl|sqlite|db)$/.test(file)) return false;
  if (statSync(resolve(directory, file), { throwIfNoEntry: false })?.isFile() === true) return true;
  throw new Mistake(
    `there is no log ${file}`,
    "to begin a run, name a scenario: demarche play geneva-2022 --as russia",
  );
}

async function begin(terminal: Terminal, asked: string, options: PlayOptions): Promise<Execution> {
  const { scenario, source } = openScenario(terminal, asked, options.texts);
  const seats = knownSeats(scenario.model, options.as ?? []);
  const request = treatmentRequest(options);
  const file = options.log ?? freeName(terminal, `${scenario.model.id}-${seats.join("-")}.jsonl`);
  const log = await newLog(terminal, file);
  const document = { id: scenario.model.id, text: source.text };
  const start = { seed: options.seed, model: scenario.hash, document };
  return beginRun(scenario, request, { start, log, seats: new Set(seats) });
}

async function resume(terminal: Terminal, file: string, options: PlayOptions): Promise<Execution> {
  const recorded = await readLogFile(terminal, file);
  const events = recorded.map(({ event }) => event);
  const scenario: Scenario | null = recordedScenario(terminal, startOf(events).document, options.texts);
  if (scenario === null) throw new Mistake(`the scenario in ${file} cannot be read by this version of Demarche`);
  const seats = options.as ?? personsIn(events);
  const known = knownSeats(scenario.model, seats);
  if (options.at === undefined) return continueRun(scenario, await openLog(terminal, file), new Set(known));
  const { prefix, forked } = forkAt(recorded, options.at, null);
  const log = await newLog(terminal, options.log ?? freeName(terminal, file), prefix);
  await log.append([forked]);
  return continueRun(scenario, log, new Set(known));
}

function seatsOf({ scenario, log }: Execution, options: PlayOptions): readonly string[] {
  const asked = options.as ?? personsIn(log.recorded.map(({ event }) => event));
  return knownSeats(scenario.model, asked);
}

/** Actors for whom a person decided in a log. */
function personsIn(events: readonly RunEvent[]): readonly string[] {
  const byPersons = events.flatMap(choicesIn).filter(({ chosen }) => chosen === "person");
  return [...new Set(byPersons.map(({ actor }) => actor))];
}

function knownSeats(model: Model, asked: readonly string[]): readonly string[] {
  const movers = model.actors.map(({ id }) => id).filter((id) => model.moves.some(({ by }) => by === id));
  if (asked.length === 0) {
    throw new Mistake(`for whom do you decide? there are ${movers.join(", ")}`, `say --as ${movers[0] ?? "ACTOR"}`);
  }
  for (const name of asked) {
    if (movers.includes(name)) continue;
    const near = nearest(name, movers);
    const known = model.actors.some(({ id }) => id === name);
    throw new Mistake(
      known ? `${name} has no moves to choose from` : `unknown actor ${name}: there are ${movers.join(", ")}`,
      near === null || known ? `there are ${movers.join(", ")}` : `did you mean ${near}?`,
    );
  }
  return [...new Set(asked)];
}

/** A file name that nothing has yet: `a.jsonl`, `a-2.jsonl`, … */
function freeName(terminal: Terminal, wanted: string): string {
  const [, stem = wanted, number = "1", ending = ""] = /^(.*?)(?:-(\d+))?(\.[^.]*)$/.exec(wanted) ?? [];
  if (!existsSync(resolve(terminal.directory, wanted))) return wanted;
  for (let next = Number(number) + 1; ; next++) {
    const name = `${stem}-${next}${ending}`;
    if (!existsSync(resolve(terminal.directory, name))) return name;
  }
}

/** A fork before the last decision that a person made, in a log of its own. */
async function takeBack(
  terminal: Terminal,
  execution: Execution,
  luck: "same" | "fresh",
  output: Output,
  actors: readonly string[],
): Promise<Execution> {
  const { log, scenario } = execution;
  const events = log.recorded.map(({ event }) => event);
  const decision = events.findLastIndex((event) => personsIn([event]).length > 0);
  const forks = events.filter(({ type }) => type === "RunForked").length;
  const seed = luck === "same" ? null : `${lastSeed(events)}/${forks + 2}`;
  const { prefix, forked } = forkAt(log.recorded, decision - 1, seed);
  const file = freeName(terminal, log.file ?? "run.jsonl");
  const next: RunLog = await newLog(terminal, file, prefix);
  await next.append([forked]);
  await log.close();
  output.write(`taken back; the course so far stays in ${log.file}, the new one is in ${file}\n\n`);
  return continueRun(scenario, next, new Set(actors));
}

/** Where people sit, and the words in which they are told what happened. */
interface TablePlace {
  readonly terminal: Terminal;
  readonly output: Output;
  readonly input: LineInput;
  readonly words: ChronicleWords;
}

/** Everybody who sits at this terminal. */
class Table {
  readonly actors: readonly string[];
  private readonly terminal: Terminal;
  private readonly output: Output;
  private readonly words: ChronicleWords;
  private readonly seats: ReadonlyMap<string, TerminalSeat>;

  constructor(place: TablePlace, actors: readonly string[]) {
    const { terminal, output, input, words } = place;
    this.terminal = terminal;
    this.output = output;
    this.words = words;
    this.actors = actors;
    const echo = !("isTTY" in terminal.input && terminal.input.isTTY === true);
    const alone = actors.length === 1;
    this.seats = new Map(
      actors.map((actor) => [actor, new TerminalSeat(actor, { output, input, echo, alone, words })]),
    );
  }

  open(execution: Execution, resumed: boolean): void {
    if (!resumed) for (const seat of this.seats.values()) seat.welcome(execution);
    this.output.write(`The run is kept in ${execution.log.file}. help lists what you can say.\n\n`);
  }

  /** Goes on from a changed past, which everybody remembers up to there. */
  turnBack(execution: Execution): void {
    for (const seat of this.seats.values()) seat.knows(execution);
  }

  /** Plays until the run is over (null) or somebody leaves or takes back. */
  async playOn(execution: Execution): Promise<Exclude<SeatInput, { kind: "move" | "wait" }> | null> {
    const { session, log, observer } = execution;
    try {
      await driveRun({
        session,
        log,
        limit: roundsLimit,
        interruption: this.terminal.interruption(),
        see: observer.see,
        ask: (turns) => this.choices(execution, turns),
      });
    } catch (error) {
      if (!(error instanceof Leaving)) throw error;
      if (error.answer.kind === "quit") this.output.write(`${this.wayBack(execution)}\n`);
      return error.answer;
    }
    this.epilogue(execution);
    return null;
  }

  private async choices(execution: Execution, turns: readonly Turn[]): Promise<readonly Choice[]> {
    const free = execution.engine.law.treatment.turns === "free";
    const choices: Choice[] = [];
    for (const turn of turns) {
      const seat = this.seats.get(turn.actor);
      if (seat === undefined || (turn.options.length === 1 && !free)) continue;
      const answer = await this.decision(seat, execution, turn, free);
      if (answer === null) continue;
      choices.push({ actor: turn.actor, move: answer, chosen: "person", branch: null });
      if (free) break;
    }
    return choices;
  }

  /** The move that a person decides on; null leaves it to chance. */
  private async decision(seat: TerminalSeat, execution: Execution, turn: Turn, free: boolean): Promise<string | null> {
    for (;;) {
      const answer = await seat.ask(execution, turn, free);
      if (this.terminal.interruption().aborted) {
        throw new Interrupted(`\n${this.wayBack(execution)}`);
      }
      if (answer.kind === "move") return answer.move;
      if (answer.kind === "wait") return null;
      const nothing = personsIn(execution.log.recorded.map(({ event }) => event)).length === 0;
      if (answer.kind === "undo" && nothing) this.output.write("There is no decision to take back yet.\n");
      else throw new Leaving(answer);
    }
  }

  private wayBack({ log }: Execution): string {
    const as =
      personsIn(log.recorded.map(({ event }) => event)).length > 0 ? "" : ` --as ${this.actors.join(" --as ")}`;
    return `left; to go on: demarche play ${log.file}${as}`;
  }

  private epilogue(execution: Execution): void {
    const result = execution.observer.result();
    const naming = namingOf(execution.scenario);
    for (const seat of this.seats.values()) seat.inform(execution);
    const { output } = this;
    output.write(`${output.paint("bold", "It is over")}: ${endWords(result, naming, this.words)}\n`);
    for (const actor of this.actors) {
      const utility = result.utilities[actor];
      if (utility !== undefined) output.write(`Utility of ${naming.name("actors", actor)}: ${utility}\n`);
    }
    output.write(`Everything that happened: demarche replay ${execution.log.file}\n`);
  }
}

/** Somebody leaves the table or takes back: thrown through the run under way. */
class Leaving extends Error {
  readonly answer: Exclude<SeatInput, { kind: "move" | "wait" }>;

  constructor(answer: Exclude<SeatInput, { kind: "move" | "wait" }>) {
    super(answer.kind);
    this.answer = answer;
  }
}
