/**
 * `demarche new`: a commented scenario to start from, which lints clean and runs.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { Mistake } from "../scenario/mistake.ts";
import { starterScenario } from "../scenario/starter.ts";
import { readable } from "../scenario/texts.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";

interface NewOptions {
  readonly title?: string;
  readonly force?: true;
  readonly json?: true;
}

const examples = `
Examples:
  demarche new black-sea                             scenarios/black-sea.yaml, or here without such a folder
  demarche new black-sea --title "The straits"
  demarche run black-sea`;

/** Defines `new`. */
export function newCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<id>", "lower-case letters, digits and hyphens, such as black-sea")
    .option("--title <text>", "its title")
    .option("--force", "overwrite what is there")
    .option("--json", "print {file}")
    .addHelpText("after", examples)
    .action((id: string, options: NewOptions) => {
      write(terminal, id, options);
    });
}

function write(terminal: Terminal, id: string, { title, force, json }: NewOptions): void {
  if (!/^[a-z][a-z0-9_-]*$/.test(id)) {
    const proposal = id
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, "-")
      .replace(/^[^a-z]+/, "");
    throw new Mistake(
      `${JSON.stringify(id)} cannot be an id: it takes lower-case letters, digits and hyphens, a letter first`,
      proposal === "" ? null : `for example ${proposal}`,
    );
  }
  const file = existsSync(resolve(terminal.directory, "scenarios")) ? `scenarios/${id}.yaml` : `${id}.yaml`;
  if (existsSync(resolve(terminal.directory, file)) && force !== true) {
    throw new Mistake(`${file} is there already`, "choose another id, or say --force to overwrite it");
  }
  checkWritable(terminal, file);
  writeOutput(terminal, file, starterScenario(id, title ?? readable(id)));
  const name = file.startsWith("scenarios/") ? id : file;
  if (json === true) printJson(terminal, { file });
  else
    terminal.out.write(
      `wrote ${file}\nnext: demarche lint ${name} · demarche run ${name} · demarche compare ${name}\n`,
    );
}
