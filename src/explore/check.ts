/**
 * A scenario checked: its whole state space, what in it can never come, and each of its properties proved or refuted.
 *
 * One search of all states counts them, decides what can be read anew on every way, and finds what is never reached;
 * each further property has a search of its own. A search that ended early decides nothing by what it did not find:
 * then `complete` is false and the properties concerned are undecided.
 */
import type { Treatment } from "../engine/treatment.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model, Property } from "../scenario/model.ts";
import {
  type Answer,
  decide,
  type Ground,
  groundModel,
  isPlain,
  mayFail,
  premisesOf,
  pursue,
  type Search,
  undecided,
  type Way,
} from "./claim.ts";
import { type Edge, Exploration, type Limits } from "./exploration.ts";
import type { Limit } from "./stateStore.ts";
import type { Watch } from "./stepCode.ts";
import { compileSteps, type Steps } from "./steps.ts";

/** What is checked. */
export interface CheckRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  /** Leaves all choices open, or only those that the policies give a weight. Chance is adversarial in both. */
  readonly choices: "open" | "policies";
  readonly limits: Limits;
  /** Ends the check where it stands. */
  readonly signal: { readonly aborted: boolean };
  /** Decides a bound on a share, where somebody can. */
  readonly decideShare?: (property: Extract<Property, { kind: "share" }>) => Answer;
}

/** What came of one property. */
export interface Finding extends Answer {
  readonly property: Property;
  /** A premise that never comes, so that the property says nothing. */
  readonly vacuous: Expression | null;
}

/** Something that no run ever comes to. */
export interface Missing {
  readonly kind: "track state" | "move" | "incident" | "rule" | "outcome" | "branch";
  /** Ids, from the outside in. */
  readonly ids: readonly string[];
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
  /** A shortest way to a deadlock. */
  readonly deadlock: Way | null;
  /** Everything that was asked was decided. */
  readonly complete: boolean;
  /** What ended it early. */
  readonly limit: Limit | "interrupted" | null;
  readonly findings: readonly Finding[];
  readonly faults: readonly FaultFound[];
  /** Known only once all states were seen. */
  readonly missing: readonly Missing[];
  /** Bytes that the search of all states took. */
  readonly bytes: number;
}

/** A condition that the search of all states looks out for: where it first failed never to hold. */
interface Lookout {
  readonly property: Extract<Property, { kind: "never" | "always" }>;
  readonly owner: Property;
  /** The condition of a premise; null where the property itself is watched. */
  readonly premise: Expression | null;
}

/** Checks a scenario, telling how far it has come. */
export function* check(request: CheckRequest): Search<CheckResult> {
  const { model, limits, signal } = request;
  const lookouts = model.properties.flatMap((property) => lookoutsOf(model, property));
  const steps = openSteps(request, lookouts);
  const exploration = new Exploration(steps, limits);
  const ended = yield* pursue(exploration, null, signal);
  const findings: Finding[] = [];
  const ground: Ground = request;
  for (const property of model.properties) {
    const mine = lookouts.flatMap((lookout, index) => (lookout.owner === property ? [{ lookout, index }] : []));
    const vacuous = ended
      ? (mine.find(({ lookout, index }) => lookout.premise !== null && exploration.flags[index] === null)?.lookout
          .premise ?? null)
      : null;
    const own = mine.find(({ lookout }) => lookout.premise === null);
    let answer = undecided(property.kind === "share" ? "share" : "interrupted");
    if (own !== undefined) answer = plainAnswer(exploration, exploration.flags[own.index] ?? null, ended);
    else if (property.kind === "share") answer = request.decideShare?.(property) ?? answer;
    else if (!signal.aborted) answer = yield* decide(ground, property);
    findings.push({ property, ...answer, vacuous });
  }
  const open = findings.find(({ limit }) => limit !== null && limit !== "share")?.limit ?? null;
  const deadlock = exploration.firstEndings.get(-1);
  return {
    initial: exploration.initial,
    states: exploration.store.count,
    transitions: exploration.transitions,
    choices: exploration.choices,
    depth: exploration.depth,
    deadlocks: exploration.deadlocks,
    deadlock: deadlock === undefined ? null : wayTo(exploration, deadlock),
    complete: ended && open === null,
    limit: exploration.limit ?? (signal.aborted ? "interrupted" : open === "share" ? null : open),
    findings,
    faults: faultsOf(exploration),
    missing: ended ? missingOf(exploration) : [],
    bytes: exploration.store.bytes,
  };
}

