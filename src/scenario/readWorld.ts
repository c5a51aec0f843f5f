/**
 * Reads what a crisis is made of before anybody moves: clock, actors, tracks, variables, assumptions and terms.
 *
 * Initial values are read here in all their forms and become lists of possible values with odds. Terms are read in the
 * order in which they need each other, so that each knows the types of those it names.
 */
import { formatDate } from "./calendar.ts";
import type { Expression } from "./expression.ts";
import { parseExpression } from "./grammar.ts";
import type { Actor, Assumption, DayNumber, InitialValue, Private, Term, Track, Turns, Variable } from "./model.ts";
import {
  childOf,
  entriesOf,
  entryOf,
  isBlank,
  isTrue,
  itemsOf,
  type MapNode,
  type Node,
  type ScalarNode,
  textOf,
} from "./node.ts";
import type { Reader, Time } from "./reader.ts";
import type { Syntax } from "./syntax.ts";

const one: Expression = { op: "number", value: 1 };

/** `any` may stand for this many values. */
const anyMax = 10_000;

/** Reads the clock and the horizon. */
export function readTime(reader: Reader, root: MapNode): Time {
  const clock = childOf(root, "clock");
  const rounds = reader.whole(childOf(clock, "rounds"), "the number of rounds", 1);
  const start = reader.date(childOf(clock, "start"));
  const step = readStep(reader, childOf(clock, "step"));
  const datesNode = childOf(clock, "dates");
  const dates = readDates(reader, datesNode);
  const first = dates[0];
  if (datesNode !== null && first !== undefined) {
    const startNode = childOf(clock, "start");
    if (start !== null && startNode !== null && start !== first) {
      reader.complaints.error(
        "clock-start",
        startNode,
        `the start is ${formatDate(start)}, but the first of the dates is ${formatDate(first)}`,
        "leave `start` out: the first date is the start",
      );
    }
    const roundsNode = childOf(clock, "rounds");
    if (rounds !== null && roundsNode !== null && rounds !== dates.length) {
      reader.complaints.error(
        "clock-rounds",
        roundsNode,
        `there are ${dates.length} dates, one for each round, but rounds says ${rounds}`,
        `leave \`rounds\` out, or write ${dates.length}`,
      );
    }
    return { clock: { start: first, step: step ?? 1, dates }, rounds: dates.length };
  }
  const stepEntry = entryOf(clock, "step");
  if (start === null && stepEntry !== null && childOf(clock, "start") === null) {
    reader.complaints.error(
      "clock-start",
      stepEntry.key,
      "a step needs a start",
      "add `start: 2022-01-22`, the date of round 0",
    );
  }
  return { clock: start === null ? null : { start, step: step ?? 1, dates: null }, rounds };
}

function readStep(reader: Reader, node: Node | null): number | null {
  if (node?.kind !== "scalar" || isBlank(node)) return null;
  const found = /^(\d+)\s+(day|days|week|weeks)$/.exec(node.text.trim());
  const days = Number(found?.[1]) * (found?.[2]?.startsWith("week") === true ? 7 : 1);
  if (found !== null && days >= 1 && days <= 36_525) return days;
  reader.complaints.error(
    "bad-step",
    node,
    `${node.text} is no length of a round`,
    "write `1 day`, `3 days`, `1 week` or `2 weeks`",
  );
  return null;
}

function readDates(reader: Reader, node: Node | null): readonly DayNumber[] {
  const dates: DayNumber[] = [];
  for (const item of itemsOf(node)) {
    const day = reader.date(item);
    if (day === null) continue;
    const last = dates.at(-1);
    if (last !== undefined && day <= last) {
      reader.complaints.error(
        "clock-order",
        item,
        `${formatDate(day)} does not lie after ${formatDate(last)}`,
        "list the dates in order, each once",
      );
    } else dates.push(day);
  }
  return dates;
}

/** Reads whose turn comes when; null where nothing (or nothing valid) is written. */
export function readTurns(node: Node | null): Turns | null {
  const text = textOf(node);
  return text === "in order" || text === "simultaneous" || text === "free" ? text : null;
}

