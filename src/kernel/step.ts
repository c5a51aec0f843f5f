/**
 * A step of a run as statements: the atomic block of a move, incident or rule, the ways it can turn out, and its
 * tallies.
 *
 * All right-hand sides read the state before the step: a value is set aside first wherever a later one still reads
 * what it replaces. What follows from a step (rules, properties, outcomes) is not decided here.
 */
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Branch, Incident, Move, Variable } from "../scenario/model.ts";
import {
  all,
  and,
  arithmetic,
  asWhole,
  type Code,
  compare,
  constant,
  greatest,
  isWhole,
  type Local,
  least,
  narrow,
  no,
  not,
  number,
  or,
  read,
  reads,
  select,
  sum,
  truth,
  yes,
} from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { conditional, type ProgramEvent, type ProgramOption } from "./program.ts";
import type { Known } from "./translate.ts";

/** An effect and its path in the document. */
interface Effect {
  readonly assignment: Assignment;
  readonly path: string;
}

/** Something that happens, with all that is needed to write its statements. */
export interface ProgramStep {
  readonly kind: "move" | "incident";
  readonly definition: Move | Incident;
  /** What is known where it happens. */
  readonly known: Known;
  /** The point of the protocol that follows it. */
  readonly cursor: number;
  readonly forced: Forced | null;
}

/** Branches that a script forces. */
export interface Forced {
  /** Index of the branch in the present round, or -1. */
  readonly branch: Local;
  /** Where the script says so. */
  readonly entries: readonly { readonly round: number; readonly path: string }[];
}

/** A step whose branch is chosen. */
type BranchingStep = Pick<ProgramStep, "kind" | "definition" | "known" | "forced">;

const deedPath = ({ kind, definition }: BranchingStep): string => `${kind}s.${definition.id}`;

const effectsOf = (then: readonly Assignment[], path: string): readonly Effect[] =>
  then.map((assignment) => ({ assignment, path: `${path}.${assignment.id}` }));

/** Everything that a deed may write. */
export function stepWrites(draft: ProgramDraft, kind: "move" | "incident", definition: Move | Incident): Set<Local> {
  const assignments = [...definition.then, ...definition.branches.flatMap((branch) => branch.then)];
  const writes = assignedBy(draft, assignments);
  for (const counts of ["since", "made"] as const) {
    const counter = draft.counterOf(counts, `${kind}:${definition.id}`);
    if (counter !== null) writes.add(counter);
  }
  return writes;
}

/** The fields that assignments may write. */
export function assignedBy(draft: ProgramDraft, assignments: readonly Assignment[]): Set<Local> {
  const writes = new Set<Local>();
  for (const { target, id } of assignments) {
    writes.add(draft.fieldOf(id));
    const age = target === "track" ? draft.counterOf("since", `track:${id}`) : null;
    if (age !== null) writes.add(age);
  }
  return writes;
}

/** Writes a deed: its branch is chosen, then its block is done as one. */
export function perform(draft: ProgramDraft, into: Body, deed: ProgramStep): void {
  const { definition } = deed;
  const path = deedPath(deed);
  const then = effectsOf(definition.then, `${path}.then`);
  if (definition.branches.length === 0) {
    enact(draft, into, deed, then, null);
    return;
  }
  const odds = branchOdds(draft, into, deed);
  const options = definition.branches.map((branch, index): ProgramOption => {
    const weight = odds[index] ?? constant(0);
    const body: Body = [];
    const effects = [...then, ...effectsOf(branch.then, `${path}.branches.${branch.id}.then`)];
    enact(draft, body, deed, effects, branch);
    return { enabled: compare(">", weight, constant(0)), weight, body };
  });
  const site = deed.kind === "move" ? `branch:${definition.id}` : `branch:incident:${definition.id}`;
  into.push({ do: "choose", actor: null, site: draft.site(site), steady: false, options });
}

/** The odds of a deed's branches: those of the model, or all on the one that a script forces. */
export function branchOdds(draft: ProgramDraft, into: Body, deed: BranchingStep): readonly Code[] {
  const { definition, forced } = deed;
  const path = `${deedPath(deed)}.branches`;
  const odds = definition.branches.map((branch) => {
    const at = `${path}.${branch.id}.odds`;
    return draft.weigh(into, draft.translate(branch.odds, at, deed.known), at);
  });
  if (!odds.some((one) => one.low > 0)) {
    const kept = odds.map((one) => draft.keep(into, one));
    const fault = draft.fault(path, "the odds of all branches are zero");
    const none = all(kept.map((one) => compare("==", one, constant(0))));
    into.push(conditional(none, [{ do: "fault", fault }]));
  }
  if (forced === null) return odds;
  return odds.map((one, index) => {
    const kept = draft.keep(into, one);
    const wanted = compare("==", read(forced.branch), constant(index));
    const lapsed = and(wanted, compare("==", kept, constant(0)));
    for (const { round, path: entry } of forced.entries) {
      const when = and(compare("==", read(draft.round), constant(round)), lapsed);
      const fault = draft.fault(entry, "the branch has no odds");
      into.push(conditional(when, [{ do: "fault", fault }]));
    }
    return select(compare("<", read(forced.branch), constant(0)), kept, number(wanted));
  });
}

function enact(
  draft: ProgramDraft,
  into: Body,
  deed: ProgramStep,
  effects: readonly Effect[],
  branch: Branch | null,
): void {
  const { kind, definition, cursor, known } = deed;
  assign(draft, into, effects, known);
  markMade(draft, into, kind, definition.id);
  const happening: ProgramEvent = { kind, id: definition.id, branch: branch?.id ?? null };
  into.push({ do: "note", happening, cursor });
}

