/**
 * Properties decided on a naively walked state space, straight from what they say.
 *
 * `judge` reads a whole run with quantifiers over its points of rest. `Reader` remembers of a run so far only what the
 * rest of it can need, so that states with memories make a finite graph; it is written apart from the engine's monitor,
 * and both are held against `judge`.
 */

import { Faulted } from "../../src/engine/faulted.ts";
import type { Law } from "../../src/engine/law.ts";
import { completedRounds, type RunProperty, signsOf } from "../../src/engine/monitor.ts";
import type { State } from "../../src/engine/state.ts";
import type { NaiveSpace, Node, Target, WayOn } from "./naiveExplorer.ts";

/** What a property sees at a point of rest. */
export interface Letter {
  readonly after: boolean;
  readonly until: boolean;
  readonly p: boolean;
  readonly q: boolean;
  readonly r: boolean;
  /** Completed rounds. */
  readonly clock: number;
}

/** Whether a property holds of a whole run that ends after these points of rest. */
export function judge(property: RunProperty, word: readonly Letter[]): boolean {
  const opens = property.after === null ? 0 : word.findIndex(({ after }) => after);
  if (opens < 0) return property.kind !== "eventually";
  const closes = property.until === null ? -1 : word.findIndex(({ until }, at) => at >= opens && until);
  const scope = word.slice(opens, closes < 0 ? undefined : closes);
  const soon = (from: number, to: number, bound: number | null): boolean =>
    bound === null || (scope[to]?.clock ?? 0) - (scope[from]?.clock ?? 0) <= bound;
  switch (property.kind) {
    case "never":
      return !scope.some(({ p }) => p);
    case "always":
      return scope.every(({ p }) => p);
    case "eventually":
      return scope.some(({ p }, at) => p && soon(0, at, property.within));
    case "first":
      return scope.every(({ q }, at) => !q || scope.slice(0, at).some(({ p }) => p));
    case "whenever":
      return scope.every(
        ({ p }, at) => !p || scope.some(({ q }, to) => q && to >= at && soon(at, to, property.within)),
      );
    case "between":
      return scope.every(({ p, q }, at) => {
        if (!p || q) return true;
        const end = scope.findIndex((letter, to) => to >= at && letter.q);
        return !scope.slice(at, end < 0 ? undefined : end).some(({ r }) => r);
      });
  }
}

/** What is remembered of a run so far. */
export interface Reading {
  readonly verdict: boolean | null;
  readonly open: boolean;
  /** P came (`first`), is answered for (`whenever`) or began (`between`). */
  readonly owed: boolean;
  /** Rounds completed since the clock of `within` began; -1 where none runs. */
  readonly age: number;
  /** Whether anything was read. */
  readonly begun: boolean;
}

export const unread: Reading = { verdict: null, open: false, owed: false, age: -1, begun: false };

/** Reads one more point of rest, so many rounds after the last. */
export function readOn(property: RunProperty, reading: Reading, letter: Letter, rounds: number): Reading {
  if (reading.verdict !== null) return reading;
  const before = reading.age < 0 ? reading : { ...reading, age: reading.age + rounds };
  const opensNow = !before.open && (property.after === null ? !before.begun : letter.after);
  const at: Reading = { ...before, open: before.open || opensNow, begun: true };
  if (!at.open) return at;
  if (property.until !== null && letter.until) return { ...at, verdict: atEnd(property, at) };
  const decided = (verdict: boolean): Reading => ({ ...at, verdict });
  const { p, q, r } = letter;
  switch (property.kind) {
    case "never":
      return p ? decided(false) : at;
    case "always":
      return p ? at : decided(false);
    case "eventually": {
      const age = property.within === null ? -1 : opensNow ? 0 : at.age;
      if (property.within !== null && age > property.within) return decided(false);
      return p ? decided(true) : { ...at, age };
    }
    case "first":
      if (q) return decided(false);
      return p ? decided(true) : at;
    case "whenever": {
      if (at.owed && property.within !== null && at.age > property.within) return decided(false);
      if (q) return { ...at, owed: false, age: -1 };
      if (at.owed || !p) return at;
      return { ...at, owed: true, age: property.within === null ? -1 : 0 };
    }
    case "between": {
      if (q) return { ...at, owed: false };
      const owed = at.owed || p;
      return owed && r ? decided(false) : { ...at, owed };
    }
  }
}

