/**
 * The pool of threads: what takes too much is ended and said, and nobody else's work is lost or late by it.
 */
import { afterEach, describe, expect, test } from "vitest";
import { type PoolLimits, ThreadPool } from "../../src/server/threadPool.ts";

const pools: ThreadPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function poolOf(limits: Partial<PoolLimits> = {}): ThreadPool {
  const usual = { threads: 2, heap: 64, waiting: 400, idle: 60_000 };
  const pool = new ThreadPool(new URL("../fixtures/trickyThread", import.meta.url), null, { ...usual, ...limits });
  pools.push(pool);
  return pool;
}

const seat = (room: string, who = "s1") => ({ group: `room ${room}`, who });
const short = { seconds: 1, what: "this work", instead: "ask for less" };
const long = { ...short, seconds: 60 };

describe("short work", () => {
  test("that does not end is ended, its asker is told, and its thread is replaced", async () => {
    const pool = poolOf({ threads: 1 });
    const hanging = pool.run(seat("A"), { do: "hang" }, short);
    const after = pool.run(seat("A"), { do: "answer", text: "after" }, short);
    await expect(hanging).rejects.toMatchObject({
      status: 422,
      message: "this work took longer than 1 seconds and was ended",
      hint: "ask for less",
    });
    expect(await after).toBe("after");
  });

  test("that fills the memory is ended with its thread alone", async () => {
    const pool = poolOf({ threads: 2 });
    await expect(pool.run(seat("A"), { do: "fill" }, long)).rejects.toMatchObject({
      status: 422,
      message: "this work took more than 64 MB of memory and was ended",
    });
    expect(await pool.run(seat("A"), { do: "answer", text: "after" }, long)).toBe("after");
  });

  test("whose thread ends is told, and the next is done", async () => {
    const pool = poolOf({ threads: 1 });
    await expect(pool.run(seat("A"), { do: "end" }, long)).rejects.toMatchObject({ status: 503 });
    expect(await pool.run(seat("A"), { do: "answer", text: "after" }, long)).toBe("after");
  });

  test("of one group never has all threads", async () => {
    const pool = poolOf();
    const order: string[] = [];
    const hanging = ["s1", "s2", "s3"].map((who) =>
      pool.run(seat("A", who), { do: "hang" }, short).catch(() => order.push("A")),
    );
    await pool.run(seat("B"), { do: "answer", text: "" }, long).then(() => order.push("B"));
    expect(order).toEqual(["B"]);
    await Promise.all(hanging);
  });

  test("of one seat, however much, does not delay another's", async () => {
    const pool = poolOf({ threads: 1 });
    const order: string[] = [];
    const many = Array.from({ length: 300 }, () =>
      pool.run(seat("A"), { do: "answer", text: "A" }, long).then((text) => order.push(text)),
    );
    const one = pool.run(seat("B"), { do: "answer", text: "B" }, long).then((text) => order.push(text));
    const mate = pool.run(seat("A", "s2"), { do: "answer", text: "a" }, long).then((text) => order.push(text));
    await Promise.all([...many, one, mate]);
    expect(order.indexOf("B")).toBeLessThan(3);
    expect(order.indexOf("a")).toBeLessThan(5);
    expect(order).toHaveLength(302);
  });

  test("beyond what may wait is refused at once, and what waits as the server stops is told so", async () => {
    const pool = poolOf({ threads: 1, waiting: 2 });
    const asked = Array.from({ length: 4 }, () => pool.run(seat("A"), { do: "hang" }, long));
    const settled = Promise.allSettled(asked);
    await expect(asked[3]).rejects.toMatchObject({ status: 429, hint: "wait a moment" });
    await pool.close();
    for (const one of (await settled).slice(0, 3)) {
      expect(one).toMatchObject({ status: "rejected", reason: { status: 503 } });
    }
  });
});
