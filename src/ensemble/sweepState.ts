/**
 * An interrupted sweep at rest: what was planned, and the cells that are complete.
 *
 * A saved sweep goes on only under the same model and plan, so that its result is the one that an uninterrupted sweep
 * would have given, byte for byte.
 */
import { Mistake } from "../scenario/mistake.ts";
import type { CellResult } from "./cells.ts";
import type { SweepPlan } from "./sweep.ts";

const form = "demarche-sweep-1";

interface Saved {
  readonly form: string;
  readonly model: string;
  readonly seed: string;
  readonly runs: number;
  readonly request: unknown;
  readonly cells: readonly CellResult[];
}

/** The text of a resumable state. */
export function saveSweep(model: string, { seed, runs, request }: SweepPlan, cells: readonly CellResult[]): string {
  return `${JSON.stringify({ form, model, seed, runs, request, cells } satisfies Saved)}\n`;
}

/**
 * Reads a resumable state.
 * @throws Mistake where the text is no such state, or belongs to another sweep; the reason is named.
 */
export function loadSweep(file: string, text: string, model: string, plan: SweepPlan): readonly CellResult[] {
  const state = parse(text);
  if (state === null) throw new Mistake(`${file} is no saved sweep`, "it is written when `sweep` is interrupted");
  const other = (what: string): Mistake =>
    new Mistake(
      `${file} belongs to another sweep: ${what}`,
      "resume with the same scenario and options, or start afresh",
    );
  if (state.model !== model) {
    throw other(`its model is ${state.model.slice(0, 12)}, the scenario's is ${model.slice(0, 12)}`);
  }
  if (state.seed !== plan.seed) throw other(`its seed is ${state.seed}, not ${plan.seed}`);
  if (state.runs !== plan.runs) throw other(`it runs each point ${state.runs} times, not ${plan.runs}`);
  if (JSON.stringify(state.request) !== JSON.stringify(plan.request)) {
    throw other("its design, factors, variant, assumptions or policies differ");
  }
  if (state.cells.length > plan.points.length) throw other("it has more points than this design");
  return state.cells;
}

function parse(text: string): Saved | null {
  try {
    const value: unknown = JSON.parse(text);
    return isSaved(value) ? value : null;
  } catch {
    return null;
  }
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== "object" || value === null || !("form" in value) || value.form !== form) return false;
  return (
    "model" in value &&
    typeof value.model === "string" &&
    "seed" in value &&
    "runs" in value &&
    "request" in value &&
    "cells" in value &&
    Array.isArray(value.cells) &&
    value.cells.every(
      (cell: unknown) => typeof cell === "object" && cell !== null && ("counts" in cell || "fault" in cell),
    )
  );
}
