/**
 * `demarche rehearse`: a whole lesson with bots for students, by the same server, requests and sockets as a class.
 *
 * The time of a lesson passes faster; everything else is as it will be, so that a teacher can watch from the teacher's
 * page the evening before.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { openTurns } from "../classroom/openTurns.ts";
import { deciding } from "../classroom/room.ts";
import { sessionOf } from "../classroom/run.ts";
import { hold } from "../engine/protocol.ts";
import { Mistake } from "../scenario/mistake.ts";
import { nearest } from "../scenario/suggest.ts";
import type { LibraryEntry } from "../server/library.ts";
import type { RoomHost } from "../server/roomHost.ts";
import { ServerLog } from "../server/serverLog.ts";
import { Participant } from "./participant.ts";
import { printChronicle, printJson } from "./runChronicle.ts";
import { type RunningServer, startServer } from "./runningServer.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface RehearseOptions {
  readonly preset?: string;
  readonly lang?: string;
  readonly seats: number;
  readonly speed: number;
  readonly seed: string;
  readonly port: number;
  readonly data?: string;
  readonly json?: true;
}

const examples = `
Examples:
  demarche rehearse geneva-2022-class                        the first of its lessons, an hour in a minute
  demarche rehearse geneva-2022-class --preset 75 --speed 10 slowly enough to watch
  demarche rehearse geneva-2022-class --data ~/crisis-class  keep the room, to look at its debrief with serve

Open the link that is printed to watch from the teacher's page.`;

/** A lesson as it is rehearsed. */
type Plan = Pick<LibraryEntry["lessons"][number], "briefing" | "rounds" | "debrief" | "variant"> & {
  readonly name: string;
};

/** The division of a lesson where the scenario has none. */
const usual: Plan = { name: "a lesson", variant: null, briefing: 8, rounds: [6], debrief: 12 };

/** A part of the lesson: minutes that were planned, and minutes that it took. */
interface Part {
  readonly phase: "briefing" | "round" | "debrief";
  readonly round: number | null;
  readonly planned: number;
  readonly used: number;
}

/** Defines `rehearse`. */
export function rehearseCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenario>", "id of a scenario")
    .option("--preset <minutes|id>", "which of the scenario's lessons")
    .option("--speed <n>", "how many times faster than in class", wholeNumber("--speed", 1, 10_000), 60)
    .option("--seats <n>", "students in each delegation", wholeNumber("--seats", 1, 6), 2)
    .option("--seed <text>", "the luck of the run and what the bots choose", "rehearsal")
    .option("--lang <language>", "with the scenario's texts in another language")
    .option("--port <n>", "port of the teacher's pages; 0 takes a free one", wholeNumber("--port", 0), 0)
    .option("--data <folder>", "keep the room there; without it, nothing is kept")
    .option("--json", "print {scenario, lesson, seed, speed, parts, outcome, events}")
    .addHelpText("after", examples)
    .action(async (asked: string, options: RehearseOptions) => rehearse(terminal, asked, options));
}

async function rehearse(terminal: Terminal, asked: string, options: RehearseOptions): Promise<void> {
  const kept = options.data !== undefined;
  const data = kept ? resolve(terminal.directory, options.data) : mkdtempSync(join(tmpdir(), "demarche-rehearsal-"));
  const here = "127.0.0.1";
  // The room's life is told by what is printed of the lesson; what fails has to be seen.
  const log = new ServerLog({
    write: (line) => {
      if (line.includes(" fault ")) terminal.err.write(`${line}\n`);
    },
    now: Date.now,
  });
  const ports = { port: 0, deskPort: options.port };
  const reach = { host: here, deskHost: here, publicUrl: null, deskUrl: null };
  const server = await startServer(terminal, { ...ports, ...reach, data, newLink: false }, log);
  try {
    const entry = entryOf(server, asked);
    const plan = planOf(entry, options.preset);
    const host = openRoom(server, entry, plan, options);
    tellBeginning(terminal, server, host, plan, options);
    const parts = await lesson(server, host, plan, options);
    tellEnd(terminal, host, plan, parts, options);
  } finally {
    await server.close();
    if (!kept) rmSync(data, { recursive: true, force: true });
  }
}

function entryOf({ library }: RunningServer, asked: string): LibraryEntry {
  const entries = library.list();
  const found = entries.find(({ id }) => id === asked);
  if (found !== undefined) return found;
  const ids = entries.map(({ id }) => id);
  const near = nearest(asked, ids);
  const hint = near === null ? "classes know scenarios by the ids in scenarios/" : `did you mean ${near}?`;
  throw new Mistake(`unknown scenario ${asked}: there are ${ids.join(", ")}`, hint);
}

function planOf({ id, lessons }: LibraryEntry, asked: string | undefined): Plan {
  const found = lessons.find(
    (lesson) => asked === undefined || lesson.id === asked || String(lesson.minutes) === asked,
  );
  if (found !== undefined) return found;
  if (asked === undefined) return usual;
  const list = lessons.map(({ minutes }) => minutes).join(", ");
  throw new Mistake(
    `${id} has no lesson ${asked}`,
    list === "" ? "leave --preset out: it has none of its own" : `there are lessons of ${list} minutes`,
  );
}

function openRoom({ rooms }: RunningServer, entry: LibraryEntry, plan: Plan, options: RehearseOptions): RoomHost {
  const { speed } = options;
  return rooms.open({
    scenario: entry.id,
    language: options.lang ?? null,
    variant: plan.variant,
    people: entry.actors.map(({ id }) => id),
    perDelegation: options.seats,
    timing: {
      briefing: plan.briefing / speed,
      rounds: plan.rounds.map((minutes) => minutes / speed),
      debrief: plan.debrief / speed,
    },
    pace: "automatic",
    seed: options.seed,
  });
}

