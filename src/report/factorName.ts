/**
 * What factors and their levels are called: assumptions by their names, dispositions by whose they are.
 */
import type { DesignPoint, Level } from "../ensemble/factor.ts";
import type { Naming } from "./naming.ts";
import { brief } from "./number.ts";

/** A factor in words. */
export function factorName(naming: Naming, factor: string): string {
  const [kind, id] = parts(factor);
  if (kind === "policy") return `Disposition of ${naming.name("actors", id)}`;
  if (kind === "initial") return `${thingName(naming, id)} at the start`;
  return naming.name("assumptions", factor);
}

/** A level of a factor in words. */
export function levelName(naming: Naming, factor: string, level: Level): string {
  const [kind, id] = parts(factor);
  if (kind === "policy") return naming.name("policies", id, String(level));
  if (typeof level === "number") return brief(level);
  if (typeof level === "boolean") return level ? "yes" : "no";
  return naming.name("tracks", id, "states", level);
}

/** A point of a design in words: "Leak chance 0.3, disposition of Russia pressing". */
export function pointWords(naming: Naming, point: DesignPoint): string {
  return Object.entries(point)
    .map(([factor, level]) => `${factorName(naming, factor)}: ${levelName(naming, factor, level)}`)
    .join(", ");
}

function thingName(naming: Naming, id: string): string {
  return naming.statesOf(id).length > 0 ? naming.name("tracks", id) : naming.name("variables", id);
}

function parts(factor: string): readonly [kind: string, id: string] {
  const colon = factor.indexOf(":");
  return colon < 0 ? ["assumption", factor] : [factor.slice(0, colon), factor.slice(colon + 1)];
}
