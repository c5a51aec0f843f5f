/**
 * Scenarios solved by brute force, on the naive walk of the machine: every state is valued by what can follow from it.
 *
 * Runs have a horizon and states are told apart by all their values, so no state comes twice and one recursion values
 * them all. Policies and chance are means, whoever is free takes the most or the least, and where two sides choose at
 * once every square part of their table is tried (Shapley and Snow 1950). Nothing here knows of the solver's graph.
 */
import { initialStates } from "../../src/engine/initial.ts";
import { weighsNothing } from "../../src/engine/policy.ts";
import { hold, type Opening } from "../../src/engine/protocol.ts";
import type { Engine } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import type { NaiveSpace, Node, Target, WayOn } from "./naiveExplorer.ts";

/** By actor whose choices are open: 1 where it seeks the most, -1 where the least. */
export type Roles = ReadonlyMap<string, 1 | -1>;

/**
 * What runs are worth as they begin: what they come to at their end, and what they gain on the way.
 * A run in which the model is at fault comes to nothing.
 */
export function naiveValue(
  engine: Engine,
  space: NaiveSpace,
  roles: Roles,
  worth: (state: State) => number,
  gain: (node: Node, way: WayOn) => number = () => 0,
): number {
  const known = new Map<Node, number>();

  function worthOfTarget(target: Target): number {
    if (!("node" in target)) return 0;
    const { node } = target;
    const value = known.get(node) ?? settle(node);
    known.set(node, value);
    return value;
  }

  const mean = ({ targets, odds }: WayOn): number =>
    targets.reduce((sum, target, index) => sum + (odds[index] ?? Number.NaN) * worthOfTarget(target), 0);
  const meanFrom =
    (node: Node) =>
    (way: WayOn): number =>
      gain(node, way) + mean(way);

  function settle(node: Node): number {
    if (node.kind === "over") return worth(node.state);
    if (node.kind === "fault") return 0;
    const opening = engine.protocol.open(node.state);
    if (opening.kind !== "turn" && opening.kind !== "joint" && opening.kind !== "free") {
      return node.ways.reduce((sum, way) => sum + meanFrom(node)(way), 0);
    }
    return valueOfTable(
      tableOf(allowedTo(node.ways, opening, [...roles.keys()]), roles, meanFrom(node), (way) =>
        shareOf(engine, node.state, opening, way, roles),
      ),
    );
  }

  const starts = initialStates(engine.law).map(({ odds }) => odds);
  return space.starts.reduce((sum, target, index) => sum + (starts[index] ?? Number.NaN) * worthOfTarget(target), 0);
}

/** The ways in which some actors do what is among their options: one who must move holds by its policy alone. */
function allowedTo(ways: readonly WayOn[], opening: Opening, actors: readonly string[]): readonly WayOn[] {
  if (opening.kind !== "turn" && opening.kind !== "joint") return ways;
  const turns = (opening.kind === "turn" ? [opening] : opening.turns).filter(({ actor }) => actors.includes(actor));
  return ways.filter(({ parts }) =>
    turns.every(({ actor, options }) => parts.every(([who, made]) => who !== actor || options.includes(made))),
  );
}

/** The chance that those who follow policies do their part of a way. */
function shareOf(
  { weigher }: Engine,
  state: State,
  opening: Extract<Opening, { kind: "turn" | "joint" | "free" }>,
  { parts }: WayOn,
  roles: Roles,
): number {
  const share = (weights: readonly number[], index: number): number =>
    (weights[index] ?? Number.NaN) / weights.reduce((sum, weight) => sum + weight, 0);
  if (opening.kind === "free") {
    if (roles.size > 0) return 1;
    const [actor, move] = parts[0] ?? ["", ""];
    const index = opening.options.findIndex((one) => one.actor === actor && one.move === move);
    return share(weigher.free(state, opening.options), index);
  }
  const turns = opening.kind === "turn" ? [opening] : opening.turns;
  return turns.reduce((product, turn) => {
    if (roles.has(turn.actor)) return product;
    const made = parts.find(([actor]) => actor === turn.actor)?.[1] ?? "";
    const weights = weigher.turn(state, turn);
    if (weighsNothing(weights)) return product * Number(made === hold);
    return product * share(weights, turn.options.indexOf(made));
  }, 1);
}

