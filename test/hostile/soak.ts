/**
 * A long day: ten rooms go through round after round by their clocks alone, while the server is killed, stopped, put to
 * sleep and started again, and browsers come and go. No deadline may be missed, nothing lost, and memory stays flat.
 *
 * `node test/hostile/soak.ts [minutes] [seed]`; the server runs as it was built.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { post } from "../../src/cli/participant.ts";
import { verifyChain } from "../../src/log/chain.ts";
import { openDatabase } from "../../src/server/database.ts";
import { Dice } from "../dice.ts";
import { ServerProcess } from "../e2e/serverProcess.ts";
import { ask, Intruder } from "./attackers.ts";

const minutes = Number(process.argv[2] ?? 30);
const dice = new Dice(process.argv[3] ?? "soak");
const rooms = 10;
const people = ["usa", "russia", "ukraine"];

/** Milliseconds after a deadline within which the room must have gone on, or stand still and say so. */
const patienceMs = 7000;

interface Room {
  code: string;
  teacher: Intruder;
  seats: { readonly cookie: string; intruder: Intruder }[];
  rounds: number;
  pauses: number;
}

const built = join(import.meta.dirname, "../../dist/cli/main.js");
const server = new ServerProcess();
if (existsSync(built)) server.main = built;
let cookie = "";
let keys = 0;
const problems: string[] = [];
const counts = { rounds: 0, pauses: 0, lessons: 0, kills: 0, sleeps: 0, stops: 0, reconnections: 0, said: 0 };
const sizes: number[] = [];

const command = (who: Intruder, asked: unknown): void => {
  who.send(JSON.stringify({ key: `soak-${String(++keys).padStart(10, "0")}`, command: asked }));
};

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1500; tries++) {
    if (condition()) return;
    await wait(20);
  }
  throw new Error(`waited in vain for ${what}`);
}

async function openRoom(): Promise<Room> {
  const { value } = await post(
    server.desk,
    "/api/rooms",
    {
      scenario: "geneva-2022-class",
      language: null,
      variant: null,
      people,
      perDelegation: 2,
      timing: { briefing: 5, rounds: [0.5], debrief: 5 },
      pace: "automatic",
      seed: String(dice.below(1e9)),
    },
    cookie,
  );
  const { code } = value as { code: string };
  const teacher = await Intruder.open(server.desk, code, cookie, "?as=teacher");
  const seats: Room["seats"] = [];
  for (const role of people) {
    const body = JSON.stringify({ key: `soak-join-${code}-${role}`, name: role, wish: role });
    const reply = await ask(server.address, "POST", `/api/room/${code}/join`, { body });
    seats.push({ cookie: reply.cookie, intruder: await Intruder.open(server.address, code, reply.cookie) });
  }
  command(teacher, { type: "AdmitAll", seats: people.map((role, index) => ({ seat: `s${index + 1}`, role })) });
  command(teacher, { type: "GoOn", stage: 0 });
  await until(() => teacher.screen.room?.phase === "briefing", "the briefing");
  command(teacher, { type: "GoOn", stage: 1 });
  await until(() => teacher.screen.room?.phase === "round", "the first round");
  counts.lessons += 1;
  return { code, teacher, seats, rounds: 0, pauses: 0 };
}

async function reconnect(room: Room): Promise<void> {
  room.teacher.close();
  room.teacher = await Intruder.open(server.desk, room.code, cookie, "?as=teacher");
  for (const seat of room.seats) {
    seat.intruder.close();
    seat.intruder = await Intruder.open(server.address, room.code, seat.cookie);
  }
  counts.reconnections += 1 + room.seats.length;
}

/** Looks whether a room has gone past a deadline, plays a little, and goes on where its clock stands still. */
function attend(room: Room): void {
  const { screen } = room.teacher;
  const now = screen.room;
  if (now === undefined || now.phase !== "round") return;
  if ((now.round ?? 0) > room.rounds) {
    counts.rounds += (now.round ?? 0) - room.rounds;
    if ((now.round ?? 0) > room.rounds + 1)
      problems.push(`${room.code} went from round ${room.rounds} to ${now.round}`);
    room.rounds = now.round ?? 0;
  }
  if (now.paused !== null) {
    if (now.paused.reason !== null) counts.pauses += 1;
    command(room.teacher, { type: "Resume" });
    return;
  }
  if (now.deadline !== null && Date.now() > now.deadline + patienceMs) {
    problems.push(`${room.code} missed the deadline of round ${now.round} by ${Date.now() - now.deadline} ms`);
  }
  if (dice.falls(0.1)) {
    const { intruder } = dice.one(room.seats);
    const { turn } = intruder.screen;
    if (turn?.open === true && turn.sealed === null) {
      command(intruder, { type: "Seal", move: dice.one(turn.options).move, turn: turn.turn });
    } else {
      counts.said += 1;
      command(intruder, { type: "Say", to: "all", text: "a word or two" });
    }
  }
}

async function disturb(all: readonly Room[]): Promise<void> {
  const way = dice.below(5);
  if (way === 0) {
    counts.kills += 1;
    await server.kill();
    if (dice.falls(0.3)) await wait(8000);
    await server.start();
  } else if (way === 1) {
    counts.stops += 1;
    await server.stop();
    await server.start();
  } else if (way === 2 || way === 3) {
    counts.sleeps += 1;
    server.signal("SIGSTOP");
    await wait(dice.falls(0.5) ? 2000 : 12_000);
    server.signal("SIGCONT");
    await wait(1500);
    return;
  }
  for (const room of all) await reconnect(room);
}

const memory = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1] ?? Number.NaN) / 1024;

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

async function soak(): Promise<void> {
  await server.start();
  ({ cookie } = await post(server.desk, "/api/teacher/enter", { key: server.secret }, ""));
  const all: Room[] = [];
  for (let count = 0; count < rooms; count++) all.push(await openRoom());
  const end = Date.now() + minutes * 60_000;
  let next = Date.now() + 60_000;
  let measured = Date.now();
  while (Date.now() < end) {
    for (const [index, room] of all.entries()) {
      attend(room);
      if (room.teacher.screen.room?.phase === "ended") {
        room.teacher.close();
        for (const { intruder } of room.seats) intruder.close();
        all[index] = await openRoom();
      }
    }
    if (Date.now() > next) {
      await disturb(all);
      next = Date.now() + 45_000 + dice.below(60_000);
    } else if (Date.now() > measured + 15_000) {
      measured = Date.now();
      sizes.push(memory());
    }
    await wait(500);
  }
  const peak = Math.max(...sizes);
  const [early, late] = [sizes.slice(0, Math.ceil(sizes.length / 3)), sizes.slice(-Math.ceil(sizes.length / 3))];
  console.log(`${minutes} minutes, ${JSON.stringify(counts)}`);
  console.log(
    `memory: median ${median(early).toFixed(0)} MB in the first third, ${median(late).toFixed(0)} MB in the last, ${peak.toFixed(0)} MB at most`,
  );
  if (median(late) > 1.25 * median(early)) problems.push("memory grows");
  await server.stop();
  const database = openDatabase(server.data);
  for (const stream of await database.store.streams()) {
    const broken = verifyChain(database.store.readNow(stream));
    if (broken !== null) problems.push(`${stream} is broken`);
  }
  await database.close();
}

try {
  await soak();
} catch (error) {
  problems.push(String(error));
} finally {
  await server.remove();
}
for (const problem of problems.slice(0, 30)) console.log(`PROBLEM ${problem}`);
console.log(problems.length === 0 ? "no deadline missed, nothing lost" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
