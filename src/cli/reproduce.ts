/**
 * `reproduce`: makes a saved result of compare or sweep again, and says whether the bytes agree.
 */
import { readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { runCells } from "../ensemble/cells.ts";
import { type CompareRequest, fullComparison, planComparison } from "../ensemble/fullComparison.ts";
import { runEnsemble } from "../ensemble/run.ts";
import { planSweep, type SweepRequest, sweepResult, usualPoints } from "../ensemble/sweep.ts";
import { grouped } from "../report/number.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { counted } from "../scenario/wording.ts";
import { openScenario } from "./library.ts";
import { progressLine } from "./progress.ts";
import { printJson } from "./runChronicle.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface Options {
  readonly scenario?: string;
  readonly workers?: number;
  readonly json?: true;
}

/** A saved result, as far as making it again needs it. */
interface Saved {
  readonly kind: "compare" | "sweep";
  readonly scenario: string;
  readonly model: string;
  readonly seed: string;
  readonly runs: number;
  readonly request: object;
}

/** What came of it. */
interface Verdict {
  readonly file: string;
  readonly kind: Saved["kind"];
  readonly scenario: string;
  readonly model: string;
  readonly reproduced: boolean;
  /** First line that differs, where the runs could be made. */
  readonly line: number | null;
  readonly message: string;
}

const help = `
Examples:
  demarche compare geneva-2022 --json > result.json
  demarche reproduce result.json
  demarche reproduce result.json --scenario scenarios/geneva-2022.yaml

Exit code 1 says that the bytes differ, or that the scenario is not the one that was run any more.`;

/** Defines the command. */
export function reproduceCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<result>", "what compare or sweep printed with --json")
    .option("--scenario <scenario>", "path or id of the scenario (default: the id in the result)")
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber("--workers", 1))
    .option("--json", "print {file, kind, scenario, model, reproduced, line, message}")
    .addHelpText("after", help)
    .action(async (file: string, options: Options) => {
      const verdict = await reproduce(terminal, file, options);
      if (!verdict.reproduced) terminal.fails();
      if (options.json === true) printJson(terminal, verdict);
      else {
        const { out } = terminal;
        const mark = verdict.reproduced ? out.paint("green", "reproduced") : out.paint("red", "not reproduced");
        out.write(`${mark} ${file}: ${verdict.message}\n`);
      }
    });
}

async function reproduce(terminal: Terminal, file: string, options: Options): Promise<Verdict> {
  const text = readResult(terminal, file);
  const saved = parseSaved(file, text);
  const { scenario } = openScenario(terminal, options.scenario ?? saved.scenario);
  const { kind, model } = saved;
  const about = { file, kind, scenario: saved.scenario, model };
  if (scenario.hash !== model) {
    const message = `the scenario has changed since: its model is ${scenario.hash.slice(0, 12)}, the result's is ${model.slice(0, 12)}`;
    return { ...about, reproduced: false, line: null, message };
  }
  const workers = options.workers ?? availableParallelism();
  const made =
    kind === "compare"
      ? await compareAgain(terminal, scenario, saved, workers)
      : await sweepAgain(terminal, scenario, saved, workers);
  const again = `${JSON.stringify(made, null, 2)}\n`;
  // A file written under Windows or by an editor may end otherwise; its bytes then differ, and that is said.
  if (again === text) {
    return {
      ...about,
      reproduced: true,
      line: null,
      message: `${counted(saved.runs, "run", grouped)} of ${kind === "compare" ? "each variant" : "each point"}, the same bytes`,
    };
  }
  const line = firstDifference(text, again);
  return { ...about, reproduced: false, line, message: differenceWords(text, again, line) };
}