/** Goes through the whole lesson; says what each part took, in minutes of the lesson. */
async function lesson(
  server: RunningServer,
  host: RoomHost,
  plan: Plan,
  options: RehearseOptions,
): Promise<readonly Part[]> {
  const lessonMinutes = (since: number): number => ((performance.now() - since) / 60_000) * options.speed;
  const teacher = await Participant.teach(server.desk, host.code, server.secret);
  const students = await fill(server.address, host, teacher, options);
  const parts: Part[] = [];
  const part = async (phase: Part["phase"], round: number | null, planned: number, pass: () => Promise<unknown>) => {
    const since = performance.now();
    await pass();
    parts.push({ phase, round, planned, used: lessonMinutes(since) });
  };
  const inClass = (minutes: number): Promise<void> => wait((minutes * 60_000) / options.speed);
  await teacher.ask({ type: "GoOn" });
  await part("briefing", null, plan.briefing, () => inClass(plan.briefing));
  await teacher.ask({ type: "GoOn" });
  while (host.room.phase === "round") {
    const { round } = host.run.state;
    const planned = plan.rounds[Math.min(round, plan.rounds.length - 1)] ?? 0;
    const { position } = host.room;
    await part("round", round, planned, () => playRound(host, students, teacher, position, planned, options));
  }
  await teacher.ask({ type: "GoOn" });
  await part("debrief", null, plan.debrief, () => inClass(plan.debrief));
  await teacher.ask({ type: "GoOn" });
  for (const participant of [teacher, ...students]) participant.leave();
  return parts;
}

/** Students come in and are let in, delegation by delegation. */
async function fill(
  address: string,
  { code, room }: RoomHost,
  teacher: Participant,
  { seats }: RehearseOptions,
): Promise<readonly Participant[]> {
  const students: Participant[] = [];
  for (const role of room.people) {
    for (let seat = 1; seat <= seats; seat++) {
      students.push(await Participant.join(address, code, `${role} ${seat}`, role));
      await teacher.ask({ type: "Admit", seat: `s${students.length}`, role });
    }
  }
  return students;
}

/** Delegations talk, propose and seal as time goes by; the room reveals when all have. */
async function playRound(
  host: RoomHost,
  students: readonly Participant[],
  teacher: Participant,
  position: number,
  minutes: number,
  { speed }: RehearseOptions,
): Promise<void> {
  const roundMs = (minutes * 60_000) / speed;
  const session = sessionOf(host.run, deciding(host.room));
  const open = openTurns(session).map(({ actor }) => actor);
  const decisions = open.map(async (actor, index) => {
    const members = students.filter(({ screen }) => screen.seat?.role === actor);
    const [first, second] = members;
    await first?.until(({ turn }) => turn?.open === true);
    await wait((roundMs * (index + 1)) / (open.length + 2));
    const turn = first?.screen.turn;
    if (first === undefined || turn === undefined || !turn.open) return;
    const drawn = session.drawn(actor)?.move ?? hold;
    const move = turn.options.some((option) => option.move === drawn) ? drawn : hold;
    if (index === 0) await first.ask({ type: "Say", to: "all", text: "We are still deliberating." });
    // A refusal means that the round was over first, as it happens to students too.
    await first.ask({ type: second === undefined ? "Seal" : "Propose", move, turn: turn.turn });
    if (second !== undefined) await second.ask({ type: "Seal", move, turn: turn.turn });
  });
  await Promise.all(decisions);
  await teacher.until(() => host.room.position !== position || host.room.phase !== "round", roundMs + 60_000);
  await Promise.all(students.map((student) => student.until(({ room }) => room?.phase === host.room.phase)));
}

function tellBeginning(
  { out, err }: Terminal,
  { desk, secret }: RunningServer,
  { code, room }: RoomHost,
  { name }: Plan,
  { speed, seats, json }: RehearseOptions,
): void {
  const to = json === true ? err : out;
  to.write(`${name}, ${speed} times faster: ${room.people.length * seats} bots in ${room.people.length} delegations\n`);
  to.write(`Watch it at ${desk}/teach/${code}#${secret}\n\n`);
}

function tellEnd(
  terminal: Terminal,
  host: RoomHost,
  { name }: Plan,
  parts: readonly Part[],
  options: RehearseOptions,
): void {
  const { run, room } = host;
  const { seed, speed } = options;
  const outcome = run.state.ended;
  if (options.json === true) {
    const used = parts.map((part) => ({ ...part, used: Math.round(part.used * 100) / 100 }));
    printJson(terminal, {
      scenario: room.scenario.id,
      lesson: name,
      seed,
      speed,
      parts: used,
      outcome,
      events: run.events.length,
    });
    return;
  }
  for (const part of parts) terminal.out.write(`${tellPart(part)}\n`);
  terminal.out.write("\n");
  printChronicle(
    terminal,
    { events: run.events, scenario: run.scenario, viewer: null, texts: options.lang },
    { positions: false, result: null },
  );
}

function tellPart({ phase, round, planned, used }: Part): string {
  const what = phase === "round" ? `round ${(round ?? 0) + 1}` : phase;
  return `${what.padEnd(10)} ${String(planned).padStart(3)} minutes planned, ${used.toFixed(1).padStart(5)} used`;
}
