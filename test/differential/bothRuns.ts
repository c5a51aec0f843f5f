/**
 * One replication on the machine and on the kernel, as traces that can be compared.
 *
 * A trace is everything that happened, each with the state it led to as the kernel's layout holds it (so that what no
 * condition can tell apart is equal), and what the run amounts to. The machine's trace comes from its events alone.
 */
import { luckOf } from "../../src/chance/draw.ts";
import { isRefused, type RunEvent } from "../../src/engine/event.ts";
import { observe, type RunResult } from "../../src/engine/observer.ts";
import { type Engine, openSession, startRun } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import { emptyRows, type Kernel } from "../../src/kernel/kernel.ts";
import type { Layout } from "../../src/kernel/layout.ts";
import type { Happening } from "../../src/kernel/program.ts";
import type { Model } from "../../src/scenario/model.ts";

/** Runs without a horizon stop here. */
export const limit = 40;

export interface Trace {
  /** What happened, and the state it led to. */
  readonly steps: readonly string[];
  /** Path of the model fault, if that is how it ended; then nothing else is told of the result. */
  readonly fault: string | null;
  readonly result: RunResult | null;
}

export function traceOnMachine(engine: Engine, layout: Layout, seed: string, replication: number): Trace {
  const steps: string[] = [];
  const observer = observe(engine.law);
  const started = startRun(engine, { seed, replication, model: "", document: { id: "", text: "" } });
  const [first] = started;
  if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, luckOf(seed, replication), first.state);
  let fault: string | null = null;
  const take = (event: RunEvent): void => {
    const before = event.type === "RunStarted" ? null : session.state;
    if (before !== null) session.apply([event]);
    observer.see(before, event, session.state);
    if (event.type === "ModelFaulted") fault = event.fault.path;
    else steps.push(`${nameOfEvent(event)} ${stateText(layout, session.state)}`);
  };
  started.forEach(take);
  while (session.state.ended === null) {
    const late = session.state.round >= limit;
    const proposed = late ? session.propose({ type: "StopRun" }) : session.proposeNext();
    if (isRefused(proposed)) throw new Error(`the machine refused: ${proposed.message}`);
    proposed.forEach(take);
  }
  return { steps, fault, result: fault === null ? observer.result() : null };
}

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

function nameOfHappening(happening: Happening | null): string {
  if (happening === null) return "end";
  if (!("id" in happening)) return happening.kind;
  const branch = "branch" in happening && happening.branch !== null ? ` ${happening.branch}` : "";
  return `${happening.kind} ${happening.id}${branch}`;
}

/** A run's result from the rows of an ensemble, which are filled by other code than the one that shows its steps. */
function resultOf(kernel: Kernel, model: Model, seed: string, replication: number): RunResult {
  const rows = emptyRows(kernel, 1);
  kernel.simulate(seed, replication, replication + 1, rows);
  const runLevel = model.properties.filter(({ kind }) => kind !== "reachable" && kind !== "forced" && kind !== "share");
  const named = <T, V>(list: readonly T[], id: (one: T) => string, value: (index: number) => V): Record<string, V> =>
    Object.fromEntries(list.map((one, index) => [id(one), value(index)]));
  return {
    ended: (["outcome", "deadlock", "unfinished", "fault"] as const)[rows.ended[0] ?? 3] ?? null,
    outcome: model.outcomes[rows.outcome[0] ?? -1]?.id ?? null,
    rounds: rows.rounds[0] ?? 0,
    tallies: named(
      model.tallies,
      ({ id }) => id,
      (index) => rows.tallies[index] ?? 0,
    ),
    utilities: named(
      model.actors.filter(({ utility }) => utility !== null),
      ({ id }) => id,
      (index) => rows.utilities[index] ?? 0,
    ),
    properties: named(
      runLevel,
      ({ id }) => id,
      (index) => rows.properties[index] === 1,
    ),
  };
}

/** Where two traces differ first, in words; null where they are the same. */
export function disagreement(machine: Trace, kernel: Trace): string | null {
  const length = Math.max(machine.steps.length, kernel.steps.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [machine.steps[index], kernel.steps[index]];
    if (one !== other) return `step ${index}: the machine has ${one}, the kernel ${other}`;
  }
  if (machine.fault !== kernel.fault) return `the machine fails at ${machine.fault}, the kernel at ${kernel.fault}`;
  const [one, other] = [resultText(machine.result), resultText(kernel.result)];
  return one === other ? null : `the machine amounts to ${one}, the kernel to ${other}`;
}

/** A result as text, in which zero has no sign. */
const resultText = (result: RunResult | null): string =>
  JSON.stringify(result, (_, value: unknown) => (value === 0 ? 0 : value));