/** What comes of the choices of those who seek the most (rows) against those of the others (columns). */
function tableOf(
  ways: readonly WayOn[],
  roles: Roles,
  mean: (way: WayOn) => number,
  share: (way: WayOn) => number,
): readonly (readonly number[])[] {
  const side = ({ parts }: WayOn, sign: 1 | -1): string =>
    JSON.stringify(parts.filter(([actor]) => roles.get(actor) === sign));
  const rows = [...new Set(ways.map((way) => side(way, 1)))];
  const columns = [...new Set(ways.map((way) => side(way, -1)))];
  return rows.map((row) =>
    columns.map((column) =>
      ways
        .filter((way) => side(way, 1) === row && side(way, -1) === column)
        .reduce((sum, way) => sum + share(way) * mean(way), 0),
    ),
  );
}

/** The value of a game in which the one side takes a row and the other a column, at once. */
export function valueOfTable(table: readonly (readonly number[])[]): number {
  const width = table[0]?.length ?? 0;
  const sure = Math.max(...table.map((row) => Math.min(...row)));
  const owed = Math.min(...Array.from({ length: width }, (_, at) => Math.max(...table.map((row) => row[at] ?? 0))));
  if (sure >= owed) return sure;
  for (let size = 2; size <= Math.min(table.length, width); size++) {
    for (const rows of subsets(table.length, size)) {
      for (const columns of subsets(width, size)) {
        const part = rows.map((row) => columns.map((column) => table[row]?.[column] ?? 0));
        const mix = equalising(part);
        const answer = equalising(columns.map((_, at) => part.map((row) => -(row[at] ?? 0))));
        if (mix === null || answer === null) continue;
        const least = Math.min(
          ...Array.from({ length: width }, (_, at) =>
            dot(
              mix,
              rows.map((row) => table[row]?.[at] ?? 0),
            ),
          ),
        );
        const most = Math.max(
          ...table.map((row) =>
            dot(
              answer,
              columns.map((column) => row[column] ?? 0),
            ),
          ),
        );
        if (most - least <= 1e-9) return (most + least) / 2;
      }
    }
  }
  throw new Error("a game has a value");
}

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

function subsets(size: number, taken: number): readonly (readonly number[])[] {
  const all = Array.from({ length: size }, (_, index) => index);
  return Array.from({ length: 2 ** size }, (_, mask) => all.filter((index) => ((mask >> index) & 1) === 1)).filter(
    ({ length }) => length === taken,
  );
}

/** How to mix the rows of a square table so that all its columns come to the same; null where that cannot be. */
function equalising(table: readonly (readonly number[])[]): readonly number[] | null {
  const size = table.length;
  // Unknowns are the shares of the rows and what they come to.
  const rows = Array.from({ length: size }, (_, column) => [...table.map((row) => row[column] ?? 0), -1, 0]);
  rows.push([...table.map(() => 1), 0, 1]);
  for (let column = 0; column <= size; column++) {
    const best = rows
      .map((row, index) => [Math.abs(row[column] ?? 0), index] as const)
      .filter(([, index]) => index >= column)
      .reduce((one, other) => (other[0] > one[0] ? other : one));
    const pivot = rows[best[1]] ?? [];
    if (best[0] < 1e-12) return null;
    rows[best[1]] = rows[column] ?? [];
    rows[column] = pivot.map((value) => value / (pivot[column] ?? 1));
    const line = rows[column] ?? [];
    rows.forEach((row, index) => {
      if (index === column) return;
      const factor = row[column] ?? 0;
      rows[index] = row.map((value, at) => value - factor * (line[at] ?? 0));
    });
  }
  const shares = rows.slice(0, size).map((row) => row[size + 1] ?? 0);
  return shares.every((share) => share >= -1e-9) ? shares : null;
}