/** What the property comes to where the run ends, or its scope closes. */
export function atEnd(property: RunProperty, reading: Reading): boolean {
  if (reading.verdict !== null) return reading.verdict;
  if (property.kind === "eventually") return false;
  return !(property.kind === "whenever" && reading.open && reading.owed);
}

/** Whether a run that goes on for ever without deciding anything further fails the property in this reading. */
const owesForEver = (property: RunProperty, reading: Reading): boolean =>
  property.kind === "eventually" || (property.kind === "whenever" && reading.owed);

/** What came of a property on a naive state space. */
export interface NaiveAnswer {
  readonly holds: boolean;
  /** Number of ways on a shortest finite run that fails it; null where there is none. */
  readonly steps: number | null;
}

/** Decides a run-level property. */
export function decideNaively(law: Law, space: NaiveSpace, property: RunProperty): NaiveAnswer {
  const conditions = Object.entries(signsOf(property)).map(
    ([sign, expression]) => [sign, law.evaluator(expression, `properties.${property.id}`)] as const,
  );
  const letterOf = (state: State): Letter => {
    const letter = { after: false, until: false, p: false, q: false, r: false };
    for (const [sign, holds] of conditions) letter[sign as keyof typeof letter] = holds(state) !== 0;
    return { ...letter, clock: completedRounds(law, state) };
  };
  interface Place {
    readonly node: Node;
    readonly reading: Reading;
    /** Number of counted states passed on the way. */
    readonly distance: number;
    readonly next: string[];
  }
  const places = new Map<string, Place>();
  let failed: number | null = null;
  let faults = false;
  const queue: string[] = [];
  const fail = (distance: number): void => {
    failed = failed === null ? distance : Math.min(failed, distance);
  };

  /** Reads a point of rest; null where the property cannot be evaluated there. */
  const read = (reading: Reading, from: State | null, to: State): Reading | null => {
    try {
      if (reading.verdict !== null) return reading;
      const letter = letterOf(to);
      return readOn(property, reading, letter, from === null ? 0 : letter.clock - completedRounds(law, from));
    } catch (error) {
      if (!(error instanceof Faulted)) throw error;
      faults = true;
      return null;
    }
  };

  const arrive = (from: Node | null, reading: Reading, target: Target, distance: number): string | null => {
    if ("fault" in target) {
      if (target.rest !== null && read(reading, from?.state ?? null, target.rest)?.verdict === false) fail(distance);
      return null;
    }
    const { node } = target;
    // Averting an incident is no step, but what is read again changes nothing.
    const after = read(reading, from?.state ?? null, node.state);
    if (after === null) return null;
    if (after.verdict === false) fail(distance);
    if (after.verdict !== null) return null;
    if (node.kind === "over") {
      if (!atEnd(property, after)) fail(distance);
      return null;
    }
    const key = `${node.key} ${JSON.stringify(after)}`;
    const known = places.get(key);
    if (known === undefined || known.distance > distance) {
      places.set(key, { node, reading: after, distance, next: [] });
      queue.push(key);
    }
    return key;
  };

  for (const start of space.starts) arrive(null, unread, start, 0);
  // Ways from nodes at which nobody chooses cost nothing: those come first.
  while (queue.length > 0) {
    queue.sort((one, other) => (places.get(one)?.distance ?? 0) - (places.get(other)?.distance ?? 0));
    const place = places.get(queue.shift() ?? "");
    if (place === undefined) continue;
    const { node, reading, distance, next } = place;
    for (const { targets } of node.ways) {
      for (const target of targets) {
        const key = arrive(node, reading, target, distance + (node.counts ? 1 : 0));
        if (key !== null) next.push(key);
      }
    }
  }
  const owing = [...places].filter(([, { reading }]) => owesForEver(property, reading)).map(([key]) => key);
  const cycle = hasCycle(owing, (key) => places.get(key)?.next ?? []);
  return { holds: failed === null && !cycle && !faults, steps: failed };
}

