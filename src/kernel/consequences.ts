/**
 * What follows from a step or from a tick of the clock: rules, then properties, then outcomes.
 *
 * Only what reads something that was written is looked at again: at rest no outcome holds, and every rule's register
 * tells whether its condition holds, which is what it must be compared with after the next step.
 */
import { advance, boundOf, firstPhase, isRunProperty, type RunProperty, signsOf } from "../engine/monitor.ts";
import type { Expression } from "../scenario/expression.ts";
import { Mistake } from "../scenario/mistake.ts";
import {
  and,
  any,
  arithmetic,
  type Code,
  compare,
  constant,
  type Local,
  mayFault,
  no,
  not,
  number,
  read,
  reads,
  sum,
  truth,
  yes,
} from "./code.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { endIf } from "./ending.ts";
import { openPhases, phases, phaseVerdicts } from "./monitorPhase.ts";
import { conditional, type Derived, type MonitorResult } from "./program.ts";
import { assign, assignedBy, meets } from "./step.ts";

/** So many rules may follow from one step: compilers take gigabytes for a function with many more. */
const rulesOfStepMax = 300;

/** So many may be written out in all: every point at which steps are made has its own. */
const rulesMax = 20_000;

interface WatchedRule {
  readonly id: string;
  readonly when: Code;
  readonly reads: ReadonlySet<Local>;
  readonly writes: ReadonlySet<Local>;
  /** Whether the condition held when the run last came to rest. */
  readonly held: Local;
}

interface WatchedProperty {
  readonly property: RunProperty;
  readonly signs: readonly Code[];
  readonly reads: ReadonlySet<Local>;
  readonly phase: Local;
  /** Completed rounds when the clock of `within` began, or null without a bound. */
  readonly began: Local | null;
}

export interface Consequences {
  readonly derived: readonly Derived[];
  readonly verdicts: readonly MonitorResult[];
  /** Whether anything reads what was written. */
  matters(writes: ReadonlySet<Local>, cursor: number): boolean;
  /** Statements after a step or tick that may have written these and left the cursor there. */
  follow(into: Body, writes: ReadonlySet<Local>, cursor: number): void;
  /** Statements at the start of a run. */
  begin(into: Body): void;
}

const signNames = ["after", "until", "p", "q", "r"] as const;

/** When properties are read: where something they read was written, or at every point of rest. */
export type MonitorReading = "where written" | "everywhere";

