/**
 * `demarche handout`: role cards, one sheet of rules, the situation and the questions, as one page to print.
 */
import type { Command } from "commander";
import type { RunStarted } from "../engine/event.ts";
import { prepareEngine, startRun } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import { handoutPage } from "../report/handoutPage.ts";
import { languageOf, openScenario, type ScenarioRead } from "./library.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";

interface HandoutOptions {
  readonly out?: string;
  readonly lang?: string;
  readonly seed?: string;
  readonly variant?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche handout geneva-2022-class                      writes geneva-2022-class-handout.html
  demarche handout geneva-2022-class --lang pt            in another language
  demarche handout geneva-2022-class --seed monday        with what only each role knows under this seed

Open it in a browser and print it on A4: each role's card begins a page of its own.`;

/** Defines `handout`. */
export function handoutCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenario>", "path or id of a scenario")
    .option("--out <file>", "write it there")
    .option("--lang <language|file>", "with its texts in another language")
    .option("--seed <text>", "say on the cards what each role alone knows, as the room with this seed has it")
    .option("--variant <id>", "under a variant of the scenario (with --seed)")
    .option("--json", "print {scenario, language, file}")
    .addHelpText("after", examples)
    .action((asked: string, options: HandoutOptions) => {
      const read = openScenario(terminal, asked, options.lang);
      const { id } = read.scenario.model;
      const language = languageOf(options.lang);
      const file = options.out ?? `${id}-handout${language === null ? "" : `.${language}`}.html`;
      checkWritable(terminal, file);
      const started = options.seed === undefined ? null : beginning(read, options.seed, options.variant);
      writeOutput(terminal, file, handoutPage({ scenario: read.scenario, language, started }));
      if (options.json === true) printJson(terminal, { scenario: id, language, file });
      else terminal.out.write(`${file}: open it in a browser and print it on A4.\n`);
    });
}

/** The first event of the run that a seed gives. */
function beginning({ scenario, source }: ScenarioRead, seed: string, variant: string | undefined): RunStarted | null {
  const { model, hash } = scenario;
  const treatment = treat(model, variant === undefined ? {} : { variant });
  const events = startRun(prepareEngine(model, treatment), {
    seed,
    model: hash,
    document: { id: model.id, text: source.text },
  });
  return events.find((event) => event.type === "RunStarted") ?? null;
}
