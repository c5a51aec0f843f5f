/**
 * Runs for tests, by whatever chooses: the luck of a seed, or choices that are given.
 *
 * A run is told by its choices: at which site, which option. A choice that is given is made as soon as its site comes
 * up and it is open; until then, and after the last of them, everything stays quiet: actors hold, incidents do not
 * occur, and where something has to be chosen it is the first option. So a run stays a run when choices are taken out
 * of it, which is what shrinking needs.
 */
import fc from "fast-check";
import { luckOf } from "../chance/draw.ts";
import type { RunEvent } from "../engine/event.ts";
import { type Play, playOpen, startSession } from "../engine/play.ts";
import { type Engine, prepareEngine, type Session } from "../engine/session.ts";
import { type TreatmentRequest, treat } from "../engine/treatment.ts";
import { compileKernel, type Kernel } from "../kernel/kernel.ts";
import { type ChoicePoint, type Choosing, direct, type Picker } from "./director.ts";
import type { LoadedScenario } from "./loadedScenario.ts";
import { foldRun, type RecordedRun } from "./recordedRun.ts";

/**
 * One choice of a run: `turn:usa` chose `deliver_rejection` (or `hold`), `incident:leak` chose `occurs` (or `averted`),
 * `branch:deliver_counter` chose `taken_up`. In free turns the site of every move is `turn`.
 */
export interface RunChoice {
  readonly site: string;
  readonly option: string;
}

/** A choice together with what was open when it was made. */
export type MadeChoice = RunChoice & ChoicePoint;

/** How the runs of a test are made. */
export interface RunOptions extends TreatmentRequest {
  /** Whether every enabled choice is open or only what the policies give a weight, which is the default. */
  readonly choosing?: Choosing;
  /** The seed whose replications are taken; `demarche` unless said otherwise, as at the command line. */
  readonly seed?: string;
  /** A run that reaches this round is stopped as unfinished; 100 unless said otherwise. */
  readonly roundsLimit?: number;
}

/** A scenario made ready for many runs. */
export interface PreparedScenario {
  readonly scenario: LoadedScenario;
  readonly engine: Engine;
  readonly request: TreatmentRequest;
  readonly choosing: Choosing;
  readonly seed: string;
  readonly roundsLimit: number;
}

/** What makes a run what it is. */
interface Making {
  /** The seed's replication: the hidden values that the run begins with and, where it was drawn, all of its luck. */
  readonly replication: number;
  /** Everything was drawn: the command line makes the same run from seed and replication. */
  readonly drawn: boolean;
  /** The choices that make this run, of all points at which more than one option was open. */
  readonly choices: readonly MadeChoice[];
}

/** A finished run of a test. */
export interface Run extends RecordedRun, Making {
  readonly prepared: PreparedScenario;
}

/** Compiles a scenario once for many runs. */
export function prepareScenario(scenario: LoadedScenario, options: RunOptions = {}): PreparedScenario {
  const { choosing = "by policy", seed = "demarche", roundsLimit = 100, ...request } = options;
  const engine = prepareEngine(scenario.model, treat(scenario.model, request));
  return { scenario, engine, request, choosing, seed, roundsLimit };
}

/** Which run: whose hidden values it begins with and, where it is drawn, whose luck it has. */
export type OneRun = RunOptions & { readonly replication?: number };

/** Plays given choices, of all that are enabled; what is not given stays quiet. */
export function playChoices(scenario: LoadedScenario, choices: readonly RunChoice[], options: OneRun = {}): Run {
  const { replication = 0, ...rest } = options;
  return playOn(prepareScenario(scenario, { choosing: "freely", ...rest }), choices, replication);
}

/** The run that the command line makes from a seed and a replication. */
export function drawRun(scenario: LoadedScenario, options: OneRun = {}): Run {
  const { replication = 0, ...rest } = options;
  return drawOn(prepareScenario(scenario, rest), replication);
}

