/**
 * `demarche check`: every course of a scenario explored, its properties proved or refuted.
 *
 * Every way that is shown was made again on the machine first, and can be kept as a log that replay, verify, fork and
 * play open. A search that ends early says so and ends with 1, never with a silent pass.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Command } from "commander";
import { type CheckRequest, type CheckResult, check } from "../check/check.ts";
import type { CheckProgress } from "../check/runProperty.ts";
import type { StatePath } from "../check/statePath.ts";
import { usualSampling } from "../check/statistical.ts";
import { type WitnessRun, type WitnessStep, witnessRun } from "../check/witnessRun.ts";
import { isRunProperty, monitor } from "../engine/monitor.ts";
import { observeRun } from "../engine/observer.ts";
import { type Engine, prepareEngine } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import { checkText, type ToldWay } from "../report/checkText.ts";
import { chronicleText } from "../report/chronicleText.ts";
import { namingOf } from "../report/naming.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Property } from "../scenario/model.ts";
import { nearest } from "../scenario/suggest.ts";
import { openScenario, type ScenarioRead } from "./library.ts";
import { chronicleOf, printJson, wordsIn } from "./runChronicle.ts";
import { newLog } from "./runLog.ts";
import { Interrupted, type Terminal } from "./terminal.ts";
import {
  addTreatmentOptions,
  collect,
  fraction,
  type TreatmentOptions,
  treatmentRequest,
  wholeNumber,
} from "./treatmentOptions.ts";

interface CheckOptions extends TreatmentOptions {
  readonly property?: readonly string[];
  readonly policies?: true;
  readonly maxStates?: number;
  readonly memory: number;
  readonly error: number;
  readonly margin: number;
  readonly trace?: string;
  readonly json?: true;
}

/** Megabytes that a search may take unless more are allowed. */
const usualMemory = 2048;

const examples = `
Examples:
  demarche check brink                               every property, every course
  demarche check geneva-2022-core --property appeal_first
  demarche check geneva-2022-core --policies         only what the policies would choose
  demarche check geneva-2022-core --trace found      keep counterexamples as logs in the folder found
  demarche check geneva-2022 --max-states 5000000    as far as that goes

Chance is never assumed to be fair: what could come for ever is taken to come for ever.
Exit code 1: a property fails, the model is at fault, or the search ended early.`;

/** Defines `check`. */
export function checkCommand(command: Command, terminal: Terminal): void {
  addTreatmentOptions(command.argument("<scenario>", "path or id of a scenario"))
    .option("--property <id>", "decide this property only (may be repeated)", collect)
    .option("--policies", "leave open only the choices that the policies give a weight")
    .option("--max-states <n>", "end a search after this many states", wholeNumber("--max-states", 1))
    .option("--memory <megabytes>", "memory that a search may take", wholeNumber("--memory", 1), usualMemory)
    .option(
      "--error <p>",
      "chance of a wrong verdict where shares are tested on runs",
      fraction("--error"),
      usualSampling.error,
    )
    .option("--margin <p>", "how far such a share may be off", fraction("--margin"), usualSampling.margin)
    .option("--trace <folder>", "keep every way that is shown as a log in this folder")
    .option("--json", "print {scenario, model, initial, states, transitions, choices, depth, deadlocks, complete, ...}")
    .addHelpText("after", examples)
    .action(async (asked: string, options: CheckOptions) => {
      await run(terminal, asked, options);
    });
}

