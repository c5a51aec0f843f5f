/**
 * A scenario checked: its whole state space, what in it can never come, and each of its properties proved or refuted.
 *
 * One search of all states counts them, decides what can be read anew on every transition, and finds what is never reached;
 * each further property has a search of its own. A search that ended early decides nothing by what it did not find:
 * then `complete` is false and the properties concerned are undecided.
 */

import { isRunProperty } from "../engine/monitor.ts";
import type { Treatment } from "../engine/treatment.ts";
import { deadlock } from "../kernel/program.ts";
import { intAt } from "../scenario/at.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model, Property } from "../scenario/model.ts";
import { countsForEver } from "../solve/graph.ts";
import { Exploration, type SearchLimits } from "../space/exploration.ts";
import type { Limit } from "../space/stateStore.ts";
import type { Watch } from "../space/stepPlan.ts";
import { compileSteps } from "../space/steps.ts";
import {
  decideSpaceProperty,
  flagsFor,
  isSpaceProperty,
  type MonitorFlag,
  mayFailItself,
  type SpaceProperty,
  spaceFlags,
} from "./monitorFlag.ts";
import { type NeverReached, neverReached } from "./neverReached.ts";
import {
  answer,
  type CheckSearch,
  decideRunProperty,
  type PropertyAnswer,
  runSearch,
  type SearchRequest,
  searchedModel,
  undecided,
} from "./runProperty.ts";
import { answerShare, sampleUndecided } from "./shareCheck.ts";
import { pathEndingWith, type StatePath } from "./statePath.ts";
import type { Sampling } from "./statistical.ts";
import { TransitionTable } from "./transitionTable.ts";

/** What is checked. */
export interface CheckRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  /** Leaves all choices open, or only those that the policies give a weight. Chance is adversarial in both. */
  readonly choices: "open" | "policies";
  readonly limits: SearchLimits;
  /** Ends the check where it stands. */
  readonly signal: { readonly aborted: boolean };
  /** The properties that are decided; without it all. */
  readonly asked?: readonly string[];
  /** How shares are estimated where the state space is too large. */
  readonly sampling: Sampling;
}

/** What came of one property. */
export interface PropertyFinding extends PropertyAnswer {
  readonly property: Property;
  /** A premise that never comes, so that the property says nothing. */
  readonly vacuous: Expression | null;
}

/** A place where the model is at fault, and a shortest path there. */
export interface FaultFound {
  readonly path: string;
  readonly reason: string;
  readonly witness: StatePath;
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
  /** A shortest path to a deadlock. */
  readonly deadlock: StatePath | null;
  /** Everything that was asked was decided. */
  readonly complete: boolean;
  /** What ended it early. */
  readonly limit: Limit | "interrupted" | null;
  /** States count rounds that nothing ends, so there is no end of them. */
  readonly endless: boolean;
  readonly findings: readonly PropertyFinding[];
  readonly faults: readonly FaultFound[];
  /** Known only once all states were seen. */
  readonly missing: readonly NeverReached[];
  /** Bytes that the search of all states took. */
  readonly bytes: number;
}

/** Checks a scenario, telling how far it has come. */
export function* check(request: CheckRequest): CheckSearch<CheckResult> {
  const { signal } = request;
  const properties = request.model.properties.filter(({ id }) => request.asked?.includes(id) ?? true);
  const model = { ...request.model, properties };
  const search: SearchRequest = { ...request, model };
  const flags = properties.flatMap((property) => flagsFor(model, property));
  const survey = yield* surveyAll(search, flags);
  const { exploration, ended } = survey;
  const explored: PropertyFinding[] = [];
  for (const property of properties) {
    const vacuous = flags.find(
      ({ owner, shows }, flag) => owner === property && shows === "premise" && exploration.flags[flag] === null,
    );
    const found =
      property.kind === "share"
        ? yield* answerShare(request, property)
        : yield* answerTo(search, survey, flags, property);
    explored.push({ property, ...found, vacuous: ended ? (vacuous?.premise ?? null) : null });
  }
  const findings = yield* sampleUndecided(request, explored);
  const open = findings.find(({ holds }) => holds === null)?.limit ?? null;
  const deadlocked = exploration.firstEndings.get(deadlock);
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
    deadlock: deadlocked === undefined ? null : pathEndingWith(exploration, deadlocked),
    complete: ended && open === null,
    limit: exploration.limit ?? (signal.aborted ? "interrupted" : open === "sample" ? null : open),
    endless: countsForEver(exploration.steps),
    findings,
    faults: faultsOf(exploration),
    missing: ended ? neverReached(exploration) : [],
    bytes: exploration.bytes,
  };
}

