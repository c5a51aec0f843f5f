/**
 * One property, decided over the whole state space.
 *
 * Run-level properties are decided in the product of states and monitor phases: breadth first, until one fails, so a
 * counterexample is as short as can be. Where a run may go on for ever, a property that demands something fails on a
 * cycle on which it never comes: nothing is assumed of fairness, neither of actors nor of chance. Questions about the
 * state space itself are answered on the table of all its ways.
 */
import { boundOf, firstPhase, isRunProperty, type Phase, type RunProperty, verdict } from "../engine/monitor.ts";
import type { Treatment } from "../engine/treatment.ts";
import type { Layout } from "../kernel/layout.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model, Property } from "../scenario/model.ts";
import { EdgeTable, findCycle } from "./cycle.ts";
import { type Edge, Exploration, type Limits, type Progress } from "./exploration.ts";
import { attract, statesBefore, WayTable } from "./forced.ts";
import type { Limit } from "./stateStore.ts";
import type { Watch } from "./stepCode.ts";
import { compileSteps, type Decision, type Steps } from "./steps.ts";

/** What is explored, and how far. */
export interface Ground {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly choices: "open" | "policies";
  readonly limits: Limits;
  /** Ends the search where it stands. */
  readonly signal: { readonly aborted: boolean };
}

/** A way that shows something. */
export interface Way {
  readonly layout: Layout;
  readonly decisions: readonly Decision[];
  /** Number of decisions after which the rest can be walked again and again; null where the way simply ends. */
  readonly repeats: number | null;
}

/** What came of a property. */
export interface Answer {
  /** Null: not decided. */
  readonly holds: boolean | null;
  /** A counterexample where it does not hold; where it holds of some runs only, a witness. */
  readonly way: Way | null;
  /** The property itself cannot be evaluated on the way, so it does not hold of all runs. */
  readonly faults: boolean;
  /** Why it is not decided. */
  readonly limit: Limit | "interrupted" | "share" | null;
}

/** Progress while a property is decided; null: all of the state space. */
export interface ClaimProgress extends Progress {
  readonly property: string | null;
}

export type Search<R> = Generator<ClaimProgress, R>;

/** The answer of a search that came to its end. */
const answer = (holds: boolean, way: Way | null = null, faults = false): Answer => ({
  holds,
  way,
  faults,
  limit: null,
});

/** The answer of a search that was ended early. */
export const undecided = (limit: Answer["limit"]): Answer => ({ holds: null, way: null, faults: false, limit });

/** Ways between two looks for Ctrl-C. */
const budget = 50_000;

/** Drives an exploration; whether it came to its end. */
export function* pursue(
  exploration: Exploration,
  property: string | null,
  signal: { readonly aborted: boolean },
): Search<boolean> {
  for (let more = true; more; ) {
    more = exploration.advance(budget);
    yield { ...exploration.progress, property };
    if (signal.aborted) return false;
  }
  return exploration.complete || exploration.failure !== null;
}

/** The phases of a monitor, in the order of their numbers in a kernel program. */
const phases: readonly Phase[] = ["before", "watching", "pending", "held", "failed"];
const pending = phases.indexOf("pending");
const failedPhase = phases.indexOf("failed");

/** The steps of a ground with other properties, and without what only runs add up. */
function stepsFor({ model, treatment, choices }: Ground, properties: readonly Property[], watches: readonly Watch[]) {
  return compileSteps({ ...groundModel({ model, treatment, choices }, properties, []), watches, choices });
}

/** A model and a treatment whose policies matter only where they decide what is open. */
export function groundModel(
  { model, treatment, choices }: Pick<Ground, "model" | "treatment" | "choices">,
  properties: readonly Property[],
  tallies: Model["tallies"],
): { readonly model: Model; readonly treatment: Treatment } {
  const open = choices === "open";
  return {
    model: { ...model, properties, tallies, policies: open ? [] : model.policies },
    treatment: { ...treatment, policies: open ? {} : treatment.policies },
  };
}

/** Decides a property. Bounds on shares are not for this. */
export function* decide(ground: Ground, property: Property): Search<Answer> {
  if (isRunProperty(property)) return yield* decideRuns(ground, property);
  if (property.kind === "reachable") return yield* decideReachable(ground, property);
  if (property.kind === "forced") return yield* decideForced(ground, property);
  return undecided("share");
}

function wayOver(exploration: Exploration, edges: readonly Edge[], loop: readonly Edge[] = []): Way {
  const stem = exploration.decisions(edges);
  const rest = exploration.decisions(loop);
  const { layout } = exploration.steps.assembly;
  return { layout, decisions: [...stem, ...rest], repeats: loop.length === 0 ? null : stem.length };
}

const wayAlong = (exploration: Exploration, last: Edge): Way =>
  wayOver(exploration, [...exploration.wayTo(last.from), last]);

