/**
 * Ways to drive a run in tests of laws: persons who choose at random, and a run that goes on from its past.
 */
import { type Luck, luckOf } from "../../src/chance/draw.ts";
import { type Choice, isRefused, type RunEvent } from "../../src/engine/event.ts";
import { evolveAll } from "../../src/engine/evolve.ts";
import { type Engine, openSession, type Session, startRun } from "../../src/engine/session.ts";
import { openCommands } from "../../src/testing/commands.ts";
import { foldRun, type RecordedRun } from "../../src/testing/recordedRun.ts";

const roundsLimit = 8;

/** A run in which persons hold every seat and choose by a luck of their own; `visit` sees each point before a step. */
export function playRandomly(engine: Engine, seed: string, visit: (session: Session) => void = () => {}): RecordedRun {
  const events = [...startRun(engine, { seed, model: "", document: { id: "", text: "" } })];
  const [started] = events;
  if (started?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const seats = new Set(engine.law.model.actors.map(({ id }) => id));
  const session = openSession(engine, luckOf(seed, 0), started.state, seats);
  session.apply(events.slice(1));
  const whim = luckOf(`${seed} whim`, 0);
  while (session.state.ended === null) {
    if (!faultsAhead(session)) visit(session);
    const next =
      session.state.round >= roundsLimit ? session.propose({ type: "StopRun" }) : chooseAndStep(session, whim);
    if (isRefused(next)) throw new Error(next.message);
    session.apply(next);
    events.push(...next);
  }
  return { events, ...foldRun(engine, events) };
}

/** Whether the protocol itself cannot be read any further: then nothing can be said to be open. */
function faultsAhead(session: Session): boolean {
  try {
    openCommands(session);
    return false;
  } catch {
    return true;
  }
}

function chooseAndStep(session: Session, whim: Luck): ReturnType<Session["proposeNext"]> {
  const need = session.need();
  if (need.kind !== "choice") return session.proposeNext();
  const choices = need.turns.map(({ actor, options }): Choice => {
    const move = options[whim.at(actor, session.state.round) % options.length] ?? "hold";
    return { actor, move, chosen: "person", branch: null };
  });
  return session.proposeNext(choices);
}

/** The events that follow a past, by policy and luck. */
export function resumeRun(engine: Engine, past: readonly RunEvent[], luck: Luck): readonly RunEvent[] {
  const state = evolveAll(null, past);
  if (state === null) throw new Error("a past begins with RunStarted");
  const session = openSession(engine, luck, state);
  const events: RunEvent[] = [];
  while (session.state.ended === null) {
    const next = session.state.round >= 12 ? session.propose({ type: "StopRun" }) : session.proposeNext();
    if (isRefused(next)) throw new Error(next.message);
    session.apply(next);
    events.push(...next);
  }
  return events;
}

/** Events with a variant's name taken out. */
export function wordsOf(events: readonly RunEvent[], variant: string): readonly unknown[] {
  return events.map((event) =>
    JSON.parse(
      JSON.stringify(event)
        .replaceAll(`"variant":"${variant}"`, '"variant":""')
        .replaceAll(`variants.${variant}.`, "variants."),
    ),
  );
}
