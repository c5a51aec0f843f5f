/**
 * An interrupted ensemble at rest: what was planned, how far it came, what it counted.
 *
 * A saved ensemble goes on only under the same model, seed, treatments and number of runs, so that its result is the one
 * that an uninterrupted ensemble would have given, byte for byte.
 */
import canonicalize from "canonicalize";
import { Mistake } from "../scenario/mistake.ts";
import type { EnsemblePlan } from "./plan.ts";
import type { EnsembleProgress } from "./run.ts";

const form = "demarche-ensemble-1";

interface Saved extends EnsembleProgress {
  readonly form: typeof form;
  readonly model: string;
  readonly seed: string;
  readonly runs: number;
  /** The treatments, as canonical JSON. */
  readonly treatments: string;
}

/** The text of a resumable state. */
export function saveProgress(model: string, plan: EnsemblePlan, { chunks, counts }: EnsembleProgress): string {
  const { seed, runs } = plan;
  const treatments = canonicalize(plan.treatments) ?? "";
  return `${JSON.stringify({ form, model, seed, runs, treatments, chunks, counts } satisfies Saved)}\n`;
}

/**
 * Reads a resumable state.
 * @throws Mistake where the text is no such state, or belongs to another ensemble; the reason is named.
 */
export function loadProgress(file: string, text: string, model: string, plan: EnsemblePlan): EnsembleProgress {
  const state = parse(text);
  if (state === null) throw new Mistake(`${file} is no saved ensemble`, "it is written when `compare` is interrupted");
  const other = (what: string): Mistake =>
    new Mistake(
      `${file} belongs to another ensemble: ${what}`,
      "resume with the same scenario and options, or start afresh",
    );
  if (state.model !== model) {
    throw other(`its model is ${state.model.slice(0, 12)}, the scenario's is ${model.slice(0, 12)}`);
  }
  if (state.seed !== plan.seed) throw other(`its seed is ${state.seed}, not ${plan.seed}`);
  if (state.runs !== plan.runs) throw other(`it counts to ${state.runs} runs, not ${plan.runs}`);
  if (state.treatments !== canonicalize(plan.treatments)) throw other("its variants, assumptions or policies differ");
  return { chunks: state.chunks, counts: state.counts };
}

/** The saved state, or null where the text is none. Only what we wrote ourselves carries the form's name. */
function parse(text: string): Saved | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "form" in value && value.form === form
      ? (value as Saved)
      : null;
  } catch {
    return null;
  }
}