function* decideRuns(ground: Ground, property: RunProperty): Search<Answer> {
  const bound = boundOf(property);
  const holds = phases.map((phase) => verdict(property, phase));
  const steps = stepsFor(ground, [property], [{ as: "state", bound, holds }]);
  const demands = bound === null && (property.kind === "eventually" || property.kind === "whenever");
  // Where states know their round, no state comes again.
  const cycles = demands && !steps.assembly.layout.fields.some(({ kind }) => kind === "round");
  const edges = cycles ? new EdgeTable() : null;
  const owes = property.kind === "whenever" ? owingStates(steps) : () => true;
  const exploration: Exploration = new Exploration(
    steps,
    ground.limits,
    edges === null
      ? null
      : (from, target) => {
          if (from >= 0 && target >= 0 && owes(exploration, from) && owes(exploration, target)) edges.add(from, target);
        },
  );
  const ended = yield* pursue(exploration, property.id, ground.signal);
  if (exploration.failure !== null) {
    return answer(false, wayAlong(exploration, exploration.failure));
  }
  const cycle = edges === null ? null : findCycle(edges, exploration.store.count);
  if (cycle !== null) {
    const loop = cycle.slice(1).map((state, index) => exploration.edgeTo(cycle[index] ?? 0, state));
    return answer(false, wayOver(exploration, exploration.wayTo(cycle[0] ?? 0), loop));
  }
  // Other faults of the model are told apart from what it claims.
  const own = [...exploration.faults].find(([number]) =>
    steps.assembly.program.faults[number]?.path.startsWith("properties."),
  );
  if (own !== undefined) return answer(false, wayAlong(exploration, own[1]), true);
  return ended ? answer(true) : undecided(exploration.limit ?? "interrupted");
}

/** Tells whether a state's monitor owes something. */
function owingStates({ packing }: Steps): (exploration: Exploration, state: number) => boolean {
  const digit = packing.digits.find(({ of }) => of === "phase");
  if (digit === undefined) return () => true;
  const { word, factor, size } = digit;
  return ({ store }, state) => Math.floor((store.words[state * store.width + word] ?? 0) / factor) % size === pending;
}

const scopeless = { after: null, until: null };

const came = 1;
const owed = 2;

function* decideReachable(ground: Ground, property: Extract<Property, { kind: "reachable" }>): Search<Answer> {
  const { id, from, reachable } = property;
  const steps = stepsFor(
    ground,
    [
      { id, kind: "never", of: reachable, ...scopeless },
      { id, kind: "whenever", whenever: from, eventually: reachable, within: null, ...scopeless },
    ],
    [
      { as: "flag", phase: failedPhase },
      { as: "flag", phase: pending },
    ],
  );
  const table = new WayTable();
  const exploration = new Exploration(steps, ground.limits, (origin, target, n) => {
    table.add({ from: origin, target, marks: steps.out.flags[n] ?? 0, successor: n, group: -1 });
  });
  if (!(yield* pursue(exploration, id, ground.signal))) return undecided(exploration.limit ?? "interrupted");
  const good = statesBefore(table, exploration.store.count, came);
  for (let way = 0; way < table.count; way++) {
    const target = table.target.values[way] ?? -1;
    if (((table.marks.values[way] ?? 0) & owed) === 0 || (target >= 0 && good[target] === 1)) continue;
    const last = { from: table.from.values[way] ?? -1, successor: table.successor.values[way] ?? 0 };
    return answer(false, wayAlong(exploration, last));
  }
  return answer(true);
}

function* decideForced(ground: Ground, property: Extract<Property, { kind: "forced" }>): Search<Answer> {
  const { id, forced, by } = property;
  const steps = stepsFor(
    ground,
    [{ id, kind: "never", of: forced, ...scopeless }],
    [{ as: "flag", phase: failedPhase }],
  );
  const table = new WayTable();
  const groups = groupingOf(steps, table, new Set(by), (state) => {
    const { words, width } = exploration.store;
    const cursor = assembly.layout.fields.findIndex(({ kind }) => kind === "cursor");
    return assembly.layout.cursors[steps.packing.unpack(words, state * width)[cursor] ?? 0] ?? "";
  });
  const { assembly } = steps;
  const exploration: Exploration = new Exploration(steps, ground.limits, (origin, target, n) => {
    const group = origin < 0 ? -1 : groups(origin, n);
    table.add({ from: origin, target, marks: steps.out.flags[n] ?? 0, successor: n, group });
  });
  if (!(yield* pursue(exploration, id, ground.signal))) return undecided(exploration.limit ?? "interrupted");
  const { rank, groupOfTurn } = attract(table, exploration.store.count, came);
  const good = (way: number): boolean =>
    ((table.marks.values[way] ?? 0) & came) !== 0 || (rank[table.target.values[way] ?? -1] ?? 0) > 0;
  for (let way = 0; (table.from.values[way] ?? 0) < 0; way++) {
    if (good(way)) continue;
    return answer(false, resist(exploration, table, way, good, groupOfTurn));
  }
  return answer(true);
}