/** Prepares what follows from steps. */
export function consequencesOf(draft: ProgramDraft, reading: MonitorReading): Consequences {
  const { model } = draft;
  const rules = model.rules.map((rule): WatchedRule => {
    const when = draft.translate(rule.when, `rules.${rule.id}.when`);
    const held = draft.register("truth", 0, 1, 0);
    return { id: rule.id, when: truth(when), reads: reads(when), writes: assignedBy(draft, rule.then), held };
  });
  // Those that wait for the horizon are tested where the clock comes to it.
  const outcomes = model.outcomes.flatMap(({ id, when, atEnd }, index) => {
    if (when === null || atEnd) return [];
    const code = truth(draft.translate(when, `outcomes.${id}.when`));
    return [{ index, when: code, reads: reads(code) }];
  });
  // Stands for the completed rounds, which in free turns change with the move.
  const completed: Local = { id: -1, role: "register", type: "int", low: 0, high: draft.layout.memory.roundMax + 1 };
  const properties = model.properties
    .filter(isRunProperty)
    .map((property) => watchProperty(draft, property, completed));

  /** The rules that a step may trigger, directly or through one another, in document order. */
  function reached(writes: ReadonlySet<Local>): { closure: readonly WatchedRule[]; all: ReadonlySet<Local> } {
    const all = new Set(writes);
    const found = new Set<WatchedRule>();
    for (let grew = true; grew; ) {
      grew = false;
      for (const rule of rules) {
        if (found.has(rule) || !meets(rule.reads, all)) continue;
        found.add(rule);
        for (const local of rule.writes) all.add(local);
        grew = true;
      }
    }
    return { closure: rules.filter((rule) => found.has(rule)), all };
  }

  let written = 0;
  /** @throws Mistake where more rules follow from steps than can be compiled. */
  function refuseTooMany(following: number): void {
    written += following;
    if (following <= rulesOfStepMax && written <= rulesMax) return;
    throw new Mistake(
      following > rulesOfStepMax
        ? `the scenario has too many rules to be compiled: ${following} may follow from one step, but at most ${rulesOfStepMax} can`
        : `the scenario has too many rules to be compiled: over all its incidents and turns more than ${rulesMax} may follow`,
      "single runs can be made (run, play); make one rule of several that do the same",
    );
  }

  const changes = (writes: ReadonlySet<Local>, cursor: number): ReadonlySet<Local> =>
    completes(draft, writes, cursor) ? new Set([...writes, completed]) : writes;

  return {
    derived: rules.map(({ held, when }) => ({ local: held, value: when })),
    verdicts: properties.map(({ property, phase }) => ({
      phase,
      holds: phaseVerdicts(property),
    })),
    matters(writes, cursor) {
      if (reading === "everywhere" && properties.length > 0) return true;
      const { all } = reached(changes(writes, cursor));
      return [...rules, ...properties, ...outcomes].some((watched) => meets(watched.reads, all));
    },
    follow(into, writes, cursor) {
      const { closure, all } = reached(changes(writes, cursor));
      refuseTooMany(closure.length);
      applyRules(draft, into, closure, writes, cursor);
      for (const watched of properties)
        if (reading === "everywhere" || meets(watched.reads, all)) readProperty(draft, into, watched, cursor, false);
      for (const { index, when, reads: read } of outcomes) if (meets(read, all)) endIf(draft, into, when, index);
    },
    begin(into) {
      for (const { held, when } of rules) {
        into.push({ do: "set", local: held, value: when });
        if (mayFault(when)) into.push({ do: "pardon" });
      }
      for (const watched of properties) readProperty(draft, into, watched, 0, true);
      for (const { index, when } of outcomes) endIf(draft, into, when, index);
    },
  };
}

/** Whether the number of completed rounds may differ from when properties were last read. */
function completes(draft: ProgramDraft, writes: ReadonlySet<Local>, cursor: number): boolean {
  return writes.has(draft.round) || isMoved(draft, cursor);
}

/** Whether the present round is completed by its one move, as turns are free. */
function isMoved({ treatment, layout }: ProgramDraft, cursor: number): boolean {
  return treatment.turns === "free" && layout.cursors.includes("turn") && layout.cursors[cursor] === "tick";
}

/**
 * Rules are edge-triggered and tried from the top after each that applied. The common case, that no condition became
 * true, is told from the conditions alone; only otherwise the rules are gone through.
 */
function applyRules(
  draft: ProgramDraft,
  into: Body,
  closure: readonly WatchedRule[],
  writes: ReadonlySet<Local>,
  cursor: number,
): void {
  if (closure.length === 0) return;
  const slow: Body = [];
  goThrough(draft, slow, closure, cursor);
  for (const { held, when } of closure) {
    slow.push({ do: "set", local: held, value: when });
    if (mayFault(when)) slow.push({ do: "pardon" });
  }
  if (closure.some(({ when }) => mayFault(when))) {
    into.push(...slow);
    return;
  }
  const direct = closure.filter((rule) => meets(rule.reads, writes));
  const now = direct.map(({ when }) => draft.keep(into, when));
  const fresh = any(direct.map(({ held }, index) => and(now[index] ?? no, not(read(held)))));
  const rest: Body = direct.map(({ held }, index) => ({ do: "set", local: held, value: now[index] ?? no }));
  into.push(conditional(fresh, slow, rest));
}

