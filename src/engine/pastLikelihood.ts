/**
 * How likely the recorded past is under a treatment: the share of runs in which policies and chance choose exactly so.
 *
 * The past is walked once with every hidden start at its odds. Each choice point multiplies the weight of each start by
 * the chance of what is recorded there; where the record is silent, that is the chance that nobody moves and nothing
 * occurs. A branch that is not recorded stays open and is followed each way. Nothing is drawn, scripts are not read,
 * and what comes after the last entry is left out. Shares of a model, not of the world.
 */
import type { Luck } from "../chance/draw.ts";
import type { ScriptEntry } from "../scenario/model.ts";
import { decide } from "./decide.ts";
import { type Choice, type Command, isRefused } from "./event.ts";
import { evolve } from "./evolve.ts";
import { Faulted } from "./faulted.ts";
import { initialStates } from "./initial.ts";
import type { LawStep } from "./law.ts";
import { weighsNothing } from "./policy.ts";
import { hold, type Opening, type Turn } from "./protocol.ts";
import type { Engine } from "./session.ts";
import type { State } from "./state.ts";

/** One choice point of the past at which something else could have been chosen, or something is recorded. */
export interface PastChoice {
  readonly round: number;
  /** `incident:NAME`, `turn:ACTOR`, or `turn` where all or anybody choose at once. */
  readonly site: string;
  /** Places in the model's history; empty where the record is silent. */
  readonly entries: readonly number[];
  /** Chance of what was chosen, given everything before. */
  readonly chance: number;
}

