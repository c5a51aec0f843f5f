/**
 * `demarche export`: a scenario in the form of another tool.
 */
import type { Command } from "commander";
import { type Treatment, treat } from "../engine/treatment.ts";
import { layoutChart } from "../export/chart.ts";
import { exportMarkdown } from "../export/markdown.ts";
import { exportMermaid } from "../export/mermaid.ts";
import { exportXstate } from "../export/xstate.ts";
import { compileKernel } from "../kernel/kernel.ts";
import { listKernel } from "../kernel/listing.ts";
import { chartSvg } from "../report/chartSvg.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { openScenario } from "./library.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { printJson } from "./story.ts";
import type { Terminal } from "./terminal.ts";
import { collect, type TreatmentOptions, treatmentRequest } from "./treatmentOptions.ts";

interface ExportOptions extends Pick<TreatmentOptions, "variant" | "assume"> {
  readonly to: string;
  readonly out?: string;
  readonly texts?: string;
  readonly json?: true;
}

type Form = (scenario: Scenario, treatment: Treatment) => string | Promise<string>;

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["xstate", exportXstate],
  ["mermaid", exportMermaid],
  ["markdown", exportMarkdown],
  ["svg", async (scenario) => chartSvg(await layoutChart(scenario))],
  ["kernel", ({ model }, treatment) => listKernel(compileKernel(model, treatment), model)],
]);

const examples = `
Examples:
  demarche export geneva-2022 --to xstate --out geneva.mjs
  demarche export geneva-2022 --to mermaid > geneva.mmd
  demarche export geneva-2022 --to svg --out geneva.svg      the statecharts, drawn
  demarche export geneva-2022 --to kernel        the code that ensembles run, with a legend`;

/** Defines `export`. */
export function exportCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenario>", "path or id of a scenario")
    .requiredOption("--to <form>", [...forms.keys()].join(" or "))
    .option("--out <file>", "write it to a file")
    .option("--variant <id>", "under a variant of the scenario (xstate, kernel)")
    .option("--assume <name=value>", "with an assumption set (xstate, kernel; may be repeated)", collect)
    .option("--texts <language|file>", "with its names in another language")
    .option("--json", "print {scenario, form, text}")
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
  if (out !== undefined) checkWritable(terminal, out);
  const { scenario } = openScenario(terminal, asked, texts);
  const text = await form(scenario, treat(scenario.model, treatmentRequest(options)));
  if (out !== undefined) writeOutput(terminal, out, text);
  if (json === true) printJson(terminal, { scenario: scenario.model.id, form: to, text });
  else if (out === undefined) terminal.out.write(text);
}
