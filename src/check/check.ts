/**
 * A scenario checked: its whole state space, what in it can never come, and each of its properties proved or refuted.
 *
 * One search of all states counts them, decides what can be read anew on every way, and finds what is never reached;
 * each further property has a search of its own. A search that ended early decides nothing by what it did not find:
 * then `complete` is false and the properties concerned are undecided.
 */
import { isRunProperty } from "../engine/monitor.ts";
import type { Treatment } from "../engine/treatment.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model, Property } from "../scenario/model.ts";
import { countsForEver } from "../solve/graph.ts";
import { Exploration, type Limits } from "../space/exploration.ts";
import type { Limit } from "../space/stateStore.ts";
import type { Watch } from "../space/stepCode.ts";
import { compileSteps } from "../space/steps.ts";
import { type Answer, answer, decideRuns, type Ground, groundModel, pursue, type Search, undecided } from "./claim.ts";
import {
  decideSpace,
  isSpaceProperty,
  type Lookout,
  lookoutsOf,
  mayFailItself,
  type SpaceProperty,
  spaceLookouts,
} from "./lookout.ts";
import { type Missing, missingOf } from "./missing.ts";
import { answerShare, sampleUndecided } from "./shareCheck.ts";
import type { Sampling } from "./statistical.ts";
import { type Way, wayAlong } from "./way.ts";
import { WayTable } from "./wayTable.ts";

/** What is checked. */
export interface CheckRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  /** Leaves all choices open, or only those that the policies give a weight. Chance is adversarial in both. */
  readonly choices: "open" | "policies";
  readonly limits: Limits;
  /** Ends the check where it stands. */
  readonly signal: { readonly aborted: boolean };
  /** The properties that are decided; without it all. */
  readonly asked?: readonly string[];
  /** How shares are estimated where the state space is too large. */
  readonly sampling: Sampling;
}

/** What came of one property. */
export interface Finding extends Answer {
  readonly property: Property;
  /** A premise that never comes, so that the property says nothing. */
  readonly vacuous: Expression | null;
}

/** A place where the model is at fault, and a shortest way there. */
export interface FaultFound {
  readonly path: string;
  readonly reason: string;
  readonly way: Way;
}

export interface CheckResult {
  /** Number of initial states. */
  readonly initial: number;
  readonly states: number;
  readonly transitions: number;
  readonly choices: number;
  /** Greatest distance of a state from where runs begin. */
  readonly depth: number;
  readonly deadlocks: number;
  /** By outcome: how many states end so. */
  readonly endings: Readonly<Record<string, number>>;
  /** A shortest way to a deadlock. */
  readonly deadlock: Way | null;
  /** Everything that was asked was decided. */
  readonly complete: boolean;
  /** What ended it early. */
  readonly limit: Limit | "interrupted" | null;
  /** States count rounds that nothing ends, so there is no end of them. */
  readonly endless: boolean;
  readonly findings: readonly Finding[];
  readonly faults: readonly FaultFound[];
  /** Known only once all states were seen. */
  readonly missing: readonly Missing[];
  /** Bytes that the search of all states took. */
  readonly bytes: number;
}

/** Checks a scenario, telling how far it has come. */
export function* check(request: CheckRequest): Search<CheckResult> {
  const { signal } = request;
  const properties = request.model.properties.filter(({ id }) => request.asked?.includes(id) ?? true);
  const model = { ...request.model, properties };
  const ground: Ground = { ...request, model };
  const lookouts = properties.flatMap((property) => lookoutsOf(model, property));
  const survey = yield* surveyAll(ground, lookouts);
  const { exploration, ended } = survey;
  const explored: Finding[] = [];
  for (const property of properties) {
    const vacuous = lookouts.find(
      ({ owner, shows }, flag) => owner === property && shows === "premise" && exploration.flags[flag] === null,
    );
    const found =
      property.kind === "share"
        ? yield* answerShare(request, property)
        : yield* answerTo(ground, survey, lookouts, property);
    explored.push({ property, ...found, vacuous: ended ? (vacuous?.premise ?? null) : null });
  }
  const findings = yield* sampleUndecided(request, explored);
  const open = findings.find(({ holds }) => holds === null)?.limit ?? null;
  const deadlock = exploration.firstEndings.get(-1);
  return {
    initial: exploration.initial,
    states: exploration.store.count,
    transitions: exploration.transitions,
    choices: exploration.choices,
    depth: exploration.depth,
    deadlocks: exploration.deadlocks,
    endings: Object.fromEntries(
      request.model.outcomes.map(({ id }, index) => [id, exploration.endings.get(index) ?? 0] as const),
    ),
    deadlock: deadlock === undefined ? null : wayAlong(exploration, deadlock),
    complete: ended && open === null,
    limit: exploration.limit ?? (signal.aborted ? "interrupted" : open === "sample" ? null : open),
    endless: countsForEver(exploration.steps),
    findings,
    faults: faultsOf(exploration),
    missing: ended ? missingOf(exploration) : [],
    bytes: exploration.bytes,
  };
}

