/**
 * Work that somebody makes large stops nobody else: documents that take long to read, runs without an end, many trials,
 * analyses that take too much.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { LibraryEntry } from "../../src/server/library.ts";
import type { Task } from "../../src/studio/task.ts";
import { TaskRunner, type TaskRunnerLimits, type TaskStatus } from "../../src/studio/taskRunner.ts";
import { Classroom, type Cookies, type Socket } from "./classroom.ts";

const bridge = `
demarche: 1
id: bridge
title: Bridge
clock: { start: 2022-01-01, step: 1 day, rounds: 3 }
turns: simultaneous
actors:
  east: { name: East }
  west: { name: West }
tracks:
  bridge: { initial: open, states: { open: { rung: 0 }, shut: { rung: 4 } } }
moves:
  shut: { by: west, when: bridge is open, then: { bridge: shut } }
  wait: { by: east }
outcomes:
  shut: { when: bridge is shut }
  kept: { otherwise: true }
`;

/** A document of a megabyte and a half, which takes seconds to read. */
const heavy = `
demarche: 2
id: heavy
title: Heavy
clock: { start: 2022-01-01, rounds: 3 }
actors: { west: {} }
variables:
  x: { count: [0, 9], initial: 1 }
moves:
${Array.from({ length: 1900 }, (_, one) => `  m${one}: { by: west, when: ${longCondition(one)}, then: { x: 2 } }`).join("\n")}
outcomes: { war: { when: x is 2 }, peace: { otherwise: true } }
`;

function longCondition(one: number): string {
  return Array.from({ length: 45 }, (_, part) => `x + ${part} < ${one + part + 3}`).join(" and ");
}

/** A run of it goes on for a million rounds. */
const endless = `
demarche: 1
id: endless
title: Endless
actors: { west: {} }
variables: { noise: { count: [0, 9], initial: 0 } }
moves:
  up: { by: west, when: noise < 9, then: { noise: noise + 1 } }
  down: { by: west, when: noise > 0, then: { noise: noise - 1 } }
outcomes: { over: { otherwise: true } }
`;

const classrooms: Classroom[] = [];
afterEach(async () => {
  for (const classroom of classrooms.splice(0)) await classroom.remove();
});

/** A server whose short work may take a part of its usual seconds. */
async function started(scenarios: Readonly<Record<string, string>> = { bridge }, part = 1): Promise<Classroom> {
  const classroom = new Classroom(scenarios);
  classroom.library = [];
  classroom.shortLimits = { part };
  classrooms.push(classroom);
  await classroom.start();
  return classroom;
}

/** A class of one person for the west, and the teacher's socket. */
async function room(classroom: Classroom): Promise<{ code: string; teacher: Socket; west: Cookies }> {
  const code = await classroom.open({ scenario: "bridge", people: ["west"] });
  const west = await classroom.join(code, "Wim");
  const teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "Admit", seat: "s1", role: "west" });
  return { code, teacher, west };
}

/** The same, in the debrief of a run in which the bridge was shut. */
async function debriefed(classroom: Classroom): Promise<{ code: string; west: Cookies }> {
  const { code, teacher, west } = await room(classroom);
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
  const socket = await classroom.connect(code, west);
  await socket.until(() => socket.screen.turn !== undefined);
  await socket.ask({ type: "Seal", move: "shut", turn: socket.screen.turn?.turn ?? 0 });
  await socket.until(() => socket.screen.room?.phase === "ended");
  await teacher.ask({ type: "GoOn" });
  return { code, west };
}

describe("a document that takes too long to read", () => {
  test("is given up in time with a sentence, and a room goes on meanwhile", async () => {
    const classroom = await started({ bridge }, 1 / 20);
    const { teacher } = await room(classroom);
    const order: string[] = [];
    const read = classroom
      .ask(classroom.teacher, "POST", "/api/studio/read", { id: "heavy", text: heavy })
      .finally(() => order.push("read"));
    for (const text of ["one", "two", "three"]) {
      expect(await teacher.ask({ type: "Broadcast", text })).toBeNull();
      order.push(text);
    }
    const { status, value } = await read;
    expect(order).toEqual(["one", "two", "three", "read"]);
    expect(status).toBe(422);
    expect(value.error).toBe("reading this document took longer than 0.25 seconds and was ended");
    expect(value.hint).toContain("make it smaller");
  });

  test("is listed in the library with the reason, opens no room, and can be opened to be mended", async () => {
    const classroom = await started({ bridge, heavy }, 1 / 20);
    const { value } = await classroom.ask(classroom.teacher, "GET", "/api/rooms");
    const listed = value.scenarios as readonly LibraryEntry[];
    expect(listed.find(({ id }) => id === "bridge")).toMatchObject({ title: "Bridge", errors: 0 });
    expect(listed.find(({ id }) => id === "heavy")).toMatchObject({ errors: 1, actors: [] });
    expect(listed.find(({ id }) => id === "heavy")?.trouble).toContain("took longer than 0.25 seconds");
    const opening = { scenario: "heavy", people: ["west"], language: null, variant: null, perDelegation: 1 };
    const timing = { briefing: 5, rounds: [5], debrief: 5 };
    const refused = await classroom.ask(classroom.teacher, "POST", "/api/rooms", {
      ...opening,
      timing,
      pace: "automatic",
      seed: null,
    });
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.value.error).toContain("took longer than 0.25 seconds");
    const document = await classroom.ask(classroom.teacher, "GET", "/api/studio/scenarios/heavy/document");
    expect(document.value).toMatchObject({ text: heavy, diagnostics: [] });
    writeFileSync(join(classroom.folder, "scenarios/heavy.yaml"), bridge.replace("id: bridge", "id: heavy"));
    const mended = (await classroom.ask(classroom.teacher, "GET", "/api/rooms")).value.scenarios;
    const again = (mended as readonly LibraryEntry[]).find(({ id }) => id === "heavy");
    expect(again).toMatchObject({ title: "Bridge", errors: 0 });
  });
});

