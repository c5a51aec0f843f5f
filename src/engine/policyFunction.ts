/**
 * Policy functions: choices by code, such as a heuristic, a solver or a language model.
 *
 * A function sees what its actor may see and the moves open to it, and answers with one of them. Its choices enter the
 * log as `policy`: a replay never asks it again, and verification holds them only to what was open. Ensembles do not
 * take functions, because their runs could not be repeated.
 */
import { Mistake } from "../scenario/mistake.ts";
import type { Choice, RunEvent } from "./event.ts";
import { playWith } from "./play.ts";
import type { Turn } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";
import { projector, type ViewEvent } from "./view.ts";

/** What a policy function is told. */
export interface PolicyInput {
  readonly actor: string;
  /** What the actor knows of the run so far. */
  readonly known: readonly ViewEvent[];
  /** Moves that are open, and `hold` where the actor may hold. */
  readonly options: readonly string[];
}

/** Answers with one of the options. */
export type PolicyFunction = (sight: PolicyInput) => string | Promise<string>;

export interface PlayOutRequest {
  readonly session: Session;
  /** The run's events so far. */
  readonly past: readonly RunEvent[];
  /** By actor; the session must have been opened with these seats. */
  readonly functions: Readonly<Record<string, PolicyFunction>>;
  /** Remembers events before they are applied. */
  readonly remember: (events: readonly RunEvent[]) => void | Promise<void>;
}

/**
 * Plays a run to its end, asking the functions for their actors' turns.
 * @throws Mistake where a function answers with something that is not open.
 */
export async function playOut({ session, past, functions, remember }: PlayOutRequest): Promise<void> {
  const inputs = new Map(
    Object.keys(functions).map((actor) => {
      const project = projector(session.engine.law.model, actor);
      return [actor, { project, known: past.flatMap(project) }];
    }),
  );
  const { turns: order } = session.engine.law.treatment;
  async function ask(turns: readonly Turn[]): Promise<readonly Choice[]> {
    const choices: Choice[] = [];
    for (const { actor, options } of turns) {
      const decide = functions[actor];
      if (decide === undefined) continue;
      const move = await decide({ actor, known: inputs.get(actor)?.known ?? [], options });
      if (!options.includes(move)) {
        throw new Mistake(`the policy function of ${actor} chose ${move}, but open are ${options.join(", ")}`);
      }
      choices.push({ actor, move, chosen: "policy", branch: null });
      // In free turns one move is made, so the first function that answers moves.
      if (order === "free") break;
    }
    return choices;
  }
  function see(_before: State, event: RunEvent): void {
    for (const { known, project } of inputs.values()) known.push(...project(event));
  }
  await playWith({ session, limit: Number.POSITIVE_INFINITY, see }, { ask, remember });
}
