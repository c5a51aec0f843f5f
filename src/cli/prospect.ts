/**
 * `solve --from LOG`: what could still come of a run at each position of its log, and where outcomes were settled.
 */
import { setImmediate } from "node:timers/promises";
import type { Command } from "commander";
import { type Treatment, treat } from "../engine/treatment.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { requestOf } from "../log/verify.ts";
import { tell } from "../report/chronicle.ts";
import { entryTexts } from "../report/chronicleText.ts";
import { roundTeller } from "../report/dates.ts";
import { namingOf } from "../report/naming.ts";
import { prospectText } from "../report/prospectText.ts";
import { tellingEn } from "../report/tellingWords.ts";
import { Mistake } from "../scenario/mistake.ts";
import { TooLarge } from "../solve/graph.ts";
import { estimateProspect, type Prospect, type ProspectRequest, solveProspect } from "../solve/prospect.ts";
import { driveSolving } from "./driveSolving.ts";
import { progressLine } from "./progress.ts";
import { recordedScenario } from "./replay.ts";
import { printJson } from "./runChronicle.ts";
import { readLogFile } from "./runLog.ts";
import { Interrupted, type Terminal } from "./terminal.ts";

interface Options {
  readonly texts?: string;
  readonly runs?: number;
  readonly maxStates?: number;
  readonly memory: number;
  readonly json?: true;
}

/** Beyond this many states runs are drawn instead, unless more are allowed. */
const usualStates = 5_000_000;
const usualRuns = 2000;
/** What a log has settled already, or what seeks anything. */
const others = ["seed", "variant", "assume", "policy", "rounds", "free", "against", "maximise", "minimise", "out"];

/** Solves from a log. */
export async function solveFrom(
  terminal: Terminal,
  file: string,
  scenarioAsked: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  if (scenarioAsked !== undefined) {
    throw new Mistake(
      `a log holds its own scenario, so ${scenarioAsked} is one too many`,
      `demarche solve --from ${file}`,
    );
  }
  const given = others.find((name) => command.getOptionValueSource(name) === "cli");
  if (given !== undefined) {
    throw new Mistake(`--${given} does not go with --from: a run goes on as it was begun`, "fork the log to change it");
  }
  const events = (await readLogFile(terminal, file)).map(({ event }) => event);
  const started = startOf(events);
  const scenario = recordedScenario(terminal, started.document, options.texts);
  if (scenario === null) throw new Mistake(`the scenario in ${file} cannot be read by this version of Demarche`);
  const { model } = scenario;
  const treatment: Treatment = treat(model, requestOf(started));
  const limits = { statesMax: options.maxStates ?? usualStates, bytesMax: options.memory * 2 ** 20 };
  const request = { model, treatment, events, limits, signal: terminal.interruption() };
  const prospect =
    options.runs === undefined
      ? await proveOrEstimate(terminal, request, lastSeed(events))
      : await estimate(terminal, request, { seed: lastSeed(events), runs: options.runs });
  const subject = { scenario: model.id, model: scenario.hash, variant: started.variant };
  if (options.json === true) {
    printJson(terminal, { ...subject, seed: lastSeed(events), ...prospect });
    return;
  }
  const naming = namingOf(scenario);
  const entries = tell(events, model.clock, naming).sections.flatMap((section) => section.entries);
  const deeds = new Map(entries.map((entry) => [entry.position, entry]));
  const deed = (position: number): string => {
    const entry = deeds.get(position);
    if (entry !== undefined) return entryTexts(entry, tellingEn).join("; ");
    const event = events[position];
    if (event?.type === "TurnHeld") return `${naming.name("actors", event.actor)}: Hold`;
    return event?.type === "RunStarted" ? "The run begins" : "Nothing is done";
  };
  const story = { ...subject, prospect, deed, date: roundTeller(model.clock) };
  terminal.out.write(prospectText(story, naming, terminal.out));
}

async function proveOrEstimate(terminal: Terminal, request: ProspectRequest, seed: string): Promise<Prospect> {
  try {
    return await driveSolving(terminal, solveProspect(request));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    terminal.err.write(
      `more can follow than the limit of ${error.limit} allows to prove, so runs are drawn; --max-states and --memory allow more\n`,
    );
    return await estimate(terminal, request, { seed, runs: usualRuns });
  }
}

async function estimate(
  terminal: Terminal,
  request: ProspectRequest,
  sample: { readonly seed: string; readonly runs: number },
): Promise<Prospect> {
  const drawing = estimateProspect(request, sample);
  let line: ReturnType<typeof progressLine> | null = null;
  for (let step = drawing.next(); ; step = drawing.next()) {
    if (step.done === true) {
      line?.end();
      if (step.value === null) throw new Interrupted("interrupted: not all positions were reached");
      return step.value;
    }
    line ??= progressLine(terminal, step.value.of * sample.runs);
    line.show(step.value.done * sample.runs);
    await setImmediate();
  }
}
