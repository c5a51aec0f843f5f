/**
 * Solves a scenario exactly: every outcome, property and mean at once.
 */
import { isRunProperty } from "../engine/monitor.ts";
import { type Ground, type Solving, solveChain, solveProperty } from "./chain.ts";
import type { Course } from "./course.ts";
import { chainSolution, type Solution } from "./solution.ts";

/** Solves a scenario in which every actor follows a policy. */
export function* solve(ground: Ground): Solving<Solution> {
  const course = yield* solveChain(ground);
  const properties = new Map<string, Course>();
  for (const property of ground.model.properties.filter(isRunProperty)) {
    properties.set(property.id, yield* solveProperty(ground, property));
  }
  return chainSolution(ground.model, course, properties);
}