function readResult(terminal: Terminal, file: string): string {
  const path = resolve(terminal.directory, file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Mistake(`there is no file ${file}`);
  if (!found.isFile()) throw new Mistake(`${file} is a folder, not a result`);
  return readFileSync(path, "utf8");
}

/**
 * Reads what a result says about itself.
 * @throws Mistake where it is no result of compare or sweep.
 */
function parseSaved(file: string, text: string): Saved {
  const no = (why: string): Mistake =>
    new Mistake(`${file} is no result that can be made again: ${why}`, "save what compare or sweep print with --json");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw no("it is not JSON");
  }
  if (typeof value !== "object" || value === null) throw no("it is no object");
  const fields = value as Readonly<Record<string, unknown>>;
  const kind = "cells" in fields ? "sweep" : "variants" in fields ? "compare" : null;
  if (kind === null) throw no("it holds neither variants nor cells");
  const { scenario, model, seed, runs, request } = fields;
  if (typeof scenario !== "string" || typeof model !== "string" || typeof seed !== "string") {
    throw no("it does not name scenario, model and seed");
  }
  if (typeof runs !== "number" || !Number.isInteger(runs) || runs < 1) throw no("it does not say how many runs");
  if (typeof request !== "object" || request === null) throw no("it does not hold what was asked for");
  return { kind, scenario, model, seed, runs, request };
}

async function compareAgain(
  terminal: Terminal,
  scenario: Scenario,
  { request: asked, seed, runs }: Saved,
  workers: number,
): Promise<unknown> {
  const request: CompareRequest = {
    variants: demand(asked, "variants", isNames),
    ...sharedPart(asked),
    points: demand(asked, "points", isCount),
  };
  const { model, hash } = scenario;
  const plan = planComparison(model, request, seed, runs);
  const line = progressLine(terminal, runs * plan.treatments.length);
  const signal = terminal.interruption();
  const { counts } = await runEnsemble(model, plan, {
    workers,
    signal,
    onProgress: (progress) => line.show(progress.counts.runs * plan.treatments.length),
  });
  line.end();
  if (signal.aborted) throw new Interrupted("interrupted");
  return fullComparison({ scenario: model.id, model: hash, request }, model, plan, counts, { workers });
}

async function sweepAgain(
  terminal: Terminal,
  scenario: Scenario,
  { request: asked, seed, runs }: Saved,
  workers: number,
): Promise<unknown> {
  const request: SweepRequest = {
    variant: demand(asked, "variant", isText),
    ...sharedPart(asked),
    factors: demand(asked, "factors", (value) => value === null || isNames(value)),
    design: demand(asked, "design", isDesign),
    points: demand(asked, "points", isCount),
  };
  const { model, hash } = scenario;
  const plan = planSweep(model, request, seed, runs);
  const line = progressLine(terminal, plan.runs * plan.cells.length);
  const signal = terminal.interruption();
  const onProgress = (cells: number): void => line.show(cells * plan.runs);
  const results = await runCells(model, plan, { workers, signal, onProgress });
  line.end();
  if (signal.aborted) throw new Interrupted("interrupted");
  return sweepResult({ scenario: model.id, model: hash }, model, plan, results);
}

/** What comparisons and sweeps are asked for alike, in the order in which both write it. */
function sharedPart(request: object): Pick<CompareRequest, "assume" | "policies" | "rounds"> {
  return {
    assume: demand(request, "assume", (value) =>
      isRecord(value, (of) => typeof of === "number" || typeof of === "boolean"),
    ),
    policies: demand(request, "policies", (value) => isRecord(value, isText)),
    rounds: demand(request, "rounds", (value) => value === null || isCount(value)),
  };
}

/** A field of the request, once it has the right form; forms other than this one never leave compare or sweep. */
function demand<T>(request: object, key: string, fits: (value: unknown) => boolean): T {
  const value: unknown = (request as Readonly<Record<string, unknown>>)[key];
  if (fits(value)) return value as T;
  throw new Mistake(
    `the result does not say properly what was asked for: its request.${key} is ${JSON.stringify(value)}`,
  );
}

const isText = (value: unknown): boolean => typeof value === "string";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isDesign = (value: unknown): boolean => isText(value) && Object.hasOwn(usualPoints, String(value));

function isRecord(value: unknown, fits: (value: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(fits);
}

function firstDifference(one: string, other: string): number {
  const [left, right] = [one.split("\n"), other.split("\n")];
  const at = left.findIndex((text, index) => text !== right[index]);
  return 1 + (at < 0 ? left.length : at);
}

function differenceWords(one: string, other: string, line: number): string {
  const at = (text: string): string => text.split("\n")[line - 1]?.trim().slice(0, 60) ?? "nothing";
  return `line ${line} of the file is \`${at(one)}\`, but the runs give \`${at(other)}\``;
}
