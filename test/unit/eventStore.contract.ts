/**
 * What every event store has to do, as a suite that each of them runs.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Recorded, verifyChain } from "../../src/log/chain.ts";
import type { AppendResult, EventStore } from "../../src/log/eventStore.ts";
import { held, started } from "./exampleRun.ts";

/** A place in which stores are opened. */
export interface StorePlace {
  /** Opens a store on the place, again and again; those on one place share their streams, where `shared`. */
  open(): EventStore;
  /** Whether several stores can be open on one place. */
  readonly shared: boolean;
  remove(): void;
}

/** The events of an append that is expected to succeed. */
function appendedOf(result: AppendResult): readonly Recorded[] {
  if (!("appended" in result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.appended;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

export function describeEventStore(name: string, newPlace: () => StorePlace): void {
  describe(name, () => {
    let place: StorePlace;
    let store: EventStore;
    beforeEach(() => {
      place = newPlace();
      store = place.open();
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    test("what was appended is read as it was, in order, with a chain that holds", async () => {
      const first = appendedOf(await store.append("run", { expected: 0, events: [started, held(0)] }));
      const second = appendedOf(await store.append("run", { expected: 2, events: [held(1)] }));
      const all = await store.read("run");
      expect(all).toEqual([...first, ...second]);
      expect(all.map(({ event }) => event)).toEqual([started, held(0), held(1)]);
      expect(all.map(({ position }) => position)).toEqual([0, 1, 2]);
      expect(verifyChain(all)).toBeNull();
    });

    test("a range is read from a position up to, not including, another", async () => {
      await store.append("run", { expected: 0, events: [started, held(0), held(1), held(2)] });
      const positions = async (from?: number, to?: number): Promise<number[]> =>
        (await store.read("run", from, to)).map(({ position }) => position);
      expect(await positions(1, 3)).toEqual([1, 2]);
      expect(await positions(2)).toEqual([2, 3]);
      expect(await positions(0, 1)).toEqual([0]);
      expect(await positions(4)).toEqual([]);
      expect(await positions(9, 12)).toEqual([]);
      expect(await store.read("unwritten")).toEqual([]);
    });

    test("a stale expectation is a conflict and changes nothing", async () => {
      await store.append("run", { expected: 0, events: [started] });
      expect(await store.append("run", { expected: 0, events: [held(0)] })).toEqual({
        conflict: { expected: 0, actual: 1 },
      });
      expect(await store.append("run", { expected: 5, events: [held(0)] })).toEqual({
        conflict: { expected: 5, actual: 1 },
      });
      expect(await store.read("run")).toHaveLength(1);
    });

    test("of twenty writers at one position exactly one wins", async () => {
      await store.append("run", { expected: 0, events: [started] });
      const writers = Array.from({ length: 20 }, (_, index) =>
        store.append("run", { expected: 1, events: [held(index)] }),
      );
      const results = await Promise.all(writers);
      expect(results.filter((result) => "appended" in result)).toHaveLength(1);
      expect(results.filter((result) => "conflict" in result)).toHaveLength(19);
      expect(await store.read("run")).toHaveLength(2);
    });

    test("a key that comes again with its command returns the first result, however old", async () => {
      const command = { type: "MakeMove", move: "reassure", branch: null };
      await store.append("run", { expected: 0, events: [started] });
      const request = { expected: 1, events: [held(0), held(1)], key: 'seat "3", 17\n', command };
      const first = await store.append("run", request);
      await store.append("run", { expected: 3, events: [held(2)] });
      const again = await store.append("run", {
        ...request,
        command: { branch: null, move: "reassure", type: "MakeMove" },
      });
      expect(again).toEqual({ appended: appendedOf(first), repeated: true });
      expect(await store.read("run")).toHaveLength(4);
    });

    test("a key that comes again with another command is refused, and so is one without", async () => {
      await store.append("run", { expected: 0, events: [started] });
      await store.append("run", { expected: 1, events: [held(0)], key: "k", command: { move: "a" } });
      const refused = { keyReused: { key: "k", position: 1 } };
      expect(await store.append("run", { expected: 2, events: [held(1)], key: "k", command: { move: "b" } })).toEqual(
        refused,
      );
      expect(await store.append("run", { expected: 2, events: [held(1)], key: "k" })).toEqual(refused);
      expect(await store.read("run")).toHaveLength(2);
    });

    test("a key belongs to its stream", async () => {
      await store.append("one", { expected: 0, events: [started], key: "k" });
      const other = await store.append("other", { expected: 0, events: [started, held(0)], key: "k" });
      expect(appendedOf(other)).toHaveLength(2);
    });

    test("streams are apart, and listed by name", async () => {
      for (const stream of ["zulu", "alpha", "Mike"]) await store.append(stream, { expected: 0, events: [started] });
      expect(await store.streams()).toEqual(["Mike", "alpha", "zulu"]);
      expect(await store.read("alpha")).toHaveLength(1);
    });

    test("a prefix of another stream is copied verbatim, digests and all", async () => {
      const parent = appendedOf(await store.append("parent", { expected: 0, events: [started, held(0), held(1)] }));
      const prefix = parent.slice(0, 2);
      const fork = appendedOf(await store.append("fork", { expected: 0, prefix, events: [held(9)] }));
      expect(fork.slice(0, 2)).toEqual(prefix);
      expect(verifyChain(await store.read("fork"))).toBeNull();
      expect((await store.read("fork", 1)).map(({ event }) => event)).toEqual([held(0), held(9)]);
      await expect(store.append("parent", { expected: 3, prefix, events: [] })).rejects.toThrow(RangeError);
    });

    test("an append of nothing is a mistake of the program, and costs nothing", async () => {
      await expect(store.append("run", { expected: 0, events: [] })).rejects.toThrow(RangeError);
      expect(await store.streams()).toEqual([]);
      expect(appendedOf(await store.append("run", { expected: 0, events: [started] }))).toHaveLength(1);
    });

    test("a listener hears what is there and what comes, each once and in order", async () => {
      await store.append("run", { expected: 0, events: [started, held(0)] });
      const heard: number[] = [];
      const late: number[] = [];
      const stop = store.subscribe("run", 1, ({ position }) => heard.push(position));
      for (let position = 2; position < 30; position++) {
        if (position === 9) store.subscribe("run", 0, (recorded) => late.push(recorded.position));
        await store.append("run", { expected: position, events: [held(position)] });
      }
      await settled();
      stop();
      await store.append("run", { expected: 30, events: [held(30)] });
      await settled();
      expect(heard).toEqual(Array.from({ length: 29 }, (_, index) => index + 1));
      expect(late).toEqual(Array.from({ length: 31 }, (_, index) => index));
    });

    test("a listener of a stream to come hears its first event, and none of another stream", async () => {
      const heard: Recorded[] = [];
      store.subscribe("later", 0, (recorded) => heard.push(recorded));
      await store.append("run", { expected: 0, events: [started] });
      const appended = appendedOf(await store.append("later", { expected: 0, events: [started] }));
      await settled();
      expect(heard).toEqual(appended);
    });

    test("a listener may append to the stream it hears", async () => {
      const heard: number[] = [];
      store.subscribe("run", 0, ({ position }) => {
        heard.push(position);
        if (position < 5) void store.append("run", { expected: position + 1, events: [held(position)] });
      });
      await store.append("run", { expected: 0, events: [started] });
      await settled();
      expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
    });

    test("closing twice is harmless", async () => {
      await store.close();
      await store.close();
    });

    test("another store on the same place sees everything, and one of two writers wins", async ({ skip }) => {
      if (!place.shared) skip("streams in memory belong to their store");
      const other = place.open();
      const heard: number[] = [];
      other.subscribe("run", 0, ({ position }) => heard.push(position));
      await store.append("run", { expected: 0, events: [started] });
      await other.append("run", { expected: 1, events: [held(0)], key: "k" });
      for (let round = 1; round < 25; round++) {
        const pair = [store, other].map((writer) =>
          writer.append("run", { expected: round + 1, events: [held(round)] }),
        );
        const results = await Promise.all(round % 2 === 0 ? pair : pair.reverse());
        expect(results.filter((result) => "appended" in result)).toHaveLength(1);
      }
      expect(await store.append("run", { expected: 99, events: [held(0)], key: "k" })).toMatchObject({
        repeated: true,
      });
      await new Promise((resolve) => setTimeout(resolve, 60));
      await other.close();
      const all = await store.read("run");
      expect(all).toHaveLength(26);
      expect(verifyChain(all)).toBeNull();
      expect(heard).toEqual(all.map(({ position }) => position));
    });

    test("what was appended is there when the place is opened again", async ({ skip }) => {
      if (!place.shared) skip("streams in memory end with their store");
      const appended = appendedOf(await store.append("run", { expected: 0, events: [started, held(0)], key: "k" }));
      await store.close();
      store = place.open();
      expect(await store.read("run")).toEqual(appended);
      expect(await store.append("run", { expected: 0, events: [started], key: "k" })).toMatchObject({ repeated: true });
      expect(appendedOf(await store.append("run", { expected: 2, events: [held(1)] }))[0]?.position).toBe(2);
    });
  });
}
