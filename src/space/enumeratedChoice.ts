/**
 * Choices taken option by option: how the state space goes through whatever somebody or chance can choose.
 *
 * Code keeps the options along its path in `picks` and the next ones that are open in `nexts`; at the end of a path it
 * comes back and takes the next option at the last choice that has one left. What was seen leaves its mark.
 */
import type { Local } from "../kernel/code.ts";
import { nameOf, print } from "../kernel/javascriptValue.ts";
import type { ChooseStatement, OccurStatement, PrintBody, Scheme } from "../kernel/print.ts";
import type { LotPick, ProgramOption, Statement } from "../kernel/program.ts";
import { storeSlot } from "../kernel/slots.ts";
import { at } from "../scenario/at.ts";
import type { PrintedChoice, StepPlan, WatchRegisters } from "./stepPlan.ts";

/** More options than this do not fit a mask. */
const maskMax = 31;

/** Prints what a state space needs of statements, and gathers choices and marks as it goes. */
export class EnumerationScheme implements Scheme {
  readonly points: PrintedChoice[] = [];
  /** By field, where the marks of its values begin; -1 where it has none. */
  readonly trackMarks: readonly number[];
  readonly ruleMarks = new Map<string, number>();
  marks = 0;
  /** Index of the stage that is being printed. */
  stage = 0;
  readonly stop: string;
  private readonly plan: StepPlan;
  private readonly split: boolean;
  /** Set, but of no consequence here. */
  private readonly idle: ReadonlySet<Local>;
  /** Phases of properties that are not read. */
  private readonly unread: ReadonlySet<Local>;

  /** @param split whether long-lived locals stand in slots, and every section is a function. */
  constructor(plan: StepPlan, registers: readonly WatchRegisters[], split: boolean) {
    const { program, fields, watches, measured } = plan;
    this.plan = plan;
    this.split = split;
    this.stop = split ? "return true;" : "break path;";
    const { tallies, rounds } = program.results;
    this.idle = new Set(measured ? [] : [...tallies, rounds]);
    this.unread = new Set(
      registers.filter((_, index) => (watches[index]?.as ?? "nothing") === "nothing").map(({ phase }) => phase),
    );
    this.trackMarks = fields.map(({ kind, local }) => (kind === "track" ? this.mark(local.high + 1) : -1));
  }

  private mark(size: number): number {
    this.marks += size;
    return this.marks - size;
  }

  leavesOut(statement: Statement): boolean {
    if (statement.do === "set") return this.idle.has(statement.local);
    if (statement.do !== "if") return false;
    const { when } = statement;
    return when.op === "compare" && when.left.op === "local" && this.unread.has(when.left.local);
  }

  store(local: Local, value: string, provisional: boolean): string[] {
    const field = this.plan.fields.findIndex((candidate) => candidate.local === local);
    const marks = this.trackMarks[field] ?? -1;
    const marked = marks < 0 || provisional ? [] : [`marks[${marks} + ${nameOf(local)}] = 1;`];
    return [this.split ? storeSlot(local, value) : `${nameOf(local)} = ${value};`, ...marked];
  }

  /** A state stands here: a path ends, unless it begins here. */
  await(): string[] {
    return [`if (fresh) fresh = false; else { cur = ${this.stage}; ${this.stop} }`];
  }

  end(ending: number): string {
    return `ending = ${ending};`;
  }

  note(event: Parameters<Scheme["note"]>[0], cursor: number): string[] {
    // A run that is over as it begins stands where others come to an end at the end of a round, and is no state besides.
    const at = `cur = ${event.kind === "start" ? this.plan.program.stages.length : cursor};`;
    if (event.kind !== "rule") return [at];
    const place = this.ruleMarks.get(event.id) ?? this.mark(1);
    this.ruleMarks.set(event.id, place);
    return [`${at} marks[${place}] = 1;`];
  }

  private point(
    site: number,
    chance: boolean,
    options: readonly ProgramOption[] | null,
    lot: LotPick | null,
  ): { index: number; marks: number } {
    const { sites } = this.plan.program;
    const marks = this.mark(options === null ? 1 : options.length);
    const movers = lot === null ? [] : lot.sites.map((one) => at(sites, one).slice("lot:".length));
    const index = this.points.push({ site: at(sites, site), chance, options, movers, marks }) - 1;
    return { index, marks };
  }

