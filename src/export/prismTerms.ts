/**
 * What all parts of a PRISM file share: the names of everything, the counters that a state keeps, and formulas.
 *
 * A state keeps what the kernel's keeps (the same counters, with the same ends), so that the two have as many states.
 */
import { enactLaw, split } from "../engine/law.ts";
import { roundsLimit } from "../engine/play.ts";
import { readsTime } from "../engine/protocol.ts";
import type { Treatment } from "../engine/treatment.ts";
import { type Counter, planMemory } from "../kernel/memory.ts";
import { isInRound } from "../scenario/calendar.ts";
import { markKey } from "../scenario/evaluate.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Incident, Model, Move } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type NamedSection, nameOf } from "../scenario/texts.ts";
import { type PrismBounds, prismBounds } from "./prismBounds.ts";
import { PrismPrinter } from "./prismExpression.ts";
import { PrismNames } from "./prismNames.ts";

/** A scenario under a treatment, in PRISM's words. */
export class PrismTerms {
  readonly scenario: Scenario;
  readonly model: Model;
  readonly treatment: Treatment;
  /** Actors whose choices are open, and who follow no policy; in free turns all or none. */
  readonly free: ReadonlySet<string>;
  /** The points of a round. */
  readonly order: readonly string[];
  readonly counters: readonly Counter[];
  /** Whether a state knows its round. */
  readonly keepsRound: boolean;
  /** Whether a run can end because nothing can happen any more. */
  readonly stops: boolean;
  readonly names = new PrismNames();
  readonly printer: PrismPrinter;
  readonly bounds: PrismBounds;
  /** Formulas of the file, in order. */
  readonly formulas: string[] = [];
  /** What `since` yields for a step that was never made, where anything could tell it from long ago. */
  readonly never: string | null;
  readonly #terms = new Set<string>();
  readonly cursor: string;
  readonly stage: string;
  readonly ending: string;
  readonly round: string;

  constructor(scenario: Scenario, treatment: Treatment, free: readonly string[]) {
    const { model } = scenario;
    const { names } = this;
    this.scenario = scenario;
    this.model = model;
    this.free = new Set(free);
    const policies = Object.entries(treatment.policies).filter(([actor]) => !this.free.has(actor));
    this.treatment = { ...treatment, policies: Object.fromEntries(policies) };
    this.order = enactLaw(model, treatment).order;
    const memory = planMemory(model, this.treatment, roundsLimit);
    this.counters = memory.counters;
    this.keepsRound = memory.round;
    this.stops = treatment.rounds === null && !readsTime(model);
    refuseEndless(this.counters, this.keepsRound, treatment);
    for (const { id } of [...model.tracks, ...model.variables, ...model.assumptions]) names.give(`name:${id}`, id);
    for (const { id, states } of model.tracks) {
      for (const state of states) names.give(`state:${id}.${state.id}`, `${id}_${state.id}`);
    }
    this.cursor = names.give("cursor", "cursor");
    this.stage = names.give("stage", "stage");
    this.ending = names.give("ending", "ending");
    this.round = names.give("round", "round_number");
    for (const { counts, mark } of this.counters) names.give(`${counts}:${markKey(mark)}`, `${counts}_${mark.id}`);
    this.never = this.counters.some(tellsNever) ? names.give("never", "never") : null;
    this.printer = new PrismPrinter({
      model,
      assume: treatment.assume,
      name: (id) => names.of(`name:${id}`),
      term: (id) => this.term(id),
      state: (track, id) => names.of(`state:${track}.${id}`),
      counter: (counts, mark) => this.counted(counts, mark),
      round: this.round,
      lastRound: memory.roundMax,
    });
    this.bounds = prismBounds(model, this.treatment, this.printer);
    this.defineConditions();
  }

