/**
 * A kernel program: a whole run of a model under a treatment as typed statements, before it is printed.
 *
 * The program says what is chosen, at which site and with which weights, never how: a printer for ensembles draws with
 * keyed chance, a printer for exploration enumerates. Statements are structured (no jumps but leaving a block or going
 * round in it), so that lanes in lockstep can follow them too. A program is data and holds no text of the author's
 * besides the paths of faults and the names of sites.
 */
import type { Code, Local } from "./code.ts";

/** What is visible of a run at a point, for following it step by step. */
export type ProgramEvent =
  | { readonly kind: "start" | "tick" | "joint" }
  | { readonly kind: "move"; readonly id: string; readonly branch: string | null }
  | { readonly kind: "incident"; readonly id: string; readonly branch: string | null }
  | { readonly kind: "hold"; readonly id: string }
  | { readonly kind: "rule"; readonly id: string };

/** How a run can end without an outcome; outcomes count from 0. */
export const deadlock = -1;
export const unfinished = -2;
/** The run has not ended. */
export const running = -3;

/** One of the ways in which a choice can go. */
export interface ProgramOption {
  /** Whether it is open. */
  readonly enabled: Code;
  /** Its weight, 0 where it is not open; at least one option of a choice weighs something. */
  readonly weight: Code;
  readonly body: readonly Statement[];
}

/** An order by lot: each option's mover has a word, and one of the open ones is picked by it. */
export interface LotPick {
  /** Whether the lowest word is picked, or the highest; the first or the last option where words are alike. */
  readonly pick: "first" | "last";
  /** By option, the site of its mover's word. */
  readonly sites: readonly number[];
}

export type Statement =
  /** A provisional value is put back before the step ends: nobody sees it. */
  | { readonly do: "set"; readonly local: Local; readonly value: Code; readonly provisional?: true }
  | { readonly do: "if"; readonly when: Code; readonly then: readonly Statement[]; readonly else: readonly Statement[] }
  /** Statements that can be left early. */
  | { readonly do: "block"; readonly label: number; readonly body: readonly Statement[] }
  /** Statements done over and over until left. */
  | { readonly do: "repeat"; readonly label: number; readonly body: readonly Statement[] }
  | { readonly do: "leave" | "again"; readonly label: number }
  /**
   * Somebody or chance chooses one of the options. `actor` is null for chance. A `steady` site is drawn from in nearly
   * every round, so that both words of a block of luck are worth keeping. A lot picks by words of its own, each open
   * option being as likely.
   */
  | {
      readonly do: "choose";
      readonly actor: number | null;
      readonly site: number;
      readonly steady: boolean;
      readonly options: readonly ProgramOption[];
      readonly lot?: LotPick;
    }
  /** With this chance, more than 0 and at most 1, the body happens. */
  | {
      readonly do: "occur";
      readonly site: number;
      readonly steady: boolean;
      readonly chance: Code;
      readonly body: readonly Statement[];
    }
  /** A point at which somebody or chance chooses: where a state of the state space stands. */
  | { readonly do: "await"; readonly stage: number }
  /** The model is at fault: the run stops. */
  | { readonly do: "fault"; readonly fault: number }
  /** Stops the run if a `guard` failed since the last check; `pardon` forgets it instead. */
  | { readonly do: "check" | "pardon" }
  /** The run ends: an outcome's index, `deadlock` or `unfinished`. */
  | { readonly do: "end"; readonly ending: number }
  /** Something happened, as the state now stands; the cursor is an index of the protocol. */
  | { readonly do: "note"; readonly happening: ProgramEvent; readonly cursor: number };

/** A point of the round protocol. */
export interface ProgramStage {
  /** As the engine's cursor names it, such as `turn:russia`. */
  readonly cursor: string;
  readonly body: readonly Statement[];
}

/** Where the model can fail, and why. */
export interface FaultPoint {
  readonly path: string;
  readonly reason: string;
}

/** A register that follows from the state alone: whether a rule's condition held. */
export interface Derived {
  readonly local: Local;
  readonly value: Code;
}

export interface Program {
  /** The state, in the order of its layout. */
  readonly fields: readonly Local[];
  /** The present round, kept along every run even if the state has none; it may be one of the fields. */
  readonly round: Local;
  /** All further locals that live as long as a run, with their first values. */
  readonly registers: readonly { readonly local: Local; readonly first: number }[];
  /** Locals that are set more than once but do not outlive a stage. */
  readonly scratch: readonly Local[];
  readonly derived: readonly Derived[];
  readonly tables: readonly (readonly number[])[];
  readonly sites: readonly string[];
  readonly faults: readonly FaultPoint[];
  /** Draws the initial state. */
  readonly start: readonly Statement[];
  /** As a round opens. */
  readonly opening: readonly Statement[];
  /** The round protocol, without the tick. */
  readonly stages: readonly ProgramStage[];
  readonly tick: readonly Statement[];
  /** After the run has ended. */
  readonly closing: readonly Statement[];
  readonly results: Results;
}

/** A property's monitor: its last phase, and for each phase whether the property holds of a run that ends in it. */
export interface MonitorResult {
  readonly phase: Local;
  readonly holds: readonly boolean[];
}

/** Where the results of a run stand when it has ended. */
export interface Results {
  /** An outcome's index, `deadlock`, `unfinished` or `running` (after a fault). */
  readonly ending: Local;
  readonly rounds: Local;
  readonly tallies: readonly Local[];
  readonly utilities: readonly Local[];
  readonly properties: readonly MonitorResult[];
}

/** Statements for where a condition holds, and others for where it does not. */
export function conditional(when: Code, then: readonly Statement[], otherwise: readonly Statement[] = []): Statement {
  return { do: "if", when, then, else: otherwise };
}

/** The statements directly inside a statement. */
export function bodies(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.do) {
    case "if":
      return [statement.then, statement.else];
    case "block":
    case "repeat":
    case "occur":
      return [statement.body];
    case "choose":
      return statement.options.map((option) => option.body);
    default:
      return [];
  }
}
