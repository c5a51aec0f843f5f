/**
 * A program split into one function a section, as compilers give up on long ones: its long-lived locals stand in slots.
 *
 * `S` holds whole numbers and truths, `D` doubles, by number of the local. A section copies what it uses out of its slots
 * as it begins and writes through to them; how state is read and written by split code is decided here alone.
 */
import { type Code, type Local, reads } from "./code.ts";
import { nameOf, nothing } from "./javascriptValue.ts";
import type { PrintBody } from "./print.ts";
import { bodies, type Program, type ProgramOption, type Statement } from "./program.ts";

/** Where a long-lived local stands between the functions of a split program. */
export const slotOf = (local: Local): string => `${local.type === "float" ? "D" : "S"}[${local.id}]`;

/** The value in a local's slot, as an expression of its type. */
export const loadSlot = (local: Local): string => `${slotOf(local)}${local.type === "truth" ? " === 1" : ""}`;

/** Sets a local and its slot. */
export const storeSlot = (local: Local, value: string): string =>
  local.type === "truth"
    ? `${slotOf(local)} = (${nameOf(local)} = ${value}) ? 1 : 0;`
    : `${slotOf(local)} = ${nameOf(local)} = ${value};`;

/** Declares the slots of a program. */
export function declareSlots({ fields, registers }: Program): string {
  const ids = [...fields, ...registers.map(({ local }) => local)].map(({ id }) => id);
  const count = Math.max(...ids) + 1;
  return `S = new Int32Array(${count}), D = new Float64Array(${count})`;
}

/** Sets all slots to what they hold as a run begins. */
export function resetSlots({ registers }: Program): string[] {
  return registers.flatMap(({ local, first }) => (first === 0 ? [] : [`${slotOf(local)} = ${first};`]));
}

/** What of a statement the code of a section reads. */
export interface SectionReads {
  /** The values of an option that choosing it evaluates. */
  option(option: ProgramOption): readonly Code[];
  /** The local that an end sets; null where ends stand elsewhere. */
  readonly ending: Local | null;
}

/** A function that does statements and returns whether the run has stopped. */
export function printSection(
  name: string,
  statements: readonly Statement[],
  { scratch }: Program,
  body: PrintBody,
  read: SectionReads,
): string[] {
  const used = localsIn(statements, read);
  const kept = [...used].filter(({ role }) => role !== "value");
  return [
    `function ${name}() {`,
    ...kept.map((local) => `let ${nameOf(local)} = ${loadSlot(local)};`),
    ...scratch.filter((local) => used.has(local)).map((local) => `let ${nameOf(local)} = ${nothing(local.type)};`),
    ...body(statements),
    "return false;",
    "}",
  ];
}

/** The locals that statements read or set. */
function localsIn(statements: readonly Statement[], read: SectionReads, into: Set<Local> = new Set()): Set<Local> {
  for (const statement of statements) {
    if (statement.do === "set") {
      into.add(statement.local);
      reads(statement.value, into);
    } else if (statement.do === "end" && read.ending !== null) into.add(read.ending);
    else if (statement.do === "if") reads(statement.when, into);
    else if (statement.do === "occur") reads(statement.chance, into);
    else if (statement.do === "choose") {
      for (const code of statement.options.flatMap((option) => read.option(option))) reads(code, into);
    }
    for (const body of bodies(statement)) localsIn(body, read, into);
  }
  return into;
}
