/**
 * Prints a kernel program as code that enumerates: from a packed state to all its successors.
 *
 * The code follows one path of the program from a choice to the next point where somebody or chance chooses, then
 * comes back and takes the next option at the last choice that has one left. A path is thus told by the options taken
 * along it. Values are the kernel's, so what is explored is what ensembles run. Small programs become one function with
 * all values in locals; of a large one every stage becomes a function, as compilers give up on long ones.
 */
import { type Code, type Local, reads } from "../kernel/code.ts";
import { bits, isBrief, nameOf, nothing, print } from "../kernel/javascriptValue.ts";
import { bodies, type Program, type ProgramOption, type Statement } from "../kernel/program.ts";
import type { Digit, Packing } from "./packing.ts";

/** What becomes of a run-level property of the program. */
export type Watch =
  /** It is not read. */
  | { readonly as: "nothing" }
  /** It is read anew on every transition; a flag tells that it came to this phase. */
  | { readonly as: "flag"; readonly phase: number }
  /** It is part of the state. */
  | { readonly as: "state"; readonly bound: number | null; readonly holds: readonly boolean[] };

/**
 * Every enabled choice is open, or only those that the policies give a weight, or only those of the actors with these
 * numbers: then the policies of the others are chance. Pooled turns have the number -1.
 */
export type Choices = "open" | "policies" | ReadonlySet<number>;

/** What is printed. */
export interface StepPlan {
  readonly program: Program;
  readonly packing: Packing;
  /** By field of the layout: its kind and, of a track, where its marks begin. */
  readonly fields: readonly { readonly kind: string; readonly local: Local }[];
  readonly watches: readonly Watch[];
  readonly choices: Choices;
  /** States stand where the clock is about to tick, too. */
  readonly ticks: boolean;
  /** Probabilities, shares and tallies are worked out. */
  readonly measured: boolean;
  /** The options taken are shown. */
  readonly paths: boolean;
}

/** A place of the program where one of several options is taken. */
export interface PrintedChoice {
  readonly site: string;
  /** Whether chance takes it. */
  readonly chance: boolean;
  /** Null: an incident occurs (option 1) or does not (0). */
  readonly options: readonly ProgramOption[] | null;
  /** Where the marks of its options begin. */
  readonly marks: number;
}

export interface PrintedSteps {
  readonly source: string;
  readonly points: readonly PrintedChoice[];
  /** By field, where the marks of its values begin; -1 where it has none. */
  readonly trackMarks: readonly number[];
  readonly ruleMarks: ReadonlyMap<string, number>;
  readonly marks: number;
}

/** A function longer than this many characters is split. */
const functionMax = 40_000;
/** More options than this do not fit a mask. */
const maskMax = 31;

/** The registers of a property: its phase and, with a bound, when its clock began. */
export interface WatchRegisters {
  readonly phase: Local;
  readonly began: Local | null;
}

