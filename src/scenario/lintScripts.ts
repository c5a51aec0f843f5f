/**
 * Scripts that cannot be carried out whatever happens: a move that undoes its own condition, and that nothing can restore,
 * is prescribed twice.
 *
 * That is certain where all that is ever written to a track or variable are plain values, and the move's condition holds
 * for none of them once the move has written it.
 */
import type { Prober } from "./domain.ts";
import type { Expression } from "./expression.ts";
import type { LintFinding } from "./lintFinding.ts";
import type { Assignment, Model, Move, ScriptEntry } from "./model.ts";

/** Entries of scripts and of the history whose move was made before and cannot be made again. */
export function findSecondMoves(model: Model, prober: Prober): readonly LintFinding[] {
  const scripts = [
    ...model.variants.map(({ id, script }) => ({ path: `variants.${id}.script`, script })),
    { path: "history", script: model.history },
  ];
  const once = new Map<string, boolean>();
  const isOnce = (move: Move): boolean => {
    const known = once.get(move.id) ?? happensOnce(model, move, prober);
    once.set(move.id, known);
    return known;
  };
  return scripts.flatMap(({ path, script }) =>
    script.flatMap((entry, index): LintFinding[] => {
      const move = "move" in entry ? model.moves.find(({ id }) => id === entry.move) : undefined;
      if (move === undefined) return [];
      const earlier = earliest(script, move.id);
      if (earlier === null || earlier >= entry.round || !isOnce(move)) return [];
      return [
        {
          severity: "warning",
          code: "second-move",
          path: `${path}.${index}`,
          message: `\`${move.id}\` stands here for round ${entry.round} and before for round ${earlier}, but it can be made only once: nothing makes its condition hold again`,
          hint: "remove one of the entries, or let something restore what the condition asks for",
        },
      ];
    }),
  );
}

function earliest(script: readonly ScriptEntry[], move: string): number | null {
  const rounds = script.flatMap((entry) => ("move" in entry && entry.move === move ? [entry.round] : []));
  return rounds.length === 0 ? null : Math.min(...rounds);
}

/** Whether a move certainly cannot be made again, once it was. */
function happensOnce(model: Model, { when, then, firstCome }: Move, prober: Prober): boolean {
  // What is forestalled did not happen, and may still.
  if (when === null || firstCome) return false;
  return then.some(({ target, id }) => {
    const written = writtenTo(model, id);
    if (written === null) return false;
    const item: Expression = { op: target, id };
    const later: Expression = { op: "in", item, of: written };
    return prober.exists([when, later], "anywhere", ([open, after]) => open !== 0 && after !== 0) === false;
  });
}

/** All values that anything writes to a track or variable; null where one of them is worked out. */
function writtenTo(model: Model, id: string): readonly Expression[] | null {
  const all: readonly Assignment[] = [
    ...[...model.moves, ...model.incidents].flatMap(({ then, branches }) => [
      ...then,
      ...branches.flatMap((branch) => branch.then),
    ]),
    ...model.rules.flatMap(({ then }) => then),
  ];
  const values = all.filter((one) => one.id === id).map(({ value }) => value);
  const plain = values.every(({ op }) => op === "state" || op === "number" || op === "truth");
  return plain ? values : null;
}
