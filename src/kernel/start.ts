/**
 * The beginning of a run as statements: fixed values, and draws among the possible ones.
 *
 * Values are drawn one after the other at their own sites. Where the scenario restricts the combinations, the weights
 * of each draw are the total odds of what can still be completed, tabulated by what was drawn before.
 */
import { completions } from "../engine/completions.ts";
import { refuseTooMany } from "../engine/initial.ts";
import type { Treatment } from "../engine/treatment.ts";
import { compileExpression } from "../scenario/evaluate.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Model } from "../scenario/model.ts";
import { arithmetic, type Code, compare, constant, type Local, read } from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import type { ProgramOption } from "./program.ts";

interface Candidate {
  /** As the document has it. */
  readonly value: string | number | boolean;
  /** As the field holds it. */
  readonly stored: number;
  readonly odds: number;
}

interface Item {
  readonly id: string;
  readonly field: Local;
  readonly candidates: readonly Candidate[];
}

/** Sets or draws every track and variable, and the counters. */
export function drawStart(draft: ProgramDraft, into: Body): void {
  for (const { kind, id, local } of draft.layout.fields) {
    if (kind === "round" || kind === "made") into.push({ do: "set", local, value: constant(0) });
    // A move or incident that was never made is as long ago as can be.
    const first = id.startsWith("track:") ? 0 : local.high;
    if (kind === "since") into.push({ do: "set", local, value: constant(first) });
  }
  const items = possibleValues(draft, into);
  const drawn = items.filter(({ candidates }) => candidates.length > 1);
  for (const { field, candidates } of items) {
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined)
      into.push({ do: "set", local: field, value: constant(only.stored) });
  }
  const { start } = draft.model;
  if (start === null) {
    for (const item of drawn) drawItem(draft, into, item, (index) => constant(item.candidates[index]?.odds ?? 0));
    return;
  }
  drawRestricted(draft, into, items, start);
}

function possibleValues(draft: ProgramDraft, into: Body): readonly Item[] {
  const { model, treatment } = draft;
  const stored = new Map<string, (value: string | number | boolean) => number>([
    ...model.tracks.map(
      ({ id, states }) => [id, (value: unknown) => states.findIndex((state) => state.id === value)] as const,
    ),
    ...model.variables.map(({ id }) => [id, (value: unknown) => Number(value)] as const),
  ]);
  return [...model.tracks, ...model.variables].map(({ id }) => {
    const path = `initial.${id}`;
    const entries = (treatment.initial[id] ?? []).map(({ value, odds }) => {
      const weight = draft.weigh(into, draft.translate(odds, path), path);
      return { value, stored: stored.get(id)?.(value) ?? 0, odds: weight.op === "constant" ? weight.value : 0 };
    });
    const candidates = entries.filter(({ odds }) => odds > 0);
    if (candidates.length === 0) into.push({ do: "fault", fault: draft.fault(path, "no initial value has odds") });
    return { id, field: draft.fieldOf(id), candidates };
  });
}

function drawItem(
  draft: ProgramDraft,
  into: Body,
  { id, field, candidates }: Item,
  weightOf: (index: number) => Code,
  after: (index: number) => Body = () => [],
): void {
  const options = candidates.map(({ stored }, index): ProgramOption => {
    const weight = weightOf(index);
    const body: Body = [{ do: "set", local: field, value: constant(stored) }, ...after(index)];
    return { enabled: compare(">", weight, constant(0)), weight, body };
  });
  into.push({ do: "choose", actor: null, site: draft.site(`start:${id}`), steady: false, options });
}

/** Draws with weights from tables: by what was drawn before (a mixed-radix index), the odds of all completions. */
function drawRestricted(draft: ProgramDraft, into: Body, items: readonly Item[], start: Expression): void {
  const drawn = items.filter(({ candidates }) => candidates.length > 1);
  const totals = weightsOf(draft, items, start);
  if (totals[0]?.[0] === 0) {
    into.push({ do: "fault", fault: draft.fault("start", "no combination of initial values is allowed") });
    return;
  }
  const node = draft.scratch("int", 0, Math.max(1, totals.at(-1)?.length ?? 1));
  into.push({ do: "set", local: node, value: constant(0) });
  drawn.forEach((item, depth) => {
    const values = totals[depth + 1] ?? [];
    const table = draft.table(values);
    const size = item.candidates.length;
    const high = values.reduce((most, value) => Math.max(most, value), 0);
    const next = (index: number): Code => arithmetic("+", arithmetic("*", read(node), constant(size)), constant(index));
    const weight = (index: number): Code => ({
      op: "table",
      type: "float",
      low: 0,
      high,
      whole: false,
      table,
      at: next(index),
    });
    drawItem(draft, into, item, weight, (index) => [{ do: "set", local: node, value: next(index) }]);
  });
}

/** What the weights of a restricted start follow from. */
type StartSource = Pick<Model, "start" | "tracks" | "variables"> & Pick<Treatment, "initial" | "assume">;

/**
 * Weights that have been worked out, by the initial values: every property is compiled anew, with models and treatments
 * that differ in other parts, while its start is the same.
 */
const weighed = new WeakMap<
  object,
  { readonly source: StartSource; readonly levels: readonly (readonly number[])[] }
>();

/** Total odds of the allowed combinations below each node of the tree of draws, level by level. */
function weightsOf(draft: ProgramDraft, items: readonly Item[], start: Expression): readonly (readonly number[])[] {
  const { tracks, variables } = draft.model;
  const { initial, assume } = draft.treatment;
  const known = weighed.get(initial);
  const source: StartSource = { start, tracks, variables, initial, assume };
  if (known !== undefined && isSame(known.source, source)) return known.levels;
  const levels = weigh(draft, items, start);
  weighed.set(initial, { source, levels });
  return levels;
}

/** Whether these are the very same parts. */
function isSame(one: StartSource, other: StartSource): boolean {
  return (
    one.start === other.start &&
    one.tracks === other.tracks &&
    one.variables === other.variables &&
    one.assume === other.assume
  );
}

function weigh(draft: ProgramDraft, items: readonly Item[], start: Expression): readonly (readonly number[])[] {
  // Where nothing has odds the run faults before it draws.
  if (items.some(({ candidates }) => candidates.length === 0)) return [[0]];
  const { model, treatment } = draft;
  const tracks = new Set(model.tracks.map(({ id }) => id));
  const open = items.map(({ id, candidates }) => ({
    section: tracks.has(id) ? ("tracks" as const) : ("variables" as const),
    id,
    values: candidates,
  }));
  refuseTooMany(open);
  const allowed = compileExpression(start, { model, assume: treatment.assume });
  return completions(open, (reading) => allowed(reading) !== 0).map((level) => [...level]);
}
