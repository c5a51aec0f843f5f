/**
 * What the printer of steps is asked for, and what it made: properties that are part of states, open choices, marks.
 */
import type { Local } from "../kernel/code.ts";
import type { Program, ProgramOption } from "../kernel/program.ts";
import type { Packing } from "./packing.ts";

/** What becomes of a run-level property of the program. */
export type Watch =
  /** It is not read. */
  | { readonly as: "nothing" }
  /** It is read anew on every transition; a flag tells that it came to this phase. */
  | { readonly as: "flag"; readonly phase: number }
  /** It is part of the state. */
  | { readonly as: "state"; readonly bound: number | null; readonly holds: readonly boolean[] };

/**
 * Every enabled choice is open, or only those that the policies give a weight, or only those of the actors with these
 * numbers: then the policies of the others are chance. Pooled turns have the number -1.
 */
export type Choices = "open" | "policies" | ReadonlySet<number>;

/** What is printed. */
export interface StepPlan {
  readonly program: Program;
  readonly packing: Packing;
  /** By field of the layout: its kind and, of a track, where its marks begin. */
  readonly fields: readonly { readonly kind: string; readonly local: Local }[];
  readonly watches: readonly Watch[];
  readonly choices: Choices;
  /** States stand where the clock is about to tick, too. */
  readonly ticks: boolean;
  /** Probabilities, shares and tallies are worked out. */
  readonly measured: boolean;
  /** The options taken are shown. */
  readonly paths: boolean;
}

/** A place of the program where one of several options is taken. */
export interface PrintedChoice {
  readonly site: string;
  /** Whether chance takes it. */
  readonly chance: boolean;
  /** Null: an incident occurs (option 1) or does not (0). */
  readonly options: readonly ProgramOption[] | null;
  /** By option of a lot, the actor whose turn in the order it gives; empty where it is no lot. */
  readonly movers: readonly string[];
  /** Where the marks of its options begin. */
  readonly marks: number;
}

export interface PrintedSteps {
  readonly source: string;
  readonly points: readonly PrintedChoice[];
  /** By field, where the marks of its values begin; -1 where it has none. */
  readonly trackMarks: readonly number[];
  readonly ruleMarks: ReadonlyMap<string, number>;
  readonly marks: number;
}

/** The registers of a property: its phase and, with a bound, when its clock began. */
export interface WatchRegisters {
  readonly phase: Local;
  readonly began: Local | null;
}

/** Finds the registers of the properties. */
export function watchRegisters(program: Program, bounded: readonly boolean[]): readonly WatchRegisters[] {
  const registers = program.registers.map(({ local }) => local);
  return program.results.properties.map(({ phase }, index) => {
    const next = registers[registers.indexOf(phase) + 1];
    return { phase, began: bounded[index] === true && next !== undefined ? next : null };
  });
}

/** Flags in one word of the output. */
export const flagsPerWord = 30;

/** A round at which every clock of a property can have begun: where states know no round, it is as good as any. */
export function roundBase(watches: readonly Watch[]): number {
  return watches.reduce((most, watch) => (watch.as === "state" ? Math.max(most, (watch.bound ?? 0) + 1) : most), 1);
}