/** Reads the actors. */
export function readActors(reader: Reader, root: MapNode): readonly Actor[] {
  return entriesOf(childOf(root, "actors")).map(({ key, value }) => ({
    id: key.text,
    mustMove: isTrue(childOf(value, "must_move")),
    utility: reader.expression(childOf(value, "utility"), { type: "number" }, "ending"),
  }));
}

/** Reads who may see something. */
function readPrivate(reader: Reader, node: Node | null): Private {
  return node === null ? null : reader.references(node, "actor", reader.names.actors);
}

/** Reads the tracks. */
export function readTracks(reader: Reader, root: MapNode): readonly Track[] {
  return entriesOf(childOf(root, "tracks")).map(({ key, value }) => {
    const states = reader.names.tracks.get(key.text) ?? [];
    const rungs = childOf(value, "states");
    return {
      id: key.text,
      states: states.map((id) => {
        const rung = childOf(childOf(rungs, id), "rung");
        return { id, rung: rung?.kind === "scalar" && typeof rung.value === "number" ? rung.value : null };
      }),
      initial: readInitial(reader, childOf(value, "initial"), { kind: "track", id: key.text, states }),
      private: readPrivate(reader, childOf(value, "private")),
    };
  });
}

/** Reads the variables. */
export function readVariables(reader: Reader, root: MapNode): readonly Variable[] {
  return entriesOf(childOf(root, "variables")).map(({ key, value }) => {
    const kinds = (["scale", "count", "flag"] as const).filter((kind) => entryOf(value, kind) !== null);
    const kind = kinds[0] ?? "scale";
    if (kinds.length !== 1) {
      reader.complaints.error(
        "variable-kind",
        key,
        kinds.length === 0
          ? `the variable ${key.text} does not say what it is`
          : `the variable ${key.text} is ${kinds.join(" and ")} at once`,
        "write one of `scale: [0, 10]` (clamps at its ends), `count: [0, 8]` (may not leave its range) and `flag: false`",
      );
    }
    const [low, high] = kind === "flag" ? [0, 1] : readRange(reader, childOf(value, kind));
    const initialNode = kind === "flag" ? childOf(value, "flag") : childOf(value, "initial");
    const initial = entryOf(value, "initial");
    if (kind === "flag" && initial !== null) {
      reader.complaints.error(
        "flag-initial",
        initial.key,
        "a flag's initial value stands behind `flag`",
        "write `flag: false` alone",
      );
    }
    if (kind !== "flag" && kinds.length === 1 && initial === null) {
      reader.complaints.error(
        "missing-key",
        key,
        `the variable ${key.text} needs an initial value`,
        `add \`initial: ${low}\``,
      );
    }
    return {
      id: key.text,
      kind,
      low,
      high,
      initial: readInitial(reader, initialNode, { kind, id: key.text, low, high }),
      private: readPrivate(reader, childOf(value, "private")),
    };
  });
}

function readRange(reader: Reader, node: Node | null): [number, number] {
  const [low, high] = itemsOf(node).map((item) => (item.kind === "scalar" ? item.value : null));
  if (typeof low !== "number" || typeof high !== "number") return [0, 1];
  const whole = Number.isInteger(low) && Number.isInteger(high);
  if (node !== null && (!whole || low >= high || Math.abs(low) > 2 ** 31 || Math.abs(high) > 2 ** 31)) {
    reader.complaints.error(
      "bad-range",
      node,
      `the range from ${low} to ${high} must be two whole numbers, the smaller first`,
    );
    return [0, 1];
  }
  return [low, high];
}

/** What a track or variable may hold: what its initial values are checked against. */
export type Holder =
  | { readonly kind: "track"; readonly id: string; readonly states: readonly string[] }
  | { readonly kind: "scale" | "count" | "flag"; readonly id: string; readonly low: number; readonly high: number };