/** Notes that a step was made, for whoever counts it or asks how long ago it was. */
export function markMade(draft: ProgramDraft, into: Body, kind: "move" | "incident", id: string): void {
  const age = draft.counterOf("since", `${kind}:${id}`);
  const made = draft.counterOf("made", `${kind}:${id}`);
  if (age !== null) into.push({ do: "set", local: age, value: constant(0) });
  if (made === null) return;
  const more = arithmetic("+", read(made), constant(1));
  into.push({ do: "set", local: made, value: least(more, constant(made.high)) });
}

/** The block of a rule. */
export function assign(draft: ProgramDraft, into: Body, effects: readonly Effect[], known?: Known): void {
  const plans = effects.map(({ assignment, path }) => ({
    assignment,
    path,
    field: draft.fieldOf(assignment.id),
    value: draft.translate(assignment.value, path, known),
    written: assignedBy(draft, [assignment]),
  }));
  const twice = new Set(plans.map(({ field }) => field)).size < plans.length;
  const later: { plan: (typeof plans)[number]; value: Code }[] = [];
  plans.forEach((plan, index) => {
    const value = settle(draft, into, plan.assignment, draft.check(into, plan.value), plan.path);
    const stillRead = plans.slice(index + 1).some((other) => meets(reads(other.value), plan.written));
    if (stillRead || twice) later.push({ plan, value: draft.keep(into, value) });
    else write(draft, into, plan.assignment, value);
  });
  for (const { plan, value } of later) write(draft, into, plan.assignment, value);
}

/** Whether two sets of locals have one in common. */
export function meets(one: ReadonlySet<Local>, other: ReadonlySet<Local>): boolean {
  for (const local of one) if (other.has(local)) return true;
  return false;
}

/** The value that a track or variable takes, within its range or a fault. */
function settle(draft: ProgramDraft, into: Body, { target, id }: Assignment, value: Code, path: string): Code {
  if (target === "track") return value;
  const variable = draft.model.variables.find((candidate) => candidate.id === id);
  if (variable === undefined) throw new Error(`${path}: no variable ${id}`);
  if (variable.kind === "flag") return number(truth(value));
  const whole = settleWhole(draft, into, number(value), path);
  return settleRange(variable, whole, { draft, into, path });
}

/** A whole number within a variable's range: clamped on a scale, else a fault; without a place for a fault, clamped. */
export function settleRange(
  variable: Variable,
  value: Code,
  fault: { readonly draft: ProgramDraft; readonly into: Body; readonly path: string } | null = null,
): Code {
  const whole = asWhole(value);
  if (variable.kind === "count" && fault !== null) {
    return settleCount(fault.draft, fault.into, whole, variable, fault.path);
  }
  return narrow(least(greatest(whole, constant(variable.low)), constant(variable.high)));
}

/** A value that must be whole, or else the model is at fault. */
export function settleWhole(draft: ProgramDraft, into: Body, value: Code, path: string): Code {
  if (isWhole(value) === yes) return value;
  const kept = draft.keep(into, value);
  const fault = draft.fault(path, "not a whole number");
  into.push(conditional(not(isWhole(kept)), [{ do: "fault", fault }]));
  return asWhole(kept);
}

function settleCount(draft: ProgramDraft, into: Body, value: Code, { low, high }: Variable, path: string): Code {
  const kept = value.low >= low && value.high <= high ? value : draft.keep(into, value);
  const outside = or(compare("<", kept, constant(low)), compare(">", kept, constant(high)));
  if (outside === no) return narrow(kept);
  const fault = draft.fault(path, `outside ${low} to ${high}`);
  into.push(conditional(outside, [{ do: "fault", fault }]));
  if (kept.op === "constant") return constant(low);
  return narrow({ ...kept, low: Math.max(kept.low, low), high: Math.min(kept.high, high) });
}

/** Sets a track or variable; writing a track to its present state is not entering it. */
export function write(
  draft: ProgramDraft,
  into: Body,
  { target, id }: Pick<Assignment, "target" | "id">,
  value: Code,
): void {
  const field = draft.fieldOf(id);
  const age = target === "track" ? draft.counterOf("since", `track:${id}`) : null;
  if (age === null) {
    into.push({ do: "set", local: field, value });
    return;
  }
  const kept = draft.keep(into, value);
  const stays = compare("==", kept, read(field));
  into.push({ do: "set", local: age, value: select(stays, read(age), constant(0)) });
  into.push({ do: "set", local: field, value: kept });
}

/**
 * Adds the tallies that count these occasions, such as `step` and `move:appeal`.
 * @param settle what is known of the occasion, put into an expression that is read there.
 */
export function count(
  draft: ProgramDraft,
  into: Body,
  tallies: readonly Local[],
  occasions: readonly string[],
  settle: (expression: Expression) => Expression = (expression) => expression,
): void {
  draft.model.tallies.forEach((tally, index) => {
    const total = tallies[index];
    if (total === undefined) return;
    tally.entries.forEach((entry, place) => {
      const occasion = typeof entry.per === "string" ? entry.per : `${entry.per.kind}:${entry.per.id}`;
      if (!occasions.includes(occasion)) return;
      const path = `tallies.${tally.id}.${place}`;
      const condition = entry.when === null ? null : settle(entry.when);
      const when = condition === null ? yes : draft.evaluate(into, condition, `${path}.when`);
      if (when === no) return;
      const then: Body = [];
      const known = draft.knowing(condition);
      const add = draft.evaluate(then, settle(entry.add), `${path}.add`, known);
      const more = sum([read(total), number(add)]);
      // Bounds of the register hold of the sum as well, over all occasions of a run.
      then.push({ do: "set", local: total, value: { ...more, type: total.type } });
      if (when === yes) into.push(...then);
      else into.push(conditional(when, then));
    });
  });
}
