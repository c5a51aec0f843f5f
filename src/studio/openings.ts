/**
 * What is open at a position of a run: who chooses next, among what, why the rest is closed, and what would be drawn.
 *
 * From the position, luck and time go on as they would in a fork that keeps the luck, up to the first point where
 * somebody chooses; there every move of theirs is held to its condition, part by part.
 */
import { luckOf } from "../chance/draw.ts";
import { choicesIn } from "../engine/deeds.ts";
import type { RunEvent } from "../engine/event.ts";
import { Faulted } from "../engine/faulted.ts";
import { playOn } from "../engine/play.ts";
import { weighsNothing } from "../engine/policy.ts";
import { type ChoiceOpening, hold, isChoice } from "../engine/protocol.ts";
import { openSession, type Session } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import type { Execution } from "../log/execution.ts";
import { isForkable } from "../log/fork.ts";
import { lastSeed } from "../log/runStart.ts";
import type { Move } from "../scenario/model.ts";
import { printExpression } from "../scenario/print.ts";
import { partsOf } from "./description.ts";

/** A part of a condition, and whether it holds. */
export interface ConditionPart {
  readonly text: string;
  readonly holds: boolean;
}

export interface OpenMove {
  /** Id of a move, or `hold`. */
  readonly move: string;
  readonly open: boolean;
  /** Empty: it needs nothing. */
  readonly parts: readonly ConditionPart[];
  /** Its share among what the policy weighs; null where it is closed. */
  readonly share: number | null;
  /** How it may turn out now. */
  readonly branches: readonly { readonly id: string; readonly odds: number }[];
}

export interface OpenTurn {
  readonly actor: string;
  readonly moves: readonly OpenMove[];
  /** What luck would have the actor's policy choose. */
  readonly drawn: string | null;
  /** What was chosen in this run, if it went on. */
  readonly chosen: string | null;
}

/** What stands open at a position. */
export interface Openings {
  readonly position: number;
  /** Whether another course can begin here; else where it can nearby. */
  readonly forkable: boolean;
  readonly near: readonly number[];
  /** `choice`: somebody chooses; `over`: the run ends before anybody does; `fault`: the model is at fault there. */
  readonly kind: "choice" | "over" | "fault";
  /** All choose at once, one after the other, or anybody. */
  readonly turns: readonly OpenTurn[];
  readonly together: "in order" | "simultaneous" | "free";
  /** Events that come by themselves before. */
  readonly ahead: readonly RunEvent[];
}

/** Events by themselves after which nobody is expected to choose any more. */
const aheadMost = 2_000;

/** What is open at a position of a run. */
export function openingsAt(execution: Execution, states: readonly State[], position: number): Openings {
  const events = execution.log.recorded.map(({ event }) => event);
  const forkable = isForkable(events, position);
  const base = { position, forkable, near: forkable ? [] : nearby(events, position), together: "in order" as const };
  const state = states[position];
  if (!forkable || state === undefined) return { ...base, kind: "over", turns: [], ahead: [] };
  const seed = lastSeed(events.slice(0, position + 1));
  const session = openSession(execution.engine, luckOf(seed, replicationOf(events)), state);
  const ahead: RunEvent[] = [];
  const together = execution.engine.law.treatment.turns;
  const somebodyChooses = (): boolean => isChoice(session.standing().opening);
  try {
    if (!somebodyChooses()) {
      const until = (): boolean => ahead.length >= aheadMost || somebodyChooses();
      playOn({ session, limit: Number.POSITIVE_INFINITY, until }, (events) => ahead.push(...events));
    }
    const { opening, state: at } = session.standing();
    if (!isChoice(opening)) {
      const fault = ahead.at(-1)?.type === "ModelFaulted";
      return { ...base, together, kind: fault ? "fault" : "over", turns: [], ahead };
    }
    const next = events.slice(position + 1).filter(({ type }) => type !== "RunForked")[ahead.length];
    const turns = turnsOf(execution, session, opening, at).map((turn) => ({
      ...turn,
      chosen: chosenBy(turn.actor, next),
    }));
    return { ...base, together, kind: "choice", turns, ahead };
  } catch (error) {
    if (!(error instanceof Faulted)) throw error;
    return { ...base, kind: "fault", turns: [], ahead };
  }
}

function replicationOf(events: readonly RunEvent[]): number {
  const [first] = events;
  return first?.type === "RunStarted" ? first.replication : 0;
}

function nearby(events: readonly RunEvent[], position: number): readonly number[] {
  const places = events.map((_, index) => index).filter((index) => isForkable(events, index));
  return [places.findLast((index) => index < position), places.find((index) => index > position)].filter(
    (index) => index !== undefined,
  );
}

function turnsOf(
  execution: Execution,
  session: Session,
  opening: ChoiceOpening,
  state: State,
): readonly Omit<OpenTurn, "chosen">[] {
  const { model } = execution.scenario;
  const { weigher } = execution.engine;
  if (opening.kind === "free") {
    const weights = weigher.free(state, opening.options);
    const shares = new Map(opening.options.map(({ move }, index) => [move, shareOf(weights, index)]));
    return model.actors.flatMap(({ id }) => {
      const moves = model.moves.filter(({ by }) => by === id);
      if (moves.length === 0) return [];
      return [{ actor: id, moves: moves.map((move) => openMove(execution, state, move, shares)), drawn: null }];
    });
  }
  return (opening.kind === "turn" ? [opening] : opening.turns).map((turn) => {
    const weights = weigher.turn(state, turn);
    const shares = new Map(turn.options.map((option, index) => [option, shareOf(weights, index)]));
    const moves = model.moves.filter(({ by }) => by === turn.actor);
    // An actor that must move holds where its policy gives nothing any weight, which nobody else can have it do.
    const isOpen = turn.options.includes(hold);
    const share = isOpen ? (shares.get(hold) ?? null) : 1;
    const held = isOpen || weighsNothing(weights) ? [{ move: hold, open: isOpen, parts: [], share, branches: [] }] : [];
    return {
      actor: turn.actor,
      moves: [...moves.map((move) => openMove(execution, state, move, shares)), ...held],
      drawn: session.drawn(turn.actor)?.move ?? null,
    };
  });
}

function shareOf(weights: readonly number[], index: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? 0 : (weights[index] ?? 0) / total;
}

function openMove(
  { engine: { law } }: Execution,
  state: State,
  move: Move,
  shares: ReadonlyMap<string, number>,
): OpenMove {
  const parts = partsOf(move.when).map((part) => ({
    text: printExpression(part),
    holds: holds(() => law.evaluator(part, `moves.${move.id}.when`)(state) !== 0),
  }));
  const open = shares.has(move.id);
  const odds = open && move.branches.length > 0 ? (law.moves.get(move.id)?.odds(state) ?? []) : [];
  return {
    move: move.id,
    open,
    parts,
    share: shares.get(move.id) ?? null,
    branches: odds.map((_, index) => ({ id: move.branches[index]?.id ?? "", odds: shareOf(odds, index) })),
  };
}

/** A part that cannot be read by itself, such as a division that another part guards, does not hold. */
function holds(read: () => boolean): boolean {
  try {
    return read();
  } catch (error) {
    if (error instanceof Faulted) return false;
    throw error;
  }
}

function chosenBy(actor: string, event: RunEvent | undefined): string | null {
  const choice = event === undefined ? undefined : choicesIn(event).find((candidate) => candidate.actor === actor);
  return choice === undefined ? null : (choice.move ?? hold);
}
