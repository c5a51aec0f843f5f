/**
 * What in a scenario no run ever comes to, told by the marks that a search of all its states leaves.
 */
import type { Exploration } from "../space/exploration.ts";

/** Something that no run ever comes to. */
export interface NeverReached {
  readonly kind: "track state" | "move" | "incident" | "rule" | "outcome" | "branch";
  /** Ids, from the outside in. */
  readonly ids: readonly string[];
}

/** Everything that was never seen, in the order of the document. */
export function neverReached({ steps, endings }: Exploration): readonly NeverReached[] {
  const { assembly, printed, request, out } = steps;
  const { model } = request;
  const seen = (mark: number): boolean => out.marks[mark] === 1;
  const points = new Map(printed.points.map((point) => [point.site, point]));
  const missing: NeverReached[] = [];
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
