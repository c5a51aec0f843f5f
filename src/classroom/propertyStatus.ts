/**
 * The scenario's rules as they stand in a run: broken, holding so far, or settled; and whether a way back is left.
 *
 * A rule that a run can decide is followed by the engine's monitor. Whether something can still be reached is looked for
 * by playing on at random: a way that is found is a proof, none found is no proof of anything and said to be unknown.
 */
import { luckOf } from "../chance/draw.ts";
import { isRunProperty, type Monitor, monitor } from "../engine/monitor.ts";
import { playOn } from "../engine/play.ts";
import { openSession, prepareEngine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { completedSteps } from "../engine/transitions.ts";
import type { Treatment } from "../engine/treatment.ts";
import { unscripted } from "../ensemble/swing.ts";
import { namingOf } from "../report/naming.ts";
import type { Model } from "../scenario/model.ts";
import type { LessonRun } from "./run.ts";
import type { PropertyStatus } from "./screenSections.ts";

/** What is looked for from where a run stands. Plain data, to be handed to another thread. */
export interface ReachabilityTask {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly state: State;
  /** Courses that are tried at most. */
  readonly tries: number;
}

/** By property: a way there was found, there is none any more, or nobody knows. */
export type Reachability = Readonly<Record<string, "reachable" | "unreachable" | "unknown">>;

/** The status of each property of a run. */
export function propertyStatuses(run: LessonRun, ways: Reachability): readonly PropertyStatus[] {
  const naming = namingOf(run.scenario);
  const phases = phasesOf(run);
  return run.scenario.model.properties.flatMap((property): readonly PropertyStatus[] => {
    const claim = naming.name("properties", property.id);
    const phase = phases.get(property.id);
    if (phase !== undefined) {
      return [{ id: property.id, claim, light: phase === "held" || phase === "failed" ? phase : "so far" }];
    }
    return property.kind === "reachable" ? [{ id: property.id, claim, light: ways[property.id] ?? "unknown" }] : [];
  });
}

/** Where the monitor of each run-level property stands. A step is read once its rules and its end are known. */
function phasesOf({ engine, events }: LessonRun): ReadonlyMap<string, Monitor["phase"]> {
  const monitors = engine.law.model.properties.filter(isRunProperty).map((property) => monitor(engine.law, property));
  for (const { after } of completedSteps(events)) for (const one of monitors) one.read(after);
  return new Map(monitors.map(({ property, phase }) => [property.id, phase]));
}

/** Steps of one course at most: a run without a horizon need not end. */
const stepsMax = 2000;

/** Looks for ways from a state to what each `reachable` property asks for, everybody choosing at random. */
export function findReachable({ model, treatment, state, tries }: ReachabilityTask): Reachability {
  const open = { ...unscripted(treatment), policies: {} };
  const engine = prepareEngine({ ...model, policies: [] }, open);
  const sought = model.properties.flatMap((property) =>
    property.kind === "reachable"
      ? [{ id: property.id, holds: engine.law.evaluator(property.reachable, `properties.${property.id}`) }]
      : [],
  );
  const missing = new Map(sought.map(({ id, holds }) => [id, holds]));
  const look = (at: State): void => {
    for (const [id, holds] of missing) if (holds(at) !== 0) missing.delete(id);
  };
  look(state);
  for (let course = 0; course < tries && missing.size > 0 && state.ended === null; course++) {
    const session = openSession(engine, luckOf("way back", course), state);
    let steps = 0;
    playOn({
      session,
      limit: Number.POSITIVE_INFINITY,
      until() {
        steps += 1;
        look(session.state);
        return steps === stepsMax || missing.size === 0;
      },
    });
  }
  const none = state.ended === null ? "unknown" : "unreachable";
  return Object.fromEntries(sought.map(({ id }) => [id, missing.has(id) ? none : "reachable"]));
}
