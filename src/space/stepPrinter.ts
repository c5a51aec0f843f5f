/**
 * Prints a kernel program as code that enumerates: from a packed state to all its successors.
 *
 * The code follows one path of the program from a choice to the next point where somebody or chance chooses, then
 * comes back and takes the next option at the last choice that has one left. A path is thus told by the options taken
 * along it. Values are the kernel's, so what is explored is what ensembles run. Small programs become one function with
 * all values in locals; of a large one every stage becomes a function, as compilers give up on long ones.
 */
import type { Local } from "../kernel/code.ts";
import { nameOf, print } from "../kernel/javascriptValue.ts";
import { beforePhase, failedPhase, heldPhase, openPhases } from "../kernel/monitorPhase.ts";
import { type PrintBody, printFirsts, printTables, remainderFunction, StatementPrinter } from "../kernel/print.ts";
import { running, type Statement } from "../kernel/program.ts";
import { declareSlots, loadSlot, printSection, resetSlots, slotOf } from "../kernel/slots.ts";
import { EnumerationScheme } from "./enumeratedChoice.ts";
import type { Digit, Packing } from "./packing.ts";
import { flagsPerWord, type PrintedSteps, type StepPlan, type WatchRegisters, watchRegisters } from "./stepPlan.ts";

/** Places that stand for no state: from the first the beginnings of runs are listed, from the other those after them. */
export const beginnings = -1;
export const furtherBeginnings = -2;

/** So many beginnings are listed at once: there may be a million, and whoever asks listens for Ctrl-C in between. */
const beginningsAtOnce = 16_384;

/**
 * A run in which nobody and nothing chooses any more may go on for ever: after so many rounds of it a state stands where
 * the clock is about to tick, so that the search sees it come again and its user is heard.
 */
const quietRoundsMax = 1000;

/** A function longer than this many characters is split. */
const functionMax = 40_000;
/** Prints the code of a function body that returns `expand(words, at)`; see `steps.ts` for what it fills. */
export function printSteps(plan: StepPlan, bounded: readonly boolean[], longest = functionMax): PrintedSteps {
  const whole = new StepPrinter(plan, bounded, false);
  const source = whole.print();
  if (source.length <= longest) return whole.printed(source);
  const parts = new StepPrinter(plan, bounded, true);
  return parts.printed(parts.print());
}

class StepPrinter {
  private readonly plan: StepPlan;
  private readonly split: boolean;
  private readonly registers: readonly WatchRegisters[];
  private readonly scheme: EnumerationScheme;
  private readonly body: PrintBody;

  constructor(plan: StepPlan, bounded: readonly boolean[], split: boolean) {
    this.plan = plan;
    this.split = split;
    this.registers = watchRegisters(plan.program, bounded);
    this.scheme = new EnumerationScheme(plan, this.registers, split);
    this.body = new StatementPrinter(plan.program, this.scheme).body;
  }

  printed(source: string): PrintedSteps {
    const { points, trackMarks, ruleMarks, marks } = this.scheme;
    return { source, points, trackMarks, ruleMarks, marks };
  }

  print(): string {
    const { plan, split } = this;
    const { program } = plan;
    const head = [
      `"use strict";`,
      ...printTables(program),
      remainderFunction,
      "const picks = out.picks, nexts = out.nexts, sums = out.sums, marks = out.marks, places = out.places;",
    ];
    return [...head, ...(split ? this.printParts() : this.printWhole())].join("\n");
  }

  private printWhole(): string[] {
    const { program } = this.plan;
    const stages = program.stages.map(({ body }, index) => {
      this.scheme.stage = index;
      return [`case ${index + 1}: {`, ...this.body(body), "}"];
    });
    return [
      "return function expand(words, at) {",
      ...this.unpackLines(),
      `let n = 0, known = at === ${furtherBeginnings} ? out.known : 0;`,
      ...beginningLines,
      "for (;;) {",
      `let ${[...printFirsts(program), ...pathVariables].join(", ")};`,
      "path: {",
      "if (at < 0) {",
      ...this.body(program.start),
      "} else {",
      ...this.loadLines((local) => nameOf(local)),
      "}",
      "for (;;) {",
      "switch (point) {",
      "case 0: {",
      ...this.body(program.opening),
      "}",
      ...stages.flat(),
      "default: {",
      ...this.restLines("break path;"),
      ...this.body(this.ticking),
      "}",
      "}",
      "point = 0;",
      "}",
      "}",
      ...this.emitLines((local) => nameOf(local)),
      ...advanceLines,
      "}",
      "return n;",
      "};",
    ];
  }

