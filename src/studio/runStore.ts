/**
 * The studio's runs: kept as logs in a store, so that they outlive the server, and opened when somebody looks at them.
 *
 * A run is only ever appended to; another choice in its past makes a new run that shares that past. What is shown was
 * made on the machine, step by step, whatever found it: a person, a replication of an ensemble or a counterexample.
 */

import type { RunEvent } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import type { State } from "../engine/state.ts";
import { statesAfter } from "../engine/transitions.ts";
import type { TreatmentRequest } from "../engine/treatment.ts";
import { type Recorded, verifyChain } from "../log/chain.ts";
import { drive } from "../log/drive.ts";
import type { EventStore } from "../log/eventStore.ts";
import { beginRun, continueRun, type Execution } from "../log/execution.ts";
import { forkAt } from "../log/fork.ts";
import { LogError } from "../log/logError.ts";
import { chooseOtherwise, type OtherChoice } from "../log/otherChoice.ts";
import { memoryLog } from "../log/runLog.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { DocumentText, Scenario } from "../scenario/scenario.ts";
import { readScenario } from "../scenario/scenario.ts";

/** A run of the store, as the list shows it. */
export interface StoredRun {
  readonly id: string;
  readonly scenario: string;
  readonly model: string;
  readonly seed: string;
  readonly replication: number;
  readonly variant: string;
  readonly events: number;
  readonly round: number;
  readonly ended: State["ended"];
  readonly outcome: string | null;
  /** Where it left another run; null for one of its own. */
  readonly forkedAt: number | null;
  /** The run that it left, where that is still here. */
  readonly parent: string | null;
}

/** A run that is opened. */
export interface LoadedRun {
  readonly id: string;
  readonly execution: Execution;
  /** The state after each event. */
  readonly states: readonly State[];
}

/** How a new run is made. */
export interface NewRun {
  readonly source: DocumentText;
  readonly request: TreatmentRequest;
  readonly seed: string;
  readonly replication: number;
  /** Goes on to the end, or waits at its beginning. */
  readonly finish: boolean;
}

/** How far a run goes on by policy and luck: one step, to the end of the round, or to its end. */
export type RunExtent = "step" | "round" | "end";

/** Rounds after which a run that does not end is stopped. */
const roundsMost = 10_000;

/** Loaded runs that are kept in memory. */
const openedMost = 24;

/** The runs of the studio, over an event store whose streams are runs. */
export class RunStore {
  readonly #store: EventStore;
  readonly #opened = new Map<string, LoadedRun>();
  /** Scenarios by their text: many runs are of one. */
  readonly #scenarios = new Map<string, Scenario | null>();
  #last: number | null = null;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** All runs that can be read, the latest first: one whose log is damaged hides no other. */
  async list(): Promise<readonly StoredRun[]> {
    const found: StoredRun[] = [];
    /** The first run that has an event, by its digest: a fork only repeats what its parent has. */
    const homes = new Map<string, string>();
    const ids = [...(await this.#store.streams())].sort((one, other) => numberOf(one) - numberOf(other));
    for (const id of ids) {
      const recorded = await this.#readable(id);
      for (const { digest } of recorded) if (!homes.has(digest)) homes.set(digest, id);
      const events = recorded.map(({ event }) => event);
      if (events[0]?.type === "RunStarted") found.push(storedRun(id, events, homes));
    }
    return found.toReversed();
  }

  /** What a log holds; nothing where it is damaged: opening that run says why. */
  async #readable(id: string): ReturnType<EventStore["read"]> {
    try {
      return await this.#store.read(id);
    } catch (error) {
      if (error instanceof LogError) return [];
      throw error;
    }
  }

  /**
   * Opens a run; null where there is none.
   * @throws Mistake where its scenario cannot be read any more.
   */
  async find(id: string): Promise<LoadedRun | null> {
    const recorded = /^run-\d+$/.test(id) ? await this.#store.read(id) : [];
    const kept = this.#opened.get(id);
    // Another thread may have gone on with it.
    if (kept !== undefined && kept.execution.log.recorded.length === recorded.length) {
      this.#opened.delete(id);
      this.#opened.set(id, kept);
      return kept;
    }
    return recorded.length === 0 ? null : this.#keep(id, recorded);
  }

  async #open(id: string): Promise<LoadedRun> {
    const found = await this.find(id);
    if (found === null) throw new Mistake(`there is no run ${id}`);
    return found;
  }

  /** Starts a run, and takes it to its end if asked for. */
  async begin({ source, request, seed, replication, finish }: NewRun): Promise<LoadedRun> {
    const scenario = this.#scenario(source.text);
    if (scenario === null) throw new Mistake("the scenario has errors and cannot be run");
    const log = memoryLog();
    const document = { id: scenario.model.id, text: source.text };
    const start = { seed, replication, model: scenario.hash, document };
    const execution = await beginRun(scenario, request, { start, log });
    if (finish) await finishRun(execution);
    return this.#add(log.recorded);
  }

