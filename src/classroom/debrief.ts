/**
 * A class's run told afterwards, secrets included: what happened, what each knew then, how high it went, what followed
 * in reality, and what to talk about. And another course to try, in private.
 */
import type { Choice, RunEvent } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import { hold } from "../engine/protocol.ts";
import { tell } from "../report/chronicle.ts";
import { namingOf } from "../report/naming.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Analysis } from "./analysis.ts";
import { knownTo, newsOf, optionsOf, standOf, wholeNews, wholeStand } from "./news.ts";
import type { RoomState } from "./room.ts";
import { openTurns, proceed, type Run, sessionOf } from "./run.ts";
import type { Named, NewsRound, Option, StandSection } from "./sight.ts";

/** A track's way on the escalation ladder; `at` counts rounds, the fraction orders what happened within one. */
export interface Climb {
  readonly name: string;
  readonly points: readonly { readonly at: number; readonly rung: number; readonly state: string }[];
}

/** The analysis in the scenario's words. */
export interface ToldAnalysis {
  readonly runs: number;
  readonly outcomes: readonly Named[];
  readonly standings: readonly {
    readonly round: number;
    readonly date: number | null;
    readonly shares: Readonly<Record<string, number>>;
  }[];
  readonly decisions: readonly {
    readonly position: number;
    readonly round: number;
    readonly date: number | null;
    readonly actor: string;
    /** Null: hold. */
    readonly chosen: string | null;
    readonly alternative: string | null;
    readonly outcome: string;
    readonly difference: number;
    readonly low: number;
    readonly high: number;
    readonly policyShare: number;
  }[];
  readonly settled: { readonly round: number; readonly date: number | null; readonly share: number } | null;
}

/** Something that is told of a date in reality. */
export interface HistoryLine {
  readonly round: number;
  readonly date: number | null;
  readonly who: string | null;
  readonly what: string;
  readonly way: string | null;
}

export interface Debrief {
  readonly title: string;
  readonly outcome: string | null;
  readonly news: readonly NewsRound[];
  readonly climbs: readonly Climb[];
  /** Where the time axis ends. */
  readonly end: number;
  readonly dates: readonly (number | null)[];
  readonly actors: readonly Named[];
  readonly history: readonly HistoryLine[];
  readonly followed: readonly string[];
  readonly questions: readonly string[];
  /** Openings of people's turns, from which another course can be tried. */
  readonly turns: readonly {
    readonly position: number;
    readonly round: number;
    readonly date: number | null;
    readonly actors: readonly string[];
  }[];
}

/** Tells a run. */
export function debriefOf({ room, run }: { readonly room: RoomState; readonly run: Run }): Debrief {
  const { model, texts } = run.scenario;
  const naming = namingOf(run.scenario);
  const { courses, end } = tell(run.events, model.clock, naming);
  const date = dateTeller(run.scenario);
  const { outcome } = run.state;
  return {
    title: naming.title,
    outcome: outcome === null ? null : naming.name("outcomes", outcome),
    news: wholeNews(run),
    climbs: courses
      .filter(
        ({ kind, id }) => kind === "track" && naming.statesOf(id).some((state) => naming.rungOf(id, state) !== null),
      )
      .map(({ id, name, points }) => ({
        name,
        points: points.flatMap(({ at, value }) => {
          const rung = naming.rungOf(id, String(value));
          return rung === null ? [] : [{ at, rung, state: naming.name("tracks", id, "states", String(value)) }];
        }),
      })),
    end: end + 1,
    dates: Array.from({ length: end + 1 }, (_, round) => date(round)),
    actors: model.actors.map(({ id }) => ({ id, name: naming.name("actors", id) })),
    history: historyOf(run.scenario),
    followed: texts.briefing.followed ?? [],
    questions: texts.briefing.debrief ?? [],
    turns: turnsToTry(room, run),
  };
}

function dateTeller({ model }: Scenario): (round: number) => number | null {
  const { clock } = model;
  return clock === null ? () => null : (round) => dateOfRound(clock, round);
}

function historyOf(scenario: Scenario): readonly HistoryLine[] {
  const naming = namingOf(scenario);
  const date = dateTeller(scenario);
  return scenario.model.history.map((entry) => {
    const [section, id] = "move" in entry ? (["moves", entry.move] as const) : (["incidents", entry.incident] as const);
    return {
      round: entry.round,
      date: date(entry.round),
      who: "by" in entry ? naming.name("actors", entry.by) : null,
      what: naming.name(section, id),
      way: entry.branch === null ? null : naming.name(section, id, "branches", entry.branch),
    };
  });
}