/** By actor in document order, what it gains where each takes the first of the choices that are best for itself. */
export function naiveRivals(
  engine: Engine,
  space: NaiveSpace,
  rivals: readonly string[],
  worth: (state: State, actor: string) => number,
): readonly number[] {
  const known = new Map<Node, readonly number[]>();
  const nothing = rivals.map(() => 0);
  const scaled = (values: readonly number[], by: number): readonly number[] => values.map((value) => value * by);
  const added = (one: readonly number[], other: readonly number[]): readonly number[] =>
    one.map((value, index) => value + (other[index] ?? 0));

  function gainsAt(target: Target): readonly number[] {
    if (!("node" in target)) return nothing;
    const values = known.get(target.node) ?? settleNode(target.node);
    known.set(target.node, values);
    return values;
  }

  const gains = ({ targets, odds }: WayOn): readonly number[] =>
    targets.reduce<readonly number[]>(
      (sum, target, index) => added(sum, scaled(gainsAt(target), odds[index] ?? 0)),
      nothing,
    );

  function settleNode(node: Node): readonly number[] {
    if (node.kind === "over") return rivals.map((actor) => worth(node.state, actor));
    if (node.kind === "fault") return nothing;
    const opening = engine.protocol.open(node.state);
    if (opening.kind !== "turn")
      return node.ways.reduce<readonly number[]>((sum, way) => added(sum, gains(way)), nothing);
    const place = rivals.indexOf(opening.actor);
    if (place < 0) {
      const share = (way: WayOn): number => shareOf(engine, node.state, opening, way, new Map());
      return node.ways.reduce<readonly number[]>((sum, way) => added(sum, scaled(gains(way), share(way))), nothing);
    }
    const all = allowedTo(node.ways, opening, rivals).map(gains);
    const best = Math.max(...all.map((values) => values[place] ?? 0));
    return all.find((values) => (values[place] ?? 0) >= best - 1e-9 * Math.max(1e-3, Math.abs(best))) ?? nothing;
  }

  const starts = initialStates(engine.law).map(({ odds }) => odds);
  return space.starts.reduce<readonly number[]>(
    (sum, target, index) => added(sum, scaled(gainsAt(target), starts[index] ?? 0)),
    nothing,
  );
}

/** By tally that counts steps and ends alone: what a way counts, and what a final state does. */
export function naiveTallies(engine: Engine): readonly {
  readonly id: string;
  readonly gain: (node: Node, way: WayOn) => number;
  readonly worth: (state: State) => number;
}[] {
  const { law } = engine;
  const counted = law.model.tallies.filter(({ entries }) =>
    entries.every(({ per }) => per === "step" || per === "end"),
  );
  return counted.map(({ id, entries }) => {
    const per = (wanted: string) =>
      entries
        .filter((entry) => entry.per === wanted)
        .map(({ add, when }) => ({
          add: law.evaluator(add, id),
          when: when === null ? () => 1 : law.evaluator(when, id),
        }));
    const [steps, ends] = [per("step"), per("end")];
    const total = (of: typeof steps, state: Parameters<(typeof steps)[number]["add"]>[0]): number =>
      of.reduce((sum, { add, when }) => (when(state) === 0 ? sum : sum + add(state)), 0);
    return {
      id,
      worth: (state) => total(ends, state),
      gain: ({ state, kind }, { parts, odds }) => {
        if (kind === "incident") {
          // What is averted is no step: of an incident that need not occur, it is the last way.
          const { chance } = engine.protocol.open(state) as Extract<Opening, { kind: "incident" }>;
          const share = chance < 1 ? 1 - (odds.at(-1) ?? Number.NaN) : 1;
          return share * total(steps, { ...state, chosen: new Map() });
        }
        if (kind !== "turn" && kind !== "joint" && kind !== "free") return 0;
        const chosen = new Map(parts.map(([actor, move]) => [actor, move === hold ? null : move]));
        return total(steps, { ...state, chosen });
      },
    };
  });
}
