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
    file: "src/classroom/news.ts",
    line: 136,
    operator: "number",
    replacement: "1",
    why: "Every variable of a state is one of its model, so the fallback is never taken.",
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
    file: "src/scenario/readInitial.ts",
    line: 61,
    operator: "number",
    replacement: "1",
    why: "The value stands in only where a complaint was made, and a document with errors yields no scenario.",
  },
  {
    file: "src/check/attractor.ts",
    line: 115,
    operator: "number",
    replacement: "2",
    why: "The number stands for no move of the coalition's, and any negative number says the same.",
  },
  {
    file: "src/check/transitionTable.ts",
    line: 90,
    operator: "number",
    replacement: "2",
    why: "Every transition has an origin, so the fallback is never taken.",
  },
  {
    file: "src/solve/transientAnalysis.ts",
    line: 217,
    operator: "early exit removed",
    replacement: "{}",
    why: "It asserts what the protocol makes certain: a tick has one successor, so nothing is ever thrown.",
  },
  {
    file: "src/space/stepPrinter.ts",
    line: 187,
    operator: "method swapped",
    replacement: 'lines.unshift("fresh = true;")',
    why: "The printed lines set different variables and none reads this one, so their order says nothing.",
  },
  {
    file: "src/space/enumeratedChoice.ts",
    line: 122,
    operator: "boundary",
    replacement: "chance.value > 1",
    why: "A certain incident is then printed like one of any chance, whose code for a chance of 1 does the same at length.",
  },
  {
    file: "src/space/cycle.ts",
    line: 68,
    operator: "boundary",
    replacement: "at <= queue.length",
    why: "The search begins at a state that lies on a cycle, so it returns before its queue runs out.",
  },
  {
    file: "src/kernel/stage.ts",
    line: 311,
    operator: "method swapped",
    replacement: "Math.max(1, kept.high)",
    why: "A looser bound of a chance that was tested before leaves in the code tests that cannot fail.",
  },
  {
    file: "src/kernel/drawnChoice.ts",
    line: 39,
    operator: "arithmetic",
    replacement: "names--",
    why: "Each choice is printed in a block of its own with one name of each kind, so names need not differ between blocks.",
  },
  {
    file: "src/kernel/memory.ts",
    line: 127,
    operator: "number",
    replacement: "1",
    why: "Only the upper bound of what is translated here is read, never the number of its fault.",
  },
  {
    file: "src/kernel/translate.ts",
    line: 290,
    operator: "logic",
    replacement: '(code.op === "constant") && (code.high <= high)',
    why: "The bound of a place in a table is only loosened, and no further than to the end of the table.",
  },
  {
    file: "src/kernel/turn.ts",
    line: 107,
    operator: "early exit removed",
    replacement: "{}",
    why: "The weight is then tested and computed as a run goes, where bounds show beforehand that the tests pass.",
  },
  {
    file: "src/kernel/javascriptValue.ts",
    line: 40,
    operator: "condition negated",
    replacement: '!(text[index] === "(")',
    why: "Parentheses around a whole expression then stay in the printed code, where they mean nothing.",
  },
  {
    file: "src/kernel/javascriptValue.ts",
    line: 40,
    operator: "statement removed",
    replacement: "{}",
    why: "Parentheses around a whole expression then stay in the printed code, where they mean nothing.",
  },
  {
    file: "src/kernel/code.ts",
    line: 306,
    operator: "number",
    replacement: "2",
    why: "A negation is 0 or 1 whatever bound is told; a looser one leaves in the code tests that cannot fail.",
  },
  {
    file: "src/kernel/consequences.ts",
    line: 71,
    operator: "number",
    replacement: "2",
    why: "Whether a rule held is 0 or 1 whatever bound is told; it stands in no table and no packed state.",
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
    file: "src/solve/players.ts",
    line: 87,
    operator: "filter dropped",
    replacement: "assembly.layout.fields\n    .map((field, index) => ({ field, index }))",
    why: "An actor is asked at one point of the protocol, while the run goes on, so neither field tells its situations apart.",
  },
  {
    file: "src/chance/threefry.ts",
    line: 30,
    operator: "number",
    replacement: "2",
    why: "The round is one before a multiple of four here, so one more or two more has the same quarter, rounded down.",
  },
  {
    file: "src/engine/pastLikelihood.ts",
    line: 183,
    operator: "equality",
    replacement: 'engine.law.treatment.turns !== "in order"',
    why: "A hold in order then takes the long way round, which moves the cursor alone as well; elsewhere nobody comes here to hold.",
  },
  {
    file: "src/engine/script.ts",
    line: 54,
    operator: "logic",
    replacement: '(treatment.turns !== "free") && (state.ended !== null)',
    why: "Where turns are not free no place is called turn, so the next line answers the same; nobody asks of a run that has ended.",
  },
];
