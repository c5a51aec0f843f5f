/**
 * `demarche export`: a scenario in the form of another tool.
 */
import { join, parse } from "node:path";
import type { Command } from "commander";
import { type Treatment, treat } from "../engine/treatment.ts";
import { layoutChart } from "../export/chart.ts";
import { exportMarkdown } from "../export/markdown.ts";
import { exportMermaid } from "../export/mermaid.ts";
import { exportPrism, type PrismFiles } from "../export/prism.ts";
import { exportXstate } from "../export/xstate.ts";
import { compileKernel } from "../kernel/kernel.ts";
import { listKernel } from "../kernel/listing.ts";
import { chartSvg } from "../report/chartSvg.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { openScenario } from "./library.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";
import { collect, listed, type TreatmentOptions, treatmentRequest, wholeNumber } from "./treatmentOptions.ts";

interface ExportOptions extends Pick<TreatmentOptions, "variant" | "assume" | "policy" | "rounds"> {
  readonly to: string;
  readonly free?: string;
  readonly out?: string;
  readonly texts?: string;
  readonly json?: true;
}

/** What is written: one text, or a model and its properties, which get a file of their own. */
type Written = string | PrismFiles;

type Form = (scenario: Scenario, treatment: Treatment, free: readonly string[]) => Written | Promise<Written>;

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["xstate", exportXstate],
  ["mermaid", exportMermaid],
  ["markdown", exportMarkdown],
  ["svg", async (scenario) => chartSvg(await layoutChart(scenario))],
  ["prism", exportPrism],
  ["kernel", ({ model }, treatment) => listKernel(compileKernel(model, treatment), model)],
]);

const examples = `
Examples:
  demarche export geneva-2022 --to xstate --out geneva.mjs
  demarche export geneva-2022 --to mermaid > geneva.mmd
  demarche export geneva-2022 --to svg --out geneva.svg      the statecharts, drawn
  demarche export pretext --to prism --out pretext.prism     for PRISM, with pretext.props beside it
  demarche export pretext --to prism --free east --out p.prism
                                                 with East's choices open
  demarche export geneva-2022 --to kernel        the code that ensembles run, with a legend`;

/** Defines `export`. */
export function exportCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenario>", "path or id of a scenario")
    .requiredOption("--to <form>", [...forms.keys()].join(" or "))
    .option("--out <file>", "write it to a file")
    .option("--variant <id>", "under a variant of the scenario (xstate, prism, kernel)")
    .option("--assume <name=value>", "with an assumption set (xstate, prism, kernel; may be repeated)", collect)
    .option("--policy <actor=name>", "with an actor's policy chosen (prism, kernel; may be repeated)", collect)
    .option("--rounds <n>", "with another horizon (prism, kernel)", wholeNumber("--rounds", 1))
    .option("--free <a,b>", "leave the choices of these actors open (prism)")
    .option("--texts <language|file>", "with its names in another language")
    .option("--json", "print {scenario, form, text}; with prism, properties too")
    .addHelpText("after", examples)
    .action(async (asked: string, options: ExportOptions) => {
      await write(terminal, asked, options);
    });
}

async function write(terminal: Terminal, asked: string, options: ExportOptions): Promise<void> {
  const { to, out, texts, json } = options;
  const form = forms.get(to);
  if (form === undefined) {
    const near = nearest(to, forms.keys());
    const known = [...forms.keys()].join(", ");
    throw new Mistake(`unknown form ${to}: there are ${known}`, near === null ? null : `did you mean ${near}?`);
  }
  if (options.free !== undefined && to !== "prism") throw new Mistake("--free goes with --to prism alone");
  if (out !== undefined) {
    checkWritable(terminal, out);
    if (to === "prism") checkBeside(terminal, out);
  }
  const { scenario } = openScenario(terminal, asked, texts);
  const free = listed("--free", options.free);
  const written = await form(scenario, treat(scenario.model, treatmentRequest(options)), free);
  const text = typeof written === "string" ? written : written.model;
  const properties = typeof written === "string" ? null : written.properties;
  if (out !== undefined) {
    writeOutput(terminal, out, text);
    if (properties !== null) writeOutput(terminal, beside(out), properties);
  }
  if (json === true) {
    printJson(terminal, {
      scenario: scenario.model.id,
      form: to,
      text,
      ...(properties === null ? {} : { properties }),
    });
  } else if (out === undefined) {
    terminal.out.write(text);
    if (properties !== null) terminal.err.write("the properties are written with --out, or printed with --json\n");
  }
}

/** The file that holds the properties of the model in a file. */
function beside(file: string): string {
  const { dir, name } = parse(file);
  return join(dir, `${name}.props`);
}

function checkBeside(terminal: Terminal, file: string): void {
  const properties = beside(file);
  if (file.endsWith(".props")) throw new Mistake(`${file} is where the properties go`, "end --out in .prism");
  checkWritable(terminal, properties);
}
