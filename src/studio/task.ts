/**
 * Long work of the studio: what it is asked for, how far it is, and what comes of it.
 *
 * It runs in a process of its own, so that neither the studio nor a class waits for it or runs out of memory with it.
 * Everything here is plain data that passes between processes.
 */
import type { RunEvent } from "../engine/event.ts";
import type { VariantComparison } from "../ensemble/compare.ts";
import type { FigurePage } from "../report/figurePage.ts";
import type { DocumentText } from "../scenario/scenario.ts";

/** What all work shares. */
interface Subject {
  readonly source: DocumentText;
  readonly overlay: DocumentText | null;
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly policies: Readonly<Record<string, string>>;
  readonly rounds: number | null;
  readonly seed: string;
}

/** Compares variants over many runs. */
export interface CompareTask extends Subject {
  readonly kind: "compare";
  readonly variants: readonly string[];
  readonly runs: number;
  /** Whether differences are ranged over the assumptions as well. */
  readonly ranges: boolean;
}

/** Explores every course and decides the properties. */
export interface CheckTask extends Subject {
  readonly kind: "check";
  readonly variant: string;
  /** Leaves open only what the policies give a weight. */
  readonly follow: boolean;
  readonly statesMax: number;
  /** Megabytes that a search may take. */
  readonly memory: number;
}

export type Task = CompareTask | CheckTask;

/** How far work has come: `done` of `total` in one of its parts; a total that nobody knows is null. */
export interface TaskProgress {
  /** `runs`, `ranges`, `samples`, `factors`, `states`, or a property's id. */
  readonly part: string;
  readonly done: number;
  readonly total: number | null;
}

/** Replications that ended in an outcome, to be opened. */
export interface Example {
  readonly variant: string;
  readonly outcome: string;
  readonly name: string;
  readonly share: number;
  /** The first of them, lowest first. */
  readonly replications: readonly number[];
}

export interface CompareResult {
  readonly kind: "compare";
  readonly result: VariantComparison;
  /** Parts of the page of figures. */
  readonly page: FigurePage;
  /** The page as a file of its own. */
  readonly html: string;
  readonly examples: readonly Example[];
}

/** A way that shows something, as a run. */
export interface FoundPath {
  readonly events: readonly RunEvent[];
  /** Choices on the way. */
  readonly steps: number;
}

export interface CheckedProperty {
  readonly id: string;
  readonly claim: string;
  /** Null: not decided. */
  readonly holds: boolean | null;
  /** Its premise never comes, so that it says nothing. */
  readonly vacuous: boolean;
  /** Why it is not decided. */
  readonly limit: string | null;
  readonly way: FoundPath | null;
}

export interface CheckOutcome {
  readonly kind: "check";
  readonly initial: number;
  readonly states: number;
  readonly transitions: number;
  readonly choices: number;
  readonly depth: number;
  readonly deadlocks: number;
  readonly complete: boolean;
  readonly limit: string | null;
  readonly properties: readonly CheckedProperty[];
  readonly faults: readonly { readonly path: string; readonly reason: string; readonly way: FoundPath | null }[];
  readonly deadlock: FoundPath | null;
  /** What no run ever comes to. */
  readonly missing: readonly { readonly kind: string; readonly name: string }[];
}

export type TaskResult = CompareResult | CheckOutcome;

/** What a process says while it works. */
export type TaskMessage =
  | { readonly type: "progress"; readonly progress: TaskProgress }
  | { readonly type: "done"; readonly result: TaskResult }
  /** The input is wrong: one sentence for whoever asked. */
  | { readonly type: "mistake"; readonly message: string };