/** Says which group of choices a way from a state belongs to, as ways come one after the other. */
function groupingOf(
  { request, out }: Steps,
  table: WayTable,
  coalition: ReadonlySet<string>,
  cursorOf: (state: number) => string,
): (origin: number, n: number) => number {
  const { model, treatment } = request;
  const movers = model.actors.filter(({ id }) => model.moves.some(({ by }) => by === id));
  const sizes = movers.map(({ id }) => model.moves.filter(({ by }) => by === id).length + 1);
  let state = -1;
  let cursor = "";
  let groups = new Map<string, number>();
  let turns = new Map<string, number>();

  /** Whose turn it is, and what of the choice the coalition settles. */
  const settled = (choice: number): readonly [turn: string, part: string] => {
    if (cursor.startsWith("turn:")) {
      const actor = cursor.slice("turn:".length);
      return [actor, coalition.has(actor) ? String(choice) : ""];
    }
    if (cursor !== "turn") return ["", ""];
    if (treatment.turns === "free") {
      const actor = model.moves[choice]?.by ?? "";
      return [actor, coalition.has(actor) ? String(choice) : ""];
    }
    let rest = choice;
    const parts = movers.map(() => 0);
    for (let index = movers.length - 1; index >= 0; index--) {
      const size = sizes[index] ?? 1;
      parts[index] = rest % size;
      rest = Math.floor(rest / size);
    }
    return ["", parts.filter((_, index) => coalition.has(movers[index]?.id ?? "")).join(" ")];
  };

  return (origin, n) => {
    if (origin !== state) {
      state = origin;
      cursor = cursorOf(origin);
      groups = new Map();
      turns = new Map();
    }
    const [turn, part] = settled(out.choice[n] ?? 0);
    const known = turns.get(turn) ?? table.turn(origin);
    turns.set(turn, known);
    const group = groups.get(`${turn} ${part}`) ?? table.newGroup(known);
    groups.set(`${turn} ${part}`, group);
    return group;
  };
}

/** A way on which the others keep the coalition from its aim, whatever it tries: its first choice is shown. */
function resist(
  exploration: Exploration,
  table: WayTable,
  first: number,
  good: (way: number) => boolean,
  groupOfTurn: Int32Array,
): Way {
  const edgeOf = (way: number): Edge => ({
    from: table.from.values[way] ?? -1,
    successor: table.successor.values[way] ?? 0,
  });
  const begins = new Map<number, number>();
  for (let way = 0; way < table.count; way++) {
    const from = table.from.values[way] ?? -1;
    if (!begins.has(from)) begins.set(from, way);
  }
  const edges = [edgeOf(first)];
  const seen = new Map<number, number>();
  for (let state = table.target.values[first] ?? -1; state >= 0; ) {
    const before = seen.get(state);
    if (before !== undefined) return wayOver(exploration, edges.slice(0, before), edges.slice(before));
    seen.set(state, edges.length);
    let next = -1;
    for (let way = begins.get(state) ?? table.count; way < table.count && next < 0; way++) {
      if (table.from.values[way] !== state) break;
      const turn = table.turnOfGroup.values[table.group.values[way] ?? 0] ?? 0;
      if (!good(way) && groupOfTurn[turn] === -1) next = way;
    }
    if (next < 0) break;
    edges.push(edgeOf(next));
    state = table.target.values[next] ?? -1;
  }
  return wayOver(exploration, edges);
}

/** What has to come for a property to say anything: where one of these never does, it is vacuous. */
export function premisesOf(property: Property): readonly Expression[] {
  if (property.kind === "reachable") return [property.from];
  if (!isRunProperty(property)) return [];
  const scope = property.after === null ? [] : [property.after];
  if (property.kind === "whenever") return [...scope, property.whenever];
  if (property.kind === "between") return [...scope, property.from];
  return property.kind === "first" ? [...scope, property.before] : scope;
}

/** Whether a property can be read anew on every way, so that one search of the states decides it. */
export function isPlain(model: Model, property: Property): property is Extract<Property, { kind: "never" | "always" }> {
  return (
    (property.kind === "never" || property.kind === "always") &&
    property.until === null &&
    firstPhase(property) === "watching" &&
    !mayFail(model, property.of)
  );
}

/** Whether an expression can fail to have a value. */
export function mayFail(model: Model, expression: Expression): boolean {
  if (expression.op === "next" || expression.op === "previous") return true;
  if (expression.op === "arithmetic" && (expression.by === "/" || expression.by === "%")) return true;
  if (expression.op === "term") {
    const term = model.terms.find(({ id }) => id === expression.id);
    return term !== undefined && mayFail(model, term.value);
  }
  const fails = (part: unknown): boolean => isExpression(part) && mayFail(model, part);
  return Object.values(expression).some((part: unknown) => (Array.isArray(part) ? part.some(fails) : fails(part)));
}

const isExpression = (value: unknown): value is Expression =>
  typeof value === "object" && value !== null && "op" in value;
