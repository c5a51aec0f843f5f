/**
 * Whether a run, or a scenario, conforms to a recorded history.
 *
 * Up to its last entry, a history is the whole of what happened: what it records was done in its round, and where it is
 * silent nobody moved and nothing occurred by chance. A run conforms if it did just that; a scenario, if its policies
 * and chances give that course a share above zero.
 */
import { choicesIn } from "../engine/deeds.ts";
import type { RunEvent } from "../engine/event.ts";
import { pastLikelihood } from "../engine/pastLikelihood.ts";
import { dateOfRound, formatDate, parseDate, roundOfDate } from "../scenario/calendar.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model, ScriptEntry } from "../scenario/model.ts";
import type { LoadedScenario } from "./loadedScenario.ts";
import { type PreparedScenario, prepareScenario, type Run, type RunOptions } from "./run.ts";

/** One entry of a history, as a scenario writes it: a round or a date, and a move or an incident. */
export type HistoryEntry = { readonly round?: number; readonly date?: string; readonly branch?: string } & (
  | { readonly by: string; readonly move: string }
  | { readonly incident: string }
);

/** Where a run departs from a history: null where it does not. */
export interface Departure {
  readonly reason: string;
  /** Position of the event that should not be there, or of the last before the one that is missing. */
  readonly position: number;
}

/** Entries of a history in the form of the model, held to what the scenario has. */
function entriesOf({ model }: LoadedScenario, history: readonly HistoryEntry[] | undefined): readonly ScriptEntry[] {
  if (history === undefined) {
    if (model.history.length === 0)
      throw new Mistake(`${model.id} has no history of its own`, "give one to the matcher");
    return model.history;
  }
  return history.map((entry) => ({
    ...knownStep(model, entry),
    round: roundOf(model, entry),
    branch: entry.branch ?? null,
  }));
}

function knownStep(model: Model, entry: HistoryEntry) {
  if ("incident" in entry) {
    if (model.incidents.some(({ id }) => id === entry.incident)) return { incident: entry.incident };
    throw new Mistake(`the history names an incident ${entry.incident}, which the scenario does not have`);
  }
  const { by, move } = entry;
  if (model.moves.some((one) => one.id === move && one.by === by)) return { by, move };
  throw new Mistake(`the history names a move ${move} by ${by}, which the scenario does not have`);
}

function roundOf({ clock }: Model, { round, date }: HistoryEntry): number {
  if (round !== undefined) return round;
  const day = date === undefined ? null : parseDate(date);
  const found = day === null || clock === null ? null : roundOfDate(clock, day);
  if (found !== null) return found;
  throw new Mistake("an entry of the history has neither a round nor a date of the scenario's calendar");
}

/** The first place where a run departs from a history. */
export function departure(run: Run, history: readonly HistoryEntry[] | undefined): Departure | null {
  const { scenario } = run.prepared;
  const left = [...entriesOf(scenario, history)];
  let round = 0;
  for (const [position, event] of run.events.entries()) {
    if (event.type === "RoundOpened") {
      const missed = left.find((entry) => entry.round < event.round);
      if (missed !== undefined) return { reason: `${wordsOf(scenario, missed)} is missing`, position: position - 1 };
      round = event.round;
    }
    for (const deed of stepsIn(event)) {
      const index = left.findIndex((entry) => entry.round === round && isOf(entry, deed));
      if (index >= 0) left.splice(index, 1);
      else if (left.length > 0 && isChosen(run, position, deed)) {
        return { reason: `${wordsOf(scenario, { round, ...deed })} is not recorded`, position };
      }
    }
  }
  const [missed] = left;
  return missed === undefined
    ? null
    : { reason: `${wordsOf(scenario, missed)} is missing`, position: run.events.length - 1 };
}

/** Whether something else could have happened instead: silence of a record does not speak of what is certain. */
function isChosen({ prepared, states }: Run, position: number, deed: RecordedStep): boolean {
  const { law } = prepared.engine;
  const before = states[position - 1];
  if ("incident" in deed) return before === undefined || law.incidents.get(deed.incident)?.chance(before) !== 1;
  return law.treatment.turns !== "free";
}

/** A move or incident of a run, as a history records it. */
type RecordedStep = ({ readonly by: string; readonly move: string } | { readonly incident: string }) & {
  readonly branch: string | null;
};

function stepsIn(event: RunEvent): readonly RecordedStep[] {
  if (event.type === "IncidentOccurred") return [{ incident: event.incident, branch: event.branch?.branch ?? null }];
  return choicesIn(event).flatMap(({ actor, move, branch }) =>
    move === null ? [] : [{ by: actor, move, branch: branch?.branch ?? null }],
  );
}

/** Whether an entry records a deed; a branch that it leaves open may be any. */
function isOf(entry: ScriptEntry, deed: RecordedStep): boolean {
  if (entry.branch !== null && entry.branch !== deed.branch) return false;
  if ("incident" in entry) return "incident" in deed && entry.incident === deed.incident;
  return "move" in deed && entry.move === deed.move && entry.by === deed.by;
}

function wordsOf({ model }: LoadedScenario, entry: ScriptEntry | (RecordedStep & { readonly round: number })): string {
  const when = model.clock === null ? `round ${entry.round}` : formatDate(dateOfRound(model.clock, entry.round));
  const what = "incident" in entry ? entry.incident : `${entry.by} ${entry.move}`;
  return `${when}: ${what}${entry.branch === null ? "" : ` (${entry.branch})`}`;
}

/** What a scenario's policies and chances make of a history. */
export interface Admission {
  readonly admits: boolean;
  /** In a sentence: the first entry that cannot be, or the share of runs that go exactly so. */
  readonly words: string;
  readonly prepared: PreparedScenario;
}

/** Whether a scenario admits a history under a treatment. */
export function admission(
  scenario: LoadedScenario,
  history: readonly HistoryEntry[] | undefined,
  options: RunOptions,
): Admission {
  const entries = entriesOf(scenario, history);
  const prepared = prepareScenario({ ...scenario, model: { ...scenario.model, history: entries } }, options);
  const { chance, impossible } = pastLikelihood(prepared.engine);
  const entry = impossible === null ? undefined : entries[impossible];
  if (entry !== undefined) return { admits: false, words: `${wordsOf(scenario, entry)} cannot be`, prepared };
  return { admits: chance > 0, words: `a share of ${chance} of its runs goes exactly so`, prepared };
}
