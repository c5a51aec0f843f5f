/**
 * The options that every command which runs a scenario shares: seed, variant, assumptions, policies, horizon, texts.
 *
 * They are read into a treatment request here; what they may name is the treatment's business.
 */
import type { Command } from "commander";
import type { TreatmentRequest } from "../engine/treatment.ts";
import { Mistake } from "../scenario/mistake.ts";

/** The seed used where none is given, so that two people who run the same command see the same. */
const usualSeed = "demarche";

export interface TreatmentOptions {
  readonly seed: string;
  readonly variant?: string;
  readonly assume?: readonly string[];
  readonly policy?: readonly string[];
  readonly rounds?: number;
  readonly texts?: string;
}

/** Adds the shared options to a command. */
export function addTreatmentOptions(command: Command): Command {
  return command
    .option("--seed <text>", "any text; the same seed gives the same luck", usualSeed)
    .option("--variant <id>", "a variant of the scenario")
    .option("--assume <name=value>", "set an assumption (may be repeated)", collect)
    .option("--policy <actor=name>", "choose an actor's policy (may be repeated)", collect)
    .option("--rounds <n>", "end after this many rounds", wholeNumber("--rounds", 1))
    .option("--texts <language|file>", "tell it in other words: a language beside the scenario, or a file");
}

/** Gathers a repeated option. */
export function collect(value: string, gathered: readonly string[] = []): readonly string[] {
  return [...gathered, value];
}

/** Reads a whole number of at least `least`, and of at most `most`. */
export function wholeNumber(
  name: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    const wanted = number > most ? `from ${least} to ${most}` : `of at least ${least}`;
    throw new Mistake(`${name} is ${value}, but a whole number ${wanted} is needed`);
  };
}

/** Reads an option that takes a fraction between 0 and 1, both excluded. */
export function fraction(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value > 0 && value < 1) return value;
    throw new Mistake(`${option} ${text} is no number between 0 and 1`, `for example ${option} 0.01`);
  };
}

/** Reads a list of ids, each once. */
export function listed(option: string, text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const ids = text.split(",").map((id) => id.trim());
  if (ids.includes("")) {
    throw new Mistake(`${option} ${text} names nobody in one place`, `for example ${option} usa,russia`);
  }
  return [...new Set(ids)];
}

/** The treatment that the options ask for. */
export function treatmentRequest(options: Omit<TreatmentOptions, "seed" | "texts">): TreatmentRequest {
  return {
    ...(options.variant === undefined ? {} : { variant: options.variant }),
    ...(options.rounds === undefined ? {} : { rounds: options.rounds }),
    assume: Object.fromEntries(
      (options.assume ?? []).map((text) => pair(text, "--assume", "leak_chance=0.3")).map(readValue),
    ),
    policies: Object.fromEntries((options.policy ?? []).map((text) => pair(text, "--policy", "russia=pressing"))),
  };
}

function pair(text: string, option: string, example: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw new Mistake(`${option} ${text} is not of the form name=value`, `for example ${option} ${example}`);
}

function readValue([name, value]: readonly [string, string]): readonly [string, number | boolean] {
  if (value === "true" || value === "false") return [name, value === "true"];
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(value)) return [name, Number(value)];
  throw new Mistake(
    `assumption ${name} is "${value}", but it takes a number or true or false`,
    value.includes(",") ? "write the decimal sign as a point" : null,
  );
}
