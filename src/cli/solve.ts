/**
 * `demarche solve`: exact shares and means, by computation over every course instead of by draws.
 */
import type { Command } from "commander";
import { type Treatment, treat } from "../engine/treatment.ts";
import { type Naming, namingOf } from "../report/naming.ts";
import { solveText } from "../report/solveText.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { policiesText, withPolicies, writtenPolicies } from "../scenario/writePolicies.ts";
import type { Solution } from "../solve/solution.ts";
import { type SolveRequest, solve } from "../solve/solve.ts";
import { type Aim, type Target, targetNamed } from "../solve/target.ts";
import { driveSolving } from "./driveSolving.ts";
import { openScenario, type ScenarioRead } from "./library.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { solveFrom } from "./prospect.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";
import {
  addTreatmentOptions,
  listed,
  type TreatmentOptions,
  treatmentRequest,
  wholeNumber,
} from "./treatmentOptions.ts";

interface SolveOptions extends TreatmentOptions {
  readonly free?: string;
  readonly against?: string;
  readonly maximise?: string;
  readonly minimise?: string;
  readonly out?: string;
  readonly from?: string;
  readonly runs?: number;
  readonly maxStates?: number;
  readonly memory: number;
  readonly json?: true;
}

/** Megabytes that a solution may take unless more are allowed. */
const usualMemory = 4096;

const examples = `
Examples:
  demarche solve gamblers-ruin                       shares and means under the policies, exact
  demarche solve geneva-2022-core --variant rejection
  demarche solve brink --free east                   least and most of everything, whatever East does
  demarche solve brink --free east --maximise east_prevails --out solved.yaml
                                                     the best East can do, and a scenario in which it does
  demarche solve chicken --free east,west            each for itself: an equilibrium
  demarche solve geneva-2022-core --free usa --against russia --minimise invasion
                                                     what Washington can be sure of, whatever Moscow does
  demarche solve --from a.jsonl                      points of no return of a run that run or play wrote

What is sought is an outcome, a group of outcomes, a property, a tally, rounds, or an actor's utility by the actor's id; where names clash,
outcome:NAME and the like tell them apart. Actors that are not free follow their policies.`;

/** Defines `solve`. */
export function solveCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("[scenario]", "path or id of a scenario; none with --from"))
    .option("--free <a,b>", "leave the choices of these actors open")
    .option("--maximise <name>", "what the free actors seek to make as large as possible")
    .option("--minimise <name>", "what the free actors seek to make as small as possible")
    .option("--against <a,b>", "further actors whose choices are open, and who seek the opposite")
    .option("--out <file>", "write the scenario with the policies that were found and a variant that takes them")
    .option("--from <log>", "what could still come of a run, from every position of its log")
    .option("--runs <n>", "with --from, where exact is too large: runs from each position", wholeNumber("--runs", 1))
    .option("--max-states <n>", "give up beyond this many states", wholeNumber("--max-states", 1))
    .option("--memory <megabytes>", "memory that a solution may take", wholeNumber("--memory", 1), usualMemory)
    .option("--json", "print {scenario, model, states, method, precision, outcomes, groups, properties, rounds, ...}")
    .addHelpText("after", examples)
    .action(async (asked: string | undefined, options: SolveOptions) => {
      if (options.from !== undefined) await solveFrom(terminal, options.from, asked, options, command);
      else if (asked === undefined) throw new Mistake("no scenario is named", "for example demarche solve brink");
      else await run(terminal, asked, options);
    });
}

