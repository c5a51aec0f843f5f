/**
 * Turns small trees of numbers into expressions of the scenario language, as text, over whatever names there are.
 *
 * A gene knows nothing of the scenario: it is decoded against a vocabulary. Two parts of a generated scenario can
 * therefore shrink independently, and every gene decodes to a well-typed expression. Conditions may be anything;
 * whole numbers stay finite and whole; shares lie in 0 to 1, weights are not negative.
 */
import fc from "fast-check";
import {
  type NumberFunctionName,
  numberFunctionNames,
  numberFunctions,
  takesOneNumber,
} from "../scenario/functions.ts";

/** A tree of numbers from which an expression is decoded; smaller numbers decode to simpler expressions. */
export interface Gene {
  readonly pick: number;
  readonly amount: number;
  readonly of: readonly Gene[];
}

/** The names that an expression may use, by what they stand for. */
export interface Vocabulary {
  readonly tracks: readonly { readonly id: string; readonly states: readonly string[] }[];
  /** Scales and counts. */
  readonly numbers: readonly string[];
  readonly flags: readonly string[];
  /** Terms and assumptions that are conditions. */
  readonly conditions: readonly string[];
  /** Terms that are whole numbers. */
  readonly amounts: readonly string[];
  /** Assumptions that lie in 0 to 1. */
  readonly shares: readonly string[];
  /** What `since` may take. */
  readonly marks: readonly string[];
  /** What `made` may take. */
  readonly steps: readonly string[];
  /** Dates on or near the calendar; empty without one. */
  readonly dates: readonly string[];
}

const leaf = fc.record({ pick: fc.nat(199), amount: fc.nat(9), of: fc.constant<readonly Gene[]>([]) });

/** Genes of at most three levels. */
export const geneArbitrary: fc.Arbitrary<Gene> = fc.memo((depth) =>
  depth <= 1
    ? leaf
    : fc.record({ pick: fc.nat(199), amount: fc.nat(9), of: fc.array(nested(depth - 1), { maxLength: 2 }) }),
)(3);

function nested(depth: number): fc.Arbitrary<Gene> {
  return depth <= 1
    ? leaf
    : fc.record({ pick: fc.nat(199), amount: fc.nat(9), of: fc.array(nested(depth - 1), { maxLength: 2 }) });
}

const simplest: Gene = { pick: 0, amount: 0, of: [] };
const part = (gene: Gene, index: number): Gene => gene.of[index] ?? simplest;

/** The item that a number picks, round and round; the list may not be empty. */
export function among<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

type Form = () => string;

/** A text as an operand: anything longer than a word goes into parentheses. */
const operand = (text: string): string => (/^[a-z0-9_.]+$/.test(text) ? text : `(${text})`);

/** A condition. */
export function conditionText(gene: Gene, words: Vocabulary): string {
  const { amount } = gene;
  const forms: Form[] = [];
  const one = (): string => conditionText(part(gene, 0), words);
  const other = (): string => conditionText(part(gene, 1), words);
  const { tracks, numbers, flags, conditions, marks, steps, dates } = words;
  if (flags.length > 0)
    forms.push(
      () => among(flags, amount),
      () => `${among(flags, amount)} is false`,
    );
  if (tracks.length > 0) {
    const track = among(tracks, amount);
    const state = among(track.states, amount + gene.of.length);
    forms.push(
      () => `${track.id} is ${state}`,
      () => `${track.id} is not ${state}`,
      () => `${track.id} ${among(["<", "<=", ">", ">="], amount)} ${state}`,
      () => `${track.id} in [${track.states[0]}, ${state}]`,
      () => `rung(${track.id}) ${among([">=", "<"], amount)} ${1 + (amount % 3)}`,
    );
  }
  if (numbers.length > 0) {
    const number = among(numbers, amount);
    forms.push(
      () => `${number} ${among(["<", "<=", ">", ">="], amount)} ${amount % 4}`,
      () => `${number} is ${amount % 3}`,
      () => {
        const left = operand(wholeText(part(gene, 0), words));
        return `${left} ${among([">", "<=", "is not"], amount)} ${operand(wholeText(part(gene, 1), words))}`;
      },
      () => `${number} not in [${amount % 2}, ${2 + (amount % 2)}]`,
    );
  }
  if (conditions.length > 0) forms.push(() => among(conditions, amount));
  forms.push(() => `round ${among([">=", "<", "is"], amount)} ${amount % 4}`);
  if (marks.length > 0)
    forms.push(() => `since(${among(marks, amount)}) ${among([">", ">=", "<"], amount)} ${1 + (amount % 3)}`);
  if (steps.length > 0)
    forms.push(() => `made(${among(steps, amount)}) ${among([">=", "is"], amount)} ${1 + (amount % 2)}`);
  if (dates.length > 0) {
    forms.push(
      () => `date ${among([">", "<="], amount)} ${among(dates, amount)}`,
      () => `days > ${1 + amount}`,
    );
  }
  forms.push(
    () => `not (${one()})`,
    () => `(${one()}) and (${other()})`,
    () => `(${one()}) or (${other()})`,
    () => `if ${one()} then ${other()} else round > 0`,
    () => "true",
  );
  return among(forms, gene.pick)();
}

