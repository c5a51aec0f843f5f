/**
 * Parts of decision processes to which runs come back, held against brute force: every way of choosing once and for all
 * is valued by solving its linear equations, and the best of them is what the solver must find and attain.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ComponentSolution,
  type CyclicComponent,
  type InnerChoice,
  solveComponent,
} from "../../src/solve/cyclicComponent.ts";
import { improveBothSides } from "../../src/solve/strategyIteration.ts";

type Kind = "ends" | "rises" | "falls";

interface RawChoice {
  readonly to: readonly number[];
  /** In quarters; what is left of four leaves. */
  readonly quarters: readonly number[];
  readonly end: number;
  readonly reward: number;
}

const rawChoice: fc.Arbitrary<RawChoice> = fc.record({
  to: fc.array(fc.nat(4), { minLength: 2, maxLength: 2 }),
  quarters: fc.constantFrom([4, 0], [2, 2], [1, 3], [3, 0], [1, 1], [0, 0], [2, 0], [4, 0]),
  end: fc.integer({ min: -3, max: 4 }),
  reward: fc.integer({ min: 0, max: 2 }),
});

const partArbitrary = (kind: Kind): fc.Arbitrary<CyclicComponent> =>
  fc.array(fc.array(rawChoice, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }).map((lists) => ({
    states: lists.length,
    choices: lists.flatMap((list, state) =>
      list.map((raw, place) => choiceOf(place === 0 ? goingOn(raw, state) : raw, state, lists.length, kind)),
    ),
  }));

/** The first choice of every state may lead to the next one, so that all states hang together. */
const goingOn = (raw: RawChoice, state: number): RawChoice => ({
  ...raw,
  to: [state + 1, ...raw.to.slice(1)],
  quarters: raw.quarters[0] === 0 ? [1, 0] : raw.quarters,
});

function choiceOf({ to, quarters, end, reward }: RawChoice, state: number, states: number, kind: Kind): InnerChoice {
  const leaving = 1 - quarters.reduce((sum, part) => sum + part, 0) / 4;
  const own = kind === "ends" ? 0 : kind === "rises" ? reward : -reward;
  const ends = kind === "ends" ? end : kind === "rises" ? Math.abs(end) : -Math.abs(end);
  const targets = quarters.flatMap((part, index) => (part > 0 ? [(to[index] ?? 0) % states] : []));
  const odds = quarters.filter((part) => part > 0).map((part) => part / 4);
  return { state, reward: own, leaving, gain: own + leaving * ends, targets, odds };
}

/** What a fixed choice in every state comes to. */
function valueOfChoices(choices: readonly InnerChoice[]): readonly number[] {
  const size = choices.length;
  const reaches = choices.map(({ targets }) => new Set(targets));
  for (let turn = 0; turn < size; turn++) {
    for (const set of reaches) for (const to of [...set]) for (const next of reaches[to] ?? []) set.add(next);
  }
  const leaves = choices.map(
    ({ leaving }, state) => leaving > 0 || [...(reaches[state] ?? [])].some((to) => (choices[to]?.leaving ?? 0) > 0),
  );
  // What never leaves a round of states makes it for ever; what only leads into one still adds what it yields itself.
  const stuck = choices.map((_, state) => {
    const round = [...(reaches[state] ?? [])];
    if (leaves[state] === true || !round.every((one) => reaches[one]?.has(state) === true)) return null;
    const reward = round.map((one) => choices[one]?.reward ?? 0).find((one) => one !== 0) ?? 0;
    return reward === 0 ? 0 : Math.sign(reward) * Number.POSITIVE_INFINITY;
  });
  const values = stuck.map((value, state) => (leaves[state] === true ? null : (value ?? null)));
  // What leads to something infinite with any chance is infinite; the rest has one solution.
  const infinite = choices.map((_, state) => {
    const seen = [state, ...(reaches[state] ?? [])].map((one) => values[one] ?? 0);
    return seen.find((value) => !Number.isFinite(value)) ?? null;
  });
  const known = choices.map((_, state) => infinite[state] ?? values[state] ?? null);
  const open = choices.flatMap((_, state) => (known[state] === null ? [state] : []));
  const rows = open.map((state) => {
    const row = open.map((other) => Number(other === state));
    let right = choices[state]?.gain ?? 0;
    choices[state]?.targets.forEach((to, index) => {
      const chance = choices[state]?.odds[index] ?? 0;
      const at = open.indexOf(to);
      if (at >= 0) row[at] = (row[at] ?? 0) - chance;
      else right += chance * (known[to] ?? 0);
    });
    return [...row, right];
  });
  const solved = gauss(rows);
  return choices.map((_, state) => known[state] ?? solved[open.indexOf(state)] ?? Number.NaN);
}

function gauss(rows: number[][]): readonly number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      for (let index = 0; index <= size; index++) row[index] = (row[index] ?? 0) - factor * (pivot[index] ?? 0);
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

/** Every way of choosing once and for all, by state the number of a choice. */
function* ways({ states, choices }: CyclicComponent, state = 0): Generator<readonly number[]> {
  if (state === states) return yield [];
  for (const rest of ways({ states, choices }, state + 1)) {
    for (const [choice, one] of choices.entries()) if (one.state === state) yield [choice, ...rest];
  }
}

