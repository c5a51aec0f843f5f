/**
 * `demarche export`: a scenario in the form of another tool.
 */
import type { Command } from "commander";
import { exportMermaid } from "../export/mermaid.ts";
import { exportXstate } from "../export/xstate.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { openScenario } from "./library.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { printJson } from "./story.ts";
import type { Terminal } from "./terminal.ts";

interface ExportOptions {
  readonly to: string;
  readonly out?: string;
  readonly texts?: string;
  readonly json?: true;
}

const forms: ReadonlyMap<string, (scenario: Scenario) => string> = new Map([
  ["xstate", exportXstate],
  ["mermaid", exportMermaid],
]);

const examples = `
Examples:
  demarche export geneva-2022 --to xstate --out geneva.mjs
  demarche export geneva-2022 --to mermaid > geneva.mmd`;

/** Defines `export`. */
export function exportCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenario>", "path or id of a scenario")
    .requiredOption("--to <form>", [...forms.keys()].join(" or "))
    .option("--out <file>", "write it to a file")
    .option("--texts <language|file>", "with its names in another language")
    .option("--json", "print {scenario, form, text}")
    .addHelpText("after", examples)
    .action((asked: string, options: ExportOptions) => {
      write(terminal, asked, options);
    });
}

function write(terminal: Terminal, asked: string, { to, out, texts, json }: ExportOptions): void {
  const form = forms.get(to);
  if (form === undefined) {
    const near = nearest(to, forms.keys());
    const known = [...forms.keys()].join(", ");
    throw new Mistake(`unknown form ${to}: there are ${known}`, near === null ? null : `did you mean ${near}?`);
  }
  if (out !== undefined) checkWritable(terminal, out);
  const { scenario } = openScenario(terminal, asked, texts);
  const text = form(scenario);
  if (out !== undefined) writeOutput(terminal, out, text);
  if (json === true) printJson(terminal, { scenario: scenario.model.id, form: to, text });
  else if (out === undefined) terminal.out.write(text);
}