async function run(terminal: Terminal, asked: string, options: CheckOptions): Promise<void> {
  const read = openScenario(terminal, asked, options.texts);
  const { model } = read.scenario;
  const treatment = treat(model, treatmentRequest(options));
  const signal = terminal.interruption();
  const request: CheckRequest = {
    model,
    treatment,
    asked: askedProperties(model.properties, options),
    sampling: { ...usualSampling, seed: options.seed, error: options.error, margin: options.margin },
    choices: options.policies === true ? "policies" : "open",
    limits: { statesMax: options.maxStates ?? 2 ** 31, bytesMax: options.memory * 2 ** 20 },
    signal,
  };
  const result = await drive(terminal, request);
  const teller = new WayTeller(terminal, read, prepareEngine(read.scenario.model, treatment), options);
  const findings = await inOrder(result.findings, ({ property, witness: way, faults }) =>
    teller.tell(way, property.id, faults ? null : property),
  );
  const faults = await inOrder(result.faults, ({ witness: way }, index) =>
    teller.tell(way, `fault-${index + 1}`, null),
  );
  const deadlock = await teller.tell(result.deadlock, "deadlock", null);
  const told = { findings, faults, deadlock };
  if (options.json === true) printJson(terminal, summary(read, result, told));
  else print(terminal, read, result, options, told);
  const fails = result.findings.some(({ holds }) => holds === false) || result.faults.length > 0;
  if (fails || !result.complete) terminal.fails();
  if (signal.aborted) throw new Interrupted("interrupted; what was found until then is above");
}

function askedProperties(all: readonly Property[], { property: asked }: CheckOptions): readonly string[] {
  if (asked === undefined) return all.map(({ id }) => id);
  const ids = all.map(({ id }) => id);
  const unknown = asked.find((id) => !ids.includes(id));
  if (unknown === undefined) return asked;
  const near = nearest(unknown, ids);
  const list = ids.length === 0 ? "the scenario has none" : `there are ${ids.join(", ")}`;
  throw new Mistake(`there is no property ${unknown}: ${list}`, near === null ? null : `did you mean ${near}?`);
}

/** Drives a check, showing how far it is and listening for Ctrl-C. */
async function drive(terminal: Terminal, request: CheckRequest): Promise<CheckResult> {
  const show = searchLine(terminal);
  const search = check(request);
  for (let step = search.next(); ; step = search.next()) {
    if (step.done === true) {
      show(null);
      return step.value;
    }
    show(step.value);
    await setImmediate();
  }
}

/** A line of progress on a search; the clock read here never reaches a result. */
function searchLine({ err }: Terminal): (progress: CheckProgress | null) => void {
  if (!err.isTerminal) return () => {};
  let subject: string | null = null;
  let started = performance.now();
  let shown = started;
  return (progress) => {
    if (progress === null) {
      err.write("\r\u001b[K");
      return;
    }
    const now = performance.now();
    if (progress.property !== subject) {
      subject = progress.property;
      started = now;
    }
    if (now - shown < 100) return;
    shown = now;
    const rate = Math.round(progress.states / Math.max(0.001, (now - started) / 1000));
    const megabytes = Math.ceil(progress.bytes / 2 ** 20);
    const what = subject === null ? "" : `${subject}: `;
    const left = progress.states - progress.expanded;
    if (progress.runs !== undefined) {
      err.write(`\r\u001b[K${what}${progress.runs} runs drawn`);
      return;
    }
    err.write(
      `\r\u001b[K${what}${progress.states} states, ${left} waiting, depth ${progress.depth}, ${rate} states/s, ${megabytes} MB`,
    );
  };
}

/** A way as told, and its steps. */
interface Shown extends ToldWay {
  readonly trace: readonly WitnessStep[];
}

/** Makes ways on the machine, holds them to what they should show, keeps and tells them. */
class WayTeller {
  private readonly terminal: Terminal;
  private readonly read: ScenarioRead;
  private readonly engine: Engine;
  private readonly options: CheckOptions;

  constructor(terminal: Terminal, read: ScenarioRead, engine: Engine, options: CheckOptions) {
    this.terminal = terminal;
    this.read = read;
    this.engine = engine;
    this.options = options;
  }

