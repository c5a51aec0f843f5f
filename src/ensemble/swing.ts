/**
 * Turning points: how much each decision of a run moved its outcomes.
 *
 * At every decision the run is continued many times from each alternative, by policy for everybody and without the
 * script, in the same luck for all alternatives; the luck follows from the run's seed and the position. The alternative
 * that is farthest from what was chosen is picked on one half of the replications and measured on the other, so that
 * picking the farthest does not make it look farther than it is.
 */
import { luckOf, pick } from "../chance/draw.ts";
import { choicesIn } from "../engine/deeds.ts";
import type { Choice, JointMove, RunEvent } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { hold, type Opening } from "../engine/protocol.ts";
import { type Engine, openSession, prepareEngine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { transitionsOf } from "../engine/transitions.ts";
import type { Treatment } from "../engine/treatment.ts";
import { at } from "../scenario/at.ts";
import { type Measure, measuresOf } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";
import type { Share } from "./compare.ts";
import { type Continue, kernelContinue } from "./continuation.ts";
import { newcombePaired, wilson } from "./statistics.ts";
import { doHere, doInThreads, type TaskOptions } from "./threads.ts";

/** A point of a run at which an actor chose among several possibilities. */
export interface DecisionPoint {
  /** Position of the event in the log. */
  readonly position: number;
  readonly round: number;
  readonly actor: string;
  /** A move, or `hold`. */
  readonly chosen: string;
  readonly options: readonly string[];
  /** The state as the turn opens, and what the others chose in a joint step. */
  readonly state: State;
  readonly others: readonly JointMove[];
}

/** What may follow from one option. */
export interface OptionResult {
  readonly move: string;
  readonly outcomes: Readonly<Record<string, Share>>;
  readonly groups: Readonly<Record<string, Share>>;
}

/** How far an outcome would have moved, had the farthest alternative been chosen. */
export interface TurningPoint {
  readonly outcome: string;
  /** The alternative farthest from what was chosen. */
  readonly alternative: string;
  /** Its share less that of what was chosen, in the same luck. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export interface DecisionResult {
  readonly position: number;
  readonly round: number;
  readonly actor: string;
  readonly chosen: string;
  readonly options: readonly OptionResult[];
  /** By outcome, then by group, in the scenario's order; none for an outcome that follows from no option. */
  readonly turnings: readonly TurningPoint[];
}

export interface Swing {
  readonly scenario: string;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly seed: string;
  readonly variant: string;
  readonly events: number;
  /** Continuations from each option. */
  readonly runs: number;
  readonly methods: Readonly<Record<string, string>>;
  readonly decisions: readonly DecisionResult[];
  /** All turnings of one outcome after the other, those that moved it most first. */
  readonly ranking: readonly (TurningPoint & {
    readonly position: number;
    readonly actor: string;
    readonly chosen: string;
  })[];
}

/** The treatment of what follows a decision: nobody's moves are prescribed any more. */
export function unscripted(treatment: Treatment): Treatment {
  return { ...treatment, script: [] };
}

/** Every decision of a run among at least two possibilities, in order. */
export function decisionsOf(engine: Engine, events: readonly RunEvent[]): readonly DecisionPoint[] {
  return [...transitionsOf(events)].flatMap(({ position, before, event }) =>
    before === null ? [] : decisionsAt(engine, before, event, position),
  );
}

function decisionsAt(
  { law, protocol }: Engine,
  before: State,
  event: RunEvent,
  position: number,
): readonly DecisionPoint[] {
  const choices = choicesIn(event);
  const [first] = choices;
  if (first === undefined) return [];
  const { turns } = law.treatment;
  const state = { ...before, cursor: turns === "in order" ? `turn:${first.actor}` : "turn" };
  const opening = protocol.open(state);
  const others = turns === "simultaneous" ? choices : [];
  return choices.flatMap(({ actor, move }): readonly DecisionPoint[] => {
    const chosen = move ?? hold;
    const options = optionsAt(opening, actor);
    if (options.length < 2 || !options.includes(chosen)) return [];
    return [{ position, round: state.round, actor, chosen, options, state, others }];
  });
}

/** What an actor can choose; in free turns what anybody can. */
function optionsAt(opening: Opening, actor: string): readonly string[] {
  if (opening.kind === "turn") return opening.options;
  if (opening.kind === "free") return opening.options.map(({ move }) => move);
  return opening.kind === "joint" ? (opening.turns.find((turn) => turn.actor === actor)?.options ?? []) : [];
}

/** Runs the alternatives of one decision. */
export type Weigh = (decision: DecisionPoint) => DecisionResult;

/** Weighs decisions of runs under a treatment and a seed. */
export function decisionWeigher(model: Model, treatment: Treatment, seed: string, runs: number): Weigh {
  const continued = unscripted(treatment);
  return weigherOver(prepareEngine(model, continued), kernelContinue(model, continued), seed, runs);
}

/** Weighs decisions by any way of going on. */
export function weigherOver(engine: Engine, proceed: Continue, seed: string, runs: number): Weigh {
  const measures = measuresOf(engine.law.model);
  return (decision) => {
    const luck = `swing:${seed}:${decision.position}`;
    const results = decision.options.map((move) => ({
      move,
      ended: follow(engine, proceed, decision, move, luck, runs),
    }));
    const chosen = results.find(({ move }) => move === decision.chosen)?.ended ?? new Int16Array(runs);
    const { position, round, actor } = decision;
    return {
      position,
      round,
      actor,
      chosen: decision.chosen,
      options: results.map(({ move, ended }) => ({
        move,
        outcomes: sharesOf(measures, "outcome", ended),
        groups: sharesOf(measures, "group", ended),
      })),
      turnings: measures.flatMap((measure) => turningOf(measure, chosen, results, decision.chosen)),
    };
  };
}

/** What came of an option, by replication; where it branches, each replication takes the branch that its luck draws. */
function follow(
  engine: Engine,
  proceed: Continue,
  decision: DecisionPoint,
  move: string,
  luck: string,
  runs: number,
): Int16Array {
  const step = engine.law.moves.get(move);
  const odds = step === undefined ? [] : step.odds(decision.state);
  const branches = step?.definition.branches.map(({ id }) => id) ?? [];
  if (branches.length === 0) return proceed(after(engine, decision, move, null, luck), luck, runs);
  const ways = branches.map((branch, index) =>
    (odds[index] ?? 0) > 0 ? proceed(after(engine, decision, move, branch, luck), luck, runs) : null,
  );
  return Int16Array.from({ length: runs }, (_, replication) => {
    const word = luckOf(luck, replication).at(`branch:${move}`, decision.round);
    return ways[odds.length === 1 ? 0 : pick(word, odds)]?.[replication] ?? -1;
  });
}

/** The state that an option leads to; the others of a joint step do what they did. */
function after(engine: Engine, decision: DecisionPoint, move: string, branch: string | null, luck: string): State {
  const { state, actor, others } = decision;
  const session = openSession(engine, luckOf(luck, 0), state);
  const definition = engine.law.moves.get(move)?.definition;
  // In free turns the alternatives are other actors' moves as well.
  const owner = definition !== undefined && "by" in definition ? definition.by : actor;
  const own: Choice = { actor: owner, move, chosen: "given", branch };
  const joint = (): readonly RunEvent[] | ReturnType<typeof session.propose> =>
    session.propose({
      type: "MakeMoves",
      choices: others.map((other) =>
        other.actor === actor
          ? own
          : {
              actor: other.actor,
              move: other.move ?? hold,
              chosen: "given",
              branch: other.branch?.branch ?? null,
            },
      ),
    });
  const events = others.length === 0 ? session.propose({ type: "MakeMove", ...own }) : joint();
  if (isRefused(events)) throw new Error(`an open option was refused: ${events.message}`);
  session.apply(events);
  return session.state;
}

function sharesOf(
  measures: readonly Measure[],
  kind: Measure["kind"],
  ended: Int16Array,
): Readonly<Record<string, Share>> {
  const runs = ended.length;
  return Object.fromEntries(
    measures
      .filter((measure) => measure.kind === kind)
      .map(({ id, members }) => {
        const count = ended.reduce((sum, outcome) => sum + Number(members.includes(outcome)), 0);
        return [id, { count, share: count / runs, ...wilson(count, runs) }];
      }),
  );
}

function turningOf(
  { id: outcome, members }: Measure,
  chosen: Int16Array,
  results: readonly { readonly move: string; readonly ended: Int16Array }[],
  move: string,
): readonly TurningPoint[] {
  const alternatives = results.filter((result) => result.move !== move);
  if (!results.some(({ ended }) => ended.some((one) => members.includes(one)))) return [];
  const distance = ({ ended }: { ended: Int16Array }): number => Math.abs(paired(chosen, ended, members, 0).difference);
  const [first, ...rest] = alternatives;
  if (first === undefined) return [];
  const farthest = rest.reduce((best, result) => (distance(result) > distance(best) ? result : best), first);
  return [{ outcome, alternative: farthest.move, ...paired(chosen, farthest.ended, members, 1) }];
}

/** The paired difference over the even (0) or odd (1) replications. */
function paired(
  chosen: Int16Array,
  alternative: Int16Array,
  members: readonly number[],
  half: 0 | 1,
): { difference: number; low: number; high: number } {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (let replication = half; replication < chosen.length; replication += 2) {
    const first = members.includes(at(chosen, replication));
    const second = members.includes(at(alternative, replication));
    counts[first ? (second ? "both" : "onlyFirst") : second ? "onlySecond" : "neither"] += 1;
  }
  const runs = counts.both + counts.onlyFirst + counts.onlySecond + counts.neither;
  return { difference: runs === 0 ? 0 : (counts.onlySecond - counts.onlyFirst) / runs, ...newcombePaired(counts) };
}

export interface SwingTask {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly seed: string;
  /** Continuations from each option; at least 2. */
  readonly runs: number;
}

const swingWorker = new URL("./swingWorker", import.meta.url);

/** Weighs decisions, on several threads if asked for; fewer come back only where the signal aborted. */
export async function weighDecisions(
  task: SwingTask,
  decisions: readonly DecisionPoint[],
  options: TaskOptions & { readonly workers: number },
): Promise<readonly DecisionResult[]> {
  const { model, treatment, seed, runs } = task;
  return options.workers > 1 && decisions.length > 1
    ? doInThreads(
        { worker: swingWorker, task: "decision", workers: options.workers, told: task },
        decisions,
        [],
        options,
      )
    : doHere(decisions, [], decisionWeigher(model, treatment, seed, runs), options);
}

/** Makes the result of weighed decisions. */
export function swingResult(
  subject: Pick<Swing, "scenario" | "model" | "seed" | "variant" | "events" | "runs">,
  outcomes: readonly string[],
  decisions: readonly DecisionResult[],
): Swing {
  const all = decisions.flatMap(({ position, actor, chosen, turnings }) =>
    turnings.map((turning) => ({ ...turning, position, actor, chosen })),
  );
  return {
    ...subject,
    methods: {
      level: "95 %",
      continuations: "by policy for everybody, without script, in the same luck from every option of a decision",
      differences: "Newcombe's interval for paired shares (method 10), on the odd replications",
      alternative: "the one farthest from what was chosen on the even replications",
    },
    decisions,
    ranking: outcomes.flatMap((outcome) =>
      all
        .filter((turning) => turning.outcome === outcome)
        .sort((one, other) => Math.abs(other.difference) - Math.abs(one.difference)),
    ),
  };
}
