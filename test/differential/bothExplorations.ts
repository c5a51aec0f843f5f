/**
 * One scenario explored twice, by the explorer and naively on the machine, and where the two disagree.
 */

import { type CheckRequest, type CheckResult, check } from "../../src/check/check.ts";
import type { StatePath } from "../../src/check/statePath.ts";
import { usualSampling } from "../../src/check/statistical.ts";
import { witnessRun } from "../../src/check/witnessRun.ts";
import { Faulted } from "../../src/engine/faulted.ts";
import type { Law } from "../../src/engine/law.ts";
import { isRunProperty } from "../../src/engine/monitor.ts";
import { prepareEngine } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import type { Treatment } from "../../src/engine/treatment.ts";
import type { Expression } from "../../src/scenario/expression.ts";
import type { Model, Property } from "../../src/scenario/model.ts";
import { cases } from "../cases.ts";
import { decideNaively, forcesNaively, hasCycle, reachesNaively } from "./naiveClaims.ts";
import { type NaiveSpace, type Node, naiveSpace, type Target, TooLarge } from "./naiveExplorer.ts";

/** What is explored. */
export interface Subject {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly choices: "open" | "policies";
}

/** How much was compared: a test that compares nothing shows nothing. */
export interface Tally {
  compared: number;
  tooLarge: number;
  faulty: number;
  endless: number;
  verdicts: Record<string, number>;
  /** By kind of property, how often its premise came and how often it never did. */
  premises: Record<string, number>;
}

export const tally = (): Tally => ({ compared: 0, tooLarge: 0, faulty: 0, endless: 0, verdicts: {}, premises: {} });

const nodesMax = cases(500, 1500);

/** A whole check, driven to its end. */
export function checked(subject: Subject, more: Partial<CheckRequest> = {}): CheckResult {
  const search = check({
    ...subject,
    limits: { statesMax: 200_000, bytesMax: 2 ** 28 },
    signal: { aborted: false },
    sampling: { ...usualSampling, seed: "differential" },
    ...more,
  });
  for (let step = search.next(); ; step = search.next()) if (step.done === true) return step.value;
}

/** Everything on which explorer and machine disagree, in words. */
export function disagreements(subject: Subject, counts: Tally, explore = checked): readonly string[] {
  const { model, treatment, choices } = subject;
  const engine = prepareEngine(model, treatment);
  let space: NaiveSpace;
  try {
    space = naiveSpace(engine, choices === "policies", nodesMax);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    counts.tooLarge++;
    return [];
  }
  counts.compared++;
  const result = explore(subject);
  const found: string[] = [];
  const compare = (what: string, explored: unknown, naive: unknown): void => {
    const [one, other] = [JSON.stringify(explored), JSON.stringify(naive)];
    if (one !== other) found.push(`${what} ${one}, on the machine ${other}`);
  };
  compare("complete", result.complete || result.limit === null, true);
  compare(
    "faults",
    result.faults.map(({ path }) => path).sort(),
    [...space.faults].filter((path) => !path.startsWith("properties.")).sort(),
  );
  if (space.faults.size > 0) counts.faulty++;
  else if (passesForEver(space)) counts.endless++;
  else compareSizes(result, space, compare);
  // A block that fails half-way through may or may not have entered a track state.
  const entered = (word: string): boolean => space.faults.size === 0 || !word.startsWith("track ");
  compare("never", missingWords(result).filter(entered).sort(), naiveMissing(model, space).filter(entered).sort());
  for (const { property, holds, vacuous, witness: way } of result.findings) {
    if (property.kind === "share") continue;
    const premise = vacuousNaively(engine.law, space, property);
    if (premise !== undefined) {
      compare(`premise of ${property.id}`, vacuous, premise);
      const kind = `${property.kind} ${premise === null ? "applies" : "vacuous"}`;
      counts.premises[kind] = (counts.premises[kind] ?? 0) + 1;
    }
    const naive = verdictOf(engine.law, space, property);
    compare(`${property.id} (${property.kind})`, holds, naive.holds);
    const kind = `${property.kind} ${String(holds)}`;
    counts.verdicts[kind] = (counts.verdicts[kind] ?? 0) + 1;
    const steps = way === null ? null : stepsOnMachine(engine, way);
    // What a script makes occur is told as a step, but nobody chose it.
    const chosen = treatment.script.length === 0 && way?.repeats === null;
    if (naive.steps !== null && steps !== null && chosen) compare(`steps against ${property.id}`, steps, naive.steps);
  }
  for (const { witness: way } of result.faults) stepsOnMachine(engine, way);
  return found;
}

function compareSizes(
  result: CheckResult,
  space: NaiveSpace,
  compare: (what: string, explored: unknown, naive: unknown) => void,
): void {
  const states = [...space.nodes.values()].filter(({ counts }) => counts);
  let transitions = 0;
  let choices = 0;
  for (const { ways } of states) {
    choices += ways.length;
    for (const { targets } of ways) transitions += new Set(targets.flatMap(countedAfter)).size;
  }
  const initial = new Set(space.starts.flatMap(countedAfter));
  const depth = depthOf(initial);
  compare("states", result.states, states.length);
  compare("transitions", result.transitions, transitions);
  compare("choices", result.choices, choices);
  compare("initial", result.initial, initial.size);
  compare("depth", result.depth, depth);
  compare("deadlocks", result.deadlocks, states.filter(({ state }) => state.ended === "deadlock").length);
}

