/**
 * The steps of a model, enumerated: all successors of a packed state, and the beginnings of all runs.
 *
 * What comes out stands in one output that every expansion overwrites, in the order in which chance and actors would
 * list it. A successor with a negative first word is a fault of the model. Nothing is remembered from one expansion to
 * the next but the marks: which moves, incidents, rules and track states have been seen.
 */

import { boundOf, isRunProperty } from "../engine/monitor.ts";
import { roundsLimit } from "../engine/play.ts";
import type { Treatment } from "../engine/treatment.ts";
import { type Assembly, assembleProgram } from "../kernel/assemble.ts";
import { firstComeMoversMax } from "../kernel/jointLots.ts";
import { openPhases } from "../kernel/monitorPhase.ts";
import { intAt } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { type Extra, type Packing, packStates } from "./packing.ts";
import {
  type Choices,
  flagsPerWord,
  type PrintedChoice,
  type PrintedSteps,
  roundBase,
  type Watch,
} from "./stepPlan.ts";
import { beginnings, furtherBeginnings, printSteps } from "./stepPrinter.ts";

/** What is enumerated. */
export interface StepsRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  /** By run-level property of the model, in order; what is left out is not read. At most one is part of the state. */
  readonly watches?: readonly Watch[];
  /**
   * All enabled choices are open, or only those that the policies give a weight, or only those of some actors: then the
   * policies of the others are chance.
   */
  readonly choices: "open" | "policies" | { readonly free: readonly string[] };
  /** Works out probabilities, rounds and tallies. */
  readonly measured?: boolean;
  /** States stand where the clock is about to tick, too. */
  readonly ticks?: boolean;
  /** States do not know their round, whatever reads it. */
  readonly clockless?: boolean;
  /** Properties are read at every point of rest of a transition, as what held before it is not known. */
  readonly everywhere?: boolean;
}

/** An option taken on the path to a successor. */
export interface TakenOption {
  readonly point: PrintedChoice;
  readonly option: number;
}

export interface Steps {
  readonly request: StepsRequest;
  readonly assembly: Assembly;
  readonly packing: Packing;
  readonly printed: PrintedSteps;
  readonly out: SuccessorBuffer;
  /** Number of successors of the state at this place of an array. */
  expand(words: Int32Array, at: number): number;
  /**
   * Lists how runs can begin, some at a time: from the first on, or those after the ones listed last. How many stand in
   * the output now; 0 once all have been listed. Nothing else is expanded in between.
   */
  begin(from: "first" | "next"): number;
  /** The options taken to each successor that `expand` would list. */
  explain(words: Int32Array, at: number): readonly (readonly TakenOption[])[];
  /** The options taken to a beginning, by its number among all. */
  explainBeginning(number: number): readonly TakenOption[];
}

/** Where successors stand, by their number. */
export class SuccessorBuffer {
  room = 64;
  words: Int32Array;
  readonly width: number;
  choice = new Int32Array(64);
  ending = new Int32Array(64);
  cursor = new Int32Array(64);
  phase = new Uint8Array(64);
  flags: Int32Array;
  readonly flagWords: number;
  odds = new Float64Array(64);
  opened = new Float64Array(64);
  tallies: Float64Array;
  readonly tallyCount: number;
  /** The round in which a state stands that does not know its own. */
  clock = 0;
  /** Length of the path at which the listing of beginnings goes on; 0 where none are left. */
  known = 0;
  /** Options along the present path, the ones that come next, the sums of weights, and the points they belong to. */
  readonly picks = new Int32Array(depthMax);
  readonly sums = new Float64Array(depthMax);
  readonly nexts = new Int32Array(depthMax);
  readonly places = new Int32Array(depthMax);
  readonly marks: Uint8Array;
  readonly found: { readonly point: number; readonly option: number }[][] = [];

  constructor(width: number, flagWords: number, tallyCount: number, marks: Uint8Array) {
    this.width = width;
    this.flagWords = flagWords;
    this.tallyCount = tallyCount;
    this.words = new Int32Array(64 * width);
    this.flags = new Int32Array(64 * flagWords);
    this.tallies = new Float64Array(64 * tallyCount);
    this.marks = marks;
  }

  /** Makes room for more successors. */
  grow(): void {
    this.room *= 2;
    this.words = grown(this.words, new Int32Array(this.room * this.width));
    this.choice = grown(this.choice, new Int32Array(this.room));
    this.ending = grown(this.ending, new Int32Array(this.room));
    this.cursor = grown(this.cursor, new Int32Array(this.room));
    this.phase = grown(this.phase, new Uint8Array(this.room));
    this.flags = grown(this.flags, new Int32Array(this.room * this.flagWords));
    this.odds = grown(this.odds, new Float64Array(this.room));
    this.opened = grown(this.opened, new Float64Array(this.room));
    this.tallies = grown(this.tallies, new Float64Array(this.room * this.tallyCount));
  }

