/**
 * The run that a room is in: its events, its state, and what happens when choices enter it.
 *
 * People decide for some actors, policies for the rest. `proceed` goes on until somebody has a real choice: a turn in
 * which all but holding is closed passes by itself. Nothing here appends; what it proposes enters the log first.
 */
import { luckOf } from "../chance/draw.ts";
import type { Choice, Chosen, Refused, RunEvent } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import { Faulted } from "../engine/faulted.ts";
import { playOn } from "../engine/play.ts";
import { choose } from "../engine/policy.ts";
import { hold } from "../engine/protocol.ts";
import { type Engine, openSession, prepareEngine, type Session } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { treat } from "../engine/treatment.ts";
import type { Recorded } from "../log/chain.ts";
import { lastSeed, startOf } from "../log/runStart.ts";
import { requestOf } from "../log/verify.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { openTurns } from "./openTurns.ts";

/** A run under way, as far as it is remembered. */
export interface LessonRun {
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly recorded: readonly Recorded<RunEvent>[];
  readonly events: readonly RunEvent[];
  readonly state: State;
  readonly seed: string;
}

/** The run that some events tell. */
export function runOf(
  scenario: Scenario,
  recorded: readonly Recorded<RunEvent>[],
  engine: Engine | null = null,
): LessonRun {
  const events = recorded.map(({ event }) => event);
  const started = startOf(events);
  const state = evolveAll(null, events) ?? started.state;
  return {
    scenario,
    engine: engine ?? prepareEngine(scenario.model, treat(scenario.model, requestOf(started))),
    recorded,
    events,
    state,
    seed: lastSeed(events),
  };
}

/** A session that goes on from where a run stands, with people deciding for some actors. */
export function sessionOf(run: LessonRun, people: readonly string[], state: State = run.state): Session {
  const luck = luckOf(run.seed, startOf(run.events).replication);
  return openSession(run.engine, luck, state, new Set(people));
}

/**
 * What follows once some choices are made, up to the next turn in which people choose, or the end.
 * A refusal changes nothing.
 */
export function proceed(session: Session, choices: readonly Choice[]): readonly RunEvent[] | Refused {
  // A run that is over says so itself.
  if (session.state.ended !== null) return session.proposeNext(choices);
  const events: RunEvent[] = [];
  // In free turns one move is made; whoever holds makes none.
  const free = session.engine.law.treatment.turns === "free";
  const given = free ? choices.filter(({ move }) => move !== hold) : choices;
  const refused = playOn(
    {
      session,
      choose: () => session.proposeNext(events.length === 0 ? given : []),
      until: () => openTurns(session).length > 0,
    },
    (next) => events.push(...next),
  );
  return refused ?? events;
}

/**
 * The move that somebody else makes by policy where it is a free turn and none of the seats moves; null where nobody else
 * can. It is recorded as a choice, as a draw would be drawn again among all that was open.
 */
export function moveOfOthers(session: Session): Choice | null {
  const { engine, luck, seats } = session;
  try {
    const { opening, state } = session.standing();
    if (opening.kind !== "free") return null;
    const options = opening.options.filter(({ actor }) => !seats.includes(actor));
    if (options.length === 0) return null;
    const drawn = options[choose(luck, opening.site, state.round, engine.weigher.free(state, options))];
    return drawn === undefined ? null : { ...drawn, chosen: "policy", branch: null };
  } catch (error) {
    // The run itself says what is wrong with it.
    if (error instanceof Faulted) return null;
    throw error;
  }
}

/** Whether people chose, if only by letting the time pass; not a policy. */
export const isChoiceOfPeople = ({ chosen }: { readonly chosen: Chosen }): boolean =>
  chosen === "person" || chosen === "given";

/** What has to happen before the first turn in which people choose: nothing where it is open already. */
export function lead(session: Session): readonly RunEvent[] | Refused {
  return session.state.ended !== null || openTurns(session).length > 0 ? [] : proceed(session, []);
}

/** The round that a run was in when it had a length. */
export function roundAt(events: readonly RunEvent[], length: number): number {
  let { round } = startOf(events).state;
  for (const event of events.slice(0, length)) {
    if (event.type !== "RunStarted") round = event.changes.round ?? round;
  }
  return round;
}