/** A search of all states, with its ways where somebody asked for them. */
interface Survey {
  readonly exploration: Exploration;
  readonly ended: boolean;
  readonly table: WayTable | null;
}

/** Searches all states; where memory does not hold all their ways, at least without them. */
function* surveyAll(request: Ground, lookouts: readonly Lookout[]): Search<Survey> {
  const asked = lookouts.some(({ shows }) => shows === "aim");
  const survey = yield* surveyWith(request, lookouts, asked, null);
  if (survey.table === null || survey.exploration.limit !== "memory" || request.signal.aborted) return survey;
  return yield* surveyWith(request, lookouts, false, null);
}

function* surveyWith(
  whole: Ground,
  lookouts: readonly Lookout[],
  tabled: boolean,
  subject: string | null,
): Search<Survey> {
  const { model, treatment, choices, limits, signal } = whole;
  // What a property of the document reads is part of a state, also where it has a search of its own.
  const own = model.properties.filter(isRunProperty).map((): Watch => ({ as: "nothing" }));
  const flags = lookouts.map(({ phase }): Watch => ({ as: "flag", phase }));
  const properties = [...model.properties, ...lookouts.map(({ property }) => property)];
  const ground = groundModel({ model, treatment, choices }, properties, model.tallies);
  const everywhere = tabled && lookouts.some(({ shows }) => shows === "debt");
  const steps = compileSteps({ ...ground, watches: [...own, ...flags], choices, everywhere });
  const table = tabled ? new WayTable(steps.out.flagWords) : null;
  const witness = table && {
    see(from: number, target: number, n: number): void {
      table.add({ from, target, choice: steps.out.choice[n] ?? 0, successor: n }, steps.out.flags);
    },
    get bytes() {
      return table.bytes;
    },
  };
  const exploration = new Exploration(steps, limits, witness);
  const ended = yield* pursue(exploration, subject, signal);
  return { exploration, ended, table };
}

/** The answer to one property, from what the search of all states saw or from a search of its own. */
function* answerTo(
  request: Ground,
  { exploration, ended, table }: Survey,
  lookouts: readonly Lookout[],
  property: Exclude<Property, { kind: "share" }>,
): Search<Answer> {
  const unknown = undecided(exploration.limit ?? "interrupted");
  const itself = lookouts.findIndex(({ owner, shows }) => owner === property && shows === "itself");
  if (itself >= 0) {
    const edge = exploration.flags[itself] ?? null;
    if (edge !== null) return answer(false, wayAlong(exploration, edge));
    return ended ? answer(true) : unknown;
  }
  if (request.signal.aborted) return undecided("interrupted");
  if (!isSpaceProperty(property)) return yield* decideRuns(request, property);
  if (mayFailItself(request.model, property)) return yield* decideApart(request, property);
  return ended && table !== null ? decideSpace(exploration, table, property, lookouts) : unknownSpace(exploration);
}

/** Decides one property by a search of its own. */
export function* decide(ground: Ground, property: Exclude<Property, { kind: "share" }>): Search<Answer> {
  if (isRunProperty(property)) return yield* decideRuns(ground, property);
  return yield* decideApart(ground, property);
}

/** Undecided for want of memory, also where only the ways did not fit. */
const unknownSpace = ({ limit }: Exploration): Answer => undecided(limit ?? "memory");

/** A property of the state space that can fail to be evaluated has a search of its own, whose ways end there. */
function* decideApart(ground: Ground, property: SpaceProperty): Search<Answer> {
  const model = { ...ground.model, properties: [property], tallies: [] };
  const lookouts = spaceLookouts(property);
  const { exploration, ended, table } = yield* surveyWith({ ...ground, model }, lookouts, true, property.id);
  if (!ended || table === null) return undecided(exploration.limit ?? "interrupted");
  return decideSpace(exploration, table, property, lookouts);
}

function faultsOf(exploration: Exploration): readonly FaultFound[] {
  const { faults } = exploration.steps.assembly.program;
  return [...exploration.faults].map(([number, edge]) => {
    const { path, reason } = faults[number] ?? { path: "", reason: "" };
    return { path, reason, way: wayAlong(exploration, edge) };
  });
}