async function run(terminal: Terminal, asked: string, options: SolveOptions): Promise<void> {
  const { out } = options;
  if (out !== undefined) checkWritable(terminal, out);
  const read = openScenario(terminal, asked, options.texts);
  const { model } = read.scenario;
  const treatment = treat(model, treatmentRequest(options));
  const request: SolveRequest = {
    model,
    treatment,
    free: listed("--free", options.free),
    against: listed("--against", options.against),
    aim: aimOf(model, options),
    limits: { statesMax: options.maxStates ?? 2 ** 31, bytesMax: options.memory * 2 ** 20 },
    signal: terminal.interruption(),
  };
  if (out !== undefined && request.free.length === 0) {
    throw new Mistake("without free actors there are no policies to write", "add --free or leave out --out");
  }
  const solution = await driveSolving(terminal, solve(request));
  if (out !== undefined) writeOutput(terminal, out, solvedScenario(read, treatment, options, solution));
  if (options.json === true) printJson(terminal, summary(read, solution));
  else {
    const naming = namingOf(read.scenario);
    const story = {
      scenario: model.id,
      model: read.scenario.hash,
      question: questionOf(request, naming),
      solution,
      policies: solution.policies === null ? null : policiesText(solution.policies),
    };
    terminal.out.write(solveText(story, naming, terminal.out.paint));
  }
  if (out !== undefined) terminal.err.write(`wrote ${out}\n`);
}

function aimOf(model: Model, { maximise, minimise }: SolveOptions): Aim | null {
  if (maximise !== undefined && minimise !== undefined) {
    throw new Mistake("--maximise and --minimise are both given", "seek one thing at a time");
  }
  if (maximise !== undefined) return { target: targetNamed(model, maximise), seek: "most" };
  return minimise === undefined ? null : { target: targetNamed(model, minimise), seek: "least" };
}

/** What was asked, as sentences. */
function questionOf({ model, free, against, aim }: SolveRequest, naming: Naming): string {
  if (free.length === 0) return "Every actor follows its policy.";
  const named = (ids: readonly string[]): string => ids.map((id) => naming.name("actors", id)).join(", ");
  const others = model.actors.length > free.length + against.length ? " All others follow their policies." : "";
  if (aim === null) return `Open are the choices of ${named(free)}.${others}`;
  const most = `${aim.seek === "most" ? "as much" : "as little"} as can be`;
  const opposed = against.length === 0 ? "" : `, against ${named(against)}`;
  return `Sought by ${named(free)}${opposed}: ${targetWords(aim.target, naming)}, ${most}.${others}`;
}

function targetWords(target: Target, naming: Naming): string {
  switch (target.kind) {
    case "outcome":
    case "group":
      return `the share of ${naming.ending(target.id)}`;
    case "property":
      return `the share in which this holds: ${naming.name("properties", target.property.id)}`;
    case "tally":
      return naming.name("tallies", target.id);
    case "rounds":
      return "rounds";
    case "utility":
      return `the utility of ${naming.name("actors", target.id)}`;
  }
}

/** The scenario with the policies that were found, and a variant that takes them. */
function solvedScenario(
  { scenario, source }: ScenarioRead,
  treatment: Treatment,
  options: SolveOptions,
  { policies }: Solution,
): string {
  if (policies === null) {
    throw new Mistake("no policies were found that could be written", "seek something: --maximise or --minimise");
  }
  const { model } = scenario;
  const asked = treatmentRequest(options);
  let id = "solved";
  for (let number = 2; model.variants.some((variant) => variant.id === id); number++) id = `solved_${number}`;
  return withPolicies(source.text, model, policies, {
    id,
    like: model.variants.some((variant) => variant.id === treatment.variant) ? treatment.variant : null,
    assume: asked.assume ?? {},
    policies: { ...asked.policies, ...Object.fromEntries(policies.map(({ actor, policy }) => [actor, policy.id])) },
    rounds: asked.rounds ?? null,
  });
}

/** The documented result of a solution. */
function summary({ scenario }: ScenarioRead, solution: Solution) {
  const { states, method, precision, outcomes, groups, properties, values, policies, stopped, lengths, notes } =
    solution;
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
    groups,
    properties,
    rounds: finite({ ...solution.rounds }),
    tallies: Object.fromEntries(Object.entries(solution.tallies).map(([id, one]) => [id, finite({ ...one })])),
    values: values === null ? null : finite(values),
    policies: policies === null ? null : writtenPolicies(policies),
    stopped,
    lengths,
    notes,
  };
}