  /** A term, defined where it is first read: what nothing reads has no counters. */
  private term(id: string): string {
    if (this.#terms.has(id)) return this.names.of(`name:${id}`);
    this.#terms.add(id);
    const { printer } = this;
    const term = this.model.terms.find((one) => one.id === id);
    if (term === undefined) throw new Error(`there is no term ${id}`);
    const text = term.type === "condition" ? printer.condition(term.value) : printer.number(term.value);
    return this.define(`name:${id}`, id, text);
  }

  /** A counter as expressions read it. */
  private counted(counts: "since" | "made", mark: string): { readonly text: string; readonly isWhole: boolean } {
    const counter = this.counter(counts, mark);
    if (counter === null) throw new Error(`nothing counts ${counts} of ${mark}`);
    const { name, high } = counter;
    if (!tellsNever(counter)) return { text: name, isWhole: true };
    return { text: `(${name} = ${high} ? ${this.never} : ${name})`, isWhole: false };
  }

  /** Gives an expression a name, to be read at several places. */
  define(key: string, wanted: string, text: string): string {
    const name = this.names.give(key, wanted);
    this.formulas.push(`formula ${name} = ${text};`);
    return name;
  }

  /** The name that a text of the scenario gives something, on one line. */
  title(section: NamedSection, id: string): string {
    return nameOf(this.scenario.texts, section, id).replaceAll(/\s+/g, " ");
  }

  /** The name of the counter of a step or of entries to a track; null where nobody reads it. */
  counter(counts: "since" | "made", mark: string): (Counter & { readonly name: string }) | null {
    const counter = this.counters.find((one) => one.counts === counts && markKey(one.mark) === mark);
    return counter === undefined ? null : { ...counter, name: this.names.of(`${counts}:${mark}`) };
  }

  /** A condition that holds where the round's protocol stands at a point, and nothing is to be settled. */
  at(point: string): string {
    return `${this.stage} = 0 & ${this.ending} = 0 & ${this.cursor} = ${this.order.indexOf(point)}`;
  }

  /** The value of `ending` of runs that no outcome's condition ends. */
  get otherwise(): number {
    const index = this.model.outcomes.findIndex(({ when }) => when === null);
    return index < 0 ? this.model.outcomes.length + 1 : index + 1;
  }

  /** The rounds of a run. A state that knows its round has a horizon: others are refused. */
  get horizon(): number {
    const { rounds } = this.treatment;
    if (rounds === null) throw new Error("there is no horizon");
    return rounds;
  }

  /** The moves that are chosen among at a point of the round. */
  movesAt(point: string): readonly Move[] {
    const [kind, id] = split(point);
    if (kind !== "turn") return [];
    return this.model.moves.filter(({ by }) => id === "" || by === id);
  }

  /** Whether what is chosen at a point of the round is left open. */
  isOpen(point: string): boolean {
    const [kind, id] = split(point);
    return kind === "turn" && (id === "" ? this.free.size > 0 : this.free.has(id));
  }

  /** The conditions that the module reads, as formulas. */
  private defineConditions(): void {
    const { model, printer, names } = this;
    for (const { id, when } of model.rules) {
      const was = names.give(`was:${id}`, `was_${id}`);
      const holds = this.define(`rule:${id}`, `rule_${id}`, printer.condition(when));
      this.define(`due:${id}`, `due_${id}`, `${holds} & !${was}`);
    }
    for (const { id, when } of model.outcomes) {
      if (when !== null) this.define(`outcome:${id}`, `outcome_${id}`, printer.condition(when));
    }
    for (const { id, when } of model.moves) {
      this.define(`may:${id}`, `may_${id}`, when === null ? "true" : printer.condition(when));
    }
    for (const incident of model.incidents) {
      const chance = this.bounds.chance(incident.chance);
      const can = this.today(incident);
      this.define(`chance:${incident.id}`, `chance_${incident.id}`, can === null ? chance : `${can} ? ${chance} : 0`);
    }
    if (this.stops) {
      const lively = [
        ...model.moves.map(({ id }) => names.of(`may:${id}`)),
        ...model.incidents.map(({ id }) => `${names.of(`chance:${id}`)} > 0`),
      ];
      this.define("still", "still", lively.length === 0 ? "true" : `!(${lively.join(" | ")})`);
    }
  }

  /** When an incident can occur; null: always. */
  private today({ when, date }: Incident): string | null {
    const parts = [
      ...(date === null ? [] : [this.roundOn(date)]),
      ...(when === null ? [] : [this.printer.conditionPart(when)]),
    ];
    if (parts.length === 0) return null;
    return parts.length === 1 ? (parts[0] ?? null) : `(${parts.join(" & ")})`;
  }

  private roundOn(date: number): string {
    const { clock } = this.model;
    const rounds = Array.from({ length: this.horizon }, (_, index) => index);
    const on = clock === null ? undefined : rounds.find((round) => isInRound(clock, round, date));
    return on === undefined ? "false" : `(${this.round} = ${on})`;
  }
}

/** Whether the end of a counter stands for a step that was never made, and for nothing else. */
const tellsNever = ({ counts, mark, saturates }: Counter): boolean =>
  counts === "since" && mark.kind !== "track" && !saturates;

/** Refuses states without an end. */
function refuseEndless(counters: readonly Counter[], keepsRound: boolean, { rounds }: Treatment): void {
  if (rounds !== null) return;
  const advice = "set a horizon with --rounds";
  if (keepsRound) {
    throw new Mistake("the scenario reads the round or the date and has no horizon: its states have no end", advice);
  }
  const endless = counters.find(({ saturates }) => !saturates);
  if (endless === undefined) return;
  throw new Mistake(
    `${endless.counts}(${endless.mark.id}) is reckoned with, not only compared with numbers, and there is no horizon: the states have no end`,
    advice,
  );
}
