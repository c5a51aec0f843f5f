/**
 * Tasks on threads: results in the order of the tasks, and an interruption that is heard while they are under way.
 */
import { describe, expect, test } from "vitest";
import { openPool } from "../../src/ensemble/pool.ts";
import { type Crew, doHere, doInThreads } from "../../src/ensemble/threads.ts";
import type { Gated } from "./gatedWorker.ts";

const tasks = Array.from({ length: 9 }, (_, index) => index);
const doubled = tasks.map((task) => 2 * task);

function crewWith(told: Gated): Crew {
  return { worker: new URL("./gatedWorker", import.meta.url), task: "number", workers: 2, told };
}

const shut = (from: number): Gated => ({ gate: new SharedArrayBuffer(4), from });

describe("tasks on threads", () => {
  test("come back in their order, after those that are done", async () => {
    const open = shut(tasks.length);
    expect(await doInThreads(crewWith(open), tasks, [], {})).toEqual(doubled);
    expect(await doInThreads(crewWith(open), tasks, ["kept", "too"], {})).toEqual(["kept", "too", ...doubled.slice(2)]);
  });

  test("an interruption while some are under way brings back what is complete, and waits for nothing", async () => {
    const interruption = new AbortController();
    const seen: number[] = [];
    const results = await doInThreads(crewWith(shut(3)), tasks, [], {
      signal: interruption.signal,
      onProgress(done) {
        seen.push(done);
        // The next task waits for a gate that nobody opens.
        if (done === 3) setImmediate(() => interruption.abort());
      },
    });
    expect(results).toEqual(doubled.slice(0, 3));
    expect(seen).toEqual([1, 2, 3]);
  });

  test("an interruption that came before does nothing at all", async () => {
    expect(await doInThreads(crewWith(shut(0)), tasks, [], { signal: AbortSignal.abort() })).toEqual([]);
    expect(await doInThreads(crewWith(shut(0)), tasks, ["kept"], { signal: AbortSignal.abort() })).toEqual(["kept"]);
  });

  test("nobody listens to the interruption any more once they are done", async () => {
    const interruption = new AbortController();
    const { signal } = interruption;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    expect(await doInThreads(crewWith(shut(tasks.length)), tasks, [], { signal })).toEqual(doubled);
    expect(listeners).toBe(0);
  });

  test("a task whose thread fails is told by its name", async () => {
    const crew = { ...crewWith(shut(0)), told: null };
    await expect(doInThreads(crew, tasks, [], {})).rejects.toThrow(/number 1 of 9 failed twice/);
  });
});

describe("tasks in this thread", () => {
  test("stop between two of them", async () => {
    const interruption = new AbortController();
    const work = (task: number): number => {
      if (task === 2) setImmediate(() => interruption.abort());
      return 2 * task;
    };
    expect(await doHere(tasks, [], work, { signal: interruption.signal })).toEqual(doubled.slice(0, 3));
    expect(await doHere(tasks, [], work, {})).toEqual(doubled);
  });
});

test("an answer that is on its way as the threads are let go disturbs nobody", async () => {
  const stray: unknown[] = [];
  const hear = (error: unknown): void => void stray.push(error);
  process.on("uncaughtException", hear);
  const pool = await openPool(new URL("./gatedWorker", import.meta.url), 2, shut(3));
  expect(await pool.run(1, "one")).toBe(2);
  const answers = [pool.run(1, "one"), pool.run(2, "two")];
  // Keeps this thread, so that the answers are sent and not yet heard.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  await Promise.all([pool.close(), ...answers.map((answer) => expect(answer).rejects.toThrow(/failed twice/))]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off("uncaughtException", hear);
  expect(stray).toEqual([]);
});
