/**
 * A state space as a graph in typed arrays: what the solver, the checker and the exports compute on.
 *
 * States are numbered in the order in which a breadth-first search finds them, so state 0 is initial and a state's
 * number never exceeds that of a state farther away. States, choices and successors are three levels of one
 * compressed table: state `s` owns the choices `choiceStart[s]` up to before `choiceStart[s + 1]`, choice `c` the
 * successors `successorStart[c]` up to before `successorStart[c + 1]`. The successors of a choice are distinct, in
 * the order in which chance would list them, and their probabilities sum to 1. A graph holds no text but its labels.
 */

/** Who chooses in a state where no single actor does. */
export const byChance = -1;
/** Nobody: the run has ended. */
export const byNobody = -2;
/** All actors at once: a choice is a combination of theirs. */
export const byAll = -3;

/** How a state ends a run that ends in no outcome; outcomes count from 0. */
export const endsInDeadlock = -1;
/** The run goes on. */
export const goesOn = -2;
/** The run is stopped at the limit of rounds. */
export const endsUnfinished = -3;
/** The model is at fault: its run stops there. */
export const endsInFault = -4;

/** What a choice is: the move of an actor (null is holding), of several at once, or one of chance. */
export type ChoiceLabel =
  | { readonly kind: "move"; readonly actor: string; readonly move: string | null }
  | { readonly kind: "joint"; readonly parts: readonly { readonly actor: string; readonly move: string | null }[] }
  | { readonly kind: "chance"; readonly incident: string };

export interface StateGraph {
  /** Number of states. */
  readonly states: number;
  /** Distinct initial states with the share of runs that begin in each. */
  readonly initial: readonly { readonly state: number; readonly odds: number }[];
  /** By state: the index of the actor who chooses, `byChance`, `byNobody` (final) or `byAll` (simultaneous turns). */
  readonly chooser: Int16Array;
  /** By state: the index of an outcome, or one of the constants above. */
  readonly ending: Int16Array;
  /** By state: its round; null where states do not know their round. */
  readonly round: Int32Array | null;
  /** By state, and one more: where its choices begin. */
  readonly choiceStart: Uint32Array;
  /** By choice: its share under the policies, 0 where they exclude it; 1 for chance. */
  readonly weight: Float64Array;
  /** By choice: index into `labels`. */
  readonly label: Int32Array;
  readonly labels: readonly ChoiceLabel[];
  /** By choice, and one more: where its successors begin. */
  readonly successorStart: Uint32Array;
  /** By successor: a state. */
  readonly successor: Uint32Array;
  /** By successor: its probability, given the choice. */
  readonly probability: Float64Array;
  /** By tally and successor: what the step adds to the tally, on average over the ways it can go there. */
  readonly tallies: readonly Float64Array[] | null;
  /** By successor: rounds that open on the way there, on average; with `initialRounds` for the way to the start. */
  readonly opened?: Float64Array;
  /** By initial state (in the order of `initial`): rounds opened, then each tally, before anybody chooses. */
  readonly begun?: readonly { readonly rounds: number; readonly tallies: readonly number[] }[];
  /** By actor with a utility and state: the utility where a run ends; 0 elsewhere. */
  readonly utilities?: readonly Float64Array[];
  /** By state, in a graph made for one property: whether its monitor owes something (see `engine/monitor.ts`). */
  readonly phase?: Uint8Array;
}
