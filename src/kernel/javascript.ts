/**
 * Prints a kernel program as JavaScript: a run of a range of replications with everything in locals.
 *
 * Chance is drawn from keyed blocks of two words, which serve two rounds of a site; a pick compares whole numbers where
 * the weights are whole and small. Names in the code are numbers of locals, never the author's text, so no scenario
 * can reach the language. The printed function has no effects but on the rows it is given.
 */
import { type Code, type Local, mayFault, parts } from "./code.ts";
import { type Happening, type Option, type Program, running, type Statement } from "./program.ts";

/** Steady sites up to this number have their generator printed in place; more would make the loop too large. */
const sitesInPlaceMax = 8;
/** With a total of at most this a pick needs no doubles. */
const wholeTotalMax = 65_536;
const wordCount = 4_294_967_296;

/**
 * The body of a function that returns `simulate(keys, from, to, rows, faults)`; with `follow` instead
 * `follow(keys, replication, observe)`, which shows every point of one run.
 */
export function printProgram(program: Program, mode: "simulate" | "follow"): Printed {
  const printer = new Printer(program, mode === "follow");
  const run = printer.run();
  const head = [`"use strict";`, ...program.tables.map(printTable), blockFunction(), wordFunction, remainderFunction];
  const frame = mode === "follow" ? followFrame(program, run) : simulateFrame(program, run);
  return { source: [...head, ...frame].join("\n"), happenings: printer.happenings };
}

export interface Printed {
  readonly source: string;
  /** What the numbers mean that `observe` is given. */
  readonly happenings: readonly Happening[];
}

function printTable(values: readonly number[], index: number): string {
  const kind = values.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    ? "Int32Array"
    : "Float64Array";
  return `const T${index} = new ${kind}([${values.join(", ")}]);`;
}

const parity = 0x1bd11bda;
const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/** Threefry2x32-20 on named variables: `one` and `other` become the block of counter (`first`, `second`). */
function cipher(
  keys: readonly [string, string, string],
  first: string,
  second: string,
  one: string,
  other: string,
): string {
  const lines = [`${one} = ${first} + ${keys[0]} | 0; ${other} = ${second} + ${keys[1]} | 0;`];
  for (let group = 1; group <= 5; group++) {
    const turns = rotations.slice(((group - 1) % 2) * 4, ((group - 1) % 2) * 4 + 4);
    const mixed = turns.map(
      (by) => `${one} = ${one} + ${other} | 0; ${other} = (${other} << ${by} | ${other} >>> ${32 - by}) ^ ${one};`,
    );
    const [a, b] = [keys[group % 3], keys[(group + 1) % 3]];
    lines.push(mixed.join(" "), `${one} = ${one} + ${a} | 0; ${other} = ${other} + ${b} + ${group} | 0;`);
  }
  return lines.join("\n");
}

const blockFunction = (): string => `let spare = 0;
function block(a, b, c, d) {
const e = ${parity} ^ a ^ b;
let x = 0, y = 0;
${cipher(["a", "b", "e"], "c", "d", "x", "y")}
spare = y;
return x;
}`;

const wordFunction = `function word(a, b, replication, round) {
const x = block(a, b, replication, round >>> 1);
return (round & 1) === 0 ? x : spare;
}`;

const remainderFunction = `function remainder(a, b) {
const rest = a % b;
return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}`;

function keyLines(program: Program): string[] {
  return program.sites.map((_, site) => {
    const [a, b] = [`keys[${2 * site}] | 0`, `keys[${2 * site + 1}] | 0`];
    return `const a${site} = ${a}, b${site} = ${b}, e${site} = ${parity} ^ a${site} ^ b${site};`;
  });
}

function simulateFrame(program: Program, run: readonly string[]): string[] {
  const { ending, rounds, tallies, utilities, properties } = program.results;
  const each = (list: readonly Local[], name: string): string[] =>
    list.map((local, index) => `${name}[row * ${list.length} + ${index}] = ${nameOf(local)};`);
  return [
    "return function simulate(keys, from, to, rows, faults) {",
    "const { ended, outcome, rounds, tallies, utilities, properties } = rows;",
    ...keyLines(program),
    "for (let n = from; n < to; n++) {",
    "const replication = n | 0;",
    ...run,
    "const row = n - from;",
    `if (bad !== 0) { ended[row] = 3; outcome[row] = -1; faults.push(n, bad - 1); }`,
    `else if (${nameOf(ending)} >= 0) { ended[row] = 0; outcome[row] = ${nameOf(ending)}; }`,
    `else { ended[row] = -${nameOf(ending)}; outcome[row] = -1; }`,
    `rounds[row] = ${nameOf(rounds)};`,
    ...each(tallies, "tallies"),
    ...each(utilities, "utilities"),
    ...properties.map(
      ({ phase, holds }, index) =>
        `properties[row * ${properties.length} + ${index}] = ${phaseTest(nameOf(phase), holds)};`,
    ),
    "}",
    "};",
  ];
}