/** The kernel of a scenario, to hold runs of the machine against it. */
export function kernelOf(scenario: LoadedScenario, options: RunOptions = {}): Kernel {
  const { engine, roundsLimit } = prepareScenario(scenario, options);
  return compileKernel(scenario.model, engine.law.treatment, roundsLimit);
}

/** Plays given choices of a prepared scenario, from the hidden values of a replication. */
export function playOn(prepared: PreparedScenario, choices: readonly RunChoice[], replication: number): Run {
  const made: MadeChoice[] = [];
  const events = lead(prepared, replication, (point) => {
    const next = choices[made.length];
    if (next?.site !== point.site || !point.options.includes(next.option)) return point.quiet;
    made.push({ ...point, option: next.option });
    return next.option;
  });
  return finished(prepared, events, { replication, drawn: false }, () => made);
}

/** A run in which every choice is picked. */
export function pickOn(prepared: PreparedScenario, replication: number, pick: Picker): Run {
  const made: MadeChoice[] = [];
  const events = lead(prepared, replication, (point) => {
    const option = pick(point);
    made.push({ ...point, option });
    return option;
  });
  return finished(prepared, events, { replication, drawn: false }, () => made);
}

/** The run of a seed's replication of a prepared scenario, by policies and luck alone. */
export function drawOn(prepared: PreparedScenario, replication: number): Run {
  const { events, session } = begin(prepared, replication);
  proceed(prepared, session, events);
  return finished(prepared, events, { replication, drawn: true }, () => {
    const luck = luckOf(prepared.seed, replication);
    const made: MadeChoice[] = [];
    lead({ ...prepared, choosing: "by policy" }, replication, (point, round) => {
      const option = point.draw(luck.at(point.site, round));
      made.push({ ...point, option });
      return option;
    });
    return made;
  });
}

/** Leads a run from choice to choice, noting those that are told. */
function lead(prepared: PreparedScenario, replication: number, pick: (point: ChoicePoint, round: number) => string) {
  const { events, session } = begin(prepared, replication);
  proceed(prepared, session, events, () =>
    direct(session, prepared.choosing, (point) => pick(point, session.state.round)),
  );
  return events;
}

function begin({ scenario, engine, seed }: PreparedScenario, replication: number) {
  const document = { id: scenario.model.id, text: scenario.text };
  const { events, session } = startSession(engine, { seed, replication, model: scenario.hash, document });
  return { events: [...events], session };
}

/** Goes on to the end, or to the round at which runs are stopped. */
function proceed(prepared: PreparedScenario, session: Session, events: RunEvent[], choose?: Play["choose"]): void {
  const run = { session, limit: prepared.roundsLimit, ...(choose === undefined ? {} : { choose }) };
  playOpen(run, (made) => events.push(...made));
}

function finished(
  prepared: PreparedScenario,
  events: readonly RunEvent[],
  making: Omit<Making, "choices">,
  choices: () => readonly MadeChoice[],
): Run {
  let told: readonly MadeChoice[] | null = null;
  const run = {
    ...foldRun(prepared.engine, events),
    ...making,
    events,
    prepared,
    get choices() {
      told ??= choices();
      return told;
    },
  };
  // A run that a property fails on is printed in one line.
  return Object.defineProperty(run, fc.toStringMethod, { value: () => lineOf(run), enumerable: false });
}

/** A run in one line: what was done in it, without what leaves things as they are. */
function lineOf({
  prepared,
  replication,
  drawn,
  choices,
  result,
}: Pick<Run, "prepared" | "replication" | "drawn" | "choices" | "result">): string {
  const loud = choices.filter(({ option, quiet }) => option !== quiet).map(({ site, option }) => `${site} ${option}`);
  const from = drawn || replication > 0 ? ` (replication ${replication} of seed ${prepared.seed})` : "";
  const end = result.outcome ?? result.ended ?? "under way";
  return `a run of ${prepared.scenario.model.id}${from}: ${[...loud, end].join(", ")}`;
}
