/**
 * A school's worth of classes: 10 rooms of 30 seats on one server, asked from a second process over loopback.
 *
 * Measured is the time from a click until the last screen of the room shows it, for what is said, for confirmed choices
 * and reveals, and for the debrief; the server's memory; and whether any screen missed anything.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Screen, UnstagedCommand } from "../src/classroom/screenSections.ts";
import { Participant, post } from "../src/cli/participant.ts";

const rooms = 10;
const seats = 30;
/** Things said in a room, and milliseconds between two clicks. */
const clicks = 30;
const paceMs = 1000;
/** Milliseconds within which all debriefs must have an analysis to show. */
const analysesMs = 240_000;
const people = ["usa", "russia", "ukraine", "nato", "duma", "eu", "turkey"];

interface Room {
  readonly code: string;
  readonly teacher: Participant;
  readonly students: readonly Participant[];
}

/** Runs the load and prints what was measured. */
export async function benchClassroom(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "demarche-load-"));
  const built = join(import.meta.dirname, "../dist/cli/main.js");
  const main = existsSync(built) ? built : join(import.meta.dirname, "../src/cli/main.ts");
  const server = spawn(process.execPath, [
    main,
    ...["serve", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data", data],
  ]);
  try {
    const place = await announced(server.stdout);
    const { cookie } = await post(place.desk, "/api/teacher/enter", { key: place.secret }, "");
    const all: Room[] = [];
    for (let index = 0; index < rooms; index++) all.push(await fill(place, cookie));
    const kind = main === built ? "as built" : "from source, which takes more memory than what is built";
    console.log(`classroom, ${kind}`);
    console.log(
      `  ${rooms} rooms of ${seats} seats, one click a second in each (aims: median 100 ms, 99th percentile 300 ms)`,
    );
    const at = (index: number): Promise<void> => wait((index * paceMs) / rooms);
    const said: number[] = [];
    await Promise.all(all.map((room, index) => at(index).then(() => talk(room, said))));
    tell("said, to the last screen of the room", said);
    const sealed: number[] = [];
    const closed: number[] = [];
    await Promise.all(all.map((room, index) => at(index).then(() => decide(room, sealed, closed))));
    tell("confirmed and sealed, to the last screen", sealed);
    tell("last choice, to the last screen in the next round", closed);
    const pid = server.pid ?? 0;
    console.log(`  server memory with ${rooms} rooms playing: ${memory(pid, "VmHWM")} MB at most (aim: under 300)`);
    const debriefs = await Promise.all(all.map(debrief));
    tell("debrief opened in all rooms at once, to the last screen", debriefs);
    const begun = performance.now();
    const isAnalysed = ({ analysis }: Partial<Screen>): boolean => analysis !== undefined;
    await Promise.all(all.map(({ teacher }) => teacher.until(isAnalysed, analysesMs)));
    console.log(
      `  all rooms see where they stood, after their debriefs opened: ${((performance.now() - begun) / 1000).toFixed(1)} s`,
    );
    const missed = all.reduce((sum, room) => sum + missedIn(room), 0);
    console.log(`  screens that missed something: ${missed} of ${rooms * seats}`);
    console.log(
      `  server memory with ${rooms} debriefs: ${memory(pid, "VmRSS")} MB now, ${memory(pid, "VmHWM")} MB at most`,
    );
    for (const { teacher, students } of all) for (const participant of [teacher, ...students]) participant.leave();
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

/** Where the class and the teacher get in. */
interface ServedPlace {
  readonly address: string;
  readonly desk: string;
  readonly secret: string;
}

function announced(out: NodeJS.ReadableStream): Promise<ServedPlace> {
  return new Promise((resolve) => {
    let told = "";
    out.on("data", (data: Buffer) => {
      told += data.toString();
      const [, desk, secret] = /Teacher\s+(http:\S+)\/teach#(\S+)/.exec(told) ?? [];
      const [, address] = /Class\s+(http:\S+)\/\s/.exec(told) ?? [];
      if (address !== undefined && desk !== undefined && secret !== undefined) resolve({ address, desk, secret });
    });
  });
}

/** Opens a room, fills it, and begins its first round. */
async function fill({ address, desk, secret }: ServedPlace, cookie: string): Promise<Room> {
  const { value } = await post(
    desk,
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
  const teacher = await Participant.teach(desk, code, secret);
  const students: Participant[] = [];
  for (let index = 0; index < seats; index++) {
    const role = people[index % people.length] ?? "press";
    students.push(await Participant.join(address, code, `student ${index}`, role));
    await done(teacher, { type: "Admit", seat: `s${index + 1}`, role });
  }
  await done(teacher, { type: "GoOn" });
  await done(teacher, { type: "GoOn" });
  await Promise.all(students.map((student) => student.until(({ room }) => room?.phase === "round")));
  return { code, teacher, students };
}

/** Asks for something that must not be refused. */
async function done(who: Participant, command: UnstagedCommand): Promise<void> {
  const refused = await who.ask(command);
  if (refused !== null) throw new Error(`${command.type} was refused: ${refused}`);
}

/** Milliseconds from a click until every screen given shows it. */
async function shown(
  screens: readonly Participant[],
  condition: (screen: Partial<Screen>) => boolean,
  click: () => Promise<void>,
): Promise<number> {
  const seen = Promise.all(screens.map((participant) => participant.until(condition)));
  const begun = performance.now();
  const answered = click();
  await seen;
  const spent = performance.now() - begun;
  await answered;
  return spent;
}

/** Says things in one room, each by another student. */
async function talk({ students }: Room, times: number[]): Promise<void> {
  for (let click = 0; click < clicks; click++) {
    const next = wait(paceMs);
    const from = students[(click * 7) % seats];
    if (from === undefined) break;
    const text = `We ask for an answer in writing, number ${click}.`;
    const isThere = ({ messages }: Partial<Screen>): boolean => (messages?.length ?? 0) > click;
    times.push(await shown(students, isThere, () => done(from, { type: "Say", to: "all", text })));
    await next;
  }
}

/** Every delegation proposes and another member confirms; with the last of them the room reveals by itself. */
async function decide({ teacher, students }: Room, sealed: number[], closed: number[]): Promise<void> {
  const before = teacher.screen.room?.round ?? 0;
  const wanted = people.map((role) => students.filter(({ screen }) => screen.seat?.role === role));
  const deciding = wanted.filter(([first]) => first?.screen.turn?.open === true);
  for (const [index, [first, second]] of deciding.entries()) {
    const next = wait(paceMs);
    const turn = first?.screen.turn;
    if (first === undefined || second === undefined || turn === undefined) break;
    const move = turn.options[0]?.move ?? "hold";
    await done(first, { type: "Propose", move, turn: turn.turn });
    const goesOn = ({ room }: Partial<Screen>): boolean => (room?.round ?? 0) > before || room?.phase === "ended";
    const isSealed = (screen: Partial<Screen>): boolean => (screen.room?.sealed?.count ?? 0) > index || goesOn(screen);
    const isLast = index === deciding.length - 1;
    const seal = (): Promise<void> => done(second, { type: "Seal", move, turn: turn.turn });
    (isLast ? closed : sealed).push(await shown([teacher, ...students], isLast ? goesOn : isSealed, seal));
    await next;
  }
}

/** The teacher ends the rounds and opens the debrief. */
async function debrief({ teacher, students }: Room): Promise<number> {
  await done(teacher, { type: "EndRounds" });
  return shown(
    students,
    (screen) => screen.debrief !== undefined,
    () => done(teacher, { type: "GoOn" }),
  );
}

/** Screens that lack something said, or stand elsewhere than the teacher's. */
function missedIn({ teacher, students }: Room): number {
  const present = JSON.stringify(teacher.screen.room);
  return students.filter(({ screen }) => screen.messages?.length !== clicks || JSON.stringify(screen.room) !== present)
    .length;
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
