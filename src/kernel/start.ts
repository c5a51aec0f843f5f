/**
 * The beginning of a run as statements: fixed values, and draws among the possible ones.
 *
 * Values are drawn one after the other at their own sites. Where the scenario restricts the combinations, the weights
 * of each draw are the total odds of what can still be completed, tabulated by what was drawn before.
 */
import { startsMax } from "../engine/initial.ts";
import { compileExpression } from "../scenario/evaluate.ts";
import type { Expression } from "../scenario/expression.ts";
import { Mistake } from "../scenario/mistake.ts";
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
  const totals = completions(draft, items, start);
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
    const next = (index: number): Code => arithmetic("+", arithmetic("*", read(node), constant(size)), constant(index));
    const weight = (index: number): Code => ({
      op: "table",
      type: "float",
      low: 0,
      high: values.reduce((most, value) => Math.max(most, value), 0),
      whole: false,
      table,
      at: next(index),
    });
    drawItem(draft, into, item, weight, (index) => [{ do: "set", local: node, value: next(index) }]);
  });
}

/** Total odds of the allowed combinations below each node of the tree of draws, level by level. */
function completions(draft: ProgramDraft, items: readonly Item[], start: Expression): readonly (readonly number[])[] {
  const sizes = items.map(({ candidates }) => candidates.length);
  const combinations = sizes.reduce((product, size) => product * size, 1);
  if (combinations > startsMax) {
    throw new Mistake(`the initial values combine in ${combinations} ways, but at most ${startsMax} can be told apart`);
  }
  const allowed = compileExpression(start, { model: draft.model, assume: draft.treatment.assume });
  const levels = sizes.filter((size) => size > 1).length;
  const totals = Array.from({ length: levels + 1 }, (): number[] => []);
  let width = 1;
  totals[0] = [0];
  sizes
    .filter((size) => size > 1)
    .forEach((size, level) => {
      width *= size;
      totals[level + 1] = Array.from({ length: width }, () => 0);
    });
  for (let index = 0; index < combinations; index++) {
    const { reading, odds, places } = combination(draft, items, index);
    if (allowed(reading) === 0) continue;
    let node = 0;
    add(totals[0], 0, odds);
    places.forEach(({ place, size }, level) => {
      node = node * size + place;
      add(totals[level + 1], node, odds);
    });
  }
  return totals;
}

function add(list: number[] | undefined, index: number, amount: number): void {
  if (list !== undefined) list[index] = (list[index] ?? 0) + amount;
}

/** The combination of an index, the last item changing fastest. */
function combination(draft: ProgramDraft, items: readonly Item[], index: number) {
  const places: { place: number; size: number }[] = [];
  let rest = index;
  for (const { candidates } of [...items].reverse()) {
    const size = Math.max(1, candidates.length);
    places.unshift({ place: rest % size, size });
    rest = Math.floor(rest / size);
  }
  const tracks: Record<string, string> = {};
  const variables: Record<string, number | boolean> = {};
  let odds = 1;
  items.forEach(({ id, candidates }, at) => {
    const candidate = candidates[places[at]?.place ?? 0];
    odds *= candidate?.odds ?? 0;
    const isTrack = draft.model.tracks.some((track) => track.id === id);
    if (isTrack) tracks[id] = String(candidate?.value);
    else variables[id] = typeof candidate?.value === "boolean" ? candidate.value : Number(candidate?.value);
  });
  const reading = { tracks, variables, round: 0, entered: {}, made: {}, outcome: null };
  return { reading, odds, places: places.filter(({ size }) => size > 1) };
}
