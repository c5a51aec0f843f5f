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

export const equivalents: readonly Equivalent[] = [
  {
    file: "src/log/logFile.ts",
    line: 206,
    operator: "arithmetic",
    replacement: "fstatSync(file).size + start",
    why: "The buffer is larger than needed; reading ends at the end of the file, and only what was read is returned.",
  },
  {
    file: "src/log/logFile.ts",
    line: 208,
    operator: "boundary",
    replacement: "length <= bytes.length",
    why: "Once the buffer is full, one more read of no bytes returns nothing and ends the loop.",
  },
  {
    file: "src/classroom/propertyStatus.ts",
    line: 70,
    operator: "boundary",
    replacement: "missing.size >= 0",
    why: "Where nothing is missing any more, further courses are begun in vain; what was found stays found.",
  },
  {
    file: "src/server/fairUse.ts",
    line: 144,
    operator: "condition negated",
    replacement: '!("teacher" in user)',
    why: "The keys of teacher and wall change places; they stay apart and are seen by nobody.",
  },
  {
    file: "src/server/threadPool.ts",
    line: 143,
    operator: "boundary",
    replacement: "left < 0",
    why: "Where no time is left the work is ended at once, or by a timer of no time.",
  },
  {
    file: "src/server/studioWork.ts",
    line: 203,
    operator: "fallback dropped",
    replacement: "log.recorded.at(-1)?.digest",
    why: "A run that was loaded has at least its beginning, so the fallback is never taken.",
  },
  {
    file: "src/scenario/diagnosticText.ts",
    line: 61,
    operator: "fallback dropped",
    replacement: "source.lineStarts[line]",
    why: "A slice without an end goes to the end of the text, which is the fallback.",
  },
  {
    file: "src/scenario/yamlMistake.ts",
    line: 139,
    operator: "number",
    replacement: "1",
    why: "A closing quote is never the first character of a document, so leaving that out changes no match.",
  },
  {
    file: "src/check/attractor.ts",
    line: 115,
    operator: "number",
    replacement: "2",
    why: "The number stands for no move of the coalition's, and any negative number says the same.",
  },
  {
    file: "src/space/cycle.ts",
    line: 68,
    operator: "boundary",
    replacement: "at <= queue.length",
    why: "The search begins at a state that lies on a cycle, so it returns before its queue runs out.",
  },
  {
    file: "src/kernel/javascriptValue.ts",
    line: 40,
    operator: "condition negated",
    replacement: '!(text[index] === "(")',
    why: "Parentheses around a whole expression then stay in the printed code, where they mean nothing.",
  },
  {
    file: "src/ensemble/pool.ts",
    line: 17,
    operator: "number",
    replacement: "5",
    why: "The room for young objects decides when a thread collects its memory, not what it computes.",
  },
  {
    file: "src/chance/draw.ts",
    line: 71,
    operator: "early exit removed",
    replacement: "{}",
    why: "Keys of a seed are kept to save time; made again they are the same.",
  },
  {
    file: "src/chance/threefry.ts",
    line: 30,
    operator: "number",
    replacement: "2",
    why: "The round is one before a multiple of four here, so one more or two more has the same quarter, rounded down.",
  },
];