  /** Notes the options taken to a successor. */
  path(n: number, depth: number): void {
    this.found[n] = Array.from({ length: depth }, (_, at) => ({
      point: intAt(this.places, at),
      option: intAt(this.picks, at),
    }));
  }
}

/** Copies an array into a larger one. */
export function grown<A extends { set(from: A): void }>(from: A, into: A): A {
  into.set(from);
  return into;
}

/** More choices than this are not made between two states. */
const depthMax = 4096;

type Expand = (words: Int32Array, at: number) => number;

/** Compiles the steps of a model under a treatment. */
export function compileSteps(request: StepsRequest): Steps {
  const { model, treatment, watches = [], measured = false, ticks = false, clockless = false } = request;
  const choices = choicesOf(request);
  const reading = request.everywhere === true ? "everywhere" : "where written";
  const assembly = assembleProgram(model, treatment, roundsLimit, reading);
  const { program, layout } = assembly;
  const properties = model.properties.filter(isRunProperty);
  const bounded = properties.map((property) => boundOf(property) !== null);
  const packing = packStates(layout, watches.flatMap(extrasOf), clockless);
  const plan = { program, packing, fields: layout.fields, watches, choices, measured, ticks };
  const printed = printSteps({ ...plan, paths: false }, bounded);
  refuseTooMany(printed.points, treatment);
  const flags = watches.filter(({ as }) => as === "flag").length;
  const outputOf = (marks: Uint8Array): SuccessorBuffer => {
    const made = new SuccessorBuffer(
      packing.words,
      Math.ceil(flags / flagsPerWord),
      program.results.tallies.length,
      marks,
    );
    made.clock = roundBase(watches);
    return made;
  };
  const out = outputOf(new Uint8Array(printed.marks));
  let explainer: Explainer | null = null;
  const explaining = (): Explainer => {
    if (explainer === null) {
      const unmarked = outputOf(new Uint8Array(printed.marks));
      const { source } = printSteps({ ...plan, paths: true }, bounded);
      explainer = { expand: link(source, unmarked), out: unmarked };
    }
    return explainer;
  };
  const told = (path: SuccessorBuffer["found"][number]): readonly TakenOption[] =>
    path.flatMap(({ point, option }) => {
      const found = printed.points[point];
      return found === undefined ? [] : [{ point: found, option }];
    });
  const expand = link(printed.source, out);
  return {
    request,
    assembly,
    packing,
    printed,
    out,
    expand,
    begin: (from) => expand(out.words, from === "first" ? beginnings : furtherBeginnings),
    explain(words, at) {
      const { expand: list, out: paths } = explaining();
      const count = list(words, at);
      return paths.found.slice(0, count).map(told);
    },
    explainBeginning(number) {
      const { expand: list, out: paths } = explaining();
      let first = 0;
      for (let count = list(paths.words, beginnings); count > 0; count = list(paths.words, furtherBeginnings)) {
        if (number < first + count) return told(paths.found[number - first] ?? []);
        first += count;
      }
      return [];
    },
  };
}

/** Code that also writes down the options along each path, and where it writes them. */
interface Explainer {
  readonly expand: Expand;
  readonly out: SuccessorBuffer;
}

function choicesOf({ model, treatment, choices }: StepsRequest): Choices {
  if (typeof choices === "string") return choices;
  const numbers = choices.free.map((actor) => model.actors.findIndex(({ id }) => id === actor));
  return new Set(treatment.turns === "free" && numbers.length > 0 ? [-1] : numbers);
}

/** Names in the source are indices; no text of the scenario's is in it. */
const link = (source: string, out: SuccessorBuffer): Expand => new Function("out", source)(out) as Expand;

function extrasOf(watch: Watch): readonly Extra[] {
  if (watch.as !== "state") return [];
  const phase: Extra = { of: "phase", size: openPhases };
  return watch.bound === null ? [phase] : [phase, { of: "elapsed", size: watch.bound + 2 }];
}

function refuseTooMany(points: readonly PrintedChoice[], { turns }: Treatment): void {
  if (turns !== "simultaneous") return;
  const movers = Math.max(0, ...points.map(({ site, movers: all }) => (site === "lot:first" ? all.length : 0)));
  if (movers > firstComeMoversMax) {
    throw new Mistake(
      `moves of ${movers} actors are made together and some are first come: too many orders to explore`,
      `leave \`first_come\` out, or let at most ${firstComeMoversMax} actors move together`,
    );
  }
  const joint = points.filter(({ chance }) => !chance).reduce((so, { options }) => so * (options?.length ?? 1), 1);
  if (joint < 2 ** 31) return;
  throw new Mistake(`simultaneous moves combine in ${joint} ways, too many to explore`, "try turns: in order");
}