const chosen = ({ choices }: CyclicComponent, way: readonly number[]): readonly InnerChoice[] =>
  way.flatMap((choice) => choices[choice] ?? []);

const bestOf = (part: CyclicComponent): readonly number[] =>
  [...ways(part)]
    .map((way) => valueOfChoices(chosen(part, way)))
    .reduce((best, values) => best.map((value, state) => Math.max(value, values[state] ?? 0)));

const isClose = (value: number, exact: number, error: number): boolean =>
  value === exact || Math.abs(value - exact) <= error + 1e-12 * Math.max(1, Math.abs(exact));

/** What is wrong with a solution. */
function faultsOf(part: CyclicComponent, { values, picks, error }: ComponentSolution, aim: number): readonly string[] {
  const best = bestOf(part);
  const scale = best.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1e-3);
  const reach = part.choices.reduce(
    (most, { gain, reward, leaving }) => Math.max(most, leaving === 0 ? 0 : Math.abs(gain - reward) / leaving),
    scale,
  );
  const played = valueOfChoices(chosen(part, [...picks]));
  return best.flatMap((exact, state) => [
    ...(isClose(values[state] ?? Number.NaN, exact, error * reach)
      ? []
      : [`${state} is worth ${values[state]}, not ${exact}`]),
    ...(isClose(played[state] ?? Number.NaN, exact, aim * scale)
      ? []
      : [`${state} comes to ${played[state]}, not ${exact}`]),
    ...(error <= aim ? [] : [`the error is ${error}`]),
  ]);
}

describe.each<Kind>(["ends", "rises", "falls"])("a part that %s", (kind) => {
  test("is solved by elimination", () => {
    fc.assert(
      fc.property(partArbitrary(kind), (part) => {
        expect(faultsOf(part, solveComponent(part), 1e-12)).toEqual([]);
      }),
      { numRuns: 400, seed: 1960 },
    );
  });

  test("is enclosed from both sides", () => {
    fc.assert(
      fc.property(partArbitrary(kind), (part) => {
        expect(faultsOf(part, solveComponent(part, undefined, 0), 1e-9)).toEqual([]);
      }),
      { numRuns: 400, seed: 2018 },
    );
  });
});

describe("two sides", () => {
  test("come to what neither can better", () => {
    fc.assert(
      fc.property(partArbitrary("rises"), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (part, more) => {
        const without = part.choices.map((one) => ({ ...one, reward: 0, gain: one.gain - one.reward }));
        const game = { states: part.states, choices: without };
        const { values } = improveBothSides(game, more, () => false);
        const seats = Array.from({ length: part.states }, (_, state) => state);
        const waysOf = (side: boolean): (readonly number[])[] => {
          const found = new Map(
            [...ways(game)].map((way) => [seats.map((s) => (more[s] === side ? way[s] : -1)).join(), way]),
          );
          return [...found.values()];
        };
        const sure = waysOf(true).map((mine) =>
          waysOf(false)
            .map((theirs) =>
              valueOfChoices(
                chosen(
                  game,
                  seats.map((s) => (more[s] === true ? (mine[s] ?? 0) : (theirs[s] ?? 0))),
                ),
              ),
            )
            .reduce((least, one) => least.map((value, state) => Math.min(value, one[state] ?? 0))),
        );
        const exact = sure.reduce((most, one) => most.map((value, state) => Math.max(value, one[state] ?? 0)));
        exact.forEach((value, state) => {
          expect(isClose(values[state] ?? Number.NaN, value, 1e-11)).toBe(true);
        });
      }),
      { numRuns: 200, seed: 1966 },
    );
  });
});

describe("brute force reports a solver that", () => {
  const parts = fc.sample(partArbitrary("ends"), { seed: 1957, numRuns: 60 });
  const turned = ({ states, choices }: CyclicComponent): CyclicComponent => ({
    states,
    choices: choices.map((one) => ({ ...one, gain: -one.gain })),
  });
  const mutants: readonly (readonly [string, (part: CyclicComponent) => ComponentSolution])[] = [
    ["drops a way on", (part) => solveComponent({ ...part, choices: part.choices.map(withoutLast) })],
    ["takes the least for the most", (part) => solveComponent(turned(part))],
    [
      "stops too early",
      (part) => {
        const solved = solveComponent(part);
        return { ...solved, values: solved.values.map((value) => value * (1 - 1e-6)) };
      },
    ],
  ];

  test.each(mutants)("%s", (_, mutant) => {
    expect(parts.some((part) => faultsOf(part, mutant(part), 1e-12).length > 0)).toBe(true);
    expect(parts.every((part) => faultsOf(part, solveComponent(part), 1e-12).length === 0)).toBe(true);
  });
});

/** A choice that never leads to the last of its targets. */
const withoutLast = (one: InnerChoice): InnerChoice =>
  one.targets.length < 2 ? one : { ...one, targets: one.targets.slice(0, -1), odds: [1 - one.leaving], gain: one.gain };
