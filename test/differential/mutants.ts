/**
 * Deliberate faults of the kernel: each is a way in which a compiler like ours goes wrong.
 *
 * A mutant rewrites the program before it is printed, or the printed source. That the differential test catches every
 * one of them is what its silence is worth.
 */
import { type Code, constant, divide, reads } from "../../src/kernel/code.ts";
import { printFollower, printSimulation } from "../../src/kernel/javascript.ts";
import type { Printers } from "../../src/kernel/kernel.ts";
import { deadlock, type Program, type Statement } from "../../src/kernel/program.ts";

export interface Mutant {
  /** What it does wrong. */
  readonly name: string;
  readonly printers: Printers;
}

type Rewrite = (statement: Statement) => readonly Statement[];

function inProgram(name: string, change: (program: Program) => Program): Mutant {
  return {
    name,
    printers: {
      simulation: (program) => bounded(printSimulation(change(program), Infinity)),
      follower: (program) => {
        const { source, happenings } = printFollower(change(program));
        return { source: bounded(source), happenings };
      },
    },
  };
}

function inSource(name: string, from: string | RegExp, to: string): Mutant {
  const change = (source: string): string => bounded(source.replaceAll(from, to));
  return {
    name,
    printers: {
      simulation: (program) => change(printSimulation(program, Infinity)),
      follower: (program) => {
        const { source, happenings } = printFollower(program);
        return { source: change(source), happenings };
      },
    },
  };
}

/** A mutant may go round for ever: its loops give up after some thousand turns. */
function bounded(source: string): string {
  return source
    .replace("run: {", "let turns = 0;\nrun: {")
    .replaceAll("for (;;) {", "for (;;) {\nif (turns++ > 5000) break run;");
}

/** Rewrites statements from the innermost out. */
function rewriteAll(statements: readonly Statement[], rewrite: Rewrite): readonly Statement[] {
  const inside = (body: readonly Statement[]): readonly Statement[] => rewriteAll(body, rewrite);
  return statements.flatMap((statement): readonly Statement[] => {
    switch (statement.do) {
      case "if":
        return rewrite({ ...statement, then: inside(statement.then), else: inside(statement.else) });
      case "block":
      case "repeat":
      case "occur":
        return rewrite({ ...statement, body: inside(statement.body) });
      case "choose":
        return rewrite({ ...statement, options: statement.options.map((one) => ({ ...one, body: inside(one.body) })) });
      default:
        return rewrite(statement);
    }
  });
}

function rewriteProgram(program: Program, rewrite: Rewrite): Program {
  const all = (statements: readonly Statement[]): readonly Statement[] => rewriteAll(statements, rewrite);
  return {
    ...program,
    start: all(program.start),
    opening: all(program.opening),
    stages: program.stages.map((stage) => ({ ...stage, body: all(stage.body) })),
    tick: all(program.tick),
    closing: all(program.closing),
  };
}

const inStatements = (name: string, rewrite: Rewrite): Mutant =>
  inProgram(name, (program) => rewriteProgram(program, rewrite));

/** Rewrites the values of a program, from the outermost in. */
function inValues(name: string, change: (code: Code) => Code): Mutant {
  const deep = (code: Code): Code => {
    const changed = change(code);
    const entries = Object.entries(changed).map(([key, part]) => [key, isCode(part) ? deep(part) : part]);
    return Object.fromEntries(entries) as Code;
  };
  return inStatements(name, (statement) => {
    if (statement.do === "set") return [{ ...statement, value: deep(statement.value) }];
    if (statement.do === "if") return [{ ...statement, when: deep(statement.when) }];
    if (statement.do === "occur") return [{ ...statement, chance: deep(statement.chance) }];
    if (statement.do !== "choose") return [statement];
    return [{ ...statement, options: statement.options.map((one) => ({ ...one, weight: deep(one.weight) })) }];
  });
}

const isCode = (part: unknown): part is Code => typeof part === "object" && part !== null && "op" in part;

const heldRegisters = (program: Program): ReadonlySet<unknown> => new Set(program.derived.map(({ local }) => local));

const withoutSets = (program: Program, locals: ReadonlySet<unknown>): Program =>
  rewriteProgram(program, (statement) => (statement.do === "set" && locals.has(statement.local) ? [] : [statement]));

const isNow = (program: Program, code: Code): boolean =>
  code.op === "compare" && code.by === "==" && code.left.op === "local" && code.left.local === program.round;