  private printParts(): string[] {
    const { program } = this.plan;
    const section = (name: string, statements: readonly Statement[]): string[] =>
      printSection(name, statements, program, this.body, {
        option: ({ weight, enabled }) => [enabled, weight],
        ending: null,
      });
    const steps = ["opening()", ...program.stages.map((_, index) => `stage${index}()`), "tick()"];
    const derived = program.derived.length === 0 ? [] : ["derive();"];
    const derive: readonly Statement[] = program.derived.map(({ local, value }) => ({ do: "set", local, value }));
    return [
      `const ${declareSlots(program)};`,
      `let known = 0, ${pathVariables.join(", ")};`,
      ...section("start", program.start),
      ...section("derive", derive),
      ...section("opening", program.opening),
      ...program.stages.flatMap(({ body }, index) => {
        this.scheme.stage = index;
        return section(`stage${index}`, body);
      }),
      ...section("tick", this.ticking),
      "function step(index) {",
      "switch (index) {",
      ...steps.map((step, index) => `case ${index}: return ${step};`),
      "}",
      "}",
      "return function expand(words, at) {",
      ...this.unpackLines(),
      "let n = 0;",
      `known = at === ${furtherBeginnings} ? out.known : 0;`,
      ...beginningLines,
      "for (;;) {",
      `${pathVariables.join("; ")};`,
      "S.fill(0); D.fill(0);",
      ...resetSlots(program),
      "let stopped = false;",
      "if (at < 0) stopped = start();",
      "else {",
      ...this.loadLines(slotOf, derived),
      "}",
      `for (; !stopped; point = point === ${steps.length - 1} ? 0 : point + 1) {`,
      `if (point === ${steps.length - 1}) {`,
      ...this.restLines("break;"),
      "}",
      "stopped = step(point);",
      "}",
      ...this.emitLines(loadSlot),
      ...advanceLines,
      "}",
      "return n;",
      "};",
    ];
  }

  /** The tick, with the state before it where one stands there. */
  private get ticking(): readonly Statement[] {
    const { program, ticks } = this.plan;
    this.scheme.stage = program.stages.length;
    return ticks ? [{ do: "await", stage: this.scheme.stage }, ...program.tick] : program.tick;
  }

  /** Lets a state stand at the tick where no other stood for very long. */
  private restLines(stop: string): string[] {
    const { program, ticks } = this.plan;
    if (ticks) return [];
    return [
      "if (fresh) fresh = false;",
      `else if (++quiet === ${quietRoundsMax}) { cur = ${program.stages.length}; ${stop} }`,
    ];
  }

  /** Takes a packed state apart, once for all its paths. */
  private unpackLines(): string[] {
    const { packing, fields } = this.plan;
    const words = Array.from({ length: packing.words }, (_, word) => `p${word} = at < 0 ? 0 : words[at + ${word}]`);
    const values = packing.digits.map((digit) => `${valueName(digit)} = ${printDigit(digit, packing)}`);
    const ending = packing.digits.find(({ of }) => typeof of === "number" && fields[of]?.kind === "ending");
    const over = ending === undefined ? [] : [`if (at >= 0 && ${valueName(ending)} !== ${running}) return 0;`];
    return [`const ${[...words, ...values].join(", ")};`, ...over];
  }

  private loadLines(place: (local: Local) => string, derive: readonly string[] | null = null): string[] {
    const { program, packing, fields, watches } = this.plan;
    const lines: string[] = [];
    const known = new Set(program.fields);
    const loaded = new Set<Local>();
    for (const digit of packing.digits) {
      if (typeof digit.of !== "number") continue;
      const field = fields[digit.of];
      if (field?.kind === "cursor") lines.push(`point = ${valueName(digit)} + 1; cur = ${valueName(digit)};`);
      else if (field !== undefined && known.has(field.local)) {
        lines.push(`${place(field.local)} = ${valueName(digit)};`);
        loaded.add(field.local);
      }
    }
    if (!loaded.has(program.round)) lines.push(`${place(program.round)} = out.clock;`);
    watches.forEach((watch, index) => {
      const registers = this.registers[index];
      if (watch.as !== "state" || registers === undefined) return;
      lines.push(`${place(registers.phase)} = vphase;`);
      if (registers.began !== null) lines.push(`${place(registers.began)} = ${place(program.round)} - velapsed | 0;`);
    });
    lines.push("fresh = true;");
    if (derive !== null) return [...lines, ...derive, "bad = 0;"];
    for (const { local, value } of program.derived) lines.push(`${nameOf(local)} = ${print(value)};`);
    return [...lines, "bad = 0;"];
  }