  choose({ actor, site, options, lot }: ChooseStatement, body: PrintBody): string[] {
    const { measured, paths, choices } = this.plan;
    const { index, marks } = this.point(site, actor === null, options, lot ?? null);
    const drawn = actor === null || (typeof choices !== "string" && !choices.has(actor));
    const open = options.map(({ enabled, weight }) =>
      drawn || choices === "policies" ? `${print(weight)} > 0` : print(enabled),
    );
    const few = options.length <= maskMax;
    const sum = measured && drawn ? `(${options.map(({ weight }) => print(weight)).join(" + ")})` : null;
    const lines = few ? pickByMask(index, open) : pickByList(index, open, sum);
    if (paths) lines.push(`places[depth] = ${index};`);
    lines.push("depth++;", `marks[${marks} + k${index}] = 1;`);
    if (!drawn) lines.push(`choice = Math.imul(choice, ${options.length}) + k${index} | 0;`);
    if (sum !== null) {
      const cases = options.map(({ weight }, option) => `case ${option}: v${index} = ${print(weight)}; break;`);
      lines.push(`let v${index} = 0;`, `switch (k${index}) {`, ...cases, "}");
      lines.push(`odds *= v${index} / ${few ? sum : `sums[depth - 1]`};`);
    }
    const cases = options.flatMap((one, option) => [`case ${option}: {`, ...body(one.body), "break;", "}"]);
    return ["{", ...lines, `switch (k${index}) {`, ...cases, "}", "}"];
  }

  occur({ site, chance, body: then }: OccurStatement, body: PrintBody): string[] {
    const { measured, paths } = this.plan;
    const { index, marks } = this.point(site, true, null, null);
    const inner = [`marks[${marks}] = 1;`, ...body(then)];
    // Where only the way in which it turns out is open, chance chooses all the same: without a state there, a crisis
    // that chance alone drives would have no states at all, and endless paths.
    const turns = then.some((one) => one.do === "choose" && one.options.length > 1);
    if (chance.op === "constant" && chance.value >= 1) return turns ? [...this.await(), ...inner] : inner;
    return [
      "{",
      `const c${index} = ${print(chance)};`,
      ...(turns ? [`if (c${index} >= 1) {`, ...this.await(), "}"] : []),
      `let k${index} = 1;`,
      `if (c${index} < 1) {`,
      `if (depth === known) { picks[depth] = 1; known++; } else k${index} = picks[depth];`,
      `nexts[depth] = k${index} - 1;`,
      ...(paths ? [`places[depth] = ${index};`] : []),
      "depth++;",
      ...(measured ? [`odds *= k${index} === 1 ? c${index} : 1 - c${index};`] : []),
      "}",
      `if (k${index} === 1) {`,
      ...inner,
      "}",
      "}",
    ];
  }
}

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

/**
 * The same for many options, of which only those up to the next open one are looked at. What was picked before stands, and
 * so does the sum of the weights, which is kept in `sums`.
 */
function pickByList(index: number, open: readonly string[], sum: string | null): string[] {
  const [k, x, label] = [`k${index}`, `x${index}`, `o${index}`];
  const tests = open.map((test, option) => `case ${option}: if (${test}) { ${x} = ${option}; break ${label}; }`);
  return [
    `let ${k} = depth < known ? picks[depth] : -1;`,
    "if (depth >= known - 1) {",
    `let ${x} = ${k} + 1;`,
    `if (depth === known) { known++; ${sum === null ? "" : `sums[depth] = ${sum};`} }`,
    "for (;;) {",
    `${label}: {`,
    `switch (${x}) {`,
    ...tests,
    "}",
    `${x} = -1;`,
    "}",
    `if (${k} >= 0 || ${x} < 0) break;`,
    `${k} = picks[depth] = ${x}++;`,
    "}",
    `nexts[depth] = ${x};`,
    "}",
  ];
}
