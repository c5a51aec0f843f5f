/**
 * A class's run told afterwards, secrets included: what happened, what each knew then, how high it went, what followed
 * in reality, and what to talk about. And another course to try, in private.
 */
import { choicesIn } from "../engine/deeds.ts";
import type { Choice, RunEvent } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import { hold } from "../engine/protocol.ts";
import { tell } from "../report/chronicle.ts";
import { namingOf } from "../report/naming.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import { measuresOf } from "../scenario/measure.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Analysis } from "./analysis.ts";
import { briefingOf, knownTo, newsOf, optionsOf, standOf, wholeNews, wholeStand } from "./news.ts";
import { openTurns } from "./openTurns.ts";
import type { RoomState } from "./room.ts";
import { isChoiceOfPeople, type LessonRun, proceed, sessionOf } from "./run.ts";
import type {
  Debrief,
  HistoryLine,
  Knowledge,
  OtherClass,
  RungPoint,
  ToldAnalysis,
  TrackLadder,
  Trial,
  TrialResult,
} from "./screenSections.ts";

/** Tells a run, beside what other classes did. */
export function debriefOf(room: RoomState, run: LessonRun, others: readonly OtherClass[]): Debrief {
  const { model, texts } = run.scenario;
  const naming = namingOf(run.scenario);
  const date = dateTeller(run.scenario);
  const { outcome } = run.state;
  const { climbs, end } = climbsOf(run);
  return {
    title: naming.title,
    outcome: outcome === null ? null : naming.name("outcomes", outcome),
    news: wholeNews(run),
    climbs,
    ladder: ladderOf(climbs),
    top: Math.max(0, ...model.tracks.flatMap(({ states }) => states.map(({ rung }) => rung ?? 0))),
    others,
    end,
    dates: Array.from({ length: end }, (_, round) => date(round)),
    actors: model.actors.map(({ id }) => ({ id, name: naming.name("actors", id) })),
    history: historyOf(run.scenario),
    followed: texts.briefing.followed ?? [],
    questions: texts.briefing.debrief ?? [],
    turns: turnsToTry(room, run),
  };
}

/** A run as other classes see it, or the class that left it. */
export function otherClassOf(run: LessonRun, own = false): OtherClass {
  const naming = namingOf(run.scenario);
  const { climbs, end } = climbsOf(run);
  const { outcome } = run.state;
  return {
    own,
    outcome: outcome === null ? null : naming.name("outcomes", outcome),
    rounds: end,
    ladder: ladderOf(climbs),
  };
}

/** The way of each track that has rungs, and how many rounds there were. */
function climbsOf({ events, scenario }: LessonRun): { readonly climbs: readonly TrackLadder[]; readonly end: number } {
  const naming = namingOf(scenario);
  const { courses } = tell(events, scenario.model.clock, naming);
  const ranked = courses.filter(
    ({ kind, id }) => kind === "track" && naming.statesOf(id).some((state) => naming.rungOf(id, state) !== null),
  );
  const climbs = ranked.map(({ id, name, points }) => ({
    name,
    points: points.flatMap(({ at, value }) => {
      const rung = naming.rungOf(id, String(value));
      return rung === null ? [] : [{ at, rung, state: naming.name("tracks", id, "states", String(value)) }];
    }),
  }));
  return { climbs, end: roundsOf(events) };
}

/** The highest rung at each time at which one changed. */
function ladderOf(climbs: readonly TrackLadder[]): readonly RungPoint[] {
  const times = [...new Set(climbs.flatMap(({ points }) => points.map(({ at }) => at)))].sort(
    (one, other) => one - other,
  );
  const steps: RungPoint[] = [];
  for (const at of times) {
    const rungs = climbs.flatMap(({ points }) => points.findLast((point) => point.at <= at)?.rung ?? []);
    const rung = Math.max(...rungs);
    if (steps.at(-1)?.rung !== rung) steps.push({ at, rung });
  }
  return steps;
}

