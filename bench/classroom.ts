/**
 * A school's worth of classes: 10 rooms of 30 seats on one server, asked from a second process over loopback.
 *
 * Measured is the time from a student's click until the last screen of the room shows it, the server's memory, and
 * whether any screen missed anything.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { Participant, post } from "../src/cli/participant.ts";

const rooms = 10;
const seats = 30;
/** Clicks of a room, and milliseconds between two of them on average. */
const clicks = 30;
const paceMs = 1000;

interface Room {
  readonly code: string;
  readonly teacher: Participant;
  readonly students: readonly Participant[];
}

/** Runs the load and prints what was measured. */
export async function benchClassroom(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "demarche-load-"));
  const main = join(import.meta.dirname, "../src/cli/main.ts");
  const server = spawn(process.execPath, [main, "serve", "--host", "127.0.0.1", "--port", "0", "--data", data]);
  try {
    const { address, secret } = await announced(server.stdout);
    const { cookie } = await post(address, "/api/teacher/enter", { key: secret }, "");
    const all: Room[] = [];
    for (let index = 0; index < rooms; index++) all.push(await fill(address, secret, cookie));
    console.log(`classroom: ${rooms} rooms of ${seats} seats, ${clicks} clicks a room, one a second in each`);
    const times: number[] = [];
    await Promise.all(all.map((room, index) => use(room, times, (index * paceMs) / rooms)));
    const reveals: number[] = [];
    for (const room of all) reveals.push(await reveal(room));
    const missed = all.reduce(
      (sum, { students }) =>
        sum + students.reduce((count, { screen }) => count + clicks - (screen.messages?.length ?? 0), 0),
      0,
    );
    tell("click to the last screen of the room", times);
    tell("reveal to the last screen of the room", reveals);
    console.log(`  screens that missed a message: ${missed} of ${rooms * seats * clicks}`);
    console.log(
      `  server memory: ${memory(server.pid ?? 0, "VmRSS")} MB now, ${memory(server.pid ?? 0, "VmHWM")} MB at most (aim: under 300)`,
    );
    for (const { teacher, students } of all) for (const participant of [teacher, ...students]) participant.leave();
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

function announced(out: NodeJS.ReadableStream): Promise<{ readonly address: string; readonly secret: string }> {
  return new Promise((resolve) => {
    let told = "";
    out.on("data", (data: Buffer) => {
      told += data.toString();
      const [, address, secret] = /Teacher\s+(http:\S+)\/teach#(\S+)/.exec(told) ?? [];
      if (address !== undefined && secret !== undefined) resolve({ address, secret });
    });
  });
}

/** Opens a room, fills it, and begins its first round. */
async function fill(address: string, secret: string, cookie: string): Promise<Room> {
  const people = ["usa", "russia", "ukraine", "nato", "duma", "eu", "turkey"];
  const { value } = await post(
    address,
    "/api/rooms",
    {
      scenario: "geneva-2022-class",
      language: null,
      variant: null,
      people,
      perDelegation: 5,
      timing: { briefing: 30, rounds: [60], debrief: 30 },
      pace: "automatic",
      seed: "load",
    },
    cookie,
  );
  const code = (value as { code: string }).code;
  const teacher = await Participant.teach(address, code, secret);
  const students: Participant[] = [];
  for (let index = 0; index < seats; index++) {
    const role = people[index % people.length] ?? "press";
    students.push(await Participant.join(address, code, `student ${index}`, role));
    await teacher.ask({ type: "Admit", seat: `s${index + 1}`, role });
  }
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
  await Promise.all(students.map((student) => student.until(({ room }) => room?.phase === "round")));
  return { code, teacher, students };
}

/** Clicks in one room, at its own pace, each by another student. */
async function use({ students }: Room, times: number[], first: number): Promise<void> {
  await wait(first);
  for (let click = 0; click < clicks; click++) {
    const next = wait(paceMs);
    const from = students[(click * 7) % students.length];
    const seen = students.map((student) => student.until(({ messages }) => (messages?.length ?? 0) > click));
    const begun = performance.now();
    const answer = from?.ask({ type: "Say", to: "all", text: `We ask for an answer in writing, number ${click}.` });
    await Promise.all(seen);
    times.push(performance.now() - begun);
    if ((await answer) !== null) throw new Error(`a click was refused: ${await answer}`);
    await next;
  }
}

/** The teacher reveals; returns the time until every screen shows the next round. */
async function reveal({ teacher, students }: Room): Promise<number> {
  const seen = students.map((student) =>
    student.until(({ room }) => (room?.round ?? 0) > 0 || room?.phase === "ended"),
  );
  const begun = performance.now();
  await teacher.ask({ type: "Reveal" });
  await Promise.all(seen);
  return performance.now() - begun;
}

function tell(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  console.log(`  ${what}: median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms, most ${at(1)} ms`);
}

/** A figure of a process from Linux's own account, in megabytes; elsewhere unknown. */
function memory(pid: number, field: "VmRSS" | "VmHWM"): string {
  try {
    const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? "?" : (Number(found[1]) / 1024).toFixed(0);
  } catch {
    return "?";
  }
}
