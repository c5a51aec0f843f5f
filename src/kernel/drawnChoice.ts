/**
 * Choices drawn by weight: how an ensemble chooses, for actors under policies and for chance alike.
 *
 * One word of keyed luck decides a choice. Weights that are constant become thresholds on the word, small whole weights
 * are scaled in 32 bits, all others in doubles; each picks exactly what the engine picks from the same word.
 */
import { at } from "../scenario/at.ts";
import type { Code } from "./code.ts";
import { print } from "./javascriptValue.ts";
import type { PrintBody, Scheme } from "./print.ts";
import type { LotPick, ProgramOption } from "./program.ts";

/** Leaves the word of a site in the present round in a new constant. */
export type DrawWord = (site: number, steady: boolean, word: string) => string[];

/** With a total of at most this a pick needs no doubles. */
const wholeTotalMax = 65_536;
const wordCount = 4_294_967_296;

/** How choices are drawn. Names of constants count up, so statements of one function need one scheme. */
export function drawnChoices(draw: DrawWord): Pick<Scheme, "choose" | "occur"> {
  let names = 0;

  /** The tests of all options but the last, in order. */
  function pick(word: string, options: readonly ProgramOption[], lines: string[]): string[] {
    const weights = options.map(({ weight }) => weight);
    const constants = weights.map((weight) => (weight.op === "constant" ? weight.value : Number.NaN));
    if (constants.every((value) => !Number.isNaN(value))) {
      return thresholds(constants).map((threshold) => `(${word} >>> 0) < ${threshold}`);
    }
    const whole = weights.every(({ type }) => type === "int") && total(weights) <= wholeTotalMax;
    const name = `c${names++}`;
    let cumulative = "";
    const sums = weights.map((weight, index) => {
      const next = index === 0 ? print(weight) : `${cumulative} + ${print(weight)}${whole ? " | 0" : ""}`;
      cumulative = `${name}_${index}`;
      lines.push(`const ${cumulative} = ${next};`);
      return cumulative;
    });
    const drawn = `d${names++}`;
    if (whole) {
      lines.push(
        `const ${drawn} = (Math.imul(${word} >>> 16, ${cumulative}) + (Math.imul(${word} & 65535, ${cumulative}) >>> 16)) >>> 16;`,
      );
      return sums.slice(0, -1).map((sum) => `${drawn} < ${sum}`);
    }
    lines.push(`const ${drawn} = (${word} >>> 0) * ${cumulative};`);
    return sums.slice(0, -1).map((sum) => `${drawn} < ${sum} * ${wordCount}`);
  }

  /** Picks the open option whose word is lowest, or highest. */
  function byLot({ pick: wanted, sites }: LotPick, options: readonly ProgramOption[], body: PrintBody): string[] {
    const name = `l${names++}`;
    const lines = [`let ${name} = -1, ${name}_word = ${wanted === "first" ? wordCount : -1};`];
    for (const [index, { enabled }] of options.entries()) {
      const word = `w${names++}`;
      const better = `(${word} >>> 0) ${wanted === "first" ? "<" : ">="} ${name}_word`;
      lines.push(
        `if (${print(enabled)}) {`,
        ...draw(at(sites, index), false, word),
        `if (${better}) { ${name} = ${index}; ${name}_word = ${word} >>> 0; }`,
        "}",
      );
    }
    const cases = options.flatMap((option, index) => [`case ${index}: {`, ...body(option.body), "break;", "}"]);
    return ["{", ...lines, `switch (${name}) {`, ...cases, "}", "}"];
  }

  return {
    choose({ site, steady, options, lot }, body) {
      if (lot !== undefined) return byLot(lot, options, body);
      const live = options.filter(({ weight }) => !(weight.op === "constant" && weight.value === 0));
      if (live.length <= 1) return body(live[0]?.body ?? []);
      const bodies = live.map((option) => body(option.body));
      const word = `w${names++}`;
      const lines = draw(site, steady, word);
      const tests = pick(word, live, lines);
      const printed = bodies.flatMap((inner, index) => {
        const head =
          index === 0 ? `if (${tests[index]}) {` : index < tests.length ? `} else if (${tests[index]}) {` : "} else {";
        return [head, ...inner];
      });
      return ["{", ...lines, ...printed, "}", "}"];
    },
    occur({ site, steady, chance, body: then }, body) {
      const inner = body(then);
      if (chance.op === "constant" && chance.value >= 1) return inner;
      const word = `w${names++}`;
      const lines = draw(site, steady, word);
      const bound = chance.op === "constant" ? Math.ceil(chance.value * wordCount) : `${print(chance)} * ${wordCount}`;
      return ["{", ...lines, `if ((${word} >>> 0) < ${bound}) {`, ...inner, "}", "}"];
    },
  };
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