test("a run without an end is ended in time, and a room goes on meanwhile", async () => {
  const classroom = await started({ bridge, endless }, 1 / 20);
  const { teacher } = await room(classroom);
  const wanted = { scenario: "endless", rounds: 1_000_000, finish: true };
  let isOver = false;
  const run = classroom.ask(classroom.teacher, "POST", "/api/studio/runs", wanted).finally(() => {
    isOver = true;
  });
  expect(await teacher.ask({ type: "Broadcast", text: "still here" })).toBeNull();
  expect(isOver).toBe(false);
  const { status, value } = await run;
  expect(status === 200 ? "" : String(value.error)).toMatch(/^$|^this run took (longer|more) than/);
});

test("trials of one seat, however many, leave another room's its turn, and too many are told to wait", async () => {
  const classroom = await started();
  const [busy, calm] = [await debriefed(classroom), await debriefed(classroom)];
  const trial = { from: 2, actor: "west", moves: [], finish: true };
  const order: string[] = [];
  const tryIn = async ({ code, west }: { code: string; west: Cookies }, name: string) => {
    const reply = await classroom.ask(west, "POST", `/api/room/${code}/try`, trial);
    if (reply.status !== 429) order.push(name);
    return reply;
  };
  const many = Array.from({ length: 250 }, () => tryIn(busy, "busy"));
  const one = tryIn(calm, "calm");
  expect((await one).status).toBe(200);
  const replies = await Promise.all(many);
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.value).toMatchObject({ error: "too many of your requests are waiting", hint: "wait a moment" });
  expect(replies.every(({ status }) => status === 200 || status === 429)).toBe(true);
  expect(order.filter((name) => name === "calm")).toHaveLength(1);
});

describe("a task", () => {
  const check: Task = {
    kind: "check",
    source: { file: "bridge.yaml", text: bridge },
    overlay: null,
    assume: {},
    policies: {},
    rounds: null,
    seed: "t",
    variant: "default",
    follow: false,
    statesMax: 50_000_000,
    memory: 2048,
  };
  const tracks = ["a", "b", "c", "d", "e", "f", "g"];
  const tens = Array.from({ length: 9 }, (_, index) => index);
  /** Ten million states. */
  const large = `
demarche: 1
id: large
title: Large
turns: free
actors: { west: {} }
tracks:
${tracks.map((id) => `  ${id}: { initial: s0, states: [${[...tens, 9].map((at) => `s${at}`).join(", ")}] }`).join("\n")}
moves:
${tracks.flatMap((id) => tens.map((at) => `  ${id}${at}: { by: west, when: ${id} is s${at}, then: { ${id}: s${at + 1} } }`)).join("\n")}
outcomes: { over: { when: ${tracks.map((id) => `${id} is s9`).join(" and ")} } }
`;

  async function over(taskRunner: TaskRunner, id: string): Promise<TaskStatus> {
    return new Promise((resolve) => taskRunner.listen(id, (stand) => stand.state !== "running" && resolve(stand)));
  }

  /** Process ids of the tasks that this process has under way. */
  function tasks(): readonly number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          const isMine = readFileSync(`/proc/${name}/stat`, "utf8").includes(` ${process.pid} `);
          return isMine && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("taskProcess");
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  const usual: TaskRunnerLimits = { memory: () => 2048, minutes: 5 };

  test("that grows past its memory is ended with the reason, and the next one runs", async () => {
    const ceilings = [200, 2048];
    const taskRunner = new TaskRunner({ ...usual, memory: () => ceilings.shift() ?? 0 });
    const grown = taskRunner.begin({ ...check, source: { file: "large.yaml", text: large } });
    expect(grown.limits).toEqual({ memory: 200, minutes: 5 });
    const ended = await over(taskRunner, grown.id);
    expect(ended.state).toBe("failed");
    expect(ended.message).toMatch(/^ended at \d+ MB of memory, of 200 MB that it may take: ask for fewer states/);
    const next = taskRunner.begin(check);
    expect(await over(taskRunner, next.id)).toMatchObject({ state: "done" });
    expect(taskRunner.result(next.id)).toMatchObject({ complete: true });
    await taskRunner.close();
  });

  test.skipIf(process.platform !== "linux")("whose process is killed says so, and cancelling leaves none", async () => {
    const taskRunner = new TaskRunner(usual);
    const killed = taskRunner.begin({ ...check, source: { file: "large.yaml", text: large } });
    for (const pid of tasks()) process.kill(pid, "SIGKILL");
    const stand = await over(taskRunner, killed.id);
    expect(stand.state).toBe("failed");
    expect(stand.message).toContain("ended from outside (SIGKILL)");
    const cancelled = taskRunner.begin({ ...check, source: { file: "large.yaml", text: large } });
    expect(tasks()).toHaveLength(1);
    await taskRunner.cancel(cancelled.id);
    expect(taskRunner.stand(cancelled.id)?.state).toBe("cancelled");
    expect(tasks()).toEqual([]);
  });
});
