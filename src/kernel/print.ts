/**
 * Statements of a kernel program as JavaScript: the one printer for ensembles, watched runs and enumeration.
 *
 * What a choice comes to is the scheme's: an ensemble draws it with keyed chance (`drawnChoice.ts`), a state space takes
 * every option in turn (`space/enumeratedChoice.ts`). So is where locals live, where a state stands, what is left out
 * and how a run stops; the rest is the same wherever the statements stand.
 */
import type { Code, Local } from "./code.ts";
import { bare, bits, isBrief, nameOf, nothing, print } from "./javascriptValue.ts";
import type { Program, ProgramEvent, Statement } from "./program.ts";

/** Somebody or chance chooses one of several options. */
export type ChooseStatement = Extract<Statement, { do: "choose" }>;
/** Something may happen by chance. */
export type OccurStatement = Extract<Statement, { do: "occur" }>;
/** Prints statements inside another one. */
export type PrintBody = (statements: readonly Statement[]) => string[];

/** What differs between the places where statements stand. */
export interface Scheme {
  /** Whether a statement is of no consequence here. */
  leavesOut(statement: Statement): boolean;
  /** Sets a local that lives as long as the run; a provisional value is seen by nobody. */
  store(local: Local, value: string, provisional: boolean): string[];
  choose(statement: ChooseStatement, body: PrintBody): string[];
  occur(statement: OccurStatement, body: PrintBody): string[];
  /** A state of the state space stands here. */
  await(): string[];
  /** The run ends so. */
  end(ending: number): string;
  /** Stops the run. */
  readonly stop: string;
  /** Shows that something happened. */
  note(event: ProgramEvent, cursor: number): string[];
}

/** Prints statements after a scheme. */
export class StatementPrinter {
  private readonly scheme: Scheme;
  private readonly scratch: ReadonlySet<Local>;
  readonly body: PrintBody = (statements) => statements.flatMap((statement) => this.statement(statement));

  constructor(program: Program, scheme: Scheme) {
    this.scheme = scheme;
    this.scratch = new Set(program.scratch);
  }

  private statement(statement: Statement): string[] {
    const { scheme, body } = this;
    if (scheme.leavesOut(statement)) return [];
    switch (statement.do) {
      case "set":
        return this.set(statement.local, statement.value, statement.provisional === true);
      case "if":
        return this.conditional(statement.when, statement.then, statement.else);
      case "block":
        return [`L${statement.label}: {`, ...body(statement.body), "}"];
      case "repeat":
        return [`L${statement.label}: for (;;) {`, ...body(statement.body), "}"];
      case "leave":
        return [`break L${statement.label};`];
      case "again":
        return [`continue L${statement.label};`];
      case "choose":
        return scheme.choose(statement, body);
      case "occur":
        return scheme.occur(statement, body);
      case "await":
        return scheme.await();
      case "fault":
        return [`bad = ${statement.fault + 1}; ${scheme.stop}`];
      case "check":
        return [`if (bad !== 0) ${scheme.stop}`];
      case "pardon":
        return ["bad = 0;"];
      case "end":
        return [`${scheme.end(statement.ending)} ${scheme.stop}`];
      case "note":
        return scheme.note(statement.happening, statement.cursor);
    }
  }

  private set(local: Local, value: Code, provisional: boolean): string[] {
    const printed = isBrief(value) ? `${bits(value)} !== 0` : bare(print(value));
    if (local.role !== "value") return this.scheme.store(local, printed, provisional);
    return [`${this.scratch.has(local) ? "" : "const "}${nameOf(local)} = ${printed};`];
  }

  private conditional(when: Code, then: readonly Statement[], otherwise: readonly Statement[]): string[] {
    if (when.op === "constant") return this.body(when.value === 0 ? otherwise : then);
    const first = this.body(then);
    const second = this.body(otherwise);
    if (first.length === 0 && second.length === 0) return [];
    const head = `if (${bare(print(when))}) {`;
    if (second.length === 0) return [head, ...first, "}"];
    if (first.length === 0) return [`if (!${print(when)}) {`, ...second, "}"];
    return [head, ...first, "} else {", ...second, "}"];
  }
}

/** The constant tables of a program, by number. */
export function printTables({ tables }: Program): string[] {
  return tables.map((values, index) => {
    const whole = values.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
    return `const T${index} = new ${whole ? "Int32Array" : "Float64Array"}([${values.join(", ")}]);`;
  });
}

/** The function behind floored remainders. */
export const remainderFunction = `function remainder(a, b) {
const rest = a % b;
return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}`;

/** Every local of a program that outlives a stage, and its scratch, with what it holds first: `name = value`. */
export function printFirsts({ fields, scratch, registers }: Program): string[] {
  return [
    ...[...fields, ...scratch].map((local) => `${nameOf(local)} = ${nothing(local.type)}`),
    ...registers.map(({ local, first }) => `${nameOf(local)} = ${local.type === "truth" ? first !== 0 : first}`),
  ];
}
