/**
 * Reads what a crisis is made of before anybody moves: clock, actors, tracks, variables, assumptions.
 *
 * Everything here is plain declaration; initial values and terms have files of their own.
 */
import { formatDate } from "./calendar.ts";
import type { Actor, Assumption, Clock, DayNumber, Private, Track, Turns, Variable } from "./model.ts";
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
import { readInitial } from "./readInitial.ts";

/** No range of a scale or count reaches further from 0. */
const rangeMax = 2 ** 31;

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
        `there are ${dates.length} dates, one for each round, but \`rounds\` says ${rounds}`,
        `leave \`rounds\` out, or write ${dates.length}`,
      );
    }
    return { clock: { start: first, ...(step ?? oneDay), dates }, rounds: dates.length };
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
  if (step !== null && step.months !== null && rounds === null && stepEntry !== null) {
    reader.complaints.error(
      "step-without-rounds",
      stepEntry.value,
      "rounds of months differ in length, so the clock must say how many there are",
      "add `rounds: 24`",
    );
  }
  return { clock: start === null ? null : { start, ...(step ?? oneDay), dates: null }, rounds };
}

/** Length of a round. */
type Step = Pick<Clock, "step" | "months">;

const oneDay: Step = { step: 1, months: null };

/** Length of a round by unit, for so many of them. */
const stepOf: Readonly<Record<string, (count: number) => Step>> = {
  hour: (count) => ({ step: count / 24, months: null }),
  day: (count) => ({ step: count, months: null }),
  week: (count) => ({ step: count * 7, months: null }),
  month: (count) => ({ step: 0, months: count }),
  year: (count) => ({ step: 0, months: count * 12 }),
};

/** A round is not longer than a century. */
const stepDaysMax = 36_525;

function readStep(reader: Reader, node: Node | null): Step | null {
  if (node?.kind !== "scalar" || isBlank(node)) return null;
  const found = /^(\d+)\s+(hour|day|week|month|year)s?$/.exec(node.text.trim());
  const step = stepOf[found?.[2] ?? ""]?.(Number(found?.[1])) ?? null;
  const days = step === null ? 0 : (step.months ?? 0) * 30.4375 + step.step;
  if (days > 0 && days <= stepDaysMax) return step;
  reader.complaints.error(
    "bad-step",
    node,
    `\`${node.text}\` is no length of a round`,
    "write a whole number of hours, days, weeks, months or years, up to a century: `6 hours`, `1 day`, `2 weeks`, `1 month`",
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

/** Reads who learns of a move, an incident or a branch. */
export function readKnownTo(reader: Reader, step: Node): Private {
  const covert = isTrue(childOf(step, "covert"));
  const known = entryOf(step, "known_to");
  if (covert && known !== null) {
    reader.complaints.error(
      "secret-twice",
      known.key,
      "`covert: true` hides this from everybody, and `known_to` from all but some",
      "keep one of them",
    );
  }
  return covert ? [] : readPrivate(reader, known?.value ?? null);
}

/** Reads who may see something. */
function readPrivate(reader: Reader, node: Node | null): Private {
  return node === null ? null : reader.references(node, "actor", reader.names.actors);
}

/** Reads the tracks. */
export function readTracks(reader: Reader, root: MapNode): readonly Track[] {
  return entriesOf(childOf(root, "tracks")).map(({ key, value }) => {
    const states = reader.names.tracks.get(key.text) ?? [];
    if (states.length === 0 && entryOf(value, "states") !== null) {
      reader.complaints.error(
        "no-states",
        key,
        `the track \`${key.text}\` needs at least one state`,
        "list its states",
      );
    }
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
          ? `the variable \`${key.text}\` does not say what it is`
          : `the variable \`${key.text}\` is ${kinds.join(" and ")} at once`,
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
        `the variable \`${key.text}\` needs an initial value`,
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
  const problem =
    !whole || low >= high
      ? "must be two whole numbers, the smaller first"
      : Math.max(Math.abs(low), Math.abs(high)) > rangeMax
        ? `is too wide: its ends lie from -${rangeMax} to ${rangeMax}`
        : null;
  if (node === null || problem === null) return [low, high];
  reader.complaints.error("bad-range", node, `the range from ${low} to ${high} ${problem}`);
  return [0, 1];
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
        `the assumption \`${key.text}\` needs either a range or a list of values`,
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
    reader.complaints.error("outside-range", node, `\`${id}\` is one of ${values.join(", ")}, not \`${node.text}\``);
    return false;
  }
  if (range !== null && !(typeof value === "number" && value >= range[0] && value <= range[1])) {
    reader.complaints.error(
      "outside-range",
      node,
      `\`${id}\` lies in ${range[0]} to ${range[1]}, which \`${node.text}\` does not`,
    );
    return false;
  }
  return value !== null;
}