  /** Writes down where a path led. */
  private emitLines(place: (local: Local) => string): string[] {
    const { program, packing, watches, measured, paths } = this.plan;
    const lines = [`if (n === out.room) out.grow(n);`];
    const terms = Array.from({ length: packing.words }, (): string[] => []);
    const clocks: string[] = [];
    for (const digit of packing.digits) {
      const value = this.digitValue(digit, place, clocks);
      const less = digit.low === 0 ? value : `(${value} - ${digit.low})`;
      terms[digit.word]?.push(digit.factor === 1 ? less : `${less} * ${digit.factor}`);
    }
    lines.push(...clocks, "if (bad === 0) {");
    const w = packing.words;
    terms.forEach((list, word) => {
      lines.push(`out.words[${w === 1 ? "n" : `n * ${w} + ${word}`}] = ${list.join(" + ")};`);
    });
    lines.push(`} else out.words[${w === 1 ? "n" : `n * ${w}`}] = -bad;`);
    lines.push("out.choice[n] = choice; out.ending[n] = ending; out.cursor[n] = cur;");
    if (watches.some(({ as }) => as === "state")) lines.push("out.phase[n] = phase;");
    this.flagGroups().forEach((flags, group, groups) => {
      const tests = flags.map(({ local, phase }, bit) => `(${place(local)} === ${phase} ? ${2 ** bit} : 0)`);
      lines.push(`out.flags[n * ${groups.length} + ${group}] = ${tests.join(" | ")};`);
    });
    if (measured) {
      const { tallies, rounds } = program.results;
      lines.push("out.odds[n] = odds;", `out.opened[n] = ${place(rounds)};`);
      tallies.forEach((local, index) => {
        lines.push(`out.tallies[n * ${tallies.length} + ${index}] = ${place(local)};`);
      });
    }
    if (paths) lines.push("out.path(n, depth);");
    return [...lines, "n++;"];
  }

  private digitValue(digit: Digit, place: (local: Local) => string, clocks: string[]): string {
    const { program, fields, watches } = this.plan;
    if (typeof digit.of === "number") {
      const field = fields[digit.of];
      if (field?.kind === "cursor") return "cur";
      if (field?.kind === "ending") return "ending";
      return field === undefined ? "0" : place(field.local);
    }
    const index = watches.findIndex(({ as }) => as === "state");
    const watch = watches[index];
    const registers = this.registers[index];
    if (watch?.as !== "state" || registers === undefined) return "0";
    if (digit.of === "phase") {
      const mask = watch.holds.reduce((so, holds, phase) => so + (holds ? 2 ** phase : 0), 0);
      const last = `(${mask} >> ${place(registers.phase)} & 1) === 1 ? ${heldPhase} : ${failedPhase}`;
      clocks.unshift(`const phase = ending === ${running} ? ${place(registers.phase)} : ${last};`);
      return "phase";
    }
    if (registers.began === null) return "0";
    // Where no clock runs, when it last began tells nothing.
    const elapsed = `Math.min(${digit.size - 1}, ${place(program.round)} - ${place(registers.began)} | 0)`;
    clocks.push(
      `const elapsed = ending === ${running} && phase !== ${beforePhase} && phase < ${openPhases} ? ${elapsed} : 0;`,
    );
    return "elapsed";
  }

  private flagGroups(): readonly (readonly { readonly local: Local; readonly phase: number }[])[] {
    const flags = this.plan.watches.flatMap((watch, index) => {
      const local = this.registers[index]?.phase;
      return watch.as === "flag" && local !== undefined ? [{ local, phase: watch.phase }] : [];
    });
    return Array.from({ length: Math.ceil(flags.length / flagsPerWord) }, (_, group) =>
      flags.slice(group * flagsPerWord, (group + 1) * flagsPerWord),
    );
  }
}

const pathVariables = [
  "depth = 0",
  "cur = 0",
  `ending = ${running}`,
  "bad = 0",
  "choice = 0",
  "odds = 1",
  "fresh = false",
  "quiet = 0",
  "point = 0",
];

const advanceLines = [
  "while (known > 0 && nexts[known - 1] < 0) known--;",
  "if (known === 0) break;",
  "picks[known - 1] = nexts[known - 1];",
  `if (at < 0 && n >= ${beginningsAtOnce}) { out.known = known; return n; }`,
];

/** Goes on with the beginnings where the last call stopped; all have been listed where no option is left. */
const beginningLines = [`if (at === ${furtherBeginnings} && known === 0) return 0;`, "out.known = 0;"];

const valueName = ({ of }: Digit): string => `v${of}`;

function printDigit({ low, size, word, factor }: Digit, packing: Packing): string {
  const top = packing.digits.every((other) => other.word !== word || other.factor <= factor);
  const shifted = factor === 1 ? `p${word}` : `(p${word} / ${factor} | 0)`;
  const digit = top ? shifted : `${shifted} % ${size}`;
  return low === 0 ? digit : `${digit} + ${low}`;
}
