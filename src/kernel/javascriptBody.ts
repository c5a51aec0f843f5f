/**
 * Statements of a kernel program as JavaScript.
 *
 * How locals are stored, how a word of luck is drawn and how a run is stopped is the scheme's; the rest is the same
 * wherever the statements stand.
 */
import type { Code, Local } from "./code.ts";
import { bare, bits, isBrief, nameOf, print } from "./javascriptValue.ts";
import type { Program, ProgramEvent, ProgramOption, Statement } from "./program.ts";

/** What differs between the places where statements stand. */
export interface Scheme {
  /** Sets a local that lives as long as the run. */
  store(local: Local, value: string): string;
  /** Leaves the word of a site in the present round in a new constant. */
  draw(site: number, steady: boolean, word: string): string[];
  /** Stops the run. */
  readonly stop: string;
  /** Shows that something happened. */
  note(happening: ProgramEvent, cursor: number): string[];
}

/** With a total of at most this a pick needs no doubles. */
const wholeTotalMax = 65_536;
const wordCount = 4_294_967_296;

/** Prints statements after a scheme. */
export class BodyPrinter {
  private readonly program: Program;
  private readonly scheme: Scheme;
  private readonly scratch: ReadonlySet<Local>;
  private names = 0;

  constructor(program: Program, scheme: Scheme) {
    this.program = program;
    this.scheme = scheme;
    this.scratch = new Set(program.scratch);
  }

  body(statements: readonly Statement[]): string[] {
    return statements.flatMap((statement) => this.statement(statement));
  }

  private statement(statement: Statement): string[] {
    switch (statement.do) {
      case "set":
        return [this.set(statement.local, statement.value)];
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
        return this.choose(statement.site, statement.steady, statement.options);
      case "occur":
        return this.occur(statement.site, statement.steady, statement.chance, statement.body);
      case "await":
        return [];
      case "fault":
        return [`bad = ${statement.fault + 1}; ${this.scheme.stop}`];
      case "check":
        return [`if (bad !== 0) ${this.scheme.stop}`];
      case "pardon":
        return ["bad = 0;"];
      case "end":
        return [`${this.scheme.store(this.program.results.ending, String(statement.ending))} ${this.scheme.stop}`];
      case "note":
        return this.scheme.note(statement.happening, statement.cursor);
    }
  }

  private set(local: Local, value: Code): string {
    const printed = isBrief(value) ? `${bits(value)} !== 0` : bare(print(value));
    if (local.role !== "value") return this.scheme.store(local, printed);
    return `${this.scratch.has(local) ? "" : "const "}${nameOf(local)} = ${printed};`;
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

  private draw(site: number, steady: boolean): { lines: string[]; word: string } {
    const word = `w${this.names++}`;
    return { lines: this.scheme.draw(site, steady, word), word };
  }

  private choose(site: number, steady: boolean, options: readonly ProgramOption[]): string[] {
    const live = options.filter(({ weight }) => !(weight.op === "constant" && weight.value === 0));
    if (live.length <= 1) return this.body(live[0]?.body ?? []);
    const bodies = live.map(({ body }) => this.body(body));
    const { lines, word } = this.draw(site, steady);
    const tests = this.pick(word, live, lines);
    const printed = bodies.flatMap((body, index) => {
      const head =
        index === 0 ? `if (${tests[index]}) {` : index < tests.length ? `} else if (${tests[index]}) {` : "} else {";
      return [head, ...body];
    });
    return ["{", ...lines, ...printed, "}", "}"];
  }

  /** The tests of all options but the last, in order. */
  private pick(word: string, options: readonly ProgramOption[], lines: string[]): string[] {
    const weights = options.map(({ weight }) => weight);
    const constants = weights.map((weight) => (weight.op === "constant" ? weight.value : Number.NaN));
    if (constants.every((value) => !Number.isNaN(value))) {
      return thresholds(constants).map((threshold) => `(${word} >>> 0) < ${threshold}`);
    }
    const whole = weights.every(({ type }) => type === "int") && total(weights) <= wholeTotalMax;
    const name = `c${this.names++}`;
    let cumulative = "";
    const sums = weights.map((weight, index) => {
      const next = index === 0 ? print(weight) : `${cumulative} + ${print(weight)}${whole ? " | 0" : ""}`;
      cumulative = `${name}_${index}`;
      lines.push(`const ${cumulative} = ${next};`);
      return cumulative;
    });
    const drawn = `d${this.names++}`;
    if (whole) {
      lines.push(
        `const ${drawn} = (Math.imul(${word} >>> 16, ${cumulative}) + (Math.imul(${word} & 65535, ${cumulative}) >>> 16)) >>> 16;`,
      );
      return sums.slice(0, -1).map((sum) => `${drawn} < ${sum}`);
    }
    lines.push(`const ${drawn} = (${word} >>> 0) * ${cumulative};`);
    return sums.slice(0, -1).map((sum) => `${drawn} < ${sum} * ${wordCount}`);
  }

  private occur(site: number, steady: boolean, chance: Code, then: readonly Statement[]): string[] {
    const body = this.body(then);
    if (chance.op === "constant" && chance.value >= 1) return body;
    const { lines, word } = this.draw(site, steady);
    const bound = chance.op === "constant" ? Math.ceil(chance.value * wordCount) : `${print(chance)} * ${wordCount}`;
    return ["{", ...lines, `if ((${word} >>> 0) < ${bound}) {`, ...body, "}", "}"];
  }
}

const total = (weights: readonly Code[]): number => weights.reduce((sum, { high }) => sum + high, 0);

/** For constant weights: the first word at which each option but the last is no longer picked. */
function thresholds(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((so, weight) => so + weight, 0);
  let cumulative = 0;
  return weights.slice(0, -1).map((weight) => {
    cumulative += weight;
    let [low, high] = [0, wordCount];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (middle * sum < cumulative * wordCount) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
