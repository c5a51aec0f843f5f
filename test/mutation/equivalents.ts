/**
 * Mutants that no test can tell from the original, each with the reason; they count neither as killed nor as survivors.
 *
 * A mutant is named by its file, its line, what stands there, and what it puts instead. Where any of these has changed
 * the entry no longer speaks for it, and the table says so.
 */

/** A mutant that is the same program in all that anyone can see. */
export interface Equivalent {
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly replacement: string;
  /** Why no input shows a difference, in one sentence. */
  readonly why: string;
}

export const equivalents: readonly Equivalent[] = [];