/** How many rounds there were; one that the run ended with as it opened is none. */
function roundsOf(events: readonly RunEvent[]): number {
  const last = events.findLastIndex(({ type }) => type === "RoundOpened");
  const opened = events[last];
  if (opened?.type !== "RoundOpened") return 1;
  const after = events.slice(last + 1);
  const atOnce =
    after.at(-1)?.type === "RunEnded" && after.every(({ type }) => type === "RuleApplied" || type === "RunEnded");
  return atOnce ? opened.round : opened.round + 1;
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

function turnsToTry(room: RoomState, run: LessonRun): Debrief["turns"] {
  const date = dateTeller(run.scenario);
  let { round } = evolveAll(null, run.events.slice(0, 1)) ?? run.state;
  return run.events.flatMap((event, position) => {
    const at = round;
    if (event.type !== "RunStarted") round = event.changes.round ?? round;
    const chosen = Object.entries(chosenIn(event)).filter(([actor]) => room.people.includes(actor));
    const actors = chosen.map(([actor]) => actor);
    if (chosen.length === 0) return [];
    return [{ position, round: at, date: date(at), actors, chosen: Object.fromEntries(chosen) }];
  });
}

/** What each actor chose in an event, by id; what a policy drew or what passed by itself is no choice of people. */
function chosenIn(event: RunEvent): Readonly<Record<string, string>> {
  const choices = choicesIn(event).filter(isChoiceOfPeople);
  return Object.fromEntries(choices.map(({ actor, move }) => [actor, move ?? hold]));
}

/** What a role knew at each point of a run; of the public where no actor is named, everything where it is `all`. */
export function knowledgeOf(run: LessonRun, as: string): Knowledge {
  const stands = Array.from({ length: roundsOf(run.events) + 1 }, (_, at) => {
    const length = at === 0 ? 1 : lengthAfter(run.events, at - 1);
    const then: LessonRun = {
      ...run,
      recorded: run.recorded.slice(0, length),
      events: run.events.slice(0, length),
      state: evolveAll(null, run.events.slice(0, length)) ?? run.state,
    };
    return as === "all" ? wholeStand(then) : standOf(then, as);
  });
  const { own, secrets } = briefingOf(run, as);
  const inside = run.scenario.model.actors.some(({ id }) => id === as);
  return {
    briefing: inside ? { own, secrets } : null,
    news: as === "all" ? wholeNews(run) : newsOf(run.scenario, knownTo(run, as)),
    stands,
  };
}

/** Length of the run before the round after a round opened. */
function lengthAfter(events: readonly RunEvent[], round: number): number {
  const next = events.findIndex((event) => event.type === "RoundOpened" && event.round > round);
  return next < 0 ? events.length : next;
}

/** The analysis with names. */
export function tellAnalysis(scenario: Scenario, analysis: Analysis): ToldAnalysis {
  const naming = namingOf(scenario);
  const date = dateTeller(scenario);
  const move = (id: string): string | null => (id === hold ? null : naming.name("moves", id));
  const { runs, weighed, standings, decisions, settled } = analysis;
  return {
    runs,
    weighed,
    headline: scenario.model.headline,
    outcomes: measuresOf(scenario.model).map(({ id }) => ({ id, name: naming.ending(id) })),
    standings: standings.map(({ round, shares }) => ({ round, date: date(round), shares })),
    decisions: decisions.map((decision) => ({
      ...decision,
      date: date(decision.round),
      actor: naming.name("actors", decision.actor),
      chosen: move(decision.chosen),
      alternative: move(decision.alternative),
      usual: { ...decision.usual, move: move(decision.usual.move) },
      outcome: naming.ending(decision.outcome),
    })),
    settled: settled === null ? null : { ...settled, date: date(settled.round) },
  };
}

/** Tries another course in the same luck; nothing is remembered. Null where it cannot be taken. */
export function tryCourse(run: LessonRun, { from, actor, moves, finish }: Trial): TrialResult | null {
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
  const choices = event === undefined ? [] : choicesIn(event);
  return choices
    .filter((part) => part.actor !== actor)
    .map((part) => ({ actor: part.actor, move: part.move ?? hold, chosen: "given" as const, branch: null }));
}
