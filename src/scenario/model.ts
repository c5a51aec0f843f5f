/**
 * The model: a scenario resolved, typed and indexed, without its texts. Plain serialisable data.
 *
 * Everything downstream (machine, kernel, explorer, exports) reads a model and nothing else of the document. Every
 * list is in document order, which is also the order of evaluation and of tie-breaking. Two documents with the same
 * model behave the same in every run; the model's hash is the SHA-256 of its canonical JSON.
 */
import type { Expression } from "./expression.ts";
import type { Property } from "./property.ts";

export type { Property, Scope } from "./property.ts";

/**
 * Days since 1970-01-01 (proleptic Gregorian calendar, no time zone). A time of day is a fraction: a whole number of
 * minutes divided by 1440.
 */
export type DayNumber = number;

export interface Clock {
  /** Date of round 0. */
  readonly start: DayNumber;
  /** Length of a round in days; with `dates`, of the last round only. Zero where it is told in months. */
  readonly step: number;
  /** Length of a round in months of the calendar; with `dates`, of the last round only. Null where it is told in days. */
  readonly months: number | null;
  /** Date of each round, strictly increasing, where rounds are uneven; then `start` is the first of them. */
  readonly dates: readonly DayNumber[] | null;
}

export type Turns = "in order" | "simultaneous" | "free";

/** Who may see something: null is everybody, an empty list nobody. */
export type Private = readonly string[] | null;

export interface Actor {
  readonly id: string;
  /** Holds only when no move is enabled. */
  readonly mustMove: boolean;
  readonly utility: Expression | null;
}

/** A possible initial value with its odds (an expression over assumptions); one entry means a fixed value. */
export interface InitialValue {
  /** A track state's id, a whole number, or a flag's truth. */
  readonly value: string | number | boolean;
  readonly odds: Expression;
}

export interface TrackState {
  readonly id: string;
  readonly rung: number | null;
}

export interface Track {
  readonly id: string;
  readonly states: readonly TrackState[];
  readonly initial: readonly InitialValue[];
  readonly private: Private;
}

export interface Variable {
  readonly id: string;
  /** A scale clamps at its ends; leaving a count's range is a model fault; a flag is true or false. */
  readonly kind: "scale" | "count" | "flag";
  /** Smallest and largest value, inclusive; 0 and 1 for a flag. */
  readonly low: number;
  readonly high: number;
  readonly initial: readonly InitialValue[];
  readonly private: Private;
}

export interface Assumption {
  readonly id: string;
  readonly default: number | boolean;
  /** Smallest and largest value of a continuous assumption, or null where `values` lists them. */
  readonly range: readonly [number, number] | null;
  readonly values: readonly (number | boolean)[] | null;
  /** Ids of sources, or `["judgement"]`; empty where the author gave none. */
  readonly basis: readonly string[];
}

export interface Term {
  readonly id: string;
  readonly type: "number" | "condition";
  readonly value: Expression;
}

/** One effect: a track's state or a variable's value is set. */
export interface Assignment {
  readonly target: "track" | "variable";
  readonly id: string;
  readonly value: Expression;
}

export interface Branch {
  readonly id: string;
  readonly odds: Expression;
  readonly then: readonly Assignment[];
  /** Who learns of it; whoever makes it always does. */
  readonly knownTo: Private;
}

export type Severity = "de-escalation" | "status quo" | "posturing" | "non-violent" | "violent" | "nuclear";

export interface Move {
  readonly id: string;
  readonly by: string;
  /** Null: always enabled. */
  readonly when: Expression | null;
  readonly then: readonly Assignment[];
  /** Empty: the move turns out in one way. */
  readonly branches: readonly Branch[];
  /** Made together with others, it does nothing where one of them took away its condition before. */
  readonly firstCome: boolean;
  /** Who learns of it; whoever makes it always does. */
  readonly knownTo: Private;
  readonly severity: Severity | null;
  readonly cameo: string | null;
  readonly source: readonly string[];
}