/** A search of all states, with its transitions where somebody asked for them. */
interface Survey {
  readonly exploration: Exploration;
  readonly ended: boolean;
  readonly table: TransitionTable | null;
}

/** Searches all states; where memory does not hold all their transitions, at least without them. */
function* surveyAll(request: SearchRequest, flags: readonly MonitorFlag[]): CheckSearch<Survey> {
  const asked = flags.some(({ shows }) => shows === "aim");
  const survey = yield* surveyWith(request, flags, asked, null);
  if (survey.table === null || survey.exploration.limit !== "memory" || request.signal.aborted) return survey;
  return yield* surveyWith(request, flags, false, null);
}

function* surveyWith(
  whole: SearchRequest,
  flags: readonly MonitorFlag[],
  tabled: boolean,
  subject: string | null,
): CheckSearch<Survey> {
  const { model, treatment, choices, limits, signal } = whole;
  // What a property of the document reads is part of a state, also where it has a search of its own.
  const own = model.properties.filter(isRunProperty).map((): Watch => ({ as: "nothing" }));
  const flagged = flags.map(({ phase }): Watch => ({ as: "flag", phase }));
  const properties = [...model.properties, ...flags.map(({ property }) => property)];
  const request = searchedModel({ model, treatment, choices }, properties, model.tallies);
  const everywhere = tabled && flags.some(({ shows }) => shows === "debt");
  const steps = compileSteps({ ...request, watches: [...own, ...flagged], choices, everywhere });
  const table = tabled ? new TransitionTable(steps.out.flagWords) : null;
  const witness = table && {
    see(from: number, target: number, n: number, successor: number): void {
      table.add({ from, target, choice: intAt(steps.out.choice, n), successor }, n, steps.out.flags);
    },
    get bytes() {
      return table.bytes;
    },
  };
  const exploration = new Exploration(steps, limits, witness);
  const ended = yield* runSearch(exploration, subject, signal);
  return { exploration, ended, table };
}

/** The answer to one property, from what the search of all states saw or from a search of its own. */
function* answerTo(
  request: SearchRequest,
  { exploration, ended, table }: Survey,
  flags: readonly MonitorFlag[],
  property: Exclude<Property, { kind: "share" }>,
): CheckSearch<PropertyAnswer> {
  const unknown = undecided(exploration.limit ?? "interrupted");
  const itself = flags.findIndex(({ owner, shows }) => owner === property && shows === "itself");
  if (itself >= 0) {
    const edge = exploration.flags[itself] ?? null;
    if (edge !== null) return answer(false, pathEndingWith(exploration, edge));
    return ended ? answer(true) : unknown;
  }
  if (request.signal.aborted) return undecided("interrupted");
  if (!isSpaceProperty(property)) return yield* decideRunProperty(request, property);
  if (mayFailItself(request.model, property)) return yield* decideApart(request, property);
  return ended && table !== null ? decideSpaceProperty(exploration, table, property, flags) : unknownSpace(exploration);
}

/** Decides one property by a search of its own. */
export function* decide(
  request: SearchRequest,
  property: Exclude<Property, { kind: "share" }>,
): CheckSearch<PropertyAnswer> {
  if (isRunProperty(property)) return yield* decideRunProperty(request, property);
  return yield* decideApart(request, property);
}

/** Undecided for want of memory, also where only the transitions did not fit. */
const unknownSpace = ({ limit }: Exploration): PropertyAnswer => undecided(limit ?? "memory");

/** A property of the state space that can fail to be evaluated has a search of its own, whose paths end there. */
function* decideApart(request: SearchRequest, property: SpaceProperty): CheckSearch<PropertyAnswer> {
  const model = { ...request.model, properties: [property], tallies: [] };
  const flags = spaceFlags(property);
  const { exploration, ended, table } = yield* surveyWith({ ...request, model }, flags, true, property.id);
  if (!ended || table === null) return undecided(exploration.limit ?? "interrupted");
  return decideSpaceProperty(exploration, table, property, flags);
}

function faultsOf(exploration: Exploration): readonly FaultFound[] {
  const { faults } = exploration.steps.assembly.program;
  return [...exploration.faults].map(([number, edge]) => {
    const { path, reason } = faults[number] ?? { path: "", reason: "" };
    return { path, reason, witness: pathEndingWith(exploration, edge) };
  });
}
