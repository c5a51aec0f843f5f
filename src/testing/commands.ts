/**
 * Commands for tests of the engine's laws: all that name things of a scenario, and those that are open at a position.
 */
import fc from "fast-check";
import { luckOf } from "../chance/draw.ts";
import type { Command } from "../engine/event.ts";
import { evolveAll } from "../engine/evolve.ts";
import { hold } from "../engine/protocol.ts";
import { openSession, type Session } from "../engine/session.ts";
import { isComplete } from "../engine/transitions.ts";
import type { Model } from "../scenario/model.ts";
import type { LoadedScenario } from "./loadedScenario.ts";
import type { Run, RunOptions } from "./run.ts";
import { runs } from "./runArbitrary.ts";

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

/** Commands that name things of a scenario; whether one is open or refused depends on when it is given. */
export function commands(scenario: LoadedScenario): fc.Arbitrary<Command> {
  return fc.constantFrom(...everyCommand(scenario.model));
}

/** A run stopped at a position, and a command to give there. */
export interface Situation {
  readonly run: Run;
  /** Number of the run's events that have happened. */
  readonly position: number;
  /** Where the run stands; what is proposed to it changes nothing until it is applied. */
  readonly session: Session;
  readonly command: Command;
  /** Whether the command is open here, read off the round protocol alone. */
  readonly open: boolean;
}

/**
 * Commands at positions within runs, enabled and refused ones alike.
 *
 * ```ts
 * fc.assert(fc.property(situations(scenario), ({ session, command, open }) => {
 *   expect(isRefused(session.propose(command))).toBe(!open);
 * }));
 * ```
 */
export function situations(scenario: LoadedScenario, options: RunOptions = {}): fc.Arbitrary<Situation> {
  const all = everyCommand(scenario.model);
  return fc
    .tuple(runs(scenario, { choosing: "freely", ...options }), fc.nat(), fc.nat(), fc.boolean())
    .map(([run, place, which, fitting]) => {
      const positions = run.events.flatMap((_, index) => (isComplete(run.events, index) ? [index + 1] : []));
      const position = positions[place % positions.length] ?? 1;
      const session = sessionAt(run, position);
      const open = [...openCommands(session), ...jointCommand(session, which)];
      const from = fitting && open.length > 0 ? open : all;
      const command = from[which % from.length] ?? { type: "StopRun" };
      return { run, position, session, command, open: open.some((one) => sameCommand(one, command)) };
    });
}

/** One of the joint choices that are open where turns are simultaneous. */
function jointCommand({ engine, state }: Session, which: number): readonly Command[] {
  const opening = engine.protocol.open(state);
  if (opening.kind !== "joint") return [];
  const choices = opening.turns.map(({ actor, options }, index) => {
    const move = options[(which >> index) % options.length] ?? hold;
    return { actor, move, chosen: "person" as const, branch: null };
  });
  return [{ type: "MakeMoves", choices }];
}

function sessionAt({ prepared, events, replication }: Run, position: number): Session {
  const state = evolveAll(null, events.slice(0, position));
  if (state === null) throw new Error("a run starts with RunStarted");
  return openSession(prepared.engine, luckOf(prepared.seed, replication), state);
}

const sameCommand = (one: Command, other: Command): boolean => JSON.stringify(one) === JSON.stringify(other);