function goThrough(draft: ProgramDraft, into: Body, closure: readonly WatchedRule[], cursor: number): void {
  const label = draft.label();
  const applied = closure.map(() => draft.scratch("truth", 0, 1));
  for (const local of applied) into.push({ do: "set", local, value: no });
  const body: Body = [];
  closure.forEach(({ id, when, held }, index) => {
    const mark = applied[index];
    const rule = draft.model.rules.find((candidate) => candidate.id === id);
    if (mark === undefined || rule === undefined) return;
    const then: Body = [{ do: "set", local: mark, value: yes }];
    const path = `rules.${id}.then`;
    const effects = rule.then.map((assignment) => ({ assignment, path: `${path}.${assignment.id}` }));
    assign(draft, then, effects, draft.knowing(rule.when));
    then.push({ do: "note", happening: { kind: "rule", id }, cursor }, { do: "again", label });
    const inner: Body = [];
    const holds = draft.check(inner, when);
    inner.push(conditional(holds, then));
    body.push(conditional(and(not(read(mark)), not(read(held))), inner));
  });
  body.push({ do: "leave", label });
  into.push({ do: "repeat", label, body });
}

function watchProperty(draft: ProgramDraft, property: RunProperty, completed: Local): WatchedProperty {
  const found: Readonly<Record<string, Expression | undefined>> = signsOf(property);
  const signs = signNames.map((name) => {
    const expression = found[name];
    return expression === undefined ? no : truth(draft.translate(expression, `properties.${property.id}`));
  });
  const bounded = boundOf(property) !== null;
  const all = new Set(signs.flatMap((sign) => [...reads(sign)]));
  if (bounded) all.add(completed);
  return {
    property,
    signs,
    reads: all,
    phase: draft.register("int", 0, phases.length - 1, phases.indexOf(firstPhase(property))),
    began: bounded ? draft.register("int", 0, draft.layout.memory.roundMax + 1, 0) : null,
  };
}

const signCount = signNames.length + 1;
const maskCount = 1 << signCount;

/** Lets a monitor read the present state: its next phase stands in a table by phase and signs. */
function readProperty(
  draft: ProgramDraft,
  into: Body,
  watched: WatchedProperty,
  cursor: number,
  isStart: boolean,
): void {
  const { property, phase, began } = watched;
  const completed = arithmetic("+", read(draft.round), constant(isMoved(draft, cursor) ? 1 : 0));
  const bound = boundOf(property);
  const late =
    began === null || bound === null ? no : compare(">", arithmetic("-", completed, read(began)), constant(bound));
  const then: Body = [];
  const signs = [...watched.signs, late].map((sign) => draft.check(then, sign));
  const mask = sum(signs.map((sign, bit) => arithmetic("*", number(sign), constant(1 << bit))));
  const index = draft.keep(then, sum([arithmetic("*", read(phase), constant(maskCount)), mask]));
  const steps = phases.flatMap((from) =>
    Array.from({ length: maskCount }, (_, bits) => advance(property, from, signsFrom(bits), isStart)),
  );
  const table = (values: readonly number[]): Code => ({
    op: "table",
    type: "int",
    low: 0,
    high: Math.max(...values),
    whole: true,
    table: draft.table(values),
    at: index,
  });
  then.push({ do: "set", local: phase, value: table(steps.map((step) => phases.indexOf(step.phase))) });
  if (began !== null) {
    const begins = compare("!=", table(steps.map((step) => Number(step.starts))), constant(0));
    then.push(conditional(begins, [{ do: "set", local: began, value: completed }]));
  }
  into.push(conditional(compare("<", read(phase), constant(openPhases)), then));
}

function signsFrom(bits: number): {
  after: boolean;
  until: boolean;
  p: boolean;
  q: boolean;
  r: boolean;
  late: boolean;
} {
  const is = (bit: number): boolean => ((bits >> bit) & 1) === 1;
  return { after: is(0), until: is(1), p: is(2), q: is(3), r: is(4), late: is(5) };
}
