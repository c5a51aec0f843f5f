/**
 * `demarche diff`: where two logs part, what happened on either side from there, and how the final states differ.
 */
import type { Command } from "commander";
import type { RunEvent } from "../engine/event.ts";
import { compareRuns, firstDifference, type RunDifference } from "../log/runDifference.ts";
import { startOf } from "../log/runStart.ts";
import { tell } from "../report/chronicle.ts";
import { namingOf, plainNaming } from "../report/naming.ts";
import { differenceText, sameHenceforth, sideBySide } from "../report/sideBySide.ts";
import { counted } from "../scenario/wording.ts";
import { recordedScenario } from "./replay.ts";
import { printJson } from "./runChronicle.ts";
import { readLogFile } from "./runLog.ts";
import type { Terminal } from "./terminal.ts";

const examples = `
Examples:
  demarche fork a.jsonl --at 12 --hold --log b.jsonl
  demarche diff a.jsonl b.jsonl                      exit code 0 if they are equal, 1 if not`;

/** Defines `diff`. */
export function diffCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log")
    .argument("<other>", "another log")
    .option("--json", "print {equal, position, settings, left, right, final}")
    .addHelpText("after", examples)
    .action(async (one: string, other: string, options: { readonly json?: true }) => {
      const left = (await readLogFile(terminal, one)).map(({ event }) => event);
      const right = (await readLogFile(terminal, other)).map(({ event }) => event);
      const comparison = compareRuns(left, right);
      if (!comparison.equal) terminal.fails();
      if (options.json === true) printJson(terminal, comparison);
      else tellDifference(terminal, comparison, { name: one, events: left }, { name: other, events: right });
    });
}

interface Side {
  readonly name: string;
  readonly events: readonly RunEvent[];
}

function tellDifference(terminal: Terminal, comparison: RunDifference, left: Side, right: Side): void {
  const { out } = terminal;
  if (comparison.equal) {
    out.write(`${left.name} and ${right.name} are equal: ${counted(left.events.length, "event")}\n`);
    return;
  }
  const naming = namesFor(terminal, left);
  const chronicles = [left, right].map((side) =>
    tell(side.events, startOf(side.events).clock, namesFor(terminal, side)),
  );
  const [one, other] = chronicles;
  if (one === undefined || other === undefined) return;
  const layout = { columns: out.columns, paint: out.paint, positions: false };
  out.write(differenceText(comparison, [left.name, right.name], naming, layout));
  const from = firstDifference(left.events, right.events, comparison.position === 0 ? 1 : (comparison.position ?? 0));
  const apart =
    from === null ? sameHenceforth : sideBySide(one, other, { names: [left.name, right.name], from }, layout);
  out.write(apart);
}

function namesFor(terminal: Terminal, { events }: Side) {
  const { document } = startOf(events);
  const scenario = recordedScenario(terminal, document);
  return scenario === null ? plainNaming(document.id) : namingOf(scenario);
}