  /** @param refuted a property that the way should violate. */
  async tell(way: StatePath | null, name: string, refuted: Property | null): Promise<Shown | null> {
    if (way === null) return null;
    const { scenario, source } = this.read;
    const document = { id: scenario.model.id, text: source.text };
    const start = { seed: this.options.seed, model: scenario.hash, document };
    const trace = witnessRun(this.engine, way.layout, start, way.decisions);
    if (trace === null) {
      this.terminal.err.write(`note: ${name}: no run of seed ${start.seed} within reach begins where the way does\n`);
      return null;
    }
    if (refuted !== null) this.confirm(trace, refuted);
    const stem =
      way.repeats === null ? null : witnessRun(this.engine, way.layout, start, way.decisions.slice(0, way.repeats));
    const chronicle = chronicleOf({ events: trace.events, scenario, viewer: null });
    const { out } = this.terminal;
    const positions = this.options.trace !== undefined;
    // Every choice of a way is given: that need not be said of each.
    const layout = {
      columns: out.columns,
      paint: out.paint,
      positions,
      remarks: ["person", "forestalled", "overruled"] as const,
      words: wordsIn(this.options.texts),
    };
    return {
      trace: trace.steps,
      steps: trace.steps.length,
      repeats: stem === null ? null : stem.steps.length,
      chronicle: chronicleText(chronicle, layout).trimEnd(),
      log: await this.keep(trace, name),
      lastChoice: trace.lastChoice,
    };
  }

  /** Reads a refuted property on the machine's own run. */
  private confirm({ events }: WitnessRun, property: Property): void {
    if (!isRunProperty(property)) return;
    if (observeRun(this.engine.law, events).result().properties[property.id] === false) return;
    const { phase } = monitor(this.engine.law, property);
    throw new Error(`the machine does not confirm the counterexample to ${property.id} (it began ${phase})`);
  }

  private async keep({ events }: WitnessRun, name: string): Promise<string | null> {
    const { trace: folder } = this.options;
    if (folder === undefined) return null;
    const file = join(folder, `${name}.jsonl`);
    try {
      mkdirSync(resolve(this.terminal.directory, folder), { recursive: true });
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      throw new Mistake(`the folder ${folder} cannot be made: ${code}`);
    }
    const log = await newLog(this.terminal, file);
    try {
      await log.append(events);
    } finally {
      await log.close();
    }
    return file;
  }
}

async function inOrder<T, R>(items: readonly T[], make: (item: T, index: number) => Promise<R>): Promise<readonly R[]> {
  const made: R[] = [];
  for (const [index, item] of items.entries()) made.push(await make(item, index));
  return made;
}

interface Told {
  readonly findings: readonly (Shown | null)[];
  readonly faults: readonly (Shown | null)[];
  readonly deadlock: Shown | null;
}

function print(terminal: Terminal, { scenario }: ScenarioRead, result: CheckResult, options: CheckOptions, told: Told) {
  const report = {
    scenario: scenario.model.id,
    model: scenario.hash,
    result,
    policies: options.policies === true,
    ways: told.findings,
    faultWays: told.faults,
    deadlockWay: told.deadlock,
  };
  terminal.out.write(checkText(report, namingOf(scenario), terminal.out.paint));
}

/** The documented result of a check. */
function summary({ scenario }: ScenarioRead, result: CheckResult, told: Told) {
  const wayOf = (shown: Shown | null | undefined) => ({
    steps: shown?.steps ?? null,
    trace: shown?.trace ?? null,
    repeats: shown?.repeats ?? null,
    log: shown?.log ?? null,
    lastChoice: shown?.lastChoice ?? null,
  });
  const { initial, states, transitions, choices, depth, deadlocks, complete, limit } = result;
  return {
    scenario: scenario.model.id,
    model: scenario.hash,
    initial,
    states,
    transitions,
    choices,
    depth,
    deadlocks,
    complete,
    properties: result.findings.map(({ property, holds, vacuous, share }, index) => ({
      name: property.id,
      holds,
      ...wayOf(told.findings[index]),
      vacuous: vacuous !== null,
      share,
    })),
    limit,
    faults: result.faults.map(({ path, reason }, index) => ({ path, reason, ...wayOf(told.faults[index]) })),
    deadlock: told.deadlock === null ? null : wayOf(told.deadlock),
    never: result.missing.map(({ kind, ids }) => ({ kind, name: ids.join(".") })),
  };
}
