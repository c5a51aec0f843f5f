/**
 * `demarche schema`: the JSON Schema of the scenario language, for completion and hover texts in editors.
 */
import type { Command } from "commander";
import { scenarioSchema } from "../scenario/schema.ts";
import { checkWritable, writeOutput } from "./outputFile.ts";
import type { Terminal } from "./terminal.ts";

const examples = `
Examples:
  demarche schema --out scenario.schema.json
Then begin a scenario with the line
  # yaml-language-server: $schema=./scenario.schema.json`;

/** Defines `schema`. */
export function schemaCommand(command: Command, terminal: Terminal): void {
  command
    .option("--out <file>", "write it to a file")
    .option("--json", "the schema is JSON in any case")
    .addHelpText("after", examples)
    .action(({ out }: { readonly out?: string }) => {
      if (out !== undefined) checkWritable(terminal, out);
      const text = `${JSON.stringify(scenarioSchema(), null, 2)}\n`;
      if (out === undefined) terminal.out.write(text);
      else writeOutput(terminal, out, text);
    });
}
