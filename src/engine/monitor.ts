/**
 * Run-level properties as small deterministic automata.
 *
 * A monitor reads a run at its start and after the rules and outcomes of each step and of each tick. What it remembers
 * is one phase and, for `within`, the round at which its clock began. The same automaton serves a run, the kernel and
 * the explorer: `advance` is a pure function of the phase and of at most five conditions.
 *
 * The clock counts completed rounds. In free turns a round is one move, so it is completed by its move.
 */
import type { Expression } from "../scenario/expression.ts";
import { ownConditionsOf, patterns, type RunProperty } from "../scenario/property.ts";
import type { Law } from "./law.ts";
import type { State } from "./state.ts";

export { isRunProperty, type RunProperty } from "../scenario/property.ts";

/**
 * Where a monitor stands. `before`: its scope has not opened. `watching`: nothing is decided. `pending`: something is
 * owed (`whenever`) or an interval is open (`between`). `held` and `failed` are final.
 */
export type MonitorPhase = "before" | "watching" | "pending" | "held" | "failed";

/** What a monitor reads in a state, in this order; an absent condition is false. */
export interface Signs {
  /** The scope opens. */
  readonly after: boolean;
  /** The scope closes. */
  readonly until: boolean;
  /** `never P`, `always P`, `eventually P`, `first P`, `whenever P`, `between [P, …]`. */
  readonly p: boolean;
  /** `before Q`, `whenever …, eventually Q`, `between [P, Q]`. */
  readonly q: boolean;
  /** `between …, never R`. */
  readonly r: boolean;
  /** More rounds were completed since the clock began than `within` allows. */
  readonly late: boolean;
}

/** A phase, and whether the clock of `within` begins at this state. */
export interface Advance {
  readonly phase: MonitorPhase;
  readonly starts: boolean;
}

/** The conditions of a property, by sign. */
export function signsOf(
  property: RunProperty,
): Readonly<Partial<Record<"after" | "until" | "p" | "q" | "r", Expression>>> {
  const scope = {
    ...(property.after === null ? {} : { after: property.after }),
    ...(property.until === null ? {} : { until: property.until }),
  };
  const [p, q, r] = ownConditionsOf(property);
  return {
    ...scope,
    ...(p === undefined ? {} : { p }),
    ...(q === undefined ? {} : { q }),
    ...(r === undefined ? {} : { r }),
  };
}

/** Rounds allowed by `within`, or null without a bound. */
export function boundOf(property: RunProperty): number | null {
  return "within" in property ? property.within : null;
}

/** The phase before the first state of a run. */
export function firstPhase(property: RunProperty): MonitorPhase {
  return property.after === null ? "watching" : "before";
}

/** The phase after reading one more state. */
export function advance(property: RunProperty, phase: MonitorPhase, signs: Signs, isStart: boolean): Advance {
  if (phase === "held" || phase === "failed") return { phase, starts: false };
  if (phase === "before" && !signs.after) return { phase, starts: false };
  const opens = phase === "before" || (isStart && property.after === null);
  if (property.until !== null && signs.until)
    return { phase: close(property, opens ? "watching" : phase), starts: false };
  return within(property, opens ? "watching" : phase, signs, opens);
}

/** Whether the property holds of a run that ends in this phase. */
export function verdict(property: RunProperty, phase: MonitorPhase): boolean {
  return close(property, phase) === "held";
}

/** What a phase comes to when the scope closes or the run ends. */
function close(property: RunProperty, phase: MonitorPhase): "held" | "failed" {
  if (phase === "held" || phase === "failed") return phase;
  switch (patterns[property.kind].owes) {
    case "from the start":
      return "failed";
    case "once due":
      return phase === "pending" ? "failed" : "held";
    case "nothing":
      return "held";
  }
}

/** One state inside the scope. */
function within(property: RunProperty, phase: MonitorPhase, { p, q, r, late }: Signs, opens: boolean): Advance {
  const to = (next: MonitorPhase, starts = false): Advance => ({ phase: next, starts });
  switch (property.kind) {
    case "never":
      return to(p ? "failed" : "watching");
    case "always":
      return to(p ? "watching" : "failed");
    case "eventually":
      if (late && !opens) return to("failed");
      return p ? to("held") : to("watching", opens);
    case "first":
      if (q) return to("failed");
      return to(p ? "held" : "watching");
    case "whenever":
      if (phase === "pending" && late) return to("failed");
      if (q) return to("watching");
      if (phase === "pending") return to("pending");
      return p ? to("pending", true) : to("watching");
    case "between":
      if (q) return to("watching");
      if (phase === "pending" || p) return to(r ? "failed" : "pending");
      return to("watching");
  }
}

/** Completed rounds at a state. */
export function completedRounds(law: Law, state: State): number {
  const moved = law.treatment.turns === "free" && law.order.includes("turn") && state.cursor === "tick";
  return state.round + (moved ? 1 : 0);
}

/** Follows one property along a run. */
export interface Monitor {
  readonly property: RunProperty;
  /** Reads the next state. */
  read(state: State): void;
  readonly phase: MonitorPhase;
}

/** A monitor at the start of a run. */
export function monitor(law: Law, property: RunProperty): Monitor {
  const conditions = Object.entries(signsOf(property)).map(
    ([sign, expression]) => [sign, law.evaluator(expression, `properties.${property.id}`)] as const,
  );
  const bound = boundOf(property);
  let phase = firstPhase(property);
  let began = 0;
  let isStart = true;
  return {
    property,
    get phase() {
      return phase;
    },
    read(state) {
      if (phase === "held" || phase === "failed") return;
      const completed = completedRounds(law, state);
      const signs = { after: false, until: false, p: false, q: false, r: false };
      for (const [sign, holds] of conditions) signs[sign as keyof typeof signs] = holds(state) !== 0;
      const late = bound !== null && completed - began > bound;
      const next = advance(property, phase, { ...signs, late }, isStart);
      phase = next.phase;
      if (next.starts) began = completed;
      isStart = false;
    },
  };
}
