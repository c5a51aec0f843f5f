/**
 * `demarche solve`: exact shares and means, by computation over every course instead of by draws.
 */
import { setImmediate } from "node:timers/promises";
import type { Command } from "commander";
import { treat } from "../engine/treatment.ts";
import type { SolveProgress, Solving } from "../explore/chain.ts";
import { Stopped } from "../explore/graph.ts";
import type { Solution } from "../explore/solution.ts";
import { solve } from "../explore/solve.ts";
import { namingOf } from "../report/naming.ts";
import { solveText } from "../report/solveText.ts";
import { openScenario, type ScenarioRead } from "./library.ts";
import { printJson } from "./story.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { addTreatmentOptions, type TreatmentOptions, treatmentRequest, wholeNumber } from "./treatmentOptions.ts";

interface SolveOptions extends TreatmentOptions {
  readonly maxStates?: number;
  readonly memory: number;
  readonly json?: true;
}

/** Megabytes that a solution may take unless more are allowed. */
const usualMemory = 4096;

const examples = `
Examples:
  demarche solve gamblers-ruin                       shares and means under the policies, exact
  demarche solve geneva-2022-core --variant rejection`;

/** Defines `solve`. */
export function solveCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario"))
    .option("--max-states <n>", "give up beyond this many states", wholeNumber("--max-states", 1))
    .option("--memory <megabytes>", "memory that a solution may take", wholeNumber("--memory", 1), usualMemory)
    .option("--json", "print {scenario, model, states, method, precision, outcomes, properties, rounds, ...}")
    .addHelpText("after", examples)
    .action(async (asked: string, options: SolveOptions) => {
      await run(terminal, asked, options);
    });
}

async function run(terminal: Terminal, asked: string, options: SolveOptions): Promise<void> {
  const read = openScenario(terminal, asked, options.texts);
  const { model } = read.scenario;
  const treatment = treat(model, treatmentRequest(options));
  const ground = {
    model,
    treatment,
    limits: { statesMax: options.maxStates ?? 2 ** 31, bytesMax: options.memory * 2 ** 20 },
    signal: terminal.interruption(),
  };
  const solution = await drive(terminal, solve(ground));
  if (options.json === true) printJson(terminal, summary(read, solution));
  else {
    const story = {
      scenario: model.id,
      model: read.scenario.hash,
      question: "Every actor follows its policy.",
      solution,
    };
    terminal.out.write(solveText(story, namingOf(read.scenario), terminal.out.paint));
  }
}

/** Drives a solution, showing how far it is and listening for Ctrl-C. */
async function drive<R>(terminal: Terminal, solving: Solving<R>): Promise<R> {
  const show = solvingLine(terminal);
  try {
    for (let step = solving.next(); ; step = solving.next()) {
      if (step.done === true) return step.value;
      show(step.value);
      await setImmediate();
    }
  } catch (error) {
    if (error instanceof Stopped) throw new Interrupted("interrupted: nothing is solved yet");
    throw error;
  } finally {
    show(null);
  }
}

/** A line of progress; the clock read here never reaches a result. */
function solvingLine({ err }: Terminal): (progress: SolveProgress | null) => void {
  if (!err.isTerminal) return () => {};
  let shown = performance.now();
  return (progress) => {
    if (progress === null) {
      err.write("\r\u001b[K");
      return;
    }
    const now = performance.now();
    if (now - shown < 100) return;
    shown = now;
    const what = progress.property === null ? "" : `${progress.property}: `;
    const megabytes = Math.ceil(progress.bytes / 2 ** 20);
    err.write(`\r\u001b[K${what}${progress.states} states, ${progress.expanded} done, ${megabytes} MB`);
  };
}

/** The documented result of a solution. */
function summary({ scenario }: ScenarioRead, solution: Solution) {
  const { states, method, precision, outcomes, properties, values, policies, stopped, lengths, notes } = solution;
  const finite = <T extends Readonly<Record<string, number | null>>>(one: T) =>
    Object.fromEntries(
      Object.entries(one).map(([key, value]) => [
        key,
        value === null || Number.isFinite(value) ? value : String(value),
      ]),
    );
  return {
    scenario: scenario.model.id,
    model: scenario.hash,
    states,
    method,
    precision,
    outcomes,
    properties,
    rounds: finite({ ...solution.rounds }),
    tallies: Object.fromEntries(Object.entries(solution.tallies).map(([id, one]) => [id, finite({ ...one })])),
    values: values === null ? null : finite(values),
    policies,
    stopped,
    lengths,
    notes,
  };
}
