/**
 * One replication on the machine and on the kernel, as traces that can be compared.
 *
 * A trace is everything that happened, each with the state it led to as the kernel's layout holds it (so that what no
 * condition can tell apart is equal), and what the run amounts to. The machine's trace comes from its events alone, the
 * kernel's result from the rows of an ensemble, which other code fills than the one that shows its steps.
 */
import type { RunEvent } from "../engine/event.ts";
import { isRunProperty } from "../engine/monitor.ts";
import type { RunResult } from "../engine/observer.ts";
import type { State } from "../engine/state.ts";
import { emptyRows, type Kernel } from "../kernel/kernel.ts";
import type { Layout } from "../kernel/layout.ts";
import type { ProgramEvent } from "../kernel/program.ts";
import type { Model } from "../scenario/model.ts";
import type { RecordedRun } from "./recordedRun.ts";

export interface Trace {
  /** What happened, and the state it led to. */
  readonly steps: readonly string[];
  /** Path of the model fault, if that is how it ended; then nothing else is told of the result. */
  readonly fault: string | null;
  readonly result: RunResult | null;
}

/** The trace of a run that the machine made. */
export function traceOnMachine({ events, states, result }: RecordedRun, layout: Layout): Trace {
  const steps: string[] = [];
  let fault: string | null = null;
  for (const [position, event] of events.entries()) {
    const state = states[position];
    if (event.type === "ModelFaulted") fault = event.fault.path;
    else if (state !== undefined) steps.push(`${nameOfEvent(event)} ${stateText(layout, state)}`);
  }
  return { steps, fault, result: fault === null ? result : null };
}

/** The trace of a replication that the kernel makes. */
export function traceOnKernel(kernel: Kernel, model: Model, seed: string, replication: number): Trace {
  const steps: string[] = [];
  let path: string | null = null;
  kernel.follow(seed, replication, ({ happening, state, fault }) => {
    path = fault?.path ?? null;
    if (fault === null) steps.push(`${nameOfHappening(happening)} ${stateText(kernel.layout, state)}`);
  });
  return { steps, fault: path, result: path === null ? resultOf(kernel, model, seed, replication) : null };
}

const stateText = (layout: Layout, state: State): string => layout.values(state).join(",");

function nameOfEvent(event: RunEvent): string {
  switch (event.type) {
    case "RunStarted":
      return "start";
    case "RoundOpened":
      return "tick";
    case "MoveMade":
      return nameOfHappening({ kind: "move", id: event.move, branch: event.branch?.branch ?? null });
    case "IncidentOccurred":
      return nameOfHappening({ kind: "incident", id: event.incident, branch: event.branch?.branch ?? null });
    case "MovesMade":
      return "joint";
    case "TurnHeld":
      return `hold ${event.actor}`;
    case "RuleApplied":
      return `rule ${event.rule}`;
    case "RunEnded":
      return "end";
    default:
      throw new Error(`no run by policy has ${event.type}`);
  }
}

function nameOfHappening(happening: ProgramEvent | null): string {
  if (happening === null) return "end";
  if (!("id" in happening)) return happening.kind;
  const branch = "branch" in happening && happening.branch !== null ? ` ${happening.branch}` : "";
  return `${happening.kind} ${happening.id}${branch}`;
}

function resultOf(kernel: Kernel, model: Model, seed: string, replication: number): RunResult {
  const rows = emptyRows(kernel, 1);
  kernel.simulate(seed, replication, replication + 1, rows);
  const named = <V>(list: readonly { readonly id: string }[], value: (index: number) => V): Record<string, V> =>
    Object.fromEntries(list.map(({ id }, index) => [id, value(index)]));
  return {
    ended: (["outcome", "deadlock", "unfinished", "fault"] as const)[rows.ended[0] ?? 3] ?? null,
    outcome: model.outcomes[rows.outcome[0] ?? -1]?.id ?? null,
    rounds: rows.rounds[0] ?? 0,
    tallies: named(model.tallies, (index) => rows.tallies[index] ?? 0),
    utilities: named(
      model.actors.filter(({ utility }) => utility !== null),
      (index) => rows.utilities[index] ?? 0,
    ),
    properties: named(model.properties.filter(isRunProperty), (index) => rows.properties[index] === 1),
  };
}

/** Where two traces differ first. */
export interface Disagreement {
  /** Number of steps that are the same; the whole length where only the result differs. */
  readonly step: number;
  readonly words: string;
}

/** The first difference of two traces; null where they are the same. */
export function disagreement(machine: Trace, kernel: Trace): Disagreement | null {
  const length = Math.max(machine.steps.length, kernel.steps.length);
  for (let step = 0; step < length; step++) {
    const [one, other] = [machine.steps[step], kernel.steps[step]];
    if (one === other) continue;
    return { step, words: `step ${step}: the machine has ${one ?? "ended"}, the kernel ${other ?? "has ended"}` };
  }
  if (machine.fault !== kernel.fault) {
    return { step: length, words: `the machine fails at ${machine.fault}, the kernel at ${kernel.fault}` };
  }
  const [one, other] = [resultText(machine.result), resultText(kernel.result)];
  if (one === other) return null;
  return { step: length, words: `the machine amounts to ${one}, the kernel to ${other}` };
}

/** A result as text, in which zero has no sign. */
const resultText = (result: RunResult | null): string =>
  JSON.stringify(result, (_, value: unknown) => (value === 0 ? 0 : value));
