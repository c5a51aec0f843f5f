/**
 * Monitors that the search of all states runs beside counting: each raises a flag on transitions where it is in a phase.
 *
 * A property that can be read anew on every transition needs no search of its own, nor does a premise that must come at
 * least once. Questions about the state space itself are answered from the flags of all its transitions.
 */
import { firstPhase, type RunProperty } from "../engine/monitor.ts";
import { failedPhase, pendingPhase } from "../kernel/monitorPhase.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model, Property } from "../scenario/model.ts";
import { conditionsOf, premisesOf } from "../scenario/property.ts";
import { mayFault, someInside } from "../scenario/walk.ts";
import type { Exploration } from "../space/exploration.ts";
import { avoidingPath } from "./attractor.ts";
import { answer, ownFault, type PropertyAnswer } from "./runProperty.ts";
import { pathEndingWith } from "./statePath.ts";
import type { TransitionTable } from "./transitionTable.ts";

/** A property of the state space as a whole. */
export type SpaceProperty = Extract<Property, { kind: "reachable" | "forced" }>;

/** A monitor and the phase in which it raises its flag. */
export interface MonitorFlag {
  readonly property: RunProperty;
  readonly phase: number;
  /** The property in whose service it stands. */
  readonly owner: Property;
  /** The property itself failed; a premise of it came; its aim came; its aim is owed. */
  readonly shows: "itself" | "premise" | "aim" | "debt";
  /** The condition, where it is a premise. */
  readonly premise: Expression | null;
}

const scopeless = { after: null, until: null };

/** The flags that a property needs. */
export function flagsFor(model: Model, property: Property): readonly MonitorFlag[] {
  const { id } = property;
  const never = (of: Expression): RunProperty => ({ id, kind: "never", of, ...scopeless });
  const premises = premisesOf(property).filter((premise) => !mayFail(model, premise));
  const watched = premises.map((premise): MonitorFlag => {
    return { property: never(premise), phase: failedPhase, owner: property, shows: "premise", premise };
  });
  if (isPlain(model, property)) {
    return [...watched, { property, phase: failedPhase, owner: property, shows: "itself", premise: null }];
  }
  if (!isSpaceProperty(property) || mayFailItself(model, property)) return watched;
  return [...watched, ...spaceFlags(property)];
}

export const isSpaceProperty = (property: Property): property is SpaceProperty =>
  property.kind === "reachable" || property.kind === "forced";

/** Whether a property of the state space can fail to be evaluated, so that it may not disturb the search of others. */
export const mayFailItself = (model: Model, property: SpaceProperty): boolean =>
  conditionsOf(property).some((condition) => mayFail(model, condition));

/** The flags on which a property of the state space is decided. */
export function spaceFlags(property: SpaceProperty): readonly MonitorFlag[] {
  const { id } = property;
  const aimed = property.kind === "forced" ? property.forced : property.reachable;
  const aim: MonitorFlag = {
    property: { id, kind: "never", of: aimed, ...scopeless },
    phase: failedPhase,
    owner: property,
    shows: "aim",
    premise: null,
  };
  if (property.kind === "forced") return [aim];
  const owed: RunProperty = {
    id,
    kind: "whenever",
    whenever: property.from,
    eventually: aimed,
    within: null,
    ...scopeless,
  };
  return [aim, { property: owed, phase: pendingPhase, owner: property, shows: "debt", premise: null }];
}

/** Decides a property of the state space once all of it was seen. */
export function decideSpaceProperty(
  exploration: Exploration,
  table: TransitionTable,
  property: SpaceProperty,
  flags: readonly MonitorFlag[],
): PropertyAnswer {
  const own = ownFault(exploration, property.id);
  if (own !== null) return own;
  const flag = (shows: MonitorFlag["shows"]): number =>
    flags.findIndex((flag) => flag.owner === property && flag.shows === shows);
  const aim = flag("aim");
  if (property.kind === "forced") {
    const path = avoidingPath(exploration, table, new Set(property.by), aim);
    return answer(path === null, path);
  }
  const debt = flag("debt");
  const good = table.statesReaching(exploration.store.count, aim);
  for (let transition = 0; transition < table.count; transition++) {
    const target = table.target.values[transition] ?? -1;
    if (!table.isFlagged(transition, debt) || (target >= 0 && good[target] === 1)) continue;
    return answer(false, pathEndingWith(exploration, table.edge(transition)));
  }
  return answer(true);
}

/** Whether a property can be read anew on every transition, so that one search of the states decides it. */
function isPlain(model: Model, property: Property): property is Extract<Property, { kind: "never" | "always" }> {
  return (
    (property.kind === "never" || property.kind === "always") &&
    property.until === null &&
    firstPhase(property) === "watching" &&
    !mayFail(model, property.of)
  );
}

/** Whether an expression can fail to have a value. */
const mayFail = (model: Model, expression: Expression): boolean => someInside(expression, model.terms, mayFault);