function turnsToTry(room: RoomState, run: Run): Debrief["turns"] {
  const date = dateTeller(run.scenario);
  let { round } = evolveAll(null, run.events.slice(0, 1)) ?? run.state;
  return run.events.flatMap((event, position) => {
    const at = round;
    if (event.type !== "RunStarted") round = event.changes.round ?? round;
    const actors =
      event.type === "MovesMade"
        ? event.moves.map(({ actor }) => actor)
        : event.type === "MoveMade" || event.type === "TurnHeld"
          ? [event.actor]
          : [];
    const people = actors.filter((actor) => room.people.includes(actor));
    return people.length === 0 ? [] : [{ position, round: at, date: date(at), actors: people }];
  });
}

/** What a role knew at the end of a round: of the public where no actor is named, everything where `all` is. */
export function viewAt(
  run: Run,
  as: string,
  round: number,
): { readonly news: readonly NewsRound[]; readonly stand: StandSection } {
  const length = lengthAfter(run.events, round);
  const then: Run = {
    ...run,
    recorded: run.recorded.slice(0, length),
    events: run.events.slice(0, length),
    state: evolveAll(null, run.events.slice(0, length)) ?? run.state,
  };
  if (as === "all") return { news: wholeNews(then), stand: wholeStand(then) };
  return { news: newsOf(run.scenario, knownTo(then, as)), stand: standOf(then, as) };
}

/** Length of the run before the round after a round opened. */
function lengthAfter(events: readonly RunEvent[], round: number): number {
  const next = events.findIndex((event) => event.type === "RoundOpened" && event.round > round);
  return next < 0 ? events.length : next;
}

/** The analysis with names. */
export function tellAnalysis(scenario: Scenario, { runs, standings, decisions, settled }: Analysis): ToldAnalysis {
  const naming = namingOf(scenario);
  const date = dateTeller(scenario);
  const move = (id: string): string | null => (id === hold ? null : naming.name("moves", id));
  return {
    runs,
    outcomes: scenario.model.outcomes.map(({ id }) => ({ id, name: naming.name("outcomes", id) })),
    standings: standings.map(({ round, shares }) => ({ round, date: date(round), shares })),
    decisions: decisions.map((decision) => ({
      ...decision,
      date: date(decision.round),
      actor: naming.name("actors", decision.actor),
      chosen: move(decision.chosen),
      alternative: move(decision.alternative),
      outcome: naming.name("outcomes", decision.outcome),
    })),
    settled: settled === null ? null : { ...settled, date: date(settled.round) },
  };
}

/** Another course, tried from a turn of the run: some moves of one actor, then its policy or its next choice. */
export interface Trial {
  /** Position of the event that is decided anew. */
  readonly from: number;
  readonly actor: string;
  /** What the actor does in this turn and those after it. */
  readonly moves: readonly string[];
  /** Leaves the rest to policies. */
  readonly finish: boolean;
}

export interface Tried {
  /** What happens on the other course, from the turn on. */
  readonly news: readonly NewsRound[];
  readonly outcome: string | null;
  readonly over: boolean;
  /** The next choice, unless the course is over. */
  readonly options: readonly Option[];
  readonly round: number;
  readonly date: number | null;
}

/** Tries another course in the same luck; nothing is remembered. Null where it cannot be taken. */
export function tryCourse({ run }: { readonly run: Run }, { from, actor, moves, finish }: Trial): Tried | null {
  const past = run.events.slice(0, from);
  const state = past.length === 0 ? null : evolveAll(null, past);
  if (state === null || state.ended !== null) return null;
  const others = othersAt(run.events[from], actor);
  const session = sessionOf({ ...run, events: past, state }, [actor], state);
  const events: RunEvent[] = [];
  for (const [index, move] of moves.entries()) {
    if (!openTurns(session).some((turn) => turn.actor === actor && turn.options.includes(move))) return null;
    const choice: Choice = { actor, move, chosen: "person", branch: null };
    const next = proceed(session, [choice, ...(index === 0 ? others : [])]);
    if (isRefused(next)) return null;
    events.push(...next);
  }
  const turn = openTurns(session).find((candidate) => candidate.actor === actor);
  if (finish && session.state.ended === null) {
    const alone = sessionOf({ ...run, events: past, state }, [], session.state);
    const rest = proceed(alone, []);
    if (!isRefused(rest)) events.push(...rest);
  }
  const all = [...past, ...events];
  const after = evolveAll(null, all) ?? state;
  const naming = namingOf(run.scenario);
  const date = dateTeller(run.scenario);
  return {
    news: newsOf(run.scenario, all).filter(({ round }) => round >= state.round),
    outcome: after.outcome === null ? null : naming.name("outcomes", after.outcome),
    over: after.ended !== null,
    options: turn === undefined || after.ended !== null ? [] : optionsOf(run.scenario, turn),
    round: after.round,
    date: date(after.round),
  };
}

/** What the others did in a joint step, to be done again. */
function othersAt(event: RunEvent | undefined, actor: string): readonly Choice[] {
  if (event?.type !== "MovesMade") return [];
  return event.moves
    .filter((part) => part.actor !== actor)
    .map((part) => ({ actor: part.actor, move: part.move ?? hold, chosen: "given" as const, branch: null }));
}
