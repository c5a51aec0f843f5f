/**
 * Prints a kernel program as JavaScript: a run of a range of replications.
 *
 * A small program is one loop with everything in locals. A large one would be refused by the optimising compiler, so
 * each of its stages becomes a function that takes what it needs from typed arrays. Chance is drawn from keyed blocks of
 * two words, which serve two rounds of a site. Names in the code are numbers of locals, never the author's text, so no
 * scenario can reach the language. The printed function has no effects but on the rows it is given.
 */
import type { Local } from "./code.ts";
import { type DrawWord, drawnChoices } from "./drawnChoice.ts";
import { nameOf } from "./javascriptValue.ts";
import { printFirsts, printTables, remainderFunction, type Scheme, StatementPrinter } from "./print.ts";
import { type Program, type ProgramEvent, running, type Statement } from "./program.ts";
import { declareSlots, printSection, resetSlots, slotOf, storeSlot } from "./slots.ts";

export interface Printed {
  readonly source: string;
  /** What the numbers mean that `observe` is given. */
  readonly happenings: readonly ProgramEvent[];
}

/** Steady sites up to this number have their generator printed in place; more would make the loop too large. */
const sitesInPlaceMax = 8;
/** A loop longer than this many characters is split: V8 optimises no function of more than 60 kB of bytecode. */
const loopMax = 40_000;

/** The body of a function that returns `simulate(keys, from, to, rows, faults)`. */
export function printSimulation(program: Program, longest = loopMax): string {
  const whole = printLoop(program);
  return indented(whole.length <= longest ? whole : printParts(program));
}

/** The body of a function that returns `follow(keys, n, observe)`, which shows every point of one run. */
export function printFollower(program: Program): Printed {
  const happenings: ProgramEvent[] = [];
  const snapshot = `${nameOf(program.round)}, [${program.fields.map(nameOf).join(", ")}]`;
  const run = loopBody(program, (happening, cursor) => {
    const index = happenings.push(happening) - 1;
    return [`observe(${index}, ${cursor}, ${snapshot}, ${running}, 0);`];
  });
  const lines = [
    ...prelude(program),
    "return function follow(keys, n, observe) {",
    ...keyLines(program),
    "const replication = n | 0;",
    ...run,
    `observe(-1, -1, ${snapshot}, ${nameOf(program.results.ending)}, bad);`,
    "};",
  ];
  return { source: lines.join("\n"), happenings };
}

/** The source with its blocks set in. */
function indented(source: string): string {
  let depth = 0;
  return source
    .split("\n")
    .map((line) => {
      const opened = line.split("{").length - line.split("}").length;
      const indent = line.startsWith("}") ? depth - 1 : depth;
      depth += opened;
      return "  ".repeat(Math.max(0, indent)) + line;
    })
    .join("\n");
}

function printLoop(program: Program): string {
  const lines = [
    ...prelude(program),
    "return function simulate(keys, from, to, rows, faults) {",
    ...keyLines(program),
    "for (let n = from; n < to; n++) {",
    "const replication = n | 0;",
    ...loopBody(program, () => []),
    ...resultLines(program, nameOf),
    "}",
    "};",
  ];
  return lines.join("\n");
}

