/**
 * Another choice at the next turn of a run: what a fork is usually made for.
 *
 * Luck and time go on to the next point where somebody chooses; there the given move is made, or refused with what is
 * open. Where several choose at once, the others do what script, policy and luck have them do.
 */
import type { Choice } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { type ChoiceOpening, hold, isChoice } from "../engine/protocol.ts";
import { Mistake } from "../scenario/mistake.ts";
import { nearest } from "../scenario/suggest.ts";
import { drive } from "./drive.ts";
import type { Execution } from "./execution.ts";

/** What is chosen instead. */
export interface OtherChoice {
  /** Id of a move, or `hold`. */
  readonly move: string;
  /** Forces how the move turns out; null leaves it to chance. */
  readonly branch: string | null;
  /** Who chooses, where several do at once; null where that is plain. */
  readonly actor: string | null;
}

/**
 * Goes on to the next turn and makes the given choice there; false where it was interrupted before.
 * @throws Mistake where it is not open, or the run ends before anybody chooses.
 */
export async function chooseOtherwise(
  execution: Execution,
  choice: OtherChoice,
  interruption: AbortSignal,
): Promise<boolean> {
  const { session, log, scenario, observer } = execution;
  const { moves } = scenario.model;
  if (choice.move !== hold && !moves.some(({ id }) => id === choice.move)) {
    const near = nearest(
      choice.move,
      moves.map(({ id }) => id),
    );
    throw new Mistake(`there is no move ${choice.move}`, near === null ? null : `did you mean ${near}?`);
  }
  let made = false;
  const finished = await drive({
    session,
    log,
    interruption,
    see: observer.see,
    limit: Number.POSITIVE_INFINITY,
    choose() {
      const { opening } = session.standing();
      made = isChoice(opening);
      const proposed = isChoice(opening) ? given(execution, opening, choice) : session.proposeNext();
      if (isRefused(proposed)) throw new Mistake(proposed.message);
      return proposed;
    },
    until: () => made,
  });
  if (finished && !made) throw new Mistake("the run ends before anybody has a turn again");
  return finished;
}

/** The events of the given choice where somebody chooses. */
function given({ scenario, session }: Execution, opening: ChoiceOpening, wanted: OtherChoice) {
  const { move, branch } = wanted;
  const owner = scenario.model.moves.find(({ id }) => id === move)?.by ?? null;
  const actor = wanted.actor ?? (opening.kind === "turn" ? opening.actor : owner);
  if (actor === null) {
    throw new Mistake(
      opening.kind === "free" ? "nobody can hold here: one enabled move is made" : "several actors choose at once",
      opening.kind === "free"
        ? `open are ${opening.options.map((option) => option.move).join(", ")}`
        : "say --by ACTOR",
    );
  }
  const choice: Choice = { actor, move, chosen: "given", branch };
  if (opening.kind !== "joint") return session.propose({ type: "MakeMove", ...choice });
  if (!opening.turns.some((turn) => turn.actor === actor)) throw new Mistake(`${actor} has no turn here`);
  return session.proposeAmong(choice);
}