export const mutants: readonly Mutant[] = [
  inSource("the generator rotates by another number", "<< 15 |", "<< 14 |"),
  inSource("the generator leaves out an injection", / \+ 3 \| 0;/g, " | 0;"),
  inSource("even and odd rounds swap their words", /& 1\) === 0 \?/g, "& 1) !== 0 ?"),
  inSource("both words of a block are the same", "spare = y;", "spare = x;"),
  inSource("the replication is left out of the counter", "const replication = n | 0;", "const replication = 0;"),
  inSource("the round is left out of the counter", "replication, round >>> 1)", "replication, 0)"),
  inSource("whole picks are off by one", /if \((d\d+) < (c\d+_\d+)\)/g, "if ($1 <= $2)"),
  inSource("picks in doubles forget that words have no sign", /= \((w\d+) >>> 0\) \*/g, "= $1 *"),
  inSource("chances forget that words have no sign", /\((w\d+) >>> 0\) </g, "$1 <"),
  inSource("the remainder takes the sign of the dividend", "rest + b : rest", "rest : rest"),
  inStatements("rules are gone through only once", (statement) =>
    statement.do === "again" ? [{ do: "leave", label: statement.label }] : [statement],
  ),
  inProgram("rules apply whenever their condition holds", (program) => withoutSets(program, heldRegisters(program))),
  inStatements("what a rule set is not looked at again", (statement) =>
    statement.do === "repeat"
      ? [{ ...statement, body: statement.body.slice(0, 1).concat(statement.body.slice(-1)) }]
      : [statement],
  ),
  inProgram("no outcome holds at the start", (program) => ({
    ...program,
    start: rewriteAll(program.start, (statement) => (statement.do === "end" ? [] : [statement])),
  })),
  inStatements("the first outcome is never reached", (statement) =>
    statement.do === "end" && statement.ending === 0 ? [] : [statement],
  ),
  inProgram("the clock does not age anything", (program) => ({
    ...program,
    tick: program.tick.filter(
      (statement) => !(statement.do === "set" && statement.local.role === "field" && statement.local !== program.round),
    ),
  })),
  inProgram("the round is counted twice", (program) => ({
    ...program,
    tick: program.tick.flatMap((statement) =>
      statement.do === "set" && statement.local === program.round ? [statement, statement] : [statement],
    ),
  })),
  inProgram("incidents come after the turns", (program) => ({
    ...program,
    stages: [
      ...program.stages.filter(({ cursor }) => !cursor.startsWith("incident:")),
      ...program.stages.filter(({ cursor }) => cursor.startsWith("incident:")),
    ],
  })),
  inStatements("options stand in the opposite order", (statement) =>
    statement.do === "choose" ? [{ ...statement, options: [...statement.options].reverse() }] : [statement],
  ),
  inStatements("a branch has no odds of its own", (statement) =>
    statement.do === "choose" && statement.actor === null
      ? [
          {
            ...statement,
            options: statement.options.map((one, _, all) => ({ ...one, weight: all[0]?.weight ?? one.weight })),
          },
        ]
      : [statement],
  ),
  inStatements("certain incidents never occur", (statement) =>
    statement.do === "occur" && statement.chance.op === "constant" && statement.chance.value === 1 ? [] : [statement],
  ),
  inStatements("the effects of a block see one another", (statement) => {
    if (statement.do !== "choose") return [statement];
    return [{ ...statement, options: statement.options.map((one) => ({ ...one, body: writeFirst(one.body) })) }];
  }),
  inProgram("forestalled moves are made all the same", (program) => ({
    ...program,
    stages: program.stages.map((stage) =>
      stage.cursor === "turn" ? { ...stage, body: rewriteAll(stage.body, neverForestalled) } : stage,
    ),
  })),
  inProgram("counters stop one too early", (program) => ({
    ...program,
    tick: program.tick.map((statement) =>
      statement.do === "set" && statement.value.op === "min" && statement.value.right.op === "constant"
        ? { ...statement, value: { ...statement.value, right: constant(statement.value.right.value - 1) } }
        : statement,
    ),
  })),
  inProgram("nothing depends on the round it was meant for", (program) =>
    rewriteProgram(program, (statement) =>
      statement.do === "if" && isNow(program, statement.when) && statement.then.every((one) => one.do !== "end")
        ? statement.else
        : [statement],
    ),
  ),
  inStatements("a run in which nothing can happen goes on", (statement) =>
    statement.do === "end" && statement.ending === deadlock ? [] : [statement],
  ),
  inProgram("the first of the possible initial values is always taken", (program) => ({
    ...program,
    start: rewriteAll(program.start, (statement) =>
      statement.do === "choose" ? [{ ...statement, options: statement.options.slice(0, 1) }] : [statement],
    ),
  })),
  inStatements("model faults pass unnoticed", (statement) => (statement.do === "fault" ? [] : [statement])),
  inStatements("failed operations pass unnoticed", (statement) => (statement.do === "check" ? [] : [statement])),
  inStatements("monitors stand still", (statement) =>
    statement.do === "set" && statement.value.op === "table" && statement.local.role === "register" ? [] : [statement],
  ),
  inProgram("rounds are not counted as they open", (program) => ({
    ...program,
    opening: program.opening.filter((one) => !(one.do === "set" && one.local === program.results.rounds)),
  })),
  inProgram("tallies are left out", (program) => withoutSets(program, new Set(program.results.tallies))),
  inProgram("utilities are left out", (program) => ({ ...program, closing: [] })),
  inProgram("nothing is tallied as a round opens", (program) => ({
    ...program,
    opening: program.opening.filter((one) => one.do === "set" && one.local === program.results.rounds),
  })),
  inValues("scales do not clamp at their lower end", (code) => (code.op === "max" ? code.left : code)),
  inValues("scales do not clamp at their upper end", (code) => (code.op === "min" ? code.left : code)),
  inValues("at most is taken for less than", (code) =>
    code.op === "compare" && code.by === "<=" ? { ...code, by: "<" } : code,
  ),
  inValues("both sides of an or must hold", (code) => (code.op === "or" ? { ...code, op: "and" } : code)),
  inValues("quotients are rounded towards zero", (code) =>
    code.op === "quotient" ? { ...code, op: "narrow", of: divide(code.left, constant(code.by)) } : code,
  ),
];

/** A block whose first effect is written before the values that still read what it replaces. */
function writeFirst(body: readonly Statement[]): readonly Statement[] {
  const isField = (one: Statement): boolean => one.do === "set" && one.local.role === "field";
  const first = body.find(isField);
  if (first?.do !== "set" || [...reads(first.value)].some(({ role }) => role === "value")) return body;
  return [first, ...body.filter((one) => one !== first)];
}

const neverForestalled: Rewrite = (statement) => {
  const last = statement.do === "if" ? statement.then.at(-1) : undefined;
  return statement.do === "if" && statement.when.op === "compare" && last?.do === "if"
    ? [{ ...statement, then: [...statement.then.slice(0, -1), ...last.then] }]
    : [statement];
};