function prelude(program: Program): string[] {
  return [`"use strict";`, ...printTables(program), blockFunction, wordFunction, remainderFunction];
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

const blockFunction = `let spare = 0;
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

function keyLines(program: Program): string[] {
  return program.sites.map((_, site) => {
    const [a, b] = [`keys[${2 * site}] | 0`, `keys[${2 * site + 1}] | 0`];
    return `const a${site} = ${a}, b${site} = ${b}, e${site} = ${parity} ^ a${site} ^ b${site};`;
  });
}

/** What all of an ensemble's code has in common: choices are drawn, and states stand nowhere in particular. */
function drawnScheme(draw: DrawWord, own: Pick<Scheme, "store" | "end" | "stop" | "note">): Scheme {
  return { ...own, ...drawnChoices(draw), leavesOut: () => false, await: () => [] };
}

/** One run with everything in locals. */
function loopBody(program: Program, note: Scheme["note"]): string[] {
  const steadySites = new Set<number>();
  const round = nameOf(program.round);
  const draw: DrawWord = (site, steady, word) => {
    if (!steady) return [`const ${word} = word(a${site}, b${site}, replication, ${round});`];
    const isFirst = !steadySites.has(site);
    steadySites.add(site);
    const [u, v, q] = [`u${site}`, `v${site}`, `q${site}`];
    const inPlace = isFirst && steadySites.size <= sitesInPlaceMax;
    const block = inPlace
      ? cipher([`a${site}`, `b${site}`, `e${site}`], "replication", q, u, v)
      : `${u} = block(a${site}, b${site}, replication, ${q}); ${v} = spare;`;
    const refill = [`if (${q} !== ${round} >>> 1) {`, `${q} = ${round} >>> 1;`, block, "}"];
    return [...refill, `const ${word} = (${round} & 1) === 0 ? ${u} : ${v};`];
  };
  const printer = (stop: string): StatementPrinter =>
    new StatementPrinter(
      program,
      drawnScheme(draw, {
        store: (local, value) => [`${nameOf(local)} = ${value};`],
        end: (ending) => `${nameOf(program.results.ending)} = ${ending};`,
        stop,
        note,
      }),
    );
  const { body } = printer("break run;");
  const start = body(program.start);
  const round0 = [...body(program.opening), ...program.stages.flatMap((stage) => ["{", ...body(stage.body), "}"])];
  const tick = body(program.tick);
  const closing = printer("break close;").body(program.closing);
  const words = [...steadySites].map((site) => `u${site} = 0, v${site} = 0, q${site} = -1`);
  return [
    `let ${[...printFirsts(program), ...words, "bad = 0"].join(", ")};`,
    "run: {",
    ...start,
    "for (;;) {",
    ...round0,
    ...tick,
    "}",
    "}",
    ...(closing.length === 0 ? [] : ["if (bad === 0) close: {", ...closing, "}"]),
  ];
}

/** How a run ended, in its row: in an outcome, at a fault; else as minus the ending has it. */
const outcomeRow = 0;
const faultRow = 3;

/** Writes the results of a run into its row. */
function resultLines(program: Program, name: (local: Local) => string): string[] {
  const { ending, rounds, tallies, utilities, properties } = program.results;
  const each = (list: readonly Local[], rows: string): string[] =>
    list.map((local, index) => `rows.${rows}[row * ${list.length} + ${index}] = ${name(local)};`);
  const end = name(ending);
  return [
    "const row = n - from;",
    `if (bad !== 0) { rows.ended[row] = ${faultRow}; rows.outcome[row] = -1; faults.push(n, bad - 1); }`,
    `else if (${end} >= 0) { rows.ended[row] = ${outcomeRow}; rows.outcome[row] = ${end}; }`,
    `else { rows.ended[row] = -${end}; rows.outcome[row] = -1; }`,
    `rows.rounds[row] = ${name(rounds)};`,
    ...each(tallies, "tallies"),
    ...each(utilities, "utilities"),
    ...properties.map(({ phase, holds }, index) => {
      const mask = holds.reduce((bits, one, place) => bits + (one ? 1 << place : 0), 0);
      return `rows.properties[row * ${properties.length} + ${index}] = ${mask} >> ${name(phase)} & 1;`;
    }),
  ];
}

/** A split program: every section a function that returns whether the run has stopped. */
function printParts(program: Program): string {
  const { ending } = program.results;
  const round = slotOf(program.round);
  const draw: DrawWord = (site, steady, word) =>
    steady
      ? [`const ${word} = kept(${site}, ${round});`]
      : [`const ${word} = word(K[${2 * site}], K[${2 * site + 1}], replication, ${round});`];
  const section = (name: string, statements: readonly Statement[]): string[] => {
    const scheme = drawnScheme(draw, {
      store: (local, value) => [storeSlot(local, value)],
      end: (how) => storeSlot(ending, String(how)),
      stop: "return true;",
      note: () => [],
    });
    const { body } = new StatementPrinter(program, scheme);
    return printSection(name, statements, program, body, { option: ({ weight }) => [weight], ending });
  };
  const stages = program.stages.filter(({ body }) => body.length > 0);
  const steps = ["opening()", ...stages.map((_, index) => `stage${index}()`), "tick()"];
  const lines = [
    ...prelude(program),
    `const ${declareSlots(program)}, K = new Int32Array(${2 * program.sites.length});`,
    `const W = new Int32Array(${2 * program.sites.length}), Q = new Int32Array(${program.sites.length});`,
    "let replication = 0, bad = 0;",
    keptFunction,
    ...section("start", program.start),
    ...section("opening", program.opening),
    ...stages.flatMap(({ body }, index) => section(`stage${index}`, body)),
    ...section("tick", program.tick),
    ...section("closing", program.closing),
    "return function simulate(keys, from, to, rows, faults) {",
    "K.set(keys);",
    "for (let n = from; n < to; n++) {",
    "replication = n | 0; bad = 0; S.fill(0); D.fill(0); Q.fill(-1);",
    ...resetSlots(program),
    `if (!start()) while (!(${steps.join(" || ")}));`,
    "if (bad === 0) closing();",
    ...resultLines(program, slotOf),
    "}",
    "};",
  ];
  return lines.join("\n");
}

const keptFunction = `function kept(site, round) {
const half = round >>> 1;
if (Q[site] !== half) {
Q[site] = half;
W[2 * site] = block(K[2 * site], K[2 * site + 1], replication, half);
W[2 * site + 1] = spare;
}
return W[2 * site + (round & 1)];
}`;
