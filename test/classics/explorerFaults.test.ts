/**
 * Faults built into the explorer on purpose, each of which the classics must notice: as they are, all agree.
 */
import { afterEach, expect, test } from "vitest";
import { TransitionTable } from "../../src/check/transitionTable.ts";
import { EdgeTable } from "../../src/space/cycle.ts";
import { Exploration } from "../../src/space/exploration.ts";
import { StateStore } from "../../src/space/stateStore.ts";
import { classicModel, classics, factsOf } from "./facts.ts";

type Method = (this: unknown, ...given: readonly never[]) => unknown;
type Call = (given: readonly unknown[], whole: (given: readonly unknown[]) => unknown, self: object) => unknown;

const repairs: (() => void)[] = [];
afterEach(() => {
  for (const repair of repairs.splice(0)) repair();
});

const isMethod = (value: unknown): value is Method => typeof value === "function";

/** Puts a faulty method in the place of a class's own. */
function spoil(prototype: object, name: string, faulty: Call): void {
  const own: unknown = Reflect.get(prototype, name);
  if (!isMethod(own)) throw new Error(`there is no method ${name}`);
  Reflect.set(prototype, name, function (this: object, ...given: readonly unknown[]) {
    return faulty(given, (changed) => Reflect.apply(own, this, [...changed]), this);
  });
  repairs.push(() => Reflect.set(prototype, name, own));
}

/** Names of the classics of which something else is found than is known. */
function noticedBy(): readonly string[] {
  return Object.entries(classics).flatMap(([name, known]) => {
    try {
      return JSON.stringify(factsOf(classicModel(name))) === JSON.stringify(known) ? [] : [name];
    } catch {
      return [name];
    }
  });
}

const faults: Readonly<Record<string, () => void>> = {
  "the last successor of a state is dropped": () => {
    spoil(Exploration.prototype, "absorb", ([count, from], whole) =>
      whole([from === -1 ? count : Math.max(1, Number(count) - 1), from]),
    );
  },
  "a new state is taken for a known one now and then": () => {
    let admitted = 0;
    spoil(StateStore.prototype, "admit", (given, whole) => (++admitted % 13 === 0 ? -1 : whole(given)));
  },
  "states that hash alike are taken for one": () => {
    spoil(StateStore.prototype, "hash", (given, whole) => Number(whole(given)) & 7);
    spoil(StateStore.prototype, "isSame", () => true);
  },
  "the search stops before its end, and says it is done": () => {
    spoil(Exploration.prototype, "advance", (given, whole, self) => {
      whole([3, ...given.slice(1)]);
      Reflect.defineProperty(self, "complete", { value: true, configurable: true });
      return false;
    });
  },
  "ways are told from a wrong origin": () => {
    spoil(StateStore.prototype, "append", ([words, at, parent], whole) =>
      whole([words, at, Math.min(0, Number(parent))]),
    );
  },
  "the hash table is not refilled when it grows": () => {
    spoil(StateStore.prototype, "rehash", (_, __, self) => Reflect.set(self, "table", new Int32Array(2 ** 15)));
  },
  "edges of cycles are forgotten, so that a liveness property passes": () => {
    spoil(EdgeTable.prototype, "add", () => undefined);
  },
  "flags of ways are overlooked": () => {
    spoil(TransitionTable.prototype, "isFlagged", () => false);
  },
  "ways beyond the first of a state are overlooked": () => {
    spoil(TransitionTable.prototype, "add", (given, whole, self) => {
      const [way] = given;
      const seen = self instanceof TransitionTable ? self : new TransitionTable(0);
      const from: unknown = typeof way === "object" && way !== null ? Reflect.get(way, "from") : -1;
      const last = seen.count === 0 ? -2 : seen.from.values[seen.count - 1];
      if (from === last && from !== -1) return undefined;
      return whole(given);
    });
  },
};

test("as it is, the explorer finds what is known of all classics", () => {
  expect(noticedBy()).toEqual([]);
});

test.for(Object.keys(faults))("%s: noticed", (name) => {
  faults[name]?.();
  expect(noticedBy()).not.toEqual([]);
});