/** Reads initial values: one, a list, `any`, or a map from values to odds. */
export function readInitial(reader: Reader, node: Node | null, holder: Holder): readonly InitialValue[] {
  if (node === null || isBlank(node)) return [{ value: someValue(holder), odds: one }];
  if (node.kind === "map") {
    const read = node.entries.map(({ key, value }) => {
      const found = readValue(reader, key, holder);
      return found === null ? null : { value: found, odds: reader.number(value, 1, "assumptions") };
    });
    return orSome(read, holder);
  }
  if (node.kind === "scalar" && node.text === "any") return anyValue(reader, node, holder);
  const seen = new Set<unknown>();
  const read = itemsOf(node).map((item) => {
    const value = item.kind === "scalar" ? readValue(reader, item, holder) : null;
    if (value !== null && seen.has(value)) {
      reader.complaints.error(
        "duplicate-value",
        item,
        `${value} is listed twice`,
        "give odds as a map if one value is likelier: `{ 3: 1, 7: 2 }`",
      );
      return null;
    }
    seen.add(value);
    return value === null ? null : { value, odds: one };
  });
  return orSome(read, holder);
}

function orSome(read: readonly (InitialValue | null)[], holder: Holder): readonly InitialValue[] {
  const values = read.filter((value) => value !== null);
  return values.length > 0 ? values : [{ value: someValue(holder), odds: one }];
}

function someValue(holder: Holder): string | number | boolean {
  if (holder.kind === "track") return holder.states[0] ?? "";
  return holder.kind === "flag" ? false : holder.low;
}

function anyValue(reader: Reader, node: ScalarNode, holder: Holder): readonly InitialValue[] {
  if (holder.kind === "track") return holder.states.map((value) => ({ value, odds: one }));
  if (holder.kind === "flag") return [false, true].map((value) => ({ value, odds: one }));
  const count = holder.high - holder.low + 1;
  if (count > anyMax) {
    reader.complaints.error(
      "too-many-values",
      node,
      `\`any\` would stand for ${count} values, but at most ${anyMax} are tried`,
      "list the values that matter",
    );
    return [{ value: holder.low, odds: one }];
  }
  return Array.from({ length: count }, (_, index) => ({ value: holder.low + index, odds: one }));
}

function readValue(reader: Reader, node: ScalarNode, holder: Holder): string | number | boolean | null {
  if (isBlank(node)) return null;
  if (holder.kind === "track") return reader.reference(node, "track state", holder.states);
  const { value } = node;
  if (holder.kind === "flag") {
    if (typeof value === "boolean") return value;
    reader.complaints.error(
      "wrong-type",
      node,
      `${holder.id} is a flag, so its value is true or false, not ${node.text}`,
    );
    return null;
  }
  if (typeof value !== "number" || !Number.isInteger(value)) {
    reader.complaints.error(
      "wrong-type",
      node,
      `${holder.id} holds whole numbers from ${holder.low} to ${holder.high}, not ${node.text}`,
    );
    return null;
  }
  if (value < holder.low || value > holder.high) {
    reader.complaints.error(
      "outside-range",
      node,
      `${value} lies outside the range of ${holder.id}, ${holder.low} to ${holder.high}`,
    );
    return null;
  }
  return value;
}

/** Reads the assumptions. */
export function readAssumptions(reader: Reader, root: MapNode): readonly Assumption[] {
  return entriesOf(childOf(root, "assumptions")).map(({ key, value }) => {
    const rangeNode = childOf(value, "range");
    const valuesNode = childOf(value, "values");
    if ((rangeNode === null) === (valuesNode === null)) {
      reader.complaints.error(
        "assumption-kind",
        key,
        `the assumption ${key.text} needs either a range or a list of values`,
        "write `range: [0, 0.6]` or `values: [true, false]`",
      );
    }
    const range = readInterval(reader, rangeNode);
    const values = rangeNode !== null || valuesNode === null ? null : readValues(reader, valuesNode);
    const basis = reader.sources(childOf(value, "basis"));
    const found = childOf(value, "default");
    const assumption = {
      id: key.text,
      default: plainOf(found) ?? values?.[0] ?? range?.[0] ?? 0,
      range,
      values,
      basis,
    };
    if (found?.kind === "scalar" && !isBlank(found)) checkAssumed(reader, found, assumption);
    return assumption;
  });
}

function readInterval(reader: Reader, node: Node | null): readonly [number, number] | null {
  const [low, high] = itemsOf(node).map((item) => (item.kind === "scalar" ? item.value : null));
  if (node === null || typeof low !== "number" || typeof high !== "number") return null;
  if (low < high) return [low, high];
  reader.complaints.error(
    "bad-range",
    node,
    `the range from ${low} to ${high} is empty`,
    "write the smaller number first",
  );
  return [low, low];
}