/** 1 where a property holds of a run that ended in the present phase, else 0. */
function phaseTest(phase: string, holds: readonly boolean[]): string {
  const mask = holds.reduce((bits, one, index) => bits + (one ? 2 ** index : 0), 0);
  return `${mask} >> ${phase} & 1`;
}

function followFrame(program: Program, run: readonly string[]): string[] {
  return [
    "return function follow(keys, n, observe) {",
    ...keyLines(program),
    "const replication = n | 0;",
    ...run,
    `observe(-1, -1, ${snapshot(program)}, ${nameOf(program.results.ending)}, bad);`,
    "};",
  ];
}

/** The round and the fields, as `observe` takes them. */
function snapshot(program: Program): string {
  return `${nameOf(program.round)}, [${program.fields.map(nameOf).join(", ")}]`;
}

function nameOf(local: Local): string {
  return `${local.role === "field" ? "s" : local.role === "register" ? "r" : "t"}${local.id}`;
}

const nothing = (type: Local["type"]): string => (type === "truth" ? "false" : "0");

class Printer {
  private readonly program: Program;
  private readonly showsNotes: boolean;
  private readonly scratch: ReadonlySet<Local>;
  private readonly steady = new Set<number>();
  readonly happenings: Happening[] = [];
  private names = 0;
  private exit = "run";

  constructor(program: Program, showsNotes: boolean) {
    this.program = program;
    this.showsNotes = showsNotes;
    this.scratch = new Set(program.scratch);
  }

  /** The statements of one run, from its first values to its closing. */
  run(): string[] {
    const { program } = this;
    const start = this.body(program.start);
    const opening = this.body(program.opening);
    const stages = program.stages.flatMap((stage) => ["{", ...this.body(stage.body), "}"]);
    const tick = this.body(program.tick);
    this.exit = "close";
    const closing = this.body(program.closing);
    const locals = [...program.fields, ...program.scratch].map((local) => `${nameOf(local)} = ${nothing(local.type)}`);
    const registers = program.registers.map(
      ({ local, first }) => `${nameOf(local)} = ${local.type === "truth" ? String(first !== 0) : first}`,
    );
    const words = [...this.steady].map((site) => `u${site} = 0, v${site} = 0, q${site} = -1`);
    return [
      `let ${[...locals, ...registers, ...words, "bad = 0"].join(", ")};`,
      "run: {",
      ...start,
      "for (;;) {",
      ...opening,
      ...stages,
      ...tick,
      "}",
      "}",
      ...(closing.length === 0 ? [] : ["if (bad === 0) close: {", ...closing, "}"]),
    ];
  }

