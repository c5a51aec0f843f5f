/**
 * `demarche lint`: everything that is wrong or doubtful in scenarios, all at once.
 */
import type { Command } from "commander";
import { countOf, type Diagnostic } from "../scenario/diagnostic.ts";
import { readScenario } from "../scenario/scenario.ts";
import { locateScenario, locateTexts, readText, type SourceText, scenarioOfTexts, tellDiagnostics } from "./library.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";

interface LintOptions {
  readonly strict?: true;
  readonly texts?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche lint geneva-2022
  demarche lint scenarios/*.yaml --strict            warnings count as well (exit code 1)
  demarche lint my-crisis --texts pt                 with its texts in another language`;

/** Defines `lint`. */
export function lintCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenarios...>", "paths or ids of scenarios")
    .option("--strict", "end with 1 where there are warnings")
    .option("--texts <language|file>", "check these texts as well")
    .option("--json", "print {files: [{file, diagnostics}], errors, warnings}")
    .addHelpText("after", examples)
    .action((asked: readonly string[], options: LintOptions) => {
      lint(terminal, asked, options);
    });
}

function lint(terminal: Terminal, asked: readonly string[], options: LintOptions): void {
  const files = asked.map((name) => readFile(terminal, name, options.texts));
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const errors = countOf("error", all);
  const warnings = countOf("warning", all);
  if (options.json === true) {
    const told = files.map(({ sources, diagnostics }) => ({ file: sources[0]?.file ?? "", diagnostics }));
    printJson(terminal, { files: told, errors, warnings });
  } else {
    for (const file of files) tellFile(terminal, file);
    terminal.out.write(`${countWords(files.length, errors, warnings)}\n`);
  }
  if (errors > 0) terminal.fails(2);
  else if (warnings > 0 && options.strict === true) terminal.fails();
}

/** A file and what there is to say about it. */
interface Linted {
  readonly sources: readonly SourceText[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a scenario, perhaps with texts; of texts that are named by themselves, only what is wrong in them is told. */
function readFile(terminal: Terminal, name: string, texts: string | undefined): Linted {
  const file = locateScenario(terminal, name);
  const source = readText(terminal, file);
  const owner = scenarioOfTexts(terminal, file);
  if (owner !== null) {
    const { diagnostics } = readScenario({ ...readText(terminal, owner.scenario), overlay: source });
    return { sources: [source], diagnostics: diagnostics.filter(({ span }) => span.file === file) };
  }
  if (texts === undefined) return { sources: [source], diagnostics: readScenario(source).diagnostics };
  const overlay = locateTexts(terminal, file, texts);
  return { sources: [source, overlay], diagnostics: readScenario({ ...source, overlay }).diagnostics };
}

function tellFile(terminal: Terminal, { sources, diagnostics }: Linted): void {
  if (diagnostics.length > 0) terminal.out.write(`${tellDiagnostics(terminal, diagnostics, sources)}\n`);
}

function countWords(files: number, errors: number, warnings: number): string {
  const scenarios = files === 1 ? "1 scenario" : `${files} scenarios`;
  if (errors + warnings === 0) return `${scenarios}: nothing to complain about`;
  const parts = [
    ...(errors === 0 ? [] : [errors === 1 ? "1 error" : `${errors} errors`]),
    ...(warnings === 0 ? [] : [warnings === 1 ? "1 warning" : `${warnings} warnings`]),
  ];
  return `${scenarios}: ${parts.join(", ")}`;
}