function readValues(reader: Reader, node: Node): readonly (number | boolean)[] {
  const values: (number | boolean)[] = [];
  for (const item of itemsOf(node)) {
    const value = plainOf(item);
    if (value === null) continue;
    if (values.includes(value)) reader.complaints.error("duplicate-value", item, `${value} is listed twice`);
    else if (typeof value !== typeof (values[0] ?? value)) {
      reader.complaints.error("wrong-type", item, "an assumption takes either numbers or true and false, not both");
    } else values.push(value);
  }
  return values;
}

function plainOf(node: Node | null): number | boolean | null {
  return node?.kind === "scalar" && (typeof node.value === "number" || typeof node.value === "boolean")
    ? node.value
    : null;
}

/** Checks a value that an assumption is given, as its default or by a variant; says whether it may take it. */
export function checkAssumed(reader: Reader, node: ScalarNode, assumption: Assumption): boolean {
  const value = plainOf(node);
  const { id, range, values } = assumption;
  if (values !== null && (value === null || !values.includes(value))) {
    reader.complaints.error("outside-range", node, `${id} is one of ${values.join(", ")}, not ${node.text}`);
    return false;
  }
  if (range !== null && !(typeof value === "number" && value >= range[0] && value <= range[1])) {
    reader.complaints.error(
      "outside-range",
      node,
      `${id} lies in ${range[0]} to ${range[1]}, which ${node.text} does not`,
    );
    return false;
  }
  return value !== null;
}

/** Reads the terms, those that others need first, and complains about circles. */
export function readTerms(reader: Reader, root: MapNode): readonly Term[] {
  const entries = entriesOf(childOf(root, "terms"));
  const nodes = new Map<string, ScalarNode>();
  for (const { key, value } of entries) {
    const node = value.kind === "map" ? childOf(value, "value") : value;
    if (node?.kind === "scalar" && !isBlank(node)) nodes.set(key.text, node);
  }
  const needs = new Map([...nodes].map(([id, node]) => [id, [...namesIn(node)].filter((name) => nodes.has(name))]));
  const terms = new Map<string, Term>();
  for (const id of sortByNeed(reader, needs, nodes)) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const { expression, type } = reader.resolve(node, { type: "value" }, "state");
    const found = type === "number" ? "number" : "condition";
    reader.names.terms.set(id, found);
    terms.set(id, { id, type: found, value: expression ?? { op: "truth", value: true } });
  }
  return entries.map(({ key }) => terms.get(key.text)).filter((term) => term !== undefined);
}

/** Every name that an expression mentions. */
function namesIn(node: ScalarNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === "object" && part !== null) {
      const syntax = part as Partial<Syntax>;
      if (syntax.kind === "name" && "name" in syntax && typeof syntax.name === "string") names.add(syntax.name);
      Object.values(part).forEach(visit);
    }
  };
  visit(parseExpression(node.text).syntax);
  return names;
}

/** Depth first: each term after those it needs. A circle is reported once and broken where it closes. */
function sortByNeed(
  reader: Reader,
  needs: ReadonlyMap<string, readonly string[]>,
  nodes: ReadonlyMap<string, ScalarNode>,
): readonly string[] {
  const sorted: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const from = path.indexOf(id);
    const node = nodes.get(id);
    if (from >= 0 && node !== undefined) {
      const circle = [...path.slice(from), id];
      const first = circle.slice(0, -1).reduce((least, name) => (order(name) < order(least) ? name : least));
      const at = nodes.get(first) ?? node;
      const text =
        circle.length === 2
          ? `the term ${id} is defined by itself`
          : `these terms are defined by each other in a circle: ${circle.join(" -> ")}`;
      reader.complaints.error("circular-term", at, text, "define one of them without the others");
      return;
    }
    if (done.has(id)) return;
    for (const need of needs.get(id) ?? []) visit(need, [...path, id]);
    if (!done.has(id)) sorted.push(id);
    done.add(id);
  };
  const ids = [...needs.keys()];
  const order = (id: string) => ids.indexOf(id);
  for (const id of ids) visit(id, []);
  return sorted;
}