export interface Incident {
  readonly id: string;
  readonly when: Expression | null;
  /** The only date on which it can occur, or null for any round. */
  readonly date: DayNumber | null;
  readonly chance: Expression;
  readonly then: readonly Assignment[];
  readonly branches: readonly Branch[];
  /** Who learns of it; whoever makes it always does. */
  readonly knownTo: Private;
  readonly severity: Severity | null;
  readonly cameo: string | null;
  readonly source: readonly string[];
}

export interface Rule {
  readonly id: string;
  readonly when: Expression;
  readonly then: readonly Assignment[];
}

export interface Outcome {
  readonly id: string;
  /** Null: the `otherwise` outcome. */
  readonly when: Expression | null;
  /** Tested only when the horizon is reached, before the `otherwise` outcome. */
  readonly atEnd: boolean;
  readonly severity: Severity | null;
}

/** A set of outcomes that is measured like one: its share is the share of the runs that end in any of them. */
export interface OutcomeGroup {
  readonly id: string;
  /** At least one outcome, each once, as they are listed. */
  readonly of: readonly string[];
}

export interface TallyEntry {
  readonly add: Expression;
  readonly when: Expression | null;
  /**
   * `round`: as each round opens. `step`: at every move, incident, hold or joint step. `end`: once, in the final state
   * of a run that did not end at a fault. Else at the named one.
   */
  readonly per: "round" | "step" | "end" | { readonly kind: "move" | "incident"; readonly id: string };
}

export interface Tally {
  readonly id: string;
  readonly entries: readonly TallyEntry[];
}

/** One disposition: weights over moves and holding. A move without an entry weighs `others`, or 0 without it. */
export interface Policy {
  readonly id: string;
  readonly weights: readonly { readonly move: string; readonly weight: Expression }[];
  readonly hold: Expression | null;
  readonly others: Expression | null;
}

export interface ActorPolicies {
  readonly actor: string;
  /** The first is the default. */
  readonly policies: readonly Policy[];
}

/** What a script or a history prescribes in one round. */
export type ScriptEntry =
  | { readonly round: number; readonly by: string; readonly move: string; readonly branch: string | null }
  | { readonly round: number; readonly incident: string; readonly branch: string | null };

export interface Variant {
  readonly id: string;
  readonly assume: { readonly [assumption: string]: number | boolean };
  /** Initial values by track or variable. */
  readonly initial: { readonly [id: string]: readonly InitialValue[] };
  /** Name of the policy by actor. */
  readonly policies: { readonly [actor: string]: string };
  readonly script: readonly ScriptEntry[];
  readonly turns: Turns | null;
  readonly rounds: number | null;
}

export interface Model {
  /** Version of the scenario language. */
  readonly language: 2;
  readonly id: string;
  readonly clock: Clock | null;
  /** Horizon: the run ends in the `otherwise` outcome when this many rounds have passed. */
  readonly rounds: number | null;
  readonly turns: Turns;
  readonly actors: readonly Actor[];
  readonly tracks: readonly Track[];
  readonly variables: readonly Variable[];
  readonly assumptions: readonly Assumption[];
  readonly terms: readonly Term[];
  /** Restricts the combinations of initial values. */
  readonly start: Expression | null;
  readonly moves: readonly Move[];
  readonly incidents: readonly Incident[];
  readonly rules: readonly Rule[];
  readonly outcomes: readonly Outcome[];
  /** Sets of outcomes; their ids differ from those of outcomes. */
  readonly groups: readonly OutcomeGroup[];
  /**
   * The outcome or group that the author declared to be the one that matters, or null. It changes no run. It stands in
   * the model all the same: what a study is about is declared before its results, and a hash that stays the same shows
   * that nobody chose another end after seeing them. No text, so that no overlay in another language can change it.
   */
  readonly headline: string | null;
  readonly tallies: readonly Tally[];
  readonly policies: readonly ActorPolicies[];
  readonly variants: readonly Variant[];
  readonly properties: readonly Property[];
  readonly history: readonly ScriptEntry[];
  /** What `since` and `made` read anywhere in the model: only these are remembered in a state. */
  readonly since: readonly string[];
  readonly made: readonly string[];
}