  private body(statements: readonly Statement[]): string[] {
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
        return [`bad = ${statement.fault + 1}; break ${this.exit};`];
      case "check":
        return [`if (bad !== 0) break ${this.exit};`];
      case "pardon":
        return ["bad = 0;"];
      case "end":
        return [`${nameOf(this.program.results.ending)} = ${statement.ending}; break run;`];
      case "note":
        return this.showsNotes ? [this.note(statement)] : [];
    }
  }

  private note({ happening, cursor }: Statement & { do: "note" }): string {
    const index = this.happenings.push(happening) - 1;
    return `observe(${index}, ${cursor}, ${snapshot(this.program)}, ${running}, 0);`;
  }

  private set(local: Local, value: Code): string {
    const isNew = local.role === "value" && !this.scratch.has(local);
    const printed = isBrief(value) ? `(${bits(value)}) !== 0` : print(value);
    return `${isNew ? "const " : ""}${nameOf(local)} = ${printed};`;
  }

  private conditional(when: Code, then: readonly Statement[], otherwise: readonly Statement[]): string[] {
    if (when.op === "constant") return this.body(when.value === 0 ? otherwise : then);
    const first = this.body(then);
    const second = this.body(otherwise);
    if (first.length === 0 && second.length === 0) return [];
    const head = `if (${print(when)}) {`;
    if (second.length === 0) return [head, ...first, "}"];
    if (first.length === 0) return [`if (!${print(when)}) {`, ...second, "}"];
    return [head, ...first, "} else {", ...second, "}"];
  }

  /** Statements that leave the word of a site in the present round in a new constant. */
  private draw(site: number, steady: boolean): { lines: string[]; word: string } {
    const word = `w${this.names++}`;
    const round = nameOf(this.program.round);
    if (!steady) return { lines: [`const ${word} = word(a${site}, b${site}, replication, ${round});`], word };
    const fresh = !this.steady.has(site);
    this.steady.add(site);
    const [u, v, q] = [`u${site}`, `v${site}`, `q${site}`];
    const inPlace = fresh && this.steady.size <= sitesInPlaceMax;
    const block = inPlace
      ? cipher([`a${site}`, `b${site}`, `e${site}`], "replication", q, u, v)
      : `${u} = block(a${site}, b${site}, replication, ${q}); ${v} = spare;`;
    const lines = [
      `if (${q} !== ${round} >>> 1) {`,
      `${q} = ${round} >>> 1;`,
      block,
      "}",
      `const ${word} = (${round} & 1) === 0 ? ${u} : ${v};`,
    ];
    return { lines, word };
  }

  private choose(site: number, steady: boolean, options: readonly Option[]): string[] {
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
  private pick(word: string, options: readonly Option[], lines: string[]): string[] {
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

/** The size up to which a condition is cheaper to evaluate wholly than to stop early, which costs a branch. */
const briefMax = 15;

const sizeOf = (code: Code): number => parts(code).reduce((size, part) => size + sizeOf(part), 1);

/** Whether a condition can be evaluated wholly, and better is. */
const isBrief = (code: Code): boolean =>
  (code.op === "and" || code.op === "or") && sizeOf(code) <= briefMax && !mayFault(code);

/** A condition as bits, without stopping early. */
function bits(code: Code): string {
  if (code.op === "and") return `(${bits(code.left)} & ${bits(code.right)})`;
  if (code.op === "or") return `(${bits(code.left)} | ${bits(code.right)})`;
  return print(code);
}

const isSimple = (code: Code): boolean => code.op === "constant" || code.op === "local";

/** A value as JavaScript, in parentheses where it is not a word. */
function print(code: Code): string {
  switch (code.op) {
    case "constant":
      return code.type === "truth" ? String(code.value !== 0) : code.value < 0 ? `(${code.value})` : String(code.value);
    case "local":
      return nameOf(code.local);
    case "table":
      return `T${code.table}[${print(code.at)}]`;
    case "count":
      return `(${print(code.of)} ? 1 : 0)`;
    case "*":
      if (code.type === "int") return `Math.imul(${print(code.left)}, ${print(code.right)})`;
      return `(${print(code.left)} * ${print(code.right)})`;
    case "+":
    case "-":
    case "/":
      return `(${print(code.left)} ${code.op} ${print(code.right)}${code.type === "int" ? " | 0" : ""})`;
    case "modulo":
      if (code.left.low >= 0 && code.right.low > 0 && code.type === "int")
        return `(${print(code.left)} % ${print(code.right)})`;
      return `remainder(${print(code.left)}, ${print(code.right)})`;
    case "quotient":
      return printQuotient(code.left, code.by);
    case "min":
    case "max":
      return printExtreme(code.op, code.type, code.left, code.right);
    case "abs":
      return `Math.abs(${print(code.of)})`;
    case "floor":
      return code.type === "int" ? `(Math.floor(${print(code.of)}) | 0)` : `Math.floor(${print(code.of)})`;
    case "narrow":
      return `(${print(code.of)} | 0)`;
    case "is whole":
      return `Number.isInteger(${print(code.of)})`;
    case "compare":
      return `(${print(code.left)} ${{ "==": "===", "!=": "!==", "<": "<", "<=": "<=", ">": ">", ">=": ">=" }[code.by]} ${print(code.right)})`;
    case "and":
      return `(${print(code.left)} && ${print(code.right)})`;
    case "or":
      return `(${print(code.left)} || ${print(code.right)})`;
    case "not":
      return `!${print(code.of)}`;
    case "select":
      return `(${print(code.when)} ? ${print(code.then)} : ${print(code.else)})`;
    case "guard":
      return `(${print(code.unless)} ? (bad === 0 && (bad = ${code.fault + 1}), ${nothing(code.type)}) : ${print(code.of)})`;
  }
}

function printQuotient(left: Code, by: number): string {
  const bits = Math.clz32(1) - Math.clz32(by);
  if (2 ** bits === by) return `(${print(left)} >> ${bits})`;
  return left.low >= 0 ? `(${print(left)} / ${by} | 0)` : `(Math.floor(${print(left)} / ${by}) | 0)`;
}

function printExtreme(op: "min" | "max", type: Local["type"], left: Code, right: Code): string {
  if (type === "int" && isSimple(left) && isSimple(right)) {
    return `(${print(left)} ${op === "min" ? "<" : ">"} ${print(right)} ? ${print(left)} : ${print(right)})`;
  }
  return `Math.${op}(${print(left)}, ${print(right)})`;
}
