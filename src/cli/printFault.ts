/**
 * Says where the model is at fault, where that is what stopped a run.
 */
import type { Execution } from "../log/execution.ts";
import type { Terminal } from "./terminal.ts";

/** Says where the model is at fault, if that is what stopped a run; the command then fails. */
export function printFault(terminal: Terminal, { log, scenario }: Execution): void {
  const event = log.recorded.at(-1)?.event;
  if (event?.type !== "ModelFaulted") return;
  const { path, reason } = event.fault;
  const span = scenario.locate(path);
  const place = span === null ? "" : ` (${span.file}:${span.line}:${span.column})`;
  const { err } = terminal;
  err.write(`${err.paint("red", "error:")} the model is at fault in ${path}${place}: ${reason}\n`);
  terminal.fails();
}
