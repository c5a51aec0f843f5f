/**
 * Cycles in generated graphs, against plain reachability: the components are those of states that reach each other, and
 * the cycle that is shown is a shortest one through the first state that lies on any.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { components, EdgeTable, findCycle } from "../../src/space/cycle.ts";

type Arc = readonly [from: number, to: number];

interface Graph {
  readonly states: number;
  /** By origin, as a search lists them. */
  readonly arcs: readonly Arc[];
}

const graph = fc.integer({ min: 1, max: 9 }).chain((states) => {
  const state = fc.nat({ max: states - 1 });
  return fc
    .array(fc.tuple(state, state), { maxLength: 2 * states })
    .map((arcs): Graph => ({ states, arcs: arcs.toSorted(([one], [other]) => one - other) }));
});

function tableOf(arcs: readonly Arc[]): EdgeTable {
  const table = new EdgeTable();
  for (const [from, to] of arcs) table.add(from, to);
  return table;
}

/** How many arcs lead from each state to each, at least one and as few as can be; Infinity where none do. */
function distances({ states, arcs }: Graph): readonly (readonly number[])[] {
  const all = Array.from({ length: states }, () => new Array<number>(states).fill(Infinity));
  for (const [from, to] of arcs) all[from]?.fill(1, to, to + 1);
  const of = (from: number, to: number): number => all[from]?.[to] ?? Infinity;
  for (let via = 0; via < states; via++) {
    all.forEach((row, from) => {
      row.forEach((known, to) => {
        row[to] = Math.min(known, of(from, via) + of(via, to));
      });
    });
  }
  return all;
}

test("states are of one component where each reaches the other, and no component leads to one of a higher number", () => {
  fc.assert(
    fc.property(graph, ({ states, arcs }) => {
      const { starts, targets } = tableOf(arcs).index(states);
      const found = [...components(starts, targets, states)];
      const steps = distances({ states, arcs });
      const reaches = (from: number, to: number): boolean => from === to || (steps[from]?.[to] ?? Infinity) < Infinity;
      found.forEach((one, from) => {
        found.forEach((other, to) => {
          expect(one === other).toBe(reaches(from, to) && reaches(to, from));
          if (reaches(from, to)) expect(one).toBeGreaterThanOrEqual(other);
        });
      });
      expect(new Set(found)).toEqual(new Set(Array.from({ length: new Set(found).size }, (_, number) => number)));
    }),
    { seed: 1972, numRuns: 400 },
  );
});

test("the cycle shown is a shortest one through the first state that lies on any", () => {
  let cyclic = 0;
  fc.assert(
    fc.property(graph, ({ states, arcs }) => {
      const cycle = findCycle(tableOf(arcs), states);
      const around = distances({ states, arcs }).map((row, state) => row[state] ?? Infinity);
      const first = around.findIndex((steps) => steps < Infinity);
      if (first < 0) {
        expect(cycle).toBeNull();
        return;
      }
      cyclic++;
      const shown = cycle ?? [];
      expect(shown.length - 1).toBe(around[first]);
      expect([shown.at(0), shown.at(-1)]).toEqual([first, first]);
      shown.slice(1).forEach((to, index) => {
        expect(arcs).toContainEqual([shown[index], to]);
      });
    }),
    { seed: 1972, numRuns: 400 },
  );
  expect(cyclic).toBeGreaterThan(50);
});
