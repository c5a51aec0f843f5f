/**
 * Ways to drive a run in tests of laws: every command there is, those that are open, and persons who choose at random.
 */
import { type Luck, luckOf } from "../../src/chance/draw.ts";
import { type Choice, type Command, isRefused, type RunEvent } from "../../src/engine/event.ts";
import { evolveAll } from "../../src/engine/evolve.ts";
import { type Engine, openSession, type Session, startRun } from "../../src/engine/session.ts";
import type { Model } from "../../src/scenario/model.ts";
import { foldRun, type RecordedRun } from "../../src/testing/recordedRun.ts";

const roundsLimit = 8;

/** Every command that names things of a model, for whoever's turn it may be; joint steps aside. */
export function everyCommand(model: Model): readonly Command[] {
  const moves = model.actors.flatMap(({ id: actor }) =>
    [...model.moves.map(({ id }) => id), "hold"].map(
      (move): Command => ({ type: "MakeMove", actor, move, chosen: "person", branch: null }),
    ),
  );
  const incidents = model.incidents.flatMap(({ id: incident }): Command[] => [
    { type: "CauseIncident", incident, branch: null, chosen: "person" },
    { type: "AvertIncident", incident, chosen: "person" },
  ]);
  return [...moves, ...incidents, { type: "LetTimePass" }, { type: "StopRun" }];
}

/** The commands of `everyCommand` that should be accepted now, read off the protocol alone. */
export function openCommands({ engine, state, luck }: Session): readonly Command[] {
  if (state.ended !== null) return [];
  const commands: Command[] = [{ type: "StopRun" }];
  let at = state;
  for (;;) {
    const opening = engine.protocol.open(at);
    if (opening.kind === "incident") {
      const { incident } = opening;
      commands.push({ type: "CauseIncident", incident, branch: null, chosen: "person" });
      if (opening.chance < 1) commands.push({ type: "AvertIncident", incident, chosen: "person" });
      if (luck.at(opening.site, at.round) < opening.chance * 2 ** 32) return [...commands, { type: "LetTimePass" }];
      at = engine.protocol.pass(at, incident);
      continue;
    }
    const choices =
      opening.kind === "turn"
        ? opening.options.map((move) => ({ actor: opening.actor, move }))
        : opening.kind === "free"
          ? opening.options
          : [];
    for (const { actor, move } of choices)
      commands.push({ type: "MakeMove", actor, move, chosen: "person", branch: null });
    return opening.kind === "tick" || opening.kind === "still" ? [...commands, { type: "LetTimePass" }] : commands;
  }
}

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