/** Finds the registers of the properties. */
export function watchRegisters(program: Program, bounded: readonly boolean[]): readonly WatchRegisters[] {
  const registers = program.registers.map(({ local }) => local);
  return program.results.properties.map(({ phase }, index) => {
    const next = registers[registers.indexOf(phase) + 1];
    return { phase, began: bounded[index] === true && next !== undefined ? next : null };
  });
}

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
  private readonly points: PrintedChoice[] = [];
  private readonly trackMarks: readonly number[];
  private readonly ruleMarks = new Map<string, number>();
  private readonly scratch: ReadonlySet<Local>;
  /** Set, but of no consequence here. */
  private readonly idle: ReadonlySet<Local>;
  /** Phases of properties that are not read. */
  private readonly unread: ReadonlySet<Local>;
  private marks = 0;
  /** Index of the stage that is being printed. */
  private stage = 0;

  constructor(plan: StepPlan, bounded: readonly boolean[], split: boolean) {
    const { program, fields, watches, measured } = plan;
    this.plan = plan;
    this.split = split;
    this.registers = watchRegisters(program, bounded);
    this.scratch = new Set(program.scratch);
    const { tallies, rounds } = program.results;
    this.idle = new Set(measured ? [] : [...tallies, rounds]);
    this.unread = new Set(
      this.registers.filter((_, index) => (watches[index]?.as ?? "nothing") === "nothing").map(({ phase }) => phase),
    );
    this.trackMarks = fields.map(({ kind, local }) => (kind === "track" ? this.mark(local.high + 1) : -1));
  }

  printed(source: string): PrintedSteps {
    const { points, trackMarks, ruleMarks, marks } = this;
    return { source, points, trackMarks, ruleMarks, marks };
  }

  print(): string {
    const { plan, split } = this;
    const { program } = plan;
    const head = [
      `"use strict";`,
      ...program.tables.map(printTable),
      remainderFunction,
      "const picks = out.picks, nexts = out.nexts, marks = out.marks, places = out.places;",
    ];
    return [...head, ...(split ? this.printParts() : this.printWhole())].join("\n");
  }

  private mark(size: number): number {
    this.marks += size;
    return this.marks - size;
  }

  private printWhole(): string[] {
    const { program } = this.plan;
    const stages = program.stages.map(({ body }, index) => {
      this.stage = index;
      return [`case ${index + 1}: {`, ...this.body(body), "}"];
    });
    const locals = [...program.fields, ...program.scratch].map((local) => `${nameOf(local)} = ${nothing(local.type)}`);
    const registers = program.registers.map(({ local, first }) => `${nameOf(local)} = ${printFirst(local, first)}`);
    return [
      "return function expand(words, at) {",
      ...this.unpackLines(),
      "let n = 0, known = 0;",
      "for (;;) {",
      `let ${[...locals, ...registers, ...pathVariables].join(", ")};`,
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
    const section = (name: string, statements: readonly Statement[]): string[] => {
      const used = [...localsIn(statements)];
      const kept = used.filter(({ role }) => role !== "value");
      const scratch = program.scratch.filter((local) => used.includes(local));
      return [
        `function ${name}() {`,
        ...kept.map((local) => `let ${nameOf(local)} = ${slotOf(local)}${local.type === "truth" ? " === 1" : ""};`),
        ...scratch.map((local) => `let ${nameOf(local)} = ${nothing(local.type)};`),
        ...this.body(statements),
        "return false;",
        "}",
      ];
    };
    const load = (local: Local): string => slotOf(local);
    const ids = [...program.fields, ...program.registers.map(({ local }) => local)].map(({ id }) => id);
    const firsts = program.registers.filter(({ first }) => first !== 0);
    const steps = ["opening()", ...program.stages.map((_, index) => `stage${index}()`), "tick()"];
    const derived = program.derived.length === 0 ? [] : ["derive();"];
    const derive: readonly Statement[] = program.derived.map(({ local, value }) => ({ do: "set", local, value }));
    return [
      `const S = new Int32Array(${Math.max(...ids) + 1}), D = new Float64Array(${Math.max(...ids) + 1});`,
      `let known = 0, ${pathVariables.join(", ")};`,
      ...section("start", program.start),
      ...section("derive", derive),
      ...section("opening", program.opening),
      ...program.stages.flatMap(({ body }, index) => {
        this.stage = index;
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
      "known = 0;",
      "for (;;) {",
      `${pathVariables.join("; ")};`,
      "S.fill(0); D.fill(0);",
      ...firsts.map(({ local, first }) => `${slotOf(local)} = ${first};`),
      "let stopped = false;",
      "if (at < 0) stopped = start();",
      "else {",
      ...this.loadLines(load, derived),
      "}",
      `for (; !stopped; point = point === ${steps.length - 1} ? 0 : point + 1) stopped = step(point);`,
      ...this.emitLines((local) => `${slotOf(local)}${local.type === "truth" ? " === 1" : ""}`),
      ...advanceLines,
      "}",
      "return n;",
      "};",
    ];
  }

  /** The tick, with the state before it where one stands there. */
  private get ticking(): readonly Statement[] {
    const { program, ticks } = this.plan;
    this.stage = program.stages.length;
    return ticks ? [{ do: "await", stage: this.stage }, ...program.tick] : program.tick;
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
      const last = `(${mask} >> ${place(registers.phase)} & 1) === 1 ? 3 : 4`;
      clocks.unshift(`const phase = ending === ${running} ? ${place(registers.phase)} : ${last};`);
      return "phase";
    }
    if (registers.began === null) return "0";
    // Where no clock runs, when it last began tells nothing.
    const elapsed = `Math.min(${digit.size - 1}, ${place(program.round)} - ${place(registers.began)} | 0)`;
    clocks.push(`const elapsed = ending === ${running} && phase !== 0 && phase < 3 ? ${elapsed} : 0;`);
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

  private body(statements: readonly Statement[]): string[] {
    return statements.flatMap((statement) => this.statement(statement));
  }

  private get stop(): string {
    return this.split ? "return true;" : "break path;";
  }

  private statement(statement: Statement): string[] {
    switch (statement.do) {
      case "set":
        return this.set(statement.local, statement.value);
      case "if":
        return this.conditional(statement.when, statement.then, statement.else);
      case "block":
        return [`L${statement.label}: {`, ...this.body(statement.body), "}"];
      case "repeat":
        return [`L${statement.label}: for (;;) {`, ...this.body(statement.body), "}"];
      case "leave":
        return [`break L${statement.label};`];
      case "again":
        return [`continue L${statement.label};`];
      case "choose":
        return this.choose(statement.actor, statement.site, statement.options);
      case "occur":
        return this.occur(statement.site, statement.chance, statement.body);
      case "await":
        return [this.wait()];
      case "fault":
        return [`bad = ${statement.fault + 1}; ${this.stop}`];
      case "check":
        return [`if (bad !== 0) ${this.stop}`];
      case "pardon":
        return ["bad = 0;"];
      case "end":
        return [`ending = ${statement.ending}; ${this.stop}`];
      case "note":
        return this.note(statement);
    }
  }

  /** A state stands here: a path ends, unless it begins here. */
  private wait(): string {
    return `if (fresh) fresh = false; else { cur = ${this.stage}; ${this.stop} }`;
  }

  private note({ happening, cursor }: Extract<Statement, { do: "note" }>): string[] {
    const at = `cur = ${cursor};`;
    if (happening.kind !== "rule") return [at];
    const place = this.ruleMarks.get(happening.id) ?? this.mark(1);
    this.ruleMarks.set(happening.id, place);
    return [`${at} marks[${place}] = 1;`];
  }

  private set(local: Local, value: Code): string[] {
    if (this.idle.has(local)) return [];
    const printed = isBrief(value) ? `(${bits(value)}) !== 0` : print(value);
    const name = nameOf(local);
    if (local.role === "value") return [`${this.scratch.has(local) ? "" : "const "}${name} = ${printed};`];
    const field = this.plan.fields.findIndex((candidate) => candidate.local === local);
    const marks = this.trackMarks[field] ?? -1;
    const marked = marks < 0 ? [] : [`marks[${marks} + ${name}] = 1;`];
    if (!this.split) return [`${name} = ${printed};`, ...marked];
    const stored = local.type === "truth" ? `(${name} = ${printed}) ? 1 : 0` : `${name} = ${printed}`;
    return [`${slotOf(local)} = ${stored};`, ...marked];
  }

  private conditional(when: Code, then: readonly Statement[], otherwise: readonly Statement[]): string[] {
    if (when.op === "constant") return this.body(when.value === 0 ? otherwise : then);
    if (when.op === "compare" && when.left.op === "local" && this.unread.has(when.left.local)) return [];
    const first = this.body(then);
    const second = this.body(otherwise);
    if (first.length === 0 && second.length === 0) return [];
    const tail = second.length === 0 ? ["}"] : ["} else {", ...second, "}"];
    return [`if (${print(when)}) {`, ...first, ...tail];
  }

  private point(
    site: number,
    chance: boolean,
    options: readonly ProgramOption[] | null,
  ): { index: number; marks: number } {
    const marks = this.mark(options === null ? 1 : options.length);
    const index = this.points.push({ site: this.plan.program.sites[site] ?? "", chance, options, marks }) - 1;
    return { index, marks };
  }

  private choose(actor: number | null, site: number, options: readonly ProgramOption[]): string[] {
    const { measured, paths, choices } = this.plan;
    const { index, marks } = this.point(site, actor === null, options);
    const drawn = actor === null || (typeof choices !== "string" && !choices.has(actor));
    const open = options.map(({ enabled, weight }) =>
      drawn || choices === "policies" ? `${print(weight)} > 0` : print(enabled),
    );
    const lines = options.length <= maskMax ? pickByMask(index, open) : pickByList(index, open);
    if (paths) lines.push(`places[depth] = ${index};`);
    lines.push("depth++;", `marks[${marks} + k${index}] = 1;`);
    if (!drawn) lines.push(`choice = Math.imul(choice, ${options.length}) + k${index} | 0;`);
    if (measured && drawn) {
      const sum = `(${options.map(({ weight }) => print(weight)).join(" + ")})`;
      const cases = options.map(({ weight }, option) => `case ${option}: v${index} = ${print(weight)}; break;`);
      lines.push(`let v${index} = 0;`, `switch (k${index}) {`, ...cases, "}");
      lines.push(`odds *= v${index} / ${sum};`);
    }
    const cases = options.flatMap(({ body }, option) => [`case ${option}: {`, ...this.body(body), "break;", "}"]);
    return ["{", ...lines, `switch (k${index}) {`, ...cases, "}", "}"];
  }

  private occur(site: number, chance: Code, then: readonly Statement[]): string[] {
    const { measured, paths } = this.plan;
    const { index, marks } = this.point(site, true, null);
    const body = [`marks[${marks}] = 1;`, ...this.body(then)];
    // Where only the way in which it turns out is open, chance chooses all the same: without a state there, a crisis
    // that chance alone drives would have no states at all, and endless ways.
    const turns = then.some((one) => one.do === "choose" && one.options.length > 1);
    if (chance.op === "constant" && chance.value >= 1) return turns ? [this.wait(), ...body] : body;
    return [
      "{",
      `const c${index} = ${print(chance)};`,
      ...(turns ? [`if (c${index} >= 1) { ${this.wait()} }`] : []),
      `let k${index} = 1;`,
      `if (c${index} < 1) {`,
      `if (depth === known) { picks[depth] = 1; known++; } else k${index} = picks[depth];`,
      `nexts[depth] = k${index} - 1;`,
      ...(paths ? [`places[depth] = ${index};`] : []),
      "depth++;",
      ...(measured ? [`odds *= k${index} === 1 ? c${index} : 1 - c${index};`] : []),
      "}",
      `if (k${index} === 1) {`,
      ...body,
      "}",
      "}",
    ];
  }
}

/** Flags in one word of the output. */
export const flagsPerWord = 30;
/** As `program.ts` has it. */
const running = -3;

const pathVariables = [
  "depth = 0",
  "cur = 0",
  `ending = ${running}`,
  "bad = 0",
  "choice = 0",
  "odds = 1",
  "fresh = false",
  "point = 0",
];

const advanceLines = [
  "while (known > 0 && nexts[known - 1] < 0) known--;",
  "if (known === 0) break;",
  "picks[known - 1] = nexts[known - 1];",
];

const remainderFunction = `function remainder(a, b) {
const rest = a % b;
return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}`;

/** Takes the lowest open option first; what is left above the taken one comes next. */
function pickByMask(index: number, open: readonly string[]): string[] {
  const mask = open.map((test, option) => (test === "true" ? String(2 ** option) : `(${test} ? ${2 ** option} : 0)`));
  return [
    `const m${index} = ${mask.join(" | ")};`,
    `let k${index} = 0;`,
    `if (depth === known) { k${index} = 31 - Math.clz32(m${index} & -m${index}); picks[depth] = k${index}; known++; } else k${index} = picks[depth];`,
    `const x${index} = m${index} >>> 1 >>> k${index};`,
    `nexts[depth] = x${index} === 0 ? -1 : k${index} + 32 - Math.clz32(x${index} & -x${index});`,
  ];
}

function pickByList(index: number, open: readonly string[]): string[] {
  const [k, x] = [`k${index}`, `x${index}`];
  return [
    `const m${index} = [${open.join(", ")}];`,
    `let ${k} = 0;`,
    `if (depth === known) { while (!m${index}[${k}]) ${k}++; picks[depth] = ${k}; known++; } else ${k} = picks[depth];`,
    `let ${x} = ${k} + 1;`,
    `while (${x} < ${open.length} && !m${index}[${x}]) ${x}++;`,
    `nexts[depth] = ${x} < ${open.length} ? ${x} : -1;`,
  ];
}

function printTable(values: readonly number[], index: number): string {
  const whole = values.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
  return `const T${index} = new ${whole ? "Int32Array" : "Float64Array"}([${values.join(", ")}]);`;
}

const printFirst = (local: Local, first: number): string =>
  local.type === "truth" ? String(first !== 0) : String(first);

const slotOf = (local: Local): string => `${local.type === "float" ? "D" : "S"}[${local.id}]`;

const valueName = ({ of }: Digit): string => `v${of}`;

function printDigit({ low, size, word, factor }: Digit, packing: Packing): string {
  const top = packing.digits.every((other) => other.word !== word || other.factor <= factor);
  const shifted = factor === 1 ? `p${word}` : `(p${word} / ${factor} | 0)`;
  const digit = top ? shifted : `${shifted} % ${size}`;
  return low === 0 ? digit : `${digit} + ${low}`;
}

/** A round at which every clock of a property can have begun: where states know no round, it is as good as any. */
export function roundBase(watches: readonly Watch[]): number {
  return watches.reduce((most, watch) => (watch.as === "state" ? Math.max(most, (watch.bound ?? 0) + 1) : most), 1);
}

function localsIn(statements: readonly Statement[], into: Set<Local> = new Set()): Set<Local> {
  for (const statement of statements) {
    if (statement.do === "set") {
      into.add(statement.local);
      reads(statement.value, into);
    } else if (statement.do === "if") reads(statement.when, into);
    else if (statement.do === "occur") reads(statement.chance, into);
    else if (statement.do === "choose") {
      for (const { weight, enabled } of statement.options) reads(weight, reads(enabled, into));
    }
    for (const body of bodies(statement)) localsIn(body, into);
  }
  return into;
}