/** Whether a graph has a cycle: takes away, again and again, what leads nowhere. */
export function hasCycle<T>(keys: readonly T[], nextOf: (key: T) => readonly T[]): boolean {
  let left = new Set(keys);
  for (;;) {
    const rest = new Set([...left].filter((key) => nextOf(key).some((next) => left.has(next))));
    if (rest.size === left.size) return rest.size > 0;
    left = rest;
  }
}

/** Nodes from which something good happens, found by adding what must be added until nothing is. */
function fixpoint(nodes: readonly Node[], isGood: (node: Node, good: ReadonlySet<Node>) => boolean): ReadonlySet<Node> {
  const good = new Set<Node>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const node of nodes) {
      if (good.has(node) || !isGood(node, good)) continue;
      good.add(node);
      grew = true;
    }
  }
  return good;
}

type Holds = (state: State) => boolean;

const cameBeforeFault = (target: Target, holds: Holds): boolean =>
  "fault" in target && target.rest !== null && holds(target.rest);

/** Whether from every point of rest with one condition some run leads to the other. */
export function reachesNaively({ nodes, starts }: NaiveSpace, from: Holds, to: Holds): boolean {
  const all = [...nodes.values()];
  const good = fixpoint(all, (node, found) => {
    if (holdsAt(node, to)) return true;
    return node.ways.some(({ targets }) =>
      targets.some((target) => ("node" in target ? found.has(target.node) : cameBeforeFault(target, to))),
    );
  });
  const ends: Target[] = [...starts, ...all.flatMap(({ ways }) => ways.flatMap(({ targets }) => targets))];
  return (
    all.every((node) => good.has(node) || !holdsAt(node, from)) &&
    ends.every((target) => "node" in target || target.rest === null || !from(target.rest) || to(target.rest))
  );
}

const holdsAt = ({ state }: Node, holds: Holds): boolean => holds(state);

/** Whether a coalition can force a condition, whatever the others and chance do. */
export function forcesNaively(space: NaiveSpace, holds: Holds, coalition: ReadonlySet<string>): boolean {
  const wins = (target: Target, good: ReadonlySet<Node>): boolean =>
    "node" in target ? good.has(target.node) : cameBeforeFault(target, holds);
  const good = fixpoint([...space.nodes.values()], (node, found) => {
    if (holdsAt(node, holds)) return true;
    if (node.ways.length === 0) return false;
    return forced(node, coalition, ({ targets }) => targets.every((target) => wins(target, found)));
  });
  return space.starts.every((start) => wins(start, good));
}

/** Whether the coalition's part of a choice can be made so that every way it leaves open is good. */
function forced(node: Node, coalition: ReadonlySet<string>, isGood: (way: WayOn) => boolean): boolean {
  const ownPart = ({ parts }: WayOn): string =>
    parts
      .filter(([actor]) => coalition.has(actor))
      .map(([actor, move]) => `${actor} ${move}`)
      .join();
  // In free turns nobody knows beforehand who will move: whoever does must not spoil it.
  const turns = node.kind === "free" ? [...new Set(node.ways.map(({ parts }) => parts[0]?.[0] ?? ""))] : [null];
  return turns.every((turn) => {
    const ways = node.ways.filter(({ parts }) => turn === null || parts[0]?.[0] === turn);
    const offers = [...new Set(ways.map(ownPart))];
    return offers.some((offer) => ways.filter((way) => ownPart(way) === offer).every(isGood));
  });
}
