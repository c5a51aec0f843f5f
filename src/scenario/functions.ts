/**
 * The functions of the language, one row each: what they take, what they are worth and within which bounds.
 *
 * Reader, evaluator, printers and test kit take everything about a function of numbers from its row, except how the
 * kernel, JavaScript and PRISM write it: each of those has a table of its own with a row for every name, so that the
 * compiler asks for a missing one. Functions of names read the state of a run; only what they take stands here.
 */

/** Smallest and largest value, inclusive. */
export type Bounds = readonly [low: number, high: number];

/** What there is to know about a function of numbers; it has a value for all numbers, so it never faults. */
interface NumberFunction<Takes, Values extends readonly number[], Intervals extends readonly Bounds[]> {
  /** The word by which expressions call it. */
  readonly word: string;
  /** One number, or two and more. */
  readonly takes: Takes;
  readonly value: (...numbers: Values) => number;
  /** Bounds of the value where the arguments keep within theirs. */
  readonly bounds: (...arguments_: Intervals) => Bounds;
  /** Whether the value is whole: always, or wherever all arguments are. */
  readonly whole: "always" | "as its arguments";
}

type OfOne = NumberFunction<"one", readonly [number], readonly [Bounds]>;
type OfSeveral = NumberFunction<"several", readonly number[], readonly Bounds[]>;

const lows = (intervals: readonly Bounds[]): readonly number[] => intervals.map(([low]) => low);
const highs = (intervals: readonly Bounds[]): readonly number[] => intervals.map(([, high]) => high);

/** The functions of numbers, in the order in which messages list them. */
export const numberFunctions = {
  min: {
    word: "min",
    takes: "several",
    value: Math.min,
    bounds: (...of) => [Math.min(...lows(of)), Math.min(...highs(of))],
    whole: "as its arguments",
  },
  max: {
    word: "max",
    takes: "several",
    value: Math.max,
    bounds: (...of) => [Math.max(...lows(of)), Math.max(...highs(of))],
    whole: "as its arguments",
  },
  abs: {
    word: "abs",
    takes: "one",
    value: Math.abs,
    bounds: ([low, high]) => [low >= 0 ? low : high < 0 ? -high : 0, Math.max(-low, high)],
    whole: "as its arguments",
  },
  floor: {
    word: "floor",
    takes: "one",
    value: Math.floor,
    bounds: ([low, high]) => [Math.floor(low), Math.floor(high)],
    whole: "always",
  },
  // Its word alone, without parentheses, is the number of the present round, which has the name `round` in a model.
  rounded: {
    word: "round",
    takes: "one",
    value: roundHalfUp,
    bounds: ([low, high]) => [roundHalfUp(low), roundHalfUp(high)],
    whole: "always",
  },
} as const satisfies Readonly<Record<string, OfOne | OfSeveral>>;

/** The nearest whole number; of two that are as near, the greater, as in PRISM. Never the negative zero. */
function roundHalfUp(value: number): number {
  return Math.round(value) + 0;
}

type Functions = typeof numberFunctions;
export type NumberFunctionName = keyof Functions;
/** A function that takes one number. */
export type OneNumberFunction = {
  [Name in NumberFunctionName]: Functions[Name] extends OfOne ? Name : never;
}[NumberFunctionName];
/** A function that takes two numbers or more. */
export type SeveralNumbersFunction = Exclude<NumberFunctionName, OneNumberFunction>;

/** The names of the functions of numbers. */
export const numberFunctionNames = Object.keys(numberFunctions).filter(isNumberFunction);

/** Whether a text is the name of a function of numbers in a model. */
export function isNumberFunction(text: string): text is NumberFunctionName {
  return Object.hasOwn(numberFunctions, text);
}

/** The words by which expressions call functions of numbers, in the order in which messages list them. */
export const numberFunctionWords: readonly string[] = numberFunctionNames.map((name) => numberFunctions[name].word);

/** The function of numbers that expressions call by a word, or null. */
export function numberFunctionOf(word: string): NumberFunctionName | null {
  return numberFunctionNames.find((name) => numberFunctions[name].word === word) ?? null;
}

/** Whether a function takes one number. */
export function takesOneNumber(name: NumberFunctionName): name is OneNumberFunction {
  return numberFunctions[name].takes === "one";
}

/** What can be named in a function of names. */
export type NamedKind = "track" | "move" | "incident" | "actor";

/** The functions of names, and what each takes the name of, in the order in which messages list them. */
export const nameFunctions = {
  since: ["track", "move", "incident"],
  made: ["move", "incident"],
  rung: ["track"],
  next: ["track"],
  previous: ["track"],
  chose: ["actor"],
} as const satisfies Readonly<Record<string, readonly NamedKind[]>>;

export type NameFunctionName = keyof typeof nameFunctions;

/** Whether a word is the name of a function of names. */
export function isNameFunction(word: string): word is NameFunctionName {
  return Object.hasOwn(nameFunctions, word);
}
