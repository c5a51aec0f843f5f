/**
 * `demarche verify`: whether a log is whole and is what its scenario, its luck and its recorded choices make of it.
 *
 * First the chain of digests, then re-execution on the machine with the scenario that the log itself holds.
 */
import type { Command } from "commander";
import { presentSemantics, type RunEvent } from "../engine/event.ts";
import { prepareEngine } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import type { Recorded } from "../log/chain.ts";
import { verifyForks } from "../log/forkParent.ts";
import { LogError } from "../log/logError.ts";
import { startOf } from "../log/runStart.ts";
import { requestOf, verifyRun } from "../log/verify.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario } from "../scenario/scenario.ts";
import { openScenario } from "./library.ts";
import { printJson } from "./runChronicle.ts";
import { readLogContent } from "./runLog.ts";
import type { Terminal } from "./terminal.ts";

interface VerifyOptions {
  readonly scenario?: string;
  readonly json?: true;
}

/** What came of a verification. */
interface Verdict {
  readonly log: string;
  readonly scenario: string | null;
  readonly model: string | null;
  readonly events: number | null;
  readonly holds: boolean;
  /** Whether the run was executed again; one of earlier semantics is not. */
  readonly executed: boolean;
  /** First position that differs, where one does. */
  readonly position: number | null;
  readonly message: string;
}

const examples = `
Examples:
  demarche verify a.jsonl                            chain of digests, then re-execution
  demarche verify a.jsonl --scenario geneva-2022     also say whether the scenario has changed since`;

/** Defines `verify`. */
export function verifyCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<log>", "a log that run, play or fork wrote")
    .option("--scenario <scenario>", "say whether this scenario is still the one that was run")
    .option("--json", "print {log, scenario, model, events, holds, executed, position, message}")
    .addHelpText("after", examples)
    .action(async (file: string, options: VerifyOptions) => {
      const verdict = await verify(terminal, file);
      if (!verdict.holds) terminal.fails();
      if (options.json === true) printJson(terminal, verdict);
      else tellVerdict(terminal, verdict);
      if (options.scenario !== undefined) noteChange(terminal, options.scenario, verdict.model);
    });
}

async function verify(terminal: Terminal, file: string): Promise<Verdict> {
  const nothing = { log: file, scenario: null, model: null, events: null };
  let recorded: readonly Recorded[];
  try {
    const content = await readLogContent(terminal, file);
    if (content.torn !== null) throw content.torn;
    recorded = content.recorded;
  } catch (error) {
    // A file that is no log at all is the wrong input; a log that was altered is what we are here to find.
    if (!(error instanceof LogError) || error.place.position === null) throw error;
    return { ...nothing, holds: false, executed: false, position: error.place.position, message: error.message };
  }
  const events = recorded.map(({ event }) => event);
  const started = startOf(events);
  const about = { log: file, scenario: started.document.id, model: started.model, events: events.length };
  const executed = started.semantics === presentSemantics;
  const found = (executed ? reExecute(events) : null) ?? verifyForks(recorded);
  if (found !== null) return { ...about, holds: false, executed, position: found.position, message: found.message };
  if (!executed) {
    const message = `no event was changed; the run was made under semantics ${started.semantics}, so it was not executed again under semantics ${presentSemantics}`;
    return { ...about, holds: true, executed, position: null, message };
  }
  const over = ["RunEnded", "ModelFaulted"].includes(events.at(-1)?.type ?? "");
  const message = `every event follows from the ones before${over ? "" : "; the run is not over yet"}`;
  return { ...about, holds: true, executed, position: null, message };
}

function reExecute(events: readonly RunEvent[]): Pick<Verdict, "position" | "message"> | null {
  const started = startOf(events);
  const { scenario, diagnostics } = readScenario({ file: `${started.document.id}.yaml`, text: started.document.text });
  if (scenario === null) {
    const first = diagnostics.find(({ severity }) => severity === "error")?.message ?? "it has errors";
    return { position: 0, message: `The scenario in the log cannot be read: ${first}` };
  }
  if (scenario.hash !== started.model) {
    return { position: 0, message: `The scenario in the log yields the model ${scenario.hash}, not ${started.model}.` };
  }
  try {
    const divergence = verifyRun(prepareEngine(scenario.model, treat(scenario.model, requestOf(started))), events);
    return divergence === null ? null : { position: divergence.position, message: divergence.message };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { position: 0, message: `The run cannot be begun again: ${error.message}.` };
  }
}

function tellVerdict(terminal: Terminal, verdict: Verdict): void {
  const { out } = terminal;
  if (verdict.holds) {
    const word = verdict.executed ? out.paint("green", "verified") : out.paint("yellow", "unbroken");
    out.write(`${word} ${verdict.log}: ${verdict.events} events, ${verdict.message}\n`);
    return;
  }
  const where = verdict.position === null ? "" : ` at position ${verdict.position}`;
  out.write(`${out.paint("red", "not verified")} ${verdict.log}${where}: ${verdict.message}\n`);
}

function noteChange(terminal: Terminal, asked: string, model: string | null): void {
  if (model === null) return;
  const { scenario } = openScenario(terminal, asked);
  const words = scenario.hash === model ? "is the scenario that was run" : "has changed since the run: its model is";
  terminal.err.write(`note: ${asked} ${words}${scenario.hash === model ? "" : ` ${scenario.hash}`}\n`);
}