/** A number that is finite and whole in every state. */
export function wholeText(gene: Gene, words: Vocabulary): string {
  const { amount } = gene;
  const one = (): string => wholeText(part(gene, 0), words);
  const other = (): string => wholeText(part(gene, 1), words);
  const forms: Form[] = [() => String(amount % 5)];
  const number = words.numbers.length > 0 ? among(words.numbers, amount) : String(1 + (amount % 3));
  forms.push(
    () => number,
    () => `${number} + ${operand(one())}`,
    () => `${number} - ${operand(one())}`,
    () => `${number} * ${amount % 3}`,
    () => `${number} % ${2 + (amount % 2)}`,
    ...callTexts(number, one, other),
    () => `-(${number})`,
    () => `if ${conditionText(part(gene, 0), words)} then ${other()} else ${number}`,
    () => `${amount % 3} * (${conditionText(part(gene, 0), words)})`,
  );
  if (words.flags.length > 0) forms.push(() => `${number} + 2 * ${among(words.flags, amount)}`);
  if (words.amounts.length > 0) forms.push(() => among(words.amounts, amount));
  if (words.tracks.length > 0) forms.push(() => `rung(${among(words.tracks, amount).id})`);
  if (words.steps.length > 0) forms.push(() => `made(${among(words.steps, amount)})`);
  return among(forms, gene.pick)();
}

/** Every function of numbers, of whole numbers; those that are always whole take halves. */
function callTexts(number: string, one: Form, other: Form): readonly Form[] {
  const ofOne = numberFunctionNames.filter(takesOneNumber);
  const ofSeveral = numberFunctionNames.filter((name) => !takesOneNumber(name));
  const isRounding = (name: NumberFunctionName): boolean => numberFunctions[name].whole === "always";
  return [
    ...ofOne.filter(isRounding).map((name) => () => `${numberFunctions[name].word}(${number} / 2)`),
    ...ofSeveral.map((name, index) => () => {
      return `${numberFunctions[name].word}(${[number, one(), other()].slice(0, 2 + (index % 2)).join(", ")})`;
    }),
    ...ofOne
      .filter((name) => !isRounding(name))
      .map((name) => () => `${numberFunctions[name].word}(${number} - ${operand(one())})`),
  ];
}

/** A number from 0 to 1 in every state: a chance. */
export function shareText(gene: Gene, words: Vocabulary): string {
  const forms: Form[] = [
    () => among(["0.5", "1", "0.25", "0.75", "0", "0.1"], gene.amount),
    () => `if ${conditionText(part(gene, 0), words)} then 0.8 else 0.3`,
    () => `min(1, max(0, ${operand(wholeText(part(gene, 0), words))} / 8))`,
  ];
  if (words.shares.length > 0)
    forms.push(
      () => among(words.shares, gene.amount),
      () => `1 - ${among(words.shares, gene.amount)}`,
    );
  return among(forms, gene.pick)();
}

/** A number that is not negative: odds or a weight. */
export function weightText(gene: Gene, words: Vocabulary): string {
  const forms: Form[] = [
    () => String((gene.amount + 1) % 4),
    () => shareText(part(gene, 0), words),
    () => `if ${conditionText(part(gene, 0), words)} then ${1 + (gene.amount % 3)} else 1.5`,
    () => `abs(${wholeText(part(gene, 0), words)})`,
    () => `1 + 3 * (${conditionText(part(gene, 0), words)})`,
  ];
  return among(forms, gene.pick)();
}
