/**
 * The store of states against a plain list: it numbers states in the order in which they come, tells every known one from
 * a new one, and stops where its limits say so.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Packing } from "../../src/space/packing.ts";
import { StateStore } from "../../src/space/stateStore.ts";

/** A packing of so many words, of which a store asks only the sizes. */
const packingOf = (words: number, ranks: number): Packing => ({
  digits: [],
  words,
  ranks,
  pack: () => new Int32Array(words),
  unpack: () => [],
});

const enough = { statesMax: 2 ** 30, bytesMax: 2 ** 30 };

/** States of some words, of few values, so that many come again. */
const states = (width: number, max: number) =>
  fc.array(fc.array(fc.nat({ max }), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 60 });

/** All words of the states, after some that belong to no state. */
const lead = [7, 7];
const laid = (list: readonly (readonly number[])[]): Int32Array => Int32Array.from([...lead, ...list.flat()]);

/** What a list would say: the number of each state that comes, and whether it is new. */
function numbered(
  list: readonly (readonly number[])[],
): readonly { readonly number: number; readonly fresh: boolean }[] {
  const known: string[] = [];
  return list.map((state) => {
    const found = known.indexOf(state.join());
    return found < 0 ? { number: known.push(state.join()) - 1, fresh: true } : { number: found, fresh: false };
  });
}

function heldBy(store: StateStore): readonly (readonly number[])[] {
  const { count, width, words } = store;
  return Array.from({ length: count }, (_, state) => [...words.subarray(state * width, (state + 1) * width)]);
}

describe.each([
  ["of one word", 1, 6],
  ["of one word with large values", 1, 2 ** 29],
  ["of two words", 2, 4],
  ["of three words", 3, 2],
])("states %s", (_, width, max) => {
  test("get the number of their first coming, and are kept as they came", () => {
    fc.assert(
      fc.property(states(width, max), (list) => {
        const store = new StateStore(packingOf(width, 2 ** 31), true, enough);
        const from = laid(list);
        const told = list.map((__, index) => store.admit(from, lead.length + index * width, index - 1));
        const expected = numbered(list);
        expect(told).toEqual(expected.map(({ number }) => number));
        expect(heldBy(store)).toEqual(list.filter((__, index) => expected[index]?.fresh));
        const parents = expected.flatMap(({ fresh }, index) => (fresh ? [index - 1] : []));
        expect([...store.parent.subarray(0, store.count)]).toEqual(parents);
      }),
      { seed: 88, numRuns: 150 },
    );
  });
});

test("a bitmap tells new states from known ones, and gives new ones the numbers of a list", () => {
  fc.assert(
    fc.property(states(1, 70), (list) => {
      const store = new StateStore(packingOf(1, 71), false, enough);
      const from = laid(list);
      const told = list.map((_, index) => store.admit(from, lead.length + index, -1));
      const expected = numbered(list);
      expect(told).toEqual(expected.map(({ number, fresh }) => (fresh ? number : -1)));
      expect(heldBy(store)).toEqual(list.filter((_, index) => expected[index]?.fresh));
    }),
    { seed: 88, numRuns: 150 },
  );
});

describe.each([
  ["with a bitmap", false],
  ["with a table", true],
])("a store %s", (_, indexed) => {
  const admitAll = (store: StateStore, many: number): void => {
    for (let state = 0; state < many; state++) store.admit(Int32Array.of(state), 0, state - 1);
  };
  const stored = (limits: Partial<typeof enough>) =>
    new StateStore(packingOf(1, 100_000), indexed, { ...enough, ...limits });

  test("keeps every state of very many", () => {
    const store = stored({});
    admitAll(store, 40_000);
    admitAll(store, 40_000);
    expect([store.count, store.limit]).toEqual([40_000, null]);
    expect(heldBy(store).every(([word], state) => word === state)).toBe(true);
  });

  test("takes as many states as it may, and says that it stopped for their number", () => {
    const store = stored({ statesMax: 5000 });
    admitAll(store, 5000);
    expect([store.count, store.limit]).toEqual([5000, null]);
    admitAll(store, 5001);
    expect([store.count, store.limit]).toEqual([5000, "states"]);
    expect(store.admit(Int32Array.of(6000), 0, -1)).toBe(-1);
    expect(store.count).toBe(5000);
  });

  test("never holds more bytes than it may, and says that it stopped for them", () => {
    const bytesMax = stored({}).bytes + 40_000;
    const store = stored({ bytesMax });
    admitAll(store, 100_000);
    expect(store.limit).toBe("memory");
    expect(store.count).toBeGreaterThan(1024);
    expect(store.bytes).toBeLessThanOrEqual(bytesMax);
  });

  test("counts in what others hold for the search", () => {
    const { bytes } = stored({});
    const store = stored({ bytesMax: 2 * bytes });
    store.weigh(bytes);
    expect(store.limit).toBeNull();
    expect(store.admit(Int32Array.of(0), 0, -1)).toBe(0);
    store.weigh(bytes + 1);
    expect(store.limit).toBe("memory");
    expect(store.admit(Int32Array.of(1), 0, -1)).toBe(-1);
    expect(store.count).toBe(1);
  });
});