/** The states that count, after a way through those that do not. */
function countedAfter(target: Target): readonly Node[] {
  if ("fault" in target) return [];
  const { node } = target;
  return node.counts ? [node] : node.ways.flatMap(({ targets }) => targets.flatMap(countedAfter));
}

/** Whether time can pass for ever without anybody or chance choosing: such a run is stopped after very many rounds. */
function passesForEver({ nodes }: NaiveSpace): boolean {
  const passing = [...nodes.values()].filter(({ counts }) => !counts);
  const next = (node: Node): readonly Node[] =>
    node.ways.flatMap(({ targets }) => targets.flatMap((one) => ("node" in one && !one.node.counts ? [one.node] : [])));
  return hasCycle(passing, next);
}

function depthOf(initial: ReadonlySet<Node>): number {
  const seen = new Set(initial);
  let layer = [...initial];
  let depth = 0;
  for (;;) {
    const next: Node[] = [];
    for (const { ways } of layer) {
      for (const node of ways.flatMap(({ targets }) => targets.flatMap(countedAfter))) {
        if (seen.has(node)) continue;
        seen.add(node);
        next.push(node);
      }
    }
    if (next.length === 0) return depth;
    layer = next;
    depth++;
  }
}

/** The number of steps of a way, made on the machine; null where no run of the seed begins as it does. */
function stepsOnMachine(engine: Parameters<typeof witnessRun>[0], way: StatePath): number | null {
  const start = { seed: "differential", model: "", document: { id: "", text: "" } };
  return witnessRun(engine, way.layout, start, way.decisions)?.steps.length ?? null;
}

/** The verdict on the machine; what cannot be evaluated somewhere does not hold. */
function verdictOf(law: Law, space: NaiveSpace, property: Property): { holds: boolean; steps: number | null } {
  try {
    return soundVerdict(law, space, property);
  } catch (error) {
    if (error instanceof Faulted) return { holds: false, steps: null };
    throw error;
  }
}

function soundVerdict(law: Law, space: NaiveSpace, property: Property): { holds: boolean; steps: number | null } {
  const condition = (expression: Expression) => {
    const evaluate = law.evaluator(expression, `properties.${property.id}`);
    return (state: State): boolean => evaluate(state) !== 0;
  };
  if (isRunProperty(property)) return decideNaively(law, space, property);
  if (property.kind === "reachable") {
    const holds = reachesNaively(space, condition(property.from), condition(property.reachable));
    return { holds, steps: null };
  }
  if (property.kind === "forced") {
    return { holds: forcesNaively(space, condition(property.forced), new Set(property.by)), steps: null };
  }
  throw new Error(`${property.kind} is not for this`);
}

/** What has to come for a property to say anything. */
function premisesOf(property: Property): readonly Expression[] {
  switch (property.kind) {
    case "reachable":
      return [property.from];
    case "forced":
    case "share":
      return [];
    default: {
      const scope = property.after === null ? [] : [property.after];
      if (property.kind === "whenever") return [...scope, property.whenever];
      if (property.kind === "between") return [...scope, property.from];
      return property.kind === "first" ? [...scope, property.before] : scope;
    }
  }
}

/** The first premise that no state at rest shows, null where all come; undefined where one might fail to have a value. */
function vacuousNaively(law: Law, { nodes, faults }: NaiveSpace, property: Property): Expression | null | undefined {
  const premises = premisesOf(property);
  const mayFail = /"op":"(?:next|previous|term)"|"by":"[/%]"/.test(JSON.stringify(premises));
  if (premises.length === 0 || mayFail || faults.size > 0) return undefined;
  const states = [...nodes.values()].map(({ state }) => state);
  const never = premises.find((premise) => {
    const evaluate = law.evaluator(premise, `properties.${property.id}`);
    return states.every((state) => evaluate(state) === 0);
  });
  return never ?? null;
}

const missingWords = ({ missing }: CheckResult): string[] =>
  missing.map(({ kind, ids }) => `${kind === "track state" ? "track" : kind} ${ids.join(" ")}`);

function naiveMissing(model: Model, { seen }: NaiveSpace): string[] {
  const branches = [...model.moves, ...model.incidents].flatMap((step) =>
    step.branches.map((branch) => [step.id, `branch ${step.id} ${branch.id}`] as const),
  );
  const all = [
    ...model.tracks.flatMap(({ id, states }) => states.map((state) => `track ${id} ${state.id}`)),
    ...model.moves.map(({ id }) => `move ${id}`),
    ...model.incidents.map(({ id }) => `incident ${id}`),
    ...model.rules.map(({ id }) => `rule ${id}`),
    ...model.outcomes.map(({ id }) => `outcome ${id}`),
    ...branches.filter(([id]) => seen.has(`move ${id}`) || seen.has(`incident ${id}`)).map(([, word]) => word),
  ];
  return all.filter((word) => !seen.has(word));
}