  /** Adds a recorded run: one that was uploaded, or made elsewhere in Demarche. */
  async add(events: readonly Recorded[]): Promise<LoadedRun> {
    const broken = verifyChain(events);
    if (broken !== null) throw new Mistake(`event ${broken.position} (${broken.type}) is not what was recorded`);
    return this.#add(events);
  }

  /**
   * Goes on with a run that has not ended.
   * @param expected position of its last event, as the asker knows it.
   */
  async goOn(id: string, expected: number, reach: RunExtent, choice: OtherChoice | null): Promise<LoadedRun> {
    const { execution } = await this.#open(id);
    const past = execution.log.recorded;
    if (past.length - 1 !== expected) {
      throw new Mistake(`the run has gone on to position ${past.length - 1} in the meantime`, "look at it anew");
    }
    if (execution.session.state.ended !== null) throw new Mistake("the run has ended");
    const draft = continueRun(execution.scenario, memoryLog(past));
    if (choice !== null) await chooseOtherwise(draft, choice, never);
    if (reach === "end") await finishRun(draft);
    else if (choice === null) await stepOn(draft, reach);
    const events = draft.log.recorded.slice(past.length).map(({ event }) => event);
    const result = await this.#store.append(id, { expected: past.length, events });
    if (!("appended" in result)) throw new Mistake("another program writes to this run", "look at it anew");
    this.#opened.delete(id);
    return this.#keep(id, [...past, ...result.appended]);
  }

  /** A new run that shares a run's past up to a position. */
  async fork(
    id: string,
    at: number,
    other: { readonly choice: OtherChoice | null; readonly seed: string | null; readonly finish: boolean },
  ): Promise<LoadedRun> {
    const { execution } = await this.#open(id);
    const { prefix, forked } = forkAt(execution.log.recorded, at, other.seed);
    const log = memoryLog(prefix);
    await log.append([forked]);
    const draft = continueRun(execution.scenario, log);
    if (other.choice !== null) await chooseOtherwise(draft, other.choice, never);
    if (other.finish) await finishRun(draft);
    return this.#add(log.recorded);
  }

  #scenario(text: string): Scenario | null {
    const known = this.#scenarios.get(text);
    if (known !== undefined) return known;
    const { scenario } = readScenario({ file: "scenario.yaml", text });
    this.#scenarios.set(text, scenario);
    forget(this.#scenarios, openedMost);
    return scenario;
  }

  async #add(recorded: readonly Recorded[]): Promise<LoadedRun> {
    startOf(recorded.map(({ event }) => event));
    this.#last ??= Math.max(0, ...(await this.#store.streams()).map(numberOf));
    for (;;) {
      this.#last += 1;
      const id = `run-${this.#last}`;
      const result = await this.#store.append(id, { expected: 0, events: [], prefix: recorded });
      if ("appended" in result) return this.#keep(id, recorded);
    }
  }

  #keep(id: string, recorded: readonly Recorded[]): LoadedRun {
    const events = recorded.map(({ event }) => event);
    const { document } = startOf(events);
    const scenario = this.#scenario(document.text);
    if (scenario === null) throw new Mistake(`the scenario ${document.id} in ${id} cannot be read by this version`);
    const opened = { id, execution: continueRun(scenario, memoryLog(recorded)), states: statesAfter(events) };
    this.#opened.set(id, opened);
    forget(this.#opened, openedMost);
    return opened;
  }
}

/** Nothing interrupts a step of the studio. */
const never = new AbortController().signal;

async function finishRun(execution: Execution): Promise<void> {
  await goOnUntil(execution, () => false);
}

async function stepOn(execution: Execution, reach: "step" | "round"): Promise<void> {
  const { session } = execution;
  const { round } = session.state;
  await goOnUntil(execution, () => reach === "step" || session.state.round !== round);
}

async function goOnUntil({ session, log, observer }: Execution, until: () => boolean): Promise<void> {
  await drive({ session, log, limit: roundsMost, interruption: never, see: observer.see, until });
}

function storedRun(id: string, events: readonly RunEvent[], homes: ReadonlyMap<string, string>): StoredRun {
  const { document, model, replication, variant } = startOf(events);
  const state = evolveAll(null, events);
  const fork = events.findLast(({ type }) => type === "RunForked");
  return {
    id,
    scenario: document.id,
    model,
    seed: lastSeed(events),
    replication,
    variant,
    events: events.length,
    round: state?.round ?? 0,
    ended: state?.ended ?? null,
    outcome: state?.outcome ?? null,
    forkedAt: fork?.type === "RunForked" ? fork.position : null,
    parent: fork?.type === "RunForked" ? (homes.get(fork.parent) ?? null) : null,
  };
}

const numberOf = (id: string): number => Number(/^run-(\d+)$/.exec(id)?.[1] ?? 0);

/** Lets go of the oldest entries. */
function forget(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
