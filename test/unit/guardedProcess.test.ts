/**
 * A child process is ended at its limits, its end is told as what it was, and it ends with whoever started it.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Ending, GuardedProcess, type ProcessLimits } from "../../src/studio/guardedProcess.ts";
import { memoryCeiling } from "../../src/studio/memoryCeiling.ts";
import { patience } from "../patience.ts";

const file = new URL("../fixtures/trickyProcess", import.meta.url);

/** Starts a child; how it ended. */
function started(limits: Partial<ProcessLimits> = {}): {
  readonly child: GuardedProcess;
  readonly end: Promise<Ending>;
} {
  let tell: (ending: Ending) => void = () => {};
  const end = new Promise<Ending>((resolve) => {
    tell = resolve;
  });
  const child = new GuardedProcess(file, { memory: 300, time: null, ...limits }, { heard: () => {}, ended: tell });
  return { child, end };
}

/** Whether a process runs; one that is dead and only not yet buried does not. */
function runs(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  if (existsSync("/proc/self/stat")) return existsSync(path) && !/\) Z /.test(readFileSync(path, "utf8"));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a child process", () => {
  test("whose typed arrays grow is ended at the limit, and the next one runs", async () => {
    const { child, end } = started();
    child.send({ do: "grow" });
    const ending = await end;
    expect(ending).toMatchObject({ kind: "memory" });
    expect(ending.kind === "memory" ? ending.used : 0).toBeGreaterThan(300);
    const next = started();
    next.child.send({ do: "finish" });
    expect(await next.end).toEqual({ kind: "finished" });
  });

  test("that takes too long is ended", async () => {
    const { child, end } = started({ time: 1000 });
    child.send({ do: "hang" });
    expect(await end).toEqual({ kind: "time" });
  });

  test("that is killed, fails or is stopped is told apart", async () => {
    const killed = started();
    process.kill(killed.child.pid ?? 0, "SIGKILL");
    expect(await killed.end).toEqual({ kind: "killed", signal: "SIGKILL" });
    const failed = started();
    failed.child.send({ do: "fail" });
    expect(await failed.end).toEqual({ kind: "crashed", code: 7 });
    const stopped = started();
    stopped.child.send({ do: "hang" });
    await stopped.child.stop();
    expect(await stopped.end).toEqual({ kind: "stopped" });
    expect(runs(stopped.child.pid ?? 0)).toBe(false);
  });

  test("that is busy ends when its parent is killed", async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL("../fixtures/dyingParent.ts", import.meta.url))]);
    const child = await new Promise<number>((resolve) =>
      parent.stdout.once("data", (data: Buffer) => resolve(Number(data.toString()))),
    );
    expect(runs(child)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => runs(child), { timeout: patience }).toBe(false);
  });
});

describe("the ceiling", () => {
  test("is a share of what is free, and refuses where that is too little", () => {
    expect(memoryCeiling(3, 8000)).toBe(2000);
    expect(() => memoryCeiling(3, 400)).toThrow("only 400 MB of this machine's memory are free");
    expect(memoryCeiling(1)).toBeGreaterThan(0);
  });
});