/** The steps of the whole model, with everything that its states remember. */
function openSteps({ model, treatment, choices }: CheckRequest, lookouts: readonly Lookout[]): Steps {
  const properties = [...model.properties, ...lookouts.map(({ property }) => property)];
  const runLevel = properties.filter(({ kind }) => !["reachable", "forced", "share"].includes(kind)).length;
  const watches = Array.from({ length: runLevel }, (_, index): Watch => {
    return index < runLevel - lookouts.length ? { as: "nothing" } : { as: "flag", phase: failedPhase };
  });
  const ground = groundModel({ model, treatment, choices }, properties, model.tallies);
  return compileSteps({ ...ground, watches, choices });
}

/** Number of the phase in which a monitor has failed. */
const failedPhase = 4;

function lookoutsOf(model: Model, property: Property): readonly Lookout[] {
  const own: readonly Lookout[] = isPlain(model, property) ? [{ property, owner: property, premise: null }] : [];
  const premises = premisesOf(property).filter((premise) => !mayFail(model, premise));
  return [
    ...own,
    ...premises.map((premise): Lookout => {
      const never: Property = { id: property.id, kind: "never", of: premise, after: null, until: null };
      return { property: never, owner: property, premise };
    }),
  ];
}

function plainAnswer(exploration: Exploration, edge: Edge | null, ended: boolean): Answer {
  if (edge !== null) return { holds: false, way: wayTo(exploration, edge), faults: false, limit: null };
  return ended ? { ...undecided(null), holds: true } : undecided(exploration.limit ?? "interrupted");
}

function wayTo(exploration: Exploration, last: Edge): Way {
  const decisions = exploration.decisions([...exploration.wayTo(last.from), last]);
  return { layout: exploration.steps.assembly.layout, decisions, repeats: null };
}

function faultsOf(exploration: Exploration): readonly FaultFound[] {
  const { faults } = exploration.steps.assembly.program;
  return [...exploration.faults].map(([number, edge]) => {
    const { path, reason } = faults[number] ?? { path: "", reason: "" };
    return { path, reason, way: wayTo(exploration, edge) };
  });
}

/** Everything that was never seen, in the order of the document. */
function missingOf({ steps, endings }: Exploration): readonly Missing[] {
  const { assembly, printed, request, out } = steps;
  const { model } = request;
  const seen = (mark: number): boolean => out.marks[mark] === 1;
  const points = new Map(printed.points.map((point) => [point.site, point]));
  const missing: Missing[] = [];
  assembly.layout.fields.forEach(({ id }, index) => {
    const marks = printed.trackMarks[index] ?? -1;
    if (marks < 0) return;
    const states = model.tracks.find((track) => track.id === id)?.states ?? [];
    states.forEach((state, value) => {
      if (!seen(marks + value)) missing.push({ kind: "track state", ids: [id, state.id] });
    });
  });
  const branches = (kind: "move" | "incident", id: string, all: readonly { readonly id: string }[]): void => {
    const point = points.get(kind === "move" ? `branch:${id}` : `branch:incident:${id}`);
    all.forEach((branch, option) => {
      if (point === undefined || !seen(point.marks + option)) missing.push({ kind: "branch", ids: [id, branch.id] });
    });
  };
  for (const { id, by, branches: all } of model.moves) {
    const free = points.get("turn");
    const moves = free === undefined ? model.moves.filter((move) => move.by === by) : model.moves;
    const point = free ?? points.get(`turn:${by}`);
    const option = moves.findIndex((move) => move.id === id);
    if (point === undefined || !seen(point.marks + option)) missing.push({ kind: "move", ids: [id] });
    else branches("move", id, all);
  }
  for (const { id, branches: all } of model.incidents) {
    const point = points.get(`incident:${id}`);
    if (point === undefined || !seen(point.marks)) missing.push({ kind: "incident", ids: [id] });
    else branches("incident", id, all);
  }
  for (const { id } of model.rules) {
    const mark = printed.ruleMarks.get(id);
    if (mark === undefined || !seen(mark)) missing.push({ kind: "rule", ids: [id] });
  }
  model.outcomes.forEach(({ id }, index) => {
    if (!endings.has(index)) missing.push({ kind: "outcome", ids: [id] });
  });
  return missing;
}
