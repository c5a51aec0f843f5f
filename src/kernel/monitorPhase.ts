/**
 * Phases of monitors as numbers: what the register of a property holds in a kernel program and in a packed state.
 */
import { type MonitorPhase, type RunProperty, verdict } from "../engine/monitor.ts";

/** All phases, in the order of their numbers; the last two are final. */
export const phases: readonly MonitorPhase[] = ["before", "watching", "pending", "held", "failed"];

/** The scope of the property has not begun. */
export const beforePhase = 0;
/** The property owes something. */
export const pendingPhase = 2;
/** The property holds for good. */
export const heldPhase = 3;
/** The property failed for good. */
export const failedPhase = 4;
/** Number of phases that are not final; they come first. */
export const openPhases = 3;

/** By phase, whether the property holds of a run that ends in it. */
export const phaseVerdicts = (property: RunProperty): readonly boolean[] =>
  phases.map((phase) => verdict(property, phase));