export interface PastLikelihood {
  /** Chance of the whole path: the product of the next two. */
  readonly chance: number;
  /** Chance of the recorded choices, each given everything before it. */
  readonly recorded: number;
  /** Chance that nothing else happens in between. */
  readonly silence: number;
  readonly choices: readonly PastChoice[];
  /** The first entry that cannot be, or null: then the model admits the past. */
  readonly impossible: number | null;
  /** What the path, once known, says about each hidden start: shares by name and value. */
  readonly starts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How the run stands after the last entry: shares by outcome, `under way` where it goes on. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** A start that may have been, and where it has come to. */
interface Course {
  readonly start: State;
  readonly state: State;
  readonly weight: number;
}

/** Walks the history of the engine's model under its treatment. */
export function pastLikelihood(engine: Engine): PastLikelihood {
  const { law } = engine;
  const { history } = law.model;
  const choices: PastChoice[] = [];
  const last = history.reduce((latest, { round }) => Math.max(latest, round), -1);
  let courses: readonly Course[] = initialStates(law).map(({ state, odds }) => ({ start: state, state, weight: odds }));
  let left = history.length;
  for (let round = 0; round <= last; round++) {
    for (const site of law.order) {
      const entries = history.flatMap((entry, index) => (entry.round === round && isAt(entry, site) ? [index] : []));
      const second = secondOf(entries, history, site === "turn" && law.treatment.turns === "free");
      if (second !== null) {
        choices.push({ round, site, entries, chance: 0 });
        return summary(choices, courses, second, engine);
      }
      const recorded = entries.flatMap((index) => history[index] ?? []);
      const next = courses.flatMap((course) => advance(engine, course, site, recorded));
      const chance = total(next) / total(courses);
      if (entries.length > 0 || chance < 1) choices.push({ round, site, entries, chance });
      if (next.length === 0) return summary(choices, courses, entries[0] ?? null, engine);
      courses = next;
      left -= entries.length;
      if (left === 0) return summary(choices, courses, null, engine);
    }
  }
  return summary(choices, courses, null, engine);
}

function isAt(entry: ScriptEntry, site: string): boolean {
  if ("incident" in entry) return site === `incident:${entry.incident}`;
  return site === "turn" || site === `turn:${entry.by}`;
}

/** The first entry for a site that has another before it of the same actor, or of anybody where one alone moves. */
function secondOf(entries: readonly number[], history: readonly ScriptEntry[], one: boolean): number | null {
  const seen = new Set<string>();
  for (const index of entries) {
    const entry = history[index];
    const who = entry !== undefined && "by" in entry && !one ? entry.by : "";
    if (seen.has(who)) return index;
    seen.add(who);
  }
  return null;
}

const total = (courses: readonly Course[]): number => courses.reduce((sum, { weight }) => sum + weight, 0);

function summary(
  choices: readonly PastChoice[],
  courses: readonly Course[],
  impossible: number | null,
  engine: Engine,
): PastLikelihood {
  const product = (of: readonly PastChoice[]): number => of.reduce((all, { chance }) => all * chance, 1);
  const recorded = product(choices.filter(({ entries }) => entries.length > 0));
  const silence = product(choices.filter(({ entries }) => entries.length === 0));
  const share = (key: (course: Course) => string): Record<string, number> => {
    const shares: Record<string, number> = {};
    for (const course of courses) shares[key(course)] = (shares[key(course)] ?? 0) + course.weight / total(courses);
    return shares;
  };
  const { model, treatment } = engine.law;
  const hidden = [...model.tracks, ...model.variables].filter(({ id }) => (treatment.initial[id]?.length ?? 0) > 1);
  return {
    chance: recorded * silence,
    recorded,
    silence,
    choices,
    impossible,
    starts: Object.fromEntries(
      hidden.map(({ id }) => [id, share(({ start }) => String(start.tracks[id] ?? start.variables[id]))]),
    ),
    outcomes: share(({ state }) => state.outcome ?? "under way"),
  };
}

/** Where a course may be past a site, given what is recorded there; nothing where that cannot be. */
function advance(engine: Engine, course: Course, site: string, recorded: readonly ScriptEntry[]): readonly Course[] {
  const { protocol, law } = engine;
  const silent = recorded.length === 0 ? [course] : [];
  if (course.state.ended !== null) return silent;
  const opening = protocol.open(course.state);
  if (siteOf(opening) !== site) return silent;
  const [entry] = recorded;
  switch (opening.kind) {
    case "incident": {
      const { incident, chance } = opening;
      if (entry === undefined && chance < 1) {
        return [{ ...course, state: protocol.pass(course.state, incident), weight: course.weight * (1 - chance) }];
      }
      return ways(law.incidents.get(incident), course.state, entry?.branch ?? null).flatMap(({ branch, share }) =>
        take(engine, course, chance * share, { type: "CauseIncident", incident, branch, chosen: "given" }),
      );
    }
    case "turn":
      return turn(engine, course, opening, recorded);
    case "joint":
      return joint(engine, course, opening.turns, recorded);
    case "free": {
      const weights = engine.weigher.free(course.state, opening.options);
      return opening.options.flatMap(({ actor, move }, index) =>
        entry !== undefined && "move" in entry && (entry.move !== move || entry.by !== actor)
          ? []
          : makeMove(engine, course, { actor, move, branch: entry?.branch ?? null }, shareOf(weights, index)),
      );
    }
    default:
      return take(engine, course, 1, { type: "LetTimePass" });
  }
}

function siteOf(opening: Opening): string {
  if (opening.kind === "incident" || opening.kind === "turn") return opening.site;
  return opening.kind === "joint" || opening.kind === "free" ? "turn" : "tick";
}

/** The move that is recorded for an actor, or holding. */
function chosenBy(
  actor: string,
  recorded: readonly ScriptEntry[],
): { readonly move: string; readonly branch: string | null } {
  const entry = recorded.find((candidate) => "by" in candidate && candidate.by === actor);
  return entry !== undefined && "move" in entry ? entry : { move: hold, branch: null };
}

function shareOf(weights: readonly number[], index: number): number {
  return (weights[index] ?? 0) / weights.reduce((sum, weight) => sum + weight, 0);
}

/** Chance that an actor chooses an option in its turn; 0 where it is not open. */
function chanceOf(engine: Engine, state: State, open: Turn, move: string): number {
  const weights = engine.weigher.turn(state, open);
  if (weighsNothing(weights)) return move === hold ? 1 : 0;
  const index = open.options.indexOf(move);
  return index < 0 ? 0 : shareOf(weights, index);
}

function turn(engine: Engine, course: Course, open: Turn, recorded: readonly ScriptEntry[]): readonly Course[] {
  const { actor } = open;
  const { move, branch } = chosenBy(actor, recorded);
  return makeMove(engine, course, { actor, move, branch }, chanceOf(engine, course.state, open, move));
}

type Made = Pick<Choice, "actor" | "move" | "branch">;

function makeMove(engine: Engine, course: Course, made: Made, chance: number): readonly Course[] {
  if (chance === 0) return [];
  if (made.move === hold && engine.law.treatment.turns === "in order") {
    // A hold moves the cursor alone, which no condition reads, so nothing can follow from it.
    const state = engine.law.next(course.state, { type: `hold:${made.actor}` });
    return [{ ...course, state, weight: course.weight * chance }];
  }
  return ways(engine.law.moves.get(made.move), course.state, made.branch).flatMap(({ branch, share }) =>
    take(engine, course, chance * share, { type: "MakeMove", ...made, branch, chosen: "given" }),
  );
}

/** All choose at once: each in the state as the turns opened, then the lot. */
function joint(
  engine: Engine,
  course: Course,
  turns: readonly Turn[],
  recorded: readonly ScriptEntry[],
): readonly Course[] {
  const { law } = engine;
  let open: readonly { share: number; choices: readonly Choice[] }[] = [{ share: 1, choices: [] }];
  for (const { actor, ...turn } of turns) {
    const { move, branch: wanted } = chosenBy(actor, recorded);
    const chance = chanceOf(engine, course.state, { actor, ...turn }, move);
    if (chance === 0) return [];
    const taken = ways(move === hold ? undefined : law.moves.get(move), course.state, wanted);
    open = open.flatMap(({ share, choices }) =>
      taken.map((way) => ({
        share: share * chance * way.share,
        choices: [...choices, { actor, move, branch: way.branch, chosen: "given" as const }],
      })),
    );
  }
  return open.flatMap(({ share, choices }) => {
    const parts = choices.map(({ actor, move, branch }) => ({ actor, move: move === hold ? null : move, branch }));
    const lots = law.joint.results(course.state, parts);
    return lots.flatMap((lot) =>
      take(engine, course, share * lot.share, { type: "MakeMoves", choices, order: lot.order }),
    );
  });
}

/** The ways in which a step may turn out, with their shares; only the wanted one where one is wanted. */
function ways(
  step: LawStep | undefined,
  state: State,
  wanted: string | null,
): readonly { readonly branch: string | null; readonly share: number }[] {
  const branches = step?.definition.branches ?? [];
  if (step === undefined || branches.length === 0) return [{ branch: null, share: 1 }];
  const odds = step.odds(state);
  return branches
    .map(({ id }, index) => ({ branch: id, share: shareOf(odds, index) }))
    .filter(({ branch, share }) => share > 0 && (wanted === null || wanted === branch));
}

/** Takes a step that is certain by now, so that no luck is asked. */
function take(engine: Engine, course: Course, share: number, command: Command): readonly Course[] {
  if (share === 0) return [];
  const events = decide({ ...engine, luck: noLuck }, course.state, command);
  if (isRefused(events)) throw new Error(`a choice that was open was refused: ${events.message}`);
  const fault = events.find((event) => event.type === "ModelFaulted");
  if (fault?.type === "ModelFaulted") throw new Faulted(fault.fault);
  return [{ ...course, state: events.reduce(evolve, course.state), weight: course.weight * share }];
}

const noLuck: Luck = {
  seed: "",
  replication: 0,
  at: (site) => {
    throw new Error(`the past is drawn nowhere, but ${site} asked for luck`);
  },
};
